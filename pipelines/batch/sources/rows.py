"""One row of a table or a JSON line -> Page: which columns say what, and what to do with odd values."""

import codecs
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from columnist.pipelines.document.addresses import registered_domain
from columnist.pipelines.document.content_encoding import joined_headers
from columnist.pipelines.records.article import Page, Reject, content_address

_STATUS = re.compile(r"[1-9][0-9]{2}")
# A fetch before the clocks of computers began, or from tomorrow on, is a mistake of a clock or a column.
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(days=1)


class BadSource(ValueError):  # noqa: N818  the user is told, exit code 2
    """What the user named cannot be read at all: wrong use, to be told before anything is written."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What every page of one run has in common."""

    run_id: str = "adhoc"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))  # for pages without a time of their own
    url: str | None = None  # the address of the only page, where the user gave it
    tell: Callable[[str], None] = lambda _: None  # told of an input that breaks off: pages in it are lost
    # Told how many records of an archive hold no page, by what they are.
    count: Callable[[Mapping[str, int]], None] = lambda _: None


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path as text that can be printed and stored: file names may hold any bytes."""
    return os.fspath(path).encode("utf-8", "backslashreplace").decode()


def file_address(path: Path) -> str:
    """Return the url of a local file: its absolute path, links not resolved, wherever it was named from."""
    return Path(os.path.abspath(path)).as_uri()  # noqa: PTH100  absolute() would keep ".."


def bad_input(url: str, detail: str, reading: Reading) -> Reject:
    """Return the reject of an input that is no page, with what was wrong and what to do."""
    site = registered_domain(url) or "file"
    return Reject(
        url=url, site=site, reason="bad-input", detail=detail, fetched_at=reading.now, run_id=reading.run_id
    )


def broken_off(url: str, detail: str, reading: Reading) -> Reject:
    """Return the reject of what an input does not hold any more, and tell the user: the rest of it is lost."""
    reading.tell(detail)
    return bad_input(url, detail, reading)


def page_of_row(row: Mapping[str, Any], name: str, address: str | None, reading: Reading) -> Page | Reject:
    """Make a page of a row: url, html or text; optional id, fetched_at, http_status, headers, requested_url.

    `name` says to the user which row it is (pages.parquet#7), `address` is its url where it has neither url nor
    id; without that it is known by its content.
    """
    try:
        return _page_of_row(row, name, address, reading)
    except Exception as error:  # noqa: BLE001  a value that defeats its reading costs its own row
        words = f"{name}: a value cannot be read: {type(error).__name__}: {error}"
        return bad_input(address or name, words[:1000], reading)


def _page_of_row(row: Mapping[str, Any], name: str, address: str | None, reading: Reading) -> Page | Reject:
    own_name = _text(row.get("id"))
    html, text = row.get("html"), row.get("text")
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    given = _text(row.get("url")) or own_name
    url = given or address or content_address(html if isinstance(html, bytes | str) else str(text))
    if isinstance(html, str):
        # The mark keeps the decoder from believing a meta charset that was true of the bytes, not of this text.
        html = codecs.BOM_UTF8 + html.encode("utf-8", "replace")
    if html is None and not isinstance(text, str):
        return bad_input(
            url, f"{name}: html is null; give the page's HTML in html, or its text in text", reading
        )
    if html is not None and not isinstance(html, bytes):
        return bad_input(url, f"{name}: html is {type(html).__name__}, not text or bytes", reading)
    return Page(
        url=url,
        html=html,
        text=None if html is not None else text,
        requested_url=_text(row.get("requested_url")),
        fetched_at=fetch_time(row.get("fetched_at"), reading),
        http_status=_status(row.get("http_status", row.get("status"))),
        headers=_headers(row.get("headers")),
        discovered_via="text" if html is None else "html",
        id=own_name,
        site=None if given else "file",
        run_id=reading.run_id,
    )


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if value is None or value != value:  # NaN: pandas' null in a column of numbers
        return None
    return str(value).strip() or None


def _status(value: Any) -> int | None:
    """Read an HTTP status; a column of numbers with nulls comes as floats, a CSV's as text."""
    words = f"{value:g}" if isinstance(value, float) else str(value)
    return int(words) if _STATUS.fullmatch(words) else None


def fetch_time(value: Any, reading: Reading) -> datetime:
    """Return when a page was fetched; now, where the input does not say so or names a time that cannot be."""
    when = _time_of(value)
    credible = when is not None and _EPOCH <= when <= reading.now + _CLOCKS_DIFFER
    return when if when is not None and credible else reading.now


def _time_of(value: Any) -> datetime | None:
    """Read a time; without a zone it is UTC. What cannot be read is unknown."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC) if isinstance(value, date) else None
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:  # year 1 or 9999 in a zone
        return None


def _headers(value: Any) -> dict[str, str]:
    """Read headers given as an object, a map, a list of pairs, or any of these as JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):  # no JSON, or nested a thousand deep
            return {}
    pairs = value.items() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return joined_headers(
        (pair[0], pair[1])
        for pair in pairs
        if isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(word, str) for word in pair)
    )
