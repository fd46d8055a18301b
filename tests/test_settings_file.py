"""columnist.toml: what it gives, what wins over it, and what a mistake in it is told as."""

import json
from pathlib import Path

import pytest
from commandline import columnist
from fakesite import Answer, FakeSite, article, links

ROOT = Path(__file__).parents[1]
PATHS = ["/2026/11/22/the-council-adopts-its-budget", "/2026/11/21/a-bridge-is-closed-for-a-year"]


def manifest_in(data: Path) -> dict[str, dict[str, object]]:
    (path,) = (data / "runs").glob("*Z-*.json")
    found: dict[str, dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.slow
def test_a_flag_wins_over_a_variable_and_a_variable_over_the_file(tmp_path: Path) -> None:
    conf = tmp_path / "conf"
    conf.mkdir()
    with FakeSite() as paper:
        paper.route("/", links(*PATHS))
        paper.under("/2026/", lambda path: Answer(body=article(path)))
        (conf / "sites.txt").write_text(f"{paper.base}/\n", encoding="utf-8")
        (conf / "all.toml").write_text(
            'data = "news"\nsites = "sites.txt"\ndelay = 0\nmax-pages = 9\nmax_depth = 3\nlanguages = ["en"]\n',
            encoding="utf-8",
        )
        done = columnist(
            "crawl", "--max-depth", "2", cwd=tmp_path,
            COLUMNIST_SETTINGS="conf/all.toml", COLUMNIST_MAX_PAGES="8",
        )  # fmt: skip

    assert (done.returncode, done.stdout[:5]) == (0, "2 new")
    told = manifest_in(conf / "news")
    assert [told["options"][name] for name in ("delay", "max_pages", "max_depth")] == [0.0, 8, 2]
    assert told["options_from"] == {
        "delay": "settings file", "languages": "settings file", "max_pages": "environment", "max_depth": "flag",
    }  # fmt: skip


@pytest.mark.slow
def test_a_file_in_the_working_directory_is_found_and_a_named_site_is_that_site_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(article(PATHS[0]))
    (tmp_path / "columnist.toml").write_text('data = "mine"\nsites = "others.txt"\n', encoding="utf-8")
    (tmp_path / "others.txt").write_text("http://localhost:9/\n", encoding="utf-8")

    done = columnist("clean", "page.html", cwd=tmp_path)
    dead = columnist("crawl", "http://127.0.0.1:9/", "--max-minutes", "1", cwd=tmp_path)

    assert (done.returncode, (tmp_path / "mine" / "articles").is_dir()) == (0, True)
    assert "127.0.0.1:9" in dead.stderr
    assert "localhost" not in dead.stderr


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("dealy = 1", "dealy: no such key; did you mean delay?"),
        ("[crawl]", "crawl: no such key"),
        ('delay = "fast"', "'--delay' (from columnist.toml): 'fast'"),
        ("delay = -1", "'--delay' (from columnist.toml): -1"),
        ("max_pages = 2.5", "'--max-pages' (from columnist.toml): '2.5'"),
        ("max_pages = true", "max_pages: give a number"),
        ('languages = "en"', "languages: give a list"),
        ('allow_private = "yes"', "allow_private: give true or false"),
        ('data = ""', "data: give a path"),
        ("delay", "columnist.toml: "),
        ("data = 'a'\ndata = 'b'", "columnist.toml: "),
    ],
)
def test_a_mistake_is_told_with_file_and_key(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / "columnist.toml").write_text(line, encoding="utf-8")
    told = columnist("crawl", "http://127.0.0.1:9/", cwd=tmp_path)

    assert (told.returncode, told.stdout) == (2, "")
    assert words in told.stderr
    assert "columnist.toml" in told.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["columnist.toml"]  # nothing was begun


def test_a_file_that_is_named_and_not_there_is_wrong_use(tmp_path: Path) -> None:
    told = columnist("--settings", "nope.toml", "crawl", "http://127.0.0.1:9/", cwd=tmp_path)

    assert (told.returncode, "nope.toml" in told.stderr) == (2, True)


def test_a_key_in_two_spellings_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "columnist.toml").write_text("max_pages = 1\nmax-pages = 2\n", encoding="utf-8")
    told = columnist("crawl", "http://127.0.0.1:9/", cwd=tmp_path)

    assert (told.returncode, "max-pages: given twice" in told.stderr) == (2, True)


@pytest.mark.slow
def test_a_site_that_nobody_serves_is_told_also_where_the_time_is_up(tmp_path: Path) -> None:
    told = columnist("crawl", "http://127.0.0.1:9/", "--max-minutes", "0.3", "--quiet", cwd=tmp_path)

    assert told.returncode == 1
    assert "nobody listens there" in told.stderr
