"""Elements that are set as a picture's caption: below it in its box, in italics, small type, or centred as it is."""

import re
from typing import Any

MEDIA = ("img", "amp-img", "picture", "video", "iframe")
_SMALL = 100  # pixels: a portrait, an emblem
_NO_PICTURE = re.compile(r"emoji|icon|avatar|smil|logo|spacer|pixel|\.svg\b|author|profile", re.IGNORECASE)
ARROWS = tuple("▲△▼▽◀◁▶▷◆←↑↓")  # Korean and Japanese papers point at the picture
_CENTRED = re.compile(r"\bcenter\b|\baligncenter\b")
# Tailwind, Bootstrap, Bulma, Tachyons.
_SMALL_TYPE = re.compile(r"(?:^|\s)(?:text-(?:xs|sm)|small|fs-6|is-size-7|f6)(?:\s|$)")
_LOOK = 300  # characters of an element's style and class


def is_picture(image: Any) -> bool:
    """Tell whether an image is a picture and no emblem, portrait or smiley."""
    for side in ("width", "height"):
        pixels = (image.get(side) or "").removesuffix("px")
        if pixels.isascii() and pixels.isdigit() and int(pixels[:5]) < _SMALL:
            return False
    told = f"{image.get('class') or ''} {image.get('src') or ''}"[:300]
    return not _NO_PICTURE.search(told)


def is_below_picture(element: Any) -> bool:
    before = element.getprevious()
    return before is not None and any(is_picture(image) for image in before.iter("img", "amp-img"))


def leads_text(element: Any) -> bool:
    """Tell whether a picture stands in an element before its text, and the text is set apart from it."""
    if (element.text or "").strip():
        return False
    for child in element:
        if child.tag in MEDIA or (len(child) and not "".join(child.itertext()).strip()):
            return not (child.tail or "").strip() and _is_set_apart(child.getnext())
        if "".join(child.itertext()).strip() or (child.tail or "").strip():
            return False
    return False


def _is_set_apart(after: Any) -> bool:
    if after is not None and after.tag == "br":
        if (after.tail or "").lstrip()[:1] in ARROWS:
            return bool((after.tail or "").strip())
        after = after.getnext() if not (after.tail or "").strip() else None
    return (
        after is not None
        and after.tag in ("em", "i", "small", "span", "font", "cite")
        and not (after.tail or "").strip()
    )


def is_small(element: Any, text: str) -> bool:
    """Tell whether all of a paragraph's text is in small type."""
    small = next(element.iter("small"), None)
    return small is not None and len(" ".join("".join(small.itertext()).split())) >= 0.9 * len(text)


def has_small_class(element: Any) -> bool:
    """Tell whether an element's class sets it in small type, as the frameworks of utility classes call that."""
    return _SMALL_TYPE.search(element.get("class") or "") is not None


def is_slanted(element: Any) -> bool:
    """Tell whether a paragraph is in italics, and the one below it is not: a standfirst may have two."""
    if next(element.iter("em", "i"), None) is None:
        return False
    after = element.getnext()
    return after is None or not (
        len(after) == 1
        and after[0].tag in ("em", "i")
        and not (after.text or "").strip()
        and not (after[0].tail or "").strip()
    )


def is_centred(element: Any) -> bool:
    """Tell whether an element is centred, as the picture above it is, and the paragraph below it is not."""
    after = element.getnext()
    return (
        _CENTRED.search(_look(element)) is not None
        and after is not None
        and not _CENTRED.search(_look(after))
    )


def _look(element: Any) -> str:
    told = f"{element.get('style') or ''} {element.get('align') or ''} {element.get('class') or ''}"
    return told[:_LOOK].lower()
