"""Whatever befell a dataset: verify names it, a repair mends it, and the next run has every row there again."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from newsroom import a_reject, addresses, an_article, crawl, flip, read, rows_of, write

from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.state.state import STATE_NAME, open_state
from columnist.pipelines.dataset.upkeep.forget.forget import forget
from columnist.pipelines.dataset.upkeep.forget.ledger import LEDGER
from columnist.pipelines.dataset.upkeep.forget.targets import Names, read_targets
from columnist.pipelines.dataset.upkeep.repair.problems import PROBLEMS
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.scraper.cli.main import run

FORGOTTEN = "https://paper.example/forgotten"
URLS = addresses(8)
LATER = [f"{url}-later" for url in URLS]


def newspaper(data: Path) -> None:
    """Two files of crawled articles, one of rejects, a ledger, and an older copy of all that."""
    crawl(data, [*URLS, FORGOTTEN])
    write(data, a_reject())
    shutil.copytree(data, data.with_name("older"))
    forget(data, read_targets([FORGOTTEN], Names), "asked to", StoreOptions(command="columnist forget"))
    crawl(data, LATER)


def first(data: Path, kind: str = "articles") -> Path:
    return min((data / kind).rglob("*.parquet"))


def manifest(data: Path, n: int = 0) -> Path:
    return sorted((data / "runs").glob("*.json"))[n]


def edit(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    pq.write_table(change(pq.read_table(path, partitioning=None)), path)


def sql(data: Path, words: str) -> None:
    with closing(sqlite3.connect(data / STATE_NAME)) as connection:
        connection.executescript(words)


def stage(data: Path) -> None:
    """Publish a part, and die before it is committed."""
    with open_store(data) as store:
        store.outbox.stage(rows_of(an_article("https://paper.example/staged"))[0])
        (part,) = store.dataset.allocate_all()
        store.dataset.write(part)


def put_back(data: Path, names: str) -> None:
    older = data.with_name("older")
    for path in older.glob(names):
        if path.is_file():
            (data / path.relative_to(older)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, data / path.relative_to(older))


def drop_state(data: Path) -> None:
    for path in data.glob(f"{STATE_NAME}*"):
        path.unlink()


def older_state(data: Path) -> None:
    drop_state(data)
    put_back(data, f"{STATE_NAME}*")


def older_dataset(data: Path) -> None:
    for name in ("articles", "rejects", "runs"):
        shutil.rmtree(data / name)
    put_back(data, "*/**/*")


def copy(data: Path, name: str) -> None:
    (data / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(first(data), data / name)


def compact(data: Path) -> None:
    """Join the files into one, and leave them where they are."""
    paths = sorted((data / "articles").rglob("*.parquet"))
    pq.write_table(
        pa.concat_tables(pq.read_table(p, partitioning=None) for p in paths),
        paths[0].with_name("joined.parquet"),
    )


def into_another_day(data: Path) -> None:
    path = first(data)
    there = path.parent.with_name("day=2020-01-01") / path.name
    there.parent.mkdir()
    path.rename(there)


@dataclass(frozen=True)
class Damage:
    do: Callable[[Path], object]
    what: frozenset[str]  # what verify calls it
    gone: int = 0  # rows that a person has taken out by hand, and that nobody can bring back


def damage(do: Callable[[Path], object], *what: str, gone: int = 0) -> Damage:
    return Damage(do, frozenset(what), gone)


RAW = {"name": "archive/day=2026-11-22/run-00001.warc.gz", "bytes": 9, "sha256": "0"}
DAMAGES = {
    "a file is missing": damage(lambda d: first(d).unlink(), "missing"),
    "a file of rejects is missing": damage(lambda d: first(d, "rejects").unlink(), "missing"),
    "a file was cut": damage(lambda d: first(d).write_bytes(first(d).read_bytes()[:-100]), "damaged"),
    "a file was emptied": damage(lambda d: first(d).write_bytes(b""), "damaged"),
    "a bit flipped": damage(lambda d: flip(first(d)), "damaged"),
    "a row was taken out by hand": damage(lambda d: edit(first(d), lambda t: t.slice(1)), "edited", gone=1),
    "a row was taken out by hand, and a run has said so": damage(
        lambda d: (edit(first(d), lambda t: t.slice(1)), write(d)), "lost", gone=1
    ),
    "a column was added by hand": damage(
        lambda d: edit(first(d), lambda t: t.append_column("stars", pa.nulls(t.num_rows, pa.int8()))), "edited"
    ),
    "a stranger's table": damage(
        lambda d: pq.write_table(pa.table({"x": [1]}), d / "articles" / "x.parquet"), "unknown"
    ),
    "a stranger's text": damage(lambda d: (d / "articles" / "notes.txt").write_text("?")),
    "a stranger's broken table": damage(lambda d: (d / "articles" / "x.parquet").write_text("?"), "unknown"),
    "a file of raw pages is gone": damage(
        lambda d: manifest(d).write_text(json.dumps(json.loads(manifest(d).read_text()) | {"archive": [RAW]})),
        "bad-archive",
    ),
    "a manifest is gone": damage(lambda d: manifest(d).unlink(), "bad-manifest"),
    "all manifests are gone": damage(lambda d: [p.unlink() for p in (d / "runs").glob("*.json")], "bad-manifest"),
    "a manifest is cut": damage(lambda d: manifest(d).write_text("{"), "bad-manifest"),
    "a manifest is another's": damage(lambda d: manifest(d).write_text('{"parts": [{}]}'), "bad-manifest"),
    "a manifest's sums are wrong": damage(
        lambda d: manifest(d).write_text(manifest(d).read_text().replace('"written": 9', '"written": 5')),
        "bad-manifest",
    ),
    "the manifest of forget is gone": damage(lambda d: manifest(d, 2).unlink(), "bad-manifest"),
    "a file is left in tmp": damage(lambda d: (d / "tmp" / "articles-x.parquet").write_bytes(b"PAR1"), "left-over"),
    "a stranger lies in tmp": damage(lambda d: (d / "tmp" / "notes").write_bytes(b"?"), "left-over"),
    "the state is gone": damage(drop_state),
    "the state is no database": damage(lambda d: (d / STATE_NAME).write_bytes(b"no database" * 999), "bad-state"),
    "the state is an older one": damage(older_state, "unknown"),
    "the dataset is an older one": damage(older_dataset, "missing", "edited", "bad-manifest", "forgotten", "bad-ledger"),
    "a part was published and not committed": damage(stage, "unknown"),
    "counts are wrong": damage(lambda d: sql(d, "UPDATE tally SET n = n + 3 WHERE scope = ''"), "bad-count"),
    "keys are gone": damage(lambda d: sql(d, "DELETE FROM staged WHERE id = 1"), "bad-count"),
    "a line of the ledger is broken": damage(
        lambda d: (d / LEDGER).write_text('{"id_hash": \n' + (d / LEDGER).read_text().partition("\n")[2]), "bad-ledger"
    ),
    "the ledger is gone": damage(lambda d: (d / LEDGER).unlink(), "bad-ledger"),
    "a forgotten row was put back": damage(
        lambda d: put_back(d, "articles/**/*.parquet"), "edited", "forgotten"
    ),
    "a file was copied": damage(lambda d: copy(d, "articles/day=2026-11-22/copy.parquet"), "unknown"),
    "a file was copied, and a run has seen it": damage(
        lambda d: (copy(d, "articles/day=2026-11-22/copy.parquet"), write(d)), "double"
    ),
    "a file was copied into another day": damage(
        lambda d: copy(d, "articles/day=2020-01-01/copy.parquet"), "unknown", "wrong-day"
    ),
    "files were joined and left": damage(compact, "unknown"),
    "a file lies in another day": damage(into_another_day, "missing", "unknown", "wrong-day"),
    "two things at once": damage(
        lambda d: (flip(first(d)), manifest(d).write_text("{"), (d / LEDGER).unlink()),
        "damaged", "bad-manifest", "bad-ledger",
    ),
}  # fmt: skip


def everything(data: Path) -> list[tuple[str, int]]:
    """Return id, or address of a reject, and revision of every row that readers of our columns find."""
    rows = []
    for path in sorted(data.glob("*/**/*.parquet")):
        if path.parts[len(data.parts)] in ("articles", "rejects"):
            if path.read_bytes() == b"?":
                continue
            table = pq.read_table(path, partitioning=None)
            rows += [(r.get("id") or r["url"], r.get("revision", 0)) for r in table.to_pylist() if "url" in r]
    return sorted(rows)


@pytest.mark.parametrize("case", DAMAGES)
def test_verify_names_it_a_repair_mends_it_and_a_run_has_every_row_again(tmp_path: Path, case: str) -> None:
    data = tmp_path / "data"
    newspaper(data)
    whole = everything(data)
    hurt = DAMAGES[case]
    hurt.do(data)
    if case.startswith("a part was published"):
        whole = sorted([*whole, *set(everything(data)) - set(whole)])

    found = {p.what for p in verify(data, repair=False).problems} if "no database" not in case else hurt.what
    assert hurt.what <= found or hurt.what == found
    assert bool(found) == bool(hurt.what)
    verify(data, repair=True)

    assert verify(data, repair=False).problems == ()
    assert verify(data, repair=True).problems == ()
    crawl(data, [*URLS, *LATER, FORGOTTEN])
    write(data, a_reject())
    assert len(set(whole) - set(everything(data))) == hurt.gone
    assert len(everything(data)) == len(whole) - hurt.gone
    assert verify(data, repair=False).problems == ()


def test_the_other_state_of_a_mended_dataset_has_nothing_to_tell(tmp_path: Path) -> None:
    data, two = tmp_path / "data", tmp_path / "two"
    newspaper(data)
    write(data, an_article("https://gazette.example/two"), state=two)
    compact(data)
    manifest(data).write_text("{")
    into_another_day(data)
    verify(data, repair=True)

    with open_store(data, StoreOptions(state_folder=two)) as store:
        found = store.recovery
        assert (found.quarantined, found.damaged, found.missing) == ((), (), ())
        assert store.finish()["rows_gone"] == 0
    assert verify(data, two, repair=False).problems == ()


def test_two_texts_under_one_id_and_revision_are_both_kept(tmp_path: Path) -> None:
    write(tmp_path, an_article())
    copy(tmp_path, "articles/day=2026-11-22/other.parquet")
    edit(
        tmp_path / "articles/day=2026-11-22/other.parquet",
        lambda t: t.set_column(t.schema.get_field_index("title"), "title", pa.array(["Another"])),
    )
    verify(tmp_path, repair=True)

    assert sorted(read(tmp_path)["title"].to_pylist())[0] == "Another"
    assert read(tmp_path).num_rows == 2


def test_every_problem_has_its_word_and_its_case() -> None:
    assert {what for what, _, _ in PROBLEMS} == {what for hurt in DAMAGES.values() for what in hurt.what}


def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    newspaper(data)
    into_another_day(data)
    (data / "tmp" / "articles-x.parquet").write_bytes(b"")

    assert run(["verify", "--data", str(data), "--repair"]) == 1
    told = capsys.readouterr().out
    assert "left-over: tmp/articles-x.parquet: no run writes it any more; removed" in told
    assert "; moved to articles/day=2026-11-22/" in told
    assert run(["verify", "--data", str(data)]) == 0


def test_a_repair_that_was_killed_goes_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    newspaper(data)
    compact(data)
    with closing(open_state(data / STATE_NAME)) as state:  # as one that died right at its start leaves it
        state.connection.execute(
            "INSERT INTO run(id, command, options, started, state) VALUES ('x', '', '{}', '', 'running')"
        )
    verify(data, repair=True)

    assert verify(data, repair=False).problems == ()
    assert len(set(everything(data))) == len(everything(data))


def test_the_reject_of_a_twin_is_no_double(tmp_path: Path) -> None:
    write(tmp_path, a_reject())
    write(tmp_path, replace(a_reject(), reason="too-short"))

    assert verify(tmp_path, repair=True).problems == ()
    assert read(tmp_path, "rejects").num_rows == 2
    assert json.loads(manifest(tmp_path).read_text())["rows"]["written"] == 1
