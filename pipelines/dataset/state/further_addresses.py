"""The addresses under which a crawl met an article once more: they give no row, and the state file alone has them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from columnist.pipelines.dataset.files.storage_errors import state_errors
from columnist.pipelines.dataset.state.state import STATE_NAME

_FURTHER = """
SELECT (SELECT lower(hex(id)) FROM article WHERE source = known.key ORDER BY id LIMIT 1), known.url, further.url,
       coalesce(further.reason, 'copy')
FROM url AS further JOIN url AS known ON known.key = further.same_as WHERE further.same_as IS NOT NULL
ORDER BY known.url, further.url"""


class FurtherAddress(NamedTuple):
    """One address more of an article."""

    id: str | None  # of the article; None where it is not known any more
    url: str  # that gives its rows
    also_at: str
    why: str  # copy (one text, or its canonical link says so), article-part, moved


def further_addresses(home: Path) -> Iterator[FurtherAddress]:
    """Give what the state file of a folder knows, as it was committed; a run may go on meanwhile."""
    path = home / STATE_NAME
    with (
        state_errors(path),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection,
    ):
        for row in connection.execute(_FURTHER):
            yield FurtherAddress(*row)
