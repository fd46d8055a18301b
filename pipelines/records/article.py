"""The records of the line: Page in, Article or Reject out; the only place where a column is declared.

One annotated line per column gives the Arrow schema, the nullability, the description in the Parquet
field metadata and the README's table. Unknown is None, never "". Times are UTC-aware.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Literal

from columnist.pipelines.records.display import as_html, as_lines
from columnist.pipelines.records.site import SiteLayout

SCHEMA_VERSION = 2  # 2: more is told in rights. Columns are only ever added: arrow_schema.ADDED names them
Int16 = Annotated[int, "int16"]
Int32 = Annotated[int, "int32"]
Float32 = Annotated[float, "float32"]


@dataclass(frozen=True, slots=True)
class Hint:
    """What a feed, a sitemap or a link said about a page before it was fetched."""

    source: str  # feed, news-sitemap, sitemap, section, link
    title: str | None = None
    published: str | None = None  # the words as given, e.g. an RFC 822 or ISO 8601 date
    language: str | None = None
    description: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()  # a feed's categories, rubric and tags in one


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that was said about use, in its own words."""

    carrier: Annotated[
        str, "robots.txt, comment (in robots.txt), header, meta, tdmrep.json or licence (RSL)."
    ]
    words: Annotated[str, "The words as given."]


@dataclass(frozen=True, slots=True)
class Rights:
    """What the site said about the use of a page, the most restrictive first."""

    robots_allowed: Annotated[bool | None, "Whether robots.txt allowed the fetch; null if not asked."] = None
    tdm_reservation: Annotated[bool | None, "TDMRep: true if text and data mining rights are reserved."] = (
        None
    )
    train_ai: Annotated[
        bool | None,
        "Training of AI: false where a signal refuses it (AIPREF, noai, ai-train, RSL), true where allowed.",
    ] = None
    x_robots: Annotated[str | None, "X-Robots-Tag and robots meta directives, comma-separated."] = None
    license_url: Annotated[str | None, "Address of the licence that the page or robots.txt names."] = None
    tdm_policy: Annotated[str | None, "TDMRep: address of the policy that says how to get a licence."] = None
    usage: Annotated[str | None, "Content-Usage and Content-Signal values as given."] = None
    search: Annotated[
        bool | None, "Search: false where refused (AIPREF, RSL, noindex), true where allowed."
    ] = None
    ai_input: Annotated[
        bool | None,
        "Input of an AI's answers (AIPREF ai-use, ai-input, RSL): false where refused, true where allowed.",
    ] = None
    signals: Annotated[
        tuple[Signal, ...] | None,
        "All that was said about use, in its own words, with its carrier (struct(carrier, words)).",
    ] = None
    robots_sha256: Annotated[
        str | None, "SHA-256 of the robots.txt that was gone by, hex; null where there is none."
    ] = None
    robots_fetched_at: Annotated[datetime | None, "When robots.txt was asked for, UTC."] = None
    license_sha256: Annotated[
        str | None, "SHA-256 of the licence (RSL) that robots.txt or the page gives, hex."
    ] = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it came in: HTML bytes, or text that was flattened before it reached us."""

    url: str  # the address that answered; the input's name (file, id) where none is known
    html: bytes | None = None
    text: str | None = None  # flattened text; exactly one of html and text is given
    requested_url: str | None = None
    fetched_at: datetime = field(default_factory=lambda: datetime.now(UTC))  # the only "today" of a page
    http_status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names
    discovered_via: str | None = None
    hints: tuple[Hint, ...] = ()
    id: str | None = None  # the input's own name for the page, kept in extra["input_id"]
    site: str | None = None  # the site file's name, if one covers this page
    rights: Rights = Rights()  # what robots.txt and headers said; clean adds what the page says
    archive_file: str | None = None
    archive_offset: int | None = None
    run_id: str = "adhoc"
    country: str | None = None  # of the publisher, if a site file says so
    layout: SiteLayout | None = None  # how the site's pages were built on that day, if a site file says
    more: tuple[bytes, ...] = ()  # HTML of the article's further pages, in order
    # Hashes of its site's own lines: who has other articles knows them.
    site_lines: frozenset[bytes] = frozenset()
    cut: str | None = None  # by what its archive says that a part of the page is all it has

    def __post_init__(self) -> None:
        """Name a page that came without an address: by its input's name, else by what it holds."""
        if isinstance(self.html, str):
            raise TypeError(
                "Page: html is a str; give the bytes as they came (html.encode()), or text=... for plain text"
            )
        if not self.url:
            content = self.html if self.html is not None else self.text or ""
            object.__setattr__(self, "url", self.id or self.requested_url or content_address(content))


