"""Lines that are the site's, not an article's: they stand in three articles of it, which are three stories of three days.

Pure: of an article only hashes and lengths of its paragraphs are kept. Two articles that share their text (an update,
a copy, a page of one template) are one story, so what a publisher prints again of its own text stays the article's.
"""

import re
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC
from heapq import nsmallest
from itertools import combinations
from typing import Any

from columnist.pipelines.dataset.state.revisions import paragraph_hash

RULE = "site-line"  # its name in the column removed
TAKEN = "site_lines"  # the key in the column extra: hashes of the lines that were taken out
ARTICLE_BYTES = 8  # of an article's id
HASH_BYTES = 8  # two of a million lines of a site collide once in 40 million sites

# Above it a paragraph is text: an agency's account of itself, the story so far. Biographies of authors have 300.
_LONGEST = 400
_FEWEST_LETTERS = 3  # "10.30am", "* * *" recur by right
_SAID = re.compile(r"[^.?!…。？！]{1,20}[.?!…。？！]+[\"'”’»）)]?")  # so do answers: "Yes.", "Why not?"
_KINDS = frozenset(("p", "li", "quote"))  # rows of tables recur by right
_HEADINGS = frozenset(("h2", "h3"))  # so do subheads: "Pros"; one goes with the line below it alone
_FIRST, _LAST = 20, 40  # paragraphs of a long article that are remembered: notices stand at its ends
# Share of the shorter one's characters that two articles have in common: an update has more; notes of three sentences
# below two notices of their site have less.
_ONE_STORY = 0.6
_MOST_TAKEN = 0.7  # of an article's characters: one that would lose more is a template's, and left alone
_LOOKED_AT = 8  # articles of a line that are held against one another, the same whatever their order
_SAMPLE = 4096  # articles of one site that are asked, likewise: 20 MB of hashes while it is its turn
_LINE = struct.Struct(f"<{HASH_BYTES}sH")
_HEAD = struct.Struct(f"<{ARTICLE_BYTES}si")
_MAY_GO = 1 << 15  # in the number beside a hash; the rest is the paragraph's length


@dataclass(frozen=True, slots=True)
class Seen:
    """What is remembered of one article."""

    article: bytes  # 8 bytes of its id
    day: int  # of publication, since the year 1; below 0: of the fetch, where the page names none
    lines: bytes  # a hash and a length for each paragraph

    def pairs(self) -> Iterator[tuple[bytes, int]]:
        """Yield the paragraphs' hashes with their numbers."""
        return _LINE.iter_unpack(self.lines)

    def may_go(self) -> set[bytes]:
        """Return the hashes of the lines that are short enough to be the site's."""
        return {line for line, number in self.pairs() if number & _MAY_GO}


def line_hash(text: str) -> bytes:
    """Return the hash by which a line is known again."""
    return paragraph_hash(text)[:HASH_BYTES]


def seen_of(row: Mapping[str, Any]) -> Seen:
    """Return what to remember of a row of articles (arrow_schema.to_row)."""
    published, fetched = row["published_at"], row["fetched_at"]
    day = (published or fetched).astimezone(UTC).date().toordinal()
    paragraphs = row["paragraphs"]
    if len(paragraphs) > _FIRST + _LAST:
        paragraphs = [*paragraphs[:_FIRST], *paragraphs[-_LAST:]]
    lines = b"".join(_LINE.pack(line_hash(p["text"]), _number(p["kind"], p["text"])) for p in paragraphs)
    return Seen(bytes.fromhex(row["id"])[:ARTICLE_BYTES], day if published else -day, lines)


def seen_to_bytes(seen: Seen) -> bytes:
    """Pack it for its way to another process."""
    return _HEAD.pack(seen.article, seen.day) + seen.lines


def seen_from_bytes(packed: bytes) -> Seen:
    """Return what `seen_to_bytes` packed."""
    article, day = _HEAD.unpack_from(packed)
    return Seen(article, day, packed[_HEAD.size :])


