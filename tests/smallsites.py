"""Small real sites as four kinds of publishing software build them: twenty articles, and all the lists around them.

    with FakeSite() as site:
        articles = build(site, "wordpress")

Every address that a page names answers as the software does; the texts are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from fakesite import Answer, FakeSite, articles_text

__all__ = ["KINDS", "NEVER", "build"]

TOWNS = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper", "Kale", "Larch", "Maple",
         "Nettle", "Oak", "Pine", "Quince", "Rowan", "Spruce", "Thorn"]  # fmt: skip
TAGS, RUBRICS, AUTHORS = ("budget", "roads", "schools", "water", "harbour"), ("town", "county"), ("ana", "bo")
XML = "application/xml"
# What no crawl needs of such a site, by a piece of the address.
NEVER = ("/comments/feed", "wp-json", "xmlrpc", "replytocom", "share=", "attachment", "oembed", "/embed", "/print", ".jpg", "wp-login",
         "?s=", "/search", "/ghost", "portal", ".md", ".rst")  # fmt: skip


def slug(number: int) -> str:
    return f"the-council-of-{TOWNS[number].lower()}-adopts-its-budget-for-the-year"


def title(number: int) -> str:
    return f"The council of {TOWNS[number]} adopts its budget for the year"


def page(name: str, body: str, head: str = "") -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(name)}</title>{head}</head>'
        f"<body>{body}</body></html>"
    ).encode()


def teaser(path: str, name: str, number: int) -> str:
    words = articles_text(TOWNS[number])[0]
    return f'<article class="post"><h2><a href="{path}">{escape(name)}</a></h2><p>{words}</p></article>'


def pager(base: str, number: int, last: int) -> str:
    shown = (
        f'<a class="page-numbers" href="{base if n == 1 else f"{base}page/{n}/"}">{n}</a>'
        for n in range(1, last + 1)
        if n != number
    )
    return f'<nav class="pagination">{"".join(shown)}</nav>'


def feed(base: str, items: Iterable[tuple[str, str]]) -> Answer:
    told = "".join(
        f"<item><title>{escape(name)}</title><link>{base}{path}</link><pubDate>Sun, 22 Nov 2026 09:30:00 GMT</pubDate></item>"
        for path, name in items
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Paper</title>{told}</channel></rss>'
    return Answer(body=body.encode(), content_type="application/rss+xml", validators=True)


def urlset(base: str, paths: Iterable[str]) -> Answer:
    urls = "".join(f"<url><loc>{base}{path}</loc></url>" for path in paths)
    body = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return Answer(body=body.encode(), content_type=XML, validators=True)


def index(base: str, paths: Iterable[str]) -> Answer:
    maps = "".join(f"<sitemap><loc>{base}{path}</loc></sitemap>" for path in paths)
    body = f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>'
    return Answer(body=body.encode(), content_type=XML, validators=True)


def lists(
    site: FakeSite, make: Callable[[str, list[int], int, int], bytes], groups: dict[str, list[int]], size: int
) -> None:
    """Route each list with its further pages."""
    for base, members in groups.items():
        pages = [members[n : n + size] for n in range(0, len(members), size)] or [[]]
        for number, some in enumerate(pages, 1):
            path = base if number == 1 else f"{base}page/{number}/"
            site.route(path, Answer(body=make(base, some, number, len(pages)), validators=True))


def groups_of(tag: str, rubric: str, author: str) -> dict[str, list[int]]:
    """Return the lists by address: each tag, rubric and author with the articles that bear it."""
    found: dict[str, list[int]] = {}
    for names, form in ((TAGS, tag), (RUBRICS, rubric), (AUTHORS, author)):
        for at, name in enumerate(names):
            found[form.format(name)] = [n for n in range(20) if n % len(names) == at]
    return found


def wordpress(site: FakeSite) -> list[str]:
    """WordPress 6 with a classic theme: lists, months, a feed of each post, attachments, REST, share buttons."""
    paths = [f"/2026/11/{slug(n)}/" for n in range(20)]
    head = (
        f'<link rel="alternate" type="application/rss+xml" href="{site.base}/feed/"><link rel="alternate" type="application/rss+xml" href="{site.base}/comments/feed/">'
        f'<link rel="https://api.w.org/" href="{site.base}/wp-json/"><link rel="EditURI" type="application/rsd+xml" href="{site.base}/xmlrpc.php?rsd">'
    )
    groups = groups_of("/tag/{}/", "/category/{}/", "/author/{}/")
    months = {"/2026/11/": list(range(20)), "/2026/10/": []}
    menu = "".join(
        f'<li><a href="{path}">{path.strip("/")}</a></li>' for path in ("/about/", "/contact/", *groups)
    )
    recent = "".join(f'<li><a href="{paths[n]}">{title(n)}</a></li>' for n in range(5))
    aside = (
        f'<aside><ul>{menu}</ul><h2>Recent Posts</h2><ul>{recent}</ul><h2>Archives</h2><a href="/2026/11/">November 2026</a>'
        '<a href="/wp-login.php">Log in</a><a href="/feed/">Entries feed</a><a href="/comments/feed/">Comments feed</a></aside>'
    )

    def article(n: int) -> bytes:
        path = paths[n]
        words = "".join(f"<p>{escape(p)}</p>" for p in articles_text(TOWNS[n]))
        near = "".join(
            f'<a rel="{rel}" href="{paths[m]}">{title(m)}</a>'
            for rel, m in (("prev", n - 1), ("next", n + 1))
            if 0 <= m < 20
        )
        body = (
            f'<article class="post"><h1 class="entry-title">{title(n)}</h1><a rel="author" href="/author/{AUTHORS[n % 2]}/">{AUTHORS[n % 2]}</a>'
            f'<time datetime="2026-11-{1 + n:02d}T08:00:00+00:00">{1 + n} November 2026</time><div class="entry-content">{words}'
            f'<a href="{path}photo-{n}/attachment-photo/"><img src="/wp-content/uploads/{n}.jpg"></a><a href="/wp-content/uploads/{n}.jpg">Photo</a></div>'
            f'<a rel="category tag" href="/category/{RUBRICS[n % 2]}/">{RUBRICS[n % 2]}</a><a rel="tag" href="/tag/{TAGS[n % 5]}/">{TAGS[n % 5]}</a>'
            f'<a href="{path}?share=twitter">Share</a><a href="{path}print/">Print</a></article>{near}'
            f'<div id="comments"><p>Well done.</p><a rel="nofollow" href="{path}?replytocom={n}#respond">Reply</a></div>{aside}'
        )
        more = (
            f'<link rel="canonical" href="{site.base}{path}"><link rel="shortlink" href="{site.base}/?p={n + 10}"><link rel="alternate" type="application/rss+xml" href="{site.base}{path}feed/">'
            f'<link rel="alternate" type="application/json+oembed" href="{site.base}/wp-json/oembed/1.0/embed?url={path}">'
        )
        return page(f"{title(n)} – The Paper", body, head + more)

    def listing(base: str, some: list[int], number: int, last: int) -> bytes:
        kind = "home blog" if base == "/" else "archive"
        shown = "".join(teaser(paths[n], title(n), n) for n in some)
        own = (
            f'<link rel="alternate" type="application/rss+xml" href="{site.base}{base}feed/">'
            if base != "/"
            else ""
        )
        body = f'<main class="{kind}"><h1>{base.strip("/") or "The Paper"}</h1>{shown}{pager(base, number, last)}</main>{aside}'
        return page("The Paper", body, head + own).replace(b"<body>", f'<body class="{kind}">'.encode())

    for n, path in enumerate(paths):
        site.route(path, Answer(body=article(n), validators=True))
        site.route(f"{path}feed/", feed(site.base, []))
        site.route(
            f"{path}photo-{n}/attachment-photo/", page("Photo", f'<img src="/wp-content/uploads/{n}.jpg">')
        )
        site.route(f"/?p={n + 10}", Answer(301, headers=(("Location", path),)))
    lists(site, listing, {"/": list(range(20)), **groups, **months}, 5)
    for base in groups:
        site.route(f"{base}feed/", feed(site.base, [(paths[n], title(n)) for n in groups[base]]))
    for name in ("about", "contact"):
        site.route(
            f"/{name}/", page(f"{name} – The Paper", f"<h1>{name}</h1><p>We are a paper.</p>{aside}", head)
        )
    site.route("/feed/", feed(site.base, [(paths[n], title(n)) for n in range(10)]))
    parts = {"posts-post": paths, "posts-page": ["/about/", "/contact/"], "taxonomies-category": [g for g in groups if "category" in g],
             "taxonomies-post_tag": [g for g in groups if "/tag/" in g], "users": [g for g in groups if "author" in g]}  # fmt: skip
    for name, members in parts.items():
        site.route(f"/wp-sitemap-{name}-1.xml", urlset(site.base, members))
    site.route("/wp-sitemap.xml", index(site.base, [f"/wp-sitemap-{name}-1.xml" for name in parts]))
    site.route(
        "/robots.txt", f"User-agent: *\nDisallow: /wp-admin/\nSitemap: {site.base}/wp-sitemap.xml\n".encode()
    )
    return paths


def hugo(site: FakeSite) -> list[str]:
    """Hugo: a feed beside each list, terms pages, a sitemap of all there is."""
    paths = [f"/posts/{slug(n)}/" for n in range(20)]
    groups = groups_of("/tags/{}/", "/categories/{}/", "/authors/{}/")
    terms = ["/tags/", "/categories/", "/authors/"]
    menu = "".join(f'<a href="{p}">{p.strip("/") or "Home"}</a>' for p in ("/", "/posts/", *terms, "/about/"))

    def feeds(base: str) -> str:
        return f'<link rel="alternate" type="application/rss+xml" href="{base}index.xml">'

    def listing(base: str, some: list[int], number: int, last: int) -> bytes:
        shown = "".join(teaser(paths[n], title(n), n) for n in some)
        return page(
            "The Paper", f"<nav>{menu}</nav><h1>{base}</h1>{shown}{pager(base, number, last)}", feeds(base)
        )

    for n, path in enumerate(paths):
        words = "".join(f"<p>{escape(p)}</p>" for p in articles_text(TOWNS[n]))
        tags = f'<a href="/tags/{TAGS[n % 5]}/">{TAGS[n % 5]}</a><a href="/categories/{RUBRICS[n % 2]}/">{RUBRICS[n % 2]}</a>'
        body = f'<nav>{menu}</nav><article><h1>{title(n)}</h1><time datetime="2026-11-{1 + n:02d}">{1 + n} November</time>{words}</article><footer>{tags}<a href="{path}index.md">Source</a></footer>'
        site.route(path, Answer(body=page(title(n), body), validators=True))
        site.route(f"{path}index.md", Answer(body=b"# Source", content_type="text/markdown"))
    everything = {"/": list(range(20)), "/posts/": list(range(20)), **groups}
    lists(site, listing, everything, 6)
    for base, members in everything.items():
        site.route(f"{base}index.xml", feed(site.base, [(paths[n], title(n)) for n in members]))
    for base in terms:
        shown = "".join(
            f'<li><a href="{g}">{g.strip("/").split("/")[1]}</a></li>' for g in groups if g.startswith(base)
        )
        site.route(
            base, Answer(body=page(base, f"<nav>{menu}</nav><ul>{shown}</ul>", feeds(base)), validators=True)
        )
        site.route(f"{base}index.xml", feed(site.base, [(g, g) for g in groups if g.startswith(base)]))
    site.route("/about/", page("About", f"<nav>{menu}</nav><h1>About</h1><p>We are a paper.</p>"))
    site.route("/sitemap.xml", urlset(site.base, ["/", "/posts/", *terms, *groups, "/about/", *paths]))
    return paths


def ghost(site: FakeSite) -> list[str]:
    """Ghost: articles at the root, a sitemap for each kind, members' and search links."""
    paths = [f"/{slug(n)}/" for n in range(20)]
    groups = groups_of("/tag/{}/", "/tag/{}-rubric/", "/author/{}/")
    head = f'<link rel="alternate" type="application/rss+xml" title="The Paper" href="{site.base}/rss/">'
    menu = '<a href="/">Home</a><a href="/about/">About</a><a href="#/portal/signin">Sign in</a><a href="/members/">Members</a>'

    def listing(base: str, some: list[int], number: int, last: int) -> bytes:
        shown = "".join(teaser(paths[n], title(n), n) for n in some)
        return page("The Paper", f"<nav>{menu}</nav><h1>{base}</h1>{shown}{pager(base, number, last)}", head)

    for n, path in enumerate(paths):
        words = "".join(f"<p>{escape(p)}</p>" for p in articles_text(TOWNS[n]))
        near = "".join(
            f'<article class="post-card"><a href="{paths[m]}"><h2>{title(m)}</h2></a></article>'
            for m in ((n + 1) % 20, (n + 2) % 20)
        )
        by = f'<a href="/author/{AUTHORS[n % 2]}/">{AUTHORS[n % 2]}</a><a href="/tag/{TAGS[n % 5]}/">{TAGS[n % 5]}</a>'
        body = f'<nav>{menu}</nav><article class="gh-article"><h1>{title(n)}</h1>{by}<time datetime="2026-11-{1 + n:02d}">{1 + n} Nov</time>{words}</article><aside>{near}</aside>'
        site.route(
            path,
            Answer(
                body=page(title(n), body, f'{head}<link rel="amphtml" href="{path}amp/">'), validators=True
            ),
        )
        site.route(f"{path}amp/", Answer(body=page(title(n), body), validators=True))
    lists(site, listing, {"/": list(range(20)), **groups}, 7)
    site.route("/about/", page("About", f"<nav>{menu}</nav><h1>About</h1><p>We are a paper.</p>"))
    site.route("/rss/", feed(site.base, [(paths[n], title(n)) for n in range(15)]))
    parts = {
        "posts": paths,
        "pages": ["/about/"],
        "tags": [g for g in groups if "tag" in g],
        "authors": [g for g in groups if "author" in g],
    }
    for name, members in parts.items():
        site.route(f"/sitemap-{name}.xml", urlset(site.base, members))
    site.route("/sitemap.xml", index(site.base, [f"/sitemap-{name}.xml" for name in parts]))
    site.route(
        "/robots.txt", f"User-agent: *\nSitemap: {site.base}/sitemap.xml\nDisallow: /ghost/\n".encode()
    )
    return paths


