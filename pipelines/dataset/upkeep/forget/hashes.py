"""What must never be fetched or written again, known by salted hashes: the ledger's lines as a run asks them.

An address is hashed by the bytes that its article id and its key in the state have in common, so that both are found.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from columnist.pipelines.dataset.state.revisions import text_key
from columnist.pipelines.document.addresses import address_key, is_web_address, normal_address

# named: by the user, an address or id. address: another one, or the id, of rows that were taken out. text: theirs,
# which their site must not bring back under a new address. site: all of its pages.
What = Literal["named", "address", "text", "site"]
WHATS: tuple[What, ...] = get_args(What)
_HASH_BYTES = 16  # two of a million million entries are alike once in 600 million million
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger."""

    hash: bytes
    salt: bytes
    what: What
    when: str = ""
    why: str = ""
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """All that one row or page may be known by."""

    own: frozenset[bytes]  # what its id and the address that answered are hashed by
    others: frozenset[bytes]  # the address asked for, the canonical link
    sites: frozenset[str]
    text: bytes | None = None


def entry_for(salt: bytes, what: What, value: bytes, told: tuple[str, str, str] = ("", "", "")) -> Entry:
    """Return the entry of a value; `told` is when, why and in which run."""
    return Entry(_hashed(salt, what, value), salt, what, *told)


def _hashed(salt: bytes, what: str, value: bytes) -> bytes:
    kind = "address" if what == "named" else what
    return hashlib.blake2b(value, key=salt, person=kind.encode(), digest_size=_HASH_BYTES).digest()


def by_id(article: str) -> bytes:
    """Return what an article id (32 hex digits) is hashed by; a stranger's file may have other ids."""
    try:
        return bytes.fromhex(article)[:12]
    except ValueError:
        return hashlib.sha256(article.encode("utf-8", "surrogatepass")).digest()[:12]


def by_key(key: bytes) -> bytes:
    """Return what an address is hashed by, from its key in the state."""
    return key[4:]


def by_address(url: str) -> bytes:
    """Return what an address is hashed by."""
    return by_key(address_key(url))


def is_root(url: str) -> bool:
    """Say whether an address is a site's front page: one that led to a forgotten article leads to others too."""
    parts = urlsplit(url) if is_web_address(url) else None
    return parts is not None and parts.path in ("", "/") and not parts.query


def sites_of(url: str | None, site: str | None = None) -> Iterator[str]:
    """Yield every name by which a page's site may have been forgotten: its own, its host's and what is above it."""
    if site:
        yield site
    if url is None or not is_web_address(url):
        return
    try:
        parts = urlsplit(normal_address(url))
        host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]
    except ValueError:  # a port such as :99999
        return
    yield f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    labels = host.split(".")
    yield from (".".join(labels[n:]) for n in range(len(labels)))


def identity_of(row: Mapping[str, Any]) -> Identity:
    """Return by what a row of articles or rejects is known; any column may lack."""
    asked, url, canonical = row.get("requested_url"), row.get("url"), row.get("canonical_url")
    site, content, article = row.get("site"), row.get("content_hash"), row.get("id")
    names = (name for address in {asked, url, canonical} for name in sites_of(address, site))
    own = {by_address(url)} if url else set()
    return Identity(
        frozenset(own | ({by_id(article)} if article else set())),
        frozenset(by_address(address) for address in {asked, canonical} - {url} if address),
        frozenset(names),
        text_key(site, content) if site and content else None,
    )


class Forgotten:
    """The ledger in memory: some thousand lines, asked for every address that is found."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._known: dict[tuple[str, bytes], What] = {}
        self.salts: tuple[bytes, ...] = ()
        self.names_sites = False
        self.add(entries)

    def add(self, entries: Iterable[Entry]) -> None:
        """Take more lines in; what an address was named for outweighs what it was found for."""
        for entry in entries:
            kind = "address" if entry.what == "named" else entry.what
            before = self._known.get((kind, entry.hash))
            if before is None or WHATS.index(entry.what) < WHATS.index(before):
                self._known[kind, entry.hash] = entry.what
            self.names_sites |= entry.what == "site"
            if entry.salt not in self.salts:
                self.salts = (*self.salts, entry.salt)

    def __bool__(self) -> bool:
        return bool(self._known)

    def has(self, entry: Entry) -> bool:
        """Say whether a line says nothing new."""
        kind = "address" if entry.what == "named" else entry.what
        before = self._known.get((kind, entry.hash))
        return before is not None and WHATS.index(before) <= WHATS.index(entry.what)

    def _what(self, kind: str, value: bytes) -> What | None:
        return next((w for s in self.salts if (w := self._known.get((kind, _hashed(s, kind, value))))), None)

    def address(self, value: bytes) -> What | None:
        """Return for what an address or id is forgotten: see `by_id`, `by_key`, `by_address`."""
        return self._what("address", value)

    def site(self, names: Iterable[str]) -> bool:
        """Say whether one of a page's sites is forgotten."""
        return self.names_sites and any(self._what("site", name.encode()) for name in names)

    def text(self, value: bytes | None) -> bool:
        """Say whether a site's text is forgotten."""
        return value is not None and self._what("text", value) is not None

    def covers(self, url: str, site: str | None = None) -> bool:
        """Say whether an address must not be asked for."""
        if not self._known:
            return False
        return self.address(by_address(url)) is not None or self.site(sites_of(url, site))

    def refuses(self, page: Identity) -> bool:
        """Say whether a page must not be written: any of its addresses is forgotten, or its site."""
        return any(self.address(key) for key in page.own | page.others) or self.site(page.sites)

    def takes(self, row: Identity) -> bool:
        """Say whether a written row is to go: for its id or the address that answered, for an address that a user
        named, or with its site; not for having been asked for, as a forgotten article once was, under one address."""
        if any(self.address(key) for key in row.own) or self.site(row.sites):
            return True
        return any(self.address(key) == "named" for key in row.others)


def load_forgotten(connection: sqlite3.Connection) -> Forgotten:
    """Return what a state was told to forget."""
    return Forgotten(read_entries(connection))


def read_entries(connection: sqlite3.Connection) -> Iterator[Entry]:
    """Yield the lines that a state keeps: those of the ledger, and addresses that it saw to lead to forgotten ones."""
    for row in connection.execute("SELECT hash, salt, what, at, why, run FROM forgotten"):
        yield Entry(*row)


def keep_entries(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Keep lines in the state, as part of the running transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO forgotten VALUES (?, ?, ?, ?, ?, ?)",
        [(e.hash, e.salt, e.what, e.when, e.why, e.run_id) for e in entries],
    )


def learned(forgotten: Forgotten, key: bytes) -> list[Entry]:
    """Return the entries of an address that turned out to lead to a forgotten article: known to this state alone."""
    return [entry_for(salt, "address", by_key(key)) for salt in forgotten.salts]
