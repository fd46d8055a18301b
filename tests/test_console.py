"""What a command says besides its last line: logs, metrics, webhooks, progress, and the words of small commands."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import pty
import re
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from columnist.scraper.cli import console
from columnist.scraper.cli.console import Ticker
from columnist.scraper.cli.main import COMMANDS, run


def test_the_log_file_holds_one_json_object_a_line(page: Path, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "columnist.log"

    assert (
        run(["clean", str(page), "--data", str(tmp_path / "data"), "--log-file", str(log), "--log-json"]) == 0
    )

    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert lines[-1]["message"].startswith("1 new, 0 changed, 0 known, 0 rejected; exit 0, run ")
    assert {"at", "level", "from", "message"} <= set(lines[-1])


def test_beside_a_log_file_standard_error_has_what_is_to_be_looked_at_and_no_more(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, junk = tmp_path / "columnist.log", tmp_path / "junk.parquet"
    junk.write_bytes(b"junk")
    more = ["--data", str(tmp_path / "data"), "--log-file", str(log)]

    assert run(["clean", str(page), *more]) == 0
    assert capsys.readouterr().err == ""
    assert run(["clean", str(junk), *more]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert " ERROR nothing in the input could be read" in line
    assert line in log.read_text()


def test_a_traceback_stays_in_the_line_it_belongs_to(page: Path, tmp_path: Path) -> None:
    log = tmp_path / "columnist.log"
    run(["clean", str(page), "--data", str(tmp_path / "data"), "--log-file", str(log), "--log-json"])
    try:
        raise ValueError("odd")
    except ValueError:
        console.LOG.exception("it broke")

    told = json.loads(log.read_text().splitlines()[-1])
    assert told["message"] == "it broke"
    assert told["traceback"].endswith("ValueError: odd")


def test_metrics_and_webhook_are_told_and_a_failing_one_costs_nothing(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics, words = tmp_path / "c.prom", ["clean", str(page), "--data", str(tmp_path / "data")]

    assert run([*words, "--metrics-file", str(metrics), "--webhook", "http://127.0.0.1:9/"]) == 0
    assert 'columnist_pages{outcome="new",reason=""} 1.0' in metrics.read_text()
    capsys.readouterr()
    assert run([*words, "--metrics-file", str(page / "below-a-file.prom")]) == 0
    assert "--metrics-file" in capsys.readouterr().err


def test_what_a_start_had_to_mend_is_logged(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["clean", str(page), "--data", str(tmp_path / "data")]
    run(words)
    (tmp_path / "data" / "articles" / "stray.parquet").write_bytes(b"PAR1")
    capsys.readouterr()

    assert run(words) == 0
    assert "recovery: strangers" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("clean", "{page}", "--languages", "english"), "--languages english: give ISO 639-1 codes"),
        (("clean", "{page}", "https://news.example/"), "addresses and saved pages in one call"),
        (("crawl", "--sites", "{empty}"), "the file names no site"),
        (("crawl", "--sites", "{latin}"), "latin.txt: byte 3 is no UTF-8; save the file as UTF-8"),
        (("crawl", "--sites", "{marked}"), "'ftp://a.example' is no address of a site"),
        (("crawl", "--site-files", "{folder}/none"), "name a site: columnist crawl https://news.example/"),
        (("show", "{no_rows}"), "holds no page"),
        (("sites", "add", "http://"), "is no address of a site"),
    ],
)
def test_each_wrong_use_has_its_words(
    words: tuple[str, ...], said: str, page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty, no_rows = tmp_path / "empty.txt", tmp_path / "none.parquet"
    empty.write_text("# none yet\n")
    (tmp_path / "latin.txt").write_bytes("café.example\n".encode("latin-1"))
    (tmp_path / "marked.txt").write_text("ftp://a.example\n", encoding="utf-8-sig")
    pq.write_table(pa.table({"url": pa.array([], pa.string()), "html": pa.array([], pa.binary())}), no_rows)
    places = {"page": page, "empty": empty, "no_rows": no_rows, "folder": tmp_path}
    places |= {name: tmp_path / f"{name}.txt" for name in ("latin", "marked")}
    asked = [word.format(**places) for word in words]
    data = () if words[0] in ("show", "sites") else ("--data", str(tmp_path / "data"))

    assert run([*asked, *data]) == 2
    assert said in capsys.readouterr().err


def test_the_site_files_are_listed_and_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "news.example.toml").write_text('seeds = ["https://news.example/"]\n')

    assert run(["sites", "list", "--site-files", str(tmp_path)]) == 0
    assert "https://news.example/" in capsys.readouterr().out
    assert run(["sites", "list", "--site-files", str(tmp_path / "none")]) == 0
    assert "0 sites in" in capsys.readouterr().out
    assert run(["sites", "check", "--site-files", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "1 site file read, no mistake found\n"


def test_a_state_is_made_anew_and_knows_what_was_written(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["clean", str(page), "--data", str(tmp_path / "data")]
    run(words)
    (tmp_path / "data" / "state.db").unlink()
    capsys.readouterr()

    assert run(["state", "rebuild", "--data", str(tmp_path / "data")]) == 0
    assert capsys.readouterr().out == "rebuilt from 1 file: 1 row known, 0 files set aside\n"
    assert run(words) == 0
    assert "0 new, 0 changed, 1 known" in capsys.readouterr().out
    assert run(["verify", "--data", str(tmp_path / "data"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["problems"] == []


def test_a_file_that_is_no_page_is_shown_as_the_reject_that_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.html").write_bytes(b" ")

    assert run(["show", str(tmp_path / "empty.html")]) == 1
    assert capsys.readouterr().out.startswith("no article: empty\n")
    assert run(["show", str(tmp_path / "empty.html"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["reason"] == "empty"


def test_help_names_every_command_and_loads_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    told = capsys.readouterr().out
    assert [name for name, _, _ in COMMANDS if name not in told] == []
    assert run(["--version"]) == 0


class Keyboard:
    """Standard input that ends as it is told to."""

    closed = False

    def __init__(self, error: BaseException) -> None:
        self.buffer, self.error = self, error

    def read(self, size: int) -> bytes:
        raise self.error


def test_an_interrupt_says_that_nothing_is_lost_and_a_bug_shows_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["clean", "-", "--data", str(tmp_path / "data")]
    monkeypatch.setattr(sys, "stdin", Keyboard(KeyboardInterrupt()))
    assert run(words) == 130
    assert "nothing is lost" in capsys.readouterr().err

    monkeypatch.setattr(sys, "stdin", Keyboard(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        run(words)


def _all_of(terminal: int) -> str:
    """Read what a terminal was sent, once its other end is closed: it comes piece by piece."""
    pieces = []
    with os.fdopen(terminal, "rb", buffering=0) as screen, contextlib.suppress(OSError):  # Linux ends so
        while piece := screen.read(4096):
            pieces.append(piece)
    return b"".join(pieces).decode()


def test_a_terminal_sees_a_bar_and_a_log_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with Ticker("cleaning") as ticker:
            ticker.tick(0, 0, "nothing yet")
            ticker.tick(3, 9, "3 new")
        monkeypatch.undo()
    told = _all_of(ours)
    monkeypatch.setattr(console, "SECONDS_BETWEEN_LINES", 0.0)
    with caplog.at_level(logging.INFO), Ticker("cleaning") as ticker:
        ticker.tick(3, 9, "3 new")
        ticker.tick(3, 0, "3 new")

    assert "cleaning" in told
    assert caplog.messages[0].startswith("cleaning: 3 of 9, ")
    assert re.fullmatch(r"cleaning: 3, [\d.]+/s, 3 new", caplog.messages[1]), (
        "how many there are, nobody knows"
    )


def test_beside_a_log_file_errors_and_losses_still_speak(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("clean", str(page), "--data", str(tmp_path / "data"), "--quiet")
    more = ("--log-file", str(tmp_path / "log"), "--webhook", "http://127.0.0.1:9/secret")

    assert run([*words, *more]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "the webhook at 127.0.0.1 was not told" in told.err
    assert "secret" not in told.err
