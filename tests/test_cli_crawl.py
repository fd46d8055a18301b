"""The commands that fetch, each in a process of its own, on the demo newspaper."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from commandline import columnist, free_port
from newsroom import an_article, files, read, write

from columnist.pipelines.sites.site_files import load_site
from columnist.scraper.cli.commands.demo_server import demo_folder, serve_newspaper

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow
ARTICLES = json.loads((demo_folder() / "expected.json").read_text(encoding="utf-8"))["articles"]


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with serve_newspaper() as address:
        yield address


def test_the_demo_has_a_folder_of_its_own_and_refuses_that_of_a_real_crawl(tmp_path: Path) -> None:
    write(tmp_path / "news", an_article("https://paper.example/a"))
    places = {"COLUMNIST_DATA": str(tmp_path / "news"), "COLUMNIST_STATE": str(tmp_path / "news")}
    before = files(tmp_path / "news")

    done = columnist("demo", "--port", "0", cwd=tmp_path, **places)
    refused = columnist("demo", "--port", "0", "--data", "news", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert read(tmp_path / "demo-data").num_rows == len(ARTICLES)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "this folder holds a crawl of paper.example; give the demo one of its own" in refused.stderr
    assert files(tmp_path / "news") == before


def test_the_demo_finds_every_article_and_the_second_time_nothing_new(tmp_path: Path) -> None:
    port = free_port()
    first = columnist("demo", "--data", str(tmp_path), "--port", port)
    assert first.returncode == 0, first.stderr
    assert f"{len(ARTICLES)} new, 0 changed, 0 known" in first.stdout
    assert "soft-404" in first.stdout
    assert 'pandas.read_parquet("' in first.stdout
    assert pq.read_table(tmp_path / "articles").num_rows == len(ARTICLES)

    again = columnist("demo", "--data", str(tmp_path), "--port", port)
    assert again.returncode == 0, again.stderr
    assert f"0 new, 0 changed, {len(ARTICLES)} known" in again.stdout

    check = columnist("check", "--data", str(tmp_path), "--json")
    assert (check.returncode, json.loads(check.stdout)["findings"]) == (0, [])


def test_a_port_that_is_taken_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = columnist("demo", "--data", str(tmp_path / "data"), "--port", str(port))

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"columnist: --port {port}: Address already in use; name another one, or 0 for any that is free\n"
    )
    assert not (tmp_path / "data").exists()


def test_show_fetches_an_address(base: str) -> None:
    shown = columnist("show", f"{base}/fr/2026/03/22/afp-digue-estuaire/", "--json")

    assert shown.returncode == 0, shown.stderr
    record = json.loads(shown.stdout)
    assert record["agency"] == "AFP"
    assert record["discovered_via"] == "url-list"


def test_show_says_why_a_page_is_no_article(base: str) -> None:
    shown = columnist("show", f"{base}/en/")

    assert shown.returncode == 1, shown.stderr
    assert shown.stdout.startswith("no article: index-page")


def test_a_list_of_addresses_is_fetched_and_nothing_else(base: str, tmp_path: Path) -> None:
    listed = tmp_path / "urls.txt"
    listed.write_text(
        f"# two of them\n{base}/fr/2026/03/22/afp-digue-estuaire/ # AFP\n{base}/ru/news/10251/\n"
    )

    done = columnist("clean", str(listed), "--data", str(tmp_path / "data"), "--delay", "0")

    assert (done.returncode, done.stdout) == (0, "2 new, 0 changed, 0 known, 0 rejected\n"), done.stderr
    assert list((tmp_path / "data" / "archive").rglob("*.warc.gz"))

    done = columnist("clean", f"{base}/ru/news/10251/", "--data", str(tmp_path / "raw"), "--no-archive")
    assert (done.returncode, done.stdout) == (0, "1 new, 0 changed, 0 known, 0 rejected\n"), done.stderr
    assert not (tmp_path / "raw" / "archive").exists()


def test_a_site_is_added_with_what_was_found_and_measured(base: str, tmp_path: Path) -> None:
    done = columnist(
        "sites", "add", f"{base}/", "--site-files", str(tmp_path), "--pages", "12", "--delay", "0"
    )

    assert done.returncode == 0, done.stderr
    site = load_site(next(tmp_path.glob("*.toml")))
    assert f"{base}/" in site.seeds
    assert f"{base}/sitemap_index.xml" in site.seeds
    assert (site.floors.articles_per_crawl or 0) >= 1


def test_a_quiet_run_of_a_site_with_floors_is_no_failure(base: str, tmp_path: Path) -> None:
    asked = ("crawl", "demo", "--data", str(tmp_path / "data"), "--site-files", str(tmp_path), "--delay", "0")
    (tmp_path / "demo.toml").write_text(
        f'seeds = ["{base}/"]\nallow = ["/fr/2026/03/"]\n[floors]\narticles_per_crawl = 3\n'
    )

    first, second = columnist(*asked), columnist(*asked)
    by_address = columnist("crawl", f"{base}/", *asked[2:])

    assert first.returncode == 0, first.stdout + first.stderr
    assert second.stdout.startswith("0 new, 0 changed,"), second.stdout
    assert second.returncode == 0, second.stdout + second.stderr
    known = first.stdout.partition(" new")[0]
    assert int(known) >= 3
    assert f", {known} known, " in second.stdout
    assert f", {known} known, " in by_address.stdout, by_address.stdout  # whatever name it goes by
