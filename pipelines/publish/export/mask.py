"""A share of the words made unreadable: a set that can be counted and searched, but not read, may be shared."""

import hashlib
import re
from collections.abc import Mapping
from itertools import count, islice
from typing import Any

from columnist.pipelines.document.text import UNSPACED
from columnist.pipelines.records.entries import as_map

_FIRST = 5  # words by which a paragraph is known again: a correction further down moves no mask
_NOTES = ("author_note", "corrections")  # of `extra`: prose of the page, which may quote the text
MASKED = "@"  # as the large public corpora mark what they may not show
# A word is a run of letters and digits; in scripts that space no words each character is one, as in word_count.
_WORD = re.compile(rf"{UNSPACED.pattern}|(?:(?!{UNSPACED.pattern})\w)+")


def mask_article(article: Mapping[str, Any], every: tuple[int, int]) -> dict[str, Any]:
    """Return the article with `every[0]` words in a row of each `every[1]` of its text replaced by "@".

    Which ones follows from a paragraph's first words: in a copy under another address, and in the next version, the same
    words are hidden, so that no two rows together can be read. What repeats the text or proves it goes too: description,
    captions, notes, and the hash, by which a guess could be tried. `extra.masked` tells the share.
    """
    paragraphs = [{**p, "text": _masked(p["text"], every)} for p in article["paragraphs"]]
    extra = {name: value for name, value in as_map(article["extra"]).items() if name not in _NOTES}
    return {
        **article,
        "text": "\n".join(p["text"] for p in paragraphs),
        "paragraphs": paragraphs,
        "images": [{**image, "caption": None} for image in article["images"]],
        "description": None,
        "content_hash": None,
        "extra": {**extra, "masked": f"{every[0]}/{every[1]}"},
    }


def _masked(text: str, every: tuple[int, int]) -> str:
    masked, period = every
    first = " ".join(word.group().casefold() for word in islice(_WORD.finditer(text), _FIRST))
    numbers = count(int.from_bytes(hashlib.sha256(first.encode()).digest()[:8], "big"))
    return _WORD.sub(lambda word: MASKED if next(numbers) % period < masked else word.group(), text)
