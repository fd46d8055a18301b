"""Writes the pieces of one language's labelled pages in one dress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import quote

from tests.pagekinds.skins import Skin

__all__ = ["Made", "Maker", "Words", "slug_of"]

Words = Mapping[str, Any]
DAY = "2026-03-07"


@dataclass(frozen=True, slots=True)
class Made:
    """What a kind makes: the role of its address, title and content; the rest follows from the dress."""

    role: str
    title: str
    content: str
    name: str = ""  # the last part of a page's address
    head: str = ""
    template: str = ""  # the role whose classes <body> has, where it is another
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Maker:
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
            n=100 + number, slug=slug_of(self.headline(number), number)
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

    def article(self, body: str, number: int = 0, headline: str | None = None, after: str = "") -> Made:
        """Return an article."""
        title = headline or self.headline(number)
        article = self.skin.article(escape(title), self.words["author"], DAY, body)
        claim = '<meta property="og:type" content="article">' if self.skin.calls_articles else ""
        return Made("article", title, article + after, head=claim, extra={"number": number})


def slug_of(headline: str, number: int) -> str:
    ascii_words = "-".join(word for word in headline.lower().split() if word.isascii())
    return quote(ascii_words if len(ascii_words) > 12 else headline.replace(" ", "-")) + f"-{number}"
