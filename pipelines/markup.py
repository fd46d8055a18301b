"""UTF-8 HTML -> lxml tree that keeps every word a browser would show.

libxml2 reads almost every page as browsers do, in a third of an HTML5 parser's time. Where it does not
(controls, text after a premature </html>, nesting past its limit, unclosed <svg>), the bytes are mended
first or the page is read again with Lexbor, and the tree with more text wins.
"""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache
from itertools import islice
from typing import Any

from lxml import etree
from lxml import html as lxml_html
from selectolax.lexbor import LexborHTMLParser

from pipelines.grafting import graft

__all__ = ["html_copy", "parse", "tidy"]

_DEPTH = 400  # browsers stop at 512 open elements; libxml2 drops the rest of the page past 2,048
_LONG_TAG = 25_000  # bytes in one tag; past it, thousands of attributes cost seconds in any parser
_MANY_ATTRIBUTES = 500

# White space for HTML, or what Python takes for white space, becomes a space; other controls go.
_SPACES = b"\x0b\x0c\x1c\x1d\x1e\x1f"
_TABLE = bytes.maketrans(_SPACES, b" " * len(_SPACES))
_CONTROLS = bytes(c for c in (*range(32), 127) if c not in b"\t\n\r" and c not in _SPACES)
# References to NUL, C0 and C1 controls, DEL, surrogates and what lies past U+10FFFF.
_BAD_REFERENCE = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|12[7-9]|1[345]\d|5529[6-9]|55[3-9]\d\d|5[67]\d{3}|[1-9]\d{7,})"
    rb"|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|7[fF]|[89][0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}"
    rb"|[1-9a-fA-F][0-9a-fA-F]{6,}))(?![0-9a-fA-F]);?"
)
_END_OF_PAGE = re.compile(rb"</(?:body|html)\s*>", re.IGNORECASE)
_LINK_TAG = re.compile(rb"<(/?)a(?=[\s>])[^<>]*>", re.IGNORECASE)
_PARAGRAPH_TAG = re.compile(rb"<p[\s>]", re.IGNORECASE)
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)(?:[^<>]*)>")
# Elements without an end tag, or whose end tag may be left out: they say nothing about depth.
_FLAT = frozenset(
    b"area base br col embed hr img input link meta param source track wbr p li td th tr dt dd option thead "
    b"tbody tfoot colgroup html head body rt rp script style path".split()
)
# Elements whose missing end tag makes libxml2 and browsers disagree on what follows, and what shows it.
_SWALLOWING = ("svg", "math", "select", "frameset")
# Elements whose content the tokeniser reads as text, except where they stand in <svg> or <math>.
_RAW = ("noframes", "style", "title", "textarea", "xmp", "plaintext", "iframe", "noembed")
_SHOWN_RAW = re.compile(rb"<(/?)(?:xmp|plaintext)(?=[\s/>])", re.IGNORECASE)
_CONTROLS_WITH_TEXT = (
    "button", "select", "option", "optgroup", "object", "noscript", "svg", "math", "meter", "progress", "map",
    "audio", "video", "canvas", "datalist",
)  # fmt: skip
# Elements without content, which libxml2 nevertheless fills with what follows them.
_VOID = ("embed", "source", "track", "param", "area", "input", "keygen")
_BLOCKS_LOOKED_AT = 20  # in one drawing: the first may be a label of its own
_PARAGRAPHS = 2  # a button's own label is at most one
_BLOCKS = ("p", "div", "h2", "h3", "li", "article", "section")


def tidy(utf8: bytes) -> bytes:
    """Take out of the bytes what makes parsers lose text: controls, references to them, early end tags."""
    utf8 = _BAD_REFERENCE.sub(_mend_reference, utf8.translate(_TABLE, _CONTROLS))
    # End tags that may be left out; libxml2 drops what follows a premature one.
    return _cut_long_tags(_END_OF_PAGE.sub(b"", utf8))


def parse(utf8: bytes) -> Any:
    """Parse tidied HTML into a tree of plain lxml elements; None where there is no element at all."""
    tree = _libxml(utf8)
    if tree is not None and _depth_at_end(tree) > _DEPTH:
        utf8 = _flatten(utf8)
        tree = _libxml(utf8)
    # Still as deep: thousands of nested <dd> or <li>, whose end tags may be left out.
    if tree is None or _depth_at_end(tree) > 2 * _DEPTH or _swallowed(tree, utf8):
        tree = _richer(tree, utf8)
    if tree is not None:
        _open_controls(tree)
    return tree


@cache
def _parser() -> Any:
    # Not lxml.html's: its elements are Python objects of their own classes, looked up one by one.
    return etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)


def _libxml(utf8: bytes) -> Any:
    tree = etree.fromstring(utf8, parser=_parser())  # None for a document without any element
    if tree is not None and _paragraph_in_link()(tree) and (mended := _drop_open_links(utf8)) != utf8:
        return etree.fromstring(mended, parser=_parser())
    return tree


@cache
def _paragraph_in_link() -> Any:
    return etree.XPath("boolean(//p[ancestor::a])")


