"""A crawl begun from Python: the command `columnist crawl` in a process of its own, its articles as they are committed.

Twisted's reactor starts once in a process and takes its signals; here it is in one that is none of the caller's. What the
child says is a line of JSON for each file that it has committed; the articles are read from these files, for they are the truth.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from columnist.pipelines.records.article import Article

_ROWS_AT_ONCE = 500  # of a file: a few MB of texts
_LAST_BYTES = 2_000  # of the log: what an error shows, some ten lines


class CrawlFailed(RuntimeError):  # noqa: N818  what happened, as the exit codes say it
    """A crawl ended with an exit code other than 0; what was committed before is in the dataset, and was yielded."""

    def __init__(self, exit_code: int, log: str, outcome: Mapping[str, Any] | None) -> None:
        from columnist.scraper.cli.exit_codes import EXITS

        self.exit_code = exit_code
        meaning = dict(EXITS).get(exit_code, "It was killed, or broke; nothing that it wrote is lost.")
        self.meaning = meaning.partition(" `")[0]  # what follows is of other commands
        self.outcome = outcome
        super().__init__(f"columnist crawl: {log or 'no word'}\nexit {exit_code}: {self.meaning}")


class Crawl:
    """The articles of a crawl, as they are committed; it begins with the first that is asked for.

    `outcome` is the run's summary once it has ended. `close`, the end of a `with`, Ctrl-C or the death of this process
    stop the run in good order: what was fetched is committed, and the same call goes on.
    """

    outcome: Mapping[str, Any] | None = None

    def __init__(self, data: str, arguments: Sequence[str]) -> None:
        self._data = data
        self._command = [sys.executable, "-m", "columnist", "crawl", "--events", "--data", data, *arguments]
        self._articles = self._crawled()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Article:
        return next(self._articles)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the run, and return when it has ended."""
        self._articles.close()

    def _crawled(self) -> Generator[Article, None, None]:
        with tempfile.TemporaryFile() as log:
            with subprocess.Popen(  # noqa: S603  our own command, and no shell
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
            ) as child:
                try:
                    yield from self._told(child.stdout)
                finally:
                    self._stop(child)
            if child.returncode:
                raise CrawlFailed(child.returncode, _end_of(log), self.outcome)

    def _told(self, lines: IO[bytes] | None) -> Iterator[Article]:
        for name in self._files(lines):
            if name.startswith("articles/"):
                yield from articles_in(self._data, name)

    def _files(self, lines: IO[bytes] | None) -> Iterator[str]:
        """Yield the names of the files that are committed; keep the last word, which is the run's summary."""
        for line in lines or ():
            said = json.loads(line)
            if "file" in said:
                yield said["file"]
            else:
                self.outcome = said

    def _stop(self, child: subprocess.Popen[bytes]) -> None:
        """End a run that still goes on: it watches its standard input. Ctrl-C has reached it by itself."""
        if child.stdin is not None:
            child.stdin.close()
        for _ in self._files(child.stdout):  # its last words must not block it
            pass
        child.wait()


def begin(sites: str | Sequence[str], data: str | PathLike[str], options: Mapping[str, Any]) -> Crawl:
    """Return the crawl of these addresses and names of site files; options are flags, with underscores."""
    place = str(data) if "://" in str(data) else str(Path(data).absolute())
    flags = [word for name, value in options.items() for word in _flag(name.replace("_", "-"), value)]
    return Crawl(place, [*flags, "--", *([sites] if isinstance(sites, str) else map(str, sites))])


def _flag(name: str, value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    values = value if isinstance(value, list | tuple | set) else (value,)
    return [f"--{name}={one}" for one in values]


def articles_in(data: str, name: str) -> Iterator[Article]:
    """Yield the articles of one file of a dataset."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from columnist.pipelines.dataset.files.locations import open_output
    from columnist.pipelines.records.arrow_schema import article_of

    output = open_output(data if "://" in data else Path(data))
    try:
        file = output.open(name)
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{name} was merged by `columnist compact` before it was read here; its articles are in the dataset: columnist.read"
        ) from None
    with file, pq.ParquetFile(pa.PythonFile(file, "r")) as parquet:
        for batch in parquet.iter_batches(_ROWS_AT_ONCE):
            yield from map(article_of, batch.to_pylist())


def _end_of(log: IO[bytes]) -> str:
    log.seek(max(log.seek(0, 2) - _LAST_BYTES, 0))
    return log.read().decode("utf-8", "replace").strip()
