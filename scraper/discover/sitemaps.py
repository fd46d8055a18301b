"""Sitemaps, sitemap indexes, news sitemaps, text and gzipped sitemaps -> addresses; tolerant and bounded.

A reader of our own: Scrapy's loses every address after one malformed <loc>, and XML parsers either stop at
a bare & or change the address. Here each entry stands for itself and no entity is ever expanded.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dateutil import parser as dates

from columnist.pipelines.document.addresses import absolute
from columnist.pipelines.records.article import Hint
from columnist.scraper.discover.records import MAX_URL, FoundLink, Listing, recency
from columnist.scraper.discover.said import plain_words, rewritten, seconds_of, without_comments
from columnist.scraper.discover.url_kinds import TERMS_PRIORITY, is_list, names_terms

MAX_URLS = 50_000  # the protocol's own limit for one sitemap
MAX_BYTES = 50 * 1024 * 1024  # likewise, uncompressed
MAX_PARTS = 60  # parts of an index read in one run, the newest first: two months of daily parts
_NEWS_PRIORITY, _MAP_PRIORITY, _PART_PRIORITY = 68, 30, 92
# One tag and the words after it. No repetition can meet itself: time is linear in the length.
_TAG = re.compile(r"<(/?)(?:([\w.-]{1,100}):)?([\w.-]{1,100})([^<>]*)>([^<]*)")
_ENTITY = re.compile(r"&(amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.:-]{1,40})")
_FOREIGN = frozenset({"image", "video", "xhtml", "pagemap"})  # their <loc> and <title> are not the page's
_PREFIX = re.compile(r"xmlns:([\w.-]{1,100})\s*=\s*[\"']([^\"'<>]{0,200})")
_FOLDED = re.compile(r"\s*[\t\r\n]\s*")  # a line that an editor broke inside an address
_FIELDS = frozenset({"loc", "lastmod", "title", "publication_date", "language"})


_Clock = Callable[[str | None], float | None]


@dataclass(slots=True)
class _Entry:
    part: bool
    said: dict[str, str] = field(default_factory=dict)
    news: bool = False


def read_sitemap(body: bytes, url: str, now: float) -> Listing:
    """Read a sitemap of any kind; what cannot be read comes back as "unreadable" with the detail."""
    data, cut = unzipped(body)
    text = _decoded(data)
    if "<" not in text[:1000]:
        return _text_sitemap(text, url, now)
    entries = list(_entries(_without_sections(text)))
    if not entries and not re.search(r"<(?:[\w.-]+:)?(?:urlset|sitemapindex)\b", text[:5000]):
        return Listing("unreadable", detail="neither urlset nor sitemapindex")
    parts = _newest_parts((e for e in entries if e.part), _clock(url, now))
    pages = [e for e in entries if not e.part]
    made = (_found(e, url, now) for e in (*parts, *pages[:MAX_URLS]))
    found = tuple({f.url: f for f in made if f is not None}.values())
    return Listing("sitemap", found, truncated=cut or len(entries) > len(parts) + min(len(pages), MAX_URLS))


def unzipped(body: bytes) -> tuple[bytes, bool]:
    """Return the plain bytes, at most MAX_BYTES, and whether there was more or less than there should be."""
    cut = False
    for _ in range(2):  # a .gz that the server compressed once more on its way
        if body[:2] != b"\x1f\x8b":
            break
        body, broken = _members(body)
        cut = cut or broken
    return body[:MAX_BYTES], cut or len(body) > MAX_BYTES


def _members(body: bytes) -> tuple[bytes, bool]:
    """Inflate a gzip file of one or several members, as far as it is sound; tell whether that was all."""
    plain, rest = b"", body
    while rest[:2] == b"\x1f\x8b" and len(plain) <= MAX_BYTES:
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            plain += inflate.decompress(rest, MAX_BYTES + 1 - len(plain))
        except zlib.error:
            return plain, True
        if not inflate.eof:
            return plain, True
        rest = inflate.unused_data
    return plain, bool(rest.strip(b"\0"))  # tape-like tools pad the last block


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    declared = _ENCODING.search(data[:300])
    name = declared.group(1).decode("ascii") if declared else "utf-8-sig"
    try:
        return data.decode("utf-8-sig" if name.lower() in ("utf-8", "utf8") else name, "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8-sig", "replace")


def _without_sections(text: str) -> str:
    """Take comments out, and write what stands in CDATA as text: markup in a title is no element of the sitemap."""
    text = without_comments(text)
    text = rewritten(
        text, "<![CDATA[", "]]>", lambda inside: inside.replace("<", "&lt;").replace(">", "&gt;")
    )
    return text.replace("<![CDATA[", "").replace("]]>", "")


def _foreign_prefixes(text: str) -> frozenset[str]:
    """Return the prefixes whose elements speak of something else than the page, whatever they are called here."""
    named = _PREFIX.findall(text[:5000])
    return _FOREIGN | {prefix for prefix, space in named if any(word in space.lower() for word in _FOREIGN)}


def _entries(text: str) -> Iterator[_Entry]:
    """Yield each <url> and <sitemap>, closed or not; the first word of each field counts."""
    foreign = _foreign_prefixes(text)
    inside: str | None = None  # <image xmlns="...">: foreign without a prefix
    entry: _Entry | None = None
    for match in _TAG.finditer(text):
        closing, prefix, tag, more, words = match.groups()
        name = tag.lower()
        if inside is not None or (not prefix and name in _FOREIGN and not closing and more[-1:] != "/"):
            inside = None if closing and name in (inside, "url") else inside or name
            if closing and name == "url" and entry is not None and entry.said.get("loc"):
                yield entry
                entry = None
        elif name in ("url", "sitemap") and prefix not in foreign:
            if entry is not None and entry.said.get("loc"):
                yield entry
            entry = None if closing else _Entry(part=name == "sitemap")
        elif entry is None or closing or prefix in foreign:
            continue
        elif name == "news":
            entry.news = True
        elif name in _FIELDS and words.strip():
            entry.said.setdefault(name, _unescaped(words.strip()))
    if entry is not None and entry.said.get("loc"):
        yield entry  # the file was cut off inside its last entry


def _unescaped(words: str) -> str:
    """Expand the five entities of XML and numbers; a bare & and unknown entities stay what they are."""
    return _ENTITY.sub(_expand, words)


def _expand(match: re.Match[str]) -> str:
    name = match.group(1)
    if not name.startswith("#"):
        return _ENTITIES[name]
    number = int(name[2:], 16) if name[1] == "x" else int(name[1:])
    return chr(number) if 31 < number < 0x110000 and not 0xD800 <= number < 0xE000 else ""


def _newest_parts(parts: Iterable[_Entry], when: _Clock) -> list[_Entry]:
    """Return the parts of an index worth reading in one run: the newest by lastmod, else the first named."""
    listed = list(parts)
    order = sorted(range(len(listed)), key=lambda i: (-(when(listed[i].said.get("lastmod")) or 0.0), i))
    return [listed[i] for i in order[:MAX_PARTS]]


def _clock(url: str, now: float) -> _Clock:
    return lambda words: _seconds(words, url, now)


def _seconds(words: str | None, url: str, now: float) -> float | None:
    if not words or len(words) > 60:
        return None
    when: datetime | None
    try:
        when = datetime.fromisoformat(words)  # nearly all, in a tenth of dateutil's time
    except ValueError:
        if (said := seconds_of(words, now, url, None)) is not None:
            return said
        when = _odd_time(words)
    try:
        return (
            None if when is None else float((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())
        )
    except (ValueError, OverflowError):
        return None


def _odd_time(words: str) -> datetime | None:
    when: datetime
    try:
        when = dates.isoparse(words)
    except (ValueError, OverflowError):
        try:
            when = dates.parse(words, default=datetime(1970, 1, 1, tzinfo=UTC))
        except (ValueError, OverflowError, TypeError, AttributeError, RecursionError):
            return None
    return when


def _found(entry: _Entry, base: str, now: float) -> FoundLink | None:
    # Browsers ask for an address with a space as %20; where a line was broken inside, nothing was meant.
    target = absolute(_FOLDED.sub("", entry.said["loc"]).replace(" ", "%20"), base)
    if target is None or len(target) > MAX_URL or re.search(r"\s", target):
        return None
    target = target.partition("#")[0]
    when = _clock(base, now)
    changed_at = when(entry.said.get("lastmod"))
    if entry.part:
        points = TERMS_PRIORITY if names_terms(target) else _PART_PRIORITY
        return FoundLink(target, "sitemap", "sitemap", points, changed_at, deeper=False)
    if not entry.news and (
        names_terms(base) or is_list(target)
    ):  # read as a section is, within the budget of listings
        return FoundLink(target, "index", "section", TERMS_PRIORITY, changed_at, deeper=False)
    if not entry.news:
        points = _MAP_PRIORITY + recency(changed_at, now)
        return FoundLink(target, "article", "sitemap", points, changed_at, Hint("sitemap"), deeper=False)
    published = entry.said.get("publication_date")
    title = plain_words(entry.said.get("title"))
    hint = Hint("news-sitemap", title, published, entry.said.get("language"))
    changed_at = max((s for s in (changed_at, when(published)) if s is not None), default=None)
    return FoundLink(
        target,
        "article",
        "news-sitemap",
        _NEWS_PRIORITY + recency(changed_at, now),
        changed_at,
        hint,
        deeper=False,
    )


def _text_sitemap(text: str, url: str, now: float) -> Listing:
    lines = [line.strip() for line in text[:MAX_BYTES].splitlines()]
    named = [line for line in lines if line.startswith(("http://", "https://"))]
    if not named:
        return Listing("unreadable", detail="no addresses")
    made = (_found(_Entry(False, {"loc": line}), url, now) for line in named[:MAX_URLS])
    return Listing("sitemap", tuple({f.url: f for f in made if f}.values()), truncated=len(named) > MAX_URLS)
