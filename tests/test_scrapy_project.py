"""Our spider in a team's own Scrapy project, fresh from `scrapy startproject`: the guard comes along, their parts work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.dataset as pads
import pytest
from fakesite import Answer, FakeSite, article, links
from rawserver import answer, raw_server
from scrapy.settings import Settings

from columnist.scraper import settings as ours
from columnist.scraper.spiders.news import NewsSpider
from columnist.scraper.spiders.project_settings import GuardMissing, require_guard

ROOT = Path(__file__).resolve().parent.parent
PATHS = ["/2026/11/22/the-council-adopts-its-budget", "/2026/11/21/a-bridge-is-closed-for-a-year"]
MOVED = "/2026/11/20/a-story-that-moved-to-this-machine"

THEIRS = """
import json, scrapy
from pathlib import Path
from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem

class Downloader:
    def process_request(self, request):
        with Path("asked.txt").open("a") as file:
            file.write(request.url + "\\n")

class Pipeline:
    def process_item(self, item):
        if "bridge" in item["url"]:
            raise DropItem("bridges")
        ItemAdapter(item)["team"] = "desk"
        with Path("items.jsonl").open("a") as file:
            file.write(json.dumps(item, default=str) + "\\n")
        return item

class Unguard:
    def update_settings(self, settings):
        settings.set("DOWNLOAD_VERIFY_CERTIFICATES", False, priority="cmdline")
