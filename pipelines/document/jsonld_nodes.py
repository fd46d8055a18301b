"""JSON that pages carry in scripts: JSON-LD blocks, read tolerantly and flattened to their nodes."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from itertools import islice
from typing import Any

from columnist.pipelines.document.addresses import normal_address

Node = Mapping[str, Any]

# What a node may describe, the nearest to an article first.
_RANKS = (
    ("newsarticle", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle", "backgroundnewsarticle",
     "reviewnewsarticle", "askpublicnewsarticle", "liveblogposting", "article", "blogposting", "advertisercontentarticle",
     "satiricalarticle", "techarticle", "scholarlyarticle", "report", "medicalscholarlyarticle"),
    ("socialmediaposting", "discussionforumposting", "review", "recipe", "claimreview", "howto", "criticreview"),
    ("webpage", "itempage", "medicalwebpage", "qapage", "faqpage", "creativework", "videoobject", "podcastepisode"),
)  # fmt: skip
_RANK = {name: rank for rank, names in enumerate(_RANKS) for name in names}

# json.loads reads a megabyte in 10 ms; past that a block is a data dump, not a description.
_LONGEST_BLOCK = 1_000_000
# Mending tries the block again a few times; broken blocks longer than this are not worth it.
_LONGEST_MENDED = 131_072
# The parser that guesses takes 15 ms a kilobyte where every word is quoted, and looks back at each brace left open.
_MOST_GUESSED, _MOST_GUESSED_BRACES = 65_536, 1_000  # characters of a page's broken blocks; braces of one
_MOST_NODES = 2_000  # a page's list of links, not of articles
_WRAPPERS = re.compile(
    r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)\s*+;?\s*+$"  # possessive: else 100 KB of spaces cost a minute
)
# JSON-LD inside of a program: its first key, and as many escapes before the quote as there are strings around it.
_PUSHED = re.compile(r'\{\s*(?:\\+[nrt]\s*)*(\\*)"@(?:context|type|graph)\\*"\s*:')
_CLOSING_QUOTE = re.compile(r'(?<!\\)"')
_MOST_PUSHED = 20  # such blocks of a script
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_NO_LETTER = re.compile(r"[\W_]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
# Keys under which further nodes hang that describe the page itself. Others (author, image, publisher ...)
# belong to their node and stay inside it.
_NESTING = ("@graph", "mainEntity", "mainEntityOfPage", "subjectOf", "hasPart", "item", "itemListElement")


def json_ld_nodes(blocks: Iterable[str]) -> tuple[Node, ...]:
    """Return every JSON-LD node of the blocks in page order; a broken block costs itself only."""
    nodes: list[Node] = []
    left = _MOST_GUESSED
    for block in blocks:
        loaded = loads_tolerantly(block)
        if loaded is None and len(block) <= left:
            left -= len(block)
            loaded = _guess(block)
        for node in _flatten(loaded, 0):
            nodes.append(node)
            if len(nodes) >= _MOST_NODES:
                return tuple(nodes)
    return tuple(nodes)


def pushed_blocks(scripts: Iterable[str]) -> Iterator[str]:
    """Yield the JSON-LD that programs carry in a string or an object, to put it into the page where they run."""
    for script in scripts:
        if "schema.org" not in script or len(script) > _LONGEST_BLOCK:
            continue
        end = 0
        for match in islice(_PUSHED.finditer(script), _MOST_PUSHED):
            if match.start() >= end:
                block, end = _unquoted(script, match.start(), len(match.group(1)))
                yield block


def _unquoted(script: str, place: int, escapes: int) -> tuple[str, int]:
    """Return the JSON that begins here, freed of the strings around it, and where it ends in the script."""
    text, end = script[place:], 0
    while escapes and (closing := _CLOSING_QUOTE.search(text)):  # a string in a string in a string
        end = end or place + closing.end()
        text, escapes = str(_loads(f'"{text[: closing.start()]}"') or ""), (escapes - 1) // 2
    text = _first_value(text)
    return text, end or place + len(text)


def loads_tolerantly(block: str) -> Any:
    """Parse JSON as pages write it: in comments or CDATA, with raw controls, with trailing commas."""
    if len(block) > _LONGEST_BLOCK:
        return None
    loaded = _loads(block)
    if loaded is not None or len(block) > _LONGEST_MENDED:
        return loaded
    bare = _bare(block)
    for text in (bare, _TRAILING_COMMA.sub(r"\1", _CONTROLS.sub(" ", bare))):
        if (loaded := _loads(text)) is not None:
            return loaded
    return None


def _bare(block: str) -> str:
    text = _WRAPPERS.sub("", _WRAPPERS.sub("", block)).strip()
    return text if '"' in text else unescape(text)  # a template that escaped its quotes too


def _guess(block: str) -> Any:
    """Save what can be saved: quotes inside of strings, comments, two objects, an end that is missing."""
    text = _bare(block)
    braces = text.count("{") + text.count("[")
    if not text.startswith(("{", "[", "/", "<")) or braces > _MOST_GUESSED_BRACES:
        return None
    import json_repair  # here, as few pages need it and it takes 50 ms to load

    try:
        loaded = json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError):
        return None
    return loaded if isinstance(loaded, (dict, list)) else None


def _loads(text: str) -> Any:
    try:
        return json.loads(text, strict=False)  # not strict: raw newlines inside strings are common
    except (ValueError, RecursionError):
        return None


def _first_value(text: str) -> str:
    """Return the block's first complete value: several objects in a row, or one followed by rubbish."""
    try:
        _, end = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        return ""
    return text[:end]


