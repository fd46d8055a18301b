"""The forms that articles leave in: JSON lines, CSV, plain text, TEI. Each writes one article at a time."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from columnist.pipelines.publish.export.tei import tei_of

Article = Mapping[str, Any]
Write = Callable[[Article], None]
_A_FOLDER = 2  # hex digits of the id: at most 256 folders, so that none of a million files needs scrolling
# What citing a text needs; the text itself is in the file beside it.
_CATALOGUE = ("file", "id", "url", "site", "publisher", "title", "authors", "published_at", "language", "section", "word_count",
              "revision", "change_kind", "fetched_at", "access", "license_url", "tdm_reservation", "train_ai", "masked")  # fmt: skip


class Format(NamedTuple):
    """One form: its name, what it makes, how it is written."""

    name: str
    meaning: str
    open: Callable[[Path, Sequence[str]], Any]  # folder, columns -> context manager that gives a Write


@contextmanager
def _json_lines(folder: Path, columns: Sequence[str]) -> Iterator[Write]:
    with (folder / "articles.jsonl").open("w", encoding="utf-8", newline="\n") as file:

        def write(article: Article) -> None:
            file.write(
                json.dumps({name: _plain(article[name]) for name in columns}, ensure_ascii=False) + "\n"
            )

        yield write


@contextmanager
def _csv(folder: Path, columns: Sequence[str]) -> Iterator[Write]:
    with (folder / "articles.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(columns)
        yield lambda article: rows.writerow([_cell(article[name]) for name in columns])


@contextmanager
def _text(folder: Path, _: Sequence[str]) -> Iterator[Write]:
    with _catalogue(folder) as enter:

        def write(article: Article) -> None:
            headline = f"{article['title']}\n\n" if article["title"] else ""
            enter(article, ".txt").write_text(
                f"{headline}{article['text']}\n", encoding="utf-8", newline="\n"
            )

        yield write


@contextmanager
def _tei(folder: Path, _: Sequence[str]) -> Iterator[Write]:
    with _catalogue(folder) as enter:

        def write(article: Article) -> None:
            enter(article, ".xml").write_bytes(tei_of(article))

        yield write


@contextmanager
def _catalogue(folder: Path) -> Iterator[Callable[[Article, str], Path]]:
    """Give a function that names an article's file and enters it into catalogue.csv."""
    with (folder / "catalogue.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(_CATALOGUE)

        def enter(article: Article, suffix: str) -> Path:
            version = f"-{article['revision']}" if article["revision"] else ""
            path: Path = folder / article["id"][:_A_FOLDER] / f"{article['id']}{version}{suffix}"
            path.parent.mkdir(exist_ok=True)
            told = {**article["rights"], **article, "masked": article["extra"].get("masked")}
            told["file"] = path.relative_to(folder).as_posix()
            rows.writerow([_cell(told[name]) for name in _CATALOGUE])
            return path

        yield enter


FORMATS: tuple[Format, ...] = (
    Format("jsonl", "articles.jsonl, one JSON object a line, every column", _json_lines),
    Format("csv", "articles.csv, lists and maps as JSON in their cell", _csv),
    Format("txt", "a text file for each article, headline first, and catalogue.csv", _text),
    Format("tei", "a TEI P5 file for each article, and catalogue.csv", _tei),
)


def _plain(value: Any) -> Any:
    """Return what JSON can hold: times in ISO 8601."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "; ".join(value)
    if isinstance(value, bool):
        return str(value).upper()  # as R, pandas and spreadsheets read it; R takes "True" for a word
    plain = _plain(value)
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, dict | list) else plain
