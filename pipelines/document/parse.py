"""UTF-8 HTML -> lxml tree that keeps every word a browser would show.

libxml2 reads almost every page as browsers do, in a third of an HTML5 parser's time. Where it does not
(controls, text after a premature </html>, nesting past its limit, unclosed <svg>), the bytes are mended
first or the page is read again with Lexbor, and the tree with more text wins.
"""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from lxml import etree
from lxml import html as lxml_html
from selectolax.lexbor import LexborHTMLParser

from columnist.pipelines.document.repair import drop_open_formatting, drop_open_links
from columnist.pipelines.document.tags import (
    RAW,
    SWALLOWING,
    Tagged,
    find_tags,
    gather,
    has_swallowed,
    open_controls,
)
from columnist.pipelines.document.text import normalise

# What stands between a headline and the name of its site.
SEPARATORS = re.compile(r"\s+[|\-–—―•·∙●◦»«›‹<>:~/⋆★☆✦✧◆¦→*]+\s+|\s*[|｜»：⋆]\s*|(?<=\w):\s+(?=\S+$)")
_LOOSE = re.compile(r"\s*[»:|〉>]\s*")  # the same with less white space, where an element shows the piece
_FEWEST_WORDS = 3  # of a headline; most names of sites have fewer
_LONG_WORD = 12  # characters of a headline in a script without spaces
_LONGEST = 300  # characters of a headline
_LOOKED_AT = 3_000  # elements: old table layouts put the headline after the menus
_TAGS = ("h2", "h3", "b", "strong", "font", "span", "div", "p", "td", "center", "big")


def find_headings(tree: Any, headings: tuple[Any, ...], titles: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the h1 elements; on a page without, the element that shows <title> or the longest part of it."""
    body = tree.find("body")
    if headings or body is None or not titles:
        return headings
    pieces = _pieces(titles[0].text or "")
    shown: dict[str, Any] = {}
    for element in islice(body.iter(*_TAGS), _LOOKED_AT if pieces else 0):
        words = normalise(_own_words(element)[:_LONGEST])
        if words in pieces and element.getparent().tag != "a":
            shown.setdefault(words, element)
    return tuple(shown[piece] for piece in pieces if piece in shown)[:1]


def _own_words(element: Any) -> str:
    """Return the element's own words; a heading that is a link altogether has the link's."""
    words = (element.text or "").strip()
    if words or element.tag not in ("h2", "h3") or len(element) != 1 or element[0].tag != "a":
        return words
    return element[0].text or ""


def _pieces(title: str) -> list[str]:
    whole = normalise(title[:_LONGEST])
    parted = (*SEPARATORS.split(whole), *_LOOSE.split(whole), whole.partition(": ")[2])
    pieces = sorted({piece.strip() for piece in parted}, key=len, reverse=True)
    return [
        piece for piece in (whole, *pieces) if len(piece.split()) >= _FEWEST_WORDS or len(piece) > _LONG_WORD
    ]


_NAME = re.compile(r"[a-zA-Z_][\w.-]*\Z", re.ASCII)
# Characters that XML, and so lxml, refuses: tidied bytes still have U+FFFE, references may give any of them.
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_GRAFT_DEPTH = 400  # deeper elements become children of the one at this depth, as browsers do past 512


def graft(root: Any) -> Any:
    """Copy a selectolax tree below `root` into a new lxml tree."""
    top = etree.Element("html")
    _copy_attributes(root, top)
    open_elements = [top]
    node, climbed = root.child, False
    while node is not None:
        if not climbed:
            element = _copy(node, open_elements[-1])
            if node.child is not None:
                open_elements.append(
                    open_elements[-1] if element is None or len(open_elements) > _GRAFT_DEPTH else element
                )
                node = node.child
                continue
        if node.next is not None:
            node, climbed = node.next, False
            continue
        node, climbed = node.parent, True
        open_elements.pop()
        if node is None or not open_elements:
            break
    return top


def _copy(node: Any, parent: Any) -> Any:
    """Append the node's copy to the parent; return the new element, or None for text and the rest."""
    tag = node.tag
    if tag == "-text":
        _append_text(parent, node.text_content or "")
        return None
    if tag is not None and tag.startswith(("-", "!")):  # comments, doctype
        return None
    element = etree.Element(tag if tag and _NAME.match(tag) else "span")
    _copy_attributes(node, element)
    parent.append(element)
    return element


def _append_text(parent: Any, text: str) -> None:
    text = _REFUSED.sub("", text)
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _copy_attributes(node: Any, element: Any) -> None:
    for name, value in node.attributes.items():
        if _NAME.match(name):
            element.set(name, _REFUSED.sub("", value or ""))


_DEPTH = 400  # browsers stop at 512 open elements; libxml2 drops the rest of the page past 2,048
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)(?:[^<>]*)>")
# Elements without an end tag, or whose end tag may be left out: they say nothing about depth.
_FLAT = frozenset(
    b"area base br col embed hr img input link meta param source track wbr p li td th tr dt dd option thead "
    b"tbody tfoot colgroup html head body rt rp script style path".split()
)
_SHOWN_RAW = re.compile(rb"<(/?)(?:xmp|plaintext)(?=[\s/>])", re.IGNORECASE)
# Elements whose text says nothing about which parser is right.
_SHUT = frozenset([*SWALLOWING, *RAW, "table", "script", "template"])
_NOTICEABLE = 40  # characters: less is white space and the odd label


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree of plain lxml elements, and those of its elements that stages ask for by tag, in page order."""

    tree: Any
    by_tag: Mapping[str, Sequence[Any]]


def parse(page: Tagged, ids: bool = True) -> Parsed | None:
    """Parse tidied HTML; None where there is no element at all. Without `ids`, XPath's id() finds nothing."""
    parser = _parser(ids)
    tree = _libxml(page, parser)
    if tree is not None and _depth_at_end(tree) > _DEPTH:
        page = find_tags(_flatten(page.utf8))
        tree = _libxml(page, parser)
    found = gather(tree) if tree is not None else {}
    # Still as deep: thousands of nested <dd> or <li>, whose end tags may be left out.
    if tree is None or _depth_at_end(tree) > 2 * _DEPTH or has_swallowed(found, page):
        richer = _richer(tree, page)
        if richer is None:
            return None
        tree, found = richer, found if richer is tree else gather(richer)
    open_controls(found)
    _open_shadow_roots(found["template"])
    return Parsed(tree, found)


