"""The outbox: rows that are decided and durable, but not yet in a file of the dataset.

"Seen" means committed or staged, never merely fetched. A row crosses from the worker as Arrow bytes with its
key; staging decides in the same transaction whether it is new, a revision, or known already.
"""

import dataclasses
import time
from collections.abc import Sequence

import pyarrow as pa

from columnist.pipelines.dataset.state.line_memory import known_lines, learn_lines, tell_memory
from columnist.pipelines.dataset.state.revisions import (
    RECLEANED,
    Key,
    change_kind,
    same_story,
    text_key,
    without_lines,
)
from columnist.pipelines.dataset.state.rows import Row, Staged, checked, patched
from columnist.pipelines.dataset.state.site_lines import ARTICLE_BYTES
from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.dataset.upkeep.forget.hashes import identity_of
from columnist.pipelines.document.addresses import address_key
from columnist.pipelines.records.article import PASSING

_KNOWN_BY = ("id", "url", "requested_url", "canonical_url", "site", "content_hash")
_FACTS = "source, revision, content, title, metadata, paragraphs, corrections"


class Outbox:
    """Staging of rows. Every call joins the state's running transaction, or makes one of its own."""

    def __init__(self, state: State) -> None:
        self._state = state

    def stage(self, row: Row, moved_from: Sequence[str] = ()) -> Staged:
        """Decide what the row is, and keep it durably if it is anything new.

        `moved_from`: the addresses from which the server sent us on for good; an article of theirs goes on here.
        """
        batch = checked(row)
        with self._state.transaction():
            if self._is_forgotten(row, batch):
                staged = Staged("forgotten", row.key.id)
            elif row.kind == "rejects":
                staged = self._stage_reject(row)
            else:
                row, staged = self._stage_article(row, batch, moved_from)
                learn_lines(self._state, row.site, row.site_lines)
                if row.seen is not None and staged.decision != "duplicate":
                    seen = dataclasses.replace(row.seen, article=bytes.fromhex(staged.id)[:ARTICLE_BYTES])
                    tell_memory(self._state, row.site, seen)
            reasons = {"rejected": f"rejected:{row.key.content}", "duplicate": "duplicate:same-address"}
            self._state.count_event(row.site, reasons.get(staged.decision, staged.decision))
        return staged

    def stage_recleaned(self, row: Row, of: int) -> Staged:
        """Keep what the page of revision `of` gives today as the article's next one; unchanged where that is not the
        newest any more. A crawl compares the page with this version from now on."""
        batch = checked(row)
        with self._state.transaction():
            known = newest_version(self._state, row.key.id)
            if self._is_forgotten(row, batch):
                staged = Staged("forgotten", row.key.id)
            elif known is None or known[1] != of:
                return Staged("unchanged", row.key.id, of)
            else:
                row = dataclasses.replace(row, key=dataclasses.replace(row.key, source=known[0].source))
                staged = Staged("recleaned", row.key.id, of + 1, RECLEANED)
                remember(self._state, row.key, staged.revision, row.site)
                self._insert(patched(row, batch, staged), staged.revision)
            self._state.count_event(row.site, staged.decision)
        return staged

    def _is_forgotten(self, row: Row, batch: pa.RecordBatch) -> bool:
        """Say whether nothing of this page may be written: one of its addresses is forgotten, its site, or its text
        and it comes under an id that is not known."""
        forgotten = self._state.forgotten
        if not forgotten:
            return False
        names = [name for name in _KNOWN_BY if name in batch.schema.names]
        page = identity_of(batch.select(names).to_pylist()[0])
        return forgotten.refuses(page) or (
            forgotten.text(page.text) and newest_version(self._state, row.key.id) is None
        )

    def is_news(self, row: Row) -> bool:
        """Say whether `stage` is about to keep this row; only of pages that trade addresses it may think otherwise."""
        if self._state.forgotten and self._is_forgotten(row, checked(row)):
            return False
        if row.kind == "rejects":
            return not self._is_known_reject(row)
        known = newest_version(self._state, row.key.id)
        if known is None or known[0].source != row.key.source:
            return True
        return change_kind(*self._compared(known[0], row)) is not None

    def original_of(self, row: Row, moved_from: Sequence[str] = ()) -> str | None:
        """Return the source of the article whose very text this page of the same site repeats under another id.

        None where there is none, and where the page's own article is known: then `stage` compares the two.
        """
        found = self._state.connection.execute
        key, source = row.key, bytes.fromhex(row.key.source)
        if row.kind != "articles" or newest_version(self._state, key.id) or self._article_of(row, moved_from):
            return None
        # As the page gave it, or as it was filed: by now more lines may be known to be the site's.
        texts = (text_key(row.site, key.whole or key.content), text_key(row.site, key.content))
        original = found(
            "SELECT source FROM article WHERE text IN (?, ?) ORDER BY source = ? DESC, title = ? DESC LIMIT 1",
            (*texts, source, bytes.fromhex(key.title)),
        ).fetchone()
        return None if original is None else original[0].hex()

    def has_headline(self, row: Row, source: str) -> bool:
        """Say whether the article that the page of this source gave has the row's headline."""
        title, where = bytes.fromhex(row.key.title), bytes.fromhex(source)
        query = "SELECT 1 FROM article WHERE source = ? AND title = ?"
        return self._state.connection.execute(query, (where, title)).fetchone() is not None

    def waiting(self) -> int:
        """Return how many rows are in no committed part yet."""
        query = (
            "SELECT (SELECT count(*) FROM staged WHERE part IS NULL)"
            " + (SELECT coalesce(sum(rows), 0) FROM part WHERE state = 'writing')"
        )
        return int(self._state.connection.execute(query).fetchone()[0])

    def _is_known_reject(self, row: Row) -> bool:
        known = self._state.connection.execute(
            "SELECT reason FROM reject WHERE id = ?", (bytes.fromhex(row.key.id),)
        ).fetchone()
        again = known is not None and known[0] in PASSING and row.key.content in PASSING
        return known == (row.key.content,) or again

    def _stage_reject(self, row: Row) -> Staged:
        if self._is_known_reject(row):
            return Staged("unchanged", row.key.id)
        self._state.connection.execute(
            "INSERT OR REPLACE INTO reject VALUES (?, ?)", (bytes.fromhex(row.key.id), row.key.content)
        )
        self._insert(row, 0)
        return Staged("rejected", row.key.id)

    def _stage_article(
        self, row: Row, batch: pa.RecordBatch, moved_from: Sequence[str]
    ) -> tuple[Row, Staged]:
        known = newest_version(self._state, row.key.id)
        if known is None and (before := self._article_of(row, moved_from)):
            return self._stage_moved(row, batch, before)
        if known is not None and known[0].source in (address_key(url).hex() for url in moved_from):
            return self._stage_moved(row, batch, known)  # its address leads here, under the same id
        if known is not None and not _is_own(known[0], row.key) and not same_story(known[0], row.key):
            # Another page claims the same canonical address with another text: the claim is wrong.
            row = dataclasses.replace(row, key=dataclasses.replace(row.key, id=row.key.own_id))
            known = newest_version(self._state, row.key.id)
        if known is None:
            staged = Staged("new", row.key.id)
        else:
            old, new = self._compared(known[0], row)
            staged = _decide(old, known[1], new)
        if staged.decision in ("new", "changed"):
            remember(self._state, row.key, staged.revision, row.site)
            self._insert(patched(row, batch, staged), staged.revision)
        return row, staged

    def _stage_moved(self, row: Row, batch: pa.RecordBatch, before: tuple[Key, int]) -> tuple[Row, Staged]:
        """Let an article that moved go on under its id, at its new address."""
        old, revision = before
        row = dataclasses.replace(
            row, key=dataclasses.replace(row.key, id=old.id, source=address_key(row.url).hex())
        )
        kind = change_kind(*self._compared(old, row))
        if kind is None:
            self._state.connection.execute(
                "UPDATE article SET source = ? WHERE id = ?",
                (bytes.fromhex(row.key.source), bytes.fromhex(old.id)),
            )
            return row, Staged("duplicate", old.id, revision)
        staged = Staged("changed", old.id, revision + 1, kind)
        remember(self._state, row.key, staged.revision, row.site)
        self._insert(patched(row, batch, staged), staged.revision)
        return row, staged

    def _compared(self, old: Key, row: Row) -> tuple[Key, Key]:
        """Return a known version and this one as they are to be compared."""
        if old.content == row.key.content:
            return old, row.key
        return without_lines(old, row.key, row.site_lines | known_lines(self._state, row.site))

    def _article_of(self, row: Row, moved_from: Sequence[str]) -> tuple[Key, int] | None:
        """Return the article of another id that lives at this address: it moved here, or does so now.

        One that lives here and moved earlier is it only if the page claims no other address, or tells its story.
        """
        here, key = address_key(row.url), row.key
        for source in dict.fromkeys((*map(address_key, moved_from), here)):
            found = self._state.connection.execute(
                "SELECT id FROM article WHERE source = ? LIMIT 1", (source,)
            ).fetchone()
            known = newest_version(self._state, found[0].hex()) if found else None
            if known and (source != here or key.id == key.own_id or same_story(known[0], key)):
                return known
        return None

    def _insert(self, row: Row, revision: int) -> None:
        state, key = self._state, row.key
        values = (row.kind, row.day.isoformat(), row.site, _storable(row.url), bytes.fromhex(key.id))
        cursor = state.connection.execute(
            "INSERT INTO staged(kind, day, site, url, key, source, revision, bytes, at, run)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, bytes.fromhex(key.source), revision, row.size, time.time(), state.run_id),
        )
        state.connection.execute("INSERT INTO payload VALUES (?, ?)", (cursor.lastrowid, row.payload))


