"""Posts of social networks that an article shows: told by what the networks' own code is called, else by their shape.

A name or an address alone is no proof: what holds the article's paragraphs is no post, and a paragraph that links to one
is a paragraph. Captions inside a post's figure are pictures' text and left to those rules.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from columnist.pipelines.content.blocks.blocks import Block, Blocks
from columnist.pipelines.content.blocks.class_names import name_words
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.rules.article_end import article_start, kin_of

# Words of a network's name in class names and made-up elements: `twitter-tweet`, `<amp-instagram>`.
_NETWORKS = frozenset(
    {
        "twitter", "tweet", "tweets", "instagram", "facebook", "fb", "tiktok", "bluesky", "bsky", "mastodon", "toot", "reddit",
        "telegram", "tumblr", "vk", "linkedin", "weibo", "imgur", "truthsocial", "pinterest",
    }
)  # fmt: skip
_EMBEDDING = frozenset(
    {"embed", "embeds", "embedded", "oembed", "embedly", "tweet", "post", "status", "placeholder"}
)
# Names that the networks' and editors' own code gives, where the pair of words above is not in it.
_NAMES = (
    {"instagram", "media"}, {"reddit", "card"}, {"text", "post", "media"}, {"wp", "block", "embed"}, {"wp", "embedded", "content"},
    {"twitter", "video"}, {"fb", "video"}, {"twitter", "card"}, {"tiktok", "video"}, {"embedly", "card"}, {"social", "embed"}, {"threads", "embed"},
)  # fmt: skip
_ASKED = _NETWORKS | {"embed", "embedded", "embedly", "media"}  # a word of each of all these
_NOT = frozenset(
    {"share", "sharing", "follow", "buttons", "button", "comments", "comment", "bar", "links", "icons"}
)
# The address of one post, by network; the last is any Mastodon server's.
_POST = re.compile(
    r"//(?:[\w-]+\.)?(?:(?:twitter|x)\.com/\w+/status(?:es)?/\d|instagram\.com/(?:[\w.]+/)?(?:p|reel|tv)/|tiktok\.com/@[\w.-]+/(?:video|photo)/"
    r"|facebook\.com/(?:[\w.-]+/(?:posts|videos|photos)/|permalink\.php|story\.php|watch|reel/|photo)|fb\.watch/|bsky\.app/profile/[\w.:-]+/post/"
    r"|reddit\.com/r/\w+/comments/|threads\.(?:net|com)/@[\w.]+/post/|t\.me/\w+/\d|vk\.com/(?:\w+\?w=)?wall-?\d|weibo\.(?:com|cn)/\w+/\w"
    r"|linkedin\.com/(?:posts|feed/update|embed)/|truthsocial\.com/@\w+/(?:posts/)?\d|tumblr\.com/[\w-]+/\d|pinterest\.\w+/pin/"
    r"|[\w.-]+/@\w+/\d{15,})"
)
_DID = re.compile(r"at://did:\w")  # Bluesky's own address of a post
# The networks' scripts and frames.
_HOST = re.compile(
    r"//(?:[\w-]+\.)*(?:twitter|x|twimg|instagram|tiktok|facebook|redditmedia|reddit|threads|telegram|tumblr|vk|linkedin|bsky|imgur|embedly|pinterest)"
    r"\.(?:com|net|org|app|ru)/|/embed\.js\b|//t\.me/"
)
_HANDLE = re.compile(r"\(@[\w.@-]+\)|^[—–-] ?.{0,60}@\w")  # "— Harbour Trust (@harbour) June 3, 2026"
_BOXES = frozenset({"blockquote", "figure", "div", "section", "aside", "article", "center"})
_BELOW = 5  # blocks below the last that stays in which a post may end
_DEEPEST = 3  # elements around a line that may be the post
_LARGEST = 3_000  # characters: a post is shorter, a box of the article's own sections is not
_MOST_BOXES = 200  # of a page; a page of posts has a hundred
_LEAST_LEFT = 250  # characters beside the posts: a page that is nothing but posts keeps them


def embed_rows(blocks: Blocks, kept: Sequence[bool]) -> list[int]:
    """Return the rows, kept or not, of posts that stand among the article's paragraphs; none where there is little else."""
    start = article_start(blocks, kept)
    if start is None:
        return []
    home = kin_of(blocks, blocks.items[start].place)
    last = len(kept) - 1 - list(reversed(kept)).index(True)
    posts = _posts(blocks, blocks.items[start : last + _BELOW], home)
    if not posts:
        return []
    body = _near(blocks, home)
    rows = [
        row
        for row, block in enumerate(blocks.items)
        if not blocks.flags[block.place] & IN["figcaption"]
        and (box := _around(blocks, block.place, posts)) is not None
        and (kept[row] or start < row < last or blocks.parents[box] in body)
    ]
    inside = set(rows)
    left = sum(len(b.text) for row, b in enumerate(blocks.items) if kept[row] and row not in inside)
    return rows if left >= _LEAST_LEFT else []


