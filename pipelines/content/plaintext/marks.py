"""Furniture by its shape: breadcrumbs, piped menus, credits, bylines, times and dates."""

import re
from dataclasses import dataclass

from columnist.pipelines.content.plaintext.lines import Line
from columnist.pipelines.language.lexicon import either, vocabulary


@dataclass(frozen=True, slots=True)
class Chrome:
    """What kind of furniture a line is, and how sure its words make it."""

    kind: str | None
    strength: int  # 0 none; 1 needs a neighbour; 2 sure


NONE = Chrome(None, 0)
SURE = 2
_CREDIT_WIDTH = 300  # above it a line is a paragraph, whoever is credited at its end
_BREADCRUMB = re.compile(r"\s[>»›/→❯]\s|^[>»›]\s")
_PIPES = re.compile(r"\s[|•·]\s")
_CREDIT = re.compile(
    rf"(?:^|[\s(\[/。])(?:(?:{either('credits', 'words')})\s?[:：/©=]|fot\.\s)[^.]{{0,70}}[.)\]]?$",
    re.IGNORECASE,
)
_AGENCY = either("credits", "agencies")
_CREDIT_SIGN = re.compile(
    rf"^[(\[]?©|\s[(\[]?©\s?[^.]{{2,60}}[)\]]?$|(?:/|via )(?:{_AGENCY})\b[^.]{{0,30}}[)\]]?\.?$"
    rf"|^[(（]?(?:{_AGENCY})(?:[/ ][\w ]{{2,20}})?[)）]?$"
    r"|[\s(（][\u4e00-\u9fff]{2,4}\s?[摄攝][)）]?$|[（(][^（）()]{1,20}(?:提供|撮影|所蔵)[)）]$|\s[가-힣]{2,8} 제공$",  # "a well in the old street 陆远帆 摄"
    re.IGNORECASE,
)
_NAME = r"[^\W\d_a-zà-öø-ÿ][\w.'’-]+"
_BYLINE = re.compile(
    rf"^(?i:by|von|par|por|di|da|door|przez|av|af|text|texte|testo|autor|autorin|auteur|auteure|autore|author|redacción|"
    rf"redazione|написал|автор)\s?:?\s+(?:{_NAME})(?:(?:,|\s|and|und|et|y|e|en|i|de|van|von|der|di|da|&|\||-|–)+(?:{_NAME})){{0,5}}"
    rf"(?:\s*[,|•·–-].{{0,60}})?$"
)
_CLOCK = re.compile(
    r"^\W*\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s?(?:uhr|h|am|pm|a\.m\.|p\.m\.))?\W*$", re.IGNORECASE
)
_PLAIN_DATE = re.compile(
    r"^\W*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?(?:\W+\d{1,2}[:.h]\d{2}(?:\s?\w{1,4})?)?\W*$"
)


_WORDS_BETWEEN = rf"(?:[\W_]|\b(?:{either('dates', 'reading-time.between')})\b|[约約약])*"
_READING, _MINUTES = (
    either("dates", "reading-time.reading"),
    rf"\d{{1,3}}[\s-]*(?:{either('dates', 'reading-time.minute')})(?![a-zа-яё])\.?'?",
)
_READING_TIME = re.compile(
    rf"{_WORDS_BETWEEN}(?:(?:{_READING}){_WORDS_BETWEEN}{_MINUTES}(?:{_WORDS_BETWEEN}(?:{_READING}))?|{_MINUTES}{_WORDS_BETWEEN}(?:{_READING})){_WORDS_BETWEEN}",
    re.IGNORECASE,
)
_READING_WIDTH = 60  # the longest label of it seen has 45: "Estimated reading time: approximately 12 minutes"


def is_reading_time(text: str) -> bool:
    """Tell whether a line says how long the article takes to read, and nothing else."""
    return (
        len(text) <= _READING_WIDTH
        and any(map(str.isdigit, text))
        and _READING_TIME.fullmatch(text) is not None
    )


def read_mark(line: Line) -> Chrome | None:
    """Name breadcrumbs, piped menus, credits and bylines: each has a shape of its own."""
    text, short = line.text, line.width <= 160
    if short and not line.ends and len(line.words) >= 3:
        if len(_BREADCRUMB.findall(text)) >= 2:
            return Chrome("breadcrumb", SURE)
        if len(_PIPES.findall(text)) >= 2:
            return Chrome("navigation", SURE)
    if (
        line.width <= _CREDIT_WIDTH
        and not line.quoted
        and (_CREDIT.search(text) or _CREDIT_SIGN.search(text))
    ):
        return Chrome("caption", SURE)
    if line.width <= 120 and not line.ends and _BYLINE.match(text):
        return Chrome("byline", SURE if len(line.words) <= 12 else 1)
    return None


def read_date(line: Line) -> Chrome | None:
    """Name a line that is a time, or a date and the words around one."""
    if line.width > 110:
        return None
    if _CLOCK.match(line.text) or _PLAIN_DATE.match(line.text):
        return Chrome("timestamp", SURE)
    dates, glue = vocabulary("dates", "words"), vocabulary("labels", "glue")
    letters = [w for w in line.words if not w.isdigit()]
    if not letters or len(letters) == len(line.words):
        return None
    named = sum(map(dates.has, letters))
    return Chrome("timestamp", SURE) if named and all(dates.has(w) or glue.has(w) for w in letters) else None
