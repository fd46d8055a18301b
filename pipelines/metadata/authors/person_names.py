"""Bylines in many languages -> names of persons, one each."""

import re
from dataclasses import dataclass

from columnist.pipelines.document.text import normalise
from columnist.pipelines.language.lexicon import either
from columnist.pipelines.language.months import MONTHS, fold
from columnist.pipelines.metadata.authors.agencies import agency_of, part_agency
from columnist.pipelines.metadata.authors.byline_words import (
    AGO,
    AGO_BEHIND,
    ALL_LABEL,
    BEHIND_NAME,
    CHINESE_ROLE,
    CJK_CLOSER,
    CJK_OPENER,
    CREDENTIAL,
    CUT,
    DAY_BEHIND,
    DESK,
    EDITED,
    JOINED,
    MADE,
    NOBODY,
    NOISE,
    NOT_A_NAME,
    OPENER,
    PARTICLES,
    PICTURED,
    PICTURED_BEHIND,
    PICTURED_BY,
    PICTURED_SPACED,
    PLACES,
    ROLE_BEFORE,
    ROLE_BEHIND,
    ROLE_ONLY,
    ROLE_START,
    SEAT,
    SEAT_BEFORE,
    SPACED_HAN,
    SPACED_HANGUL,
    TAIPEI,
    WHENCE,
    WROTE_BEHIND,
)


@dataclass(frozen=True, slots=True)
class Byline:
    """Who a byline names."""

    persons: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()  # as written
    others: tuple[str, ...] = ()  # desks, teams, pen names, publications


