"""`columnist cluster`: copies get the id of the first-seen article, and stay what they are from run to run."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.compute as pc
import pytest
from newsroom import HOUR, NOON, an_article, with_text, write

import columnist
from columnist.pipelines.dataset.clusters.table import TABLE, clusters_of
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.state.lock import DataLocked
from columnist.pipelines.dataset.writers.at_work import Claim, at_work
from columnist.pipelines.publish.copies.cluster import cluster
from columnist.pipelines.records.article import Article, Paragraph
from columnist.scraper.cli.main import run

_FOOTER = "Read more stories of our town every morning in the letter that the desk sends to all who ask for it by mail. "


def words(seed: int, count: int = 60) -> str:
    chance = random.Random(seed)
    return " ".join(f"w{chance.randrange(5000)}" for _ in range(count))


def characters(seed: int, count: int = 60) -> str:
    chance = random.Random(seed)
    return "".join(chr(0x4E00 + chance.randrange(3000)) for _ in range(count)) + "。"


def story(name: str, *paragraphs: str, hours: float = 0, **more: object) -> Article:
    site, _, _ = name.partition("/")
    made = an_article(
        f"https://{site}.example/{name}", site=f"{site}.example", fetched_at=NOON + hours * HOUR, **more
    )
    return with_text(replace(made, paragraphs=tuple(Paragraph("p", text) for text in paragraphs)))


LONG = [words(n) for n in range(6)]
ORIGINAL = story("agency/1", *LONG)
CUT = story("paper/1", "BERLIN (Agency)", *LONG[:3], hours=1, title="Another headline")
EXACT = story("gazette/1", *LONG, hours=2)
EVENT = story("herald/1", *[words(n) for n in (10, 11, 12, 13)], LONG[0], hours=3)  # quotes a fifth
CHINESE = [
    story("xin/1", *[characters(n) for n in range(4)]),
    story("ri/1", *[characters(n) for n in range(2)], hours=1),
]


def found(data: Path | str) -> dict[str, str]:
    table = clusters_of(data)
    return dict(zip(table["id"].to_pylist(), table["cluster_id"].to_pylist(), strict=True))


def test_copies_belong_together_and_reports_of_one_event_do_not(tmp_path: Path) -> None:
    write(tmp_path, ORIGINAL, CUT, EXACT, EVENT, *CHINESE)

    told = cluster(tmp_path)

    rows = {row["id"]: row for row in clusters_of(tmp_path).to_pylist()}
    assert {rows[a.id]["cluster_id"] for a in (ORIGINAL, CUT, EXACT)} == {ORIGINAL.id}
    assert [rows[a.id]["kind"] for a in (ORIGINAL, CUT, EXACT, EVENT)] == [None, "partial", "exact", None]
    assert rows[CUT.id]["similarity"] == pytest.approx(0.5)
    assert rows[EVENT.id]["cluster_id"] == EVENT.id
    assert rows[CHINESE[1].id]["cluster_id"] == CHINESE[0].id
    assert (told.versions, told.clusters, told.copies) == (6, 2, 3)


@pytest.mark.parametrize("together", [True, False], ids=["in one run", "from run to run"])
def test_a_later_version_of_a_copy_with_the_same_text_is_a_copy_too(tmp_path: Path, together: bool) -> None:
    """Its headline changed, or a note: the text is still that of the others. A text of its own is none of theirs."""
    write(tmp_path, ORIGINAL, CUT, EXACT)
    if not together:
        cluster(tmp_path)
    write(tmp_path, *(replace(one, title="Newer") for one in (ORIGINAL, CUT, EXACT)))
    write(tmp_path, replace(story("paper/1", words(70), words(71)), title="Newer still"))
    cluster(tmp_path)

    rows = {(row["id"], row["revision"]): row for row in clusters_of(tmp_path).to_pylist()}
    assert [[rows[one.id, n]["kind"] for n in (0, 1)] for one in (ORIGINAL, CUT, EXACT)] == [
        [None, None], ["partial", "partial"], ["exact", "exact"],
    ]  # fmt: skip
    assert rows[CUT.id, 1]["similarity"] == rows[CUT.id, 0]["similarity"]
    assert rows[CUT.id, 2]["kind"] is None


def test_the_column_is_read_by_every_reader(tmp_path: Path) -> None:
    write(tmp_path, ORIGINAL, CUT, EVENT)
    assert set(columnist.read(tmp_path).to_table()["cluster_id"].to_pylist()) == {None}
    cluster(tmp_path)
    write(tmp_path, story("late/1", words(77)))  # not looked at yet
    articles = columnist.read(tmp_path)
    is_ours = pc.field("cluster_id") == ORIGINAL.id

    assert articles.to_table(filter=is_ours, columns=["url"])["url"].to_pylist() == [ORIGINAL.url, CUT.url]
    assert articles.filter(is_ours).count_rows() == 2
    assert articles.to_table().to_pandas()["cluster_id"].isna().sum() == 1
    assert duckdb.sql(f"SELECT count(*) FROM articles WHERE cluster_id = '{ORIGINAL.id}'").fetchall() == [
        (2,)
    ]
    joined = duckdb.sql(
        f"SELECT c.cluster_id FROM '{tmp_path}/articles/**/*.parquet' LEFT JOIN '{tmp_path}/clusters/*.parquet' c"
        f" USING (id, revision) WHERE url = '{CUT.url}'"
    )
    assert joined.fetchall() == [(ORIGINAL.id,)]
    side = pd.read_parquet(tmp_path / "clusters")
    plain = pd.read_parquet(tmp_path / "articles").drop(columns="cluster_id")
    assert (
        plain.merge(side, on=["id", "revision"], how="left").set_index("url")["cluster_id"][CUT.url]
        == ORIGINAL.id
    )


def test_runs_add_up(tmp_path: Path) -> None:
    """A run with nothing new touches nothing; later copies join; clusters that a third text joins become one."""
    first, second = story("a/1", *LONG[:3]), story("b/1", *LONG[3:], hours=1)
    write(tmp_path, first, second)
    cluster(tmp_path)
    before = {
        path: path.stat().st_mtime_ns
        for folder in ("clusters", "sketches")
        for path in (tmp_path / folder).iterdir()
    }
    told = cluster(tmp_path)

    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert (told.new, told.clusters) == (0, 0)

    whole = story("c/1", *LONG, hours=2)
    write(tmp_path, whole)
    assert cluster(tmp_path).merged == 1
    assert found(tmp_path) == dict.fromkeys((first.id, second.id, whole.id), first.id)

    write(tmp_path, with_text(replace(first, paragraphs=(*first.paragraphs, Paragraph("p", words(99, 5))))))
    cluster(tmp_path)
    assert clusters_of(tmp_path).num_rows == 4  # the new version is of the same cluster
    assert set(found(tmp_path).values()) == {first.id}


def test_what_was_forgotten_leaves_the_table(tmp_path: Path) -> None:
    write(tmp_path, ORIGINAL, CUT, EXACT)
    cluster(tmp_path)
    assert run(["forget", ORIGINAL.url, "--data", str(tmp_path), "--reason", "asked to"]) == 0
    joined = columnist.read(tmp_path).to_table(columns=["id"])["id"].to_pylist()
    assert ORIGINAL.id not in joined

    assert cluster(tmp_path).gone == 1
    assert found(tmp_path) == dict.fromkeys((CUT.id, EXACT.id), CUT.id)  # the next one gives its id
    kept = b"".join(path.read_bytes() for f in ("clusters", "sketches") for path in (tmp_path / f).iterdir())
    assert ORIGINAL.id.encode() not in kept
    assert run(["verify", "--data", str(tmp_path)]) == 0


def test_phrases_of_a_site_and_the_window_decide(tmp_path: Path) -> None:
    alike = [story(f"town/{n}", words(100 + n, 50), _FOOTER * 4, hours=n) for n in range(4)]
    late = story("late/1", *LONG, hours=24 * 20)
    write(tmp_path, *alike, ORIGINAL, late)
    cluster(tmp_path)

    assert all(article == of for article, of in found(tmp_path).items())

    # Another window is another question: what lay too far apart is a copy now, and too far apart again later.
    assert run(["cluster", "--data", str(tmp_path), "--window", "4w"]) == 0
    assert found(tmp_path)[late.id] == ORIGINAL.id
    assert cluster(tmp_path, timedelta(days=28)).new == 0
    assert cluster(tmp_path).copies == 0


def test_a_store_as_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = "memory://copies"
    write(place, ORIGINAL, CUT, state=tmp_path)
    capsys.readouterr()

    assert run(["cluster", "--data", place, "--window", "2w", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kinds"] == {"partial": 1}
    write(place, EXACT, state=tmp_path)
    assert run(["cluster", "--data", place]) == 0
    assert capsys.readouterr().out == "1 new, 3 articles, 2 copies (1 exact, 1 partial) in 1 cluster\n"
    assert set(found(place).values()) == {ORIGINAL.id}
    assert columnist.read(place).to_table(columns=["cluster_id"])["cluster_id"].null_count == 0


def test_refusals_say_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["cluster", "--data", str(tmp_path / "none")]) == 2
    write(tmp_path, ORIGINAL)
    assert run(["cluster", "--data", str(tmp_path), "--window", "soon"]) == 2
    with at_work(open_output(tmp_path), Claim("columnist cluster", folder="clusters")):
        write(tmp_path, CUT)  # a crawl may go on meanwhile
        with pytest.raises(DataLocked, match="writes its clusters/"):
            cluster(tmp_path)
    monkeypatch.setitem(sys.modules, "rensa", None)
    capsys.readouterr()
    assert run(["cluster", "--data", str(tmp_path)]) == 3
    assert "pip install 'columnist[research]'" in capsys.readouterr().err
    assert not (tmp_path / TABLE).exists()


@pytest.mark.slow
def test_killed_in_the_middle_the_same_call_goes_on(tmp_path: Path) -> None:
    write(
        tmp_path,
        *[
            story(f"s{n % 5}/{n}", *[words(n // 2 * 10 + k) for k in range(6 - n % 2)], hours=n / 100)
            for n in range(300)
        ],
    )
    command = [sys.executable, "-m", "columnist", "cluster", "--data", str(tmp_path)]
    running = subprocess.Popen(command)
    while running.poll() is None and not (tmp_path / "sketches").exists():
        time.sleep(0.002)
    os.kill(running.pid, signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    assert not (tmp_path / TABLE).exists()
    (tmp_path / "tmp").mkdir(exist_ok=True)
    (tmp_path / "tmp" / "clusters-0-clusters.parquet").write_bytes(
        b"half"
    )  # as a kill a moment later leaves it

    told = cluster(tmp_path)

    assert (told.versions, told.clusters, told.copies) == (300, 150, 150)
    assert list((tmp_path / "tmp").iterdir()) == []
    assert run(["verify", "--data", str(tmp_path)]) == 0
