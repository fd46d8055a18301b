"""A share of the words made unreadable: a set that can be counted and searched, but not read, may be shared."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from columnist.pipelines.document.text import UNSPACED

MASKED = "@"  # as the large public corpora mark what they may not show
# A word is a run of letters and digits; in scripts that space no words each character is one, as in word_count.
_WORD = re.compile(rf"{UNSPACED.pattern}|(?:(?!{UNSPACED.pattern})\w)+")


def mask_article(article: Mapping[str, Any], every: tuple[int, int]) -> dict[str, Any]:
    """Return the article with `every[0]` words in a row of each `every[1]` of its text replaced by "@".

    Which ones follows from the id: the same share of the same article is the same words, and two articles do not begin
    alike. The description and the captions, which repeat the text, go; title, authors and all other columns stay.
    """
    paragraphs, start = [], _start(article["id"], every[1])
    for paragraph in article["paragraphs"]:
        text, start = _masked(paragraph["text"], every, start)
        paragraphs.append({**paragraph, "text": text})
    return {
        **article,
        "text": "\n".join(p["text"] for p in paragraphs),
        "paragraphs": paragraphs,
        "images": [{**image, "caption": None} for image in article["images"]],
        "description": None,
    }


def _start(identity: str, period: int) -> int:
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8], "big") % period


def _masked(text: str, every: tuple[int, int], start: int) -> tuple[str, int]:
    """Return the text with its words masked, and the number of the next word."""
    masked, period = every
    number = start

    def one(match: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return MASKED if (number - 1) % period < masked else match.group()

    return _WORD.sub(one, text), number
