"""Bytes -> text: which encoding a page is in, in an order that survives wrong labels.

Byte order mark, UTF-16 without one, ISO-2022-JP's escapes, strict UTF-8, nearly UTF-8, what the page or the
server declares, a detector; what still cannot be read is replaced and flagged.
"""

import codecs
import re
from dataclasses import dataclass, replace

import numpy as np
from chardetng_py import detect
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's bytes as UTF-8, and what they were."""

    utf8: bytes
    encoding: str  # Python's name of the encoding that the bytes were read in
    guessed: bool = False  # detected or partly unreadable, so the text may hold wrong characters
    twice: bool = False  # the text had been encoded twice, as "Ã©" for "é", and is repaired


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What browsers read under a label (WHATWG Encoding Standard), where w3lib keeps the label's own meaning.
_BROWSERS_READ = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "johab": "cp949",
    "utf-16": "utf-8",  # a label that could be read as ASCII is not in UTF-16
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
    "utf-7": "utf-8",
}
_SAMPLE = 65_536  # bytes for the detector: its answer on 64 KB equalled that on whole pages (81 of 81)
_HEAD = 4_096  # bytes in which a UTF-16 page shows its NULs and a page its meta charset
_PIECE = 16_384  # bytes checked at once: a text of a piece stays in the processor's cache, a page's takes twice as long
_CYRILLIC = frozenset(("cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866"))
_FOREIGN = _CYRILLIC | {"cp1253", "iso8859-7", "cp1255", "iso8859-8", "cp1256", "iso8859-6"}
_TWINS = {"iso8859-2": "cp1250", "iso8859-7": "cp1253", "iso8859-4": "cp1257", "iso8859-13": "cp1257"}
_CONFUSED = {  # what pages are that are called so
    "cp1252": _FOREIGN | {"cp1250", "cp1254"},
    "iso8859-2": _FOREIGN | {"cp1250"},
    "cp1250": _CYRILLIC,
    "iso8859-7": frozenset(("cp1253",)),
    "iso8859-4": frozenset(("cp1257",)),
    "iso8859-13": frozenset(("cp1257",)),
    **dict.fromkeys(_CYRILLIC, _CYRILLIC),
}
_OF_LATIN_LETTERS = frozenset(
    ("cp1252", "cp1254", "cp1250", "cp1257", "iso8859-2", "iso8859-4", "iso8859-13")
)
_HIGH_WORD = re.compile(rb"[\x80-\xff]{4,}")
_HIGH_LETTER = re.compile(rb"(?<=[A-Za-z\xa1-\xff])[\xa1-\xff](?=[A-Za-z\xa1-\xff])")
_CONTROL = re.compile(rb"[\x80-\x9f]")  # quotes and letters on Windows, in the standards nothing
_ENOUGH = 40  # high bytes: below it the detector guesses
_ENOUGH_IN_WORDS = 12  # letters: of 1,384 Western pages one was taken for another, and reads the same; 62 of 62 others are known
_SURROGATES = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B]")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
# A cut or damaged UTF-8 page has a few bad bytes among many good ones; another encoding has almost only bad.
_GOOD_PER_BAD = 20
# What a byte of UTF-8 behind its first becomes where it is taken for Windows-1252 or Latin-1, and for Windows-1251.
_LATIN_TAIL = rb"(?:\xc2[\x80-\xbf]|\xe2\x80[\x90-\xbf]|\xe2\x82\xac|\xe2\x84\xa2|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c])"
_CYRILLIC_TAIL = rb"(?:\xd0[\x80-\x8f]|\xd1[\x90-\x9f]|\xd2[\x90\x91]|\xc2[\xa0-\xbf]|\xe2\x80[\x90-\xbf]|\xe2\x82\xac|\xe2\x84[\x96\xa2])"
_TWICE = re.compile(
    rb"\xc3[\x82-\x9f]%b|\xc3[\xa0-\xaf]%b{2}|\xd0[\xa0\xa1]%b" % (_LATIN_TAIL, _LATIN_TAIL, _CYRILLIC_TAIL)
)
_BEGUN = re.compile(rb"[\xc2-\xf4]")  # the first byte of every character past ASCII
_FEWEST_TWICE = 3  # a page that speaks of such letters shows one or two
_MOSTLY_TWICE = 0.7  # share of the characters past ASCII; the rest are a template's own
_MOST_REPAIRED = 2_000_000  # bytes: ftfy reads a megabyte in about a second
_LAST_ASCII = 127
_SHOWN = 20_000  # bytes past ASCII that show what a page is
_LINE = re.compile("[^<>\n]+")


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Return the page's bytes as UTF-8, once encoded; never raises."""
    decoded = _decoded(body, content_type)
    return decoded if decoded.utf8.isascii() else _encoded_once(decoded)


def _encoded_once(decoded: Decoded) -> Decoded:
    """Repair text that was encoded twice, where the page shows it throughout."""
    utf8 = decoded.utf8
    signs = np.frombuffer(utf8, np.uint8)
    # Without ASCII, of which pages are made, first: the expression takes 2 ms for a page, and .1 ms for these.
    past_ascii = signs[signs > _LAST_ASCII][:_SHOWN].tobytes()
    if len(utf8) > _MOST_REPAIRED or not _is_twice(past_ascii) or not _is_twice(utf8):
        return decoded
    from ftfy import fix_encoding  # here, as few pages need it and it takes 70 ms to load

    text = utf8.decode("utf-8", "replace")
    text = _LINE.sub(
        lambda line: line.group() if line.group().isascii() else fix_encoding(line.group()), text
    )
    return replace(decoded, utf8=text.encode("utf-8", "replace"), twice=True)


