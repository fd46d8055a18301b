"""RSS, Atom and JSON feeds -> addresses with date, title, language, description and authors."""

import io
import json
from calendar import timegm
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import feedparser

from columnist.pipelines.document.addresses import absolute
from columnist.pipelines.records.article import Hint
from columnist.scraper.discover.records import MAX_URL, FoundLink, Listing, recency
from columnist.scraper.discover.said import plain_words, seconds_of

MAX_ENTRIES = 2000  # feeds hold 10 to 500 entries; a longer one is an archive that the sitemap covers
_FEED_PRIORITY = 70
_MOST_TAGS, _LONGEST_TAG = 40, 80  # of an entry; more or longer ones are keywords for search engines
_PROLOG = 65_536  # bytes in which a document type can stand: only comments may come before it


def read_feed(body: bytes, url: str, now: float) -> Listing:
    """Read a feed; what cannot be read as one comes back as kind "unreadable" with the detail."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _read_json(body, url, now)
    # feedparser opens text that looks like an address or a path: it gets a stream, never the bytes.
    try:
        parsed = feedparser.parse(
            io.BytesIO(_without_doctype(body)),
            sanitize_html=False,
            response_headers={"content-location": url},
        )
    except Exception as broken:  # noqa: BLE001  it raises on 60 of 1,022 odd files, many kinds of errors
        return Listing("unreadable", detail=f"feedparser: {type(broken).__name__}")
    entries = parsed.get("entries") or []
    if not entries and not parsed.get("version"):
        return Listing("unreadable", detail="neither RSS nor Atom nor JSON Feed")
    language = plain_words(parsed.get("feed", {}).get("language"))
    found = _unique(_entry(e, url, language, now) for e in entries[:MAX_ENTRIES])
    return Listing("feed", found, language, truncated=len(entries) > MAX_ENTRIES)


def _without_doctype(body: bytes) -> bytes:
    """Take the document type off: entities are how 1 KB becomes 3 GB, and no feed needs its own."""
    start = body[:_PROLOG].upper().find(b"<!DOCTYPE")
    if start < 0:
        return body
    end, inner = body.find(b">", start), body.find(b"[", start)
    if 0 <= inner < end:
        end = body.find(b">", body.find(b"]", inner))
    return body[:start] + body[end + 1 :] if end > start else b""


def _entry(entry: Any, base: str, language: str | None, now: float) -> FoundLink | None:
    named = _link_of(entry).strip()
    link = absolute(named, base) if named else None
    if link is None or len(link) > MAX_URL:
        return None
    # dict.get, for feedparser's own answers for `updated` with what `published` says, and warns of it.
    # Our reader first: feedparser takes "2026/6/29" for 1 June, CET for UTC, and knows few months by name.
    times = [
        seconds_of(plain_words(dict.get(entry, name)), now, base, language)
        or _seconds(dict.get(entry, f"{name}_parsed"))
        for name in ("published", "updated")
    ]
    hint = Hint(
        source="feed",
        title=plain_words(entry.get("title")),
        published=plain_words(dict.get(entry, "published") or dict.get(entry, "updated")),
        language=plain_words(entry.get("language")) or language,
        description=plain_words(entry.get("summary")),
        authors=_authors(entry),
        tags=_words_of(
            tag.get("label") or tag.get("term") for tag in entry.get("tags") or [] if isinstance(tag, Mapping)
        ),
    )
    return _found(link, hint, max((t for t in times if t is not None), default=None), now)


def _link_of(entry: Any) -> str:
    # A feed proxy's own link is a redirect; the publisher's address stands beside it.
    original = entry.get("feedburner_origlink") or entry.get("pheedo_origlink")
    link = original or entry.get("link")
    if not link:
        guid = entry.get("id")
        link = guid if isinstance(guid, str) and guid.startswith(("http://", "https://")) else ""
    return link if isinstance(link, str) else ""


def _authors(entry: Any) -> tuple[str, ...]:
    names = [plain_words(a.get("name")) for a in entry.get("authors") or [] if isinstance(a, Mapping)]
    if not any(names):
        names = [plain_words(entry.get("author"))]
    return tuple(dict.fromkeys(n for n in names if n))


def _words_of(tags: Iterable[object]) -> tuple[str, ...]:
    named = (plain_words(tag) for tag in islice(tags, _MOST_TAGS))
    return tuple(
        dict.fromkeys(name for name in named if name and "://" not in name and len(name) <= _LONGEST_TAG)
    )


def _seconds(when: Any) -> float | None:
    try:
        return float(timegm(when)) if when else None
    except (TypeError, ValueError, OverflowError):
        return None


def _found(link: str, hint: Hint, changed_at: float | None, now: float) -> FoundLink:
    url = link.partition("#")[0]
    return FoundLink(
        url, "article", "feed", _FEED_PRIORITY + recency(changed_at, now), changed_at, hint, deeper=False
    )


def _unique(found: Iterable[FoundLink | None]) -> tuple[FoundLink, ...]:
    return tuple({f.url: f for f in found if f is not None}.values())


def _read_json(body: bytes, url: str, now: float) -> Listing:
    try:
        feed = json.loads(body.decode("utf-8-sig", "replace"))
        items = feed.get("items")
    except (ValueError, RecursionError, AttributeError) as broken:
        return Listing("unreadable", detail=f"no JSON Feed: {type(broken).__name__}")
    if not isinstance(items, list):
        return Listing("unreadable", detail="JSON without a list of items")
    language = plain_words(feed.get("language"))
    found = _unique(_item(i, url, language, now) for i in items[:MAX_ENTRIES] if isinstance(i, dict))
    return Listing("feed", found, language, truncated=len(items) > MAX_ENTRIES)


def _item(item: Mapping[str, Any], base: str, language: str | None, now: float) -> FoundLink | None:
    link = item.get("url") or item.get("external_url") or item.get("id")
    target = absolute(link, base) if isinstance(link, str) and link else None
    if target is None or len(target) > MAX_URL:
        return None
    published = plain_words(item.get("date_published") or item.get("date_modified"))
    people = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = (plain_words(a.get("name")) for a in people or [] if isinstance(a, Mapping))
    hint = Hint(
        source="feed",
        title=plain_words(item.get("title")),
        published=published,
        language=plain_words(item.get("language")) or language,
        description=plain_words(item.get("summary")),
        authors=tuple(dict.fromkeys(n for n in names if n)),
        tags=_words_of(item["tags"]) if isinstance(item.get("tags"), list) else (),
    )
    when = seconds_of(published, now, base, language) or _seconds(_parsed(published))
    return _found(target, hint, when, now)


def _parsed(words: str | None) -> Any:
    if words is None:
        return None
    try:
        return feedparser.datetimes._parse_date(words)
    except Exception:  # noqa: BLE001  a date is worth no more than being left out
        return None
