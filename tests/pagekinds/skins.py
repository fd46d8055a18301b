"""How seven systems dress a page: WordPress, Ghost, Hugo, Drupal, home-made markup, names made by a program, and tables of 2004."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

__all__ = ["SKINS", "Skin", "headline_link"]


@dataclass(frozen=True, slots=True)
class Skin:
    """One system: its addresses, the classes of its <body>, how it prints an article and a post of a list."""

    name: str
    addresses: Mapping[str, str]  # of each role, with {n} and {slug}
    classes: Mapping[str, str]
    article: Callable[[str, str, str, str], str]  # headline, author, day, body -> the article's element
    post: Callable[[str, str, str], str]  # headline, address, text -> one post of a list
    calls_articles: bool = False  # og:type and JSON-LD say that an article is one


def headline_link(headline: str, address: str) -> str:
    """Return a link with the headline as its words."""
    return f'<a href="{address}">{escape(headline)}</a>'


def _wordpress_article(headline: str, author: str, day: str, body: str) -> str:
    return (
        f'<main id="main" class="site-main"><article class="post hentry"><header class="entry-header"><h1 class="entry-title">{headline}</h1>'
        f'<div class="entry-meta"><time class="entry-date published" datetime="{day}T08:00:00+00:00">{day}</time> '
        f'<span class="byline"><a rel="author" href="/author/m/">{author}</a></span></div></header><div class="entry-content">{body}</div></article></main>'
    )


def _wordpress_post(headline: str, address: str, text: str) -> str:
    return (
        f'<article class="post hentry"><h2 class="entry-title">{headline_link(headline, address)}</h2>'
        f'<div class="entry-content">{text}</div></article>'
    )


def _ghost_article(headline: str, author: str, day: str, body: str) -> str:
    data = json.dumps(
        {
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": headline,
            "datePublished": f"{day}T08:00:00Z",
        }
    )
    return (
        f'<script type="application/ld+json">{data}</script><main class="gh-main"><article class="gh-article"><header><h1 class="gh-article-title">'
        f'{headline}</h1><h4 class="gh-article-author-name"><a href="/author/m/">{author}</a></h4><time datetime="{day}">{day}</time></header>'
        f'<section class="gh-content">{body}</section></article></main>'
    )


def _ghost_post(headline: str, address: str, text: str) -> str:
    return (
        f'<article class="gh-card"><a class="gh-card-link" href="{address}"><h3 class="gh-card-title">{escape(headline)}</h3></a>'
        f'<div class="gh-card-excerpt">{text}</div></article>'
    )


def _hugo_article(headline: str, author: str, day: str, body: str) -> str:
    return f'<main><h1>{headline}</h1><time datetime="{day}T08:00:00+00:00">{day}</time> <p>{author}</p>{body}</main>'


def _hugo_post(headline: str, address: str, text: str) -> str:
    return f"<section><h2>{headline_link(headline, address)}</h2>{text}</section>"


def _drupal_article(headline: str, author: str, day: str, body: str) -> str:
    return (
        f'<main role="main"><h1 class="page-title"><span class="field field--name-title">{headline}</span></h1><article class="node node--type-article">'
        f'<footer class="node__meta"><span>{author}</span> <time datetime="{day}T08:00:00Z">{day}</time></footer>'
        f'<div class="node__content"><div class="field field--name-body">{body}</div></div></article></main>'
    )


def _drupal_post(headline: str, address: str, text: str) -> str:
    return (
        f'<div class="views-row"><article class="node node--view-mode-teaser"><h2 class="node__title">{headline_link(headline, address)}</h2>'
        f'<div class="node__content">{text}</div></article></div>'
    )


def _plain_article(headline: str, author: str, day: str, body: str) -> str:
    return f"<table><tr><td><h1>{headline}</h1><div>{author}, {day}</div>{body}</td></tr></table>"


def _plain_post(headline: str, address: str, text: str) -> str:
    return f"<div><b>{headline_link(headline, address)}</b><br>{text}</div>"


def _hashed_article(headline: str, author: str, day: str, body: str) -> str:
    return (
        f'<div id="root"><div class="css-1k2j"><h1 class="css-77">{headline}</h1><div class="css-5"><span>{author}</span>'
        f'<span>{day}</span></div><div class="css-8">{body}</div></div></div>'
    )


def _hashed_post(headline: str, address: str, text: str) -> str:
    return f'<div class="css-3f"><a href="{address}"><div class="css-6">{escape(headline)}</div></a><div>{text}</div></div>'


def _old_article(headline: str, author: str, day: str, body: str) -> str:
    return f"<table width=760><tr><td valign=top><font size=5><b>{headline}</b></font><br><i>{author}</i> {day}{body}</td></tr></table>"


def _old_post(headline: str, address: str, text: str) -> str:
    return f"<dl><dt>{headline_link(headline, address)}</dt><dd>{text}</dd></dl>"


SKINS = (
    Skin(
        "wordpress",
        {
            "article": "/2026/03/{slug}/", "tag": "/tag/{slug}/", "category": "/category/{slug}/", "author": "/author/m/", "month": "/2026/03/",
            "paged": "/page/3/", "search": "/?s={slug}", "home": "/", "page": "/{name}/",
        },
        {
            "article": "post-template-default single single-post postid-{n}", "tag": "archive tag tag-{n}", "category": "archive category category-{n}",
            "author": "archive author author-m", "month": "archive date", "paged": "home blog paged paged-3", "search": "search search-results",
            "home": "home blog", "page": "page-template-default page page-id-{n}", "lost": "error404",
        },
        _wordpress_article, _wordpress_post,
    ),
    Skin(
        "ghost",
        {
            "article": "/{slug}/", "tag": "/tag/{slug}/", "category": "/tag/{slug}/", "author": "/author/m/", "month": "/archive/2026/3/",
            "paged": "/page/3/", "search": "/search/?q={slug}", "home": "/", "page": "/{name}/",
        },
        {
            "article": "post-template tag-news", "tag": "tag-template tag-{n}", "category": "tag-template tag-{n}", "author": "author-template author-m",
            "paged": "paged", "home": "home-template", "page": "page-template page-{name}",
        },
        _ghost_article, _ghost_post, calls_articles=True,
    ),
    Skin(
        "hugo",
        {
            "article": "/posts/{slug}/", "tag": "/tags/{slug}/", "category": "/categories/{slug}/", "author": "/authors/m/", "month": "/2026/03/",
            "paged": "/posts/page/3/", "search": "/search/?q={slug}", "home": "/", "page": "/{name}/",
        },
        {}, _hugo_article, _hugo_post,
    ),
    Skin(
        "drupal",
        {
            "article": "/news/{slug}", "tag": "/taxonomy/term/{n}", "category": "/news/{topic}", "author": "/user/{n}", "month": "/archive/202603",
            "paged": "/news?page=3", "search": "/search/node?keys={slug}", "home": "/", "page": "/{name}",
        },
        {"article": "path-node page-node-type-article", "tag": "path-taxonomy", "home": "path-frontpage"},
        _drupal_article, _drupal_post,
    ),
    Skin(
        "plain",
        {
            "article": "/a/{n}.html", "tag": "/t/{n}.html", "category": "/{topic}.html", "author": "/p/{n}.html", "month": "/2026-03.html",
            "paged": "/{topic}.html?start=30", "search": "/find.php?q={slug}", "home": "/index.html", "page": "/{name}.html",
        },
        {}, _plain_article, _plain_post,
    ),
    Skin(
        "hashed",
        {
            "article": "/en/{n}", "tag": "/label/{slug}", "category": "/s/{topic}", "author": "/u/{n}", "month": "/2026/3",
            "paged": "/s/{topic}/3", "search": "/results?query={slug}", "home": "/", "page": "/{name}",
        },
        {}, _hashed_article, _hashed_post,
    ),
    Skin(
        "old",
        {
            "article": "/show.asp?id={n}", "tag": "/list.asp?tag={n}", "category": "/list.asp?c={n}", "author": "/list.asp?a={n}",
            "month": "/list.asp?m=3", "paged": "/list.asp?c=1&p=3", "search": "/list.asp?kw={slug}", "home": "/default.asp", "page": "/{name}.asp",
        },
        {}, _old_article, _old_post,
    ),
)  # fmt: skip
