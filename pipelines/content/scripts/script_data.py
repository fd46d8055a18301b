"""The data that a page's program was given: JSON, or JavaScript's literals, in scripts and attributes.

Whatever framework wrote it: values are told by their shape, not by the names that frameworks give them.
"""

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import unquote

from lxml import etree

from columnist.pipelines.content.scripts.js_literals import read_function, read_literal
from columnist.pipelines.document.read import Document

LEAST = 250  # characters of a script or attribute that can hold an article
_MOST = 4_000_000  # characters of scripts that are read: 40 ms; the largest real state seen has 3 million
_MOST_TRIED = 40  # places of a script where a value may begin
_MOST_ELEMENTS = 20_000  # whose attributes are looked at
_MOST_TEMPLATES = 50
_DEEPEST = 40  # references that are followed, one inside the other
_MOST_RESOLVED = 200_000  # values
_PLACES = re.compile(
    r"[=(,:]\s*(?=[\[{])|(?:JSON\.parse|decodeURIComponent|atob|=|\()\s*\(?\s*(?=[\"'])|(?==?\s*\(+\s*(?:function\b|\([\w$,\s]*\)\s*=>))=?\s*\(*(?=\()"
)
_JSON = json.JSONDecoder(strict=False)  # not strict: raw newlines inside strings are common
_OPENING = re.compile(r"[\[{]")
_FUNCTION = re.compile(r"\(\s*(?:function\b|\([\w$,\s]{0,20000}\)\s*=>)")
# Angular's own escapes of its state.
_ESCAPES = (("&q;", '"'), ("&l;", "<"), ("&g;", ">"), ("&s;", "'"), ("&a;", "&"))
_STREAM, _HEAD = "__next_f", 40  # what a chunk of a streamed tree begins with, among so many characters
_ROW = re.compile(r"([0-9a-f]{1,6}):(?:T([0-9a-f]{1,8}),|(?=[\[{\"])|[A-Z]{1,2})")
_REFERENCE = re.compile(r"\$L?([0-9a-f]{1,6})$")


def script_data(document: Document) -> Iterator[Any]:
    """Yield what the page's scripts and attributes hold, references in it resolved."""
    left = _MOST
    streamed: list[str] = []
    for script in document.by_tag.get("script", ()):
        text, kind = script.text or "", (script.get("type") or "").lower()
        left -= len(text)
        if left < 0:
            break
        # A chunk of a stream may be short: the headline, and a reference to the text in the next.
        least = 1 if _STREAM in text[:_HEAD] else LEAST
        if len(text) < least or "ld+json" in kind:
            continue
        if "json" not in kind and ("template" in kind or "html" in kind):
            yield text
            continue
        for value in _values(text, "json" in kind, least):
            if isinstance(value, list) and len(value) == 2 and isinstance(value[1], str) and value[0] == 1:
                streamed.append(value[1])
            else:
                yield _resolved(value)
    if streamed:
        yield from _rows("".join(streamed))
    for text in _attributes(document):
        yield text if text.startswith("<") else _resolved(unpacked(text))
    for element in islice(document.tree.iter("template", "textarea"), _MOST_TEMPLATES):
        held = [etree.tostring(child, encoding="unicode") for child in element]
        yield (element.text or "") + "".join(held)


def unpacked(text: str) -> Any:
    """Return the data that a string holds as JSON, percent-encoded or in base 64; None where it holds none."""
    text = text.strip()
    if text.startswith(("%7B", "%5B")):
        text = unquote(text)
    elif text.startswith(("eyJ", "W3s")):
        try:
            text = b64decode(text).decode()
        except ValueError:
            return None
    return _read(text, 0)[0] if text[:1] in ("{", "[") else None


def _values(text: str, is_json: bool, least: int = LEAST) -> Iterator[Any]:
    if is_json:
        begin = _OPENING.search(text)
        value = _read(text, begin.start())[0] if begin else None
        yield value if value is not None else _read(_unescaped(text), 0)[0]
        return
    end = 0
    for match in islice(_PLACES.finditer(text), _MOST_TRIED):
        if match.end() < end:
            continue
        value, behind = _read_any(text, match.end())
        if behind - match.end() >= least:
            end = behind
            held = unpacked(value) if isinstance(value, str) else None
            yield value if held is None else held


def _unescaped(text: str) -> str:
    for escape, sign in _ESCAPES:
        text = text.replace(escape, sign)
    text = text if _OPENING.match(text.strip()) and '"' in text else unescape(text)
    return text.strip()


def _read_any(text: str, place: int) -> tuple[Any, int]:
    value, end = _read(text, place)
    if value is None:
        read = read_function if _FUNCTION.match(text, place) else read_literal
        value, end = read(text, place)
    return value, end


