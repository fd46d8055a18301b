"""Which kind of furniture a line is, by its words alone; whether to believe it is for the neighbours to say."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

from columnist.pipelines.content.plaintext.lines import Line, ends_sentence, words_of
from columnist.pipelines.content.plaintext.marks import NONE, SURE, Chrome, read_date, read_mark
from columnist.pipelines.content.plaintext.notices import read_notice
from columnist.pipelines.document.text import unaccented
from columnist.pipelines.language.lexicon import Words, either, entries, lexicon, vocabulary

_COUNTED = frozenset({"comments", "share-bar"})  # "3 comments", "120 shares": a number makes it sure
LABEL_WORDS = 14  # words: the longest label seen ("Click to share this on ... opens in new window") has 13
_SENTENCE_WIDTH = 300  # furniture sentences are shorter; a paragraph that quotes one is not furniture
_PROMO_WIDTH = 220
_MORE_FROM = re.compile(rf"(?:{either('pointers', 'more')})(?: \w+)? (?:{either('pointers', 'from')})\b")
_SIGNS = "-–—*•▪▸►●→»>👉➡️【［[ "  # what stands before a pointer's words
# French and others leave accents off capitals: "A lire aussi".
_READ_ALSO = tuple(
    dict.fromkeys(
        form
        for words in entries("pointers", "openings")
        for plain in (words.lstrip(_SIGNS),)
        for form in (plain, unaccented(plain[0]) + plain[1:])
    )
)
_POINTERS = frozenset(words[:2] for words in _READ_ALSO)  # looked up first: they rule out nearly every line
_POINTER_LABEL = 30  # signs: the longest label of a pointer
_POINTER_MARK = re.compile("[:：»|›]")  # between that and the headline, which may be a question
_COLON = re.compile("[:：]")
_SCRIPTS = re.compile(
    r"(?<=[a-z])(?=[\u0e00-\u0e7f\u2e80-\u9fff])|(?<=[\u0e00-\u0e7f\u2e80-\u9fff])(?=[a-z])"
)
_WIDE_WORD = re.compile(r"^[\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af]{2,}$")


def read_chrome(line: Line) -> Chrome:
    """Name the kind of furniture that the line's words make it."""
    sure = read_label(line)
    if sure.strength < SURE and (notice := read_notice(line.text)):
        return Chrome(notice, SURE)
    return sure if sure.kind else _sentence(line) or _cookies(line) or NONE


def read_label(line: Line) -> Chrome:
    """Do as read_chrome without the search for sentences, which is half of its time and seldom sure of them."""
    return (
        _label(line)
        or _whole_label(line)
        or read_mark(line)
        or _pointer(line)
        or read_date(line)
        or _promotion(line)
        or NONE
    )


@dataclass(frozen=True, slots=True)
class _Label:
    """The words that labels of one kind are made of."""

    kind: str
    alone: Words  # a label by itself, whatever stands beside it: "advertisement"
    core: Words  # at least one of these; a single one of them needs a neighbour that is furniture too
    more: Words  # may stand beside them
    pieces: frozenset[str]  # what a word in signs without spaces is made of


@cache
def _labels() -> tuple[_Label, ...]:
    return tuple(map(_label_of, label_kinds()))


def _label_of(kind: str) -> _Label:
    alone, core, more = (vocabulary("labels", f"{kind}.{part}") for part in ("alone", "core", "more"))
    pieces = alone.whole | core.whole | more.whole | vocabulary("labels", "glue").whole
    return _Label(kind, alone, core, more, pieces)


def label_kinds() -> list[str]:
    """Return the kinds of labels, those that are asked first before the others."""
    return [key.removesuffix(".core") for key in lexicon("labels") if key.endswith(".core")]


@cache
def _label_words() -> Words:
    return vocabulary("labels", *(f"{kind}.{part}" for kind in label_kinds() for part in ("alone", "core")))


def kind_of_word(word: str) -> str | None:
    """Return the kind of label that a word makes, alone or with others."""
    return next((label.kind for label in _labels() if label.core.has(word) or label.alone.has(word)), None)


def is_label_word(word: str) -> bool:
    """Tell whether a word is one that furniture of some kind is made of."""
    return _label_words().has(word)


def _label(line: Line) -> Chrome | None:
    """A label is made of one kind's words and nothing else."""
    words = [part for w in line.words if not w.isdigit() for part in _by_script(w)]
    if not 0 < len(words) <= LABEL_WORDS or line.width > 140 or not all(map(in_some_label, words)):
        return None
    best: Chrome | None = None
    for label in _labels():
        hit = _label_strength(words, label)
        if line.text.endswith((".", "?")) or (
            hit and label.kind in _COUNTED and len(words) < len(line.words)
        ):
            hit = SURE if line.text[-1] not in ".?" else min(hit, 1)
        if hit > (best.strength if best else 0):
            best = Chrome(label.kind, hit)
            if hit == SURE:
                break
    return best


def _by_script(word: str) -> tuple[str, ...]:
    """Part a word where Latin letters meet signs: "lineで送る"."""
    return (word,) if word.isascii() else tuple(_SCRIPTS.split(word))


@lru_cache(maxsize=20_000)
def in_some_label(word: str) -> bool:
    """Tell whether any kind's label may hold the word: most lines have one that none holds."""
    known = _words_of_labels()
    return all(known.has(part) or bool(_WIDE_WORD.match(part)) for part in _by_script(word))


@cache
def _words_of_labels() -> Words:
    parts = ("alone", "core", "more")
    return vocabulary("labels", "glue", *(f"{kind}.{part}" for kind in label_kinds() for part in parts))


