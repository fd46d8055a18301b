"""News agencies: how wires are credited, and the short name that the record keeps."""

import re
from collections.abc import Iterable

from columnist.pipelines.language.lexicon import lexicon

_SHORT = {spelling: name for name, spellings in lexicon("agencies").items() for spelling in spellings}
# Letters that a text may end or begin with; shorter spellings that are also words are left out.
_LETTERS = sorted(
    {
        s
        for s in _SHORT
        if (len(s) > 2 or not s.isascii())
        and s not in ("spa", "mena", "ani", "ria", "aap", "sid", "tt", "pap")
    },
    key=len,
    reverse=True,
)
_ALTERNATIVES = "|".join(re.escape(s) for s in (*_LETTERS, "ap", "pa", "aa"))
_SEAM = re.compile(r"\s*[/(–]\s*|\s-\s| ")
# "BERLIN (dpa) -", "(ANSA) - ROMA", "ЯР, 9 марта. /ТАСС/." at the start.
_DATELINE = re.compile(
    rf"^[^\n]{{0,60}}?[(（/]\s*({_ALTERNATIVES})(?:[/\-,][^)）]{{0,30}})?\s*[)）/]", re.IGNORECASE
)
# "(AFP)", "– dpa", "/ Reuters", "Quelle: dpa" as the last words.
_ENDING = re.compile(
    rf"(?:[(（/–—-]|\bsource\s*:|\bquelle\s*:|\bfuente\s*:|\bfonte\s*:|\bavec\b|\bwith\b|\bmit\b)\s*({_ALTERNATIVES})(?:[/,][\w\s/,-]{{0,30}})?\s*[)）]?\.?$",
    re.IGNORECASE,
)


def agency_of(name: str) -> str | None:
    """Return the agency's short name if the whole name is an agency's credit."""
    return _SHORT.get(name.strip(" .()（）[]/").lower())


def part_agency(credit: str) -> tuple[str, str | None]:
    """Part "Eva Muster/dpa" or "EVA MUSTER Associated Press" into the name and the agency as written."""
    credit = credit.strip()
    if agency_of(credit):
        return "", credit.strip(" .()（）[]/")
    for match in _SEAM.finditer(credit):
        tail = credit[match.end() :].strip(" .()（）[]/")
        # After a space only a spelt-out agency or capitals: "AP", but not the particle "tt".
        if agency_of(tail) and (match.group() != " " or " " in tail or len(tail) > 3 or tail.isupper()):
            return credit[: match.start()].strip(" ,(/-–"), tail
    return credit, None


def credited_agency(text: str) -> str | None:
    """Return the agency that a text names in its dateline or as its last words."""
    match = _DATELINE.match(text[:200]) or _ENDING.search(text[-120:].rstrip())
    if match is None:
        return None
    word = match.group(1)
    # Two-letter wires are credits in capitals only: "ap" and "pa" are words.
    return (
        _SHORT[word.lower()]
        if len(word) > 3 or word.isupper() or not word.isascii() or word == word.lower() == "dpa"
        else None
    )


_FIRST = 3  # paragraphs: a standfirst and a byline may stand before the dateline


def credited_in(paragraphs: Iterable[str]) -> str | None:
    """Return the agency that the first paragraphs' dateline or the last paragraph's end names."""
    texts = list(paragraphs)
    return next(
        (agency for text in (*texts[:_FIRST], *texts[-1:]) if (agency := credited_agency(text))), None
    )
