"""Where the site speaks to its reader: in a text that addresses nobody, a box or the last lines that say we and you."""

import re
from functools import cache

from columnist.pipelines.content.plaintext.lines import words_of
from columnist.pipelines.content.rules.shape.kin import Standing, size_of
from columnist.pipelines.document.text import is_long
from columnist.pipelines.language.lexicon import entries, lexicon, vocabulary

_QUOTES = re.compile('["“”„«»「」『』]')
_APPEAL = "appeal"  # in place of a language
_FEWEST = 2  # different words of address
_LAST = 3  # lines at the end
_LONGEST_LAST = 300  # characters of one of them
_LONGEST_BOX = 600
_BOXES = frozenset({"div", "aside", "section"})
_SIBLINGS = 4  # paragraphs of another element beside a box
_MOST = 0.3  # of the text
_DOUBTED = 0.6  # score below which we and our are enough


def spoken_to_the_reader(at: Standing) -> list[int]:
    """Return the kept rows in which the site speaks to its reader, where the article's own paragraphs never do."""
    boxes = (row for row in at.rows() if row > at.start and _may_be_box(at, row))
    found = (
        _appeals(at)
        | _calling_end(at)
        | _asking_end(at)
        | {row: key for row in boxes if (key := _asks(at, row)) and _is_box(at, row)}
    )
    if not found or size_of(at, list(found)) > _MOST * at.size:
        return []
    others = " ".join(_unquoted(at.blocks.items[row].text) for row in at.rows() if row not in found)
    words = set(words_of(others))
    spoken = [row for row, key in found.items() if key != _APPEAL and not _addresses(others, words, key)]
    told = f" {others.lower()} "
    appeals = [
        row for row, key in found.items() if key == _APPEAL and not _is_told(at.blocks.items[row].text, told)
    ]
    return spoken + appeals


def _appeals(at: Standing) -> dict[int, str]:
    """Return the rows in which a site asks for money or help for itself."""
    lines = {row: at.blocks.items[row].text for row in at.rows() if row > at.start}
    lines = {row: _unquoted(text) for row, text in lines.items() if len(text) <= _LONGEST_LAST}
    if not _held("\n".join(lines.values()).lower(), "gifts"):
        return {}
    return {row: _APPEAL for row, text in lines.items() if _is_appeal(f" {text.lower()} ")}


def _is_appeal(lowered: str) -> bool:
    asked = _held(lowered, "gifts")
    return len(asked) >= _FEWEST or bool(asked and _held(lowered, "ours"))


def _is_told(text: str, others: str) -> bool:
    """Tell whether the article itself speaks as "we", or of such gifts where nothing else tells the site's voice."""
    lowered = f" {_unquoted(text).lower()} "
    named = (
        _held(lowered, "ours")
        or _held(lowered, "gifts")
        or [w for key in _calls() for w in _held(lowered, key)]
    )
    return any(word in others for word in named)


def _calling_end(at: Standing) -> dict[int, str]:
    """Return the last rows that call for two things of a kind: to subscribe and to share, for a price and a month."""
    out: dict[int, str] = {}
    for row in reversed(at.rows()[-_LAST:]):
        text = at.blocks.items[row].text
        if row <= at.start or len(text) > _LONGEST_LAST:
            break
        lowered = f" {_unquoted(text).lower()} "
        if sum(bool(_held(lowered, key)) for key in (*_calls(), "gifts")) < _FEWEST or not _addresses_reader(
            lowered
        ):
            break
        out[row] = _APPEAL
    return out


def _addresses_reader(lowered: str) -> bool:
    if _held(lowered, "ours") or _held(lowered, "imperatives"):
        return True
    words = set(words_of(lowered))
    return any(_addresses(lowered, words, key) for key in _languages())


@cache
def _calls() -> tuple[str, ...]:
    return tuple(key for key in lexicon("calls") if key.startswith("asks."))


def _held(lowered: str, key: str) -> list[str]:
    """Return the words of a list that a text holds."""
    return list(filter(lowered.__contains__, _plain(key) if lowered.isascii() else entries("calls", key)))


@cache
def _plain(key: str) -> tuple[str, ...]:
    return tuple(filter(str.isascii, entries("calls", key)))


def _asking_end(at: Standing) -> dict[int, str]:
    """Return the last rows that speak to the reader, up to the first that does not, with their language."""
    out: dict[int, str] = {}
    for row in reversed(at.rows()[-_LAST:]):
        if (
            row <= at.start
            or len(at.blocks.items[row].text) > _LONGEST_LAST
            or (key := _asks(at, row)) is None
        ):
            break
        out[row] = key
    return out


def _may_be_box(at: Standing, row: int) -> bool:
    """Tell at little cost whether a block is an element of another tag than the one before it."""
    blocks, place = at.blocks, at.blocks.items[row].place
    tag = blocks.tags[place]
    if tag not in _BOXES or len(blocks.items[row].text) > _LONGEST_BOX:
        return False
    return blocks.tags[blocks.items[row - 1].place] != tag


def _is_box(at: Standing, row: int) -> bool:
    """Tell whether a block is the one <div> among paragraphs: what software sets between them."""
    blocks, place = at.blocks, at.blocks.items[row].place
    beside = [
        blocks.tags[blocks.items[r].place]
        for r in at.rows()
        if r != row and blocks.parents[blocks.items[r].place] == blocks.parents[place]
        if is_long(blocks.items[r].text)
    ]
    return len(beside) >= _SIBLINGS and blocks.tags[place] not in beside


def _asks(at: Standing, row: int) -> str | None:
    """Return the language in which a block says we and you; None where it does not, or quotes somebody."""
    text = at.blocks.items[row].text
    if _QUOTES.search(text):
        return None
    words = set(words_of(text))
    if at.scores[row] >= _DOUBTED and not _turns_to_somebody(text, words):
        return None
    return next((key for key in _languages() if len(_addresses(text, words, key)) >= _FEWEST), None)


def _turns_to_somebody(text: str, words: set[str]) -> bool:
    """Tell whether a text asks or names its reader: an author's last paragraph may say we and our."""
    asks = any(sign in text for sign in "?？؟@")
    return (
        asks
        or not words.isdisjoint(vocabulary("calls", "you").whole)
        or (
            not text.isascii()
            and any(
                sign in text
                for key in _languages()
                if key.startswith("reader-unspaced.")
                for sign in entries("calls", key)
            )
        )
    )


def _addresses(text: str, words: set[str], key: str) -> set[str]:
    """Return a language's words for we and you in a text, whose words are given."""
    if key.startswith("reader-unspaced."):
        return {sign for sign in entries("calls", key) if sign in text}
    return words & vocabulary("calls", key).whole


@cache
def _languages() -> tuple[str, ...]:
    return tuple(key for key in lexicon("calls") if key.startswith(("reader.", "reader-unspaced.")))


def _unquoted(text: str) -> str:
    """Return a text without what stands between quotes; a paragraph of speech has none or one of them."""
    parts = _QUOTES.split(text)
    return " ".join(parts[::2]) if len(parts) % 2 else ""
