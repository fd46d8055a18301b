"""The README names what there is: its tables are made from the code, and every command has its word."""

import ast
import dataclasses
import re
from pathlib import Path
from typing import get_args

import pytest
from newsroom import a_reject, an_article, rows_of

from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.dataset.runs.manifests import MANIFEST_KEYS, keys_of, meaning_of
from columnist.pipelines.records.options import CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions
from columnist.pipelines.records.run_summary import WORDS, RunSummary, summary_line
from columnist.scraper.cli.flags import names_of
from columnist.scraper.cli.main import COMMANDS
from columnist.scraper.cli.notify import write_metrics
from columnist.scraper.cli.readme_tables import DOCS, TABLES, names_in, with_tables
from columnist.scraper.fetch.guard.address_guard import Refusal
from columnist.scraper.fetch.outcomes import COUNTED_AS, OUTCOMES
from columnist.scraper.robots.decisions import Reason

ROOT = Path(__file__).parent.parent
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in DOCS}
README = "\n".join(TEXTS.values())  # all of them


@pytest.mark.parametrize("name", DOCS)
def test_the_tables_of_the_docs_are_those_of_the_code(name: str) -> None:
    assert with_tables(TEXTS[name]) == TEXTS[name], "run `make docs`"


def test_every_table_stands_in_one_place() -> None:
    assert sorted(names_in(README)) == sorted(name for name, _ in TABLES)


def test_the_front_page_is_read_in_a_few_minutes() -> None:
    assert TEXTS["README.md"].count("\n") <= 200  # lines; what is longer belongs to a room


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#{1,6} (.*)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", [*DOCS, "tests/README.md", "pipelines/content/model/MODEL.md"])
def test_every_link_between_the_docs_leads_somewhere(name: str) -> None:
    here = ROOT / name
    dead = []
    for target, anchor in re.findall(
        r"\]\((?!https?:)([^)#]*)(?:#([\w-]+))?\)", here.read_text(encoding="utf-8")
    ):
        file = (here.parent / target).resolve() if target else here
        if not file.exists() or (anchor and anchor not in anchors(file.read_text(encoding="utf-8"))):
            dead.append(f"{target}#{anchor}")

    assert dead == []


@pytest.mark.parametrize("command", [name for name, _, _ in COMMANDS])
def test_the_readme_shows_every_command(command: str) -> None:
    assert f"columnist {command}" in README


@pytest.mark.parametrize("flag", names_of((CleanOptions, CrawlOptions, SandboxOptions, DatasetOptions)))
def test_the_readme_names_every_knob(flag: str) -> None:
    assert f"`{flag}`" in README


def reasons_in_the_code() -> set[tuple[str, str]]:
    """Return the outcomes that the code names in so many words: Unfetched("failed", "timeout", ...)."""
    found = set()
    for path in (ROOT / "scraper").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "Unfetched":
                words = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant)]
                if len(words) == 2:
                    found.add((str(words[0]), str(words[1])))
    return found


def test_the_table_of_outcomes_has_every_reason_of_the_code() -> None:
    listed = {(what, reason) for what, reason, _ in OUTCOMES}
    told = {("filtered", reason) for reason in (*get_args(Refusal), *get_args(Reason))}
    told -= {("filtered", "allowed"), ("filtered", "robots-unreachable")}

    assert len(reasons_in_the_code()) > 10
    assert (reasons_in_the_code() | told) - listed == set()


def test_every_key_of_a_manifest_has_its_meaning(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for row in rows_of(an_article(), an_article(), an_article(title="New"), a_reject()):
            store.outbox.stage(row)
        manifest = store.finish()

    keys = set(keys_of(manifest))
    assert {"events.new", "rows.staged", "addresses.done", "parts.sha256", "run_id"} <= keys
    assert [key for key in sorted(keys) if meaning_of(key) is None] == []
    assert [key for key, _, _ in MANIFEST_KEYS if f"`{key}`" not in README] == []


def test_one_word_is_used_for_one_thing_everywhere(tmp_path: Path) -> None:
    words = {word for word, _, _ in WORDS}
    counts = {field.name for field in dataclasses.fields(RunSummary)} - {
        "requests",
        "not_modified",
        "pending_why",
        "stopped",
    }
    metrics, run = tmp_path / "c.prom", RunSummary(rejected={"empty": 1}, filtered={"robots": 1}, failed={"dns": 1},
                                                   blocked={"Anubis": 1}, gone=1, duplicates=1, pending=1)  # fmt: skip
    write_metrics(metrics, run, 0, 1.0)
    outcomes = set(re.findall(r'columnist_pages\{outcome="([^"]+)"', metrics.read_text()))
    line = {part.split(":")[0].split()[1] for part in summary_line(run).split(", ")}

    assert {name.removesuffix("s") if name == "duplicates" else name for name in counts} <= words
    assert outcomes <= words
    assert line <= words
    assert {COUNTED_AS.get(what, what) for what, _, _ in OUTCOMES} <= words
