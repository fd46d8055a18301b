"""Which number of 3/4/2024 is the month, where the address of the page names it."""

import re

from columnist.pipelines.document.read import Document
from columnist.pipelines.language.months import MONTHS, fold
from columnist.pipelines.metadata.dates.parse import Moment, read_time

_URL_MONTH = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2}|[^\W\d_]{3,9})(?=[/-])")


def settled_by_address(document: Document, moment: Moment) -> Moment:
    """Read the numbers the other way round where only that gives the month of the address."""
    match = _URL_MONTH.search(document.page.url)
    if match is None or moment.at is None:
        return moment
    year, words = int(match.group(1)), fold(match.group(2))
    named = (year, int(words) if words.isdigit() else MONTHS.get(words))
    if (moment.at.year, moment.at.month) == named:
        return moment
    other = read_time(moment.raw, document.page.fetched_at, not document.month_first)
    return other if other and other.at and (other.at.year, other.at.month) == named else moment
