"""How far a block says what the page's title, description, authors or articleBody say."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from columnist.pipelines.content.blocks.blocks import Block
from columnist.pipelines.content.blocks.letters import Letters, codes_of, squash
from columnist.pipelines.content.model.block_table import Columns
from columnist.pipelines.content.model.page_hints import Clues

Matrix = NDArray[np.float32]
Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]

LIKENESS_COLUMNS = (
    "title likeness", "is title", "description likeness", "in description", "in article body", "is author",
    "heading likeness", "article body known", "news page",
)  # fmt: skip

_KEY = 400  # characters of a block that are looked up
_LONG = 800  # characters: longer blocks are no titles, descriptions or bylines
_GRAM, _GRAM_BITS = 4, 16  # characters that a key has at least, and bits to tell them apart
_SPREAD = np.uint32(0x9E3779B1)
_FIELD = 20  # bits: of _LONG characters are fewer words
_BYLINE = 80  # characters: a longer block is more than a byline
_SHORT_BODY = 200  # characters: a shorter articleBody is a teaser


def likeness_columns(columns: Columns, letters: Letters, clues: Clues) -> Matrix:
    """Return LIKENESS_COLUMNS."""
    items = columns.blocks.items
    keys = [block.key for block in items]
    for row in np.flatnonzero(columns.sizes > _KEY).tolist():
        keys[row] = _key_of_start(items[row], letters, row)
    shorts = [key if len(block.text) < _LONG else "" for block, key in zip(items, keys, strict=True)]
    body = squash(clues.article_body) if len(clues.article_body) > _SHORT_BODY else ""
    title = squash(clues.title)
    heading = next((low for low, tag in zip(columns.lows, columns.tags, strict=True) if tag == "h1"), "")
    lows = [low if key else "" for low, key in zip(columns.lows, shorts, strict=True)]
    shared = _shared_words(lows, (clues.title.lower(), clues.description.lower(), heading))
    out = np.zeros((len(LIKENESS_COLUMNS), len(keys)), dtype=np.float32)
    out[0], out[2], out[6] = shared
    if title:
        out[1] = [key == title for key in shorts]
    out[3] = _described(shorts, squash(clues.description)[:1000])
    if len(body) >= _GRAM:
        rows = np.flatnonzero(_may_be_in(keys, body)).tolist()
        out[4, rows] = [keys[row] in body for row in rows]
    _mark_authors(out[5], shorts, columns, clues.authors)
    out[7] = body != ""
    out[8] = clues.is_news
    return out


def _key_of_start(block: Block, letters: Letters, row: int) -> str:
    """Return squash(text[:_KEY]) of a long block by cutting its key, which takes a tenth of the time.

    Of all letters only these two are more in lower case, or another one by what follows them.
    """
    start = block.text[:_KEY]
    if "İ" in start or "Σ" in start:
        return squash(start)
    return block.key[: letters.count_squashed(row, _KEY)]


def _may_be_in(keys: Sequence[str], text: str) -> Mask:
    """Tell which keys begin like some part of the text: to look for all of a menu's in it took .5 ms."""
    there = np.zeros(1 << _GRAM_BITS, dtype=np.bool_)
    there[_grams(sliding_window_view(codes_of(text), _GRAM))] = True
    long = [row for row, key in enumerate(keys) if len(key) >= _GRAM]
    starts = codes_of("".join([keys[row][:_GRAM] for row in long])).reshape(-1, _GRAM)
    may_be = np.zeros(len(keys), dtype=np.bool_)
    may_be[long] = there[_grams(starts)]
    return may_be


def _grams(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return a number of _GRAM_BITS bits for each row of characters."""
    grams = codes[:, 0]
    for place in range(1, _GRAM):
        grams = grams * _SPREAD + codes[:, place]
    return grams * _SPREAD >> np.uint32(32 - _GRAM_BITS)


def _shared_words(lows: Sequence[str], told: Sequence[str]) -> Numbers:
    """Return for each told text how many of each text's words it has, times the other way round: 1 for the same
    words, 0 for none shared."""
    weights: dict[str, int] = defaultdict(int)  # of a word: a one in the field of each told text that has it
    told_words = [set(text.split()) for text in told]
    for place, words in enumerate(told_words):
        for word in words:
            weights[word] += 1 << _FIELD * place
    told_any = frozenset(weights)
    rows, sizes, sums = [], [], []
    for row, low in enumerate(lows):
        text = low.split()
        if not told_any.isdisjoint(text):  # unlike most lines of a menu
            unique = set(text)
            rows.append(row)
            sizes.append(len(unique))
            sums.append(sum(map(weights.__getitem__, told_any & unique)))
    fields = np.arange(len(told))[:, None] * _FIELD
    shared = (np.array(sums, dtype=np.int64) >> fields) & ((1 << _FIELD) - 1)
    possible = np.array([[max(len(words), 1)] for words in told_words]) * np.array(sizes, dtype=np.int64)
    out = np.zeros((len(told), len(lows)))
    out[:, rows] = shared * shared / possible
    return out


def _described(keys: Sequence[str], description: str) -> Sequence[bool] | int:
    if not description:
        return 0
    start = description[:60]
    return [len(key) > 30 and (key in description or start in key) for key in keys]


def _mark_authors(out: Matrix, keys: Sequence[str], columns: Columns, authors: Sequence[str]) -> None:
    """Mark the short blocks that name an author."""
    shorts = [key if len(text) < _BYLINE else "" for key, text in zip(keys, columns.texts, strict=True)]
    page = "\n".join(shorts)
    for author in map(squash, authors):
        if len(author) > 3 and author in page:  # half of the pages name nobody
            out[[author in key for key in shorts]] = 1
