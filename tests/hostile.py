"""A grammar of hostile HTML: fragments of our own making that a page may hold between its paragraphs.

Each fragment is made of one to four pieces; a piece is an element left open, closed twice or nested where it
may not be, a broken comment, tag, attribute or reference, or raw bytes that belong to another encoding.
"""

# ruff: noqa: SIM905  names are read in lines, not in quotes

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

__all__ = ["fragments"]

WORDS = "harbour bridge council budget storm ferry school market railway museum orchard tower".split()
FORMATTING = tuple("a b big code em font i nobr s small strike strong tt u".split())
BLOCKS = tuple(
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h6 header hgroup li listing main menu nav ol p pre search section summary ul".split()
)
TABLES = tuple("caption col colgroup table tbody td tfoot th thead tr".split())
CONTROLS = tuple(
    "button datalist input keygen label legend meter optgroup option output progress select".split()
)
FOREIGN = tuple("annotation-xml desc foreignObject g malignmark math mglyph mi mtext path svg text".split())
RAW = tuple("iframe noembed noframes noscript plaintext script style template textarea title xmp".split())
ODD = tuple(
    "applet area audio base basefont bgsound body br canvas embed frame frameset head hr html image img isindex "
    "link map marquee meta object param picture rb rp rt rtc ruby slot source span track video wbr".split()
)
CUSTOM = ("x-card", "o:p", "fb:like", "amp-img", "st1:place", "a.b", "é", "news_box", "h7", "spanner")
NAMES = FORMATTING + BLOCKS + TABLES + CONTROLS + FOREIGN + RAW + ODD + CUSTOM
VALUES = (
    "",
    "x",
    "a b",
    "1e9",
    "javascript:void(0)",
    "https://news.example/?a=1&b=2&copy=3",
    "�",
    "日本",
    "\t\n",
)
ATTRIBUTES = (
    "class",
    "id",
    "style",
    "href",
    "src",
    "onclick",
    "data-x",
    "title",
    "xmlns",
    "xml:lang",
    "=",
    "'",
    "a<b",
)
REFERENCES = (
    "&#0;", "&#1;", "&#12;", "&#x0B;", "&#31;", "&#127;", "&#x80;", "&#150;", "&#xD800;", "&#xDFFF;", "&#xFFFE;",
    "&#x10FFFF;", "&#x110000;", "&#99999999999;", "&#;", "&#x;", "&#xg;", "&", "&&", "&amp", "&ampamp;", "&lt",
    "&ltp&gt", "&notit;", "&bogus;", "&nbsp", "&shy;", "&zwj;", "&NotEqualTilde;", "&quot", "&copy=", "&#38;#60;",
)  # fmt: skip
COMMENTS = (
    "<!-->", "<!--->", "<!---->", "<!-- a --!>", "<!-- a -- b -->", "<!--<!-- a -->", "<!- a ->", "<! a >", "<!>",
    "<!-- > -->", "<!--a--", "<!-- &#12; -->", "<!--[if lt IE 9]><p>old</p><![endif]-->", "<![if !IE]><b>new</b><![endif]>",
    "<!--[if gte mso 9]><xml><o:p></o:p></xml><![endif]-->", "<!-- </article></body></html> -->", "</ a>", "</>", "</!>",
    "<![CDATA[ a ]]>", "<![CDATA[ a > b ]]>", "<![CDATA[ a ]]", "<?php echo '<p>' ?>", "<?xml version='1.0'?>", "<?", "<?>",
    "<!DOCTYPE html>", "<!DOCTYPE svg [ <!ENTITY a 'b'> ]>", "<!ELEMENT a>", "<% if a > b %>", "{{ a < b }}", "<!-- a", "<![CDATA[",
)  # fmt: skip
BYTES = (
    "\0", "\x01", "\x0b", "\x0c", "\x1a", "\x1b[31m", "\x7f", "\x85", "\xa0", "\xad", "\u2028", "\u200b", "\u202e", "\ufeff",
    "\ufffd", "\ufffe", "\U0001f600", "\ud800", "\udc00", "\ue000", "e\u0301" * 40, "\r", "\r\n\r\n", "\u3000",
)  # fmt: skip
BROKEN_TAGS = (
    "<", "<<", "< p>", "<p", "<p <p>", "<p/>", "<div/>", "<p a='", '<p a="b', "<p a=b'c>", "<p =>", "<1>", "<a href='>'>",
    '<a href="a"b>', "<p\0>", "<i\x0b>", "<p/a/b/>", "<img src=x onerror='a>b'>", "</p/>", "</p a=b>", "</p", "<//p>",
    "a < b > c", "5<6", "<3", "<->", "<@>", "<p>>>>", "<<p>>", "<b<i>", "<a href=//a//>", "<p class=\"a'>", "<é>",
)  # fmt: skip


