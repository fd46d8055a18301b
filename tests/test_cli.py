"""The command line: what it says last, and the exit code that it leaves with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from commandline import COMMAND
from fakesite import article

from columnist.pipelines.dataset.state.lock import lock_data
from columnist.scraper.cli.commands.demo import LOADERS
from columnist.scraper.cli.main import COMMANDS, run


def _columnist(*words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command as cron would: no terminal, no HOME, LANG=C."""
    # Without PATH the interpreter of a virtual environment is still found: it is named in full.
    bare = {"LANG": "C", "PYTHONPATH": str(Path(__file__).parent.parent)}
    return subprocess.run(
        [*COMMAND, *words],
        input=stdin,
        capture_output=True,
        timeout=120,
        env=bare,
        check=False,
    )


def test_every_command_has_help() -> None:
    for name, _, _ in COMMANDS:
        assert run([name, "--help"]) == 0


def test_a_page_is_new_once_and_known_ever_after(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"

    assert run(["clean", str(page), "--data", str(data)]) == 0
    assert capsys.readouterr().out == "1 new, 0 changed, 0 known, 0 rejected\n"

    assert run(["clean", str(page), "--data", str(data)]) == 0
    assert capsys.readouterr().out == "0 new, 0 changed, 1 known, 0 rejected\n"
    assert pq.read_table(data / "articles").num_rows == 1


def test_json_gives_the_same_counts_to_machines(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["clean", str(page), "--data", str(tmp_path / "data"), "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["new"] == 1
    assert told["summary"] == "1 new, 0 changed, 0 known, 0 rejected"
    assert told["parts"][0]["rows"] == 1


def test_a_page_that_is_no_article_is_counted_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.html"
    empty.write_bytes(b"  ")

    assert run(["clean", str(empty), "--data", str(tmp_path / "data")]) == 1

    assert capsys.readouterr().out == "0 new, 0 changed, 0 known, 1 rejected: 1 empty\n"
    assert pq.read_table(tmp_path / "data" / "rejects").num_rows == 1


def test_a_second_run_exits_with_4_and_names_the_holder(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with lock_data(tmp_path / "data", "columnist crawl"):
        assert run(["clean", str(page), "--data", str(tmp_path / "data")]) == 4

    assert "columnist crawl" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [("crawl", "http://127.0.0.1:9/"), ("clean", "{page}")], ids=["crawl", "clean"]
)
def test_a_second_run_is_told_before_the_slow_imports(
    page: Path, tmp_path: Path, words: tuple[str, str]
) -> None:
    asked = [word.format(page=page) for word in words]
    code = (
        "import sys; from columnist.scraper.cli.main import run; code = run(sys.argv[1:])\n"
        "slow = {'scrapy', 'twisted', 'pyarrow', 'trafilatura', 'lxml', 'numpy'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {slow}' if slow else code)"
    )
    with lock_data(tmp_path / "data", "columnist crawl"):
        told = subprocess.run(
            [sys.executable, "-c", code, *asked, "--data", str(tmp_path / "data")],
            capture_output=True, text=True, cwd=Path(__file__).parents[1], check=False,
        )  # fmt: skip

    assert (told.returncode, "columnist crawl" in told.stderr) == (4, True), told.stderr


def test_the_folder_is_free_again_after_a_run_that_held_it(page: Path, tmp_path: Path) -> None:
    words = ["clean", str(page), "--data", str(tmp_path / "data"), "--quiet"]

    assert [run(words), run(words)] == [0, 0]
    with lock_data(tmp_path / "data"):
        pass


def test_show_names_the_source_of_each_field(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", str(page)]) == 0

    told = capsys.readouterr().out
    assert told.startswith("Budget adopted\n")
    assert "Found by:" in told
    assert "title: " in told


def test_show_says_that_it_shows_one_page_of_several(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", str(page)]) == 0
    assert capsys.readouterr().err == ""

    (page.parent / "other.html").write_bytes(page.read_bytes())
    run(["show", str(page.parent)])

    assert "holds more pages, this is the first" in capsys.readouterr().err


def test_show_gives_the_record_as_json(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", str(page), "--json", "--url", "https://lantern.example/budget"]) == 0

    record = json.loads(capsys.readouterr().out)
    assert record["title"] == "Budget adopted"
    assert record["url"] == "https://lantern.example/budget"
    assert record["found_by"]["title"]


def test_nothing_from_a_page_reaches_the_terminal_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = tmp_path / "evil.html"
    evil.write_bytes(article("Budget adopted").replace(b"Budget", b"Bud\x1b[31mget\x07"))

    assert run(["show", str(evil)]) == 0

    told = capsys.readouterr().out
    assert "adopted" in told
    assert "\x1b" not in told


def test_input_of_which_nothing_can_be_read_is_told_and_rejects_are_an_outcome(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    junk, empty = tmp_path / "junk.parquet", tmp_path / "empty.html"
    junk.write_bytes(b"junk")
    empty.write_bytes(b"")
    data = str(tmp_path / "data")

    assert run(["clean", str(junk), "--data", data]) == 1
    told = capsys.readouterr()
    assert told.out == "0 new, 0 changed, 0 known, 1 rejected: 1 bad-input\n"
    assert f"nothing in the input could be read; the column detail in {data}/rejects says why" in told.err

    assert run(["clean", str(junk), str(empty), "--data", data]) == 0
    assert "ERROR" not in capsys.readouterr().err


@pytest.mark.slow
def test_it_runs_from_cron_without_terminal_home_or_locale(page: Path, tmp_path: Path) -> None:
    done = _columnist("clean", str(page), "--data", str(tmp_path / "data"))

    assert (done.returncode, done.stdout) == (0, b"1 new, 0 changed, 0 known, 0 rejected\n"), done.stderr


@pytest.mark.slow
def test_the_lines_that_the_demo_prints_load_what_it_wrote(page: Path, tmp_path: Path) -> None:
    run(["clean", str(page), "--data", str(tmp_path)])

    for name, line in LOADERS:
        done = subprocess.run(
            [sys.executable, "-c", f"{line.format(folder=tmp_path / 'articles')}; print(articles)"],
            capture_output=True,
            timeout=120,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hub")},
            check=False,
        )
        assert done.returncode == 0, (name, done.stderr.decode()[-500:])
        assert done.stdout


@pytest.mark.slow
def test_standard_input_is_an_input(tmp_path: Path) -> None:
    words = ("clean", "-", "--url", "https://lantern.example/budget", "--data", str(tmp_path / "data"))
    done = _columnist(*words, stdin=article("Budget adopted"))

    assert (done.returncode, done.stdout) == (0, b"1 new, 0 changed, 0 known, 0 rejected\n"), done.stderr
    assert pq.read_table(tmp_path / "data" / "articles")["url"].to_pylist() == [
        "https://lantern.example/budget"
    ]


@pytest.mark.slow
def test_the_verifier_finds_a_flipped_bit_and_repairs(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    run(["clean", str(page), "--data", str(data)])
    assert run(["verify", "--data", str(data)]) == 0
    part = next((data / "articles").rglob("*.parquet"))
    content = bytearray(part.read_bytes())
    content[len(content) // 3] ^= 1
    part.write_bytes(content)
    capsys.readouterr()

    assert run(["verify", "--data", str(data), "--repair"]) == 1
    assert "damaged" in capsys.readouterr().out
    assert run(["clean", str(page), "--data", str(data)]) == 0
    assert "1 new" in capsys.readouterr().out
    assert run(["verify", "--data", str(data)]) == 0
