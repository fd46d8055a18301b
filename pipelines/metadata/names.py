"""Bylines in many languages -> names of persons, one each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.metadata.agencies import agency_of, part_agency
from pipelines.metadata.months import MONTHS
from pipelines.text import normalise

__all__ = ["Byline", "is_person_name", "parse_byline", "parse_name_field"]


@dataclass(frozen=True, slots=True)
class Byline:
    """Who a byline names."""

    persons: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()  # as written
    others: tuple[str, ...] = ()  # desks, teams, pen names, publications


# Words that open a byline, by language; a name follows.
_OPENERS = (
    # English
    "written by", "posted by", "published by", "reported by", "story by", "words by", "article by", "reviewed by",
    "edited by", "analysis by", "opinion by", "guest post by", "text by", "author", "authors", "by",
    # German, Dutch, Scandinavian
    "ein artikel von", "eine analyse von", "ein kommentar von", "ein interview von", "ein gastbeitrag von",
    "geschrieben von", "verfasst von", "text", "autor", "autorin", "autoren", "von", "door", "geschreven door", "auteur",
    "af", "av", "skrevet av", "skriven av", "tekst", "tekst:", "forfatter", "författare", "kirjoittaja", "toimittaja",
    # Romance
    "par", "écrit par", "publié par", "rédigé par", "propos recueillis par", "auteure", "auteurs",
    "por", "escrito por", "publicado por", "autora", "autores", "texto", "de", "da", "di", "a cura di", "autore", "scritto da",
    "redactado por", "de la", "redacción",
    "de către", "scris de", "autori", "redactor",
    # Slavic and Baltic
    "autor:", "opracował", "opracowała", "opracowanie", "przez", "oprac", "tekst", "napisał", "napsal", "napsala", "připravil",
    "автор", "автори", "авторы", "текст", "автор:", "piše", "пише", "autorius", "autors", "parengė",
    # Others
    "συντάκτης", "του", "της", "γράφει", "γράφει ο", "γράφει η", "yazan", "haber", "yazar", "szerző", "írta", "penulis", "oleh", "editor",
    "ditulis oleh", "tác giả", "theo", "بقلم", "كتب", "كتبت", "إعداد", "الكاتب", "نویسنده", "מאת", "लेखक", "द्वारा",
    "記者", "文／", "文/", "文", "作者", "撰文", "記者：", "责编", "责任编辑", "編輯", "글", "기자",
)  # fmt: skip
_OPENER = re.compile(
    r"^(?:"
    + "|".join(sorted((re.escape(o) for o in _OPENERS), key=len, reverse=True))
    + r")(?:\s*[:：|]\s*|\s+(?=\S))",
    re.IGNORECASE,
)
_CJK_OPENER = re.compile(r"^[（(\[【]?(?:記者|记者|作者|撰文|文[／/]|责编|责任编辑|編輯|编辑)[:：／/\s]*")
_CJK_CLOSER = re.compile(r"(?:\s*(?:記者|记者|기자|特派員|編集委員|論説委員|報導|报道))[）)\]】]?$")
# Conjunctions between names; single letters count between spaces only.
_AND = re.compile(
    r"\s*(?:[;|/•·、・，\n]|\s&\s|\s\+\s|\b(?:and|und|et|och|og|ja|en|und|e|y|i|a|ve|și|dan|và|és|ir|un|и|й|та|і|και|و|und|with|mit|avec|con|com)\b(?=\s))\s+"
    r"|\s*[;|•·、・，]\s*|\s&\s*|\s*\n\s*",
)
_COMMA = re.compile(r"\s*,\s*")
_CREDENTIAL = re.compile(
    r"^(?:ph\.?\s?d\.?|m\.?d\.?|m\.?a\.?|m\.?b\.?a\.?|m\.?s\.?c?\.?|b\.?a\.?|j\.?d\.?|r\.?n\.?|r\.?d\.?n?\.?|jr\.?|sr\.?|ii|iii|iv|"
    r"cpa|cfp|cfa|esq\.?|dds|dvm|lcsw|faan|facp|mph|mpp|pharmd|do|od|rdn?|cdn|cscs|ld|lmft|lpc|aprn|fnp|pa-c|[A-Z]{2,6})$",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"\bhttps?://\S+|\bwww\.\S+|\S+@\S+\.\S+|(?<!\w)@\w+"
    r"|\((?:[a-zà-ÿ]{1,6}|[A-Z]{2,5}|[^()]*[\d@/.:][^()]*)\)|\[[^\[\]]{0,60}\]|[‹›«»\"“”]"
)
# Roles that stand before or behind a name; what follows such a word behind a comma or dash is dropped.
_ROLE = (
    r"senior|junior|staff|chief|deputy|assistant|associate|managing|executive|contributing|special|foreign|political|"
    r"reporter|writer|editor|editorial|correspondent|journalist|columnist|contributor|producer|photographer|author|"
    r"bureau|intern|fellow|founder|ceo|manager|director|professor|lecturer|researcher|analyst|specialist|expert|coach|"
    r"redakteur\w*|redaktor\w*|redaktion\w*|korrespondent\w*|reporterin|journalistin?|volontär\w*|autorin|leiter\w*|"
    r"journaliste|rédact\w+|correspondante?|envoyée?|grand reporter|chef|cheffe|"
    r"periodista|redactora?|corresponsal|reportero|editora?|jornalista|repórter|giornalista|inviat[oa]|"
    r"journalist\w*|toimittaja|verslaggever|redacteur|correspondent\w*|dziennikar\w+|redaktorka|novinář\w*|"
    r"журналист\w*|корреспондент\w*|обозреватель|редактор\w*|кореспондент\w*|muhabir\w*|editör\w*|újságíró|"
    r"content|marketing|digital|news|sports?|politics|business|health|science|technology|vice|president|head|lead"
)
_ROLE_ONLY = re.compile(rf"^(?:(?:{_ROLE}|of|the|at|for|de|der|und|and|,|-|\s)+)$", re.IGNORECASE)
_ROLE_START = re.compile(rf"^(?:{_ROLE})\b", re.IGNORECASE)
_ROLE_BEFORE = re.compile(
    r"^(?:senior |staff |chief |guest |contributing |political |special )*(?:reporter|writer|editor|correspondent|journalist|"
    r"columnist|contributor|redakteur|redakteurin|journaliste|periodista|giornalista|repórter)\s+(?=[A-ZÀ-Ý])",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"\s+[-–—|]\s+.*$|\s+(?:published|posted|updated|last updated|on|für|for the|is an?|was|has|covers|reports|writes|"
    r"publié|publicado|veröffentlicht|aktualisiert|opublikowano|minutes? ago|hours? ago|min read|read more|view|see all|follow|"
    r"about the author|more from|più letti|bio|profile)\b.*$"
    r"|\s+\d{1,2}[./:]\d.*$|\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d.*$|\s*\d{4}.*$",
    re.IGNORECASE,
)
_AGO = re.compile(
    r"^.*?\b(?:minutes?|hours?|days?|weeks?|months?|years?)\s+ago\b\s*[-–—|•·,]?\s*", re.IGNORECASE
)
_NOT_A_NAME = re.compile(
    r"\d|[<>{}=_#*\\?!%$€:]|\b(?:admin\w*|administrator|webmaster|editorial|staff|team|newsroom|news ?desk|desk|redaktion|"
    r"redaktionen|rédaction|redacción|redacao|redação|redazione|redactie|redakcja|redakce|редакция|редакція|guest|anonymous|unknown|"
    r"null|undefined|none|n/a|user|press release|sponsored|advert\w*|newsletter|subscribe|share|facebook|twitter|view|see all|more|sign up|log in|menu|"
    r"instagram|comments?|login|sign in|read|click|copyright|getty|shutterstock|photos?|foto|image|video|archive|"
    r"agencies|agenturen|agences|agencias|wire|service|posts?|articles?|contact|author|posted|published|updated)\b",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    [
        "de",
        "da",
        "do",
        "dos",
        "das",
        "di",
        "del",
        "della",
        "der",
        "den",
        "van",
        "von",
        "vom",
        "zu",
        "zur",
        "zum",
        "la",
        "le",
        "les",
        "du",
        "des",
        "el",
        "al",
        "bin",
        "ibn",
        "ben",
        "ter",
        "ten",
        "te",
        "y",
        "e",
        "af",
        "av",
        "bint",
        "abu",
        "o'",
        "mc",
        "mac",
        "d'",
        "l'",
        "dello",
        "degli",
        "dalla",
        "ul",
        "san",
        "st",
        "st.",
        "mc.",
        "ud",
        "et",
        "i",
    ]
)
_LETTER = re.compile(r"[^\W\d_]")
_CASELESS = re.compile(
    r"[\u0590-\u08ff\u0900-\u0e7f\u1000-\u109f\u10a0-\u10ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
# What systems fill in where nobody is named.
_NOBODY = re.compile(
    r"(?:admin\w*|administrator|webmaster|super ?user|root|user|author|editor|unknown|anonymous|guest|null|none|undefined|n/a|"
    r"no author|by|von|par|por|de|wordpress|wp|default|test|name)\W*\Z",
    re.IGNORECASE,
)
_KATAKANA = re.compile("[\u30a0-\u30ff]+")
_LAST_FIRST = re.compile(r"([^\s,]{2,30}), ([^\s,]{1,20}(?: [^\s,]{1,20})?)")
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
    for part in _parts(_open(line)):
        words, agency = part_agency(part)
        if agency:
            agencies.append(agency)
        if words and (name := _clean(words)) and is_person_name(name):
            persons.setdefault(name.lower(), name)
    return Byline(tuple(persons.values()), tuple(agencies))


def parse_name_field(words: str) -> Byline:
    """Return who a field made for authors' names names: believed also where it is a desk or a pen name."""
    text = _open(normalise(words)[:_LONGEST_BYLINE])
    match = _LAST_FIRST.fullmatch(text)
    if match and not _CREDENTIAL.match(match.group(2)) and not agency_of(match.group(2)):
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
    if not 2 <= len(name) <= _LONGEST_FIELD or not _LETTER.search(name) or _NOBODY.match(name):
        return Byline()
    if _OPENER.sub("", name + " x") == "x" or _dated(name):
        return Byline()
    return Byline(others=(name,))


