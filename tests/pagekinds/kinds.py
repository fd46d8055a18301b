"""Pages of each kind in each language and dress, with what they are: an article or none."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.pagekinds.skins import SKINS, Skin

__all__ = ["ARTICLES", "OTHERS", "Labelled", "labelled_pages"]

Words = Mapping[str, Any]
LANGUAGES: Mapping[str, Words] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
DAY = "2026-03-07"
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


@dataclass(frozen=True, slots=True)
class _Made:
    """What a kind makes: the role of its address, title and content; the rest follows from the dress."""

    role: str
    title: str
    content: str
    name: str = ""  # the last part of a page's address
    head: str = ""
    template: str = ""  # the role whose classes <body> has, where it is another
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Writes one language's pieces, each with other places and figures."""

    words: Words
    skin: Skin

    def prose(self, count: int, start: int = 0, each: int = 2) -> list[str]:
        """Return paragraphs."""
        words = self.words
        return [
            words["joint"].join(
                words["sentences"][(n + k + start) % 6].format(p=words["places"][(n + start) % 8], n=17 * (n + start) + 3 * k + 4)
                for k in range(each)
            )
            for n in range(count)
        ]  # fmt: skip

    def body(self, count: int, start: int = 0, each: int = 2) -> str:
        """Return paragraphs as HTML."""
        return "".join(f"<p>{escape(text)}</p>" for text in self.prose(count, start, each))

    def headline(self, number: int) -> str:
        """Return a headline that no other number below forty has."""
        text: str = self.words["headlines"][number % 5].format(
            p=self.words["places"][(number // 5 + number) % 8]
        )
        return text

    def address(self, number: int) -> str:
        """Return the address of the article with this headline."""
        return self.skin.addresses["article"].format(
            n=100 + number, slug=_slug(self.headline(number), number)
        )

    def posts(self, count: int, text: Callable[[int], str], start: int = 1) -> str:
        """Return posts of a list."""
        return "".join(
            self.skin.post(self.headline(n), self.address(n), text(n)) for n in range(start, start + count)
        )

    def excerpts(self, count: int, start: int = 1) -> str:
        """Return posts with one sentence each, and a link to the rest."""
        more = self.words["more"]
        return self.posts(
            count, lambda n: f'{self.body(1, n, 1)}<a href="{self.address(n)}">{more}</a>', start
        )

    def article(self, body: str, number: int = 0, headline: str | None = None, after: str = "") -> _Made:
        """Return an article."""
        title = headline or self.headline(number)
        article = self.skin.article(escape(title), self.words["author"], DAY, body)
        claim = '<meta property="og:type" content="article">' if self.skin.calls_articles else ""
        return _Made("article", title, article + after, head=claim, extra={"number": number})


def _slug(headline: str, number: int) -> str:
    ascii_words = "-".join(word for word in headline.lower().split() if word.isascii())
    return quote(ascii_words if len(ascii_words) > 12 else headline.replace(" ", "-")) + f"-{number}"


def _page(name: str, key: str) -> Callable[[_Maker], _Made]:
    def made(m: _Maker) -> _Made:
        title, *texts = m.words[key]
        return _Made(
            "page", title, f"<main><h1>{title}</h1>{''.join(f'<p>{t}</p>' for t in texts * 2)}</main>", name
        )

    return made


def _long_legal(m: _Maker) -> _Made:
    title, *texts = m.words["legal"]
    parts = "".join(
        f"<h2>{n}. {title}</h2>" + "".join(f"<p>{n}.{k} {t}</p>" for k, t in enumerate(texts * 2))
        for n in range(1, 9)
    )
    return _Made("page", title, f"<main><h1>{title}</h1>{parts}</main>", "terms")


def _login(m: _Maker) -> _Made:
    title, mail, password, forgot, register = m.words["login"]
    form = f"<form><label>{mail}<input></label><label>{password}<input type=password></label><button>{title}</button></form>"
    return _Made(
        "page", title, f"<main><h1>{title}</h1>{form}<p>{forgot}</p><p>{register}</p></main>", "login"
    )


def _members(m: _Maker) -> _Made:
    notice = "".join(f"<p>{text}</p>" for text in m.words["members"])
    cards = f"<aside>{m.excerpts(3, 4)}</aside>"
    return m.article(f"<div>{notice}</div>", 9, after=cards)


def _locked(m: _Maker) -> _Made:
    title, ask, label = m.words["locked"]
    form = f'<form action="/pass" method="post"><p>{ask}</p><p><label>{label} <input type="password"></label> <input type="submit"></p></form>'
    return m.article(form, 9, title.format(h=m.headline(9)))


def _wall(key: str) -> Callable[[_Maker], _Made]:
    def made(m: _Maker) -> _Made:
        title, text, button = m.words[key]
        return _Made(
            "article",
            SITE,
            f"<div><h1>{title}</h1><p>{text}</p><button>{button}</button></div>",
            template="none",
        )

    return made


def _lost(m: _Maker) -> _Made:
    title, text = m.words["lost"]
    suggested = f"<h2>{m.words['latest']}</h2>{m.excerpts(4)}"
    return _Made("article", title, f"<main><h1>{title}</h1><p>{text}</p>{suggested}</main>", template="lost")


def _lost_bare(m: _Maker) -> _Made:
    title, text = m.words["lost"]
    return _Made("article", SITE, f"<main><h2>{title}</h2><p>{text}</p></main>", template="none")


def _listing(role: str, count: int, whole: int = 0, headed: bool = True) -> Callable[[_Maker], _Made]:
    def made(m: _Maker) -> _Made:
        title = {"search": m.words["search"], "author": m.words["author"], "home": SITE}.get(
            role, m.words["topic"]
        )
        bio = f"<p>{m.words['bio']}</p>" if role == "author" else ""
        posts = m.posts(count, lambda n: m.body(whole, n)) if whole else m.excerpts(count)
        heading = f"<h1>{title}</h1>" if headed else ""
        return _Made(role, title, f"<main>{heading}{bio}{posts}</main>")

    return made


def _home_with_lead(m: _Maker) -> _Made:
    lead = m.posts(1, lambda n: m.body(2, n))
    return _Made("home", SITE, f"<main>{lead}<h2>{m.words['latest']}</h2>{m.excerpts(14, 2)}</main>")


def _links_only(m: _Maker) -> _Made:
    links = "".join(f'<li><a href="{m.address(n)}">{m.headline(n)}</a></li>' for n in range(1, 25))
    return _Made("month", m.words["latest"], f"<main><h1>{m.words['latest']}</h1><ul>{links}</ul></main>")


def _gallery(m: _Maker) -> _Made:
    title = m.headline(6)
    return m.article("".join(_figures(m, 9)), 6, title)


def _figures(m: _Maker, count: int) -> list[str]:
    captions = [m.words["captions"][n % 3].format(p=m.words["places"][n % 8]) for n in range(count)]
    return [
        f'<figure><img src="/i/{n}.jpg" width="900" height="600"><figcaption>{c}</figcaption></figure>'
        for n, c in enumerate(captions)
    ]


def _forum(m: _Maker) -> _Made:
    title, joined, posts, reply, quoted, said = m.words["forum"]
    rows = "".join(
        f"<div><div><a href='/user/{n}'>sailor{n}</a><br>{joined}<br>{posts}</div><div>{said.format(n=n + 2, p=m.words['places'][n])}</div>"
        f"<div><a href='#r'>{reply}</a> <a href='#q'>{quoted}</a></div></div>"
        for n in range(7)
    )
    data = '<script type="application/ld+json">{"@context":"https://schema.org","@type":"DiscussionForumPosting"}</script>'
    return _Made("article", title, f"<main><h1>{title}</h1>{rows}</main>", head=data, template="none")


def _product(m: _Maker) -> _Made:
    title, basket, stock, delivery, reviews, text = m.words["product"]
    about = "".join(f"<p>{text.format(n=n + 2, p=m.words['places'][n])}</p>" for n in range(3))
    data = '<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","name":"x","offers":{"@type":"Offer","price":"12"}}</script>'
    content = f"<main><h1>{title}</h1><p>12,00 €</p><button>{basket}</button><p>{stock}</p><p>{delivery}</p>{about}<h2>{reviews}</h2></main>"
    return _Made("article", title, content, head=data, template="none")


def _linked_paragraphs(m: _Maker) -> str:
    return "".join(
        f'<p>{escape(text)} <a href="{m.address(n + 20)}">{m.headline(n + 20)[:18]}</a>.</p>'
        for n, text in enumerate(m.prose(9))
    )


def _listicle(m: _Maker) -> _Made:
    parts = "".join(
        f"<h2>{n}. {m.words['places'][n]}</h2>{m.body(1, n)}<ul><li>{m.prose(1, n + 3, 1)[0]}</li></ul>"
        for n in range(1, 7)
    )
    return m.article(parts)


def _live(m: _Maker) -> _Made:
    title, said = m.words["live"]
    place = m.words["places"][0]
    entries = "".join(
        f"<div><h3>{20 - n}:{n}0</h3><p>{said.format(n=n + 12, p=m.words['places'][n % 8])}</p></div>"
        for n in range(8)
    )
    return m.article(m.body(1) + entries, headline=title.format(p=place))


def _with_teasers(paragraphs: int) -> Callable[[_Maker], _Made]:
    return lambda m: m.article(
        m.body(paragraphs), after=f"<aside><h2>{m.words['latest']}</h2>{m.excerpts(12)}</aside>"
    )


ARTICLES: Mapping[str, Callable[[_Maker], _Made]] = {
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
OTHERS: Mapping[str, Callable[[_Maker], _Made]] = {
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
                    made = make(_Maker(words, skin))
                    yield Labelled(kind, lang, skin.name, is_article, *_dressed(made, lang, words, skin))


def _dressed(made: _Made, lang: str, words: Words, skin: Skin) -> tuple[str, str]:
    number = made.extra.get("number", 33)
    topic = quote(words["topic"].lower())
    # Sites in other languages name their own pages in these; half of the systems write such addresses.
    name = (
        quote(made.title.lower().replace(" ", "-"))
        if made.name and skin.name in ("ghost", "plain", "hugo")
        else made.name
    )
    slug = _slug(made.title, number) if made.role == "article" else topic
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
