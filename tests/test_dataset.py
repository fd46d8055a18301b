"""Files appear whole or not at all, each row in exactly one; what is not ours or not whole is set aside."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from newsroom import (
    HOUR,
    NOON,
    a_full_article,
    a_reject,
    addresses,
    an_article,
    crawl,
    files,
    flip,
    identities,
    read,
    rows_of,
    write,
)

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.parquet_format import filed_schema
from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.dataset.upkeep.repair.rebuild import rebuild
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.records.arrow_schema import ARTICLES
from columnist.pipelines.records.options import DatasetOptions


def test_rows_come_back_as_they_were_sorted_by_site_and_address(tmp_path: Path) -> None:
    full = a_full_article()
    others = [
        an_article(f"https://paper.example/{site}{n}", site=site) for n in (2, 1) for site in ("b", "a")
    ]

    write(tmp_path, full, *others, a_reject())

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
    write(tmp_path, *(an_article(url) for url in addresses(30)))
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
    manifest = write(tmp_path, *(an_article(url) for url in addresses(10)), options=options)

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

    manifest = write(tmp_path, an_article(), late)

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
        for k, v in write(tmp_path, *(an_article(u) for u in addresses(2)))["events"].items()
        if k == "unchanged"
    } == {"unchanged": 2}


def test_what_a_run_left_in_the_outbox_the_next_one_writes(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.outbox.stage(rows_of(an_article())[0])
        list(store.dataset.allocate_all())
        store.outbox.stage(rows_of(an_article("https://paper.example/b"))[0])

    manifest = write(tmp_path)

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


@pytest.mark.parametrize("how", ["rebuild", "by itself"])
def test_a_lost_state_is_made_anew_from_the_dataset(tmp_path: Path, how: str) -> None:
    crawl(tmp_path, addresses(20))
    write(tmp_path, an_article(addresses(1)[0], title="Second"), a_reject())
    before = identities(tmp_path)
    for path in tmp_path.glob("state.db*"):
        path.unlink()
    if how == "rebuild":
        assert (lambda r: (r.parts, r.rows))(rebuild(tmp_path)) == (3, 22)

    manifest = crawl(tmp_path, addresses(20))
    again = write(tmp_path, an_article(addresses(1)[0], title="Second"), a_reject())

    assert (manifest["rows"]["staged"], again["rows"]["staged"]) == (0, 0)
    assert again["events"]["unchanged"] == 2
    assert before == identities(tmp_path)
    assert verify(tmp_path).problems == ()


def test_a_damaged_state_says_so_and_is_rebuilt(tmp_path: Path) -> None:
    crawl(tmp_path, addresses(20))
    (tmp_path / "state.db").write_bytes(b"no database" * 1000)

    with pytest.raises(StorageError, match="columnist verify --repair"), open_store(tmp_path):
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

    assert a["discovered"] == sum(a[w] for w in ("done", "filtered", "failed", "gone", "pending")) == 20
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


def test_pages_changed_between_runs_become_revisions_in_new_files(tmp_path: Path) -> None:
    write(tmp_path, an_article())
    write(tmp_path, replace(an_article(), authors=("Somebody",)))

    rows = read(tmp_path).sort_by("revision").to_pylist()
    assert [(r["revision"], r["change_kind"]) for r in rows] == [(0, None), (1, "metadata")]
