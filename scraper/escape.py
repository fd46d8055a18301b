"""Nothing from a page reaches a terminal or a log as it is: control characters, escapes and secrets. Pure."""

from __future__ import annotations

import logging
import re
import unicodedata
from urllib.parse import unquote, urlsplit, urlunsplit

__all__ = ["PrintableFilter", "loggable_url", "printable", "redacted"]

LONGEST_LINE = 20_000  # characters of one log message: a traceback fits, a page does not
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
        netloc = parts.netloc.rpartition("@")[2]
        path = re.sub(r";.*?(?=/|$)", lambda found: _without_secrets(found[0]), parts.path)
        fragment = _without_secrets(parts.fragment) if "=" in parts.fragment else ""
        return printable(urlunsplit((parts.scheme, netloc, path, _without_secrets(parts.query), fragment)))
    except ValueError:
        return printable(re.sub(r"//[^/@]*@", "//", url).partition("?")[0])


def redacted(text: str) -> str:
    """Return a text with every address in it made loggable."""
    return _URL.sub(lambda found: loggable_url(found[0]), text)


def _without_secrets(parameters: str) -> str:
    return _PAIR.sub(_redact, parameters)


def _redact(found: re.Match[str]) -> str:
    name = unquote(found[1])
    secret = _SECRET.search(name) or _JOINED.search(name.replace("_", "").replace("-", ""))
    return f"{found[1]}=REDACTED" if secret else found[0]


class PrintableFilter(logging.Filter):
    """Make each record's message printable and free of secrets; lines of a traceback stay lines.

    Put it on the handlers, not on loggers: a logger's filter does not see its children's records.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; always keep it."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError, IndexError) as error:  # arguments that do not fit
            message = f"{record.msg!r} {error!r}"
        record.msg, record.args = printable(redacted(message[:LONGEST_LINE])), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            lines = redacted(record.exc_text).split("\n")
            record.exc_text = "\n".join(printable(line) for line in lines)[:LONGEST_LINE]
        return True
