"""The kinds of sites that are built and crawled, by name."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.publishing import wordpress
from tests.publishing.generators import PELICAN_THEMES, hugo, jekyll, nikola, pelican, program

__all__ = ["KINDS", "Kind"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One software with one theme."""

    name: str
    missing: Callable[[], str | None]
    site: Callable[[Path], AbstractContextManager[str]]
    filed: bool = True  # the pages or the feed name the rubric


def _lacks(name: str) -> str | None:
    return None if program(name) else f"no {name}"


KINDS = (
    *(
        Kind(f"wordpress-{theme}", wordpress.missing, partial(wordpress.wordpress, theme=theme))
        for theme in wordpress.THEMES
    ),
    Kind("wordpress-plain", wordpress.missing, partial(wordpress.wordpress, permalinks="")),
    Kind("hugo", partial(_lacks, "hugo"), hugo),
    Kind("jekyll", partial(_lacks, "jekyll"), jekyll),
    Kind("nikola", partial(_lacks, "nikola"), nikola, filed=False),
    *(
        Kind(f"pelican-{theme}", partial(_lacks, "pelican"), partial(pelican, theme=theme))
        for theme in PELICAN_THEMES
    ),
)
