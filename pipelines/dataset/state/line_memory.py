"""The memory of each site's own lines, in the state database: asked of every article of a crawl before it is staged, and
told of it in the transaction that stages it.

Bounded: of a site the last articles, a few of a day, so that a site of hundreds of articles a day is remembered over
weeks; and the lines that are known. 64 articles of 20 paragraphs are 20 KB, so ten thousand sites are 200 MB of disk,
500 MB where all are as long as they may be; in memory is the one site that is asked (tests/benchmarks/site_lines.py).
"""

import time
from collections.abc import Iterable, Set

from columnist.pipelines.dataset.state.site_lines import Seen, lines_of_site
from columnist.pipelines.dataset.state.state import State

_ARTICLES = 64
_ARTICLES_A_DAY = 4
_LINES = 500  # of a site: where there are more they are lists that change, and the oldest are gone from its pages by then


def known_lines(state: State, site: str) -> frozenset[bytes]:
    """Return the lines that are known to be the site's."""
    found = state.connection.execute("SELECT line FROM site_line WHERE site = ?", (site,))
    return frozenset(line for (line,) in found)


def ask_memory(state: State, site: str, seen: Seen) -> frozenset[bytes]:
    """Return the lines that are the site's, as far as its articles up to this one show."""
    known = known_lines(state, site)
    return known | lines_of_site(seen, _remembered(state, site), known)


def tell_memory(state: State, site: str, seen: Seen) -> None:
    """Remember an article; in the transaction that stages it."""
    with state.transaction(synced=False) as connection:
        query = "SELECT at, article, day FROM seen_lines WHERE site = ? ORDER BY at"
        before = connection.execute(query, (site,)).fetchall()
        others = [(at, day) for at, article, day in before if article != seen.article]
        if sum(day == seen.day for _, day in others) >= _ARTICLES_A_DAY:
            return
        gone = [at for at, article, _ in before if article == seen.article]
        gone += [at for at, _ in others[: max(0, len(others) + 1 - _ARTICLES)]]
        for at in gone:
            connection.execute("DELETE FROM seen_lines WHERE site = ? AND at = ?", (site, at))
        newest = before[-1][0] + 1 if before else 1
        values = (site, newest, seen.article, seen.day, seen.lines)
        connection.execute("INSERT INTO seen_lines VALUES (?, ?, ?, ?, ?)", values)


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


def _remembered(state: State, site: str) -> list[Seen]:
    query = "SELECT article, day, lines FROM seen_lines WHERE site = ? ORDER BY at"
    return [Seen(*row) for row in state.connection.execute(query, (site,))]
