"""What a person may name to be forgotten: an address, an article's id, a site."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from columnist.pipelines.dataset.upkeep.forget.hashes import Entry, by_address, by_id, entry_for
from columnist.pipelines.document.addresses import is_public_suffix, is_web_address, normal_address

_ID = re.compile(r"[0-9a-fA-F]{32}")
# Names that no registry gives, and that people and tests use (RFC 2606, RFC 6762, RFC 9476 and customs of networks).
_PRIVATE = frozenset(
    ("example", "test", "invalid", "localhost", "local", "internal", "lan", "home", "corp", "onion", "alt")
)
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)+")


class BadTarget(ValueError):  # noqa: N818  the user's mistake, exit code 2
    """Something that is neither an address, nor an id, nor a site."""


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to forget."""

    given: str
    hashed_by: bytes | None = None  # of an address or id
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """By what a dataset knows its sites, and its pages that have no web address."""

    sites: frozenset[str] = frozenset()
    pages: frozenset[str] = frozenset()


def read_targets(words: Sequence[str], known: Callable[[], Names]) -> tuple[Target, ...]:
    """Tell addresses, ids and sites apart; `known` is asked once, and only where a word needs it.

    Raises BadTarget with a sentence for each word that is none of them.
    """
    ask, targets, wrong = cache(known), [], []
    for word in dict.fromkeys(word.strip() for word in words):
        try:
            targets.append(_read(word, ask))
        except BadTarget as error:
            wrong.append(str(error))
    if wrong:
        raise BadTarget("\n".join(wrong))
    return tuple(targets)


def _read(word: str, known: Callable[[], Names]) -> Target:
    if _ID.fullmatch(word):
        return Target(word, by_id(word.lower()))
    if is_web_address(word) or word in known().pages:
        return Target(word, by_address(word))
    site = _site(word)
    if site is not None and _is_domain(site):
        return Target(word, site=site)
    for name in (word, site, word.replace(":", "_")):  # file names of sites spell a port with _
        if name in known().sites:
            return Target(word, site=name)
    if site is not None and is_public_suffix(site):
        raise BadTarget(
            f"{word!r} is no site but what many sites share: name one below it, such as news.{site}"
        )
    raise BadTarget(
        f"{word!r} is neither an address (https://news.example/story), nor an article's id (32 hex digits), nor a "
        "site: a domain such as news.example, or a name in the column site"
    )


def _is_domain(site: str) -> bool:
    """Say whether a host is a domain that can be registered, or an IP address, perhaps with a port."""
    host = urlsplit(f"http://{site}/").hostname or ""
    if ":" in host or host.replace(".", "").isdigit() or (host == "localhost" and site != host):
        return True
    last = host.rpartition(".")[2]
    return (
        bool(_DOMAIN.fullmatch(host))
        and not is_public_suffix(host)
        and (last in _PRIVATE or is_public_suffix(last))
    )


def _site(word: str) -> str | None:
    """Return a host, perhaps with its port, as addresses have it; None where the word is none."""
    address = f"http://{word}/"
    if not is_web_address(address) or set(word) & set("/?#@\\ "):
        return None
    try:
        parts = urlsplit(normal_address(address))
        host, port = parts.hostname, urlsplit(address).port
    except ValueError:
        return None
    if not host:
        return None
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{port}" if port else host


def entries_of(target: Target, salt: bytes, told: tuple[str, str, str]) -> Iterator[Entry]:
    """Yield the ledger's line of a target."""
    if target.hashed_by is not None:
        yield entry_for(salt, "named", target.hashed_by, told)
    if target.site is not None:
        yield entry_for(salt, "site", target.site.encode(), told)
