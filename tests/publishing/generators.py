"""Sites that generators of static pages build from the posts: Hugo with the theme it writes itself, Pelican, Jekyll, Nikola with their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.publishing.posts import AUTHORS, COMMENT, PAGES, PICTURES, POSTS, SITE, Post
from tests.publishing.serve import PICTURE, free_port, serving

__all__ = ["PELICAN_THEMES", "hugo", "jekyll", "nikola", "pelican", "program"]

PELICAN_THEMES = ("simple", "notmyidea")
PELICAN = """
AUTHOR, SITENAME, SITEURL, PATH, TIMEZONE, DEFAULT_LANG = {author!r}, {site!r}, {address!r}, "content", "UTC", "en"
FEED_DOMAIN, FEED_ALL_ATOM, DEFAULT_PAGINATION, THEME = SITEURL, "feeds/all.atom.xml", 6, {theme!r}
STATIC_PATHS, SLUGIFY_SOURCE = ["pictures"], "basename"
"""

JEKYLL = {
    "title": SITE, "theme": "minima", "permalink": "/:categories/:year/:month/:day/:title:output_ext", "paginate": 6,
    "plugins": ["jekyll-feed", "jekyll-seo-tag", "jekyll-paginate", "jekyll-archives", "jekyll-sitemap"],
    "jekyll-archives": {"enabled": "all", "layout": "home"}, "feed": {"posts_limit": len(POSTS)},  # tags stand in the feed alone
}  # fmt: skip
NIKOLA = """
BLOG_AUTHOR, BLOG_TITLE, SITE_URL, BLOG_EMAIL, BLOG_DESCRIPTION = {author!r}, {site!r}, {address!r}, "desk@quay.example", "Letters"
DEFAULT_LANG, TIMEZONE, COMMENT_SYSTEM, SHOW_SOURCELINK, INDEX_DISPLAY_POST_COUNT = "en", "UTC", "", True, 6
POSTS, PAGES = (("posts/*.md", "posts", "post.tmpl"),), (("pages/*.md", "", "page.tmpl"),)
TRANSLATIONS, COMPILERS = {{"en": ""}}, {{"markdown": (".md",), "html": (".html",)}}
PRETTY_URLS, WRITE_TAG_CLOUD = True, True
"""


def program(name: str) -> str | None:
    """Return where a program is: on the path, or below the folder COLUMNIST_PUBLISHERS, a virtual environment's bin."""
    return shutil.which(
        name, path=os.pathsep.join((os.environ.get("COLUMNIST_PUBLISHERS", ""), os.environ["PATH"]))
    )


@contextmanager
def hugo(folder: Path) -> Iterator[str]:
    """Give the address of a site that Hugo has built."""
    port, site, command = free_port(), folder / "site", program("hugo")
    _run([command, "new", "site", str(site)], folder)
    _run([command, "new", "theme", "quay"], site)
    page = site / "themes/quay/layouts/page.html"
    terms = '{{ partial "terms.html" (dict "taxonomy" "tags" "page" .) }}'
    # Its own page prints the tags alone.
    page.write_text(
        page.read_text().replace(
            terms, "".join(terms.replace("tags", name) for name in ("authors", "categories", "tags"))
        )
    )
    settings = {
        "capitalizeListTitles": False,
        "baseURL": f"http://127.0.0.1:{port}/", "title": SITE, "theme": "quay", "languageCode": "en",
        "pagination": {"pagerSize": 6}, "taxonomies": {"tag": "tags", "category": "categories", "author": "authors"},
        "menus": {"main": [{"name": "Posts", "pageRef": "/posts", "weight": 10}, {"name": "About us", "pageRef": "/about", "weight": 20}]},
    }  # fmt: skip
    (site / "hugo.toml").unlink()
    (site / "hugo.json").write_text(json.dumps(settings))
    shutil.rmtree(site / "content", ignore_errors=True)
    shutil.rmtree(site / "themes/quay/content", ignore_errors=True)  # its own specimens
    for post in POSTS:
        front = {
            "title": post.title, "date": post.published.isoformat(), "tags": post.tags, "categories": [post.section],
            "authors": [post.author], "params": {"author": post.author}, "draft": False,
        }  # fmt: skip
        _write(
            site / f"content/posts/{post.slug}.md",
            json.dumps(front, ensure_ascii=False) + "\n\n" + _markdown(post),
        )
    draft = {"title": "Draft of a plan for the desk", "date": "2026-03-02T08:00:00Z", "draft": True}
    _write(
        site / "content/posts/draft.md",
        json.dumps(draft) + "\n\n" + "Nobody but the desk may read of it. " * 30,
    )
    for slug, (title, text) in PAGES.items():
        _write(site / f"content/{slug}.md", json.dumps({"title": title}) + f"\n\n{text}\n")
    _pictures(site / "static/pictures")
    _run([command, "--source", str(site)], folder)
    with serving(site / "public", folder / "server.log", port) as address:
        yield address


