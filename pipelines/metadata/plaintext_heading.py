"""Byline and dateline of a page that lost its markup: the lines between its headline and its first paragraph."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from columnist.pipelines.metadata.authors.byline_words import CJK_CLOSER, CJK_OPENER, OPENER
from columnist.pipelines.metadata.authors.person_names import Byline, parse_byline
from columnist.pipelines.metadata.dates.parse import CHANGED, Moment, read_shown_time
from columnist.pipelines.metadata.record import Metadata, as_dates

LINE_CLEANER = "line-cleaner"  # in found_by
_LONGEST = 120  # characters of a byline or dateline; longer ones are standfirsts


def read_heading(lines: Sequence[str], today: datetime, month_first: bool = False) -> Metadata:
    """Read authors, agency and dates; null where no line says them beyond doubt.

    `lines` are those between headline and text, in order; `month_first` says how 3/4/2024 is meant.
    """
    short = [line if len(line) <= _LONGEST else "" for line in lines]
    moments = [read_shown_time(line, today, month_first) for line in short]
    published = modified = None
    for line, moment in zip(short, moments, strict=True):
        first, last = _told_apart(line, moment, today, month_first)
        published, modified = published or first, modified or last
    byline = _byline(short, moments)
    found = {
        "authors": byline.persons,
        "agency": byline.agencies[:1],
        "published_at": published,
        "modified_at": modified,
    }
    return replace(
        as_dates(published, modified),
        authors=byline.persons,
        agency=next(iter(byline.agencies), None),
        found_by={name: LINE_CLEANER for name, value in found.items() if value},
    )


def _told_apart(
    line: str, moment: Moment | None, today: datetime, month_first: bool
) -> tuple[Moment | None, Moment | None]:
    """Return when a line says that the article was published, and when changed; "12 May, updated 13 May" says both."""
    word = CHANGED.search(line)
    if word is None:
        return moment, None
    before, after = line[: word.start()], line[word.start() :]
    first, last = (read_shown_time(words, today, month_first) for words in (before, after))
    return (first, last) if last else (None, first)  # in Japanese the word stands behind its date


def _byline(lines: Sequence[str], moments: Sequence[Moment | None]) -> Byline:
    """Return whom the first line names that opens like a byline, else one that stands beside the date."""
    undated = [(i, line) for i, line in enumerate(lines) if line and moments[i] is None]
    opened = [
        line for line in lines if OPENER.match(line) or CJK_OPENER.match(line) or CJK_CLOSER.search(line)
    ]
    beside = [line for i, line in undated if any(moments[max(i - 1, 0) : i + 2])]
    for line in opened:
        if (found := parse_byline(line)).persons or found.agencies:
            return found
    for line in beside:
        found = parse_byline(line)
        # Without "by", a single word is a place or a button, and so is a line that is more than its names.
        if found.persons and all(" " in name for name in found.persons) and _is_all(line, found):
            return found
    return Byline()


def _is_all(line: str, found: Byline) -> bool:
    named = sum(len(name) for name in (*found.persons, *found.agencies))
    return named >= 0.8 * len(line)  # what joins two names is a comma or "and"
