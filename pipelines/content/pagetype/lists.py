"""Pages that print whole posts, each under a headline that leads to the post's own address; pages by their software's word."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from columnist.pipelines.content.blocks.blocks import Block, Blocks
from columnist.pipelines.content.pagetype.link_layout import ELSEWHERE
from columnist.pipelines.content.pagetype.signs import address_shape
from columnist.pipelines.document.addresses import absolute, article_id, registered_domain
from columnist.pipelines.document.read import Document
from columnist.pipelines.document.text import weigh

_HEADINGS = ("h1", "h2", "h3", "h4")
_BOLD = ("strong", "b")  # headlines of old templates: what such an element holds first in a box of its own
_HEADLINE = 15  # weight; shorter ones are names of sections
_ALL_BUT = 0.7  # share of a headline in its link; less is a sponsor's or a section's name before it
_CLIMB = 4  # article > div > header > h2: the deepest heading of nine themes, and one more
_LINKED_HEADLINE = 25  # weight of one that is but a link; names of things in a wiki are shorter
_PROSE = 60  # weight of a sentence right below it
_BEFORE = 60  # weight of date, byline and picture's text before a post's headline
_MOST = 200  # headlines looked at; a longer list is known by these
_OUTER = ("body", "main", "html")


@dataclass(frozen=True, slots=True)
class _Own:
    """What a page's own headline says and where it may lead."""

    base: str  # what links are resolved against
    ids: frozenset[str]  # of the page's addresses
    domain: str | None
    title: str  # without spaces


def posts_of_others(document: Document, below_headline: bool = False) -> list[str]:
    """Return the text, without spaces, of each post on the page whose headline leads to another address of the site.

    Bold words are headlines where the page has none of its own; `below_headline` asks for them there too, as on lists
    whose name is a headline; of an article's page, which is signed, they open its own sections.
    """
    own = _own(document)
    found = {
        heading: None
        for heading, link in _linked_headings(document, below_headline)
        if _leads_elsewhere(own, heading, link)
    }
    holding = Counter(above for heading in found for above in heading.iterancestors())
    return [letters_of(box) for heading in found if (box := _post_of(heading, holding)) is not None]


def posts_below_links(document: Document, blocks: Blocks) -> list[str]:
    """Return the text, without spaces, below each line that is a link to another address of the site, up to the next one.

    For lists whose headlines are no headings: the markup says nothing of them, where they lead says it.
    """
    own = _own(document)
    shown = [block for block in blocks.items if not blocks.flags[block.place] & ELSEWHERE]
    posts: list[list[str]] = []
    is_open = False
    for block, below in pairwise([*shown, None]):
        if block is None or not block.linked:
            if block is not None and is_open:
                posts[-1].append("".join(block.text.split()))
        elif block.linked >= _ALL_BUT * len(block.text) and weigh(block.text) >= _LINKED_HEADLINE:
            is_post = below is not None and not below.linked and weigh(below.text) >= _PROSE
            is_open = (
                is_post
                and _is_one_link(block, blocks)
                and _is_headline(own, block.text, _href_of(block, blocks))
            )
            if is_open:
                posts.append([])
    return ["".join(texts) for texts in posts]


def _is_one_link(block: Block, blocks: Blocks) -> bool:
    """Tell whether a block's first link is nearly all of it: a menu in one line is several."""
    links = blocks.elements[block.place].iter("a")
    first = (
        next((link for link in links if (link.get("href") or "").startswith(block.href)), None)
        if block.href
        else None
    )
    return first is None or len(letters_of(first)) >= _ALL_BUT * len("".join(block.text.split()))


def _href_of(block: Block, blocks: Blocks) -> str:
    """Return where a linked block leads: its own link, or the one that lies around its element."""
    around = islice(blocks.elements[block.place].iterancestors("a"), 1)
    return block.href or next((link.get("href") or "" for link in around), "")


def letters_of(element: Any) -> str:
    """Return an element's text without any space."""
    return "".join("".join(element.itertext()).split())


def _linked_headings(document: Document, below_headline: bool) -> Iterator[tuple[Any, Any]]:
    bold = _BOLD if below_headline or not document.by_tag.get("h1") else ()
    for heading in islice(document.tree.iter(*_HEADINGS, *bold), _MOST):
        if heading.tag in _BOLD and not _opens_box(heading):
            continue
        link = next(heading.iter("a"), None)
        if link is None:
            link = next(
                (above for above in islice(heading.iterancestors(), _CLIMB) if above.tag == "a"), None
            )
            if link is not None:
                yield heading, link
        elif len(letters_of(link)) >= _ALL_BUT * len(letters_of(heading)):
            yield heading, link
    named = (link for link in document.by_tag["a"] if link.get("aria-label") and not letters_of(link))
    for link in islice(named, _MOST):  # a card's link that lies over its headline
        box, said = link.getparent(), "".join(link.get("aria-label").split())
        for heading in islice(box.iter(*_HEADINGS), 1) if box.tag not in _OUTER else ():
            if (words := letters_of(heading)) and words in said:
                yield heading, link


def _opens_box(bold: Any) -> bool:
    above = bold.getparent()
    return (
        above.tag in ("div", "li", "td", "article", "section")
        and bold.getprevious() is None
        and not (above.text or "").strip()
    )


def _own(document: Document) -> _Own:
    page = document.page
    addresses = (address for address in (page.url, page.requested_url, document.canonical) if address)
    title = "".join(letters_of(title) for title in document.by_tag.get("title", ())[:1])
    return _Own(document.base_url, frozenset(map(article_id, addresses)), registered_domain(page.url), title)


def _leads_elsewhere(own: _Own, heading: Any, link: Any) -> bool:
    """Say whether the headline leads to another page of the site, not its front page."""
    return _is_headline(own, "".join(heading.itertext()), link.get("href") or "")


def _is_headline(own: _Own, text: str, href: str) -> bool:
    words = " ".join(text.split())
    # The page's own headline may lead to its short address or to the address before it moved.
    if weigh(words) < _HEADLINE or "".join(words.split()) in own.title:
        return False
    url = absolute(href, own.base)
    if url is None or registered_domain(url) != own.domain or address_shape(url) == "front":
        return False
    return article_id(url) not in own.ids


def _post_of(heading: Any, holding: Counter[Any]) -> Any | None:
    """Return the largest element near the headline that begins with it and holds no other."""
    best, words = None, "".join(heading.itertext())
    for box in islice(heading.iterancestors(), _CLIMB):
        if box.tag in _OUTER or holding[box] > 1 or any(one is not heading for one in box.iter("h1")):
            break
        if weigh("".join(box.itertext()).partition(words)[0]) > _BEFORE:
            break
        best = box
    return best
