"""Forgetting a lost part: its articles are unseen again and its addresses pending, so that a rerun fetches them."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.state.outbox import remember
from columnist.pipelines.dataset.state.revisions import key_of
from columnist.pipelines.dataset.state.state import URL_STATES, State
from columnist.pipelines.dataset.state.units import forget_units
from columnist.pipelines.dataset.upkeep.repair.losses import note_gone

_PENDING = URL_STATES.index("pending")
_OPEN = tuple(URL_STATES.index(name) for name in ("pending", "leased", "waiting"))


def forget_part(state: State, output: Output, name: str) -> int:
    """Drop a committed part and its rows from the state; return how many addresses are pending again.

    Where an older revision of an article survives in another part, that one is the newest again.
    """
    part, kind = state.connection.execute("SELECT id, kind FROM part WHERE name = ?", (name,)).fetchone()
    survivors = list(_survivors(state, output, part)) if kind == "articles" else []
    with state.transaction() as connection:
        note_gone(state, part)
        forget_units(state)
        if kind == "articles":
            connection.execute(
                "DELETE FROM article WHERE EXISTS (SELECT 1 FROM staged WHERE staged.part = ?"
                " AND staged.key = article.id AND staged.revision = article.revision)",
                (part,),
            )
        else:
            connection.execute(
                "DELETE FROM reject WHERE id IN (SELECT key FROM staged WHERE part = ?)", (part,)
            )
        for row in survivors:
            remember(state, key_of(row), row["revision"], row["site"])
        sources = connection.execute("SELECT DISTINCT source FROM staged WHERE part = ?", (part,)).fetchall()
        woken = sum(_wake(state, source) for (source,) in sources)
        connection.execute("DELETE FROM staged WHERE part = ?", (part,))
        connection.execute("UPDATE part SET state = 'lost', told = NULL WHERE id = ?", (part,))
    return woken


def _wake(state: State, source: bytes) -> bool:
    """Set an address pending again, without the validators by which the server would answer "unchanged"."""
    found = state.connection.execute("SELECT id, site, state FROM url WHERE key = ?", (source,)).fetchone()
    if found is None or found[2] in _OPEN:
        return False
    number, site, before = found
    state.connection.execute(
        "UPDATE url SET state = ?, next_visit = NULL, etag = NULL, modified = NULL, content = NULL WHERE id = ?",
        (_PENDING, number),
    )
    state.count_now(site, URL_STATES[before], -1)
    state.count_now(site, URL_STATES[_PENDING])
    return True


def _survivors(state: State, output: Output, part: int) -> Iterator[dict[str, Any]]:
    """Yield, for each article whose newest revision is lost, the newest row of it in another part."""
    older = state.connection.execute(
        "SELECT hex(other.key), max(other.revision), part.name FROM staged AS other"
        " JOIN part ON part.id = other.part AND part.state = 'committed' AND part.kind = 'articles'"
        " WHERE other.part <> ?1 AND other.key IN (SELECT lost.key FROM staged AS lost JOIN article"
        " ON article.id = lost.key AND article.revision = lost.revision WHERE lost.part = ?1) GROUP BY other.key",
        (part,),
    )
    for article, revision, name in older.fetchall():
        wanted = [("id", "==", article.lower()), ("revision", "==", revision)]
        if output.find(name) is None:
            continue
        with output.open(name) as file:
            try:
                yield from pq.read_table(file, filters=wanted, partitioning=None).to_pylist()
            except (pa.ArrowException, OSError):  # that part is damaged too: it is forgotten in its turn
                continue
