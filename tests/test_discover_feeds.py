"""RSS, Atom and JSON feeds, good and bad."""

from __future__ import annotations

import gzip
import json
import time
from datetime import datetime

import pytest

from columnist.scraper.discover.discover import read_listing
from columnist.scraper.discover.feeds import read_feed
from columnist.scraper.discover.records import FoundLink, Listing

NOW = 1795338000.0  # 22 November 2026, 09:00 UTC
URL = "https://www.news.example/feed/rss.xml"

RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title><language>fr-FR</language>
<item><title>Le budget est adopt\xc3\xa9</title><link>/2026/11/22/budget</link><dc:creator>Marie Petit</dc:creator>
<pubDate>Sun, 22 Nov 2026 08:00:00 +0100</pubDate><description>&lt;p&gt;Apr\xc3\xa8s &lt;b&gt;quatre&lt;/b&gt; heures.&lt;/p&gt;</description></item>
<item><title>Ancien</title><link>https://www.news.example/2019/old#top</link><pubDate>2019</pubDate></item>
<item><guid>https://www.news.example/by-guid</guid></item>
<item><title>Sans lien</title></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>News</title>
<entry><title>Haushalt beschlossen</title><link rel="alternate" href="https://www.news.example/haushalt"/>
<updated>2026-11-22T08:00:00Z</updated><category term="stadt" label="Stadt"/><category term="Haushalt"/><author><name>Jana Klein</name></author><author><name>Tom Gross</name></author></entry></feed>"""


def found_in(body: bytes) -> tuple[FoundLink, ...]:
    listing = read_listing(body, URL, NOW)
    assert listing.kind == "feed"
    return listing.found


def test_a_feed_gives_addresses_with_what_it_says_of_them() -> None:
    first, old, by_guid = found_in(RSS)

    assert (first.url, first.kind, first.via) == (
        "https://www.news.example/2026/11/22/budget",
        "article",
        "feed",
    )
    assert first.changed_at == 1795330800.0
    assert first.hint is not None
    assert first.hint.title == "Le budget est adopté"
    assert first.hint.published == "Sun, 22 Nov 2026 08:00:00 +0100"
    assert first.hint.language == "fr-FR"
    assert first.hint.authors == ("Marie Petit",)
    assert first.hint.description == "Après quatre heures."
    assert old.url == "https://www.news.example/2019/old"
    assert by_guid.url == "https://www.news.example/by-guid"
    assert first.priority > old.priority


def test_atom_gives_all_authors_and_the_language() -> None:
    (found,) = found_in(ATOM)

    assert found.hint is not None
    assert found.hint.authors == ("Jana Klein", "Tom Gross")
    assert found.hint.tags == ("Stadt", "Haushalt")
    assert found.hint.published == "2026-11-22T08:00:00Z"


def test_a_json_feed_is_read_and_its_odd_types_cost_nothing() -> None:
    items = [
        {"id": "1", "url": "/a", "title": "A", "date_published": "2026-11-22T08:00:00Z", "authors": [{"name": "B"}, 7], "tags": ["Town", 7, "road"]},
        {"id": "https://www.news.example/by-id", "title": ["no", "text"], "author": {"name": 5}},
        {"url": {"no": "text"}}, "no item", None, {"url": "javascript:alert(1)"},
    ]  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "language": "en", "items": items}
    found = found_in(json.dumps(feed).encode())

    assert [one.url for one in found] == ["https://www.news.example/a", "https://www.news.example/by-id"]
    assert found[0].hint is not None
    assert found[0].hint.authors == ("B",)
    assert found[0].hint.tags == ("Town", "road")
    assert found[0].changed_at == 1795334400.0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"{",
        b"[]",
        b"{}",
        b'{"items": 5}',
        b"<html><body>no feed</body></html>",
        b"\x00\xff\xfe\xfd" * 50,
    ],
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes) -> None:
    assert read_listing(body, URL, NOW).kind in ("unreadable", "html")
    assert read_feed(body, URL, NOW).kind == "unreadable"


def test_a_cut_feed_gives_what_came() -> None:
    assert found_in(RSS[: RSS.index(b"<item><guid>")])[0].url.endswith("/budget")


def test_entities_are_never_expanded() -> None:
    entities = b'<!ENTITY a0 "lol">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 11)
    )
    body = (
        b'<?xml version="1.0"?><!DOCTYPE r [' + entities + b' <!ENTITY f SYSTEM "file:///etc/passwd">]>'
        b"<rss><channel><title>&a10;</title><item><title>&f;&a10;</title><link>/x</link></item></channel></rss>"
    )
    begun = time.process_time()
    listing: Listing = read_feed(body, URL, NOW)

    assert time.process_time() - begun < 2
    assert "root:" not in repr(listing)
    assert len(repr(listing)) < 5000


def test_a_path_or_address_in_place_of_a_feed_opens_nothing() -> None:
    for text in (b"/etc/passwd", b"file:///etc/passwd", b"http://127.0.0.1:9/"):
        assert read_feed(text, URL, NOW).found == ()


def test_long_and_hostile_feeds_are_bounded() -> None:
    item = "<item><title>%s</title><link>/x/%d</link></item>"
    many = "<rss><channel>" + "".join(item % ("t", n) for n in range(2500)) + "</channel></rss>"
    listing = read_feed(many.encode(), URL, NOW)

    assert (len(listing.found), listing.truncated) == (2000, True)

    wide = "<rss><channel>" + item % ("w" * 500_000, 1) + "</channel></rss>"
    (found,) = read_feed(wide.encode(), URL, NOW).found
    assert found.hint is not None
    assert len(found.hint.title or "") == 1000


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026/6/9 15:07:41", "2026-06-09T15:07:41+00:00"),
        ("2026-08-01 13:55:44.364419679 +0200 CEST", "2026-08-01T11:55:44+00:00"),
        ("Wed, 04 Nov 2026 10:00:00 CET", "2026-11-04T09:00:00+00:00"),
        ("Wed, 04 Nov 2026 10:00:00 PST", "2026-11-04T18:00:00+00:00"),
        ("04.11.2026 10:00", "2026-11-04T10:00:00+00:00"),
        ("Mi, 04 März 2026 10:00:00 +0100", "2026-03-04T09:00:00+00:00"),
        ("mer., 04 févr. 2026 10:00", "2026-02-04T10:00:00+00:00"),
        ("среда, 4 марта 2026 10:00", "2026-03-04T10:00:00+00:00"),
        ("Aug 15, 2026", "2026-08-15T00:00:00+00:00"),
        ("Sun, 22 Nov 2026 08:00:00 +0100", "2026-11-22T07:00:00+00:00"),
    ],
)
def test_a_feeds_dates_are_read_in_the_forms_that_papers_write(said: str, meant: str) -> None:
    feed = f"<rss><channel><item><link>https://www.news.example/a</link><pubDate>{said}</pubDate></item></channel></rss>"
    (found,) = found_in(feed.encode())

    assert found.changed_at == datetime.fromisoformat(meant).timestamp()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_feed_is_read_in_two_bytes_a_letter_and_out_of_gzip(encoding: str) -> None:
    wide = RSS.decode().replace('"UTF-8"', '"UTF-16"').encode(encoding)

    assert next(f.hint and f.hint.title for f in found_in(wide)) == "Le budget est adopté"
    assert len(found_in(gzip.compress(wide))) == len(found_in(gzip.compress(RSS))) == 3


def test_what_a_comment_speaks_of_makes_no_feed_a_sitemap_and_no_entry() -> None:
    comment = b"<!-- <urlset> lies beside it; <item><link>https://www.news.example/off</link></item> -->"

    assert [f.url for f in found_in(RSS.replace(b"<rss", comment + b"<rss"))] == [
        f.url for f in found_in(RSS)
    ]


def test_a_title_that_was_escaped_twice_is_plain_words() -> None:
    (found,) = found_in(ATOM.replace(b"Haushalt beschlossen", b"Haus &amp;amp; Hof: 3 &lt; 5 &amp;#8211; ja"))

    assert found.hint is not None
    assert found.hint.title == "Haus & Hof: 3 < 5 – ja"
