"""Path patterns of robots.txt, AIPREF and TDMRep: spelling per RFC 9309 section 2.2, matching in linear time."""

import re
from urllib.parse import urlsplit

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# An escape, or a character that RFC 3986 allows nowhere raw: controls, space, quotes, braces, not ASCII.
_SPELLED = re.compile(r"%[0-9A-Fa-f]{2}|%|[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")


def normal_path(url: str) -> str:
    """Return the path and query of an address as patterns are compared with it; no fragment."""
    try:
        parts = urlsplit(url.partition("#")[0])
    except ValueError:  # a bracket without its twin: then the text itself is the path
        return _spell("/" + url)
    path = parts.path + ("?" + parts.query if parts.query or url.partition("#")[0].endswith("?") else "")
    spelled = _spell(path if path.startswith("/") else "/" + path)
    return spelled.replace("*", "%2A").replace("$", "%24")


def normal_pattern(pattern: str) -> str:
    """Return a pattern in the spelling of `normal_path`; * and a last $ keep their special meaning."""
    if re.match(r"https?://", pattern, re.IGNORECASE):  # a common mistake: the whole address as a path
        pattern = re.sub(r"^[^/]+//[^/]*", "", pattern) or "/"
    anchor = "$" if pattern.endswith("$") else ""
    spelled = _spell(pattern[: len(pattern) - len(anchor)]).replace("$", "%24")
    return (spelled if spelled.startswith(("/", "*")) else "/" + spelled) + anchor


def path_matches(pattern: str, path: str) -> bool:
    """Match a path, or an address, against a pattern as written."""
    return pattern_matches(normal_pattern(pattern), normal_path(path))


def pattern_matches(pattern: str, path: str) -> bool:
    """Match a normal path against a normal pattern: a prefix in which * is anything and a last $ the end.

    Text search part by part, no regular expression: no pattern can make it slow.
    """
    anchored = pattern.endswith("$")
    head, *parts = (pattern[:-1] if anchored else pattern).split("*")
    if not path.startswith(head):
        return False
    at = len(head)
    if not parts:
        return not anchored or at == len(path)
    *middle, tail = parts
    for part in middle:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if anchored:
        return path.endswith(tail) and len(path) - len(tail) >= at
    return path.find(tail, at) >= 0


def _spell(text: str) -> str:
    return _SPELLED.sub(_spell_one, text)


def _spell_one(found: re.Match[str]) -> str:
    text = found[0]
    if len(text) == 3:
        octet = int(text[1:], 16)
        return chr(octet) if octet in _UNRESERVED else text.upper()
    # Bytes that are no UTF-8 reach us as lone surrogates and go back to the bytes that they were.
    errors = "surrogateescape" if "\udc80" <= text <= "\udcff" else "surrogatepass"
    return "".join(f"%{octet:02X}" for octet in text.encode("utf-8", errors))