def may_be_the_sites(kind: str, text: str) -> bool:
    """Say whether a paragraph is one of those that a site repeats."""
    if kind not in _KINDS | _HEADINGS or len(text) > _LONGEST or _SAID.fullmatch(text):
        return False
    return sum(map(str.isalpha, text)) >= _FEWEST_LETTERS


def recurring(articles: Iterable[Seen]) -> frozenset[bytes]:
    """Return the lines that three stories of a site have; the same whatever the order of its articles."""
    sample = nsmallest(_SAMPLE, articles, key=lambda one: (one.article, one.day, one.lines))
    known: frozenset[bytes] = frozenset()
    # Without those lines, short articles are other stories than with them.
    while more := _more(sample, known):
        known |= more
    return known


def lines_of_site(own: Seen, others: Sequence[Seen], known: frozenset[bytes]) -> frozenset[bytes]:
    """Return the lines of an article that are the site's: `known` ones, and what two other stories of `others` have."""
    ours = own.may_go()
    having: dict[bytes, list[Seen]] = defaultdict(list)
    for other in others:
        shared = (ours - known) & other.may_go()
        if shared and _are_two(own, other, known):
            for line in shared:
                having[line].append(other)
    return frozenset(ours & known) | {
        line for line, stories in having.items() if _are_stories(stories, 2, known)
    }


def taken_of(paragraphs: Sequence[tuple[str, str]], lines: Set[bytes]) -> dict[int, bytes]:
    """Return which of the paragraphs (kind, text) are the site's lines; none of an article that would lose too much."""
    found: dict[int, bytes] = {}
    for number in reversed(range(len(paragraphs) if lines else 0)):
        kind, text = paragraphs[number]
        if kind in _HEADINGS and number + 1 not in found:
            continue
        if may_be_the_sites(kind, text) and (line := line_hash(text)) in lines:
            found[number] = line
    lost = sum(len(paragraphs[number][1]) for number in found)
    whole = sum(len(text) for _, text in paragraphs)
    return dict(sorted(found.items())) if lost <= _MOST_TAKEN * whole else {}


def told_lines(taken: Mapping[int, bytes]) -> str:
    """Return what the column extra says of the lines that were taken out."""
    return " ".join(dict.fromkeys(line.hex() for line in taken.values()))


def lines_told(extra: Mapping[str, str]) -> frozenset[bytes]:
    """Return the lines that were taken out of a row, by its column extra; what is no hash there is passed over."""
    words = (extra.get(TAKEN) or "").split()
    try:
        return frozenset(line for word in words if len(line := bytes.fromhex(word)) == HASH_BYTES)
    except ValueError:
        return frozenset()


def _number(kind: str, text: str) -> int:
    return min(len(text), _MAY_GO - 1) | (_MAY_GO if may_be_the_sites(kind, text) else 0)


def _more(sample: Sequence[Seen], known: frozenset[bytes]) -> frozenset[bytes]:
    having: dict[bytes, list[Seen]] = defaultdict(list)
    for one in sample:
        for line in one.may_go() - known:
            having[line].append(one)
    return frozenset(line for line, found in having.items() if _are_stories(found, 3, known))


def _are_stories(found: Sequence[Seen], number: int, known: frozenset[bytes]) -> bool:
    """Say whether there are so many among the articles that any two of them are two stories."""
    groups = combinations(_one_a_day(found)[:_LOOKED_AT], number)
    return any(all(_are_two(one, other, known) for one, other in combinations(group, 2)) for group in groups)


def _one_a_day(found: Sequence[Seen]) -> list[Seen]:
    first: dict[int, Seen] = {}
    for one in found:
        first.setdefault(one.day, one)
    return list(first.values())


def _are_two(one: Seen, other: Seen, known: frozenset[bytes]) -> bool:
    """Say whether two articles are of two days and do not share their text, the site's known lines aside."""
    if one.article == other.article or one.day == other.day:
        return False
    ours, theirs = (
        {line: n & ~_MAY_GO for line, n in seen.pairs() if line not in known} for seen in (one, other)
    )
    shorter = min(sum(ours.values()), sum(theirs.values()))
    return sum(size for line, size in ours.items() if line in theirs) < _ONE_STORY * shorter
