"""Whether text got lost without a word: how much of its page an article is, and how far it agrees with a full text given elsewhere.

No model is asked. Both are figures of one page; `columnist check` compares a site's with its earlier ones.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from columnist.pipelines.document.text import UNSPACED, count_words
from columnist.pipelines.records.article import Hint, Removed

_FULL_TEXT = 120  # words: in fewer, the body in JSON-LD is the description once more
_CUT = 950  # characters: a crawl keeps the first 1,000 of what a feed gives, and no summary is as long
_TAG = re.compile(r"<[a-zA-Z!/][^<>]{0,500}>")
_UNSEEN = "hidden"  # the rule of what browsers do not show


@dataclass(frozen=True, slots=True)
class Witness:
    """A full text that the page or its feed gives, held against ours."""

    source: str
    agreement: float


def text_share(text: str, removed: Iterable[Removed]) -> float:
    """Return the share of the visible text that stays, by characters: what is taken out is counted rule by rule."""
    lost = sum(one.characters for one in removed if one.rule != _UNSEEN)
    return len(text) / (len(text) + lost) if text else 0.0


def agreement_of(text: str, found_by: str, article_body: str | None, hints: Iterable[Hint]) -> Witness | None:
    """Hold the text against the first full text that somebody gives; None where nobody does, or it is that very text."""
    ours = None if found_by == "json-ld" else article_body
    if ours and count_words(ours) >= _FULL_TEXT:
        return Witness("json-ld", _f1(_words(text), _words(ours)))
    opening = next((h.description for h in hints if h.description and len(h.description) >= _CUT), None)
    return Witness("feed", _held(_words(text), _words(opening))) if opening else None


def _words(text: str) -> Counter[str]:
    """Count the words, markup left out; of scripts that put no spaces between them, the signs."""
    if "<" in text or "&" in text:
        text = _TAG.sub(" ", unescape(text))
    return Counter(UNSPACED.sub(r" \g<0> ", text.lower()).split())


def _f1(ours: Counter[str], theirs: Counter[str]) -> float:
    both = (ours & theirs).total()
    return 2 * both / (ours.total() + theirs.total()) if both else 0.0


def _held(ours: Counter[str], theirs: Counter[str]) -> float:
    """Return the share of the words of an opening that the text has; its last word may be cut."""
    return (ours & theirs).total() / theirs.total() if theirs else 0.0
