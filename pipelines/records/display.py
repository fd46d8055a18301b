"""How an article shows itself: in a few lines at a prompt, as a small card in a notebook."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from columnist.pipelines.records.article import Article


_WIDTH = 100  # characters: a terminal's usual line, and room for a bracket
_PARAGRAPHS = 3  # of a card: enough to see that the text begins where the article does
# What a page could steer a terminal or turn a line round with: controls, marks of direction, lone surrogates.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def as_lines(article: Article) -> str:
    """Return five lines: which article, its headline, its byline, its address, how it begins."""
    lines = (
        f"<Article {article.id} revision {article.revision}",
        _plain(article.title) or "(no title)",
        _byline(article),
        _plain(article.url),
        _plain(article.text[: 2 * _WIDTH]),
    )
    return (
        "\n  ".join(line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…" for line in lines if line) + ">"
    )


def as_html(article: Article) -> str:
    """Return the headline, the byline and the first paragraphs as HTML; nothing of it is the page's own markup."""
    title = escape(_plain(article.title) or "(no title)")
    if article.url.startswith(("https://", "http://")):  # no file:, no page:, and above all no javascript:
        title = (
            f'<a href="{escape(_plain(article.url))}" rel="noopener noreferrer" target="_blank">{title}</a>'
        )
    shown = article.paragraphs[:_PARAGRAPHS]
    body = "".join(f'<p dir="auto">{escape(_plain(p.text))}</p>' for p in shown)
    more = len(article.paragraphs) - len(shown)
    rest = f"<p><small>… and {more} more paragraph{'s' * (more > 1)}</small></p>" if more else ""
    return (
        f'<article style="max-width: 44em"><h3 dir="auto">{title}</h3>'
        f'<p dir="auto"><small>{escape(_byline(article))}</small></p>{body}{rest}</article>'
    )


def _byline(article: Article) -> str:
    published = article.published_at
    when = published.strftime("%Y-%m-%d %H:%M UTC") if published else "no date"
    if published and article.published_precision == "day":
        when = when[:10]
    who = ", ".join(article.authors) or article.agency or "no author"
    known = (
        who,
        when,
        article.publisher or article.site,
        article.language,
        f"{article.word_count} words",
    )
    return _plain(" · ".join(part for part in known if part))


def _plain(text: str | None) -> str:
    return _STEERING.sub("", " ".join((text or "").split()))