"""
SETTINGS = """
SPIDER_MODULES = ["team.spiders", "columnist.scraper.spiders"]
DOWNLOADER_MIDDLEWARES = {"team.theirs.Downloader": 543, "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": 100}
ITEM_PIPELINES = {"team.theirs.Pipeline": 300}
DOWNLOAD_DELAY = 0.01
COOKIES_ENABLED = REDIRECT_ENABLED = HTTPPROXY_ENABLED = True
DOWNLOAD_HANDLERS = {"https": "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    assert scrapy(folder, "startproject", "team", ".").returncode == 0
    (folder / "team" / "theirs.py").write_text(THEIRS)
    with (folder / "team" / "settings.py").open("a") as file:
        file.write(SETTINGS)
    return folder


def scrapy(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


def crawl(folder: Path, site: FakeSite, data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    for name in ("asked.txt", "items.jsonl"):
        (folder / name).unlink(missing_ok=True)
    named = ("-a", f"site={site.base}", "-s", f"COLUMNIST_DATA={data}")
    return scrapy(folder, "crawl", "news", *named, *words)


def paper(site: FakeSite, canary: str) -> None:
    site.route("/", links(*PATHS, MOVED))
    site.under("/2026/", lambda path: Answer(body=article(path)))
    site.route(MOVED, Answer(302, headers=(("Location", f"{canary}/secret"),)))


def urls_of(data: Path) -> list[str]:
    rows = pads.dataset(data / "articles", partitioning="hive").to_table(columns=["url"]).to_pylist()
    return sorted(row["url"] for row in rows)


@pytest.mark.slow
def test_the_guard_comes_along_and_their_middleware_and_pipeline_work(project: Path, tmp_path: Path) -> None:
    with FakeSite() as site, raw_server({"/secret": answer()}) as canary:
        paper(site, canary.url)
        ran = crawl(project, site, tmp_path, "-s", "COLUMNIST_YIELD_ITEMS=1", "-O", "feed.jsonl")

        assert ran.returncode == 0, ran.stderr[-3000:]
        assert canary.connections == 0
        assert [hit.status for hit in site.hits if hit.path == MOVED] == [302]
        assert urls_of(tmp_path) == sorted(site.base + path for path in PATHS)
        asked = (project / "asked.txt").read_text().split()
        assert {f"{site.base}{path}" for path in ("/robots.txt", *PATHS, MOVED)} <= set(asked)
    (item,) = map(json.loads, (project / "items.jsonl").read_text().splitlines())
    assert (item["url"], item["team"], item["revision"]) == (site.base + PATHS[0], "desk", 0)
    assert isinstance(item["found_by"], dict)
    assert min(len(item["title"]), len(item["text"])) > 10
    assert len((project / "feed.jsonl").read_text().splitlines()) == 1
    assert "Traceback" not in ran.stderr


@pytest.mark.slow
def test_nothing_is_yielded_unless_it_is_asked_for(project: Path, tmp_path: Path) -> None:
    with FakeSite() as site, raw_server({}) as canary:
        paper(site, canary.url)
        crawl(project, site, tmp_path)

        assert len(urls_of(tmp_path)) == 2
    assert not (project / "items.jsonl").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "exit_code", "named"),
    [
        (("-s", 'DOWNLOAD_HANDLERS={"http": "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"}'), 1,
         "DOWNLOAD_HANDLERS['http']"),
        (("-s", "REDIRECT_ENABLED=1"), 1, "REDIRECT_ENABLED"),
        (("-s", 'ADDONS={"team.theirs.Unguard": 1}'), 0, "DOWNLOAD_VERIFY_CERTIFICATES"),
    ],
)  # fmt: skip
def test_it_does_not_start_without_its_guard(
    project: Path, tmp_path: Path, words: tuple[str, ...], exit_code: int, named: str
) -> None:
    with FakeSite() as site:
        ran = crawl(project, site, tmp_path, *words)

        assert ran.returncode == exit_code
        assert "This crawl would run without its guard" in ran.stderr
        assert named in ran.stderr
        assert site.hits == []
    assert not (tmp_path / "state.db").exists()


def carried(**theirs: object) -> Settings:
    settings = Settings(theirs, priority="project")
    NewsSpider.update_settings(settings)
    return settings


def test_every_setting_of_ours_goes_along_but_what_is_the_projects_own() -> None:
    named = {name for name in vars(ours) if name.isupper()}
    settings = carried()

    stays = {"BOT_NAME", "SPIDER_MODULES", "NEWSPIDER_MODULE", "LOG_LEVEL", "STATS_DUMP", "EXTENSIONS_BASE",
             "DOWNLOADER_MIDDLEWARES_BASE",
             "CONCURRENT_ITEMS", "SCHEDULER_PRIORITY_QUEUE", "POLITE_SETTINGS"}  # fmt: skip
    assert {name for name in named if settings.getpriority(name) != 30} == stays
    require_guard(settings)


def test_a_class_in_place_of_its_path_is_switched_off_too() -> None:
    from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware

    settings = carried(DOWNLOADER_MIDDLEWARES={RobotsTxtMiddleware: 100, "team.theirs.Downloader": 543})

    table = settings.getdict("DOWNLOADER_MIDDLEWARES")
    assert [place for key, place in table.items() if "robotstxt" in str(key)] == [None]
    assert table["team.theirs.Downloader"] == 543


def test_a_scheme_of_theirs_is_none_of_this_spiders() -> None:
    settings = carried(DOWNLOAD_HANDLERS={"s3": "x.S3", "magnet": "x.Magnet", "http": "x.Http"})

    handlers = {scheme for scheme, handler in settings.getwithbase("DOWNLOAD_HANDLERS").items() if handler}
    assert handlers == {"http", "https"}


@pytest.mark.parametrize(("theirs", "delay"), [({"DOWNLOAD_DELAY": 5}, 5.0), ({"DOWNLOAD_DELAY": 0}, None),
                                               ({"DOWNLOAD_DELAY": 5, "COLUMNIST_DELAY": "2"}, "2"), ({}, None)])  # fmt: skip
def test_a_delay_of_the_project_is_kept(theirs: dict[str, object], delay: object) -> None:
    assert carried(**theirs).get("COLUMNIST_DELAY") == delay


def test_a_subclass_that_leaves_the_guard_behind_is_refused() -> None:
    class Bare(NewsSpider):
        @classmethod
        def update_settings(cls, settings: object) -> None:
            """Bring nothing."""

    settings = Settings()
    Bare.update_settings(settings)
    with pytest.raises(GuardMissing, match=r"super\(\)\.update_settings"):
        require_guard(settings)
