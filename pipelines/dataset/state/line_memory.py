"""The memory of each site's own lines, in the state database: asked of every article of a crawl before it is staged, and
told of it in the transaction that stages it.

Bounded: of a site the last articles, a few of a day, so that a site of hundreds of articles a day is remembered over
weeks; and the lines that are known. 64 articles of 20 paragraphs are 13 KB, so ten thousand sites are 130 MB of disk,
500 MB where all are as long as they may be; in memory is the one site that is asked.
"""

import time
from collections.abc import Iterable, Set

from columnist.pipelines.dataset.state.site_lines import Seen, lines_of_site
from columnist.pipelines.dataset.state.state import State

_ARTICLES = 64
_ARTICLES_A_DAY = 4
_LINES = 500  # of a site: the demo newspaper has 4; more are lists that change, whose oldest are gone by then


def known_lines(state: State, site: str) -> frozenset[bytes]:
    """Return the lines that are known to be the site's."""
    found = state.connection.execute("SELECT line FROM site_line WHERE site = ?", (site,))
    return frozenset(line for (line,) in found)


def ask_memory(state: State, site: str, seen: Seen) -> frozenset[bytes]:
    """Return the lines that are the site's, as far as its articles up to this one show."""
    known = known_lines(state, site)
    return known | lines_of_site(seen, [one for _, one in _remembered(state, site)], known)


def tell_memory(state: State, site: str, seen: Seen) -> None:
    """Remember an article; in the transaction that stages it."""
    with state.transaction(synced=False):
        before = _remembered(state, site)
        again = [at for at, one in before if one.article == seen.article]
        others = [one for one in before if one[1].article != seen.article]
        if sum(one.day == seen.day for _, one in others) >= _ARTICLES_A_DAY:
            return
        gone = [*again, *(at for at, _ in others[: max(0, len(others) + 1 - _ARTICLES)])]
        execute = state.connection.execute
        for at in gone:
            execute("DELETE FROM seen_lines WHERE site = ? AND at = ?", (site, at))
        newest = before[-1][0] + 1 if before else 1
        values = (site, newest, seen.article, seen.day, seen.lines)
        execute("INSERT INTO seen_lines VALUES (?, ?, ?, ?, ?)", values)


def learn_lines(state: State, site: str, lines: Iterable[bytes]) -> None:
    """Know these lines as the site's, be it from what was taken out of a row that is in the dataset."""
    fresh = set(lines) - known_lines(state, site)
    if not fresh:
        return
    with state.transaction(synced=False) as connection:
        now = int(time.time())
        connection.executemany(
            "INSERT INTO site_line VALUES (?, ?, ?)", [(site, line, now) for line in sorted(fresh)]
        )
        connection.execute(
            "DELETE FROM site_line WHERE site = ? AND line IN (SELECT line FROM site_line WHERE site = ?"
            " ORDER BY at DESC, line LIMIT -1 OFFSET ?)",
            (site, site, _LINES),
        )


def forget_articles(state: State, articles: Set[bytes]) -> None:
    """Leave no hash of these articles' paragraphs; in the transaction that forgets them."""
    if articles:
        found = state.connection.execute("SELECT site, at, article FROM seen_lines")
        gone = [(site, at) for site, at, article in found if article in articles]
        state.connection.executemany("DELETE FROM seen_lines WHERE site = ? AND at = ?", gone)


def _remembered(state: State, site: str) -> list[tuple[int, Seen]]:
    rows = state.connection.execute(
        "SELECT at, article, day, lines FROM seen_lines WHERE site = ? ORDER BY at", (site,)
    )
    return [(at, Seen(article, day, lines)) for at, article, day, lines in rows]