def html_copy(tree: Any) -> Any:
    """Copy the tree into lxml.html's elements, for libraries that ask for those and cut what they are given."""
    top = lxml_html.Element(tree.tag, dict(tree.attrib))
    top.text = tree.text
    top.extend(list(deepcopy(tree)))  # nodes take the classes of the document that they are moved to
    return top


def _mend_reference(match: re.Match[bytes]) -> bytes:
    digits = match.group()[2:].rstrip(b";")
    code = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits[:20])
    if 128 <= code < 160:  # browsers read these as Windows-1252: &#146; is an apostrophe
        return bytes([code]).decode("cp1252", "ignore").encode()
    return b" " if code < len(_TABLE) and code in _SPACES else b""


def _cut_long_tags(utf8: bytes) -> bytes:
    """Drop the attributes of a tag that has thousands of them: parsers compare each with each."""
    place = _LONG_TAG
    while place < len(utf8):
        end = utf8.find(b">", place)
        if end < 0 or end - place > _LONG_TAG:
            start = utf8.rfind(b"<", 0, place)
            end = len(utf8) if end < 0 else end
            if utf8[start + 1 : start + 2].isalpha() and utf8.count(b"=", start, end) > _MANY_ATTRIBUTES:
                name = re.match(rb"<[a-zA-Z0-9]+", utf8[start : start + 40])
                utf8 = utf8[:start] + (name.group() if name else b"<div") + utf8[end:]
                end = start
        place = max(end, place) + _LONG_TAG
    return utf8


def _drop_open_links(utf8: bytes) -> bytes:
    """Drop the tag of a link that nothing closes before the second paragraph after it: all would be link."""
    if utf8.count(b"</a>") >= utf8.count(b"<a ") + utf8.count(b"<a>") + utf8.count(b"<A"):
        return utf8
    pieces, end, closing, paragraphs = [], len(utf8), False, 0
    for link in reversed(list(_LINK_TAG.finditer(utf8))):
        paragraphs += len(_PARAGRAPH_TAG.findall(utf8, link.end(), end))
        pieces.append(utf8[link.end() : end])
        end = link.start()
        if link.group(1) or closing or paragraphs < _PARAGRAPHS:
            pieces.append(link.group())
            closing, paragraphs = bool(link.group(1)), 0
    return b"".join([utf8[:end], *reversed(pieces)])


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


def _swallowed(tree: Any, utf8: bytes) -> bool:
    """Say whether an unclosed element may hold text that a browser shows outside of it."""
    tables = False
    for element in tree.iter(*_SWALLOWING, *_RAW, "table"):
        if element.tag == "table":
            tables = True
        elif element.tag in _RAW:
            text = element.text or ""
            if "</" in text and "</p>" in text.lower():  # browsers parse it inside <svg>
                return True
        elif len(element) and any(
            _holds_text(block) for block in islice(element.iter(*_BLOCKS), _BLOCKS_LOOKED_AT)
        ):
            return True
    if utf8.rfind(b"<script") > utf8.rfind(b"</script") and any(
        _never_ends(script, utf8) for script in list(tree.iter("script"))[-1:]
    ):
        return True
    return tables and utf8.count(b"<table") > utf8.count(b"</table")


def _never_ends(script: Any, utf8: bytes) -> bool:
    """Say whether the page's last script has swallowed its end: scripts hold markup by right."""
    text = script.text or ""
    return "</p>" in text and b"</script" not in utf8[-len(text) :]


def _holds_text(block: Any) -> bool:
    return str(block.getparent().tag) != "foreignobject"  # where <svg> may hold HTML


def _open_controls(tree: Any) -> None:
    """Make a plain block of each control that holds paragraphs: an end tag is missing, and browsers show
    the paragraphs, but every extractor drops what lies in a button."""
    for control in tree.iter(*_CONTROLS_WITH_TEXT):
        blocks = control.iter("p", "h2", "article")
        if len(control) and sum(1 for _ in islice(blocks, _PARAGRAPHS)) == _PARAGRAPHS:
            control.tag = "div"
    for void in tree.iter(*_VOID):
        if (len(void) or void.text) and any(not text.isspace() for text in void.itertext()):
            void.tag = "span"


def _richer(tree: Any, utf8: bytes) -> Any:
    """Read the page with an HTML5 parser too; return its tree if it has more text where text is read."""
    # These show what follows as it is written, tags included: nobody meant that for an article.
    other = LexborHTMLParser(_SHOWN_RAW.sub(rb"<\1pre", _drop_open_links(utf8))).root
    grafted = graft(other) if other is not None else None
    if tree is None:
        return grafted if grafted is not None and _readable(grafted) else None
    if grafted is not None and _readable(grafted) > _readable(tree) + _NOTICEABLE:
        return grafted
    return tree


_NOTICEABLE = 40  # characters: less is white space and the odd label


@cache
def _text_in_the_open() -> Any:
    shut_in = " or ".join(f"ancestor::{tag}" for tag in (*_SWALLOWING, *_RAW, "table", "script", "template"))
    return etree.XPath(f"//body//text()[not({shut_in})]")


def _readable(tree: Any) -> int:
    return sum(len(text.strip()) for text in _text_in_the_open()(tree))
