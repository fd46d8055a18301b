"""Blocks -> Layout: does the page carry one long text, or many short ones that lead elsewhere?"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from columnist.pipelines.content.blocks.blocks import Block, Blocks
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.document.text import weigh

ELSEWHERE = IN["nav"] | IN["footer"] | IN["form"] | IN["dialog"] | IN["button"] | IN["hidden"]
_PICTURE = IN["figure"] | IN["figcaption"]
_TEASER = 20  # weight of a linked line that is a headline; "Read more" and rubrics are shorter
_PROSE = 60  # weight of a sentence
_ROWS = 6  # paragraphs with a headline link inside: an article that links so much still has others
_REPEATED = 3  # times that "Read more" stands on a page of teasers


@dataclass(frozen=True, slots=True)
class LinkLayout:
    """How a page's text is spread."""

    longest: int  # weight of the longest text that no headline link interrupts
    paragraphs: int  # paragraphs in that text
    prose: int  # weight of all sentences
    teasers: int  # headline links in the content
    told: int  # of those, the ones with a sentence right before or after
    linked: int  # weight of the headline links
    captions: int  # figures with a caption


def measure(blocks: Blocks) -> LinkLayout:
    """Measure how the page's text is spread over its blocks."""
    content = [b for b in blocks.items if not blocks.flags[b.place] & ELSEWHERE]
    repeated = Counter(b.text for b in content if b.linked and len(b.text) < _TEASER)
    kinds = _with_mixed_teasers(content, [_kind(b, blocks.flags[b.place], repeated) for b in content])
    runs = list(_runs(content, kinds))
    longest, paragraphs = max(runs, default=(0, 0))
    told = sum(
        1 for i, kind in enumerate(kinds)
        if kind == "teaser" and "prose" in (kinds[max(i - 1, 0)], *kinds[i + 1 : i + 3])
    )  # fmt: skip
    more = sum(
        1 for kind, after in pairwise(kinds) if kind == "prose" and after == "break"
    )  # "Read more" below it
    more = more if more >= _ROWS else 0
    return LinkLayout(
        longest=longest,
        paragraphs=paragraphs,
        prose=sum(weigh(b.text) for b, kind in zip(content, kinds, strict=True) if kind == "prose"),
        teasers=kinds.count("teaser") + kinds.count("mixed") + more,
        told=told + kinds.count("mixed") + more,
        linked=sum(weigh(b.text) for b, kind in zip(content, kinds, strict=True) if kind == "teaser"),
        captions=sum(1 for b in content if blocks.flags[b.place] & _PICTURE and weigh(b.text) >= _TEASER),
    )


def _kind(block: Block, flags: int, repeated: Counter[str]) -> str:
    weight = weigh(block.text)
    if block.linked >= 0.7 * len(block.text):
        if weight >= _TEASER or repeated[block.text] >= _REPEATED:
            return "teaser" if weight >= _TEASER else "break"
        return "short"
    if flags & _PICTURE:
        return "short"
    return "prose" if weight >= _PROSE and block.linked < 0.4 * len(block.text) else "short"


def _with_mixed_teasers(content: list[Block], kinds: list[str]) -> list[str]:
    """Old templates put headline link and teaser into one block: where nearly every paragraph is so, none is prose."""
    mixed = [
        i for i, block in enumerate(content)
        if kinds[i] == "prose" and block.linked * weigh(block.text) >= _TEASER * len(block.text) and block.linked >= 0.15 * len(block.text)
    ]  # fmt: skip
    if len(mixed) < _ROWS or len(mixed) < 0.7 * kinds.count("prose"):
        return kinds
    teasers = set(mixed)
    return ["mixed" if i in teasers else kind for i, kind in enumerate(kinds)]


def _runs(content: list[Block], kinds: list[str]) -> Iterator[tuple[int, int]]:
    mass = count = 0
    for block, kind in zip(content, kinds, strict=True):
        if kind in ("teaser", "mixed", "break"):
            yield mass, count
            mass = count = 0
        elif kind == "prose":
            mass += weigh(block.text)
            count += 1
    yield mass, count