@cache
def whole_labels() -> dict[tuple[str, ...], str]:
    """Return the labels that are known as a whole, and their kinds."""
    found: dict[tuple[str, ...], str] = {}
    for key, labels in lexicon("labels").items():
        kind, _, part = key.partition(".")
        if part == "whole":
            found |= {tuple(words_of(label)): kind for label in labels}
    return found


def _whole_label(line: Line) -> Chrome | None:
    words = tuple(w for w in line.words if not w.isdigit())
    if line.ends or not 0 < len(words) <= LABEL_WORDS:
        return None
    kind = whole_labels().get(words)
    # Signs that are a syllable or a word each: five of them say as much as two words.
    sure = len(words) > 1 or (line.width >= 2.5 * 5 and bool(_WIDE_WORD.match(words[0])))
    return Chrome(kind, SURE if sure else 1) if kind else None


def _label_strength(words: list[str], label: _Label) -> int:
    glue = vocabulary("labels", "glue")
    speaking = cored = 0
    for word in words:
        if label.core.has(word) or label.alone.has(word):
            cored += 1
            speaking += len(word) >= 4 and bool(_WIDE_WORD.match(word))  # as much as two words
        elif label.more.has(word):
            speaking += 1
        elif not glue.has(word) and not _made_of(word, label.pieces):
            return 0
        elif _WIDE_WORD.match(word):
            cored += _contains(word, label.core.whole | label.alone.whole)
            speaking += 1
    if not cored:
        return 0
    return SURE if cored + speaking >= 2 or any(map(label.alone.has, words)) else 1


def _made_of(word: str, pieces: frozenset[str]) -> bool:
    """Tell whether a word in signs without spaces is made of these alone."""
    if not _WIDE_WORD.match(word):
        return False
    rest = word
    while rest:
        size = next((n for n in range(min(len(rest), 8), 0, -1) if rest[:n] in pieces), 0)
        if not size:
            return False
        rest = rest[size:]
    return True


def _contains(word: str, known: frozenset[str]) -> int:
    return sum(1 for k in known if len(k) > 1 and k in word)


def _pointer(line: Line) -> Chrome | None:
    """ "Read also: another headline" and "Tags: one, two" name other pages."""
    if line.width > 240 or line.quoted:
        return None
    if names_other_page(line.text):
        return Chrome("read-also", SURE)
    if len(line.words) <= 8 and not line.ends and _MORE_FROM.match(line.text.lower().lstrip(_SIGNS)):
        return Chrome("related", SURE)
    head, *rest = _COLON.split(line.text, 1)
    if any(rest) and len(head) <= 40:
        words = re.findall(r"[^\W\d_]+", head.lower())
        for label in _labels():
            if label.kind in ("tags", "related", "newsletter") and words and len(words) <= 4:
                hit = _label_strength(words, label)
                if hit and (label.kind != "related" or hit == SURE) and not line.ends:
                    return Chrome("read-also" if label.kind == "related" else label.kind, SURE)
    return None


def names_other_page(text: str) -> bool:
    """Tell whether a line opens as a pointer does, and is no sentence: "Read also: ..."."""
    words = text.lower().replace("i\u0307", "i").lstrip(_SIGNS)  # Turkish İ
    if words[:2] not in _POINTERS or not words.startswith(_READ_ALSO):
        return False
    return bool(_POINTER_MARK.search(words[:_POINTER_LABEL])) or not ends_sentence(text)


def _sentence(line: Line) -> Chrome | None:
    """Sentences that speak to the reader of the page, not of its subject."""
    if line.width > _SENTENCE_WIDTH or line.quoted:
        return None
    text = line.text.lower()
    for key, parts in lexicon("sentences").items():
        if any(map(text.__contains__, parts)):
            owned = text.startswith(("©", "copyright", "(c)"))
            return Chrome(key, SURE if owned else 1)
    return None


def _cookies(line: Line) -> Chrome | None:
    """Consent texts speak of cookies, and of us and you; an article speaks of them."""
    if line.quoted or not any(w.startswith("cookie") for w in line.words):
        return None
    return Chrome("consent", 1) if any(map(vocabulary("calls", "address").has, line.words)) else None


def _promotion(line: Line) -> Chrome | None:
    """A call to the reader: sign up, follow, download; sure where the line opens with the call."""
    if line.width > _PROMO_WIDTH or line.sentences > 3 or line.quoted:
        return None
    opening, topics = vocabulary("calls", "openers"), vocabulary("calls", "topics")
    if any(map(topics.has, line.words)) and any(map(opening.has, line.words[:2])):
        calls_first = line.words[0] in opening.whole and not line.bullet and not line.words[0].isdigit()
        return Chrome("promotion", SURE if calls_first else 1)
    return None


_TOPIC = 41  # signs: a label before a colon ("Tags: one, two") is shorter


def may_be_label(text: str) -> bool:
    """Tell whether a line's words may be a label's: all of them would be, so the first one would."""
    if ":" in text[:_TOPIC] or "：" in text[:_TOPIC] or may_call(text):
        return True
    first = next((word for word in words_of(text) if not word.isdigit()), None)
    return first is not None and (in_some_label(first) or first in _beginnings())


def may_call(text: str) -> bool:
    """Tell whether a line may be a call to the reader: one of its first two words would be the call."""
    return any(map(vocabulary("calls", "openers").has, islice(words_of(text), 2)))


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(words[0] for words in whole_labels())