def _dated(name: str) -> bool:
    words = re.findall(r"\w+", name.lower())
    return any(word.isdigit() for word in words) and any(word in MONTHS for word in words)


def _open(text: str) -> str:
    text = _AGO.sub("", text)
    for _ in range(3):  # "Text: Von Eva Muster"
        shorter = _CJK_OPENER.sub("", _OPENER.sub("", text.strip(" |-–—:,·•")))
        if shorter == text:
            break
        text = shorter
    return text


def _parts(text: str) -> list[str]:
    parts = []
    for part in _AND.split(text):
        pieces = [piece for piece in _COMMA.split(part.strip()) if piece]
        while len(pieces) > 1 and _CREDENTIAL.match(pieces[1]) and not agency_of(pieces[1]):
            pieces = [f"{pieces[0]}, {pieces[1]}", *pieces[2:]]
        parts.extend(pieces)
    return parts


def _clean(part: str) -> str:
    name = _NOISE.sub(" ", part)
    name = _CUT.sub("", _OPENER.sub("", normalise(name)))
    name = _CJK_CLOSER.sub("", _ROLE_BEFORE.sub("", name))
    name = normalise(name).strip(" ,;:|/-–—·•'’")
    return _settle_case(name)


def _settle_case(name: str) -> str:
    """Write EVA MUSTER as Eva Muster; a capital surname beside a given name is settled too."""
    words = name.split(" ")
    if len(words) < 2 or not any(_shouted(word) for word in words):
        return name
    least = 1 if all(_shouted(word, 1) for word in words) else _SHOUTED
    return " ".join(_capitalised(word) if _shouted(word, least) else word for word in words)


