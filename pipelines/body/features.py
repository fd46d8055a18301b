"""Blocks -> a matrix of numbers, one row a block: what the model judges by.

Whatever belongs to an element is computed once per element and handed down; whatever belongs to a
neighbour is a shifted column. Cost: about 3 ms for a news page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.body.blocks import IN, Block, Blocks
from pipelines.body.clues import Clues
from pipelines.body.names import name_words, text_words

__all__ = ["COLUMNS", "Vocabulary", "features", "squash"]

Matrix = NDArray[np.float32]

_SENTENCE = re.compile(r"[.!?…。！？؟।](?=[\s\"'”»)\]]|$)|[。！？।]")
_DIGITS = re.compile(r"\d")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_SQUASH = re.compile(r"[\W_]+")
_ENDS = ".!?…。！？؟।"
_CLOSERS = "\"'”»“’)]›*"
_OPENERS = "\"“„«‘'»—–-"

_TAGS = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "div", "blockquote", "tr", "figcaption", "dd", "dt")  # fmt: skip
TAG_COLUMN = {"p": 0, "h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4, "li": 5, "blockquote": 6, "tr": 7, "td": 7, "figcaption": 8, "button": 9, "pre": 10}  # fmt: skip
_TAG_COUNT = 12
_FLAG_NAMES = tuple(IN)

COLUMNS: tuple[str, ...] = (
    *(f"tag {n}" for n in range(_TAG_COUNT)),
    *(f"in {name}" for name in _FLAG_NAMES),
    "log characters", "log words", "link density", "strong density", "sentence ends", "ends sentence",
    "ends colon", "commas", "digits", "upper case", "opens upper", "opens quote", "opens digit", "mean word",
    "has at or url", "has copyright", "has bar", "has time", "breaks", "wide script", "long sentence text",
    "own name", "own name low", "own name high", "chain name", "chain name low", "chain name high",
    "inline name", "words", "words low", "words high",
    "title likeness", "is title", "description likeness", "in description", "in article body",
    "article body known", "is author", "h1 likeness",
    "in main", "main share", "parent share", "grandparent share", "depth", "depth from main",
    "position", "characters before", "after first good", "after last good", "blocks from good",
    "h1 before", "blocks from h1", "articles before", "same article", "repeats", "group count",
    "group link density", "group good share", "siblings", "sibling text share", "heading before main",
    "outside link", "page good", "page blocks",
    "news page", "credit", "heading words", "blocks from heading", "same parent before", "same parent after",
    "last words",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How much a word speaks for (above 0) or against the body: learnt, domain by domain."""

    own: Mapping[str, float]  # class and id words of the block's own element
    chain: Mapping[str, float]  # of the elements around it
    words: Mapping[str, float]  # of short texts


def squash(text: str) -> str:
    """Return the letters and digits alone, in lower case: what two renderings of a text share."""
    return _SQUASH.sub("", text).lower()


def features(blocks: Blocks, clues: Clues, vocabulary: Vocabulary) -> Matrix:
    """Return one row per block with the columns named in COLUMNS."""
    if not blocks.items:
        return np.zeros((0, len(COLUMNS)), dtype=np.float32)
    places = _place_columns(blocks, vocabulary)
    shapes = np.array([_shape(block) for block in blocks.items], dtype=np.float32)
    words = _word_columns(blocks, vocabulary)
    likeness = _likeness(blocks, clues)
    where = _where(blocks, shapes)
    index = np.array([block.place for block in blocks.items])
    more = _more(blocks, clues, vocabulary, words)
    return np.hstack(
        [_tag_columns(blocks), places.flags[index], shapes, places.names[index], words, likeness, where, more]
    )


_CREDIT = re.compile(
    r"(?i)(?:\b(?:photo|foto|fotos|image|bild|bilder|picture|credit|photograph|quelle|source|copyright|courtesy)\b.{0,3}[:/©(]"
    r"|\b(?:getty|reuters|afp|dpa|epa|shutterstock|imago|alamy|istock|unsplash|pexels|screenshot|ap photo)\b|写真|фото)"
)


