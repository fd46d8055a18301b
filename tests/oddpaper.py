"""A newspaper with every fault and trap that a crawl meets, and a healthy one beside it."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime

from fakesite import Answer, FakeSite, article, articles_text, links, rss, sitemap

TRAP = 30  # max_per_pattern in these crawls
FEED = ["/2026/11/22/feed-alone-names-this-one", "/2026/11/22/the-council-adopts-its-budget"]
LINKED = ["/2026/11/21/a-bridge-is-closed-for-a-year", "/story/harbour-opens-its-new-quay-to-ships"]
PAGED = [f"/politics/mayor-number-{n}-takes-the-oath-of-office" for n in range(6)]
MAPPED = ["/x/1", "/x/2"]
NEWS = "/y/3"
TWO_PAGES = "/long/the-history-of-the-town-in-two-parts"
REFRESHED = "/2026/11/20/where-the-refresh-leads-the-reader"
MOVED = "/2026/11/18/what-moved-is-found-where-it-is"
# On a site of their own, for they slow the whole of it down.
RETRIED = "/2026/11/22/comes-at-the-third-time-of-asking"
PATIENT = "/2026/11/22/too-many-requests-until-a-second-later"
DOWN = "/2026/11/22/never-comes-for-the-server-has-an-error"
WORDS = ["north", "south", "east", "west", "old", "new", "great", "small"]
HEALTHY = [
    f"/2026/11/22/the-{one}-bridge-by-the-{other}-gate-is-open" for one in WORDS for other in WORDS[:5]
]
ARTICLES = [*FEED, *LINKED, *PAGED, *MAPPED, NEWS, TWO_PAGES, REFRESHED, MOVED]
# path -> (what, reason) that it must end as
PACKED = (("Content-Encoding", "gzip"),)
FAULTS: dict[str, tuple[Answer, tuple[str, str]]] = {
    "/faults/forbidden": (Answer(403, b"no"), ("failed", "http-403")),
    "/faults/missing": (Answer(404, b"no"), ("gone", "404")),
    "/faults/gone": (Answer(410, b"no"), ("gone", "410")),
    "/faults/reset": (Answer(reset=True), ("failed", "connection")),
    "/faults/closed": (Answer(raw=b""), ("failed", "connection")),
    "/faults/no-http": (Answer(raw=b"SSH-2.0-OpenSSH_9.9\r\n\r\n"), ("failed", "bad-response")),
    "/faults/truncated": (Answer(body=article("Cut"), length=999_999), ("failed", "truncated")),
    "/faults/loop": (Answer(302, headers=(("Location", "/faults/loop"),)), ("failed", "redirect-loop")),
    "/faults/to-file": (Answer(302, headers=(("Location", "file:///etc/passwd"),)), ("filtered", "scheme")),
    "/faults/to-other": (Answer(302, headers=(("Location", "https://b.example/"),)), ("filtered", "off-site")),
    "/faults/to-private": (
        Answer(302, headers=(("Location", "http://127.0.0.1:8999/"),)), ("filtered", "private-address")),
    "/faults/bad-gzip": (
        Answer(body=b"\x1f\x8bnonsense", headers=(("Content-Encoding", "gzip"),)), ("failed", "bad-encoding")),
    "/faults/bomb": (
        Answer(body=gzip.compress(b"\0" * 30_000_000), headers=PACKED), ("rejected", "too-large")),
    "/faults/huge": (Answer(body=b"x", length=400_000_000), ("rejected", "too-large")),
    "/faults/empty": (Answer(), ("rejected", "empty")),
    "/faults/binary": (Answer(body=b"%PDF-1.7\n" + bytes(range(256)) * 40), ("rejected", "not-html")),
}  # fmt: skip


def build(site: FakeSite) -> None:
    base = site.base
    rules = f"User-agent: *\nDisallow: /private/\nSitemap: {base}/maps.xml\n".encode()
    site.route("/robots.txt", Answer(body=gzip.compress(rules), headers=PACKED))  # some do, asked or not
    head = '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
    more = '<a href="https://other.example/">Elsewhere</a><a href="/photo.jpg">Photo</a>'
    site.route(
        "/",
        links(
            *LINKED, "/politics", "/private/secret-plans-of-the-council", "/calendar?d=1", "/session?visit=1", *FAULTS,
            TWO_PAGES, "/old-home-of-the-refresh", "/moved", "/nofollow", head=head, more=more,
        ),
    )  # fmt: skip
    site.route("/rss.xml", rss(base, FEED))
    pages = [
        links(*PAGED[n : n + 2], more=f'<a rel="next" href="/politics?page={n // 2 + 2}">Next</a>')
        for n in (0, 2, 4)
    ]
    site.route("/politics", pages[0])
    site.route("/politics?page=2", pages[1])
    site.route("/politics?page=3", links(*PAGED[4:]))
    index = "".join(f"<sitemap><loc>{base}/{name}.xml</loc></sitemap>" for name in ("map", "news"))
    site.route("/maps.xml", Answer(body=f"<sitemapindex>{index}</sitemapindex>".encode(), validators=True))
    plain = sitemap(base, MAPPED)
    site.route("/map.xml", replace(plain, body=gzip.compress(plain.body, mtime=0), headers=PACKED))
    site.route("/news.xml", Answer(body=news_sitemap(base).encode(), validators=True))
    for path in (*FEED, *LINKED, *PAGED, *MAPPED, NEWS, REFRESHED, MOVED):
        site.route(path, article(f"News of {path}"))
    build_odd_pages(site)


def build_odd_pages(site: FakeSite) -> None:
    for path, (answer, _) in FAULTS.items():
        site.route(path, answer)
    site.route(TWO_PAGES, article("History", articles_text("Oldtown"), f'<a href="{TWO_PAGES}?page=2">2</a>'))
    second = gzip.compress(article("History", articles_text("Newtown")))
    site.route(TWO_PAGES + "?page=2", Answer(body=second, headers=PACKED))
    site.route(
        "/old-home-of-the-refresh",
        f'<meta http-equiv="refresh" content="0; url={REFRESHED}"><p>Moved'.encode(),
    )
    site.route("/moved", Answer(301, headers=(("Location", MOVED),)))
    site.route(
        "/nofollow",
        links("/2026/11/17/nobody-may-follow-here", head='<meta name="robots" content="nofollow">'),
    )
    site.under("/calendar", lambda path: Answer(body=calendar(int(path.rpartition("=")[2]))))
    site.under("/session", lambda path: Answer(body=session(int(path.rpartition("=")[2]))))


def build_tired(site: FakeSite) -> None:
    site.route("/", links(RETRIED, PATIENT, DOWN))
    site.route("/rss.xml", rss(site.base, []))
    site.route(RETRIED, Answer(500), Answer(503), article("Third time lucky"))
    site.route(PATIENT, Answer(429, headers=(("Retry-After", "1"),)), article("Patience is rewarded"))
    site.route(DOWN, Answer(500))


def news_sitemap(base: str) -> str:
    facts = "<n:news><n:publication_date>2026-11-22T07:00:00+02:00</n:publication_date><n:title>Three</n:title></n:news>"
    return f'<urlset xmlns:n="x"><url><loc>{base}{NEWS}</loc>{facts}</url></urlset>'


def calendar(day: int) -> bytes:
    return links(*(f"/calendar?d={day + n}" for n in range(1, 20)))


def session(number: int) -> bytes:
    more = (
        f'<a href="/session?visit={number * 7 + 1}">on</a><a href="/session?visit={number * 7 + 2}">other</a>'
    )
    return article("The same for every visitor", articles_text("Everytown"), more)


def publish(site: FakeSite) -> None:
    """One new article by feed, one by a section's second page, one revised and said so by the sitemap."""
    site.route("/2026/11/22/new-in-the-feed-this-hour", article("New in the feed"))
    site.route("/rss.xml", rss(site.base, ["/2026/11/22/new-in-the-feed-this-hour", *FEED]))
    fresh = ["/politics/first-fresh-news-of-the-day", "/politics/second-fresh-news-of-the-day"]
    for path in fresh:
        site.route(path, article(path))
    site.route("/politics", links(fresh[0], more='<a rel="next" href="/politics?page=2">Next</a>'))
    site.route("/politics?page=2", links(fresh[1], *PAGED))
    revised = [
        *articles_text("News of /x/1")[:5],
        "Correction: an earlier version of this article named the wrong day.",
    ]
    site.route("/x/1", article("News of /x/1", revised))
    when = f"<lastmod>{datetime.now(UTC).isoformat()}</lastmod>"
    body = (
        f"<urlset><url><loc>{site.base}/x/1</loc>{when}</url><url><loc>{site.base}/x/2</loc></url></urlset>"
    )
    site.route("/map.xml", Answer(body=body.encode(), validators=True))