def _shouted(word: str, least: int = _SHOUTED) -> bool:
    letters = "".join(_LETTER.findall(word))
    return len(letters) > least and letters.isupper() and "." not in word


def _capitalised(word: str) -> str:
    lower = re.sub(r"(?<=[^\W\d_])[^\W\d_]+", lambda match: match.group().lower(), word)
    return re.sub(r"\bMc([a-z])", lambda match: "Mc" + match.group(1).upper(), lower)


def is_person_name(name: str) -> bool:
    """Say whether the words can be one person's name: few, capitalised, no label of a desk or button."""
    if not 2 <= len(name) <= _LONGEST_NAME or _NOT_A_NAME.search(name) or _ROLE_ONLY.match(name):
        return False
    words = name.split(" ")
    if len(words) > 6 or not _LETTER.search(name) or _ROLE_START.match(words[-1]):
        return False
    if _CASELESS.search(name):
        return len(name) <= 30 and not _KATAKANA.fullmatch(name)  # a label; names have Han or hiragana too
    if _OPENER.sub("", name + " x") == "x":  # "Written by" alone: the name stands elsewhere
        return False
    return all(_name_word(word) for word in words) and words[0][:1].isupper()


def _name_word(word: str) -> bool:
    bare = word.strip("().,'’‘\"")
    return (
        not bare
        or bare.lower() in _PARTICLES
        or bare[:2].lower() in ("d'", "o'", "l'", "d’")
        or not bare[:1].islower()
    )