def pelican(site: FakeSite) -> list[str]:
    """Pelican's simple theme: no sitemap, no robots.txt, Atom feeds, numbered index pages, sources beside the pages."""
    paths = [f"/{slug(n)}.html" for n in range(20)]
    groups = groups_of("/tag/{}.html", "/category/{}.html", "/author/{}.html")
    head = '<link href="/feeds/all.atom.xml" type="application/atom+xml" rel="alternate" title="The Paper">'
    menu = "".join(
        f'<a href="/{name}.html">{name}</a>'
        for name in ("archives", "tags", "categories", "authors", "category/town", "category/county")
    )

    def listing(name: str, some: Iterable[int], more: str = "") -> Answer:
        shown = "".join(teaser(paths[n], title(n), n) for n in some)
        return Answer(
            body=page("The Paper", f"<nav>{menu}</nav><h2>{name}</h2>{shown}{more}", head), validators=True
        )

    for n, path in enumerate(paths):
        words = "".join(f"<p>{escape(p)}</p>" for p in articles_text(TOWNS[n]))
        by = f'<a href="/author/{AUTHORS[n % 2]}.html">{AUTHORS[n % 2]}</a><a href="/tag/{TAGS[n % 5]}.html">{TAGS[n % 5]}</a>'
        body = f'<nav>{menu}</nav><main><h2><a href="{path}" rel="bookmark">{title(n)}</a></h2><time datetime="2026-11-{1 + n:02d}">{1 + n} Nov</time><footer>{by}<a href="{path.replace(".html", ".rst")}">source</a></footer>{words}</main>'
        site.route(path, Answer(body=page(title(n), body, head), validators=True))
        site.route(path.replace(".html", ".rst"), Answer(body=b"Source\n======", content_type="text/plain"))
    pages = [list(range(n, min(n + 8, 20))) for n in range(0, 20, 8)]
    for number, some in enumerate(pages, 1):
        more = "".join(
            f'<a href="/index{n if n > 1 else ""}.html">{n}</a>' for n in range(1, 4) if n != number
        )
        site.route("/" if number == 1 else f"/index{number}.html", listing("Articles", some, more))
    site.route("/index.html", listing("Articles", pages[0]))
    for path, members in groups.items():
        site.route(path, listing(path, members))
    for name in ("tags", "categories", "authors"):
        shown = "".join(f'<li><a href="{g}">{g}</a></li>' for g in groups)
        site.route(f"/{name}.html", page(name, f"<nav>{menu}</nav><ul>{shown}</ul>", head))
    site.route("/archives.html", listing("Archives", range(20)))
    site.route("/feeds/all.atom.xml", feed(site.base, [(paths[n], title(n)) for n in range(20)]))
    return paths


KINDS: dict[str, Callable[[FakeSite], list[str]]] = {
    "wordpress": wordpress,
    "hugo": hugo,
    "ghost": ghost,
    "pelican": pelican,
}


def build(site: FakeSite, kind: str) -> list[str]:
    """Build a site of one kind; return the paths of its articles."""
    return KINDS[kind](site)
