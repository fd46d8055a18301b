"""What several test modules begin with: a saved page, an empty state and its frontier, the log left as it was."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fakesite import article
from hypothesis import settings
from newsroom import REVISITS

from columnist.pipelines.dataset.state.state import STATE_NAME, State, open_state
from columnist.scraper.frontier.frontier import Frontier

# The hundreds of commands that tests start would each compile 300 modules of ours again: half a second of CPU, and as much
# in its workers. Where somebody keeps Python from writing bytecode, that holds for this process alone.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Hypothesis' own limit is 0.2 s by the clock, which a busy machine takes for anything.
settings.register_profile("columnist", deadline=None)
settings.load_profile("columnist")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the files with most slow tests first: the last worker else runs one of them alone for minutes."""
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


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
    """Return the file of a page that is an article."""
    path = tmp_path / "budget.html"
    path.write_bytes(article("Budget adopted"))
    return path


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """Open an empty state."""
    with closing(open_state(tmp_path / STATE_NAME)) as opened:
        yield opened


@pytest.fixture
def frontier(state: State) -> Frontier:
    """Return the frontier of an empty state."""
    return Frontier(state, REVISITS)
