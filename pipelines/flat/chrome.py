"""Which kind of furniture a line is, by its words alone; whether to believe it is for the neighbours to say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from pipelines.flat.labels import WHOLE
from pipelines.flat.lines import Line, look_at
from pipelines.flat.phrases import GLUE, LABELS
from pipelines.flat.sentences import ADDRESS, CALLS, CREDITS, DATE_WORDS, FRAGMENTS, READ_ALSO, TOPICS
from pipelines.flat.vocabulary import Words, vocabulary

__all__ = ["NONE", "Chrome", "in_some_label", "is_label_word", "read_chrome", "read_label", "whole_labels"]


@dataclass(frozen=True, slots=True)
class Chrome:
    """What kind of furniture a line is, and how sure its words make it."""

    kind: str | None
    strength: int  # 0 none; 1 needs a neighbour; 2 sure


NONE = Chrome(None, 0)
_SURE = 2
_COUNTED = frozenset({"comments", "share-bar"})  # "3 comments", "120 shares": a number makes it sure
_LABEL_WORDS = 14  # words: the longest label seen ("Click to share this on ... opens in new window") has 13
_SENTENCE_WIDTH = 300  # furniture sentences are shorter; a paragraph that quotes one is not furniture
_PROMO_WIDTH = 220
_BREADCRUMB = re.compile(r"\s[>»›/→❯]\s|^[>»›]\s")
_PIPES = re.compile(r"\s[|•·]\s")
_CREDIT = re.compile(
    rf"(?:^|[\s(\[])(?:(?:{'|'.join(map(re.escape, sorted(CREDITS, key=len, reverse=True)))})\s?[:：/©]|fot\.\s)[^.]{{0,70}}[.)\]]?$",
    re.IGNORECASE,
)
_CREDIT_SIGN = re.compile(
    r"^[(\[]?©|\s[(\[]?©\s?[^.]{2,60}[)\]]?$|(?:/|via )(?:Getty|AFP|AP|Reuters|EPA|dpa|ANSA|EFE|Lusa|PAP|ANP|Belga|Keystone|APA)\b"
    r"[^.]{0,30}[)\]]?\.?$|^\(?(?:Getty Images|iStock|Shutterstock|picture alliance|imago images?|AFP|AP|Reuters|dpa|ANSA|EFE|Lusa|PAP|ANP|EPA)(?:[/ ][\w ]{2,20})?\)?$"
    r"|[\s(（][\u4e00-\u9fff]{2,4}\s?[摄攝][)）]?$",  # "a well in the old street 陆远帆 摄"
    re.IGNORECASE,
)
_NAME = r"[^\W\d_a-zà-öø-ÿ][\w.'’-]+"
_BYLINE = re.compile(
    rf"^(?i:by|von|par|por|di|da|door|przez|av|af|text|texte|testo|autor|autorin|auteur|auteure|autore|author|redacción|"
    rf"redazione|написал|автор)\s?:?\s+(?:{_NAME})(?:(?:,|\s|and|und|et|y|e|en|i|de|van|von|der|di|da|&|\||-|–)+(?:{_NAME})){{0,5}}"
    rf"(?:\s*[,|•·–-].{{0,60}})?$"
)
_MORE_FROM = re.compile(
    r"(?:more|mehr|weitere|plus|autres|más|otras|mais|outras|altri|altre|altro|meer|andere|więcej|inne|mer|mere|lisää|více|daha)"
    r"(?: \w+)? (?:from|on|about|in|by|of|like|von|aus|zu|zum|zur|über|im|vom|de|des|du|d|sur|dans|par|sobre|en|del|da|do|em|su|dal|dalla|"
    r"van|over|uit|z|o|na|w|od|från|om|fra|z|ze)\b"
)
_CLOCK = re.compile(
    r"^\W*\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s?(?:uhr|h|am|pm|a\.m\.|p\.m\.))?\W*$", re.IGNORECASE
)
_PLAIN_DATE = re.compile(
    r"^\W*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?(?:\W+\d{1,2}[:.h]\d{2}(?:\s?\w{1,4})?)?\W*$"
)
_WIDE_WORD = re.compile(r"^[\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af]{2,}$")


def read_chrome(line: Line) -> Chrome:
    """Name the kind of furniture that the line's words make it."""
    sure = read_label(line)
    return sure if sure.kind else _sentence(line) or _cookies(line) or NONE


