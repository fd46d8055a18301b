"""What may be shown and kept of a text: nothing that a terminal acts on, and no secret. Pure.

Log, errors, manifests, state.db and state.lock all get their words from here.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

# Categories that move the cursor, reorder text or print nothing: controls, formats (bidi, zero width, tags),
# surrogates, private use, unassigned, line and paragraph separators.
_UNPRINTABLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_SUSPECT = re.compile(r"[^\x20-\x7e]")
_SECRET = re.compile(
    r"(^|[_.\-\[])(token|tok|key|apikey|api_key|secret|password|passwd|pwd|pass|sig|signature|auth|authorization|"
    r"session|sessionid|sid|phpsessid|jsessionid|credential|credentials|code|jwt|hash|hmac|nonce|otp|pin|"
    r"email|mail|user|username)s?(\]|$)",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"(token|secret|passw|apikey|accesskey|signature|credential|sessionid|policy)", re.IGNORECASE
)
# The last character is no punctuation of the sentence around the address.
# Any scheme: the address of a store (s3://) holds keys.
_URL = re.compile(r"[a-z][a-z0-9+.\-]{1,15}://[^\s<>\"'`]*[^\s<>\"'`).,;:\]}!?]", re.IGNORECASE)
_PAIR = re.compile(r"([^&;=/]+)=([^&;]*)")


def printable(text: str) -> str:
    """Return the text on one line, with everything that a terminal would act on written as an escape."""
    return _SUSPECT.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if unicodedata.category(character) not in _UNPRINTABLE:
        return character
    number = ord(character)
    short = {9: "\\t", 10: "\\n", 13: "\\r"}.get(number)
    return short or (
        f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"
    )


def loggable_url(url: str) -> str:
    """Return an address for the log: user and password gone, values of secret parameters replaced, printable."""
    try:
        parts = urlsplit(url)
        if "@" in url and not _is_port(parts.netloc.rpartition("@")[2]):  # a password with / ? or # as it is
            parts = urlsplit(f"{parts.scheme}://{url.rpartition('@')[2]}")
        netloc = parts.netloc.rpartition("@")[2]
        path = re.sub(r";.*?(?=/|$)", lambda found: _without_secrets(found[0]), parts.path)
        fragment = _without_secrets(parts.fragment) if "=" in parts.fragment else ""
        return printable(urlunsplit((parts.scheme, netloc, path, _without_secrets(parts.query), fragment)))
    except ValueError:
        return printable(re.sub(r"//[^/@]*@", "//", url).partition("?")[0])


def redacted(text: str) -> str:
    """Return a text with every address in it made loggable."""
    return _URL.sub(lambda found: loggable_url(found[0]), text)


def _is_port(netloc: str) -> bool:
    """Say whether what follows the host is a port, or nothing; what is none is a password cut off."""
    return re.fullmatch(r"(\[.*\]|[^:]*)(:\d*)?", netloc) is not None


def redacted_command(words: Iterable[str]) -> str:
    """Return a command line without its secrets: a webhook's path, passwords, values that are named as secrets."""
    shown: list[str] = []
    before = ""
    for word in words:
        guarded = before.startswith("-") and "=" not in before and _is_guarded(before)
        shown.append(_shown(before, word) if guarded else _shown_word(word))
        before = word
    return " ".join(shown)


def _shown_word(word: str) -> str:
    name, equals, value = word.partition("=")
    return f"{name}={_shown(name, value)}" if equals and "://" not in name else redacted(word)


def redacted_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a run's options without secrets."""
    return {name: _plain(name, value) for name, value in options.items()}


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return redacted_options(value)
    return _shown(name, value) if isinstance(value, str) else value


def _shown(name: str, value: str) -> str:
    """Return the value of an option: of a webhook the host alone, for whoever has its path can post there."""
    if not value or not _is_guarded(name):
        return redacted(value)
    if "webhook" in name.lower():
        try:
            parts = urlsplit(value)
        except ValueError:
            return "REDACTED"
        host = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{host}/REDACTED" if host and _is_port(host) else "REDACTED"
    return "REDACTED"


def _is_guarded(name: str) -> bool:
    word = name.lstrip("-").replace("-", "_").lower()
    return "webhook" in word or _is_secret(word)


def _is_secret(name: str) -> bool:
    return bool(_SECRET.search(name) or _JOINED.search(name.replace("_", "").replace("-", "")))


def _without_secrets(parameters: str) -> str:
    return _PAIR.sub(_redact, parameters)


def _redact(found: re.Match[str]) -> str:
    return f"{found[1]}=REDACTED" if _is_secret(unquote(found[1])) else found[0]
