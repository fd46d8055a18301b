"""Files appear whole or not at all, each row in exactly one; what is not ours or not whole is set aside."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from newsroom import NOON, a_full_article, a_reject, an_article, files, identities, read, rows_of

from pipelines import durable, state
from pipelines.dataset import parts
from pipelines.dataset.columns import filed_schema
from pipelines.dataset.rebuild import rebuild
from pipelines.dataset.verify import verify
from pipelines.durable import StorageError
from pipelines.options import DatasetOptions
from pipelines.schema import ARTICLES
from pipelines.store import StoreOptions, open_store
from scraper.frontier import Found, Frontier, Visit

HOUR = timedelta(hours=1)
SITES = ("paper.example", "gazette.example")


def addresses(n: int) -> list[str]:
    return [f"https://{SITES[i % 2]}/{i:03d}" for i in range(n)]


def crawl(data: Path, urls: list[str], **changes: Any) -> dict[str, Any]:
    """Crawl these addresses as far as state and dataset see it; return the manifest."""
    with open_store(data, StoreOptions(command="test crawl")) as store:
        frontier = Frontier(store.state, (1.0,))
        frontier.add(Found(url, url.split("/")[2]) for url in urls)
        while leases := frontier.lease(10, NOON, per_site=10):
            for lease in leases:
                with store.state.transaction():
                    (row,) = rows_of(an_article(lease.url, site=lease.site, **changes))
                    store.outbox.stage(row)
                    frontier.done(lease, Visit(200, etag='"1"', published=NOON - HOUR * 1000), NOON)
        return store.finish()


def clean(data: Path, *records: Any, options: DatasetOptions = DatasetOptions()) -> dict[str, Any]:
    """Write records without a frontier, as `columnist clean` does."""
    with open_store(data, StoreOptions(dataset=options)) as store:
        for row in rows_of(*records):
            store.outbox.stage(row)
        store.dataset.flush_due(NOON)
        return store.finish()


def test_rows_come_back_as_they_were_sorted_by_site_and_address(tmp_path: Path) -> None:
    full = a_full_article()
    others = [
        an_article(f"https://paper.example/{site}{n}", site=site) for n in (2, 1) for site in ("b", "a")
    ]

    clean(tmp_path, full, *others, a_reject())

    rows = read(tmp_path).drop_columns(["day"]).to_pylist()
    assert [(r["site"], int(r["url"][-1])) for r in rows[:-1]] == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]
    assert rows_of(full)[0].key.content == rows[-1]["content_hash"]
    assert rows[-1]["images"][:1] == [
        {"url": "https://paper.example/a.jpg", "caption": "The hall", "credit": "Reuters"}
    ]
    assert rows[-1]["found_by"] == [{"key": "title", "value": "json-ld"}, {"key": "authors", "value": "meta"}]
    assert full.published_at == rows[-1]["published_at"]
    assert read(tmp_path, "rejects").num_rows == 1


def test_a_file_is_packed_and_described_for_its_readers(tmp_path: Path) -> None:
    clean(tmp_path, *(an_article(url) for url in addresses(30)))
    (path,) = (tmp_path / "articles").rglob("*.parquet")
    file = pq.ParquetFile(path, page_checksum_verification=True)
    notes = {k.decode() for k in file.schema_arrow.metadata}
    text = file.metadata.row_group(0).column([f.name for f in ARTICLES].index("id"))

    assert path.parent.name == "day=2026-11-22"
    assert file.schema_arrow.equals(filed_schema(ARTICLES), check_metadata=False)
    assert {"columnist.schema_version", "columnist.run_id", "columnist.options", "columnist.version.trafilatura",
            "columnist.version.langdetect", "columnist.version.columnist"} <= notes  # fmt: skip
    assert (text.compression, text.has_column_index, text.has_offset_index) == ("ZSTD", True, True)
    assert [
        (file.schema.column(c.column_index).name, c.descending)
        for c in file.metadata.row_group(0).sorting_columns
    ] == [("site", False), ("url", False)]
    assert b"of the text" in file.schema_arrow.field("language").metadata[b"description"]


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        (DatasetOptions(rows_per_file=4), [4, 4, 2]),
        (DatasetOptions(megabytes_per_file=0), [1] * 10),
        (DatasetOptions(seconds_per_file=0), [10]),
        (DatasetOptions(), [10]),
    ],
)
def test_files_end_by_rows_bytes_age_or_the_run(
    tmp_path: Path, options: DatasetOptions, rows: list[int]
) -> None:
    manifest = clean(tmp_path, *(an_article(url) for url in addresses(10)), options=options)

    assert rows == [part["rows"] for part in manifest["parts"]]
    assert read(tmp_path).num_rows == 10


def test_nothing_is_due_before_its_time(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.outbox.stage(rows_of(an_article())[0])
        assert store.dataset.flush_due(NOON) == 0
        assert store.dataset.flush() == 1
        assert store.dataset.flush() == 0


def test_each_day_of_fetching_is_a_folder(tmp_path: Path) -> None:
    late = an_article("https://paper.example/late", fetched_at=NOON + 12 * HOUR)

    manifest = clean(tmp_path, an_article(), late)

    assert [part["name"].split("/")[1] for part in manifest["parts"]] == ["day=2026-11-22", "day=2026-11-23"]


def test_the_data_folders_hold_nothing_but_parts(tmp_path: Path) -> None:
    manifest = crawl(tmp_path, addresses(20))

    assert sorted(
        [part["name"] for part in manifest["parts"]] + [f"runs/{manifest['run_id']}.json"]
    ) == files(tmp_path)


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    crawl(tmp_path, addresses(20))
    before = files(tmp_path / "articles")
    manifest = crawl(tmp_path, addresses(20))

    assert manifest["parts"] == []
    assert before == files(tmp_path / "articles")
    assert {
        k: v
        for k, v in clean(tmp_path, *(an_article(u) for u in addresses(2)))["events"].items()
        if k == "unchanged"
    } == {"unchanged": 2}


def test_what_a_run_left_in_the_outbox_the_next_one_writes(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.outbox.stage(rows_of(an_article())[0])
        list(store.dataset.allocate_all())
        store.outbox.stage(rows_of(an_article("https://paper.example/b"))[0])

    manifest = clean(tmp_path)

    assert read(tmp_path).num_rows == 2
    assert manifest["rows"] == {"outbox_at_start": 2, "staged": 0, "written": 2, "outbox": 0}
    died = [json.loads(p.read_bytes()) for p in (tmp_path / "runs").iterdir()]
    assert {"died", "finished"} == {m["outcome"] for m in died}
    assert verify(tmp_path).problems == ()


def test_a_part_is_written_in_a_thread_while_the_state_goes_on(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with open_store(tmp_path) as store, ThreadPoolExecutor(1) as pool:
        for row in rows_of(*(an_article(url) for url in addresses(50))):
            store.outbox.stage(row)
        (part,) = store.dataset.allocate_all()
        written = pool.submit(store.dataset.write, part)
        for row in rows_of(*(an_article(url + "x") for url in addresses(50))):
            store.outbox.stage(row)
        store.dataset.commit(written.result())
        store.finish()

    assert len(set(identities(tmp_path))) == 100


def test_a_published_file_is_never_overwritten(tmp_path: Path) -> None:
    staged, final = tmp_path / "staged", tmp_path / "final"
    staged.write_bytes(b"new")
    final.write_bytes(b"old")

    with pytest.raises(FileExistsError):
        durable.publish(staged, final)
    assert final.read_bytes() == b"old"


def test_a_stranger_under_a_parts_name_is_set_aside(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.outbox.stage(rows_of(an_article())[0])
        (part,) = store.dataset.allocate_all()
        (tmp_path / part.name).parent.mkdir(parents=True)
        (tmp_path / part.name).write_bytes(b"stranger")
        store.dataset.commit(store.dataset.write(part))

    assert read(tmp_path).num_rows == 1
    assert (tmp_path / "quarantine" / part.name).read_bytes() == b"stranger"


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "flipped": flip,
    "emptied": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_file_is_named_set_aside_and_its_pages_fetched_again(tmp_path: Path, how: str) -> None:
    crawl(tmp_path, addresses(20))
    before = identities(tmp_path)
    (path,) = (tmp_path / "articles").rglob("*.parquet")
    DAMAGE[how](path)

    (problem,) = verify(tmp_path).problems
    manifest = crawl(tmp_path, [])

    assert (str(path.relative_to(tmp_path)), "damaged", 20) == (problem.name, problem.what, problem.pending)
    assert Path(problem.moved_to or "").is_file()
    assert manifest["events"]["new"] == 20
    assert before == identities(tmp_path)
    assert verify(tmp_path).problems == ()


@pytest.mark.parametrize("how", DAMAGE)
def test_a_run_finds_damage_by_itself(tmp_path: Path, how: str) -> None:
    crawl(tmp_path, addresses(20))
    before = identities(tmp_path)
    (path,) = (tmp_path / "articles").rglob("*.parquet")
    DAMAGE[how](path)

    crawl(tmp_path, [])

    assert before == identities(tmp_path)


def test_without_repair_verify_changes_nothing(tmp_path: Path) -> None:
    crawl(tmp_path, addresses(4))
    (path,) = (tmp_path / "articles").rglob("*.parquet")
    flip(path)

    assert [p.what for p in verify(tmp_path, repair=False).problems] == ["damaged"]
    assert [p.what for p in verify(tmp_path, repair=False).problems] == ["damaged"]


def test_a_missing_file_is_fetched_again_only_after_verify(tmp_path: Path) -> None:
    crawl(tmp_path, addresses(20))
    (path,) = (tmp_path / "articles").rglob("*.parquet")
    path.unlink()

    assert crawl(tmp_path, [])["rows"]["staged"] == 0
    assert [(p.what, p.pending) for p in verify(tmp_path).problems] == [("missing", 20)]
    assert crawl(tmp_path, [])["rows"]["staged"] == 20


def test_the_older_revision_is_the_newest_again_when_the_newer_is_lost(tmp_path: Path) -> None:
    clean(tmp_path, an_article())
    clean(tmp_path, an_article(title="Second"))
    newer = max((tmp_path / "articles").rglob("*.parquet"))  # names sort by time
    newer.unlink()
    verify(tmp_path)

    assert clean(tmp_path, an_article())["events"]["unchanged"] == 1
    assert {
        k: v for k, v in clean(tmp_path, an_article(title="Second"))["events"].items() if k == "changed"
    } == {"changed": 1}
    assert sorted(read(tmp_path)["revision"].to_pylist()) == [0, 1]


def test_foreign_files_are_set_aside_and_reported(tmp_path: Path) -> None:
    crawl(tmp_path, addresses(4))
    strange = ["articles/day=2026-11-22/x.parquet", "articles/.hidden", "rejects/notes.txt", "tmp/other"]
    for name in strange:
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(b"?")

    assert {"unknown"} == {p.what for p in verify(tmp_path, repair=False).problems}
    with open_store(tmp_path) as store:
        aside = store.recovery.quarantined

    assert sorted(str(tmp_path / "quarantine" / name) for name in strange) == sorted(aside)
    assert read(tmp_path).num_rows == 4


def test_a_copied_dataset_is_not_taken_for_a_damaged_one(tmp_path: Path) -> None:
    import shutil

    crawl(tmp_path / "one", addresses(4))
    shutil.copytree(tmp_path / "one", tmp_path / "two", copy_function=shutil.copyfile)
    with open_store(tmp_path / "two") as store:
        assert (store.recovery.damaged, store.recovery.quarantined) == ((), ())


@pytest.mark.parametrize("how", ["rebuild", "by itself"])
def test_a_lost_state_is_made_anew_from_the_dataset(tmp_path: Path, how: str) -> None:
    crawl(tmp_path, addresses(20))
    clean(tmp_path, an_article(addresses(1)[0], title="Second"), a_reject())
    before = identities(tmp_path)
    for path in tmp_path.glob("state.db*"):
        path.unlink()
    if how == "rebuild":
        assert (lambda r: (r.parts, r.rows))(rebuild(tmp_path)) == (3, 22)

    manifest = crawl(tmp_path, addresses(20))
    again = clean(tmp_path, an_article(addresses(1)[0], title="Second"), a_reject())

    assert (manifest["rows"]["staged"], again["rows"]["staged"]) == (0, 0)
    assert again["events"]["unchanged"] == 2
    assert before == identities(tmp_path)
    assert verify(tmp_path).problems == ()


def test_a_damaged_state_says_so_and_is_rebuilt(tmp_path: Path) -> None:
    crawl(tmp_path, addresses(20))
    (tmp_path / "state.db").write_bytes(b"no database" * 1000)

    with pytest.raises(StorageError, match="columnist state rebuild"), open_store(tmp_path):
        pass
    rebuild(tmp_path)

    assert crawl(tmp_path, addresses(20))["rows"]["staged"] == 0
    assert (tmp_path / "quarantine" / "state.db").exists()


def test_rebuild_sets_unreadable_files_aside(tmp_path: Path) -> None:
    crawl(tmp_path, addresses(20))
    crawl(tmp_path, [url + "x" for url in addresses(20)])
    flip(min((tmp_path / "articles").rglob("*.parquet")))

    rebuilt = rebuild(tmp_path)

    assert (rebuilt.parts, rebuilt.rows, len(rebuilt.quarantined)) == (1, 20, 1)


def test_the_manifest_adds_up_and_verify_says_when_one_does_not(tmp_path: Path) -> None:
    manifest = crawl(tmp_path, addresses(20))
    a, r = manifest["addresses"], manifest["rows"]
    path = tmp_path / "runs" / f"{manifest['run_id']}.json"

    assert a["discovered"] == a["done"] + a["filtered"] + a["failed"] + a["pending"] == 20
    assert r["outbox_at_start"] + r["staged"] == r["written"] + r["outbox"] == 20
    assert manifest == json.loads(path.read_bytes())
    assert {s: c["events"]["new"] for s, c in manifest["sites"].items()} == {
        "paper.example": 10,
        "gazette.example": 10,
    }

    path.write_text(json.dumps({**manifest, "rows": {**r, "written": 19}}))
    assert [p.what for p in verify(tmp_path).problems] == ["bad-manifest", "bad-manifest"]
    path.write_text("{")
    assert [p.what for p in verify(tmp_path).problems] == ["bad-manifest"]


def test_a_dataset_in_another_place_than_a_local_folder(tmp_path: Path) -> None:
    import fsspec

    place, memory = "memory://papers", fsspec.filesystem("memory")
    options = StoreOptions(state_folder=tmp_path)
    for _ in range(2):
        with open_store(place, options) as store:
            for row in rows_of(*(an_article(url) for url in addresses(10)), a_reject()):
                store.outbox.stage(row)
            store.finish()
    names = memory.find("/papers")
    (article,) = (n for n in names if "/articles/" in n)
    with memory.open(article) as file:
        assert pq.read_table(file).num_rows == 10
    assert len(names) == 4
    assert verify(place, tmp_path).problems == ()

    memory.pipe_file(article, memory.cat_file(article)[:-9])
    assert [p.what for p in verify(place, tmp_path).problems] == ["damaged"]
    with open_store(place, options) as store:
        store.outbox.stage(rows_of(an_article(addresses(1)[0]))[0])
        store.finish()
    (article,) = (n for n in memory.find("/papers/articles"))
    rebuilt = rebuild(place, tmp_path)
    assert (rebuilt.parts, rebuilt.rows) == (2, 2)


def test_a_place_that_nobody_knows_is_named() -> None:
    with pytest.raises(ValueError, match="nonsense://x"), open_store("nonsense://x"):
        pass
    with pytest.raises(ValueError, match="state_folder"), open_store("memory://x"):
        pass


def test_pages_changed_between_runs_become_revisions_in_new_files(tmp_path: Path) -> None:
    clean(tmp_path, an_article())
    clean(tmp_path, replace(an_article(), authors=("Somebody",)))

    rows = read(tmp_path).sort_by("revision").to_pylist()
    assert [(r["revision"], r["change_kind"]) for r in rows] == [(0, None), (1, "metadata")]


@pytest.mark.parametrize(("limit", "steps"), [("_DROPPED_ROWS", 6), ("_DROPPED_BYTES", 11)])
def test_a_commit_drops_its_rows_bytes_in_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, steps: int
) -> None:
    monkeypatch.setattr(parts, limit, 2 if limit == "_DROPPED_ROWS" else 1)
    with open_store(tmp_path) as store:
        for row in rows_of(*(an_article(url) for url in addresses(10))):
            store.outbox.stage(row)
        (part,) = store.dataset.allocate_all()
        left = []
        for _ in store.dataset.commit_by_steps(store.dataset.write(part)):
            left.append(store.state.connection.execute("SELECT count(*) FROM payload").fetchone()[0])
            assert store.outbox.waiting() == 0  # committed before the first byte is dropped

    assert left == list(range(10, -1, -2 if steps == 6 else -1))
    assert verify(tmp_path).problems == ()


def test_what_was_not_dropped_is_dropped_by_the_next_run(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.outbox.stage(rows_of(an_article())[0])
        (part,) = store.dataset.allocate_all()
        next(store.dataset.commit_by_steps(store.dataset.write(part)))  # it died after the commit

    with open_store(tmp_path) as store:
        left = store.state.connection.execute("SELECT count(*) FROM payload").fetchone()[0]

    assert (left, read(tmp_path).num_rows) == (0, 1)


def test_the_log_of_the_state_begins_anew_after_a_checkpoint_beside_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(rounds: int) -> int:
        for number in range(rounds):
            for row in rows_of(*(an_article(f"{url}-{number}-{rounds}") for url in addresses(10))):
                store.outbox.stage(row)
            store.state.checkpoint()
            store.state.checkpoint_rest()
        return (tmp_path / "state.db-wal").stat().st_size

    with open_store(tmp_path) as store:
        store.state.checkpoint_elsewhere()
        once = written(1)
        assert written(20) < 3 * once
        monkeypatch.setattr(state, "_LONG_LOG", 0)
        assert written(3) < 3 * once
        store.finish()

    assert verify(tmp_path).problems == ()
