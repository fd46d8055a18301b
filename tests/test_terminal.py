"""What a person sees on a real terminal of 80 and of 40 columns, and what cron gets without one."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from commandline import COMMAND, columnist, free_port
from fakesite import Answer, FakeSite, article, links
from terminal import on_a_terminal

pytestmark = pytest.mark.slow
PATHS = [f"/2026/11/22/the-council-of-ward-{n}-adopts-its-budget" for n in range(8)]
LEFT = re.compile(r"-:--:--|\d:\d\d:\d\d")


@pytest.fixture
def paper() -> Iterator[FakeSite]:
    with FakeSite() as site:
        site.route("/", links(*PATHS))
        site.under("/2026/", lambda path: Answer(body=article(path)))
        yield site


@pytest.mark.parametrize("columns", [80, 40])
def test_the_bar_and_the_time_left_stay_and_the_log_stands_above(
    columns: int, paper: FakeSite, tmp_path: Path
) -> None:
    moved = f"{paper.base.replace('127.0.0.1', 'localhost')}/"  # nothing of it is in the way of the bar
    words = ("crawl", f"{paper.base}/", moved, "--data", str(tmp_path), "--delay", "0.3")
    code, screens = on_a_terminal(columns, *words)

    bars = [line for lines in screens for line in lines if "crawling" in line]
    assert code == 0
    assert len(bars) > 5
    counted = [line for line in bars if re.search(r"\d+/\d+", line)]  # before the first count nothing is left
    assert len(counted) > 5
    assert [line for line in counted if "━" not in line or not LEFT.search(line)] == []
    assert [line for line in bars if not line.startswith("crawling ") or "INFO" in line] == []
    assert [lines for lines in screens if sum("crawling" in line for line in lines) > 1] == []
    last = "\n".join(screens[-1])
    assert "crawling" not in last
    assert re.match(r"\d{4}-\d\d-\d\dT", screens[-1][0])
    assert "8 new" in last.replace("\n", "") or "16 new" in last.replace("\n", "")
    assert last.count(": ") >= 2  # a line for each site


def test_tables_fit(tmp_path: Path) -> None:
    port = free_port()
    wide = table_of(80, tmp_path, port)
    narrow = table_of(40, tmp_path, port)  # nothing is new, and the same is shown

    heads = next(line for line in wide if line.startswith("lang"))
    assert [word in heads for word in ("published, UTC", "words", "authors", "title")] == [True] * 4
    assert {line.count("│") for line in wide if line.startswith("en ")} == {4}
    assert any("Harbour bridge" in line for line in wide)
    assert "lang: en" in narrow
    assert any(line.startswith("title: ") for line in narrow)


def table_of(columns: int, folder: Path, port: str) -> list[str]:
    code, screens = on_a_terminal(columns, "demo", "--data", str(folder / "demo"), "--port", port)
    assert code == 0
    told = screens[-1]
    begin = next(n for n, line in enumerate(told) if re.fullmatch(r"\d+ articles", line))
    return told[begin : next(n for n, line in enumerate(told) if line.startswith("articles  "))]


def test_cron_gets_one_line_and_with_quiet_none(paper: FakeSite, tmp_path: Path) -> None:
    with FakeSite() as second:
        second.route("/", links(*PATHS[:1]))
        second.under("/2026/", lambda path: Answer(body=article(path)))
        words = ("crawl", f"{paper.base}/", f"{second.base}/", "--data", str(tmp_path), "--delay", "0")
        plain, verbose, quiet = (
            columnist(*words),
            columnist(*words, "--verbose"),
            columnist(*words, "--quiet"),
        )
        both = columnist(*words, "--quiet", "--verbose")
    loss = columnist(*words, "--quiet")

    assert (plain.returncode, plain.stdout.count("\n")) == (0, 1)
    assert plain.stdout.startswith("9 new, 0 changed, 0 known")
    assert verbose.stdout.count("\n") == 3
    assert f"{second.base.removeprefix('http://')}: " in verbose.stdout
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert (both.returncode, both.stderr) == (2, "columnist: --quiet and --verbose: give one of them\n")
    assert loss.returncode == 0  # the first paper answers yet ...
    assert (
        f"{second.base.removeprefix('http://')}: nobody listens there" in loss.stderr
    )  # ... and the loss is told


def test_who_closes_standard_output_ends_no_run(paper: FakeSite, tmp_path: Path) -> None:
    program = shlex.join(COMMAND)
    for data, end in (("a", "| true"), ("b", ">&- 2>&-")):
        line = f"{program} crawl {paper.base}/ --verbose --delay 0 --data {tmp_path / data} {end}"
        ran = subprocess.run(
            ["/bin/bash", "-o", "pipefail", "-c", line],
            cwd=Path(__file__).parent.parent, capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip
        assert (ran.returncode, "Traceback" in ran.stderr) == (0, False), (end, ran.stderr)