def _read(text: str, place: int) -> tuple[Any, int]:
    """Read the JSON value that begins here, and return where it ends."""
    try:
        return _JSON.raw_decode(text, place)
    except (ValueError, RecursionError):
        return None, place


def _attributes(document: Document) -> Iterator[str]:
    for element in islice(document.tree.iter(), _MOST_ELEMENTS):
        for value in element.values() if isinstance(element.tag, str) else ():
            if len(value) >= LEAST and value[:1] in ("{", "[", "<"):
                yield value


def _rows(text: str) -> Iterator[Any]:
    """Yield the rows of a streamed tree, "5:[...]" each, and what they refer to in its place."""
    rows: dict[str, Any] = {}
    place = 0
    while (match := _ROW.search(text, place)) is not None:
        place = match.end()
        if match.group(2):
            # The length counts bytes.
            told = text[place : place + int(match.group(2), 16)].encode()[: int(match.group(2), 16)]
            rows[match.group(1)] = value = told.decode("utf-8", "ignore")
            place += len(value)
            continue
        value, place = _read(text, place)
        rows[match.group(1)] = value
        behind = text.find("\n", place)
        place = behind + 1 if behind >= 0 else len(text)
    yield from (_follow(value, rows, 0) for value in rows.values() if isinstance(value, (dict, list, str)))


def _follow(value: Any, rows: Mapping[str, Any], depth: int) -> Any:
    """Put what rows hold where they are referred to."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, str) and (match := _REFERENCE.match(value)) and match.group(1) in rows:
        held = rows[match.group(1)]
        return held if isinstance(held, str) else None
    if isinstance(value, list):
        return [_follow(each, rows, depth + 1) for each in value]
    if isinstance(value, dict):
        return {name: _follow(each, rows, depth + 1) for name, each in value.items()}
    return value


def _resolved(value: Any) -> Any:
    """Put what is referred to in its place: by numbers in a flat list (devalue), by keys in a cache (Apollo)."""
    if _is_flat(value):
        return _Flat(value).read(0, 0)
    cache = _cache(value)
    return _with_held(value, cache, 0) if cache else value


def _is_flat(value: Any) -> bool:
    """Tell whether a list's objects and lists hold nothing but places in it."""
    if not isinstance(value, list) or len(value) < 4:
        return False
    held = [each for each in value[:50] if isinstance(each, (dict, list))]
    return bool(held) and isinstance(value[0], (dict, list)) and all(map(_is_places, held))


def _is_places(value: Any) -> bool:
    if isinstance(value, dict):
        held: Iterable[Any] = value.values()
    else:
        held = value[1:] if value and isinstance(value[0], str) else value
    return all(isinstance(each, int) and not isinstance(each, bool) for each in held)


class _Flat:
    """A flat list whose values stand at places that others name."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values
        self.left = _MOST_RESOLVED

    def read(self, place: int, depth: int) -> Any:
        self.left -= 1
        if not 0 <= place < len(self.values) or depth > _DEEPEST or self.left < 0:
            return None
        value = self.values[place]
        if isinstance(value, dict):
            named = {self._name(name): at for name, at in value.items() if isinstance(at, int)}
            return {name: self.read(at, depth + 1) for name, at in named.items()}
        if isinstance(value, list):
            # A list that begins with a name wraps what follows: ["Reactive", 5], ["Set", 1, 2].
            read = [self.read(at, depth + 1) for at in value if isinstance(at, int)]
            return read[0] if value and isinstance(value[0], str) and len(read) == 1 else read
        return value

    def _name(self, name: str) -> str:
        """Return what a member is called: by its name, or as `_7` by the place where its name stands (turbo-stream)."""
        place = int(name[1:]) if name[:1] == "_" and name[1:].isdecimal() else -1
        named = self.values[place] if 0 <= place < len(self.values) else None
        return named if isinstance(named, str) else name


def _cache(value: Any) -> dict[str, Any]:
    """Return the objects that references may name: the members of the data's upper objects."""
    level, found = [value], dict[str, Any]()
    for _ in range(4):
        members = [item for each in level if isinstance(each, dict) for item in each.items()]
        found |= {
            name: held for name, held in members if isinstance(held, dict) and (":" in name or "__id" in held)
        }
        level = [held for _, held in members if isinstance(held, dict)][:1_000]
    return found


def _with_held(value: Any, cache: Mapping[str, Any], depth: int) -> Any:
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return [_with_held(each, cache, depth + 1) for each in value]
    if not isinstance(value, dict):
        return value
    if isinstance(several := value.get("__refs"), list):
        return [_with_held({"__ref": each}, cache, depth) for each in several]
    named = value.get("__ref") or (value.get("id") if value.get("type") == "id" else None)
    if isinstance(named, str) and named in cache and len(value) <= 4:
        return _with_held(cache[named], cache, depth + 8)  # objects may hold one another
    return {name: _with_held(each, cache, depth + 1) for name, each in value.items()}
