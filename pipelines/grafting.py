"""Lexbor tree -> lxml tree: the same elements and text, node by node, without a second parse."""

import re
from typing import Any

from lxml import etree

_NAME = re.compile(r"[a-zA-Z_][\w.-]*\Z", re.ASCII)
# Characters that XML, and so lxml, refuses: tidied bytes still have U+FFFE, references may give any of them.
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DEPTH = 400  # deeper elements become children of the one at this depth, as browsers do past 512


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
                    open_elements[-1] if element is None or len(open_elements) > _DEPTH else element
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