def fragments(count: int, seed: int) -> Iterator[str]:
    """Yield as many fragments; the same ones for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        yield "".join(chance.choice(PIECES)(chance) for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))))


def _words(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(1, 5)))


def _attribute(chance: random.Random) -> str:
    name, value = chance.choice(ATTRIBUTES), chance.choice(VALUES)
    return chance.choice((name, f'{name}="{value}"', f"{name}='{value}'", f"{name}={value.strip() or 'x'}"))


def _tag(chance: random.Random, name: str) -> str:
    given = "".join(" " + _attribute(chance) for _ in range(chance.choice((0, 0, 0, 1, 2))))
    name = name.upper() if chance.random() < 0.1 else name
    return f"<{name}{given}>"


def _open(chance: random.Random) -> str:
    name = chance.choice(NAMES)
    inner = _words(chance) if chance.random() < 0.4 else ""
    return _tag(chance, name) + inner


def _closed(chance: random.Random) -> str:
    name = chance.choice(NAMES)
    return f"{_tag(chance, name)}{_words(chance)}</{name}>"


def _stray_end(chance: random.Random) -> str:
    return "".join(f"</{chance.choice(NAMES)}>" for _ in range(chance.randint(1, 4)))


def _misnested(chance: random.Random) -> str:
    first, second = chance.choice(FORMATTING + BLOCKS), chance.choice(FORMATTING + BLOCKS + TABLES)
    return f"<{first}>{_words(chance)}<{second}>{_words(chance)}</{first}>{_words(chance)}</{second}>"


def _half_table(chance: random.Random) -> str:
    parts = [f"<{chance.choice(('', '/'))}{chance.choice((*TABLES, 'p', 'b', 'select'))}>" for _ in range(4)]
    return "<table>" + _words(chance).join(parts) + chance.choice(("", "", "</table>"))


def _half_select(chance: random.Random) -> str:
    inner = (*CONTROLS, "p", "table", "svg", "script", "b", "div")
    parts = [f"<{chance.choice(inner)}>" for _ in range(chance.randint(1, 3))]
    return "<select>" + _words(chance).join(parts) + chance.choice(("", "</select>"))


def _foreign(chance: random.Random) -> str:
    root = chance.choice(("svg", "math"))
    inner = (*FOREIGN, "p", "div", "table", "title", "style", "font", "b", "a", "br")
    parts = "".join(f"<{chance.choice(inner)}{chance.choice(('', '', '/'))}>" for _ in range(3))
    return f"<{root}>{parts}" + chance.choice(("", f"</{root}>"))


def _raw_text(chance: random.Random) -> str:
    name = chance.choice(RAW)
    inner = chance.choice(("<p>x</p>", "</div>", "<!-- <script>", "</scrip", "a < b && c > d", "<b>", ""))
    return f"<{name}>{inner}" + chance.choice(("", f"</{name}>", f"</{name}>", f"</{name.upper()} >"))


def _deep(chance: random.Random) -> str:
    name = chance.choice((*FORMATTING, *BLOCKS, "span", "table", "svg", "x-card", "button", "object"))
    depth = chance.choice((20, 254, 300, 600, 2_500))
    return f"<{name}>" * depth + f"</{name}>" * chance.choice((0, depth, depth // 2))


def _formatting_run(chance: random.Random) -> str:
    names = [chance.choice(FORMATTING) for _ in range(chance.randint(3, 40))]
    return "<p>" + "".join(f"<{name}>" for name in names) + _words(chance) + "</p>"


def _huge_attribute(chance: random.Random) -> str:
    name = chance.choice(("div", "p", "img", "a", "i", "input"))
    size = chance.choice((2_000, 70_000, 300_000))
    value = chance.choice(("x", "'", "<", "&", "é", " ")) * size
    many = " ".join(f"a{i}=1" for i in range(size // 20))
    return (
        chance.choice((f'<{name} data-x="{value}">', f"<{name} {many}>", f"<{name} {'/' * size}>"))
        + f"</{name}>"
    )


def _nested(chance: random.Random) -> str:
    names = [chance.choice(NAMES) for _ in range(chance.randint(2, 6))]
    ends = [f"</{name}>" for name in reversed(names) if chance.random() < 0.6]
    return "".join(f"<{name}>" for name in names) + _words(chance) + "".join(ends)


def _constant(among: tuple[str, ...]) -> Callable[[random.Random], str]:
    return lambda chance: _words(chance) + chance.choice(among) + chance.choice(("", _words(chance)))


PIECES: tuple[Callable[[random.Random], str], ...] = (
    _open, _open, _closed, _stray_end, _misnested, _half_table, _half_select, _foreign, _raw_text, _deep,
    _formatting_run, _huge_attribute, _nested, _nested, _constant(REFERENCES), _constant(COMMENTS), _constant(BYTES),
    _constant(BROKEN_TAGS),
)  # fmt: skip
