"""Articles of several pages: whichever part is found, the first one is asked for and all are joined in its row."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

from columnist.pipelines.document.addresses import normal_address
from columnist.pipelines.records.article import Page
from columnist.scraper.crawl.answers.commit import may_try_again
from columnist.scraper.crawl.answers.page_worker import (
    Harvest,
    PageReading,
    PartReading,
    Wanted,
    read_answer,
    read_part,
)
from columnist.scraper.crawl.answers.visit import Visit, ask_of, in_sandbox, page_bytes
from columnist.scraper.crawl.context import RunContext
from columnist.scraper.fetch.outcomes import FORGOTTEN, Unfetched
from columnist.scraper.frontier.records import PART, Candidate, Standing

MAX_PARTS = 10  # of one article that are fetched; longer ones are picture galleries
# What a part may be called by itself: its last one can be a single paragraph.
MAY_BE_PART = ("too-short", "no-text")
_FIRST_PRIORITY = 60  # as any link to an article
# Looks at a first part that is being settled, and seconds between: half a minute is three parts at a site's pace.
_LOOKS, _BETWEEN = 60, 0.5
_AFTER = timedelta(seconds=2)  # behind the first part's own next try


@dataclass(frozen=True, slots=True)
class Joined:
    """An article with what was found of its further parts."""

    given: Harvest
    addresses: tuple[str, ...] = ()  # of the parts that it holds
    incomplete: bool = False  # whether a part that is there could not be had


async def with_more(visit: Visit, page: Page, given: Harvest, context: RunContext) -> Joined | Unfetched:
    """Fetch the article's further parts and clean them as one; where one fails that may come, all is tried again."""
    limit, incomplete = page_bytes(context), False
    parts: list[Page] = []
    addresses: list[str] = []
    url = given.links.next_page
    while url and visit.fetch_more and len(parts) < MAX_PARTS - 1:
        part = visit.held.get(normal_address(url)) or await visit.fetch_more(visit.lease, visit.job, url)
        if isinstance(part, Unfetched):
            if may_try_again(visit.lease, part):
                return part
            incomplete = part.retry
            break
        if part.status == 304:
            break
        further = replace(page, url=part.url, html=part.body, headers=part.headers)
        told = await in_sandbox(visit, context, read_part, page, further, len(parts) + 2, limit)
        if not isinstance(told, PartReading) or not told.belongs:
            break
        parts.append(further)
        addresses += dict.fromkeys((url, part.url))
        url = told.next_page
    if not parts:
        return Joined(given, incomplete=incomplete)
    again = await in_sandbox(
        visit, context, read_answer, page, ask_of(visit, context), Wanted(limit), tuple(parts)
    )
    if not isinstance(again, PageReading) or not isinstance(again.given, Harvest):
        return Joined(given, incomplete=True)  # the first part alone is better than nothing
    return Joined(again.given, tuple(addresses), incomplete)


async def is_settled_with_first(visit: Visit, given: Harvest, context: RunContext) -> bool:
    """Lead from a later part to the first one, and settle this part with it; False where it stands for itself."""
    lease, first = visit.lease, given.links.first_part
    may_be = given.reason is None or given.reason in MAY_BE_PART
    if (
        first is None
        or not may_be
        or lease.visited is not None
        or visit.job.listed
        or visit.fetch_first is None
    ):
        return False
    if context.store.state.forgotten.covers(first, lease.site):
        context.output.unfetched(lease, Unfetched("filtered", FORGOTTEN))
        return True
    if await _is_filed(visit, first, context):
        context.output.part(lease, visit.got)
        return True
    stands = context.frontier.standing(first)
    if stands is None or stands.next_visit is None or stands.state not in ("failed", "waiting", "leased"):
        return False
    context.output.unfetched(lease, Unfetched("deferred", "first-part", until=stands.next_visit + _AFTER))
    return True


async def _is_filed(visit: Visit, first: str, context: RunContext) -> bool:
    """Say whether the article that begins at `first` holds this part; ask for it if that is not known."""
    frontier, lease = context.frontier, visit.lease
    for _ in range(_LOOKS):
        stands = frontier.standing(first)
        if _has_part(frontier.standing(lease.url)) or stands is None or stands.state != "leased":
            break
        await asyncio.sleep(_BETWEEN)
    if _has_part(frontier.standing(lease.url)):
        return True
    # What a feed says of a part goes to the article, but for the title: that is the part's.
    hints = tuple(replace(hint, title=None) for hint in lease.hints)
    found = Candidate(
        first, lease.site, lease.via or "link", "page", lease.depth, _FIRST_PRIORITY, hints=hints
    )
    taken = frontier.take(found)
    if taken is None or visit.fetch_first is None:
        return False
    await visit.fetch_first(taken, visit.job, {normal_address(lease.url): visit.got})
    return _has_part(frontier.standing(lease.url))


def _has_part(part: Standing | None) -> bool:
    return part is not None and part.reason == PART
