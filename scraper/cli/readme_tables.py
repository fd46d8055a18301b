"""The tables of the docs, made from the code that they describe: `python -m columnist.scraper.cli.readme_tables`.

A test compares them, so a column, reason, knob or exit code cannot change without its line of text.
"""

import dataclasses
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, get_args, get_origin, get_type_hints

import pyarrow as pa

from columnist.pipelines.content.rules.rule_names import RULES, STAYS
from columnist.pipelines.dataset.files.parquet_format import filed_schema
from columnist.pipelines.dataset.runs.manifests import MANIFEST_KEYS
from columnist.pipelines.dataset.upkeep.repair.problems import PROBLEMS
from columnist.pipelines.records.arrow_schema import ARTICLES, REJECTS
from columnist.pipelines.records.article import REASONS, Rights
from columnist.pipelines.records.options import CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions
from columnist.pipelines.records.run_summary import WORDS
from columnist.scraper.cli.exit_codes import EXITS
from columnist.scraper.fetch.outcomes import COUNTED_AS, OUTCOMES

_BLOCK = re.compile(r"<!-- (?P<name>[a-z-]+) -->\n.*?<!-- end -->", re.DOTALL)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _type_name(field: pa.Field) -> str:
    kind = field.type
    name = str(kind)
    if pa.types.is_list(kind):
        inner = kind.value_type
        name = "list of " + (_struct_name(inner) if pa.types.is_struct(inner) else str(inner))
    elif pa.types.is_struct(kind):
        name = _struct_name(kind)
    return name if field.nullable else f"{name}, not null"


def _struct_name(kind: pa.DataType) -> str:
    return "struct(" + ", ".join(kind.field(i).name for i in range(kind.num_fields)) + ")"


def _columns(schema: pa.Schema) -> str:
    rows = ((f"`{f.name}`", _type_name(f), f.metadata[b"description"].decode()) for f in filed_schema(schema))
    return _table(("column", "type", "meaning"), rows)


def _knobs() -> str:
    rows = []
    for record in (CleanOptions, CrawlOptions, SandboxOptions, DatasetOptions):
        hints = get_type_hints(record, include_extras=True)
        for field in dataclasses.fields(record):
            hint = hints[field.name]
            meaning = get_args(hint)[1] if get_origin(hint) is Annotated else ""
            default = "none" if field.default is None else str(field.default)
            rows.append((f"`--{field.name.replace('_', '-')}`", default, meaning))
    return _table(("flag", "default", "meaning"), rows)


def _rights() -> str:
    hints = get_type_hints(Rights, include_extras=True)
    rows = ((f"`{name}`", str(get_args(hint)[1])) for name, hint in hints.items())
    return _table(("key", "meaning"), rows)


TABLES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("columns", lambda: _columns(ARTICLES)),
    ("reject-columns", lambda: _columns(REJECTS)),
    ("rights", _rights),
    ("reasons", lambda: _table(("reason", "meaning"), ((f"`{r}`", about) for r, about in REASONS))),
    ("rules", lambda: _table(("rule", "what it takes out"), ((f"`{r}`", about) for r, about in RULES))),
    ("stays", lambda: _table(("shown", "meaning"), ((f"`{s}`", about) for s, about in STAYS))),
    (
        "words",
        lambda: _table(("word", "of", "meaning"), ((f"`{w}`", unit, about) for w, unit, about in WORDS)),
    ),
    (
        "outcomes",
        lambda: _table(
            ("outcome", "reason", "meaning"), ((COUNTED_AS.get(w, w), f"`{r}`", a) for w, r, a in OUTCOMES)
        ),
    ),
    (
        "manifest",
        lambda: _table(
            ("key", "unit", "meaning"), ((f"`{k}`", unit, about) for k, unit, about in MANIFEST_KEYS)
        ),
    ),
    (
        "problems",
        lambda: _table(
            ("problem", "meaning", "what --repair does"), ((f"`{w}`", a, r) for w, a, r in PROBLEMS)
        ),
    ),
    ("knobs", _knobs),
    ("exit-codes", lambda: _table(("code", "meaning"), ((str(code), about) for code, about in EXITS))),
)


DOCS = ("README.md", "scraper/README.md", "pipelines/README.md", "data/README.md")


def with_tables(text: str) -> str:
    """Return the text with every `<!-- name -->` ... `<!-- end -->` block filled anew; raise ValueError for a name of none."""
    tables = dict(TABLES)

    def filled(match: re.Match[str]) -> str:
        if match["name"] not in tables:
            raise ValueError(
                f"<!-- {match['name']} -->: no table of that name; there are {', '.join(tables)}"
            )
        return f"<!-- {match['name']} -->\n{tables[match['name']]()}\n<!-- end -->"

    return _BLOCK.sub(filled, text)


def names_in(text: str) -> list[str]:
    """Return the names of the tables that stand in a text."""
    return [match["name"] for match in _BLOCK.finditer(text)]


if __name__ == "__main__":
    for name in sys.argv[1:] or DOCS:
        doc = Path(name)
        doc.write_text(with_tables(doc.read_text(encoding="utf-8")), encoding="utf-8")