def _open_shadow_roots(templates: Sequence[Any]) -> None:
    """Make a plain block of each template that browsers show in place: a component's declared content."""
    for template in templates:
        if template.get("shadowrootmode") or template.get("shadowroot"):
            template.tag = "div"


@cache
def _parser(ids: bool) -> Any:
    # Not lxml.html's: its elements are Python objects of their own classes, looked up one by one.
    # The table of ids takes a tenth of the time.
    return etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=ids
    )


def _libxml(page: Tagged, parser: Any) -> Any:
    tree = etree.fromstring(page.utf8, parser=parser)  # None for a document without any element
    if tree is not None and _paragraph_in_link()(tree) and (mended := drop_open_links(page)) is not page:
        return etree.fromstring(mended.utf8, parser=parser)
    return tree


@cache
def _paragraph_in_link() -> Any:
    return etree.XPath("boolean(//a//p)")


def html_copy(tree: Any) -> Any:
    """Copy the tree into lxml.html's elements, for libraries that ask for those and cut what they are given."""
    top = lxml_html.Element(tree.tag, dict(tree.attrib))
    top.text = tree.text
    top.extend(list(deepcopy(tree)))  # nodes take the classes of the document that they are moved to
    return top


def _depth_at_end(tree: Any) -> int:
    """Return how many elements were open where the parser stopped: the depth of the last one."""
    depth = 0
    while len(tree):
        tree = tree[-1]
        depth += 1
    return depth


def _flatten(utf8: bytes) -> bytes:
    """Drop the tags of elements nested deeper than any layout; their text stays."""
    depth = 0

    def keep(match: re.Match[bytes]) -> bytes:
        nonlocal depth
        closing, name = match.groups()
        if name.lower() in _FLAT:
            return match.group()
        depth += -1 if closing else 1
        deep = depth >= _DEPTH if closing else depth > _DEPTH
        depth = max(depth, 0)
        return b"" if deep else match.group()

    return _TAG.sub(keep, utf8)


def _richer(tree: Any, page: Tagged) -> Any:
    """Read the page with an HTML5 parser too; return its tree if it has more text where text is read."""
    # These show what follows as it is written, tags included: nobody meant that for an article.
    shown = drop_open_formatting(_SHOWN_RAW.sub(rb"<\1pre", drop_open_links(page).utf8))
    if _size_by_lexbor(shown) > (_size(tree) + _NOTICEABLE if tree is not None else 0):
        return graft(LexborHTMLParser(shown).root)
    return tree


def _size_by_lexbor(utf8: bytes) -> int:
    """Count as `_size` does in Lexbor's tree: copying that into an lxml tree would take ten times as long."""
    page = LexborHTMLParser(utf8)
    page.strip_tags(list(_SHUT))
    return _signs(page.body.text(separator="")) if page.body is not None else 0


def _size(tree: Any) -> int:
    """Count the characters of the body that no element shuts in, white space left out."""
    texts, stack = [], [(tree, False)]
    while stack:
        element, inside = stack.pop()
        if element.tag in _SHUT:
            continue
        inside = inside or element.tag == "body"
        if inside:
            texts += [element.text or "", *(child.tail or "" for child in element)]
        stack += [(child, inside) for child in element]
    return _signs("".join(texts))


def _signs(text: str) -> int:
    return len("".join(text.split()))
