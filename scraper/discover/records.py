"""What discovery yields: an address, a guess of what it is, and what was said about it."""

from dataclasses import dataclass
from typing import Literal

from columnist.pipelines.records.article import Hint

Kind = Literal["article", "page", "index", "feed", "sitemap"]

# What the large search engines and most servers take; longer addresses are session dumps or attacks.
MAX_URL = 2083
_DAY = 86_400.0
# Newest first: (age in days below which, points). The steps are those of the revisit schedule, then a year.
_RECENT = ((1.0, 20), (7.0, 15), (30.0, 10), (365.0, 5))


@dataclass(frozen=True, slots=True)
class FoundLink:
    """One address that a page, feed or sitemap names."""

    url: str  # as it was given, absolute, without fragment
    kind: Kind  # a guess from the address and from who named it; it orders the queue, it decides nothing
    via: str  # feed, news-sitemap, sitemap, section, link
    priority: int  # higher is fetched earlier
    changed_at: float | None = None  # seconds since 1970 at which the page was last changed, as named
    hint: Hint | None = None  # what was said about the article
    deeper: bool = True  # whether following it goes one step away from the seed


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed or sitemap holds."""

    kind: Literal["feed", "sitemap", "html", "unreadable"]
    found: tuple[FoundLink, ...] = ()
    language: str | None = None
    detail: str | None = None  # what was wrong, where something was
    truncated: bool = False  # the listing names more than the cap


@dataclass(frozen=True, slots=True)
class Links:
    """What one page leads to."""

    found: tuple[FoundLink, ...] = ()  # same site, worth a request, each address once
    feeds: tuple[FoundLink, ...] = ()
    next_page: str | None = None  # the next part of this article, if it goes on elsewhere
    first_part: str | None = None  # where it begins, if this is a later part
    refresh: str | None = None  # where a meta refresh sends the reader at once
    nofollow: bool = False  # the page asks not to follow its links


def recency(changed_at: float | None, now: float) -> int:
    """Return up to 20 points for what is new; a date in the future is no news but a mistake."""
    if changed_at is None:
        return 5  # as good as "this year": most links carry no date
    age = (now - changed_at) / _DAY
    if age < -1:  # a day's grace for zones given wrongly
        return 0
    return next((points for days, points in _RECENT if age <= days), 0)