def _flatten(value: Any, depth: int) -> Iterator[Node]:
    if depth > 6:  # graph > list > page > main entity > part, and one to spare
        return
    if isinstance(value, list):
        for each in value:
            yield from _flatten(each, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in _NESTING:
            inner = value.get(key)
            if isinstance(inner, (dict, list)):
                yield from _flatten(inner, depth + 1)


def node_types(node: Node) -> list[str]:
    """Return the node's types in lower case, without the vocabulary's address."""
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return [name.rpartition("/")[2].rpartition(":")[2].lower() for name in names if isinstance(name, str)]


def node_rank(node: Node) -> int | None:
    """Return how near to an article the node's type is, 0 the nearest; None for anything else."""
    ranks = [_RANK[name] for name in node_types(node) if name in _RANK]
    return min(ranks) if ranks else None


def nodes_about(nodes: Iterable[Node], addresses: Iterable[str | None], title: str = "") -> tuple[Node, ...]:
    """Return the nodes that describe the page of these addresses and this title, the nearest to an article first."""
    ranked = [
        (rank, node)
        for node in nodes
        if (rank := node_rank(node)) is not None and not _is_shown_video(node, title)
    ]
    if len(ranked) > len({rank for rank, _ in ranked}):  # else what they say of addresses orders nothing
        here = {normal_address(address) for address in addresses if address}
        ranked.sort(key=lambda each: _elsewhere(each[1], here))
    return tuple(node for _, node in sorted(ranked, key=lambda each: each[0]))


def _is_shown_video(node: Node, title: str) -> bool:
    """Say whether the node is a video of another name than the page's: one that the page shows in its text."""
    name = node.get("name")
    if node_types(node) != ["videoobject"] or not isinstance(name, str):
        return False
    named, titled = (_NO_LETTER.sub("", words.casefold()) for words in (name, title))
    return bool(named and titled) and named not in titled and titled not in named


def _elsewhere(node: Node, here: set[str]) -> int:
    """0 if the node names this page's address, 1 if none, 2 if another page's: a list of other articles."""
    named = [url for key in ("url", "mainEntityOfPage", "@id") for url in _addresses(node.get(key))]
    named = [url.partition("#")[0] for url in named if url.startswith("http")]
    return 1 if not named else (0 if any(normal_address(url) in here for url in named) else 2)


def _addresses(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (each for key in ("@id", "url") if isinstance(each := value.get(key), str))
