"""The README's crontab line and systemd units, tried as cron and systemd take them."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fakesite import Answer, FakeSite, article, links
from newsroom import read

README = (Path(__file__).parent.parent / "scraper" / "README.md").read_text(encoding="utf-8")
INSTALLED = "/opt/columnist/.venv/bin/columnist"
PATHS = ["/2026/11/22/the-council-adopts-its-budget", "/2026/11/21/a-bridge-is-closed-for-a-year"]


def units() -> dict[str, str]:
    (block,) = re.findall(r"```ini\n(.*?)```", README, re.DOTALL)
    parts = re.split(r"^# /etc/systemd/system/(\S+)\n", block, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def here(words: str, tmp_path: Path) -> str:
    """Return the words with the paths of this machine in place of those of the README."""
    program = tmp_path / "columnist"
    program.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c 'from columnist.scraper.cli.main import main; main()' \"$@\"\n"
    )
    program.chmod(0o755)
    named = {
        INSTALLED: program,
        "/etc/columnist": tmp_path,
        "/srv/news": tmp_path / "data",
        "/var/log": tmp_path / "log",
    }
    for before, after in named.items():
        words = words.replace(before, str(after))
    return words


def test_the_units_are_sound(tmp_path: Path) -> None:
    found = units()
    assert set(found) == {"columnist.service", "columnist.timer"}
    for name, text in found.items():
        (tmp_path / name).write_text(here(text, tmp_path))
        unit = configparser.ConfigParser(interpolation=None)
        unit.read_string(text)
        assert unit.sections()[0] == name.partition(".")[2].capitalize()
    if analyze := shutil.which("systemd-analyze"):
        words = [analyze, "verify", "--man=no", *(str(tmp_path / name) for name in found)]
        ran = subprocess.run(words, capture_output=True, text=True, check=False)
        assert [line for line in ran.stderr.splitlines() if "columnist" in line] == []


@pytest.mark.slow
def test_the_crontab_line_runs_as_cron_runs_it(tmp_path: Path) -> None:
    (line,) = re.findall(r"^    \*/30 \* \* \* \*  (.*)$", README, re.MULTILINE)
    with FakeSite() as site:
        site.route("/", links(*PATHS))
        site.under("/2026/", lambda path: Answer(body=article(path)))
        (tmp_path / "sites.txt").write_text(f"{site.base}/  # the paper\n")
        for new, known in ((2, 0), (0, 2)):
            words = ["env", "-i", "/bin/sh", "-c", f"{here(line, tmp_path)} <&-"]
            ran = subprocess.run(
                words,
                cwd=Path(__file__).parent.parent,
                capture_output=True,
                text=True,
                timeout=90,
                check=False,
            )
            assert (ran.returncode, ran.stderr) == (0, "")
            assert ran.stdout.startswith(f"{new} new, 0 changed, {known} known, 0 rejected")

    assert read(tmp_path / "data").num_rows == 2