# Conjunctions between names; single letters count between spaces only.
_AND = re.compile(
    rf"\s*(?:[;|/•·、・，\n]|\s&\s|\s\+\s|(?<!\w)(?:{either('bylines', 'joins')})(?=\s))\s+|\s*[;|•·、・，،]\s*|\s&\s*|\s*\n\s*"
)
_BETWEEN_HAN = re.compile(r"[\s、，,]+")
_COMMA = re.compile(r"\s*,\s*")
_LETTER = re.compile(r"[^\W\d_]")
_CASELESS = re.compile(
    r"[\u0590-\u08ff\u0900-\u0e7f\u1000-\u109f\u10a0-\u10ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # a name there is one word
_KATAKANA = re.compile("[\u30a0-\u30ff]+")
_BRACKETED = re.compile(r"[（(【\[]([^（）()\[\]【】]{2,40})[）)】\]]")
_LAST_FIRST = re.compile(r"([^\s,]{2,30}), ([^\s,]{1,20}(?: [^\s,]{1,20})?)")
_STAFF = re.compile(r"^(The .+) staff\Z")  # of a paper: it is the paper's; "Resy Staff" is a desk's name
_FULL_STOP = re.compile(r"(?<=[^\W\d_]{4})\.$")  # of a sentence; "Jr." and "Esq." keep theirs
_SHOUTED = 3  # letters; shorter capitals are initials
_LONGEST_NAME = 60
_LONGEST_FIELD = 80
_LONGEST_BYLINE = 400


def parse_byline(text: str) -> Byline:
    """Return the persons and agencies that visible words name; neither if they are no byline.

    Pieces that stood in elements of their own are parted by newlines.
    """
    persons: dict[str, str] = {}
    agencies: list[str] = []
    line = " | ".join(piece for row in text[:_LONGEST_BYLINE].split("\n") if (piece := normalise(row)))
    for part in _parts(_open(_parted(_of_writers(line)))):
        words, agency = part_agency(part)
        if agency:
            agencies.append(agency)
        name = _clean(DAY_BEHIND.sub("", words)) if words else ""
        if name and is_person_name(name) and not agency_of(name):
            persons.setdefault(name.lower(), name)
    return Byline(_without_places(tuple(persons.values())), tuple(agencies))


def _without_places(persons: tuple[str, ...]) -> tuple[str, ...]:
    """Beside a full name drop a town: a place of two words that is known, or any lone word that is capitalised."""
    if not any(" " in name for name in persons[:1]):
        return persons
    first, *others = persons
    names = [
        name for name in others if name.lower() not in PLACES and (" " in name or _UNSPACED.search(name))
    ]
    return (first, *names)


def parse_name_field(words: str) -> Byline:
    """Return who a field made for authors' names names: believed also where it is a desk or a pen name."""
    text = _open(_parted(_of_writers(normalise(words.strip().replace("\n", " | "))[:_LONGEST_BYLINE])))
    match = _LAST_FIRST.fullmatch(text)
    if match and not CREDENTIAL.match(match.group(2)) and not agency_of(match.group(2)):
        text = f"{match.group(2)} {match.group(1)}"
    found = parse_byline(text)
    parts = len(_parts(text))
    whole = len(found.persons) + len(found.agencies) == parts and (
        parts == 1 or all(" " in p for p in found.persons)
    )
    if whole or any(not person.isascii() for person in found.persons):
        return found
    persons = tuple(person for person in found.persons if " " in person)
    if persons or found.agencies:
        return Byline(persons, found.agencies)
    name = _clean(text)
    if (
        not 2 <= len(name) <= _LONGEST_FIELD
        or not _LETTER.search(name)
        or NOBODY.match(name)
        or ALL_LABEL.match(name)
    ):
        return Byline()
    if OPENER.sub("", name + " x") == "x" or _dated(name):
        return Byline()
    return Byline(others=(_STAFF.sub(r"\1", name),))


def _dated(name: str) -> bool:
    words = re.findall(r"\w+", fold(name))
    return any(word.isdigit() for word in words) and any(word in MONTHS for word in words)


def _of_writers(text: str) -> str:
    """Leave out who took the pictures and who edited the words, with their labels."""
    for others in (MADE, PICTURED, PICTURED_BY, PICTURED_BEHIND, PICTURED_SPACED, EDITED):
        text = others.sub(" | ", text)
    return WHENCE.sub("", WROTE_BEHIND.sub("", text))


def _parted(text: str) -> str:
    """Part what other scripts join: names behind Chinese roles, names on which "and" stands as a letter."""
    if CHINESE_ROLE.search(text):
        text = SPACED_HAN.sub(
            lambda names: " | ".join(_BETWEEN_HAN.split(names.group())), CHINESE_ROLE.sub(" | ", text)
        )
    text = SPACED_HANGUL.sub(lambda names: names.group().replace(" ", " | "), TAIPEI.sub("", text))
    first, *others = JOINED.split(text)[::2]
    # Of two names one at least has two words, or the letter is the name's own.
    return " | ".join((first, *others)) if " " in first.strip() else text


def _open(text: str) -> str:
    text = _without_seat(AGO.sub("", AGO_BEHIND.sub(r"\1", text)))
    if match := _BRACKETED.fullmatch(text):
        text = match.group(1)
    for _ in range(3):  # "Text: Von Eva Muster"
        shorter = CJK_OPENER.sub("", ROLE_BEFORE.sub("", OPENER.sub("", text.strip(" |-–—:,·•"))))
        if shorter == text:
            break
        text = shorter
    return text


def _without_seat(text: str) -> str:
    """Leave out where it was written: a lone word before a dash, unless an agency's."""
    seat = SEAT_BEFORE.match(text)
    return text[seat.end() :] if seat and not agency_of(seat.group().strip(" -–—")) else text


def _parts(text: str) -> list[str]:
    parts = []
    for part in _AND.split(text):
        pieces = [piece for piece in _COMMA.split(part.strip()) if piece]
        while len(pieces) > 1 and CREDENTIAL.match(pieces[1]) and not agency_of(pieces[1]):
            pieces = [f"{pieces[0]}, {pieces[1]}", *pieces[2:]]
        parts.extend(pieces)
    return parts


def _clean(part: str) -> str:
    name = NOISE.sub(" ", BEHIND_NAME.sub("", part) if " " in part.partition("(")[0].strip() else part)
    name = CUT.sub("", OPENER.sub("", normalise(name)))
    name = SEAT.sub(r"\1", CJK_CLOSER.sub("", ROLE_BEFORE.sub("", ROLE_BEHIND.sub("", name))))
    name = normalise(name).strip(" ,;:|/-–—·•'’([（【")
    return _settle_case(_FULL_STOP.sub("", name))


def _settle_case(name: str) -> str:
    """Write EVA MUSTER as Eva Muster; a capital surname beside a given name is settled too."""
    person, comma, credentials = name.partition(", ")  # those are capitals by right
    words = person.split(" ")
    if len(words) < 2 or not any(_shouted(word) for word in words):
        return name
    least = 1 if all(_shouted(word, 1) for word in words) else _SHOUTED
    settled = " ".join(_capitalised(word) if _shouted(word, least) else word for word in words)
    return settled + comma + credentials


def _shouted(word: str, least: int = _SHOUTED) -> bool:
    letters = "".join(_LETTER.findall(word))
    return len(letters) > least and letters.isupper() and "." not in word


def _capitalised(word: str) -> str:
    lower = re.sub(r"(?<=[^\W\d_])[^\W\d_]+", lambda match: match.group().lower(), word)
    return re.sub(r"\bMc([a-z])", lambda match: "Mc" + match.group(1).upper(), lower)


def is_person_name(name: str) -> bool:
    """Say whether the words can be one person's name: few, capitalised, no label of a desk or button."""
    if not 2 <= len(name) <= _LONGEST_NAME or NOT_A_NAME.search(name):
        return False
    if ROLE_ONLY.match(name) or ALL_LABEL.match(name) or NOBODY.match(name):
        return False
    words = name.split(" ")
    if len(words) > 6 or not _LETTER.search(name) or ROLE_START.match(words[-1]):
        return False
    if _CASELESS.search(name):
        return (
            len(name) <= 30 and not _KATAKANA.fullmatch(name) and not DESK.search(name)
        )  # a label; names have Han or hiragana too
    if OPENER.sub("", name + " x") == "x":  # "Written by" alone: the name stands elsewhere
        return False
    return all(_name_word(word) for word in words) and words[0][:1].isupper()


def _name_word(word: str) -> bool:
    bare = word.strip("().,'’‘\"")
    return (
        not bare
        or bare.lower() in PARTICLES
        or bare[:2].lower() in ("d'", "o'", "l'", "d’")
        or not bare[:1].islower()
    )
