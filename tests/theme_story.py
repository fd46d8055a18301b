"""An article of our own words, what its site says around it, and the parts that themes put it together of."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

STORIES = Path(__file__).parent / "themes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article of our own words, and the labels that its site puts around it."""

    language: str
    site: str
    title: str
    author: str
    day: str
    paragraphs: tuple[str, ...]
    share: tuple[str, ...]
    share_label: str
    comments: str
    none: str
    category: str
    reply: str
    required: str
    latest: str
    rubrics: tuple[str, ...]
    most: str
    also: str
    others: tuple[str, ...]
    fields: tuple[str, ...]
    send: str


def story(language: str) -> Story:
    """Read the story of a language."""
    told = tomllib.loads((STORIES / f"{language}.toml").read_text(encoding="utf-8"))
    return Story(**{key: tuple(value) if isinstance(value, list) else value for key, value in told.items()})


def each(template: str, texts: Iterable[str]) -> str:
    """Fill the template with each text: {0} is the text, {1} its number."""
    return "".join(template.format(escape(text), number) for number, text in enumerate(texts))


def flattened(s: Story) -> str:
    """The page as a text that lost its markup."""
    share, body = "\n".join(s.share), "\n\n".join(s.paragraphs)
    tail = (s.comments, s.none, s.category, s.reply, s.required, s.latest, *s.rubrics, s.most)
    return f"{s.title}\n\n{share}\n\n{body}\n\n \n\n" + "\n\n".join(tail)


def page(s: Story, body: str, head: str = "") -> str:
    """Put a theme's body into a page; right to left where the language is."""
    way = " dir=rtl" if s.language == "ar" else ""
    return (
        f"<!doctype html><html lang={s.language}{way}><head><meta charset=utf-8><title>{s.title} - {s.site}</title>"
        f"<meta property=og:title content='{escape(s.title)}'>{head}</head><body>{body}</body></html>"
    )


def form(s: Story, wrap: str = "<div class=comment-respond>{}</div>") -> str:
    inputs = each("<p><label>{0}</label> <input name=f{1}></p>", s.fields)
    return wrap.format(
        f"<h3>{s.reply}</h3><form action=/c><p>{s.required}</p>{inputs}<button>{s.send}</button></form>"
    )


def menu(s: Story) -> str:
    return f"<nav><ul>{each('<li><a href=/r{1}>{0}</a></li>', s.rubrics)}</ul></nav>"


def links(s: Story) -> str:
    return f"<ul>{each('<li><a href=/n{1}>{0}</a></li>', s.others)}</ul>"
