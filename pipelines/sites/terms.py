"""What a site says about use at more length than a signal: an RSL licence, and words in the comments of robots.txt.

RSL 1.0 (rslstandard.org/rsl): XML, by path. Pure, and read in a sandboxed worker: bytes in, rules out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from columnist.pipelines.records.article import Rights
from columnist.pipelines.sites.path_patterns import normal_pattern, path_matches
from columnist.pipelines.sites.rights import MAX_WORDS, said

MAX_LICENCE_BYTES = 256 * 1024  # one for each section of a large paper has 20 KB
MAX_LICENCE_RULES = 1_000  # as of tdmrep.json
# The uses that an RSL licence names, and the wider ones that hold them.
_TRAINING = ("ai-train", "ai-all", "all")
_SEARCH = ("search", "all")
_AI_INPUT = ("ai-input", "ai-all", "all")
_UNPAID = ("free", "attribution")  # payments that cost nothing; no <payment> at all is free too
# A comment that speaks of one of these speaks of use. Word starts: "reserv" is reserved, reservation, reservado.
_OF_USE = re.compile(
    r"\b(?:text[- ]and[- ]data|data[- ]?mining|tdm\b|2019/790|art(?:icle|\.|ikel)?\s*4\b|44\s?b\b|machine[- ]learning"
    r"|artificial[- ]intelligence|generative|a\.?i\.?\b|ki\b|i\.a\.|llms?\b|large[- ]language|train(?:ing)?\b|licen[cs]"
    r"|lizenz|scrap(?:e|ing)|reserv|réserv|vorbehalt|fouille|minería|mineração|estrazione|künstliche|intelligen[cz]"
    r"|copyright|urheberrecht|droits?\s+d.auteur|terms of (?:use|service)|nutzungsbedingungen|prohibit|forbid|permission)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class LicenceRule:
    """What an RSL document says of one path: each use allowed, refused or left open."""

    location: str
    rights: Rights


def read_licence(body: bytes, url: str) -> tuple[LicenceRule, ...]:
    """Read an RSL document; what is none, a page for people, has no rules."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(body[:MAX_LICENCE_BYTES], parser)
    except (etree.XMLSyntaxError, ValueError):
        return ()
    if root is None or _name(root) != "rsl":
        return ()
    contents = [element for element in root if _name(element) == "content"][:MAX_LICENCE_RULES]
    return tuple(LicenceRule(content.get("url") or "/", _rights_of(content, url)) for content in contents)


def rights_from_licence(rules: Iterable[LicenceRule], path: str) -> Rights:
    """Find what a licence says of a path: the longest location decides."""
    matching = [rule for rule in rules if path_matches(rule.location, path)]
    return max(matching, key=lambda rule: len(normal_pattern(rule.location))).rights if matching else Rights()


def reservation_in(comments: Iterable[str]) -> str | None:
    """Return what the comments of a robots.txt say about use, block by block, as text; None where they say nothing."""
    blocks: list[list[str]] = [[]]
    for comment in comments:
        if words := comment.strip(" \t#-=*_"):
            blocks[-1].append(words)
        elif blocks[-1]:
            blocks.append([])
    told = [text for block in blocks if _OF_USE.search(text := " ".join(block))]
    return "\n".join(dict.fromkeys(told))[:MAX_WORDS] or None


@dataclass(frozen=True, slots=True)
class _Licence:
    """One <license>: the uses that it permits (None: it lists none) and prohibits, and on what terms."""

    permits: tuple[str, ...] | None
    prohibits: tuple[str, ...]
    bought: bool  # paid for, or to be had from a licence server
    limited: bool  # to users or countries that we are not known to be of

    def says(self, names: tuple[str, ...]) -> bool | None:
        """Say whether a use is granted: what must be bought is not, nor what a list of uses leaves out."""
        if self.permits is None:
            return None
        if self.bought or not any(name in self.permits for name in names):
            return False
        return None if self.limited else True


def _rights_of(content: Any, url: str) -> Rights:
    elements = [element for element in content if _name(element) == "license"]
    licences = [_licence(element, bool(content.get("server"))) for element in elements]
    words = "; ".join(text for element in elements if (text := _words(element)))
    spoken = said("licence", f"{url}: {words}") if words else None
    train_ai, search, ai_input = (_verdict(licences, names) for names in (_TRAINING, _SEARCH, _AI_INPUT))
    return Rights(train_ai=train_ai, search=search, ai_input=ai_input, signals=spoken)


def _verdict(licences: Iterable[_Licence], names: tuple[str, ...]) -> bool | None:
    """Join the licences under which a path is offered: any may be taken, but a use that one prohibits is refused."""
    answers = [licence.says(names) for licence in licences]
    if any(name in licence.prohibits for licence in licences for name in names):
        return False
    return True if True in answers else (False if False in answers else None)


def _licence(element: Any, from_server: bool) -> _Licence:
    kinds = [(_name(child), (child.get("type") or "").lower()) for child in element]
    paid = any(name == "payment" and kind not in ("", *_UNPAID) for name, kind in kinds)
    limited = any(name == "permits" and kind not in ("", "usage") for name, kind in kinds)
    prohibits = _uses(element, "prohibits") or ()
    return _Licence(_uses(element, "permits"), prohibits, from_server or paid, limited)


def _uses(licence: Any, tag: str) -> tuple[str, ...] | None:
    found = [c for c in licence if _name(c) == tag and (c.get("type") or "usage").lower() == "usage"]
    words = (word for child in found for word in re.split(r"[\s,]+", (child.text or "").lower()) if word)
    return tuple(dict.fromkeys(words)) if found else None


def _words(licence: Any) -> str:
    """Return a licence's terms in one line: `permits usage: search, prohibits usage: ai-train, payment: crawl`."""
    parts = []
    for child in licence:
        if _name(child) in ("permits", "prohibits", "payment"):
            kind, text = child.get("type"), " ".join((child.text or "").split())
            parts.append(f"{_name(child)} {kind or ''}".strip() + (f": {text}" if text else ""))
    return ", ".join(parts)


def _name(element: Any) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""
