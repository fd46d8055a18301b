"""`columnist card`: a data folder describes itself, for people, for Hugging Face and for machines."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import datasets
import pytest
from newsroom import a_reject, an_article, rows_of

from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.publish.figures import figures_of
from columnist.pipelines.records.arrow_schema import ARTICLES
from columnist.pipelines.records.article import Rights
from columnist.scraper.cli.main import run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write three articles of two sites, one of them in two versions, and a reject."""
    a = replace(
        an_article("https://paper.example/a"), language="no", rights=Rights(train_ai=False), tags=("x", "y")
    )
    other = replace(
        an_article("https://other.example/b"),
        site="other.example",
        language=None,
        published_at=None,
        authors=(),
    )
    for articles in ((a, replace(other, section="News | Town"), an_article("https://paper.example/c"), a_reject()),
                     (replace(a, title="Newer"),)):  # fmt: skip
        with open_store(tmp_path / "news") as store:
            for row in rows_of(*articles):
                store.outbox.stage(row)
            store.finish()
    return tmp_path / "news"


def test_figures_count_the_latest_versions(data: Path) -> None:
    found = figures_of(str(data))

    assert (found.articles, found.revisions, found.runs) == (3, 4, 2)
    assert [(s.site, s.articles) for s in found.sites] == [("paper.example", 2), ("other.example", 1)]
    assert (found.sites[0].tagged, found.sites[1].tagged, found.sites[1].sectioned, found.sites[1].dated) == (
        0.5,
        0,
        1,
        0,
    )
    assert found.unknown["section"] == found.unknown["tags"] == pytest.approx(2 / 3)
    assert found.rights["train_ai"]["no"] == 1
    assert found.rejects == {"index-page": 1}
    assert found.changes == {"headline": 1}
    assert sum(found.days.values()) == sum(found.lengths.values()) == 3


def test_the_folder_loads_by_its_name_with_the_card_in_place(data: Path, tmp_path: Path) -> None:
    assert run(["card", str(data), "--name", 'News: "2026"']) == 0

    loaded = datasets.load_dataset(str(data), split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded.num_rows == 4
    rejects = datasets.load_dataset(str(data), "rejects", split="train", cache_dir=str(tmp_path / "cache"))
    assert rejects["reason"] == ["index-page"] or list(rejects["reason"]) == ["index-page"]
    assert run(["verify", "--data", str(data)]) == 0


def test_the_card_says_what_is_there_what_is_not_and_how_to_cite(data: Path) -> None:
    run(["card", str(data)])

    said = (data / "README.md").read_text(encoding="utf-8")
    assert '- "no"' in said  # a bare no is false in YAML
    assert "| paper.example | 2 |" in said
    assert "| section | 66.7% |" in said
    assert "| AI training allowed | 0 | 1 | 2 |" in said
    parts = sorted([*data.glob("articles/*/*.parquet"), *data.glob("rejects/*/*.parquet")])
    lines = "".join(
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(data).as_posix()}\n" for p in parts
    )
    assert hashlib.sha256(lines.encode()).hexdigest() in said


def test_croissant_names_every_column_with_its_meaning_and_the_fields_on_responsible_use(data: Path) -> None:
    run(["card", str(data)])

    told = json.loads((data / "croissant.json").read_text(encoding="utf-8"))
    fields = told["recordSet"][0]["field"]
    assert [field["name"] for field in fields] == ARTICLES.names
    assert all(field["description"] for field in fields)
    assert {key for key in told if key.startswith("rai:")} >= {
        "rai:dataCollection",
        "rai:dataLimitations",
        "rai:personalSensitiveInformation",
    }


def test_a_readme_of_somebodys_own_stays(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "README.md").write_text("mine", encoding="utf-8")

    assert run(["card", str(data)]) == 2
    assert "was not made by `columnist card`; move it away" in capsys.readouterr().err
    assert (data / "README.md").read_text(encoding="utf-8") == "mine"
    assert not (data / "croissant.json").exists()


def test_a_card_on_a_store_and_of_an_empty_dataset(tmp_path: Path) -> None:
    for place in ("memory://card", str(tmp_path / "empty")):
        with open_store(
            place, StoreOptions(state_folder=tmp_path / "state" / place.rpartition("/")[2])
        ) as store:
            store.finish()
        assert run(["card", place]) == 0
    assert "0 news articles" in (tmp_path / "empty" / "README.md").read_text(encoding="utf-8")
    assert run(["card", str(tmp_path / "nothing")]) == 2