def read_label(line: Line) -> Chrome:
    """Do as read_chrome without the search for sentences, which is half of its time and seldom sure of them."""
    return (
        _label(line)
        or _whole_label(line)
        or _mark(line)
        or _pointer(line)
        or _date(line)
        or _promotion(line)
        or NONE
    )


@cache
def _label_words() -> Words:
    return vocabulary(" ".join(f"{label.alone} {label.core}" for label in LABELS))


def is_label_word(word: str) -> bool:
    """Tell whether a word is one that furniture of some kind is made of."""
    return _label_words().has(word)


def _label(line: Line) -> Chrome | None:
    """A label is made of one kind's words and nothing else."""
    words = [w for w in line.words if not w.isdigit()]
    if not 0 < len(words) <= _LABEL_WORDS or line.width > 140 or not all(map(in_some_label, words)):
        return None
    best: Chrome | None = None
    for label in LABELS:
        hit = _label_strength(words, label.alone, label.core, label.more)
        if line.text.endswith((".", "?")) or (
            hit and label.kind in _COUNTED and len(words) < len(line.words)
        ):
            hit = _SURE if line.text[-1] not in ".?" else min(hit, 1)
        if hit > (best.strength if best else 0):
            best = Chrome(label.kind, hit)
            if hit == _SURE:
                break
    return best


@lru_cache(maxsize=20_000)
def in_some_label(word: str) -> bool:
    """Tell whether any kind's label may hold the word: most lines have one that none holds."""
    return _words_of_labels().has(word) or bool(_WIDE_WORD.match(word))


@cache
def _words_of_labels() -> Words:
    return vocabulary(" ".join([GLUE, *(f"{label.alone} {label.core} {label.more}" for label in LABELS)]))


@cache
def whole_labels() -> dict[tuple[str, ...], str]:
    """Return the labels that are known as a whole, and their kinds."""
    return {look_at(label).words: kind for kind, labels in WHOLE for label in labels.split("|")}


def _whole_label(line: Line) -> Chrome | None:
    words = tuple(w for w in line.words if not w.isdigit())
    if line.ends or not 0 < len(words) <= _LABEL_WORDS:
        return None
    kind = whole_labels().get(words)
    # Signs that are a syllable or a word each: five of them say as much as two words.
    sure = len(words) > 1 or (line.width >= 2.5 * 5 and bool(_WIDE_WORD.match(words[0])))
    return Chrome(kind, _SURE if sure else 1) if kind else None


def _label_strength(words: list[str], alone: str, core: str, more: str) -> int:
    cores, extra, glue = vocabulary(core), vocabulary(more), vocabulary(GLUE)
    known = vocabulary(alone)
    speaking = cored = 0
    for word in words:
        if cores.has(word) or known.has(word):
            cored += 1
            speaking += len(word) >= 4 and bool(_WIDE_WORD.match(word))  # as much as two words
        elif extra.has(word):
            speaking += 1
        elif not glue.has(word) and not _made_of(word, (cores, extra, glue)):
            return 0
        elif _WIDE_WORD.match(word):
            cored += _contains(word, cores.whole)
            speaking += 1
    if not cored:
        return 0
    return _SURE if cored + speaking >= 2 or any(map(known.has, words)) else 1


def _made_of(word: str, parts: Iterable[Words]) -> bool:
    """Tell whether a word in signs without spaces is made of known words alone."""
    if not _WIDE_WORD.match(word):
        return False
    known, rest = frozenset().union(*(p.whole for p in parts)), word
    while rest:
        size = next((n for n in range(min(len(rest), 8), 0, -1) if rest[:n] in known), 0)
        if not size:
            return False
        rest = rest[size:]
    return True


