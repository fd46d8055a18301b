"""Times as pages write them -> a moment in UTC with its precision and offset, or none and the raw words."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from columnist.pipelines.language.lexicon import either
from columnist.pipelines.language.months import MONTHS, fold, month_begun_by
from columnist.pipelines.metadata.dates.calendars import ERA, era_year, gregorian_day
from columnist.pipelines.metadata.dates.clock import Clock, find_clock, is_american, seasonal_offset

_EARLIEST = 1990  # the web's first pages; older "dates" are template defaults
AHEAD = timedelta(days=2)  # clocks and zones differ by a day and a bit; more is an announcement or a typo
_LONGEST = 120  # characters of a value that is a date; longer ones are prose


@dataclass(frozen=True, slots=True)
class Moment:
    """One time: `at` is None where the words name no possible moment."""

    at: datetime | None
    raw: str
    precision: str | None = None  # second, minute, day
    offset: int | None = None  # minutes east of UTC, where the page names a zone


# Minutes east of UTC. Letters that name several zones (CST, IST) stand for the largest press that uses them.
_ZONES = {
    "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "МСК": 180, "TRT": 180, "GST": 240, "PKT": 300, "IST": 330, "WIB": 420,
    "WITA": 480, "SGT": 480, "HKT": 480, "AWST": 480, "WIT": 540, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660,
    "NZST": 720, "NZDT": 780, "ART": -180, "BRT": -180, "AST": -240, "EDT": -240, "EST": -300, "CDT": -300,
    "CST": -360, "MDT": -360, "MST": -420, "PDT": -420, "PST": -480,
}  # fmt: skip

_MONTH_WORDS = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_END = r"(?![^\W\d_])"  # no letter follows; words of India end in signs, which \b takes for spaces
_ISO = re.compile(r"(?<!\d)(\d{4,6})(?:[-/]|\.\s?)(\d{1,2})(?:[-/]|\.\s?)(\d{1,2})(?!\d)")
_ISO_TIME = re.compile(  # no offset beyond 14 hours, no year of another calendar
    r"(?:19|20)\d\d-\d\d-\d\dT[0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-3]):?[0-5]\d)?\Z",
    re.ASCII,
)
_COMPACT = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(?=Z|[+-]\d{2}|\D|$)"
)
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
# These three read folded words: without regard to case, an expression tries 800 names five times as long.
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.)?(?:\s+(?:de|of|d[’']|ta[’'])\s*|[\s.\-/,]+)(?:({_MONTH_WORDS}){_END}\.?)"
    r"(?:\s+(?:de|del|do)\s+|[\s.,\-/]+)(\d{4}|\d{2}(?![\d:]))",
)
_MONTH_DAY = re.compile(
    rf"(?:\b({_MONTH_WORDS}){_END}\.?)\s*(\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|\s+(?:at\s+)?)(?:\d{{1,2}}:\d{{2}}\S*\s.*)?(\d{{4}})\b",
)
_YEAR_FIRST = re.compile(
    rf"(?<!\d)(\d{{4}})(?:-?ko|\.?\s(?:m\.|gada))?[\s.\-/,]+(?:(\d{{1,2}})\.\s)?({_MONTH_WORDS}){_END}\.?(?:[\s.\-/,]+(\d{{1,2}})(?!\d))?",
)
# RFC 822 in another language: "To, 17 Lok 2013 06:20:11 +0000".
_FEED_DATE = re.compile(r"(?<!\d)(\d{1,2})\s([^\W\d_]{3,5})\.?\s((?:19|20)\d\d)(?=\s\d{1,2}:\d\d)")
_NUMBERS = re.compile(r"(?<![\d.])(\d{1,2})\s?([./|-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d])")
# Two figures or the zone's name: "10:00 - 5 min" has no offset.
_OFFSET = re.compile(r"(?:(?:GMT|UTC)\s*|(?=.\d\d))([+\-−])(\d{1,2})(?::?(\d{2}))?(?!\d)")
_ZONE = re.compile(r"\b(" + "|".join(_ZONES) + r")\b")
_EPOCH = re.compile(r"\d{9,10}(?:\d{3})?\Z")


# \w parts the words of India and Thailand at their signs.
_WORD = re.compile(r"(?:\w|[\u0900-\u0d7f\u0e31-\u0e4e])+")
_WORDS_BESIDE = 4  # "Published on Monday, 4 May 2024 at 10:00"; a caption or a sentence has more
_SPAN = re.compile(r"(?<![\d:])\d{1,2}\.?\s?[-–—]\s?\d{1,2}\.?\s+[^\W\d_]{3}")  # 16-19 March: an event
_LABEL = re.compile(either("dates", "labels"), re.IGNORECASE)
HANDED_IN = re.compile(either("dates", "handed-in"), re.IGNORECASE)  # a manuscript, before it was published
CHANGED = re.compile(either("dates", "changed"), re.IGNORECASE)  # what stands before the day of a change


def read_time(raw: str, today: datetime, month_first: bool = False) -> Moment | None:
    """Read the first date in the words; None where there is none that looks like one.

    `month_first` says how 3/4/2024 is meant where neither number settles it.
    """
    return _read(raw.strip()[:_LONGEST], today, month_first)


@lru_cache(maxsize=256)  # a page's head, data and text name the same moment in the same words
def _read(words: str, today: datetime, month_first: bool) -> Moment | None:
    if (moment := _from_iso(words, today)) is not None:
        return moment
    if _EPOCH.match(words):
        return _from_epoch(words, today)
    found = _find_day(ERA.sub(era_year, words), month_first)
    if found is None:
        return None
    day, rest = found
    day = gregorian_day(day)
    clock, behind = find_clock(rest) or (None, "")
    offset = _find_offset(behind, day, clock) if clock else None
    at = _compose(day, clock, offset, today)
    if at is None:
        return Moment(None, words)
    precision = "day" if clock is None else ("minute" if clock[2] is None else "second")
    return Moment(at, words, precision, offset)


def read_shown_time(words: str, today: datetime, month_first: bool = False) -> Moment | None:
    """Read a date from visible words if they are a dateline: a date and few words beside it."""
    if not any(map(str.isdigit, words)):
        return None
    beside = [
        word
        for word, folded in zip(_WORD.findall(words), _WORD.findall(fold(words)), strict=True)
        if folded not in MONTHS and word not in _ZONES and not word[0].isdigit()
    ]
    if len(beside) > _WORDS_BESIDE and not (_LABEL.search(words) and len(beside) <= 3 * _WORDS_BESIDE):
        return None
    if _EPOCH.match(words) or _SPAN.search(words):
        return None
    moment = read_time(words, today, month_first)
    return moment if moment and moment.at else None


def _from_iso(words: str, today: datetime) -> Moment | None:
    """Read "2024-05-01T10:00:00+02:00" as the standard library does, in a third of the time; whatever is odd
    about a time is left to the expressions."""
    if not _ISO_TIME.match(words):
        return None
    try:
        local = datetime.fromisoformat(words)
    except ValueError:
        return None
    at = local.replace(microsecond=0, tzinfo=local.tzinfo or UTC).astimezone(UTC)
    if not _possible(at, today):
        return None
    ahead = local.utcoffset()
    offset = None if ahead is None else int(ahead.total_seconds()) // 60
    return Moment(at, words, "second" if words[16:17] == ":" else "minute", offset)


def _from_epoch(words: str, today: datetime) -> Moment | None:
    seconds = int(words) / (1000 if len(words) > 11 else 1)
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))
    # A bare number is a stamp only if it gives a possible time; else it is an id.
    return Moment(at, words, "second", 0) if _possible(at, today) else None


def _find_day(words: str, month_first: bool) -> tuple[tuple[int, int, int], str] | None:
    """Return year, month, day of the first date, and the words without it."""
    if match := _ISO.search(words) or _CJK.search(words):
        year, month, day = (int(g) for g in match.groups())
        return (year, month, day), words[match.end() :] or words[: match.start()]
    if match := _COMPACT.search(words):
        year, month, day = (int(g) for g in match.groups()[:3])
        clock = ":".join(g for g in match.groups()[3:] if g)
        return (year, month, day), f" {clock}{words[match.end() :]}"
    folded = fold(words)
    if match := _DAY_MONTH.search(folded):
        return (_full_year(match.group(3)), MONTHS[match.group(2)], int(match.group(1))), _without(
            words, match
        )
    if match := _MONTH_DAY.search(folded):
        # The clock may stand between day and year: "Wed May 01 10:00:00 CEST 2024".
        rest = f"{_without(words, match)} {words[match.start() : match.end()]}"
        return (int(match.group(3)), MONTHS[match.group(1)], int(match.group(2))), rest
    match = _YEAR_FIRST.search(folded)
    if match and (number := match.group(2) or match.group(4)):  # "2024. gada 1. maijs" has the day inside
        return (int(match.group(1)), MONTHS[match.group(3)], int(number)), _without(words, match)
    match = _FEED_DATE.search(folded)
    if match and (cut := month_begun_by(match.group(2))):
        return (int(match.group(3)), cut, int(match.group(1))), _without(words, match)
    if match := _NUMBERS.search(words):
        return _ordered(match, month_first or is_american(words)), _without(words, match)
    return None


def _without(words: str, match: re.Match[str]) -> str:
    return f"{words[: match.start()]} {words[match.end() :]}"


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) > 2 else 2000 + int(digits)


def _ordered(match: re.Match[str], month_first: bool) -> tuple[int, int, int]:
    first, second, year = int(match.group(1)), int(match.group(3)), _full_year(match.group(4))
    american = first <= 12 and (second > 12 or (month_first and match.group(2) not in ".|"))
    return (year, first, second) if american else (year, second, first)


def _find_offset(behind: str, day: tuple[int, int, int], clock: Clock) -> int | None:
    """Return the minutes east of UTC that are named behind the clock."""
    if behind.lstrip()[:1] == "Z":
        return 0
    if match := _OFFSET.search(behind):
        minutes = int(match.group(2)) * 60 + int(match.group(3) or 0)
        # No place on earth is further than 14 hours from Greenwich.
        return (minutes if match.group(1) == "+" else -minutes) if minutes <= 14 * 60 else None
    zone = _ZONE.search(behind)
    return _ZONES[zone.group(1)] if zone else seasonal_offset(behind, day, clock)


def _compose(
    day: tuple[int, int, int], clock: Clock | None, offset: int | None, today: datetime
) -> datetime | None:
    hour, minute, second = clock or (0, 0, 0)
    try:
        zone = timezone(timedelta(minutes=offset or 0))
        at = datetime(*day, hour, minute, min(second or 0, 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if _possible(at, today) else None


def _possible(at: datetime, today: datetime) -> bool:
    return at.year >= _EARLIEST and at <= today + AHEAD
