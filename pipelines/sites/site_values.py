"""Values of a site file -> values of the record: each reader says what is wrong and what would be right."""

import re
import reprlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from cssselect import HTMLTranslator, SelectorError
from lxml import etree

from columnist.pipelines.document.addresses import is_web_address
from columnist.pipelines.sites.site_names import file_name

_LONGEST = 1_000_000_000  # of anything that is counted in a crawl


def compiled(selector: str) -> etree.XPath:
    """Return a selector, CSS or XPath, ready to use; raise ValueError where it is neither."""
    words = selector.strip()
    if not words:
        raise ValueError("an empty selector")
    try:
        path = words if words.startswith(("/", "(", "./")) else HTMLTranslator().css_to_xpath(words)
        return etree.XPath(path)
    except (SelectorError, etree.XPathError, ValueError, RecursionError) as error:
        raise ValueError(f"{_shown(selector)} is neither CSS nor XPath: {error}") from error


def _shown(value: Any) -> str:
    """Return a value as a line of an error: nesting and length bounded."""
    words = reprlib.Repr()
    words.maxlevel, words.maxstring = 3, 200
    return words.repr(value)


def _seeds(value: Any) -> tuple[str, ...]:
    seeds = _texts(value)
    wrong = next((s for s in seeds if not is_web_address(s)), None)
    if wrong is not None or not seeds:
        raise ValueError(
            f"{_shown(wrong)} is no http or https address" if wrong else "needs at least one address"
        )
    if any("@" in urlsplit(seed).netloc for seed in seeds):
        raise ValueError("leave user name and password out of the address: log-ins are never used")
    return seeds


def _paths(value: Any) -> tuple[str, ...]:
    patterns = _texts(value)
    wrong = next((p for p in patterns if not p.startswith(("/", "*"))), None)
    if wrong is not None:
        raise ValueError(f"{_shown(wrong)} must begin with / or *, e.g. /news/* or *.html$")
    return patterns


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"must be a text, not {_shown(value)}")
    return file_name(value.strip()).removesuffix(".toml")


def _texts(value: Any) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(v, str) and v.strip() for v in given):
        raise ValueError(f"must be a text or a list of texts, not {_shown(value)}")
    return tuple(v.strip() for v in given)


def _selectors(value: Any) -> tuple[str, ...]:
    selectors = _texts(value)
    for selector in selectors:
        compiled(selector)
    return selectors


def _day(value: Any) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            value = _shown(value)
    if isinstance(value, datetime):
        return value.date()
    if not isinstance(value, date):
        raise ValueError(f"must be a day such as 2024-10-14, not {value}")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {_shown(value)}")
    return value


def proxy_address(value: Any) -> str:
    """Return a proxy's address; raise ValueError, which never repeats it: it may hold a password."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        parts = urlsplit(text)
        whole = (
            bool(parts.hostname)
            and parts.port != 0
            and not (parts.path.strip("/") or parts.query or parts.fragment)
        )
    except ValueError:
        whole = False
    if text.lower().startswith(("socks", "https:")):
        raise ValueError(
            "of proxies, those that speak http are supported (CONNECT for https pages), not socks or https; "
            "put one such as http://localhost:3128 before it"
        )
    if not whole or parts.scheme != "http" or not text.isascii() or any(c.isspace() for c in text):
        raise ValueError(
            "is no proxy; give http://host:port, where it wants a log-in with user:password@ before the host "
            "and % codes for signs such as / or @"
        )
    return text


def _country(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z]{2}", value):
        raise ValueError(f"must be two letters of ISO 3166-1 such as DE, not {_shown(value)}")
    return value.upper()


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _LONGEST:
        raise ValueError(f"must be a number from 0 on and below {_LONGEST:,}, not {_shown(value)}")
    return float(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _LONGEST:
        raise ValueError(f"must be a whole number from 0 on and below {_LONGEST:,}, not {_shown(value)}")
    return value


def _share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"must be a share from 0 to 1, not {_shown(value)}")
    return float(value)


Reader = Callable[[Any], Any]

# Every key of a site file; a test holds them against the records.
READERS: Mapping[str, Reader] = {
    "name": _name,
    "seeds": _seeds,
    "allow": _paths,
    "deny": _paths,
    "delay": _number,
    "country": _country,
    "tls_verify": _flag,
    "proxy": proxy_address,
    "render": _flag,
    "articles_per_crawl": _whole,
    "share_with_date": _share,
    "share_with_author": _share,
    "median_words": _whole,
    "reject_share_at_most": _share,
    "error_share_at_most": _share,
    "doubt_share_at_most": _share,
    "silent_days_at_most": _whole,
    "since": _day,
    "until": _day,
    "title": _selectors,
    "author": _selectors,
    "date": _selectors,
    "section": _selectors,
    "lead": _selectors,
    "body": _selectors,
    "drop": _selectors,
}
