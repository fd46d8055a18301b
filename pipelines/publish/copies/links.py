"""Which new texts are copies of which: slice after slice of time, each held against itself and the one before."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from columnist.pipelines.publish.copies.compare import (
    EXACT,
    FEWEST_WORDS,
    Likeness,
    like,
    phrases_of,
    text_of,
)
from columnist.pipelines.publish.copies.desk import Desk
from columnist.pipelines.publish.copies.shingles import Hashes
from columnist.pipelines.publish.copies.sketches import PERMUTATIONS, candidates

# Agreeing so far, two texts of a site are one story that ran twice, not two with one footer.
_SAME_STORY = 0.85 * PERMUTATIONS
LINKS = pa.schema(
    [("a", pa.string()), ("a_revision", pa.int32()), ("b", pa.string()), ("b_revision", pa.int32()),
     ("kind", pa.string()), ("similarity", pa.float32())]
)  # fmt: skip

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Slice:
    """The texts of two windows of time, by time: the second is held against both."""

    ids: list[str]
    revisions: list[int]
    sites: list[str]
    times: npt.NDArray[np.int64]  # microseconds
    is_new: npt.NDArray[np.bool_]
    marks: list[bytes]
    sketches: npt.NDArray[np.uint16]
    start: int  # of the second window
    window: int

    def pairs_up(self, one: int, other: int) -> bool:
        """Say whether a pair is this slice's to look at: two articles, near enough in time."""
        first, second = sorted((int(self.times[one]), int(self.times[other])))
        return second >= self.start and second - first <= self.window and self.ids[one] != self.ids[other]


def find_links(desk: Desk, window: int) -> None:
    """Fill the table `links` with the copies among `todo` and what is known; `window` in microseconds."""
    desk.keep("links", LINKS.empty_table())
    span = desk.ask("SELECT min(time), max(time) FROM facts SEMI JOIN todo USING (id, revision)")[0]
    if span[0] is None:
        return
    desk.database.execute(
        "CREATE TABLE line AS SELECT f.file, id, revision, f.site, f.time, f.first_seen, t.id IS NOT NULL AS is_new, s.mark, s.sketch"
        " FROM facts f JOIN sketches s USING (id, revision) LEFT JOIN todo t USING (id, revision)"
        " WHERE s.words >= ? AND f.time BETWEEN ? AND ?",
        [FEWEST_WORDS, span[0] - window, span[1] + window],
    )
    slots = {
        slot
        for (slot,) in desk.ask("SELECT DISTINCT (time - ?) // ? FROM line WHERE is_new", span[0], window)
    }
    for slot in sorted(slots | {slot + 1 for slot in slots}):  # a new text may be the earlier one
        found = list(_linked(desk, _slice(desk, span[0] + slot * window, window)))
        if found:
            columns = zip(*found, strict=True)
            arrays = [pa.array(values, field.type) for values, field in zip(columns, LINKS, strict=True)]
            desk.keep("links", pa.Table.from_arrays(arrays, schema=LINKS))


def _slice(desk: Desk, start: int, window: int) -> Slice:
    found = desk.database.sql(
        "SELECT id, revision, site, time, is_new, mark, sketch FROM line WHERE time >= ? AND time < ?"
        " ORDER BY time, first_seen, id, revision",
        params=[start - window, start + window],
    ).to_arrow_table()
    sketches = np.frombuffer(b"".join(found["sketch"].to_pylist()), np.uint16).reshape(-1, PERMUTATIONS)
    return Slice(
        found["id"].to_pylist(), found["revision"].to_pylist(), found["site"].to_pylist(), found["time"].to_numpy(),
        found["is_new"].to_numpy(), found["mark"].to_pylist(), sketches, start, window,
    )  # fmt: skip


def _linked(desk: Desk, part: Slice) -> Iterator[tuple[str, int, str, int, str, float]]:
    """Yield the copies of a slice as rows of LINKS."""
    first, exact = _exact(part)
    similar = _similar(part, first)
    for one, other, likeness in (*exact, *_compared(desk, part, similar)):
        keys = (part.ids[one], part.revisions[one], part.ids[other], part.revisions[other])
        yield *keys, likeness.kind, likeness.similarity


def _exact(part: Slice) -> tuple[npt.NDArray[np.int64], list[tuple[int, int, Likeness]]]:
    """Return for each text the first that is equal, and each pair of equals that follow each other."""
    first, last = np.arange(len(part.ids)), dict[bytes, int]()
    found = []
    for row, mark in enumerate(part.marks):
        before = last.get(mark)
        if before is not None:
            first[row] = first[before]
            if part.pairs_up(before, row) and (part.is_new[row] or part.is_new[before]):
                found.append((before, row, Likeness(EXACT, 1.0)))
        last[mark] = row
    return first, found


def _similar(part: Slice, first: npt.NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Return the pairs that may be copies, of equal texts the first alone, with how far their sketches agree."""
    rows = np.flatnonzero(first == np.arange(len(first)))
    is_new = np.zeros(len(first), np.bool_)
    np.logical_or.at(is_new, first, part.is_new)
    found = candidates(part.sketches[rows], is_new[rows])
    pairs = [(int(rows[one]), int(rows[other]), int(agree)) for some in found for one, other, agree in some]
    return [(min(one, other), max(one, other), agree) for one, other, agree in pairs]


def _compared(
    desk: Desk, part: Slice, pairs: list[tuple[int, int, int]]
) -> Iterator[tuple[int, int, Likeness]]:
    """Read the texts of these pairs and yield those that are copies."""
    runs = _read(desk, part, sorted({row for one, other, _ in pairs for row in (one, other)}))
    told = {row: part.ids[row] for row in runs}  # text -> story, as far as the site's phrases are concerned
    for one, other, agree in sorted(pairs):
        if agree >= _SAME_STORY and part.sites[one] == part.sites[other] and one in told:
            told[other] = told[one]
    stories = {(part.sites[row], story): row for row, story in reversed(told.items())}
    phrases = phrases_of((site, runs[row]) for (site, _), row in stories.items())
    texts = {row: text_of(found, phrases.get(part.sites[row])) for row, found in runs.items()}
    for one, other, _ in pairs:
        if part.pairs_up(one, other) and one in texts and other in texts:
            likeness = like(texts[one], texts[other])
            if likeness is not None:
                yield one, other, likeness


def _read(desk: Desk, part: Slice, rows: list[int]) -> dict[int, Hashes]:
    places = {(part.ids[row], part.revisions[row]): row for row in rows}
    chosen = pa.table(
        {
            "id": [part.ids[row] for row in rows],
            "revision": pa.array([part.revisions[row] for row in rows], pa.int32()),
        }
    )
    desk.database.execute("DROP TABLE IF EXISTS chosen")
    if not rows:
        return {}
    desk.keep("picked", chosen)
    desk.database.execute(
        "CREATE TABLE chosen AS SELECT file, id, revision FROM facts SEMI JOIN picked USING (id, revision)"
    )
    desk.database.execute("DROP TABLE picked")
    found = {places[article, revision]: runs for article, revision, runs in desk.texts("chosen")}
    return dict(sorted(found.items()))
