"""Years of other calendars -> the Gregorian day: Persian, Buddhist, those of the Republic of China and of Japan's eras."""

import re
from datetime import date

_BUDDHIST = 543  # Thai pages count years from the Buddha
# Written before a year that begins with a reign or a state; 元 is the first year.
ERA = re.compile(r"(民國|民国|令和|平成)\s?(\d{1,3}|元)\s?年")
_ERA_STARTS = {"民國": 1911, "民国": 1911, "令和": 2018, "平成": 1988}
# 1991 to 2041: years of the Hijra that look alike would lie in the future, and are refused there.
_PERSIAN = range(1370, 1421)
# The ordinal from which the count of days below runs; tests hold known New Years against it.
_PERSIAN_ZERO = -356_033


def era_year(match: re.Match[str]) -> str:
    """Return the Gregorian year that an era's year is, as it would be written: 令和6年 is 2024年."""
    number = match.group(2)
    return f"{_ERA_STARTS[match.group(1)] + (1 if number == '元' else int(number))}年"


def gregorian_day(day: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return year, month and day in the Gregorian calendar; days of no known calendar come back as they are."""
    year, month, number = day
    if 2400 < year < 2700:
        return year - _BUDDHIST, month, number
    if year in _PERSIAN and 1 <= month <= 12 and 1 <= number <= 31:
        found = date.fromordinal(_persian_ordinal(year, month, number))
        return found.year, found.month, found.day
    return day


def _persian_ordinal(year: int, month: int, number: int) -> int:
    """Count days by the cycle of 33 years with 8 leap days; right for all years of _PERSIAN."""
    cycle = year + 1595
    before = (month - 1) * 31 if month < 7 else (month - 7) * 30 + 186
    return _PERSIAN_ZERO + 365 * cycle + cycle // 33 * 8 + (cycle % 33 + 3) // 4 + before + number
