"""Figures inside the article -> images with caption and credit; their text stays out of the body."""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any

from columnist.pipelines.content.blocks.blocks import Blocks
from columnist.pipelines.content.blocks.class_names import name_words
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.rules.article_end import article_start
from columnist.pipelines.document.addresses import absolute
from columnist.pipelines.language.lexicon import either
from columnist.pipelines.records.article import Image

_MOST = 50  # pictures of one article; a gallery has that many
_BEFORE = 30  # elements above the first paragraph in which the lead picture stands
_OUTSIDE = IN["aside"] | IN["nav"] | IN["footer"] | IN["hidden"]
_SOURCES = ("src", "data-src", "data-original", "data-lazy-src", "data-url")
# Addresses of what stands in for a picture until a script loads it, and of what is none of the article's.
_STAND_IN = re.compile(r"placeholder|lazyload|spacer|/(?:blank|transparent|pixel|1x1)\b", re.IGNORECASE)
_EMBLEM = re.compile(r"logo|avatar|icon|\.svg\b", re.IGNORECASE)
_WIDE = 300  # pixels that a picture outside of a figure declares; emblems and portraits have less
_MOST_LOOKED_AT = 100  # pictures of an article's box
_LONGEST_ADDRESS = 2_000
_CREDIT_NAMES = frozenset({"credit", "credits", "copyright", "photographer", "source", "quelle", "rights", "byline", "author", "attribution"})  # fmt: skip
_CREDIT_MARK = re.compile(
    rf"\s*(?:[(\[]\s*)?\b(?:{either('credits', 'words')}|{either('credits', 'sources')})\s*[:/©-]\s*([^()\[\]]{{2,120}}?)[)\]]?\s*$",
    re.IGNORECASE,
)
_AGENCY_END = re.compile(
    rf"\s*[(/|]\s*((?:[^()/|]{{0,60}}\b(?:{either('credits', 'agencies')})\b)[^()|]{{0,40}})\)?\s*$"
)


def article_images(blocks: Blocks, kept: Sequence[bool], base_url: str) -> tuple[Image, ...]:
    """Return the pictures that stand among the kept blocks, once each, in page order."""
    places = [block.place for block, keep in zip(blocks.items, kept, strict=True) if keep]
    if not places:
        return ()
    captions: dict[int, list[int]] = {}
    for row in [row for row, block in enumerate(blocks.items) if blocks.flags[block.place] & IN["figure"]]:
        figure = _figure_of(blocks, blocks.items[row].place)
        if figure is not None:
            captions.setdefault(figure, []).append(row)
    found: dict[str, Image] = {}
    near = range(max(0, places[0] - _BEFORE), places[-1] + 1)
    for place in [place for place in near if blocks.tags[place] == "figure"]:
        if not blocks.flags[place] & _OUTSIDE and len(found) < _MOST:
            url = _address(blocks.elements[place], base_url)
            if url:
                found.setdefault(url, Image(url, *_caption(blocks, captions.get(place, []))))
    return tuple(found.values())


def lead_picture(blocks: Blocks, kept: Sequence[bool], images: Sequence[Image], base_url: str) -> str | None:
    """Return the address of the article's first picture: in a figure, or so wide that it is no emblem."""
    named = (image.url for image in images if not _EMBLEM.search(image.url))
    if url := next(named, None):
        return url
    start = article_start(blocks, kept)
    home = blocks.parents[blocks.items[start].place] if start is not None else -1
    if home < 0:
        return None
    pictures = islice(blocks.elements[home].iter("img", "amp-img"), _MOST_LOOKED_AT)
    addresses = (_address(picture, base_url) for picture in pictures if _is_wide(picture))
    return next((url for url in addresses if url and not _EMBLEM.search(url)), None)


def _is_wide(picture: Any) -> bool:
    width = (picture.get("width") or "").removesuffix("px")
    return width.isascii() and width.isdigit() and int(width[:5]) >= _WIDE


def _figure_of(blocks: Blocks, place: int) -> int | None:
    while place >= 0 and blocks.tags[place] != "figure":
        place = blocks.parents[place]
    return place if place >= 0 else None


def _address(figure: Any, base_url: str) -> str | None:
    for image in figure.iter("img", "amp-img"):
        candidates = [image.get(name) for name in _SOURCES]
        candidates += [(image.get("srcset") or image.get("data-srcset") or "").strip().split(" ")[0]]
        for address in candidates:
            if address and len(address) < _LONGEST_ADDRESS and not _is_stand_in(address):
                return absolute(address, base_url)
    return None


def _is_stand_in(address: str) -> bool:
    return address.startswith("data:") or _STAND_IN.search(address) is not None


def _caption(blocks: Blocks, rows: Sequence[int]) -> tuple[str | None, str | None]:
    """Return the caption without the credit, and the credit."""
    words: list[str] = []
    credit = None
    for row in rows[:6]:
        block = blocks.items[row]
        names = {*name_words(blocks.names[block.place]), *name_words(block.inline)}
        if _CREDIT_NAMES & names and len(block.text) < 150 and credit is None:
            credit = _without_mark(block.text)
        elif block.text not in words:
            words.append(block.text)
    caption = " ".join(words)
    if caption and credit is None:
        mark = _credit_mark(caption[-300:])
        if mark:
            credit = mark.group(1).strip(" .,;|")
            caption = caption[: len(caption) - len(mark.group(0))].rstrip(" (|/")
    return caption or None, credit or None


def _credit_mark(text: str) -> re.Match[str] | None:
    """Find the credit at a caption's end. The searches take 50 us each, and most captions have no such sign."""
    mark = _CREDIT_MARK.search(text) if any([sign in text for sign in ":/©-"]) else None  # noqa: C419  a generator takes twice as long
    return mark or (_AGENCY_END.search(text) if "(" in text or "/" in text or "|" in text else None)


def _without_mark(text: str) -> str:
    mark = _CREDIT_MARK.match(f" {text}")
    return mark.group(1).strip() if mark else text.strip("() ")
