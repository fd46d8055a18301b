"""Installed from its wheel, Columnist is one name: it works beside another wheel, and in a folder, that has `pipelines/`."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakesite import article

ROOT = Path(__file__).resolve().parent.parent
THEIRS = {"pipelines": "WHOSE = 'theirs'\n", "scraper": "WHOSE = 'theirs'\n"}
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "team-pipelines"
version = "1"
[tool.hatch.build.targets.wheel]
packages = ["pipelines", "scraper"]
"""
USER = """
import columnist

found = columnist.clean("<p>x", columnist.CleanOptions(favour="recall"), url="https://news.example/a")
if isinstance(found, columnist.Article):
    title: str | None = found.title
else:
    reason: str = found.reason
rows: int = columnist.read("data").count_rows()
"""

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Installed:
    """A bare environment with both wheels in it, and a folder with packages of the same names as ours."""

    bin: Path
    folder: Path

    def run(self, *words: str, code: int = 0) -> str:
        """Run a program of the environment in the folder; return what it said."""
        ran = subprocess.run(
            [self.bin / words[0], *words[1:]], cwd=self.folder, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert ran.returncode == code, ran.stdout + ran.stderr
        return ran.stdout


def build(project: Path, target: str, into: Path) -> Path:
    """Build a wheel or an sdist as pip does, without a network."""
    words = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(into)]
    subprocess.run(words, cwd=project, capture_output=True, check=True)
    return next(p for p in into.iterdir() if p.suffix == {"wheel": ".whl", "sdist": ".gz"}[target])


def write_packages(folder: Path) -> None:
    for name, code in THEIRS.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(code)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Installed:
    place = tmp_path_factory.mktemp("installed")
    write_packages(place / "project")
    (place / "project" / "pyproject.toml").write_text(PROJECT)
    theirs = build(place / "project", "wheel", place / "theirs")
    venv = place / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(venv / "bin" / "python"), "install", "--quiet"]
    # Theirs last: it overwrote our files without a word.
    subprocess.run(
        [*pip, "--no-index", "--no-deps", "--no-warn-conflicts", str(wheel), str(theirs)], check=True
    )
    site = Path(sysconfig.get_path("purelib", vars={"base": str(venv), "platbase": str(venv)}))
    dependencies = [path for path in sys.path if path.endswith("site-packages")]
    (site / "dependencies.pth").write_text("\n".join(dependencies))
    write_packages(place / "folder")
    return Installed(venv / "bin", place / "folder")


def test_the_wheel_has_one_name_and_its_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}

    assert {name for name in tops if not name.endswith(".dist-info")} == {"columnist"}
    assert {"columnist/py.typed", "columnist/CITATION.cff", "columnist/pipelines/clean.py"} <= set(names)
    templates = {path.name for path in (ROOT / "pipelines/publish/browse/templates").iterdir()}
    assert {f"columnist/pipelines/publish/browse/templates/{name}" for name in templates} <= set(names)
    assert {f"columnist/pipelines/publish/report/page.{kind}" for kind in ("html.j2", "css", "js")} <= set(
        names
    )
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_a_wheel_can_be_built_from_the_sdist_alone(tmp_path: Path, wheel: Path) -> None:
    with tarfile.open(build(ROOT, "sdist", tmp_path / "sdist")) as packed:
        packed.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    again = build(source, "wheel", tmp_path / "again")

    assert (source / "LICENSE").exists()
    assert (source / "CITATION.cff").exists()
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


@pytest.mark.parametrize("words", [("columnist",), ("python", "-m", "columnist")])
def test_the_command_runs_where_others_have_its_rooms_names(
    installed: Installed, words: tuple[str, ...]
) -> None:
    assert installed.run(*words, "--version").startswith("columnist, version ")


def test_pages_are_cleaned_by_workers_where_others_have_the_same_names(installed: Installed) -> None:
    (installed.folder / "budget.html").write_bytes(article("Budget adopted"))
    said = installed.run(
        "columnist", "clean", "budget.html", "--url", "https://news.example/a", "--data", "data"
    )
    titles = installed.run(
        "python", "-c", "import columnist; print(columnist.read('data').to_table()['title'].to_pylist())"
    )

    assert "1 new" in said
    assert titles == "['Budget adopted']\n"


def test_both_are_imported_side_by_side(installed: Installed) -> None:
    code = (
        "import columnist, pipelines, scraper; print(pipelines.WHOSE, scraper.WHOSE, columnist.Page.__module__);"
        "print(columnist.__file__); print(columnist.clean('<p>x').reason)"
    )
    for words in (("python",), ("python", "-P")):  # the folder's own packages, and those of the other wheel
        whose, file, reason = installed.run(*words, "-c", code).splitlines()

        assert whose.startswith("theirs theirs columnist.pipelines.")
        assert Path(file).is_relative_to(installed.bin.parent)
        assert reason == "no-text"


def test_a_users_file_is_checked_against_our_types(installed: Installed) -> None:
    mypy = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--python-executable",
        str(installed.bin / "python"),
        "user.py",
    ]
    for code, wanted in ((USER, 0), (USER + "found.titel\n", 1), (USER + "columnist.claen\n", 1)):
        (installed.folder / "user.py").write_text(code)
        ran = subprocess.run(mypy, cwd=installed.folder, capture_output=True, text=True, check=False)

        assert ran.returncode == wanted, ran.stdout + ran.stderr


def test_the_checkout_refuses_a_second_name() -> None:
    for name in THEIRS:
        ran = subprocess.run(
            [sys.executable, "-c", f"import {name}"], cwd=ROOT, capture_output=True, text=True, check=False
        )

        assert f"ImportError: {name} is a part of columnist" in ran.stderr


def test_the_citation_names_the_version_of_the_package() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