def _is_twice(utf8: bytes) -> bool:
    found = _TWICE.findall(utf8)
    letters = len(_BEGUN.findall(b"".join(found)))
    return len(found) >= _FEWEST_TWICE and letters >= _MOSTLY_TWICE * len(_BEGUN.findall(utf8))


def _decoded(body: bytes, content_type: str | None) -> Decoded:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _read(body[len(mark) :], encoding)
    if (wide := _wide_encoding(body[:_HEAD])) is not None:
        return _read(body, wide)
    if b"\x1b" in body and _JAPANESE_ESCAPE.search(body):  # the one byte is found ten times as fast
        return _read(body, "iso2022_jp")
    if _is_utf8(body):
        return Decoded(body, "utf-8")
    if _is_utf8(whole := _SURROGATES.sub(b"", body)):  # halves of pairs, from broken transcoders
        return Decoded(whole, "utf-8")
    if _nearly_utf8(whole):
        return _read(whole, "utf-8")
    declared = _declared(body, content_type)
    if len(declared) == 1 and (meant := _meant_by(declared[0], body)) is not None:
        return _flag(_read(body, meant))
    if len(declared) == 1 and _reads_well(body, declared[0]):
        return _read(body, declared[0])
    return _read_detected(body, declared)


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        return True
    view, at = memoryview(body), 0
    try:
        while at < len(body):
            end = at + _PIECE
            at += codecs.utf_8_decode(view[at:end], "strict", end >= len(body))[1]
    except UnicodeDecodeError:
        return False
    return True


def _read(body: bytes, encoding: str) -> Decoded:
    text = body.decode(encoding, "replace")
    utf8 = text.encode("utf-8", "ignore")  # UTF-16 and -32 may carry lone surrogates: dropped
    return Decoded(utf8, encoding, guessed="�" in text)


def _wide_encoding(head: bytes) -> str | None:
    """Recognise UTF-16 without a mark by its NULs: markup is ASCII, so every other byte is one."""
    if b"\0" not in head:
        return None
    for start, encoding in ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")):
        if head.startswith(start):
            return encoding
    even, odd = head[0::2].count(0), head[1::2].count(0)
    few, many = sorted((even, odd))
    # A quarter: markup between CJK text still gives that much; stray NULs lie on both sides alike.
    if many * 8 < len(head) or many < 4 * few:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _nearly_utf8(body: bytes) -> bool:
    text = body.decode("utf-8", "replace")
    first = text.find("�")
    sample = text[max(0, first - _SAMPLE) : first + _SAMPLE]
    bad = sample.count("�")
    good = sum(1 for character in sample if character > "\x7f") - bad
    return good >= _GOOD_PER_BAD * bad


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Return the encodings declared by the server and by the page, as browsers read those labels."""
    labels = (http_content_type_encoding(content_type), html_body_declared_encoding(body[:_HEAD]))
    found: list[str] = []
    for label in labels:
        encoding = _BROWSERS_READ.get(label or "", label)
        if encoding and encoding != "utf-8" and encoding not in found:  # UTF-8 was tried and is wrong
            found.append(encoding)
    return found


def _meant_by(declared: str, body: bytes) -> str | None:
    """Return the encoding of a page that names another of its family; None where the label may be right.

    Windows' pages are named after the standard that they resemble: bytes that have no letter there tell them apart. Where
    the scripts differ, words of nothing but high bytes do: no language of Latin letters has many.
    """
    if declared not in _CONFUSED:
        return None
    sample = _sample(body)
    name = codecs.lookup(detect(sample)).name
    found = _BROWSERS_READ.get(name, name)
    if found[:4] == declared[:4] == "koi8" or found not in _CONFUSED[declared] - {declared}:
        return None
    high = len(_NOT_ASCII.findall(sample))
    if declared in _OF_LATIN_LETTERS and found not in _OF_LATIN_LETTERS:
        in_words = sum(map(len, _HIGH_WORD.findall(sample)))
        return found if in_words >= _ENOUGH and in_words >= high // 2 else None
    if found == _TWINS.get(declared):
        return found if _CONTROL.search(sample) else None
    if declared != "cp1252":
        return found if high >= _ENOUGH else None
    return (
        found if len(_HIGH_LETTER.findall(sample)) >= _ENOUGH_IN_WORDS else None
    )  # quotes are the same in both


def _sample(body: bytes) -> bytes:
    first = _NOT_ASCII.search(body)
    start = max(0, first.start() - 64) if first else 0
    return body[start : start + _SAMPLE]


def _reads_well(body: bytes, encoding: str) -> bool:
    """Say whether almost nothing is unreadable; a page cut in mid-character, a stray byte may be."""
    try:
        text = body.decode(encoding, "replace")
    except LookupError:
        return False
    return text.count("�") * 1000 <= len(text)


def _read_detected(body: bytes, declared: list[str]) -> Decoded:
    """Ask the detector; where server and page disagree and it sides with one, nothing is guessed."""
    name = codecs.lookup(detect(_sample(body))).name
    encoding = _BROWSERS_READ.get(name, name)
    if encoding in declared:
        return _read(body, encoding)
    for other in declared:
        if _reads_well(body, other) and len(declared) > 1:
            return _flag(_read(body, other))
    return _flag(_read(body, encoding))


def _flag(decoded: Decoded) -> Decoded:
    return Decoded(decoded.utf8, decoded.encoding, guessed=True)
