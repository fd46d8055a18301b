"""A title without what is none of the headline: the site's name, sections, a line for search engines."""

import re
from functools import lru_cache

from columnist.pipelines.document.parse import SEPARATORS
from columnist.pipelines.metadata.sources.site_names import IN_BRACKETS, is_site

LONGEST_TITLE = 300  # characters; longer "headlines" are paragraphs
FEWEST_WORDS = 3  # of a headline, before a bar
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff"
UNSPACED_LONG = re.compile(f"(?:[^{_UNSPACED}]*[{_UNSPACED}]){{5}}")  # more than most sections have
# What parts a headline in such a script from sections and sites behind it; a bare hyphen before a site's name only.
_BEHIND = (re.compile(r"\s*[_|｜]+\s*"), re.compile(r"\s+[-–—]\s+"), re.compile(r"-+"))
_SITE_BEHIND = re.compile(r"[网網报報台社刊站》]|频道|頻道|新闻|新聞|ニュース|デジタル|オンライン|在线|線上")
_LONGEST_BEHIND = 20
_BEFORE_COLON = re.compile(r"([^:：]{2,60}?)\s*[:：]\s*(?=\S)")
_SECTION_WORDS = 2


@lru_cache(maxsize=64)  # the head says the same title three times
def trim_title(text: str, names: tuple[str, ...]) -> str:
    """Take off the site's name, and what a bar separates: section, site, a line for search engines."""
    bare = _without_site(text[:LONGEST_TITLE], names)
    if UNSPACED_LONG.match(bare):
        return _without_sections(bare)
    first = bare.partition(" | ")[0]
    return first if len(first.split()) >= FEWEST_WORDS and len(first) * 2 > len(bare) else bare


def _without_sections(text: str) -> str:
    """Take sections and the site off a headline in a script whose words cannot be counted."""
    for number, mark in enumerate(_BEHIND):
        first, *behind = mark.split(text)
        if (
            not behind
            or not UNSPACED_LONG.match(first)
            or any(len(b) > min(_LONGEST_BEHIND, len(first)) for b in behind)
        ):
            continue
        if number == 0 or _SITE_BEHIND.search("".join(behind)):
            return first
    return text


def _without_site(text: str, names: tuple[str, ...]) -> str:
    """Take the site's name off the title's ends, with what stands beyond it."""
    if (bracketed := IN_BRACKETS.search(text)) and is_site(bracketed.group(1), names):
        text = text[: bracketed.start()]
    pieces = list(SEPARATORS.finditer(text))
    for match in reversed(pieces):
        if is_site(text[match.end() :], names) or (
            match.end() < len(text) and is_site(SEPARATORS.split(text[match.end() :])[0], names)
        ):
            text = _without_section(text[: match.start()].rstrip(), match.group())
    if (first := SEPARATORS.search(text)) and is_site(text[: first.start()], names):
        text = text[first.end() :].lstrip()
    if (before := _BEFORE_COLON.match(text)) and is_site(before.group(1), names):
        text = text[before.end() :]
    return text


def _without_section(text: str, separator: str) -> str:
    """Take off a section of a word or two that the same mark parts from the headline as it did the site's name."""
    headline, mark, section = text.rpartition(separator)
    if mark and len(section.split()) <= _SECTION_WORDS and len(headline.split()) > FEWEST_WORDS:
        return headline.rstrip()
    return text
