"""What a block looks like by itself: its element, its length, its punctuation, its letters."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from columnist.pipelines.content.blocks.letters import (
    AT,
    BAR,
    COMMA,
    COPYRIGHT,
    DIGIT,
    SPACE,
    UNSPACED,
    UPPER,
    Letters,
)
from columnist.pipelines.content.model.block_table import LONG, Columns, marks, numbers
from columnist.pipelines.language.lexicon import entries

Matrix = NDArray[np.float32]
Mask = NDArray[np.bool_]
Array = NDArray[np.generic]
Integers = NDArray[np.int64]

_TAGS = {
    "p": 0, "h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4, "li": 5, "blockquote": 6, "tr": 7,
    "figcaption": 8, "button": 9, "pre": 10,
}  # fmt: skip
_OTHER_TAG = 11
TAG_COLUMNS = (
    "is p", "is h1", "is h2", "is h3", "is h4", "is li", "is blockquote", "is row", "is figcaption", "is button",
    "is pre", "is other",
)  # fmt: skip
SHAPE_COLUMNS = (
    "log characters", "log words", "link density", "strong density", "sentences", "ends sentence", "ends colon",
    "commas", "digits", "upper case", "opens upper", "opens quote", "opens digit", "mean word", "has address",
    "has copyright", "has bar", "has time", "breaks", "unspaced script", "outside link", "credit", "long sentence",
)  # fmt: skip
LONG_SENTENCE = len(SHAPE_COLUMNS) - 1

# Words of which a picture's credit holds one, and how they stand in it; the second is asked where the first says yes.
_WORDS, _AGENCIES, _CREDIT_STEMS = (
    entries("credits", f"model-{kind}") for kind in ("words", "agencies", "stems")
)
_CREDIT_WORDS = frozenset((*_WORDS, *_AGENCIES))
_CREDIT = re.compile(
    rf"\b(?:{'|'.join(_WORDS)})\b.{{0,3}}[:/©(]|\b(?:{'|'.join(_AGENCIES)}|ap photo)\b|{'|'.join(_CREDIT_STEMS)}"
)
_ENDS = frozenset(".!?…。！？؟।")
_CLOSERS = "\"'”»“’)]›*"
_OPENERS = frozenset("\"“„«‘'»—–-")
_SIGNS = _END, _COLON, _CAPITAL, _OPENER, _DIGIT = 1, 2, 4, 8, 16  # what such a sign is
_HEAD = 300  # characters that tell a block's script and share of digits
_START = 80  # characters that tell its share of capitals
_LABEL = 40  # characters: a shorter block is one sentence or none


def tag_columns(columns: Columns) -> Matrix:
    """Return TAG_COLUMNS: one per kind of element, a one in the block's own."""
    kinds = [_TAGS.get(tag, _OTHER_TAG) for tag in columns.tags]
    out = np.zeros((len(TAG_COLUMNS), len(kinds)), dtype=np.float32)
    out[kinds, np.arange(len(kinds))] = 1.0
    return out


def shape_columns(columns: Columns, letters: Letters) -> Sequence[Array]:
    """Return SHAPE_COLUMNS, each scaled to about 0 to 1."""
    texts, sizes, items = columns.texts, columns.sizes, columns.blocks.items
    words = letters.count(SPACE) + 1
    first = _signs([text[0] for text in texts])
    last = _signs([_last_sign(text) for text in texts])
    stops = last & _END != 0
    sentences = np.where(sizes > _LABEL, letters.sentences(), stops)
    density = columns.linked / sizes
    return (
        np.log1p(sizes) / 5,
        np.log1p(words) / 4,
        density,
        numbers([block.strong for block in items]) / sizes,
        np.minimum(sentences, 8) / 4,
        stops,
        last & _COLON != 0,
        np.minimum(letters.count(COMMA) / words * 5, 2.0),
        letters.count(DIGIT, _HEAD) / np.minimum(sizes, _HEAD),
        letters.count(UPPER, _START) / np.minimum(sizes, _START),
        first & _CAPITAL != 0,
        first & _OPENER != 0,
        first & _DIGIT != 0,
        np.minimum(sizes / words, 30.0) / 10,
        (letters.count(AT) > 0) | _holds(columns.page, texts, ("http", "www.")),
        (letters.count(COPYRIGHT) > 0) | _holds(columns.page, texts, ("(c)",)),
        letters.count(BAR) > 0,
        marks([block.timed for block in items]),
        np.minimum(numbers([block.breaks for block in items]), 4) / 4,
        letters.count(UNSPACED, _HEAD) > 0,
        marks([block.href[:4] == "http" for block in items]),
        _credits(columns),
        (sentences > 0) & (sizes > 60) & (density < 0.4),
    )


def _signs(signs: Sequence[str]) -> Integers:
    return numbers([_sign(sign) for sign in signs])


@lru_cache(maxsize=4096)
def _sign(sign: str) -> int:
    """Return what a text's first or last character is, one bit each."""
    told = (sign in _ENDS, sign == ":", sign.isupper(), sign in _OPENERS, sign.isdigit())
    return sum(bit for bit, is_so in zip(_SIGNS, told, strict=True) if is_so)


def _holds(page: str, texts: Sequence[str], needles: Sequence[str]) -> Mask:
    """Tell which texts hold one of the needles; most pages hold none at all."""
    found = np.zeros(len(texts), dtype=np.bool_)
    for needle in needles:
        if needle in page:
            found |= [needle in text for text in texts]
    return found


def _credits(columns: Columns) -> Mask:
    """Tell which texts read like a picture's credit."""
    found = _holds(columns.low_page, columns.lows, _CREDIT_STEMS)
    for row, words in enumerate(columns.words):
        if not _CREDIT_WORDS.isdisjoint(words):
            found[row] = _CREDIT.search(columns.lows[row]) is not None
    return found & (columns.sizes > 8) & (columns.sizes < LONG)


def _last_sign(text: str) -> str:
    """Return what the text ends with, closing quotes and brackets aside."""
    last = text[-1]
    return text.rstrip(_CLOSERS)[-1:] or last if last in _CLOSERS else last
