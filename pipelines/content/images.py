"""Figures inside the article -> images with caption and credit; their text stays out of the body."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from columnist.pipelines.content.blocks.blocks import Blocks
from columnist.pipelines.content.blocks.class_names import name_words
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.rules.article_end import article_start
from columnist.pipelines.content.rules.shape.kin import is_within
from columnist.pipelines.content.rules.shape.pictures import caption_boxes
from columnist.pipelines.document.addresses import absolute
from columnist.pipelines.document.text import normalise
from columnist.pipelines.language.lexicon import either
from columnist.pipelines.records.article import Image

_MOST = 50  # pictures of one article; a gallery has that many
_BEFORE = 30  # elements above the first paragraph in which the lead picture stands
_OUTSIDE = IN["aside"] | IN["nav"] | IN["footer"] | IN["hidden"]
# Where a picture waits for a script, its own address is a stand-in's, whatever that is called.
_SOURCES = ("data-src", "data-original", "data-lazy-src", "src", "data-url")
_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
# Addresses of what stands in for a picture until a script loads it, and of what is none of the article's.
_STAND_IN = re.compile(r"placeholder|lazyload|spacer|/(?:blank|transparent|pixel|1x1)\b", re.IGNORECASE)
_BACKGROUND = re.compile(r"background(?:-image)?:[^;]{0,80}url\(\s*[\"']?([^\"')\s]+)", re.IGNORECASE)
_EMBLEM = re.compile(r"logo|avatar|icon|\.svg\b", re.IGNORECASE)
_WIDE = 300  # pixels that a picture outside of a figure declares; emblems and portraits have less
_MOST_LOOKED_AT = 100  # pictures of an article's box
_LONGEST_ADDRESS = 2_000
_LONGEST_SET = 10_000
_SET_PARTS = re.compile(r",\s+|(?<=\d[wx]),")
_CREDIT_NAMES = frozenset({"credit", "credits", "copyright", "photographer", "source", "quelle", "rights", "byline", "author", "attribution"})  # fmt: skip
_CREDIT_MARK = re.compile(
    rf"\s*(?:[(\[]\s*)?\b(?:{either('credits', 'words')}|{either('credits', 'sources')})\s*[:/©-]\s*([^()\[\]]{{2,120}}?)[)\]]?\s*$",
    re.IGNORECASE,
)
_SIGN_END = re.compile(r"\s*[(\[]?\s*©\s*([^()\[\]©]{2,80}?)[)\]]?\s*$")
_LONGEST_CREDIT = 150  # characters
_AGENCY_END = re.compile(
    rf"\s*[(/|]\s*((?:[^()/|]{{0,60}}\b(?:{either('credits', 'agencies')})\b)[^()|]{{0,40}})\)?\s*$"
)


def article_images(blocks: Blocks, kept: Sequence[bool], base_url: str) -> tuple[Image, ...]:
    """Return the pictures that stand among the kept blocks, once each, in page order."""
    places = [block.place for block, keep in zip(blocks.items, kept, strict=True) if keep]
    if not places:
        return ()
    captions: dict[int, list[int]] = defaultdict(list)
    for row in [row for row, block in enumerate(blocks.items) if blocks.flags[block.place] & IN["figure"]]:
        figure = _figure_of(blocks, blocks.items[row].place)
        if figure is not None:
            captions[figure].append(row)
    boxes = [(_only_figure(blocks, box), row) for box, row in caption_boxes(blocks, kept)]
    for box, row in boxes:
        captions[box].append(row)
    captioned = {box for box, _ in boxes}
    found: dict[str, Image] = {}
    near = range(max(0, places[0] - _BEFORE), places[-1] + 1)
    for place in [place for place in near if blocks.tags[place] == "figure" or place in captions]:
        is_outside = blocks.flags[place] & _OUTSIDE and place not in captioned
        if not is_outside and len(found) < _MOST and not _holds_figures(blocks, place):
            picture = _with_picture(blocks, place)
            url = None if picture is None else _address(picture, base_url)
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


def _with_picture(blocks: Blocks, place: int) -> Any:
    """Return the element that holds the picture: a figure, a box, or what stands before a caption or its box."""
    element = blocks.elements[place]
    if blocks.tags[place] == "figure" or next(element.iter("img", "amp-img"), None) is not None:
        return element
    outer = blocks.elements[max(blocks.parents[place], 0)]
    beside = (before for each in (element, outer) if (before := each.getprevious()) is not None)
    return next((before for before in beside if next(before.iter("img", "amp-img"), None) is not None), None)


def _holds_figures(blocks: Blocks, place: int) -> bool:
    """Tell whether it is the frame of a gallery: each picture in it has a figure, and so a caption, of its own."""
    return next(_figures_in(blocks, place), None) is not None


def _only_figure(blocks: Blocks, box: int) -> int:
    """Return the one figure that stands in a box beside its caption, else the box."""
    if blocks.tags[box] == "figure":
        return box
    figures = list(islice(_figures_in(blocks, box), 2))
    return figures[0] if len(figures) == 1 else box


def _figures_in(blocks: Blocks, box: int) -> Iterator[int]:
    """Yield the figures inside an element that browsers show: one in a <noscript> has no place."""
    figures = (place for place in range(box + 1, len(blocks.tags)) if blocks.tags[place] == "figure")
    return (place for place in figures if is_within(blocks, place, box))


def _figure_of(blocks: Blocks, place: int) -> int | None:
    while place >= 0 and blocks.tags[place] != "figure":
        place = blocks.parents[place]
    return place if place >= 0 else None


def _address(figure: Any, base_url: str) -> str | None:
    for image in figure.iter("img", "amp-img"):
        found = (*_named(image), _widest(_sources_of(image)))
        for address in filter(None, found):
            if len(address) < _LONGEST_ADDRESS and not _is_stand_in(address):
                return absolute(address, base_url)
    for element in figure.iter("div", "span", "a"):  # a box that a style fills with the picture
        if background := _BACKGROUND.search((element.get("style") or "")[:_LONGEST_ADDRESS]):
            return absolute(background.group(1), base_url)
    return None


def _named(image: Any) -> Iterator[str | None]:
    """Yield what an image's own attributes name: the widest of its set, where it stands for all of it, or its address."""
    named = [address for name in _SOURCES if (address := image.get(name)) and not _is_stand_in(address)]
    several = _set_of(image)
    # A picture's own address is the smallest of the set where it is one of them.
    if several and (not named or named[0] in several):
        yield _widest(several)
    yield from named