def _more(blocks: Blocks, clues: Clues, vocabulary: Vocabulary, words: Matrix) -> Matrix:
    table = vocabulary.words
    tags = blocks.tags
    heading, since = 0.0, 30
    rows = []
    items = blocks.items
    parents = blocks.parents
    for i, block in enumerate(items):
        text = block.text
        if tags[block.place] in ("h1", "h2", "h3", "h4", "h5", "h6"):
            heading, since = float(words[i, 1]), 0
        credit = 1.0 if len(text) < 500 and _CREDIT.search(text) else 0.0
        last = text[-25:].lower().split()[-2:] if len(text) > 90 else ()
        up = parents[block.place]
        rows.append((
            1.0 if clues.is_news else 0.0, credit, heading, min(since, 30) / 10,
            1.0 if i and parents[items[i - 1].place] == up else 0.0,
            1.0 if i + 1 < len(items) and parents[items[i + 1].place] == up else 0.0,
            sum(table.get(w, 0.0) for w in last),
        ))  # fmt: skip
        since += 1
    return np.array(rows, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Places:
    flags: Matrix
    names: Matrix


def _tag_columns(blocks: Blocks) -> Matrix:
    out = np.zeros((len(blocks.items), _TAG_COUNT), dtype=np.float32)
    tags = blocks.tags
    for row, block in enumerate(blocks.items):
        out[row, TAG_COLUMN.get(tags[block.place], _TAG_COUNT - 1)] = 1.0
    return out


def _place_columns(blocks: Blocks, vocabulary: Vocabulary) -> _Places:
    flags = np.array(blocks.flags, dtype=np.int64)
    bits = (flags[:, None] >> np.arange(len(_FLAG_NAMES))) & 1
    own, chain = vocabulary.own, vocabulary.chain
    rows: list[tuple[float, ...]] = []
    around: list[tuple[float, float, float]] = []  # sum, low, high of each element and those around it
    for parent, name in zip(blocks.parents, blocks.names, strict=True):
        outer = around[parent] if parent >= 0 else (0.0, 0.0, 0.0)
        words = name_words(name) if name else ()
        if words:
            scores = [own[w] for w in words if w in own]
            total, low, high = (sum(scores), min(scores), max(scores)) if scores else (0.0, 0.0, 0.0)
            inner = [chain[w] for w in words if w in chain]
            here = (outer[0] + sum(inner), min(outer[1], *inner), max(outer[2], *inner)) if inner else outer
        else:
            total = low = high = 0.0
            here = outer
        around.append(here)
        rows.append((total, low, high, *outer))
    return _Places(bits.astype(np.float32), np.array(rows, dtype=np.float32))


def _shape(block: Block) -> tuple[float, ...]:
    text = block.text
    size = len(text)
    words = text.count(" ") + 1
    first = text[0]
    last = text.rstrip(_CLOSERS)[-1:] or text[-1]
    wide = 1.0 if _WIDE.search(text, 0, 200) else 0.0
    ends = len(_SENTENCE.findall(text)) if last in _ENDS or size > 40 else 0
    upper = sum(map(str.isupper, text[:80]))
    density = block.linked / size
    return (
        np.log1p(size) / 5,
        np.log1p(words) / 4,
        density,
        block.strong / size,
        min(ends, 8) / 4,
        1.0 if last in _ENDS else 0.0,
        1.0 if last == ":" else 0.0,
        min((text.count(",") + text.count("，") + text.count("、")) / words * 5, 2.0),
        len(_DIGITS.findall(text, 0, 300)) / min(size, 300),
        upper / min(size, 80),
        1.0 if first.isupper() else 0.0,
        1.0 if first in _OPENERS else 0.0,
        1.0 if first.isdigit() else 0.0,
        min(size / words, 30.0) / 10,
        1.0 if "@" in text or "http" in text or "www." in text else 0.0,
        1.0 if "©" in text or "(c)" in text else 0.0,
        1.0 if "|" in text or "·" in text or "•" in text or "›" in text else 0.0,
        1.0 if block.timed else 0.0,
        min(block.breaks, 4) / 4,
        wide,
        1.0 if ends and size > 60 and density < 0.4 else 0.0,
    )


def _word_columns(blocks: Blocks, vocabulary: Vocabulary) -> Matrix:
    own, table = vocabulary.own, vocabulary.words
    rows = []
    for block in blocks.items:
        inline = sum(own.get(word, 0.0) for word in name_words(block.inline)) if block.inline else 0.0
        scores = [table[word] for word in text_words(block.text) if word in table]
        rows.append((inline, sum(scores), min(scores), max(scores)) if scores else (inline, 0.0, 0.0, 0.0))
    return np.array(rows, dtype=np.float32)


def _share(few: set[str], many: set[str]) -> float:
    return len(few & many) / len(few) if few else 0.0


def _likeness(blocks: Blocks, clues: Clues) -> Matrix:
    title, title_words = squash(clues.title), set(clues.title.lower().split())
    description, told = squash(clues.description)[:1000], set(clues.description.lower().split())
    body = squash(clues.article_body) if len(clues.article_body) > 200 else ""
    authors = {squash(author) for author in clues.authors}
    heading = next((set(b.text.lower().split()) for b in blocks.items if blocks.tags[b.place] == "h1"), set())
    rows = []
    for block in blocks.items:
        text = block.text
        near = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        key = squash(text[:400])
        if len(text) < 800:
            words = set(text.lower().split())
            near = (
                _share(words, title_words) * _share(title_words, words),
                1.0 if key and key == title else 0.0,
                _share(words, told) * _share(told, words),
                1.0 if len(key) > 30 and description and (key in description or description[:60] in key) else 0.0,
                1.0 if key and any(author in key for author in authors) and len(text) < 80 else 0.0,
                _share(words, heading) * _share(heading, words),
            )  # fmt: skip
        found = 1.0 if body and len(key) > 3 and key in body else 0.0
        rows.append((*near[:4], found, 1.0 if body else 0.0, *near[4:]))
    return np.array(rows, dtype=np.float32)


def _where(blocks: Blocks, shapes: Matrix) -> Matrix:  # noqa: PLR0915
    items = blocks.items
    count = len(items)
    place = np.array([block.place for block in items])
    parents = np.array(blocks.parents)
    sizes = np.array([len(block.text) for block in items], dtype=np.float64)
    good = shapes[:, -1].astype(bool)
    inside = np.zeros(len(parents))
    inside_all = np.zeros(len(parents))
    np.add.at(inside, place[good], sizes[good])
    np.add.at(inside_all, place, sizes)
    inside_l, all_l, par = inside.tolist(), inside_all.tolist(), blocks.parents
    for row in range(len(par) - 1, 0, -1):
        inside_l[par[row]] += inside_l[row]
        all_l[par[row]] += all_l[row]
    main, level = _main(par, inside_l)
    depth = [0] * len(par)
    shared = [0] * len(par)  # depth of the deepest ancestor shared with the main element
    kin = set()
    up = main
    while up >= 0:
        kin.add(up)
        up = par[up]
    in_main = [False] * len(par)
    article = [-1] * len(par)
    articles = 0
    order = [0] * len(par)
    for row, parent in enumerate(par):
        if parent >= 0:
            depth[row] = depth[parent] + 1
            in_main[row] = in_main[parent]
            article[row] = article[parent]
            shared[row] = depth[row] if row in kin else shared[parent]
        if row == main:
            in_main[row] = True
        if blocks.tags[row] == "article":
            articles += 1
            article[row] = row
        order[row] = articles
    total = max(inside_l[0], 1.0)
    whole = max(all_l[0], 1.0)
    inside_a = np.array(inside_l)
    all_a = np.array(all_l)
    depth_a = np.array(depth)
    parent_of = np.maximum(parents[place], 0)
    grand = np.maximum(parents[parent_of], 0)
    in_main_a = np.array(in_main)[place]
    rows = np.arange(count)
    goods = np.flatnonzero(good & in_main_a)
    first, last = (int(goods[0]), int(goods[-1])) if len(goods) else (0, count - 1)
    is_h1 = np.array([blocks.tags[block.place] == "h1" for block in items])
    heads = np.maximum.accumulate(np.where(is_h1, rows, -1))
    nearest = _distance(good)
    before = np.cumsum(sizes) - sizes
    keys = [block.text for block in items]
    seen: dict[str, int] = {}
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
    groups: dict[tuple[str, str, str], int] = {}
    group = np.array(
        [
            groups.setdefault(
                (blocks.tags[b.place], blocks.names[b.place], blocks.names[max(par[b.place], 0)]), len(groups)
            )
            for b in items
        ]
    )
    group_count = np.bincount(group)
    linked = np.array([block.linked for block in items], dtype=np.float64)
    group_size = np.bincount(group, sizes)
    group_link = np.bincount(group, linked) / np.maximum(group_size, 1)
    group_good = np.bincount(group, sizes * good) / total
    family = np.bincount(parent_of, minlength=len(par))
    main_article = article[main]
    columns = [
        in_main_a,
        np.full(count, inside_a[main] / total),
        inside_a[parent_of] / total,
        inside_a[grand] / total,
        np.minimum(depth_a[place], 40) / 20,
        (np.array(shared)[place] - level) / 5,
        rows / count,
        before / whole,
        np.clip((rows - first) / 10, -1, 1),
        np.clip((rows - last) / 10, -1, 1),
        np.minimum(nearest, 10) / 5,
        heads >= 0,
        np.minimum(np.where(heads >= 0, rows - heads, 40), 40) / 20,
        np.minimum(np.array(order)[place], 4) / 4,
        np.array(article)[place] == main_article,
        np.array([min(seen[key] - 1, 3) / 3 for key in keys]),
        np.log1p(group_count[group]) / 4,
        group_link[group],
        group_good[group],
        np.log1p(family[parent_of]) / 4,
        sizes / np.maximum(all_a[parent_of], 1),
        (rows < first) & (heads >= 0) & (rows > heads),
        np.array([1.0 if block.href[:4] == "http" else 0.0 for block in items]),
        np.full(count, np.log1p(total) / 10),
        np.full(count, np.log1p(count) / 7),
    ]
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def _main(parents: list[int], inside: list[float]) -> tuple[int, int]:
    """Go down from the root while one child holds most of the good text."""
    children: dict[int, list[int]] = {}
    for row, parent in enumerate(parents):
        if inside[row] > 0:
            children.setdefault(parent, []).append(row)
    here, level = 0, 0
    while here in children:
        best = max(children[here], key=lambda row: inside[row])
        if inside[best] < 0.6 * inside[here]:  # below it, two columns share the text
            break
        here, level = best, level + 1
    return here, level


def _distance(good: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return for each block how many blocks away the nearest good one is."""
    rows = np.arange(len(good))
    left = np.maximum.accumulate(np.where(good, rows, -1000))
    right = np.minimum.accumulate(np.where(good, rows, len(good) + 1000)[::-1])[::-1]
    return np.minimum(rows - left, right - rows).astype(np.float64)
