"""What a person does wrong at the command line: said in one line, with what to do, before anything is started."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from fakesite import article

import columnist
from columnist.pipelines.dataset.state.lock import lock_data
from columnist.scraper.cli.main import run


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
        (("--page-seconds", "nan"), "'--page-seconds': 'nan' is not a valid number"),
        (("--delay", "-1"), "'--delay': -1.0 is not in the range x>=0"),
        (("--url", "heidebote"), "--url 'heidebote' is no address; give it whole, as https://"),
        (("--url", ""), "--url '' is no address"),
        (("--languages", "de,ar"), "codes of two letters each: --languages de --languages ar"),
        (("--no-such-flag",), "No such option '--no-such-flag'"),
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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("crawl", "--revisit-hours", "-3"), "'--revisit-hours': -3.0 is not in the range x>=0"),
        (("crawl", "--revisit-hours", "1", "--revisit-hours", "nan"), "'nan' is not a valid number"),
        (("crawl", "--max-pages", "0"), "--max-pages 0: give a number above 0"),
        (("crawl", "--max-minutes", "0"), "--max-minutes 0: give a number above 0"),
        (("crawl", "--max-pages-per-site", "0"), "--max-pages-per-site 0: give a number above 0"),
        (("crawl", "--max-per-pattern", "0"), "--max-per-pattern 0: give a number above 0"),
        (("sites", "add", "--pages", "0"), "'--pages': 0 is not in the range x>=1"),
    ],
)
def test_a_crawl_that_could_fetch_nothing_is_wrong_use(
    words: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)

    assert run([*words, "http://127.0.0.1:9/"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("COLUMNIST_DELAY", "soon", "'--delay' (from COLUMNIST_DELAY): 'soon' is not a valid number"),
        ("COLUMNIST_REVISIT_HOURS", "1 -6", "'--revisit-hours' (from COLUMNIST_REVISIT_HOURS): -6.0 is not"),
        ("COLUMNIST_WORKERS", "0", "--workers 0 (from COLUMNIST_WORKERS): give a number above 0"),
        ("COLUMNIST_LANGUAGES", "deu", "--languages deu (from COLUMNIST_LANGUAGES): give ISO 639-1 codes"),
    ],
)
def test_a_variable_that_cannot_work_is_named(
    variable: str, value: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(variable, value)

    assert run(["crawl", "http://127.0.0.1:9/"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


@pytest.mark.parametrize(
    ("words", "read_on"),
    [
        (("clean",), "columnist clean --help"),
        (("sites", "add"), "columnist sites add --help"),
        (("no-such-command",), "columnist --help"),
    ],
)
def test_one_line_says_what_was_wrong_and_where_to_read_on(
    words: tuple[str, ...], read_on: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(list(words)) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("columnist: ")
    assert line.endswith(f"; see `{read_on}`")


def test_no_words_at_all_are_answered_with_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    told = capsys.readouterr()
    assert "Commands:" in told.out + told.err


def test_a_site_that_has_a_file_is_refused_before_it_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "127.0.0.1_9.toml").write_text('seeds = ["http://127.0.0.1:9/"]\n')

    assert run(["sites", "add", "http://127.0.0.1:9/", "--site-files", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "127.0.0.1_9.toml: exists already; edit it, or remove it first" in line


@pytest.mark.parametrize("words", [("crawl", "foo"), ("sites", "add", "foo")])
def test_a_bare_word_is_no_address(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, "--contact", "desk@you.example"]) == 2
    assert "'foo' is no address of a site" in capsys.readouterr().err


def test_a_list_with_a_mistake_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("# seeds\n" + "https://news.example/1\n" * 9 + "htps:/news.example/10\n")

    assert run(["clean", str(listed), "--data", str(tmp_path / "data")]) == 3, "nobody gave a contact"
    line, _ = capsys.readouterr().err.splitlines()
    assert "list.txt: line 11 is no address: 'htps:/news.example/10'" in line
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "command", ["clean x.html", "forget a.example", "reclean", "verify --repair", "compact", "state rebuild"]
)
def test_a_check_of_other_runs_says_that_no_crawl_was_here(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "a.json").write_text(json.dumps({"command": f"columnist {command}", "sites": {}}))

    assert run(["check", "--data", str(tmp_path)]) == 0
    assert "no crawl has run here" in (said := capsys.readouterr().out)
    assert "(1 run of other commands)" in said
    assert run(["check", "--data", str(tmp_path), "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_a_check_counts_crawls_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "runs").mkdir()
    for n, command in enumerate(("crawl", "forget a.example", "reclean", "clean x.html", "crawl")):
        made = {"command": f"columnist {command}", "sites": {}, "started": f"2026-11-0{n + 1}T00:00:00+00:00"}
        (tmp_path / "runs" / f"{n}.json").write_text(json.dumps(made))

    assert run(["check", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("2 crawls looked at, ")
    assert run(["check", "--data", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"] == 2


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_a_check_without_a_manifest_to_look_at_does_not_pass(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "runs").mkdir()
    if content is not None:
        (tmp_path / "runs" / "a.json").write_text(content)

    assert run(["check", "--data", str(tmp_path)]) == 2
    assert "no manifest that can be read" in capsys.readouterr().err


def test_a_check_during_the_first_run_says_that_none_has_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with lock_data(tmp_path):
        assert run(["check", "--data", str(tmp_path)]) == 4
    during = capsys.readouterr().err

    assert run(["check", "--data", str(tmp_path)]) == 3
    assert during == f"columnist: {tmp_path}: no run has ended here yet; wait for its end\n"
    assert capsys.readouterr().err.startswith(
        f"columnist: {tmp_path}: no run has ended here yet; run it again"
    )


def test_a_public_address_without_a_contact_could_not_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNIST_CONTACT", raising=False)

    assert run(["crawl", "https://news.example/", "--data", str(tmp_path)]) == 3
    assert "--contact" in capsys.readouterr().err


def test_a_broken_site_file_is_named_with_its_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "news.example.toml").write_text('seeds = ["https://news.example/"]\ndney = ["/video/"]\n')

    assert run(["sites", "check", "--site-files", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "news.example.toml: dney" in told
    assert "deny" in told


def test_what_is_no_number_is_told_in_plain_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["crawl", "http://127.0.0.1:9/", "--max-pages", "x"]) == 2
    assert "'x' is not a valid whole number" in capsys.readouterr().err


def test_a_dataset_among_the_inputs_is_no_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        (tmp_path / f"{name}.html").write_bytes(
            article(
                f"Budget {name} adopted",
                [f"Paragraph {n} of {name}, which tells what the council did." for n in range(9)],
            )
        )

    said = [
        run(["clean", ".", "--again"]) for _ in range(3)
    ]  # --data is data/, in the folder that is cleaned

    rows = columnist.read("data", all_revisions=True).to_table(["title", "revision"]).to_pylist()
    assert said == [0, 0, 0]
    assert sorted((row["title"], row["revision"]) for row in rows) == [
        ("Budget a adopted", 0),
        ("Budget b adopted", 0),
    ]


def test_a_dataset_as_the_input_is_refused_with_what_to_do(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["clean", str(page), "--data", str(tmp_path / "data")])

    assert run(["clean", str(tmp_path / "data"), "--data", str(tmp_path / "other")]) == 2
    assert "is a data folder: its rows are clean already" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


def test_a_cluster_that_is_not_there_is_told_at_once(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("ray")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    assert (
        run(["clean", str(page), "--data", str(tmp_path / "data"), "--engine", "ray", "--address", address])
        == 3
    )
    assert f"the Ray cluster at {address} does not answer" in capsys.readouterr().err
