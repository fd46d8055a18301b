"""The law of the demo newspaper: it is served like a site, holds together, and its list of pages is complete."""

from __future__ import annotations

import gzip
import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

import feedparser
import pytest
from lxml import etree, html

from columnist.scraper.cli.commands.demo_server import answer, demo_folder, serve_newspaper

FOLDER = demo_folder()
SITE = FOLDER / "site"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
ARTICLES = EXPECTED["articles"]
OTHERS = EXPECTED["other_pages"]
FEEDS = (
    "/fr/feed/",
    "/en/feed/",
    "/de/rss.xml",
    "/pt/rss.xml",
    "/slow-tide/rss/",
    "/ja/index.rdf",
    "/nl/atom.xml",
)
SITEMAPS = ("/sitemap_index.xml", "/sitemaps/posts-1.xml", "/news-sitemap.xml")


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with serve_newspaper() as address:
        yield address


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Fetch one loopback address; header names come as keywords with underscores."""
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    try:
        with urlopen(Request(url, headers=named), timeout=10) as reply:
            return reply.status, {k.lower(): v for k, v in reply.headers.items()}, reply.read()
    except HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


def every_page() -> list[str]:
    """List every address of an HTML page that expected.json names."""
    articles = [p for a in ARTICLES for p in (a["path"], *a["variants"], *a["more_pages"])]
    return articles + [o["path"] for o in OTHERS if o["path"] != "/404.html"]


def test_it_has_forty_articles_eight_languages_and_eight_systems() -> None:
    assert len(ARTICLES) >= 40
    assert len({a["language"] for a in ARTICLES}) >= 9
    assert len({a["system"] for a in ARTICLES}) >= 8


def test_its_files_stay_small() -> None:
    sizes = [f.stat().st_size for f in FOLDER.rglob("*") if f.is_file()]

    assert sum(sizes) < 1_500_000
    assert max(sizes) < 100_000


def test_every_html_file_is_named_in_the_list() -> None:
    def file_of(path: str) -> Path:
        parts = urlsplit(path)
        name = parts.path.lstrip("/") + ("index.html" if parts.path.endswith("/") else "")
        name = name if "." in name.rsplit("/", 1)[-1] else f"{name}.html"
        page = re.fullmatch(r"page=(\d+)", parts.query)
        return SITE / (f"{name.removesuffix('.html')}.page-{page[1]}.html" if page else name)

    listed = {file_of(p) for p in [*every_page(), "/404.html"]}
    present = {f for f in SITE.rglob("*") if f.suffix in (".html", ".htm")}

    assert present == listed


def test_paths_are_listed_once() -> None:
    paths = every_page()

    assert len(paths) == len(set(paths))


def test_every_listed_page_answers_200_as_html(base: str) -> None:
    answers = {path: get(base + path) for path in every_page()}

    wrong = {
        p: a[0] for p, a in answers.items() if a[0] != 200 or not a[1]["content-type"].startswith("text/html")
    }
    assert wrong == {}


def test_every_link_inside_answers_200(base: str) -> None:
    links: set[str] = set()
    for path in every_page():
        document = html.document_fromstring(get(base + path)[2])
        found = document.xpath("//a/@href | //img/@src | //link[@rel!='preload']/@href")
        links |= {urljoin(base + path, str(link)).split("#")[0] for link in found}
    inside = {link for link in links if link.startswith(base) and "share=" not in link}

    assert {link for link in inside if get(link)[0] != 200} == set()
    assert {link for link in links if link.startswith("http") and not link.startswith(base)} == set()


def test_the_address_served_replaces_the_placeholder_everywhere(base: str) -> None:
    for path in [*every_page(), *FEEDS, *SITEMAPS, "/robots.txt", "/ar/feed.json"]:
        assert b"{{base}}" not in get(base + path)[2]
    assert f"Sitemap: {base}/sitemap_index.xml" in get(base + "/robots.txt")[2].decode()


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_parses_and_names_served_articles(base: str, path: str) -> None:
    feed = feedparser.parse(get(base + path)[2])
    named = [urlsplit(entry.link).path for entry in feed.entries]

    assert not feed.bozo
    assert named
    assert set(named) <= {a["path"] for a in ARTICLES}


def test_the_json_feed_parses_and_names_served_articles(base: str) -> None:
    feed = json.loads(get(base + "/ar/feed.json")[2])

    assert {urlsplit(i["url"]).path for i in feed["items"]} <= {a["path"] for a in ARTICLES}


@pytest.mark.parametrize("path", [*SITEMAPS, "/sitemaps/archive.xml.gz"])
def test_a_sitemap_parses_and_its_addresses_answer(base: str, path: str) -> None:
    content = get(base + path)[2]
    content = gzip.decompress(content) if path.endswith(".gz") else content
    named = [str(loc) for loc in etree.fromstring(content).xpath("//*[local-name()='loc']/text()")]

    assert named
    assert {url for url in named if get(url)[0] != 200} == set()


@pytest.mark.parametrize(
    "path", ["/", "/en/", "/ja/", "/fr/feed/", "/sitemaps/archive.xml.gz", "/robots.txt"]
)
def test_an_unchanged_page_answers_304(base: str, path: str) -> None:
    _, headers, _ = get(base + path)

    by_tag = get(base + path, if_none_match=headers["etag"])
    by_date = get(base + path, if_modified_since=headers["last-modified"])
    other_tag = get(base + path, if_none_match='"other"', if_modified_since=headers["last-modified"])

    assert (by_tag[0], by_tag[2]) == (304, b"")
    assert by_date[0] == 304
    assert other_tag[0] == 200


def test_charsets_are_named_as_real_sites_name_them(base: str) -> None:
    assert get(base + "/it/")[1]["content-type"] == "text/html"  # in a meta tag alone
    assert get(base + "/ru/")[1]["content-type"] == "text/html; charset=windows-1251"  # in the header alone
    assert "新報" in get(base + "/ja/")[2].decode("cp932")


def test_a_missing_page_answers_404(base: str) -> None:
    status, headers, body = get(base + "/en/no-such-page/")

    assert status == 404
    assert headers["content-type"].startswith("text/html")
    assert b"Not Found" in body


def test_a_folder_without_its_slash_is_redirected(base: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=10)
    connection.request("GET", "/en?a=b")
    reply = connection.getresponse()
    connection.close()

    assert (reply.status, reply.headers["Location"]) == (301, f"{base}/en/?a=b")


@pytest.mark.parametrize(
    "target",
    ["/../expected.json", "/%2e%2e/expected.json", "/..%2fexpected.json", "/en/../../headers.json", "//../expected.json",
     "/%2e%2e%5cexpected.json", "/en/%00", "/.hidden", "/?page=../../expected.json", "/" + "a" * 5000],
)  # fmt: skip
def test_nothing_outside_the_folder_is_served(target: str) -> None:
    assert answer(FOLDER, target, "http://127.0.0.1:1", {}).status == 404


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "secret.html").write_text("secret")
    (tmp_path / "site" / "out.html").symlink_to(tmp_path / "secret.html")

    assert answer(tmp_path, "/out.html", "http://127.0.0.1:1", {}).status == 404


def test_the_pages_kept_from_crawlers_are_reachable_by_link_only_against_the_rules(base: str) -> None:
    robots = get(base + "/robots.txt")[2].decode()

    assert "Disallow: /private/" in robots
    assert 'href="/private/' in get(base + "/fr/")[2].decode()


@pytest.mark.parametrize("via", ["pagination", "news-sitemap", "atom", "json-feed", "gzipped-sitemap"])
def test_some_articles_can_be_found_in_one_way_only(base: str, via: str) -> None:
    (hidden,) = [a["path"] for a in ARTICLES if a["found_via"] == via]
    pages = {
        p: get(base + p)[2].decode("latin-1") for p in [*every_page(), *FEEDS, *SITEMAPS, "/ar/feed.json"]
    }
    naming = {p for p, text in pages.items() if hidden in text and not p.startswith(hidden)}

    assert naming <= {"/en/category/harbour/page/2/", "/news-sitemap.xml", "/nl/atom.xml", "/ar/feed.json"}
    assert len(naming) == (0 if via == "gzipped-sitemap" else 1)
