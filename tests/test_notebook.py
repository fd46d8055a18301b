"""data/columnist.ipynb: its cells run as they stand, one after the other, and say what the front page says."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib as mpl
import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = json.loads((ROOT / "data" / "columnist.ipynb").read_text(encoding="utf-8"))
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
EXPECTED = json.loads((ROOT / "data" / "demo" / "expected.json").read_text(encoding="utf-8"))["articles"]


def test_there_are_ten_cells_without_outputs() -> None:
    assert len(NOTEBOOK["cells"]) == 10
    assert {cell.get("execution_count") for cell in NOTEBOOK["cells"]} == {None}
    assert [cell["outputs"] for cell in NOTEBOOK["cells"] if cell.get("outputs")] == []


def test_the_front_page_says_it_in_the_same_words() -> None:
    front = (ROOT / "README.md").read_text(encoding="utf-8")

    for words in ("columnist.crawl(", "columnist.read("):
        assert words in front
        assert any(words in cell for cell in CODE)
    assert "columnist.ipynb" in front
    assert ").to_pandas()" in front


@pytest.mark.slow
def test_the_cells_run_from_crawl_to_plot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.chdir(tmp_path)
    mpl.use("Agg")
    names: dict[str, object] = {}
    for number, cell in enumerate(CODE):
        exec(compile(cell, f"cell {number}", "exec"), names)

    assert len(names["articles"]) == len(EXPECTED) == len(names["frame"])  # type: ignore[arg-type]
    languages = {one["language"] for one in EXPECTED}
    assert len(names["axes"].patches) == len(languages)  # type: ignore[attr-defined]