def _sources_of(image: Any) -> str:
    """Return the sets of all sources of a <picture>, as one."""
    picture = next(image.iterancestors("picture"), None)
    return "" if picture is None else ", ".join(_set_of(source) for source in picture.iter("source"))


def _set_of(image: Any) -> str:
    return next((several for name in _SETS if (several := image.get(name))), "")


def _widest(srcset: str) -> str | None:
    """Return the address of the widest picture of a set; addresses may hold commas."""
    best, most = None, 0.0
    for part in _SET_PARTS.split(srcset[:_LONGEST_SET]):
        address, _, wide = part.strip().partition(" ")
        size = wide.strip().rstrip("wx,")
        width = float(size) if size.replace(".", "", 1).isdecimal() else 1.0
        if address and width > most:
            best, most = address, width
    return best


def _is_stand_in(address: str) -> bool:
    return address.startswith("data:") or _STAND_IN.search(address) is not None


def _caption(blocks: Blocks, rows: Sequence[int]) -> tuple[str | None, str | None]:
    """Return the caption without the credit, and the credit."""
    words: list[str] = []
    credit = None
    for row in _told(blocks, rows)[:6]:
        block = blocks.items[row]
        text, marked = _without_credit(blocks.elements[block.place], block.text)
        names = name_words(blocks.names[block.place])
        if credit is None and marked:
            credit = _without_mark(marked)
        elif credit is None and not _CREDIT_NAMES.isdisjoint(names) and len(text) < _LONGEST_CREDIT:
            credit, text = _without_mark(text), ""
        if text and text not in words:
            words.append(text)
    caption = " ".join(words)
    if caption and credit is None:
        mark = _credit_mark(caption[-300:])
        if mark:
            credit = mark.group(1).strip(" .,;|")
            caption = caption[: len(caption) - len(mark.group(0))].rstrip(" (|/")
    return caption or None, credit or None


def _told(blocks: Blocks, rows: Sequence[int]) -> Sequence[int]:
    """Leave out a figure's buttons and numbers where it has a caption of its own."""
    places = {row: blocks.items[row].place for row in rows}
    own = [row for row in rows if blocks.flags[places[row]] & IN["figcaption"]]
    credited = [row for row in rows if not _CREDIT_NAMES.isdisjoint(name_words(blocks.names[places[row]]))]
    return sorted({*own, *credited}) if own else rows


def _without_credit(element: Any, text: str) -> tuple[str, str | None]:
    """Part a caption from a credit that stands in an element of its own at its beginning or end."""
    for child in element.iter("span", "small", "cite", "em", "i", "strong", "b"):
        names = name_words(f"{child.get('class') or ''} {child.get('itemprop') or ''}")
        words = normalise("".join(child.itertext()))
        if not words or len(words) >= _LONGEST_CREDIT:
            continue
        if not _CREDIT_NAMES.isdisjoint(names) or (
            child.tag in ("small", "cite") and _credit_mark(f" {words}")
        ):
            if text.endswith(words):
                return text[: -len(words)].rstrip(" |/("), words
            if text.startswith(words):
                return text[len(words) :].lstrip(" |/)"), words
    return text, None


def _credit_mark(text: str) -> re.Match[str] | None:
    """Find the credit at a caption's end. The searches take 50 us each, and most captions have no such sign."""
    mark = _CREDIT_MARK.search(text) if any([sign in text for sign in ":/©-"]) else None  # noqa: C419  a generator takes twice as long
    mark = mark or (_SIGN_END.search(text) if "©" in text else None)
    return mark or (_AGENCY_END.search(text) if "(" in text or "/" in text or "|" in text else None)


def _without_mark(text: str) -> str:
    mark = _CREDIT_MARK.match(f" {text}") or _SIGN_END.match(text)
    return mark.group(1).strip() if mark else text.strip("() ")
