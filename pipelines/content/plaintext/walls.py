"""Lines that offer the rest of an article for money, and lines that stand in for an embed until the reader consents."""

import re
from collections.abc import Sequence
from functools import cache

from columnist.pipelines.document.text import weigh
from columnist.pipelines.language.lexicon import entries

_LONGEST = 240  # characters of an offer's line
_LAST = 10  # lines at a text's end that an offer may have
_GOODS = 100  # characters
_MOST = 0.45  # of the text: more is no offer below a teaser
_LEAST = 150  # width of the article above an offer
_PRICE = re.compile(
    r"(?:[€$£¥₽₴₺₩]|\b(?:eur|usd|chf|gbp|kr|rs|nok|sek|dkk))\.?\s?\d|\d[\d.,]*\s?(?:[€$£¥₽₴₺₩%元円圓원]|(?:euros?|eur|chf|kr|kč|zł|ft|forint\w*|lei|din|usd|руб\w*|грн|tl|ευρώ|лв)\b)",
    re.IGNORECASE,
)
# A short line that says how much of the article is left: "82 % of the article", "1,234 signs".
_LEFT = re.compile(r"\D{0,20}\d[\d.,]*\s?(?:%|文字|字|자)\D{0,20}")


@cache
def _phrases(key: str) -> tuple[str, ...]:
    return tuple(entries("notices", key))


def is_wall(text: str) -> bool:
    """Tell whether a line offers the rest of the article to those who pay or sign in."""
    if len(text) > _LONGEST:
        return False
    lowered = text.lower().replace("’", "'")
    return any(map(lowered.__contains__, _phrases("walls")))


def wall_begins(texts: Sequence[str]) -> int:
    """Return where the offer at a text's end begins; the number of lines where there is none."""
    count = len(texts)
    if not any(is_wall(text) or (len(text) <= _LONGEST and _PRICE.search(text)) for text in texts[-2:]):
        return count
    end = first = count
    for number in range(count - 1, max(count - _LAST, 0), -1):
        if len(texts[number]) > _LONGEST:
            break
        if is_wall(texts[number]) or (first == number + 1 and _LEFT.fullmatch(texts[number])):
            first = number
    if first == end:
        return count
    rest = texts[first:]
    told = [is_wall(text) or bool(_PRICE.search(text) or _LEFT.fullmatch(text)) for text in rest]
    above = sum(map(weigh, texts[:first]))
    offered = sum(map(weigh, rest))
    few = offered <= _MOST * (above + offered)
    # What lies between an offer's lines is its list of goods; a sentence behind them is the article's.
    short = all(is_told or len(text) <= _GOODS for is_told, text in zip(told, rest, strict=True))
    return first if above >= _LEAST and few and short and 2 * sum(told) >= len(rest) else count


def is_of_embed(text: str) -> bool:
    """Tell whether a line asks for consent before it shows what others' sites hold."""
    if len(text) > _LONGEST:
        return False
    lowered = text.lower().replace("’", "'")
    return all(any(map(lowered.__contains__, _phrases(key))) for key in ("embed-consents", "embed-contents"))


def may_ask_consent(texts: Sequence[str]) -> bool:
    """Tell whether any of a page's lines may ask for consent: one search for all of them."""
    page = "\n".join([text for text in texts if len(text) <= _LONGEST]).lower()
    return any(map(page.__contains__, _phrases("embed-consents")))
