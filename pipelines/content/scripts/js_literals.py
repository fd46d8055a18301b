"""JavaScript's literals -> Python values: what JSON's reader refuses, as bare keys, other quotes, `void 0`.

No program is run: a name is looked up among those given, any other expression gives None or ends the reading.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_TOKEN = re.compile(
    r"\s+|//[^\n]*|/\*.*?\*/"
    r"|(?P<string>\"[^\"\\]*(?:\\.[^\"\\]*)*\"|'[^'\\]*(?:\\.[^'\\]*)*'|`[^`\\$]*(?:\\.[^`\\$]*)*`)"
    r"|(?P<open>[{\[(])|(?P<close>[}\])])|(?P<mark>[,:])"
    r"|(?P<number>-?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>!0|!1|void 0|(?:new )?[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": ""}
_NAMES = {"true": "true", "!0": "true", "false": "false", "!1": "false"}
_MOST = 1_500_000  # characters of one value: its tokens take .3 s
_CLOSING = {"{": "}", "[": "]", "(": "]"}
_FUNCTION = re.compile(
    r"\(\s*(?:function\s*\(([\w$,\s]{0,20000})\)\s*\{|\(([\w$,\s]{0,20000})\)\s*=>\s*\(?\s*(?=\{))"
)
_RETURN = re.compile(r"\breturn\s*(?=[{\[])")
_CALL = re.compile(r"[;\s]*\}?[\s)]*(?=\()")
_AHEAD = 2_000  # characters between a function's beginning and what it returns

Names = Mapping[str, str]


def read_literal(text: str, place: int, names: Names = {}) -> tuple[Any, int]:  # noqa: B006, C901  never changed; a branch a kind of token
    """Read the object, list or string that begins here, and return where it ends; None where it is none.

    `names` has the JSON of what a name stands for.
    """
    out: list[str] = []
    opened: list[str] = []
    end = place
    while end < min(len(text), place + _MOST):
        token = _TOKEN.match(text, end)
        if token is None:
            return None, place
        end = token.end()
        kind = token.lastgroup
        if kind is None:
            continue
        word = token.group()
        if kind == "close":
            if not opened or opened.pop() != ("]" if word == ")" else word):
                return None, place
            _drop_comma(out)
            out.append("]" if word == ")" else word)
        elif kind == "open":
            if word == "(" and out and out[-1] == "null":  # a call: what it is given is not what it returns
                end = _behind_call(text, end)
                continue
            opened.append(_CLOSING[word])
            out.append("[" if word == "(" else word)
        elif kind == "mark":
            out.append("null," if word == "," and out[-1][-1] in "[," else word)
        else:
            is_key = bool(opened) and opened[-1] == "}" and out[-1] in ("{", ",")
            out.append(_as_json(word, kind, is_key, names))
        if not opened:
            break
    try:
        return json.loads("".join(out), strict=False), end
    except (ValueError, RecursionError):
        return None, place


def read_function(text: str, place: int) -> tuple[Any, int]:
    """Read what a function returns that is called where it is written: `(function(a){return {b:a}})(1)`."""
    head = _FUNCTION.match(text, place)
    if head is None:
        return None, place
    begin = head.end()
    if head.group(1) is not None:
        found = _RETURN.search(text, begin, begin + _AHEAD)
        if found is None:
            return None, place
        begin = found.end()
    value, end = read_literal(text, begin)
    call = _CALL.match(text, end)
    if value is None or call is None:
        return value, end
    given, behind = read_literal(text, call.end())
    parameters = [name.strip() for name in (head.group(1) or head.group(2) or "").split(",")]
    if not isinstance(given, list) or not any(parameters):
        return value, end
    return read_literal(text, begin, _names(parameters, given))[0], behind


def _names(parameters: Sequence[str], given: Sequence[Any]) -> dict[str, str]:
    return {name: json.dumps(value) for name, value in zip(parameters, given, strict=False)}


def _as_json(word: str, kind: str, is_key: bool, names: Names) -> str:
    if kind == "string":
        return _string(word)
    if is_key:
        return json.dumps(word)
    if kind == "number":
        return (
            word.replace("_", "")
            if not word.startswith(("0", ".", "-.")) or word == "0"
            else json.dumps(word)
        )
    return _NAMES.get(word) or names.get(word) or "null"


def _string(word: str) -> str:
    body = word[1:-1]
    return json.dumps(_ESCAPE.sub(_unescaped, body) if "\\" in body else body)


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2) or match.group(3)
    if code is None:
        sign = match.group(4)
        return _PLAIN.get(sign, sign)
    return chr(min(int(code, 16), 0x10FFFF))


def _drop_comma(out: list[str]) -> None:
    if out and out[-1] == ",":
        out.pop()


def _behind_call(text: str, place: int) -> int:
    """Return the place behind the bracket that closes a call."""
    depth = 1
    while depth:
        token = _TOKEN.match(text, place)
        if token is None:
            return place
        place = token.end()
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
    return place
