"""The house: rooms import one way, the front door loads little, no folder needs scrolling."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Each room may name those before it, and none after it. "clean" and "settings" are modules at the first level.
PIPELINES = (
    "records",
    "language",
    "document",
    "dataset",
    "sites",
    "metadata",
    "content",
    "clean",
    "batch",
    "publish",
)
SCRAPER = ("discover", "frontier", "fetch", "settings", "throttle", "robots", "crawl", "spiders", "cli")
ORDER = tuple(f"pipelines.{room}" for room in PIPELINES) + tuple(f"scraper.{room}" for room in SCRAPER)
MOST_ENTRIES = 10  # of a folder: nine, and a tenth that belongs
WIDER = {
    "pipelines/content": 11,
    "pipelines/content/model": 11,
    "pipelines/language/lexicon": 16,
}  # the weights and their card; a subject a file; a command a file
HEAVY = (
    "lxml",
    "trafilatura",
    "pyarrow",
    "numpy",
    "scrapy",
    "langdetect",
    "tomlkit",
    "tldextract",
    "cssselect",
)


def room_of(module: str) -> str:
    return ".".join(module.removeprefix("columnist.").split(".")[:2])


def imports() -> Iterator[tuple[str, str, str]]:
    """Give each import of ours: the room, the room that it names, and where."""
    for folder in ("pipelines", "scraper"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [f"{node.module}.{node.names[0].name}"] if isinstance(node, ast.ImportFrom) else []
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                for name in names:
                    if name.removeprefix("columnist.").split(".")[0] in ("pipelines", "scraper"):
                        yield room_of(module), room_of(name), f"{path.relative_to(ROOT)}:{node.lineno}"


def test_every_room_has_its_place_in_the_order() -> None:
    rooms = {
        f"{folder}.{path.stem}"
        for folder in ("pipelines", "scraper")
        for path in (ROOT / folder).iterdir()
        if not path.name.startswith(("_", ".")) and path.suffix != ".md"
    }

    assert rooms == set(ORDER)


def test_imports_point_one_way() -> None:
    back = [
        f"{where}: {room} imports {named}"
        for room, named, where in imports()
        if room != named and ORDER.index(named) > ORDER.index(room)
    ]

    assert back == []


def test_no_folder_needs_scrolling() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    files = [Path(name) for name in tracked.splitlines()] or pytest.skip("not a git checkout")
    inside: dict[str, set[str]] = {}
    for file in files:
        for folder, entry in zip(file.parents, (file, *file.parents), strict=False):
            if folder.parts[:1] in (("pipelines",), ("scraper",)):
                inside.setdefault(folder.as_posix(), set()).add(entry.name)
    faces = {"__init__.py", "README.md"}

    assert {
        folder: len(entries - faces)
        for folder, entries in inside.items()
        if len(entries - faces) > WIDER.get(folder, MOST_ENTRIES)
    } == {}


def test_the_front_door_loads_nothing_heavy_for_a_record() -> None:
    code = (
        "import sys, columnist; columnist.Page, columnist.Article, columnist.Reject, columnist.CleanOptions;"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"


def test_the_process_of_a_crawl_loads_no_cleaning() -> None:
    ours = ("clean", "content", "metadata", "document.read", "document.parse", "document.charset")
    others = ("trafilatura", "feedparser", "tldextract", "requests", "rich", "prometheus_client", "pandas")
    not_there = (*(f"columnist.pipelines.{name}" for name in ours), *others)
    code = (
        "import sys, columnist.scraper.crawl.run, columnist.scraper.cli.commands.crawl;"
        f"print([name for name in {not_there} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]", "its workers clean: a third of a crawl's imports"
