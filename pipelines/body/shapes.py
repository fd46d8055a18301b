"""What a block looks like by itself: its element, its length, its punctuation, its letters."""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray

from pipelines.body.blocks import Block, Blocks
from pipelines.body.likeness import as_matrix

__all__ = ["LONG_SENTENCE", "SHAPE_COLUMNS", "TAG_COLUMNS", "shape_columns", "tag_columns"]

Matrix = NDArray[np.float32]

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

_SENTENCE = re.compile(r"[.!?…؟।](?=[\s\"'”»)\]]|$)|[。！？।]")
_DIGITS = re.compile(r"\d")
_UPPER = re.compile(r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĻĽŁŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŲŹŻŽΑ-ΩА-ЯЁІЇЄҐ]")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
# Words that a picture credit holds, and how they stand in one: the second is only asked where the first says yes.
_CREDIT_HINTS = (
    "phot", "foto", "фото", "写真", "imag", "bild", "pict", "cred", "quelle", "source", "copyr", "court", "getty",
    "reuters", "afp", "dpa", "epa", "shutter", "alamy", "istock", "unspl", "pexels", "screens",
)  # fmt: skip
_CREDIT = re.compile(
    r"(?:\b(?:photo|foto|fotos|image|bild|bilder|picture|credit|photograph|quelle|source|copyright|courtesy)"
    r"\b.{0,3}[:/©(]|\b(?:getty|reuters|afp|dpa|epa|shutterstock|imago|alamy|istock|unsplash|pexels|screenshot"
    r"|ap photo)\b|写真|фото)"
)
_ENDS = frozenset(".!?…。！？؟।")
_CLOSERS = "\"'”»“’)]›*"
_OPENERS = frozenset("\"“„«‘'»—–-")
_HEAD = 300  # characters that tell a block's script and share of digits


def tag_columns(blocks: Blocks) -> Matrix:
    """One column per kind of element, a one in the block's own."""
    tags = [_TAGS.get(tag, _OTHER_TAG) for tag in blocks.tags]
    kinds = np.array([tags[block.place] for block in blocks.items])
    out = np.zeros((len(kinds), len(TAG_COLUMNS)), dtype=np.float32)
    out[np.arange(len(kinds)), kinds] = 1.0
    return out


def shape_columns(blocks: Blocks) -> Matrix:
    """One row a block with SHAPE_COLUMNS, each scaled to about 0 to 1."""
    return as_matrix([_shape(block) for block in blocks.items], len(SHAPE_COLUMNS))


def _is_credit(text: str) -> bool:
    if not 8 < len(text) < 500:
        return False
    low = text.lower()
    return any(hint in low for hint in _CREDIT_HINTS) and _CREDIT.search(low) is not None


def _shape(block: Block) -> tuple[float, ...]:
    text = block.text
    size = len(text)
    words = text.count(" ") + 1
    last = text[-1]
    if last in _CLOSERS:
        last = text.rstrip(_CLOSERS)[-1:] or last
    ends = last in _ENDS
    sentences = len(_SENTENCE.findall(text)) if size > 40 else int(ends)
    first = text[0]
    density = block.linked / size
    head = min(size, _HEAD)
    commas = text.count(",") + (text.count("，") + text.count("、") if not text.isascii() else 0)
    return (
        math.log1p(size) / 5,
        math.log1p(words) / 4,
        density,
        block.strong / size,
        min(sentences, 8) / 4,
        ends,
        last == ":",
        min(commas / words * 5, 2.0),
        len(_DIGITS.findall(text, 0, _HEAD)) / head,
        len(_UPPER.findall(text, 0, 80)) / min(size, 80),
        first.isupper(),
        first in _OPENERS,
        first.isdigit(),
        min(size / words, 30.0) / 10,
        "@" in text or "http" in text or "www." in text,
        "©" in text or "(c)" in text,
        "|" in text or "·" in text or "•" in text or "›" in text,
        block.timed,
        min(block.breaks, 4) / 4,
        not text.isascii() and _UNSPACED.search(text, 0, _HEAD) is not None,
        block.href.startswith("http"),
        _is_credit(text),
        sentences > 0 and size > 60 and density < 0.4,
    )
