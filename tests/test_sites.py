"""The laws of site files: facts are read as written, a mistake is named, and no name leaves its folder."""

from __future__ import annotations

import pickle
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from columnist.pipelines.records.site import Floors, Site, SiteLayout
from columnist.pipelines.sites.site import allows, layout_for
from columnist.pipelines.sites.site_files import SiteFileError, load_site, load_sites, save_site
from columnist.pipelines.sites.site_values import READERS

FULL = """
seeds = ["https://news.example/", "https://news.example/feed.xml"]
allow = "/articles/"
deny = ["*/video/", "*.pdf$"]
delay = 2
tls_verify = false

[floors]
articles_per_crawl = 40
share_with_date = 0.9
median_words = 250

[[layout]]
until = 2024-10-14
body = "div.story"

[[layout]]
since = 2024-10-14
title = ["h1.headline", "//h1"]
drop = [".share", "//aside[@data-kind='related']"]
"""


def write(folder: Path, text: str, name: str = "news.example.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_site_file_is_read_as_written(tmp_path: Path) -> None:
    site = load_site(write(tmp_path, FULL))

    assert site == Site(
        name="news.example",
        seeds=("https://news.example/", "https://news.example/feed.xml"),
        allow=("/articles/",),
        deny=("*/video/", "*.pdf$"),
        delay=2.0,
        tls_verify=False,
        floors=Floors(articles_per_crawl=40, share_with_date=0.9, median_words=250),
        layouts=(
            SiteLayout(until=date(2024, 10, 14), body=("div.story",)),
            SiteLayout(
                since=date(2024, 10, 14),
                title=("h1.headline", "//h1"),
                drop=(".share", "//aside[@data-kind='related']"),
            ),
        ),
    )
    assert pickle.loads(pickle.dumps(site)) == site


def test_a_saved_site_is_loaded_the_same_and_explains_its_keys(tmp_path: Path) -> None:
    site = load_site(write(tmp_path, FULL))

    path = save_site(site, tmp_path / "copy")

    assert load_site(path) == site
    assert "# Median length of new articles in words." in path.read_text(encoding="utf-8")


def test_a_site_file_is_never_overwritten(tmp_path: Path) -> None:
    site = Site(name="news.example", seeds=("https://news.example/",))
    write(tmp_path, FULL, "News.Example.toml")

    with pytest.raises(SiteFileError, match=r"News\.Example\.toml: exists already"):
        save_site(site, tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "seeds: missing"),
        ("seeds = []", "seeds: needs at least one"),
        ('seeds = ["ftp://x.example/"]', "seeds: 'ftp://x.example/' is no http or https address"),
        ("seeds = 7", "seeds: must be a text or a list of texts"),
        ('seedz = ["https://x.example/"]', "seedz: unknown key; did you mean seeds?"),
        ('{seeds}\ncolour = "red"', "colour: unknown key; the keys are name, seeds"),
        ('{seeds}\nname = ""', "name: must be a text"),
        ('{seeds}\nname = "../../etc"', "name: '../../etc' cannot name a site file"),
        ('{seeds}\nallow = ["news"]', "allow: 'news' must begin with / or *"),
        ('{seeds}\ndelay = "2"', "delay: must be a number"),
        ("{seeds}\ndelay = -1", "delay: must be a number from 0 on"),
        ("{seeds}\ndelay = nan", "delay: must be a number from 0 on"),
        ("{seeds}\ntls_verify = 0", "tls_verify: must be true or false"),
        ("{seeds}\nfloors = 1", "floors: must be a table"),
        ("{seeds}\n[floors]\nshare_with_date = 90", "floors.share_with_date: must be a share from 0 to 1"),
        ("{seeds}\n[floors]\nmedian_words = 1.5", "floors.median_words: must be a whole number"),
        ("{seeds}\n[floors]\nmedian_word = 1", "floors.median_word: unknown key; did you mean median_words?"),
        ("{seeds}\n[layout]\ntitle = 'h1'", "layout: must be tables, [[layout]]"),
        ("{seeds}\nlayout = [1]", "layout 1: must be a table"),
        ("{seeds}\n[[layout]]\ntitle = 'h1['", "layout 1.title: 'h1[' is neither CSS nor XPath"),
        ("{seeds}\n[[layout]]\ndrop = ['//a[']", "layout 1.drop: '//a[' is neither CSS nor XPath"),
        ("{seeds}\n[[layout]]\nuntil = '14.10.2024'", "layout 1.until: must be a day such as 2024-10-14"),
        (
            "{seeds}\n[[layout]]\nsince = 2024-02-02\nuntil = 2024-02-01",
            "layout 1.until: 2024-02-01 is not after",
        ),
        ("seeds = [", "no TOML"),
        ("\udcff", "no TOML"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, text: str, words: str) -> None:
    body = text.replace("{seeds}", 'seeds = ["https://x.example/"]')
    path = tmp_path / "x.example.toml"
    path.write_bytes(body.encode("utf-8", "surrogateescape"))

    with pytest.raises(SiteFileError) as told:
        load_site(path)

    assert f"{path}: " in str(told.value)
    assert words in str(told.value)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "seeds = 1\ndelay = 'x'", "a.example.toml")
    write(tmp_path, "seeds = 2", "b.example.toml")

    with pytest.raises(SiteFileError) as told:
        load_sites(tmp_path)

    assert len(str(told.value).splitlines()) == 3


def test_case_twins_are_refused(tmp_path: Path) -> None:
    write(tmp_path, FULL)
    write(tmp_path, f'name = "News.Example"\n{FULL}', "other.example.toml")

    with pytest.raises(SiteFileError, match=r"is the name of news\.example\.toml too"):
        load_sites(tmp_path)


def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SiteFileError, match="No such file"):
        load_site(tmp_path / "gone.example.toml")
    with (tmp_path / "big.example.toml").open("wb") as file:
        file.truncate(2 << 20)
    with pytest.raises(SiteFileError, match="no site file"):
        load_site(tmp_path / "big.example.toml")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("articles/1", True),
        ("articles/video/1", False),
        ("articles/a.pdf", False),
        ("tags/x", False),
        ("", True),
        ("feed.xml", True),
    ],
)
def test_deny_wins_over_allow_and_seeds_pass(tmp_path: Path, path: str, allowed: bool) -> None:
    site = load_site(write(tmp_path, FULL))

    assert allows(site, f"https://news.example/{path}") is allowed


def test_without_rules_all_is_allowed() -> None:
    assert allows(Site(name="x.example", seeds=("https://x.example/",)), "https://x.example/any?thing=1")


@pytest.mark.parametrize(
    ("day", "number"), [("2020-01-01", 0), ("2024-10-13", 0), ("2024-10-14", 1), ("2030-01-01", 1)]
)
def test_an_old_page_is_read_by_the_layout_of_its_day(tmp_path: Path, day: str, number: int) -> None:
    site = load_site(write(tmp_path, FULL))

    assert layout_for(site, datetime.fromisoformat(day).replace(tzinfo=UTC)) == site.layouts[number]


def test_a_page_of_no_layouts_day_has_none() -> None:
    site = Site(
        name="x.example", seeds=("https://x.example/",), layouts=(SiteLayout(until=date(2020, 1, 1)),)
    )

    assert layout_for(site, datetime(2021, 1, 1, tzinfo=UTC)) is None


def test_every_key_of_the_records_can_be_read() -> None:
    keys = {f.name for record in (Site, Floors, SiteLayout) for f in fields(record)} - {"floors", "layouts"}

    assert set(READERS) == keys
