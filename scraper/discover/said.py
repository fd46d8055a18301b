"""What a listing says of an address: words without markup, and times in whatever form it writes them."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime

from columnist.pipelines.document.addresses import host_of
from columnist.pipelines.document.read import month_first
from columnist.pipelines.metadata.dates.parse import read_time

_MAX_WORDS = 1000  # characters kept of a title or description: enough for any, and bounded
_LONGEST_TIME = 60  # characters; the longest seen, with nanoseconds and zone twice, has 43
_TAGS = re.compile(r"</?[a-zA-Z!][^<>]{0,2000}>")
_SPACE = re.compile(r"\s+")


def plain_words(value: object) -> str | None:
    """Return plain words of bounded length, or None; listings put markup, numbers and dicts anywhere, escaped twice."""
    if not isinstance(value, str):
        return None
    words = html.unescape(_TAGS.sub(" ", value[: 20 * _MAX_WORDS]))
    return _SPACE.sub(" ", _TAGS.sub(" ", words)).strip()[:_MAX_WORDS] or None


def rewritten(text: str, opening: str, closing: str, make: Callable[[str], str]) -> str:
    """Replace each section between two marks by what `make` makes of its inside; linear however many are left open."""
    done: list[str] = []
    at = 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
        done += (text[at:start], make(text[start + len(opening) : end]))
        at = end + len(closing)
    return "".join((*done, text[at:]))


def without_comments(text: str) -> str:
    """Take XML's comments out."""
    return rewritten(text, "<!--", "-->", lambda _: "")


def seconds_of(words: str | None, now: float, url: str, language: str | None) -> float | None:
    """Return the time that the words name, as seconds since 1970, where it may have been; no zone means UTC."""
    if not words or len(words) > _LONGEST_TIME:
        return None
    us_order = month_first(host_of(url) or "", language or "")
    moment = read_time(words, datetime.fromtimestamp(now, UTC), us_order)
    return moment.at.timestamp() if moment and moment.at else None
