"""Pages that print whole posts, each under a headline that leads to the post's own address; pages by their software's word."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from columnist.pipelines.content.pagetype.signs import address_shape
from columnist.pipelines.document.addresses import absolute, article_id, registered_domain
from columnist.pipelines.document.read import Document
from columnist.pipelines.document.text import weigh

_HEADINGS = ("h1", "h2", "h3", "h4")
_LINKED = etree.XPath("|".join(f"//{h}[.//a[@href] or ancestor::a[@href]]" for h in _HEADINGS))
_OVERLAID = etree.XPath(
    "//a[@href][@aria-label][not(normalize-space())]"
)  # a card's link that lies over its headline
_HEADLINE = 15  # weight; shorter ones are names of sections
_ALL_BUT = 0.7  # share of a headline in its link; less is a sponsor's or a section's name before it
_CLIMB = 4  # article > div > header > h2: the deepest heading of nine themes, and one more
_BEFORE = 60  # weight of date, byline and picture's text before a post's headline
_OUTER = ("body", "main", "html")


def posts_of_others(document: Document) -> list[str]:
    """Return the text, without spaces, of each post on the page whose headline leads to another address of the site."""
    found = [
        (heading, link)
        for heading, link in _linked_headings(document)
        if _leads_elsewhere(document, heading, link)
    ]
    headings = [heading for heading, _ in found]
    return [letters_of(box) for heading in headings if (box := _post_of(heading, headings)) is not None]


def letters_of(element: Any) -> str:
    """Return an element's text without any space."""
    return "".join("".join(element.itertext()).split())


def _linked_headings(document: Document) -> Iterator[tuple[Any, Any]]:
    for heading in _LINKED(document.tree):
        link = next(heading.iter("a"), None)
        if link is None:
            yield heading, next(heading.iterancestors("a"))
        elif len(letters_of(link)) >= _ALL_BUT * len(letters_of(heading)):
            yield heading, link
    for link in _OVERLAID(document.tree):
        said = "".join((link.get("aria-label") or "").split())
        box = link.getparent()
        for heading in box.iter(*_HEADINGS) if box is not None else ():
            if (words := letters_of(heading)) and words in said:
                yield heading, link


def _leads_elsewhere(document: Document, heading: Any, link: Any) -> bool:
    words = " ".join("".join(heading.itertext()).split())
    url = absolute(link.get("href") or "", document.base_url)
    if weigh(words) < _HEADLINE or url is None or address_shape(url) == "front":
        return False
    here = [
        address for address in (document.page.url, document.page.requested_url, document.canonical) if address
    ]
    if registered_domain(url) != registered_domain(here[0]) or article_id(url) in map(article_id, here):
        return False
    # The page's own headline may lead to its short address or to the address before it moved.
    return not any(
        "".join(words.split()) in letters_of(title) for title in document.by_tag.get("title", ())[:1]
    )


def _post_of(heading: Any, headings: list[Any]) -> Any | None:
    """Return the largest element near the headline that begins with it and holds no other."""
    others = [other for other in headings if other is not heading]
    best, box = None, heading
    for _ in range(_CLIMB):
        box = box.getparent()
        if box is None or box.tag in _OUTER:
            break
        own = any(one is not heading for one in box.iter("h1"))
        if own or any(box is above for other in others for above in other.iterancestors()):
            break
        if weigh("".join(box.itertext()).partition("".join(heading.itertext()))[0]) > _BEFORE:
            break
        best = box
    return best
