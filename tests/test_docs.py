"""The README names what there is: its tables are made from the code, and every command has its word."""

from pathlib import Path

import pytest

from pipelines.options import CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions
from scraper.cli import COMMANDS
from scraper.docs import with_tables
from scraper.flags import names_of

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_tables_of_the_readme_are_those_of_the_code() -> None:
    assert with_tables(README) == README, "run `make docs`"


@pytest.mark.parametrize("command", [name for name, _, _ in COMMANDS])
def test_the_readme_shows_every_command(command: str) -> None:
    assert f"columnist {command}" in README


@pytest.mark.parametrize("flag", names_of((CleanOptions, CrawlOptions, SandboxOptions, DatasetOptions)))
def test_the_readme_names_every_knob(flag: str) -> None:
    assert f"`{flag}`" in README