def _contains(word: str, known: frozenset[str]) -> int:
    return sum(1 for k in known if len(k) > 1 and k in word)


def _mark(line: Line) -> Chrome | None:
    """Breadcrumbs, piped menus, credits and bylines have a shape of their own."""
    text, short = line.text, line.width <= 160
    if short and not line.ends and len(line.words) >= 3:
        if len(_BREADCRUMB.findall(text)) >= 2:
            return Chrome("breadcrumb", _SURE)
        if len(_PIPES.findall(text)) >= 2:
            return Chrome("navigation", _SURE)
    if (
        line.width <= _SENTENCE_WIDTH
        and not line.quoted
        and (_CREDIT.search(text) or _CREDIT_SIGN.search(text))
    ):
        return Chrome("caption", _SURE)
    if line.width <= 120 and not line.ends and _BYLINE.match(text):
        return Chrome("byline", _SURE if len(line.words) <= 12 else 1)
    return None


def _pointer(line: Line) -> Chrome | None:
    """ "Read also: another headline" and "Tags: one, two" name other pages."""
    text = line.text.lower().lstrip("-–—*•▪▸►●→»>👉➡️ ")
    if line.width > 240 or line.quoted:
        return None
    if text.startswith(READ_ALSO) and (not line.ends or ":" in text[:30] or "|" in text[:30]):
        return Chrome("read-also", _SURE)
    if _MORE_FROM.match(text) and not line.ends and len(line.words) <= 8:
        return Chrome("related", _SURE)
    head, colon, rest = line.text.partition(":")
    if colon and rest and len(head) <= 40:
        words = re.findall(r"[^\W\d_]+", head.lower())
        for label in LABELS:
            if label.kind in ("tags", "related", "newsletter") and words and len(words) <= 4:
                hit = _label_strength(words, label.alone, label.core, label.more)
                if hit and (label.kind != "related" or hit == _SURE) and not line.ends:
                    return Chrome("read-also" if label.kind == "related" else label.kind, _SURE)
    return None


def _date(line: Line) -> Chrome | None:
    if line.width > 110:
        return None
    if _CLOCK.match(line.text) or _PLAIN_DATE.match(line.text):
        return Chrome("timestamp", _SURE)
    dates, glue = vocabulary(DATE_WORDS), vocabulary(GLUE)
    letters = [w for w in line.words if not w.isdigit()]
    if not letters or len(letters) == len(line.words):
        return None
    named = sum(map(dates.has, letters))
    return Chrome("timestamp", _SURE) if named and all(dates.has(w) or glue.has(w) for w in letters) else None


def _sentence(line: Line) -> Chrome | None:
    """Sentences that speak to the reader of the page, not of its subject."""
    if line.width > _SENTENCE_WIDTH or line.quoted:
        return None
    text = line.text.lower()
    for kind, parts in FRAGMENTS:
        if any(map(text.__contains__, parts)):
            owned = text.startswith(("©", "copyright", "(c)"))
            return Chrome(kind, _SURE if owned else 1)
    return None


def _cookies(line: Line) -> Chrome | None:
    """Consent texts speak of cookies, and of us and you; an article speaks of them."""
    if line.quoted or not any(w.startswith("cookie") for w in line.words):
        return None
    return Chrome("consent", 1) if any(map(vocabulary(ADDRESS).has, line.words)) else None


def _promotion(line: Line) -> Chrome | None:
    """A call to the reader: sign up, follow, download; sure where the line opens with the call."""
    if line.width > _PROMO_WIDTH or line.sentences > 3 or line.quoted:
        return None
    opening, topics = vocabulary(CALLS), vocabulary(TOPICS)
    if any(map(topics.has, line.words)) and any(map(opening.has, line.words[:2])):
        calls_first = line.words[0] in opening.whole and not line.bullet and not line.words[0].isdigit()
        return Chrome("promotion", _SURE if calls_first else 1)
    return None
