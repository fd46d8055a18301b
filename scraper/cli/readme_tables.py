"""The README's tables, made from the code that they describe: `python -m scraper.cli.readme_tables README.md`.

A test compares them, so a column, reason, knob or exit code cannot change without its line of text.
"""

import dataclasses
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, get_args, get_origin, get_type_hints

import pyarrow as pa

from pipelines.content.rules.rule_names import RULES, STAYS
from pipelines.dataset.files.parquet_format import filed_schema
from pipelines.dataset.repair.problems import PROBLEMS
from pipelines.dataset.runs.manifests import MANIFEST_KEYS
from pipelines.records.arrow_schema import ARTICLES, REJECTS
from pipelines.records.article import REASONS
from pipelines.records.options import CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions
from pipelines.records.run_summary import WORDS
from scraper.cli.exit_codes import EXITS
from scraper.fetch.outcomes import COUNTED_AS, OUTCOMES


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


TABLES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("columns", lambda: _columns(ARTICLES)),
    ("reject-columns", lambda: _columns(REJECTS)),
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


def with_tables(text: str) -> str:
    """Return the text with every `<!-- name -->` ... `<!-- end -->` block filled anew."""
    for name, make in TABLES:
        block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not block.search(text):
            raise ValueError(f"README.md: no block <!-- {name} --> ... <!-- end -->; add one")
        table = make()
        text = block.sub(lambda m, table=table: f"{m.group(1)}{table}\n{m.group(2)}", text)  # type: ignore[misc]
    return text


if __name__ == "__main__":
    readme = Path(sys.argv[1])
    readme.write_text(with_tables(readme.read_text(encoding="utf-8")), encoding="utf-8")