def _near(blocks: Blocks, home: set[int]) -> set[int]:
    """Return the two elements right around the article's first paragraph."""
    return set(sorted(home)[-3:-1])


def _around(blocks: Blocks, place: int, wanted: set[int]) -> int | None:
    while place >= 0:
        if place in wanted:
            return place
        place = blocks.parents[place]
    return None


def _posts(blocks: Blocks, items: Sequence[Block], home: set[int]) -> set[int]:
    """Return the elements that hold a post each, none of them around the article's start."""
    found = {place for place in _named(blocks) if place not in home}
    for place in _shaped(blocks, items, home):
        if len(found) >= _MOST_BOXES:
            break
        found.add(place)
    return {place for place in found if not _is_large(blocks.elements[place])} if found else found


def _is_large(element: Any) -> bool:
    size = 0
    for text in element.itertext("*"):
        size += len(text)
        if size > _LARGEST:
            return True
    return False


def _named(blocks: Blocks) -> Iterator[int]:
    """Yield the elements that are called as an embedded post is."""
    for place in blocks.words.holding(_ASKED).nonzero()[0].tolist():
        if blocks.tags[place] in _BOXES and _is_post_name(blocks.names[place]):
            yield place


@lru_cache(maxsize=4_096)  # a site's names come back with each of its pages
def _is_post_name(names: str) -> bool:
    words = frozenset(name_words(names))
    if not words.isdisjoint(_NOT):
        return False
    pair = not words.isdisjoint(_NETWORKS) and not words.isdisjoint(_EMBEDDING)
    return pair or any(name <= words for name in _NAMES)


def _shaped(blocks: Blocks, items: Sequence[Block], home: set[int]) -> Iterator[int]:
    """Yield the elements that a post's address and a network's script, frame or way of signing make a post."""
    for tag in {*blocks.tags}:  # some twenty, of three hundred elements
        if tag == "blockquote":
            quotes = (place for place, own in enumerate(blocks.tags) if own == tag)
            yield from (p for p in quotes if p not in home and _names_a_post(blocks.elements[p]))
        elif "-" in tag and not _NETWORKS.isdisjoint(name_words(tag)):  # `<amp-twitter>`, `<bluesky-post>`
            yield from (place for place, own in enumerate(blocks.tags) if own == tag)
    for block in items:
        if not block.linked or not _POST.search(block.href):
            continue
        place = block.place
        for _ in range(_DEEPEST):
            if place < 0 or place in home:
                break
            if blocks.tags[place] in _BOXES and _is_post(
                blocks.elements[place], blocks.tags[place], block.text
            ):
                yield place
                break
            place = blocks.parents[place]


def _names_a_post(element: Any) -> bool:
    """Tell whether an attribute holds a post's address, as `cite` and `data-instgrm-permalink` do."""
    return any(_POST.search(value[:300]) or _DID.match(value) for value in element.attrib.values())


def _is_post(element: Any, tag: str, line: str) -> bool:
    """Tell whether a box whose line links to a post is that post."""
    if tag == "blockquote" and _HANDLE.search(line):
        return True
    if any(_POST.search(frame.get("src") or "") for frame in element.iter("iframe")):
        return True
    after = element
    for _ in range(2):  # the script follows the post, or the element that wraps both
        after = after.getnext()
        if after is None:
            break
        if after.tag == "script":
            return bool(_HOST.search(after.get("src") or ""))
    return tag == "blockquote" and any(_HOST.search(s.get("src") or "") for s in element.iter("script"))
