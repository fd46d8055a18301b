"""Answers are opened and read in a worker: what comes packed, damaged or as a bomb harms nobody else."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import brotli
import pytest
from backports import zstd
from fakesite import article, articles_text, links, rss

from columnist.pipelines.batch.sandbox.pool import Sandbox
from columnist.pipelines.records.article import Page
from columnist.pipelines.records.options import SandboxOptions
from columnist.scraper.crawl.answers.page_worker import (
    Ask,
    BodyRefused,
    Harvest,
    PageReading,
    PartReading,
    Wanted,
    opened,
    read_answer,
    read_part,
    small_file,
)
from columnist.scraper.discover.links import Links
from columnist.scraper.discover.records import Listing

MEGABYTE = 1 << 20
LIMIT = 2 * MEGABYTE
URL = "https://paper.example/2026/11/22/a"
HTML = article("A headline")
DIGEST = hashlib.sha256(HTML).hexdigest()[:32]
ASK = Ask(("paper.example",), 1.0)
PACK = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    options = SandboxOptions(workers=1, page_memory_mb=1024)
    with Sandbox(options, preload=("columnist.scraper.crawl.answers.page_worker",)) as opened:
        yield opened


def page(body: bytes, encoding: str | None = None, url: str = URL) -> Page:
    headers = {} if encoding is None else {"content-encoding": encoding, "content-type": "text/html"}
    return Page(url, html=body, requested_url=url, headers=headers, site="paper.example",
                fetched_at=datetime(2026, 11, 22, tzinfo=UTC))  # fmt: skip


def read(sandbox: Sandbox, answer: Page, wanted: Wanted = Wanted(LIMIT), *parts: Page) -> object:
    """Read in the worker, which must give what the function itself gives."""
    there = sandbox.submit(read_answer, answer, ASK, wanted, parts).result()
    assert there == read_answer(answer, ASK, wanted, parts)
    return there


@pytest.mark.parametrize("name", PACK)
def test_a_packed_page_is_read_in_the_worker_and_known_by_its_unpacked_bytes(
    sandbox: Sandbox, name: str
) -> None:
    found = read(sandbox, page(PACK[name](HTML), name))

    assert isinstance(found, PageReading)
    assert isinstance(found.given, Harvest)
    assert found.given.cleaned is not None
    assert (found.given.cleaned.title, found.digest) == ("A headline", DIGEST)
    again = read(sandbox, page(PACK[name](HTML), name), Wanted(LIMIT, known=DIGEST))
    assert again == PageReading(DIGEST, None)


@pytest.mark.parametrize("name", PACK)
def test_a_bomb_of_each_encoding_is_refused_and_the_worker_lives_on(sandbox: Sandbox, name: str) -> None:
    found = read(sandbox, page(PACK[name](b"\0" * 40 * MEGABYTE), name))

    assert isinstance(found, BodyRefused)
    assert found.problem == "too-large"
    assert isinstance(read(sandbox, page(HTML)), PageReading)


@pytest.mark.parametrize("name", PACK)
def test_a_stream_that_breaks_off_is_refused(sandbox: Sandbox, name: str) -> None:
    found = read(sandbox, page(PACK[name](HTML)[:-12], name))

    assert isinstance(found, BodyRefused)
    assert found.problem == "damaged"


def test_two_layers_are_undone_and_three_are_not(sandbox: Sandbox) -> None:
    twice = read(sandbox, page(brotli.compress(gzip.compress(HTML)), "gzip, br"))
    thrice = read(sandbox, page(gzip.compress(gzip.compress(gzip.compress(HTML))), "gzip, gzip, gzip"))
    bomb = gzip.compress(gzip.compress(b"\0" * 40 * MEGABYTE))

    assert isinstance(twice, PageReading)
    assert twice.digest == DIGEST
    assert isinstance(thrice, BodyRefused)
    assert thrice.problem == "too-many-encodings"
    refused = read(sandbox, page(bomb, "gzip, gzip"))
    assert isinstance(refused, BodyRefused)
    assert refused.problem == "too-large"


def test_the_header_names_no_layer_that_was_undone() -> None:
    done = opened(page(gzip.compress(HTML), "gzip"), LIMIT)
    odd = opened(page(gzip.compress(HTML), "lzma, gzip"), LIMIT)

    assert isinstance(done, Page)
    assert isinstance(odd, Page)
    assert (done.html, done.headers) == (HTML, {"content-type": "text/html"})
    assert (odd.html, odd.headers["content-encoding"]) == (HTML, "lzma")
    assert opened(page(HTML), LIMIT) == page(HTML)


def test_a_packed_feed_is_read_where_a_listing_is_expected_or_may_be(sandbox: Sandbox) -> None:
    feed = rss("https://paper.example", ["/2026/11/22/a", "/2026/11/22/b"]).body
    for kind in ("listing", "either"):
        found = read(sandbox, page(gzip.compress(feed), "gzip"), Wanted(LIMIT, kind=kind))  # type: ignore[arg-type]
        assert isinstance(found, PageReading)
        assert isinstance(found.given, Listing)
        assert [one.url[-2:] for one in found.given.found] == ["/a", "/b"]
    for body in (HTML, b"<?xml version='1.0'?><html>" + HTML, b"{}"):
        found = read(sandbox, page(body), Wanted(LIMIT, kind="either"))
        assert isinstance(found, PageReading)
        assert isinstance(found.given, Harvest)


def test_the_parts_of_an_article_may_each_be_packed_in_their_own_way(sandbox: Sandbox) -> None:
    second = article("A headline", ["The second page has words of its own to say on this matter. " * 8])
    parts = (page(zstd.compress(second), "zstd", URL + "?page=2"), page(b"\x1f\x8b\x08\0", "gzip"))

    found = read(sandbox, page(gzip.compress(HTML), "gzip"), Wanted(LIMIT), *parts)

    assert isinstance(found, PageReading)
    assert isinstance(found.given, Harvest)
    assert found.given.cleaned is not None
    alone = read(sandbox, page(HTML))
    assert isinstance(alone, PageReading)
    assert isinstance(alone.given, Harvest)
    assert alone.given.cleaned is not None
    assert found.given.cleaned.word_count > alone.given.cleaned.word_count + 50
    assert found.digest == alone.digest


def test_the_next_part_is_read_out_of_a_packed_one(sandbox: Sandbox) -> None:
    body = article("A headline", articles_text("the second part"), '<a rel="next" href="?page=3">Next</a>')
    first, part = page(HTML), page(gzip.compress(body), "gzip", URL + "?page=2")

    broken = page(part.html[:-12] if part.html else b"", "gzip", URL + "?page=2")
    no_page = page(b"  ", None, URL + "?page=2")
    for submit in (lambda *job: sandbox.submit(*job).result(), lambda do, *job: do(*job)):
        assert submit(read_part, first, part, 2, LIMIT) == PartReading(True, URL + "?page=3")
        assert not submit(read_part, first, broken, 2, LIMIT).belongs
        assert not submit(read_part, first, no_page, 2, LIMIT).belongs


def test_a_small_file_is_cut_after_it_is_unpacked(sandbox: Sandbox) -> None:
    body = b"User-agent: *\nDisallow: /private/\n" * 100

    for submit in (lambda *job: sandbox.submit(*job).result(), lambda do, *job: do(*job)):
        assert submit(small_file, gzip.compress(body), ["gzip"], LIMIT, 50) == body[:50]
        assert isinstance(submit(small_file, gzip.compress(body)[:-20], ["gzip"], LIMIT, 50), BodyRefused)


def harvested(body: bytes, **how: object) -> Harvest:
    found = read_answer(page(body), replace(ASK, **how), Wanted(LIMIT))  # type: ignore[arg-type]
    assert isinstance(found, PageReading)
    assert isinstance(found.given, Harvest)
    return found.given


def test_a_page_that_was_read_for_its_links_alone_leaves_no_row() -> None:
    section = links(
        "/2026/11/22/the-council-adopts-its-budget", "/2026/11/22/the-mayor-thanks-the-opposition"
    )
    front = harvested(section, clean=False)
    unexpected = harvested(section, expected=False, is_list=True)
    expected = harvested(section)

    assert (front.cleaned, front.reason) == (None, "index-page")
    assert len(front.links.found) == len(unexpected.links.found) == 2
    assert unexpected.cleaned is None
    assert expected.cleaned is not None
    assert expected.reason == unexpected.reason


def test_what_is_no_page_at_all_is_a_reject_with_its_reason() -> None:
    found = harvested(b"  ")

    assert found.cleaned is not None
    assert (found.reason, found.links) == ("empty", Links())


def test_the_further_parts_of_an_article_are_no_links_to_follow() -> None:
    more = (
        '<a rel="next" href="?page=2">Next</a><a href="/2026/11/22/another-story-of-the-council">Another</a>'
    )
    found = harvested(article("A headline", more=more))

    assert found.links.next_page == URL + "?page=2"
    assert {one.url.removeprefix("https://paper.example/") for one in found.links.found} == {
        "",
        "2026/11/22/another-story-of-the-council",
    }