def newest_version(state: State, article: str) -> tuple[Key, int] | None:
    """Return the newest seen version of an article and its revision; None for one never seen."""
    found = state.connection.execute(
        f"SELECT {_FACTS} FROM article WHERE id = ?",  # noqa: S608  constant text
        (bytes.fromhex(article),),
    ).fetchone()
    if found is None:
        return None
    source, revision, content, title, metadata, paragraphs, corrections = found
    hashes = (content.hex(), title.hex(), metadata.hex())
    return Key(article, source.hex(), article, *hashes, paragraphs, corrections), revision


def remember(state: State, key: Key, revision: int, site: str) -> None:
    """Make this version of an article the newest that is seen."""
    ids = (bytes.fromhex(key.id), bytes.fromhex(key.source), revision)
    hashes = (bytes.fromhex(key.content), bytes.fromhex(key.title), bytes.fromhex(key.metadata))
    state.connection.execute(
        "INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*ids, *hashes, key.paragraphs, key.corrections, text_key(site, key.whole or key.content)),
    )


def _is_own(known: Key, new: Key) -> bool:
    """Say whether the page that gave the known version gives the new one too."""
    return known.source == new.source or new.own_id == new.id


def _decide(old: Key, revision: int, new: Key) -> Staged:
    if old.source != new.source and same_story(old, new):
        return Staged("duplicate", new.id, revision)
    kind = change_kind(old, new)
    if kind is None:
        return Staged("unchanged", new.id, revision)
    return Staged("changed", new.id, revision + 1, kind)


def _storable(text: str) -> str:
    """SQLite stores UTF-8: a lone surrogate in an address is written out."""
    return text.encode("utf-8", "backslashreplace").decode()
