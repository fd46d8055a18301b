"""The command line: what it says last, and the exit code that it leaves with."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.lock import lock_data
from scraper.cli import COMMANDS, run
from scraper.cli.demo import LOADERS

SENTENCE = "The council of the town adopted the budget on Tuesday after a debate of four hours. "
PAGE = f"""<html lang="en"><head><title>Budget adopted | The Lantern</title>
<meta property="og:type" content="article"><meta property="og:title" content="Budget adopted"></head>
<body><article><h1>Budget adopted</h1><p>{SENTENCE * 3}</p><p>{"A second reading follows in May. " * 8}</p></article></body></html>"""


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """Give the log back as it was: a command sets it up for its whole process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "budget.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _columnist(*words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command as cron would: no terminal, no HOME, LANG=C."""
    code = "from scraper.cli import main; main()"
    # Without PATH the interpreter of a virtual environment is still found: it is named in full.
    bare = {"LANG": "C", "PYTHONPATH": str(Path(__file__).parent.parent)}
    return subprocess.run(
        [sys.executable, "-c", code, *words],
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

    assert run(["clean", str(empty), "--data", str(tmp_path / "data")]) == 0

    assert capsys.readouterr().out == "0 new, 0 changed, 0 known, 1 rejected: 1 empty\n"
    assert pq.read_table(tmp_path / "data" / "rejects").num_rows == 1


@pytest.mark.parametrize(
    "words",
    [
        ("clean",),
        ("clean", "no/such/file.html"),
        ("clean", "x.html", "--no-such-flag"),
        ("show", "no/such/file.html"),
        ("no-such-command",),
        ("crawl", "not an address"),
        ("clean", "http://localhost:99999/"),
        ("show", "http://localhost:99999/"),
        ("check", "--data", "no/such/folder"),
        ("verify", "--data", "no/such/folder"),
        ("state", "rebuild", "--data", "no/such/folder"),
        ("sites", "check", "--site-files", "no/such/folder"),
    ],
)
def test_wrong_use_exits_with_2_and_says_what_was_wrong(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(list(words)) == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--data", "nope://b/x", "--state", "s"), "Neither fsspec nor pyarrow.fs can open nope://b/x"),
        (("--workers", "0"), "--workers 0: give a number above 0"),
        (("--page-seconds", "0"), "--page-seconds 0: give a number above 0"),
        (("--rows-per-file", "0"), "--rows-per-file 0: give a number above 0"),
    ],
)
def test_an_option_that_cannot_work_is_named_in_one_line(
    words: tuple[str, ...], said: str, page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)

    assert run(["clean", str(page), *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


@pytest.mark.parametrize("words", [("crawl", "foo"), ("sites", "add", "foo")])
def test_a_bare_word_is_no_address(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, "--contact", "desk@you.example"]) == 2
    assert "'foo' is no address of a site" in capsys.readouterr().err


def test_a_list_with_a_mistake_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("# seeds\n" + "https://news.example/1\n" * 9 + "htps:/news.example/10\n")

    assert run(["clean", str(listed), "--data", str(tmp_path / "data")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "list.txt: line 11 is no address: 'htps:/news.example/10'" in line
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "words",
    [("crawl", "http://127.0.0.1:9/"), ("clean", "{page}")],
    ids=["crawl", "clean"],
)
@pytest.mark.parametrize(("flag", "code"), [("--data", 5), ("--log-file", 3)])
def test_a_place_that_cannot_be_written_is_named_in_one_line(
    words: tuple[str, str], flag: str, code: int, page: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    asked = [word.format(page=page) for word in words]

    assert run([*asked, "--data", str(tmp_path / "data"), "--quiet", flag, f"{page}/below/a/file"]) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert str(page) in line


@pytest.mark.slow
def test_a_store_out_of_reach_is_no_empty_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], closed_port: int
) -> None:
    place = f"s3://key:hidden@bucket/news?scheme=http&region=x&endpoint_override=127.0.0.1:{closed_port}"

    assert run(["verify", "--data", place, "--state", str(tmp_path)]) == 5
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("columnist: The store of the dataset does not answer: s3://bucket/news?")
    assert "hidden" not in line


def test_an_address_that_no_driver_knows_could_not_be_verified(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--data", "nope://bucket/news"]) == 2
    assert "Neither fsspec nor pyarrow.fs can open nope://bucket/news" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, "{", "[]", '{"command": "columnist clean x.html", "sites": {}}'])
def test_a_check_without_a_crawl_to_look_at_does_not_pass(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "runs").mkdir()
    if content is not None:
        (tmp_path / "runs" / "a.json").write_text(content)

    assert run(["check", "--data", str(tmp_path)]) == 2
    assert "no crawl's manifest that can be read" in capsys.readouterr().err


def test_a_public_address_without_a_contact_could_not_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNIST_CONTACT", raising=False)

    assert run(["crawl", "https://news.example/", "--data", str(tmp_path)]) == 3
    assert "--contact" in capsys.readouterr().err


def test_a_remote_data_folder_needs_a_local_state(capsys: pytest.CaptureFixture[str], page: Path) -> None:
    assert run(["clean", str(page), "--data", "s3://bucket/news"]) == 3
    assert "--state" in capsys.readouterr().err


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
        "import sys; from scraper.cli import run; code = run(sys.argv[1:])\n"
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
    evil.write_text(PAGE.replace("Budget adopted", "Bud\x1b[31mget\x07 adopted"), encoding="utf-8")

    run(["show", str(evil)])

    assert "\x1b" not in capsys.readouterr().out


def test_a_broken_site_file_is_named_with_its_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "news.example.toml").write_text('seeds = ["https://news.example/"]\ndney = ["/video/"]\n')

    assert run(["sites", "check", "--site-files", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "news.example.toml: dney" in told
    assert "deny" in told


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
    done = _columnist(*words, stdin=PAGE.encode())

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
