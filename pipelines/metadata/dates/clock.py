"""The hour as pages write it: figures and characters, halves of the day in words, zones that change with the season."""

import re
from datetime import datetime

from dateutil.tz import gettz

from columnist.pipelines.language.lexicon import entries

Clock = tuple[int, int, int | None]  # hour, minute, second where it is named

_CLOCK = re.compile(
    r"(?<![\d.:：])(\d{1,2})\s?(?:[:：.h]|\s?giờ\s?)\s?(\d{2})(?:[:：](\d{2})(?:[.,]\d+)?)?\s*([ap]\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
# A minute behind a character may have one digit; an hour before 間 is a length of time.
_CJK_CLOCK = re.compile(
    r"(\d{1,2})\s?[時时點点시](?![間间간鐘钟])\s?(?:(\d{1,2})\s?[分분]|(\d{2})(?!\d)|(半|반))?(?:\s?(\d{1,2})\s?[秒초])?"
)
_HOUR_ONLY = re.compile(r"\b(1[0-2]|[1-9])\s*([ap])\.?m\b", re.IGNORECASE)
_EAST_ASIA = re.compile("[\u3400-\u9fff\uac00-\ud7af]")  # words there stand without spaces
_LETTER = r"[^\W\d_]"
_HALVES = ("morning", "afternoon", "noon", "night")
_MARK = "|".join(
    f"(?P<{half}>"
    + "|".join(
        mark if _EAST_ASIA.search(mark) else rf"(?<!{_LETTER}){mark}(?!{_LETTER})"
        for mark in entries("dates", f"half.{half}")
    )
    + ")"
    for half in _HALVES
)
_BEFORE = re.compile(rf"(?:{_MARK}|(?<!{_LETTER})(?P<pm>(?-i:PM)))[\s,،:|-]{{0,3}}\Z", re.IGNORECASE)
_BEHIND = re.compile(
    rf"[\s,،(.]{{0,2}}(?:(?:{'|'.join(entries('dates', 'half.hours'))})\s*)?(?:{_MARK})", re.IGNORECASE
)
_NO_FIGURES = re.compile(rf"(?:{_MARK})\s?(?P<hour>\d{{1,2}})\s?(?:बजे|টায়|টা|giờ)", re.IGNORECASE)
# The letters of a zone whose offset the season decides, right behind the hour: MT is Montana there, and Malta elsewhere.
_SEASONAL = re.compile(
    r"[\s(,]{0,3}(?:(ET|CT|MT|PT)\b|(Eastern|Central|Mountain|Pacific)(?: (?:Standard |Daylight )?Time)?\b)"
)
_AMERICAN = {  # dateutil brings the zones with it where a system has none
    letter: gettz(f"America/{town}")
    for letter, town in (("E", "New_York"), ("C", "Chicago"), ("M", "Denver"), ("P", "Los_Angeles"))
}
_AMERICAN_HOUR = re.compile(
    r"\d\s*(?:[ap]\.?\s?m\.?)?\s*\(?(?:[ECMP]T|[ECMP]DT|PST|CST|MST)\b", re.IGNORECASE
)


def find_clock(rest: str) -> tuple[Clock, str] | None:
    """Return hour, minute and second, and what stands behind them."""
    if match := _CLOCK.search(rest):
        hour, minute = int(match.group(1)), int(match.group(2))
        second = int(match.group(3)) if match.group(3) else None
        half = (match.group(4) or "").lower()[:1]
    elif match := _CJK_CLOCK.search(rest):
        hour, minute = (
            int(match.group(1)),
            int(match.group(2) or match.group(3) or (30 if match.group(4) else 0)),
        )
        second, half = int(match.group(5)) if match.group(5) else None, ""
    elif match := _HOUR_ONLY.search(rest):
        hour, minute, second, half = int(match.group(1)), 0, None, match.group(2).lower()
    elif match := _NO_FIGURES.search(rest):
        return (_of_day(int(match.group("hour")), _named(match)), 0, None), rest[match.end() :]
    else:
        return None
    behind = rest[match.end() :]
    if half:
        half = "morning" if half == "a" else "afternoon"
    elif mark := _BEHIND.match(rest, match.end()) or _BEFORE.search(rest[: match.start()]):
        half = _named(mark)
    return (_of_day(hour, half), minute, second), behind


def seasonal_offset(behind: str, day: tuple[int, int, int], clock: Clock) -> int | None:
    """Return the minutes east of UTC of ET, CT, MT and PT on a day, where they stand behind the hour."""
    match = _SEASONAL.match(behind)
    if match is None:
        return None
    try:
        local = datetime(*day, clock[0], clock[1], tzinfo=_AMERICAN[(match.group(1) or match.group(2))[0]])
    except ValueError:
        return None
    ahead = local.utcoffset()
    return None if ahead is None else int(ahead.total_seconds()) // 60


def is_american(words: str) -> bool:
    """Say whether an hour names a zone of the United States, where the month comes first."""
    return _AMERICAN_HOUR.search(words) is not None


def _named(mark: re.Match[str]) -> str:
    return next((half for half in _HALVES if mark.group(half)), "afternoon")


def _of_day(hour: int, half: str) -> int:
    """Return the hour of 24. Noon's hours run from eleven to three, the night's from six over midnight to five."""
    if hour > 12:
        return hour
    if half == "morning" or (half == "night" and hour == 12):
        return hour % 12
    afternoon = half == "afternoon" or (half == "noon" and hour < 4) or (half == "night" and hour > 5)
    return hour % 12 + 12 if afternoon else hour
