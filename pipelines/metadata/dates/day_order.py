"""Which number of 3/4/2024 is the month: the country of the address, the page's language, the month in the address."""

import re

from pipelines.document.addresses import host_of
from pipelines.document.read import Document
from pipelines.language.months import MONTHS, fold
from pipelines.metadata.dates.parse import Moment, read_time

_MONTH_FIRST = ("en-us", "en", "en-ph", "")  # languages of pages, where nothing says the country
# Countries that write the month first or both ways, and endings that are sold to the whole world.
_OF_NO_COUNTRY = frozenset(("us", "ph", "ca", "io", "co", "ai", "tv", "me", "ly", "to", "fm", "gg", "sh", "so", "cc", "ws", "la", "im", "eu"))  # fmt: skip
_URL_MONTH = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2}|[^\W\d_]{3,9})(?=[/-])")


def month_first(document: Document) -> bool:
    """Say whether 3/4/2024 is the 4th of March here: in the United States and the Philippines."""
    ending = (host_of(document.page.url) or "").rpartition(".")[2]
    if len(ending) == 2 and ending not in _OF_NO_COUNTRY:  # templates of other countries still say en-US
        return False
    tag = (document.tree.get("lang") or "").lower().replace("_", "-")
    return tag in _MONTH_FIRST


def settled_by_address(document: Document, moment: Moment) -> Moment:
    """Read the numbers the other way round where only that gives the month of the address."""
    match = _URL_MONTH.search(document.page.url)
    if match is None or moment.at is None:
        return moment
    year, words = int(match.group(1)), fold(match.group(2))
    named = (year, int(words) if words.isdigit() else MONTHS.get(words))
    if (moment.at.year, moment.at.month) == named:
        return moment
    other = read_time(moment.raw, document.page.fetched_at, not month_first(document))
    return other if other and other.at and (other.at.year, other.at.month) == named else moment
