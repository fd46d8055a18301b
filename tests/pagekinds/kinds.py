"""Pages of each kind in each language and dress, with what they are: an article or none."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from tests.pagekinds.maker import Made, Maker, Words, slug_of
from tests.pagekinds.skins import SKINS, Skin

__all__ = ["ARTICLES", "OTHERS", "Labelled", "labelled_pages"]

LANGUAGES: Mapping[str, Words] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
SITE = "The Quay Letter"


@dataclass(frozen=True, slots=True)
class Labelled:
    """One page and what it is."""

    kind: str
    lang: str
    skin: str
    is_article: bool
    path: str
    html: str


def _page(name: str, key: str) -> Callable[[Maker], Made]:
    def made(m: Maker) -> Made:
        title, *texts = m.words[key]
        return Made(
            "page", title, f"<main><h1>{title}</h1>{''.join(f'<p>{t}</p>' for t in texts * 2)}</main>", name
        )

    return made


def _long_legal(m: Maker) -> Made:
    title, *texts = m.words["legal"]
    parts = "".join(
        f"<h2>{n}. {title}</h2>" + "".join(f"<p>{n}.{k} {t}</p>" for k, t in enumerate(texts * 2))
        for n in range(1, 9)
    )
    return Made("page", title, f"<main><h1>{title}</h1>{parts}</main>", "terms")


def _login(m: Maker) -> Made:
    title, mail, password, forgot, register = m.words["login"]
    form = f"<form><label>{mail}<input></label><label>{password}<input type=password></label><button>{title}</button></form>"
    return Made(
        "page", title, f"<main><h1>{title}</h1>{form}<p>{forgot}</p><p>{register}</p></main>", "login"
    )


def _members(m: Maker) -> Made:
    notice = "".join(f"<p>{text}</p>" for text in m.words["members"])
    cards = f"<aside>{m.excerpts(3, 4)}</aside>"
    return m.article(f"<div>{notice}</div>", 9, after=cards)


def _locked(m: Maker) -> Made:
    title, ask, label = m.words["locked"]
    form = f'<form action="/pass" method="post"><p>{ask}</p><p><label>{label} <input type="password"></label> <input type="submit"></p></form>'
    return m.article(form, 9, title.format(h=m.headline(9)))


def _wall(key: str) -> Callable[[Maker], Made]:
    def made(m: Maker) -> Made:
        title, text, button = m.words[key]
        return Made(
            "article",
            SITE,
            f"<div><h1>{title}</h1><p>{text}</p><button>{button}</button></div>",
            template="none",
        )

    return made


def _lost(m: Maker) -> Made:
    title, text = m.words["lost"]
    suggested = f"<h2>{m.words['latest']}</h2>{m.excerpts(4)}"
    return Made("article", title, f"<main><h1>{title}</h1><p>{text}</p>{suggested}</main>", template="lost")


def _lost_bare(m: Maker) -> Made:
    title, text = m.words["lost"]
    return Made("article", SITE, f"<main><h2>{title}</h2><p>{text}</p></main>", template="none")


def _listing(role: str, count: int, whole: int = 0, headed: bool = True) -> Callable[[Maker], Made]:
    def made(m: Maker) -> Made:
        title = {"search": m.words["search"], "author": m.words["author"], "home": SITE}.get(
            role, m.words["topic"]
        )
        bio = f"<p>{m.words['bio']}</p>" if role == "author" else ""
        posts = m.posts(count, lambda n: m.body(whole, n)) if whole else m.excerpts(count)
        heading = f"<h1>{title}</h1>" if headed else ""
        return Made(role, title, f"<main>{heading}{bio}{posts}</main>")

    return made


def _home_with_lead(m: Maker) -> Made:
    lead = m.posts(1, lambda n: m.body(2, n))
    return Made("home", SITE, f"<main>{lead}<h2>{m.words['latest']}</h2>{m.excerpts(14, 2)}</main>")


def _links_only(m: Maker) -> Made:
    links = "".join(f'<li><a href="{m.address(n)}">{m.headline(n)}</a></li>' for n in range(1, 25))
    return Made("month", m.words["latest"], f"<main><h1>{m.words['latest']}</h1><ul>{links}</ul></main>")


def _gallery(m: Maker) -> Made:
    title = m.headline(6)
    return m.article("".join(_figures(m, 9)), 6, title)


def _figures(m: Maker, count: int) -> list[str]:
    captions = [m.words["captions"][n % 3].format(p=m.words["places"][n % 8]) for n in range(count)]
    return [
        f'<figure><img src="/i/{n}.jpg" width="900" height="600"><figcaption>{c}</figcaption></figure>'
        for n, c in enumerate(captions)
    ]


def _forum(m: Maker) -> Made:
    title, joined, posts, reply, quoted, said = m.words["forum"]
    rows = "".join(
        f"<div><div><a href='/user/{n}'>sailor{n}</a><br>{joined}<br>{posts}</div><div>{said.format(n=n + 2, p=m.words['places'][n])}</div>"
        f"<div><a href='#r'>{reply}</a> <a href='#q'>{quoted}</a></div></div>"
        for n in range(7)
    )
    data = '<script type="application/ld+json">{"@context":"https://schema.org","@type":"DiscussionForumPosting"}</script>'
    return Made("article", title, f"<main><h1>{title}</h1>{rows}</main>", head=data, template="none")


def _product(m: Maker) -> Made:
    title, basket, stock, delivery, reviews, text = m.words["product"]
    about = "".join(f"<p>{text.format(n=n + 2, p=m.words['places'][n])}</p>" for n in range(3))
    data = '<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","name":"x","offers":{"@type":"Offer","price":"12"}}</script>'
    content = f"<main><h1>{title}</h1><p>12,00 €</p><button>{basket}</button><p>{stock}</p><p>{delivery}</p>{about}<h2>{reviews}</h2></main>"
    return Made("article", title, content, head=data, template="none")


def _linked_paragraphs(m: Maker) -> str:
    return "".join(
        f'<p>{escape(text)} <a href="{m.address(n + 20)}">{m.headline(n + 20)[:18]}</a>.</p>'
        for n, text in enumerate(m.prose(9))
    )


def _listicle(m: Maker) -> Made:
    parts = "".join(
        f"<h2>{n}. {m.words['places'][n]}</h2>{m.body(1, n)}<ul><li>{m.prose(1, n + 3, 1)[0]}</li></ul>"
        for n in range(1, 7)
    )
    return m.article(parts)


def _live(m: Maker) -> Made:
    title, said = m.words["live"]
    place = m.words["places"][0]
    entries = "".join(
        f"<div><h3>{20 - n}:{n}0</h3><p>{said.format(n=n + 12, p=m.words['places'][n % 8])}</p></div>"
        for n in range(8)
    )
    return m.article(m.body(1) + entries, headline=title.format(p=place))


def _with_teasers(paragraphs: int) -> Callable[[Maker], Made]:
    return lambda m: m.article(
        m.body(paragraphs), after=f"<aside><h2>{m.words['latest']}</h2>{m.excerpts(12)}</aside>"
    )


ARTICLES: Mapping[str, Callable[[Maker], Made]] = {
    "long": lambda m: m.article(m.body(14)),
    "short": lambda m: m.article(m.body(3)),
    "many links": lambda m: m.article(
        _linked_paragraphs(m), after=f"<aside><h2>{m.words['latest']}</h2>{m.excerpts(6)}</aside>"
    ),
    "short among teasers": _with_teasers(3),
    "long among teasers": _with_teasers(12),
    "list of places": _listicle,
    "live blog": _live,
    "with pictures": lambda m: m.article(m.body(3) + "".join(_figures(m, 6)) + m.body(3, 3)),
    "about an error page": lambda m: m.article(m.body(6), headline=m.words["error_story"]),
    "about consent": lambda m: m.article(m.body(4), headline=m.words["consent_story"]),
}
OTHERS: Mapping[str, Callable[[Maker], Made]] = {
    "one whole post": _listing("tag", 1, whole=6),
    "ten whole posts": _listing("category", 10, whole=6),
    "ten whole posts, no heading": _listing("paged", 10, whole=6, headed=False),
    "tag, one excerpt": _listing("tag", 1),
    "tag, three excerpts": _listing("tag", 3),
    "category": _listing("category", 12),
    "author": _listing("author", 8),
    "month": _listing("month", 12),
    "paged": _listing("paged", 12),
    "search": _listing("search", 6),
    "home": _listing("home", 16),
    "home, lead story": _home_with_lead,
    "list of headlines": _links_only,
    "about": _page("about", "about"),
    "legal": _page("terms", "legal"),
    "long legal": _long_legal,
    "contact": _page("contact", "contact"),
    "login": _login,
    "members only": _members,
    "password": _locked,
    "consent wall": _wall("consent"),
    "subscription wall": _wall("offer"),
    "soft 404": _lost,
    "soft 404, bare": _lost_bare,
    "gallery": _gallery,
    "forum": _forum,
    "product": _product,
}


def labelled_pages() -> Iterator[Labelled]:
    """Yield every kind in every language and dress."""
    for kinds, is_article in ((ARTICLES, True), (OTHERS, False)):
        for kind, make in kinds.items():
            for lang, words in LANGUAGES.items():
                for skin in SKINS:
                    made = make(Maker(words, skin))
                    yield Labelled(kind, lang, skin.name, is_article, *_dressed(made, lang, words, skin))


def _dressed(made: Made, lang: str, words: Words, skin: Skin) -> tuple[str, str]:
    number = made.extra.get("number", 33)
    topic = quote(words["topic"].lower())
    # Sites in other languages name their own pages in these; half of the systems write such addresses.
    name = (
        quote(made.title.lower().replace(" ", "-"))
        if made.name and skin.name in ("ghost", "plain", "hugo")
        else made.name
    )
    slug = slug_of(made.title, number) if made.role == "article" else topic
    path = skin.addresses[made.role].format(n=100 + number, slug=slug, topic=topic, name=name)
    classes = skin.classes.get(made.template or made.role, "").format(n=100 + number, name=made.name)
    menu = "".join(
        f'<li><a href="/{quote(place)}/">{place}</a></li>'
        for place in (words["topic"], words["about"][0], words["contact"][0])
    )
    html = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(made.title)} - {SITE}</title>{made.head}</head>'
        f'<body class="{classes}"><header><a href="/">{SITE}</a><nav><ul>{menu}</ul></nav></header>{made.content}'
        f'<footer><p>© 2026 {SITE}</p><a href="/terms">{words["legal"][0]}</a></footer></body></html>'
    )
    return path, html
