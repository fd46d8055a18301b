"""What a block looks like by itself: its element, its length, its punctuation, its letters."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.body.columns import LONG, Columns
from pipelines.body.letters import AT, BAR, COMMA, COPYRIGHT, DIGIT, SPACE, UNSPACED, UPPER, read_letters

__all__ = ["LONG_SENTENCE", "SHAPE_COLUMNS", "TAG_COLUMNS", "shape_columns", "tag_columns"]

Matrix = NDArray[np.float32]
Mask = NDArray[np.bool_]

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
_CREDIT_WORDS = frozenset(
    {
        "photo", "foto", "fotos", "image", "bild", "bilder", "picture", "credit", "photograph", "quelle", "source",
        "copyright", "courtesy", "getty", "reuters", "afp", "dpa", "epa", "shutterstock", "imago", "alamy", "istock",
        "unsplash", "pexels", "screenshot",
    }
)  # fmt: skip
_CREDIT_STEMS = ("写真", "фото")  # they need not stand alone
_CREDIT = re.compile(
    r"(?:\b(?:photo|foto|fotos|image|bild|bilder|picture|credit|photograph|quelle|source|copyright|courtesy)"
    r"\b.{0,3}[:/©(]|\b(?:getty|reuters|afp|dpa|epa|shutterstock|imago|alamy|istock|unsplash|pexels|screenshot"
    r"|ap photo)\b|写真|фото)"
)
_ENDS = frozenset(".!?…。！？؟।")
_CLOSERS = "\"'”»“’)]›*"
_OPENERS = frozenset("\"“„«‘'»—–-")
_HEAD = 300  # characters that tell a block's script and share of digits
_START = 80  # characters that tell its share of capitals
_LABEL = 40  # characters: a shorter block is one sentence or none


def tag_columns(columns: Columns) -> Matrix:
    """One column per kind of element, a one in the block's own."""
    kinds = [_TAGS.get(tag, _OTHER_TAG) for tag in columns.tags]
    out = np.zeros((len(kinds), len(TAG_COLUMNS)), dtype=np.float32)
    out[np.arange(len(kinds)), kinds] = 1.0
    return out


def shape_columns(columns: Columns) -> Matrix:
    """One row a block with SHAPE_COLUMNS, each scaled to about 0 to 1."""
    items, texts, sizes = columns.blocks.items, columns.texts, columns.sizes
    letters = read_letters(texts)
    words = letters.count(SPACE) + 1
    ends = [_last_sign(text) for text in texts]
    stops = np.array([end in _ENDS for end in ends])
    sentences = np.where(sizes > _LABEL, letters.sentences(), stops)
    density = columns.linked / sizes
    strong = np.array([block.strong for block in items])
    found: tuple[ArrayLike, ...] = (
        np.log1p(sizes) / 5,
        np.log1p(words) / 4,
        density,
        strong / sizes,
        np.minimum(sentences, 8) / 4,
        stops,
        [end == ":" for end in ends],
        np.minimum(letters.count(COMMA) / words * 5, 2.0),
        letters.count(DIGIT, _HEAD) / np.minimum(sizes, _HEAD),
        letters.count(UPPER, _START) / np.minimum(sizes, _START),
        [text[0].isupper() for text in texts],
        [text[0] in _OPENERS for text in texts],
        [text[0].isdigit() for text in texts],
        np.minimum(sizes / words, 30.0) / 10,
        (letters.count(AT) > 0) | _holds(texts, ("http", "www.")),
        (letters.count(COPYRIGHT) > 0) | _holds(texts, ("(c)",)),
        letters.count(BAR) > 0,
        [block.timed for block in items],
        np.array([min(block.breaks, 4) for block in items]) / 4,
        letters.count(UNSPACED, _HEAD) > 0,
        [block.href.startswith("http") for block in items],
        _credits(columns),
        (sentences > 0) & (sizes > 60) & (density < 0.4),
    )
    out = np.empty((len(found), len(texts)), dtype=np.float32)
    for row, values in enumerate(found):
        out[row] = np.asarray(values)
    return out.T


def _holds(texts: Sequence[str], needles: Sequence[str]) -> Mask:
    """Tell which texts hold one of the needles; most pages hold none at all."""
    page = "\n".join(texts)
    found = np.zeros(len(texts), dtype=np.bool_)
    for needle in needles:
        if needle in page:
            found |= [needle in text for text in texts]
    return found


def _credits(columns: Columns) -> Mask:
    """Tell which texts read like a picture's credit."""
    found = _holds(columns.lows, _CREDIT_STEMS)
    for row, words in enumerate(columns.words):
        if not _CREDIT_WORDS.isdisjoint(words):
            found[row] = _CREDIT.search(columns.lows[row]) is not None
    return found & (columns.sizes > 8) & (columns.sizes < LONG)


def _last_sign(text: str) -> str:
    """Return what the text ends with, closing quotes and brackets aside."""
    last = text[-1]
    return text.rstrip(_CLOSERS)[-1:] or last if last in _CLOSERS else last