@contextmanager
def pelican(folder: Path, theme: str = PELICAN_THEMES[0]) -> Iterator[str]:
    """Give the address of a site that Pelican has built."""
    port, content = free_port(), folder / "content"
    for post in POSTS:
        head = {
            "Title": post.title, "Date": f"{post.published:%Y-%m-%d %H:%M}", "Category": post.section,
            "Tags": ", ".join(post.tags), "Author": post.author, "Slug": post.slug,
        }  # fmt: skip
        _write(content / f"{post.slug}.md", _fields(head) + _markdown(post))
    draft = {"Title": "Draft of a plan for the desk", "Date": "2026-03-02", "Status": "draft"}
    _write(content / "draft.md", _fields(draft) + "Nobody but the desk may read of it. " * 30)
    for slug, (title, text) in PAGES.items():
        _write(content / f"pages/{slug}.md", _fields({"Title": title}) + text)
    _pictures(content / "pictures")
    address = f"http://127.0.0.1:{port}"
    settings = PELICAN.format(author=AUTHORS[0], site=SITE, address=address, theme=theme)
    _write(folder / "pelicanconf.py", settings)
    _run([program("pelican"), "content", "-o", "output", "-s", "pelicanconf.py"], folder)
    with serving(folder / "output", folder / "server.log", port) as served:
        yield served


@contextmanager
def jekyll(folder: Path) -> Iterator[str]:
    """Give the address of a site that Jekyll has built, with the theme it brings."""
    port, site = free_port(), folder / "site"
    for post in POSTS:
        front = {
            "layout": "post", "title": post.title, "date": post.published.isoformat(), "tags": post.tags,
            "categories": [post.section], "author": post.author, "lang": post.lang,
        }  # fmt: skip
        _write(site / f"_posts/{post.published:%Y-%m-%d}-{post.slug}.md", _front(front) + _markdown(post))
    _write(
        site / "_drafts/draft.md",
        _front({"layout": "post", "title": "Draft of a plan for the desk"}) + "Nobody but the desk. " * 30,
    )
    for slug, (title, text) in PAGES.items():
        _write(
            site / f"{slug}.md", _front({"layout": "page", "title": title, "permalink": f"/{slug}/"}) + text
        )
    _write(site / "index.html", _front({"layout": "home"}))
    _write(site / "_config.yml", json.dumps({**JEKYLL, "url": f"http://127.0.0.1:{port}"}))
    _pictures(site / "pictures")
    _run([program("jekyll"), "build", "--source", str(site), "--destination", str(folder / "public")], folder)
    with serving(folder / "public", folder / "server.log", port) as address:
        yield address


@contextmanager
def nikola(folder: Path) -> Iterator[str]:
    """Give the address of a site that Nikola has built, with the theme it brings."""
    port, site = free_port(), folder / "site"
    for post in POSTS:
        head = {
            "title": post.title, "slug": post.slug, "date": f"{post.published:%Y-%m-%d %H:%M:%S} UTC", "tags": ", ".join(post.tags),
            "category": post.section, "author": post.author,
        }  # fmt: skip
        _write(site / f"posts/{post.slug}.md", _comment(head) + _markdown(post))
    draft = {
        "title": "Draft of a plan for the desk",
        "slug": "draft",
        "date": "2026-03-02 08:00:00 UTC",
        "status": "draft",
    }
    _write(site / "posts/draft.md", _comment(draft) + "Nobody but the desk may read of it. " * 30)
    for slug, (title, text) in PAGES.items():
        page = {"title": title, "slug": slug, "date": "2026-03-01 08:00:00 UTC"}
        _write(site / f"pages/{slug}.md", _comment(page) + text)
    _pictures(site / "files/pictures")
    settings = NIKOLA.format(author=AUTHORS[0], site=SITE, address=f"http://127.0.0.1:{port}/")
    _write(site / "conf.py", settings)
    _run([program("nikola"), "build"], site)
    with serving(site / "output", folder / "server.log", port) as address:
        yield address


def _front(head: dict[str, Any]) -> str:
    return f"---\n{json.dumps(head, ensure_ascii=False)}\n---\n\n"


def _comment(head: dict[str, str]) -> str:
    return "<!--\n" + "".join(f".. {name}: {value}\n" for name, value in head.items()) + "-->\n\n"


def _markdown(post: Post) -> str:
    half = len(post.paragraphs) // 2
    pictures = [f"![{caption}](/pictures/{name})" for name, caption in PICTURES] if post.pictured else []
    comments = (
        [f"<section id='comments' class='comments'><h2>Comments</h2><p>{COMMENT}</p></section>"]
        if post.commented
        else []
    )
    return "\n\n".join((*post.paragraphs[:half], *pictures, *post.paragraphs[half:], *comments)) + "\n"


def _fields(head: dict[str, str]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in head.items()) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _pictures(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, _ in PICTURES:
        (folder / name).write_bytes(PICTURE)


def _run(command: list[str | None], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [part or "" for part in command], cwd=folder, check=False, capture_output=True, text=True, timeout=120
    )
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stdout[-1500:]} {done.stderr[-1500:]}")