def content_address(content: bytes | str) -> str:
    """Return the url of a page of which nothing is known but what it holds."""
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogatepass")
    return f"page:{hashlib.sha256(content).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the body."""

    kind: Annotated[str, "p, h2, h3, li, quote, code, table; embed with --embeds keep."]
    text: Annotated[str, "The paragraph's text on one line."]


@dataclass(frozen=True, slots=True)
class Image:
    """One picture of the article."""

    url: Annotated[str, "Absolute address of the picture."]
    caption: Annotated[str | None, "Caption without the credit."] = None
    credit: Annotated[str | None, "Photographer or agency."] = None


@dataclass(frozen=True, slots=True)
class Removed:
    """What one rule took out of the page."""

    rule: Annotated[str, "Name of the rule or model decision."]
    characters: Annotated[Int32, "Characters of text it took out."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One version of one article: a row of data/articles."""

    id: Annotated[str, "First 32 hex digits of SHA-256 of the normalised address."]
    revision: Annotated[Int32, "0 for the first version seen of this id, then 1, 2 ..."] = 0
    change_kind: Annotated[
        str | None,
        "What changed since the previous revision, the weightiest alone: correction (a note of one is new), major (above a quarter of the paragraphs), headline, minor (less text), metadata (description, authors, section, tags, dates, other notes); recleaned: the page is the same, cleaned by another version or options.",
    ] = None
    url: Annotated[str, "The address that answered, after redirects; the input's name where none is known."]
    requested_url: Annotated[str | None, "The address first asked for."] = None
    canonical_url: Annotated[str | None, "What the page says its address is, if credible."] = None
    site: Annotated[str, "Registered domain of the site, or the site file's name."]
    publisher: Annotated[str | None, "Name of the publication."] = None
    country: Annotated[
        str | None,
        "Country of the publisher, ISO 3166-1 alpha-2; found_by: site-file, json-ld, ccTLD or meta.",
    ] = None
    title: Annotated[str | None, "Headline, without the site's name."] = None
    description: Annotated[str | None, "Standfirst or meta description."] = None
    text: Annotated[
        str, "The clean body, paragraphs joined by one newline; the standfirst first where shown."
    ]
    paragraphs: Annotated[tuple[Paragraph, ...], "The body in order, each paragraph with its kind."]
    authors: Annotated[tuple[str, ...], "Names only, one each; empty if none."] = ()
    agency: Annotated[str | None, "Wire credit: AFP, AP, Reuters, dpa ..."] = None
    section: Annotated[str | None, "Rubric."] = None
    tags: Annotated[tuple[str, ...], "Keywords that the page gives; empty if none."] = ()
    image_url: Annotated[str | None, "Lead picture."] = None
    images: Annotated[tuple[Image, ...], "Pictures of the article with caption and credit."] = ()
    published_at: Annotated[datetime | None, "First publication, UTC."] = None
    modified_at: Annotated[datetime | None, "Last change that the page names, UTC."] = None
    published_raw: Annotated[str | None, "The words on the page that gave published_at."] = None
    published_precision: Annotated[str | None, "second, minute or day."] = None
    published_offset: Annotated[Int16 | None, "Minutes east of UTC as the page gave it."] = None
    language: Annotated[str | None, "ISO 639-1 code of the text."] = None
    language_score: Annotated[Float32 | None, "0 to 1."] = None
    access: Annotated[str | None, "free, metered, paywalled or stub."] = None
    is_live_blog: Annotated[
        bool | None, "Whether the page is a live blog; null for text that lost its markup."
    ] = None
    word_count: Annotated[
        Int32, "Words of the text; characters in scripts that do not space words (CJK, Thai)."
    ]
    text_share: Annotated[
        Float32 | None,
        "Share of the page's visible text that this text is, by characters; null for flattened text.",
    ] = None
    agreement: Annotated[
        Float32 | None,
        "How far text agrees, 0 to 1, with the body in JSON-LD (F1 of the words), else the opening in a feed (share of its words); found_by: which.",
    ] = None
    content_hash: Annotated[str, "SHA-256 of the normalised text, hex."]
    cluster_id: Annotated[str | None, "Id of the first-seen article of its near-duplicate cluster."] = None
    rights: Annotated[Rights, "What the site said about use, the most restrictive first."] = Rights()
    found_by: Annotated[
        Mapping[str, str],
        "Which source gave each field; text: blocks (the model), json-ld, script, trafilatura or line-cleaner.",
    ] = field(default_factory=dict)
    removed: Annotated[tuple[Removed, ...], "What cleaning took out and is not in the text, by rule."] = ()
    discovered_via: Annotated[
        str | None, "feed, news-sitemap, sitemap, section, link, url-list, warc, html, text."
    ] = None
    fetched_at: Annotated[datetime, "When the page was fetched, UTC."]
    http_status: Annotated[Int16 | None, "HTTP status of the answer."] = None
    archive_file: Annotated[
        str | None,
        "WARC file that holds the raw page, relative to the data folder; of a cleaned archive, its name.",
    ] = None
    archive_offset: Annotated[int | None, "Byte offset of the raw page's response in archive_file."] = None
    run_id: Annotated[str, "The run that wrote this row."]
    extra: Annotated[Mapping[str, str], "What later versions add without breaking readers."] = field(
        default_factory=dict
    )

    def __repr__(self) -> str:
        return as_lines(self)

    def _repr_html_(self) -> str:  # what notebooks ask for
        return as_html(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """One page that is no article, with the reason: a row of data/rejects."""

    url: Annotated[str, "The address that answered; the input's name where none is known."]
    requested_url: Annotated[str | None, "The address first asked for."] = None
    site: Annotated[str, "Registered domain of the site, or the site file's name."]
    reason: Annotated[str, "Why it is no article, from the documented list of reasons."]
    detail: Annotated[str | None, "What was seen, for a person to judge the reason by."] = None
    discovered_via: Annotated[str | None, "How the page was found."] = None
    http_status: Annotated[Int16 | None, "HTTP status of the answer."] = None
    fetched_at: Annotated[datetime, "When the page was fetched, UTC."]
    run_id: Annotated[str, "The run that wrote this row."]


Reason = Literal[
    "not-html", "empty", "no-text", "too-short", "index-page", "gallery", "soft-404", "http-error",
    "too-slow", "too-large", "crashed", "paywalled-stub", "opted-out", "bad-input", "wrong-language",
    "site-excluded",
]  # fmt: skip

# The closed list of reasons: every reject carries one of these, and the README's table is made from it.
REASONS: tuple[tuple[Reason, str], ...] = (
    ("not-html", "The body is no HTML or text: a PDF, a picture, random bytes."),
    ("empty", "The body has no bytes, or none but white space."),
    ("no-text", "The page parsed, but no paragraph of text is left after cleaning."),
    ("too-short", "Less text than min_characters and nothing else says that it is an article."),
    ("index-page", "A front, section, tag, search or author page: links to articles, not an article."),
    ("gallery", "Pictures or a video with captions and no article text."),
    ("soft-404", "Status 200, but the page says that it was not found or shows an error."),
    ("http-error", "The server answered with an error status and the input kept that page."),
    ("too-slow", "Cleaning passed the time limit for a page; a crawl tries once more, a day later."),
    ("too-large", "The page passed the size limit, or cleaning it the memory limit."),
    (
        "crashed",
        "Cleaning crashed on this page; the log has the traceback; a crawl tries once more, a day later.",
    ),
    ("paywalled-stub", "Only the teaser before a paywall, and the options say to skip those."),
    ("opted-out", "The site's signals refuse the use, and the options say to respect them by skipping."),
    ("bad-input", "The input's row, file or address cannot be read."),
    ("wrong-language", "Not one of the languages asked for."),
    ("site-excluded", "The site file's deny rules cover this address."),
)


# Reasons that may lie in the machine, not in the page: such a page is looked at twice, and is one row.
PASSING: tuple[Reason, ...] = ("too-slow", "crashed")


class NotAnArticle(Exception):  # noqa: N818  it is an outcome, not an error
    """The page is no article, for one documented reason. Raised by any stage, caught once, in clean."""

    def __init__(self, reason: Reason, detail: str | None = None) -> None:
        super().__init__(reason, detail)
        self.reason: Reason = reason
        self.detail = detail
