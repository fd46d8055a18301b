"""Every knob: name, type, default, meaning. Flags, environment variables, docs and the run manifest follow.

A knob is one annotated line. The command line offers `--min-characters`, the environment
`COLUMNIST_MIN_CHARACTERS`, Scrapy `COLUMNIST_MIN_CHARACTERS`; the manifest records the value used.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

Share = Annotated[float, "0 to 1"]  # a knob that has no meaning above 1
_CHOICES = (
    ("extractor", ("columnist", "trafilatura")),
    ("favour", ("balanced", "precision", "recall")),
    ("paywalled", ("keep", "skip")),
    ("respect", ("record", "skip")),
    ("embeds", ("drop", "keep")),
)


@dataclass(frozen=True, slots=True)
class CleanOptions:
    """How a page becomes an article. Pure values: the same page and options give the same article."""

    extractor: Annotated[
        Literal["columnist", "trafilatura"],
        "Whose text: ours, or trafilatura's alone, under the same metadata and rules for single lines.",
    ] = "columnist"
    favour: Annotated[
        Literal["balanced", "precision", "recall"], "What to prefer where a block is in doubt."
    ] = "balanced"
    drop_below: Annotated[
        Share | None,
        "Score, 0 to 1: below it a block goes; from it up to recover-above it stays beside one that stays by itself; none: by favour.",
    ] = None
    recover_above: Annotated[
        Share | None, "Score, 0 to 1: from it on a block stays by itself; none: as drop-below."
    ] = None
    min_characters: Annotated[int, "Shorter bodies need another sign that they are articles."] = 250
    paywalled: Annotated[Literal["keep", "skip"], "Whether stubs before a paywall become articles."] = "keep"
    languages: Annotated[tuple[str, ...], "Keep only these languages (ISO 639-1); empty: all."] = ()
    respect: Annotated[
        Literal["record", "skip"], "Record opt-out signals in rights, or skip pages that carry one."
    ] = "record"
    embeds: Annotated[
        Literal["drop", "keep"],
        "Whether posts of social networks inside the article stay, as paragraphs of kind embed.",
    ] = "drop"

    keep_site_lines: Annotated[
        bool,
        "Keep the lines that stand in other articles of the site too: notices, appeals; a page that is cleaned alone never loses one.",
    ] = False

    def __post_init__(self) -> None:
        """Refuse what is no value of a knob, before any page is cleaned by it."""
        for name, known in _CHOICES:
            value = getattr(self, name)
            if value not in known:
                raise ValueError(f"CleanOptions: {name} is {value!r}; give one of {', '.join(known)}")
        for name in ("drop_below", "recover_above"):
            value = getattr(self, name)
            if value is not None and not (isinstance(value, (int, float)) and 0 <= value <= 1):
                raise ValueError(f"CleanOptions: {name} is {value!r}; give a score from 0 to 1, or None")
        low, high = self.drop_below, self.recover_above
        if low is not None and high is not None and low > high:
            raise ValueError(
                f"CleanOptions: drop_below {low:g} is above recover_above {high:g}; between them a block stays beside "
                "one that is sure, so give the smaller number as drop_below"
            )
        if not isinstance(self.languages, tuple):
            raise TypeError(f'CleanOptions: languages is {self.languages!r}; give a tuple of codes: ("de",)')
        if not isinstance(self.min_characters, int) or self.min_characters < 0:
            raise ValueError(
                f"CleanOptions: min_characters is {self.min_characters!r}; give a whole number from 0 on"
            )


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """Limits of the worker processes that read untrusted bytes."""

    workers: Annotated[int | None, "Worker processes; none: one per core."] = None
    page_seconds: Annotated[
        float, "Seconds of processor time that one page may take; by the clock six times that and 10 s."
    ] = 10.0
    page_memory_mb: Annotated[int, "Address space of a worker, MB."] = 2048
    page_megabytes: Annotated[float, "Largest page, MB after decompression."] = 10.0
    pages_per_worker: Annotated[int, "A worker is replaced after this many pages; 0: never."] = 20_000
    in_flight_per_worker: Annotated[int, "Pages handed out and not yet back, per worker."] = 3


@dataclass(frozen=True, slots=True)
class DatasetOptions:
    """When a Parquet file is closed, and how it is packed."""

    rows_per_file: Annotated[int, "Rows after which a file is written."] = 20_000
    megabytes_per_file: Annotated[int, "MB of staged rows after which a file is written."] = 64
    seconds_per_file: Annotated[int, "Age of the oldest staged row at which a file is written."] = 900
    zstd_level: Annotated[int, "Compression level of zstd."] = 3


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """How sites are crawled: polite by default."""

    delay: Annotated[
        float, "Seconds between two requests to one registered domain, whichever site they are for."
    ] = 1.0
    address_rate: Annotated[
        float,
        "Requests a second to one IP address, whatever names it has; 0: no bound. It never holds for a server that is named by a loopback or private IP address, or localhost.",
    ] = 4.0
    address_connections: Annotated[
        int, "Connections to one IP address, where address-rate holds; 0: no bound."
    ] = 4
    max_pages: Annotated[int | None, "Stop after this many fetched pages; none: no limit."] = None
    max_minutes: Annotated[float | None, "Stop after this many minutes; none: no limit."] = None
    max_pages_per_site: Annotated[int, "Pages fetched from one site in one run."] = 20_000
    max_listings_per_site: Annotated[
        int,
        "Feeds, sitemaps, sections and their further pages asked for on one site in one run; the rest waits for a later one.",
    ] = 500
    max_addresses_per_site: Annotated[
        int, "Addresses of one site that the state file knows; beyond, new ones are counted and not kept."
    ] = 1_000_000
    max_depth: Annotated[int, "Links followed from a seed."] = 4
    max_per_pattern: Annotated[int, "Addresses of one shape (digits and ids alike) per site and run."] = 300
    contact: Annotated[str | None, "URL or e-mail of whoever runs the crawl; goes into the user agent."] = (
        None
    )
    user_agent: Annotated[str | None, "Whole user agent; none: Columnist with the contact."] = None
    crawl_delay_cap: Annotated[float, "Longest Crawl-delay that is honoured, seconds."] = 120.0
    sites_at_once: Annotated[int, "Sites fetched from at the same time."] = 200
    revisit_hours: Annotated[tuple[float, ...], "Ages at which a known article is asked for again; an older one once, the longest age after its first visit."] = (
        1.0, 6.0, 24.0, 168.0,
    )  # fmt: skip
    errors_allowed: Annotated[
        float, "Share of requests that may fail (silence, 5xx; a 404 is an answer) before a run exits with 1."
    ] = 0.5
    archive: Annotated[
        bool, "Whether raw pages are kept, as WARC files in archive/ of the data folder; --no-archive: none."
    ] = True
    archive_gigabytes: Annotated[
        float | None,
        "Size of archive/: beyond, the files of its oldest days are taken away; none: no bound.",
    ] = None
    allow_private: Annotated[bool, "Whether addresses of private networks may be crawled."] = False
    proxy: Annotated[
        str | None,
        "Proxy for all requests, http://[user:password@]host:port; none: none, whatever *_PROXY says.",
    ] = None
    browser: Annotated[
        str | None, "Chromium that shows pages of sites with render = true; none: the first on the path."
    ] = None
