"""Sites moved from one state.db to another, with all that is known of them, so that nothing of them is fetched anew.

First all of it is in the new state, durably, then it leaves the old one. Killed in between, the same move goes on: what
is there already is put there again, alike.
"""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from columnist.pipelines.dataset.state.state import URL_STATES, State
from columnist.pipelines.document.addresses import registered_domain
from columnist.scraper.frontier.revisits import AGES
from columnist.scraper.frontier.shard_states import move_domains

# Every table of state.db is one of these; a test holds the list against the schema. FRONTIER: of one site, and leaves
# with it. SEEN: of one site, and stays too, for every state knows what its dataset has. WHOLE: of no site, and what the
# new state must obey. OWN: of the state itself, its runs and the dataset's files, which each state reads by itself.
FRONTIER, SEEN, WHOLE = (
    ("url", "robots"),
    ("article", "reject", "seen_lines", "site_line"),
    ("forgotten", "note"),
)
# Of the state itself; `archived` too: a page that a moved site shows unchanged is stored once more, not as a revisit.
OWN = (
    "run",
    "tally",
    "staged",
    "payload",
    "part",
    "rewritten",
    "gone",
    "word",
    "manifest_read",
    "archived",
    "unit",
)

_MOVING = "CREATE TEMP TABLE IF NOT EXISTS moving(site TEXT PRIMARY KEY, own INTEGER NOT NULL) WITHOUT ROWID"
_ORIGINS = "CREATE TEMP TABLE IF NOT EXISTS origins(origin TEXT PRIMARY KEY) WITHOUT ROWID"
# Of a site that the old state has crawled itself, its word counts; of one that it knows from others' files alone, only
# where it is the newer one.
_NEWER = (
    "coalesce(mine.visited, 0) < coalesce(theirs.visited, 0)"
    " OR (moving.own AND coalesce(mine.visited, 0) = coalesce(theirs.visited, 0))"
)
_REPLACED = (
    "FROM main.url AS mine JOIN old.url AS theirs ON theirs.key = mine.key"
    f" JOIN temp.moving ON moving.site = theirs.site WHERE {_NEWER}"
)
_COMING = (
    "FROM old.url AS theirs JOIN temp.moving ON moving.site = theirs.site"
    " WHERE NOT EXISTS (SELECT 1 FROM main.url AS mine WHERE mine.key = theirs.key)"
)
_KEYS = (
    "SELECT key FROM old.url WHERE site IN (SELECT site FROM temp.moving)"
    " UNION SELECT source FROM old.staged WHERE site IN (SELECT site FROM temp.moving)"
)
_IDS = "SELECT key FROM old.staged WHERE kind = 'articles' AND site IN (SELECT site FROM temp.moving)"


def crawled_sites(state: State) -> set[str]:
    """Return the sites that a state has crawled itself, not those that it knows from the files of others alone."""
    query = "SELECT DISTINCT site FROM url WHERE kind <> 'page' OR visited IS NULL"
    return {site for (site,) in state.connection.execute(query)}


def move_sites(old: State, new: State, sites: Collection[str]) -> None:
    """Move sites. Call with both states locked."""
    with _side_by_side(old, new, sites):
        with new.transaction():
            _copy_addresses(new)
            _copy_seen(new)
            _copy_robots(new)
            _copy_notes(old, new, sites)
        with old.transaction():
            _leave(old)


@contextmanager
def _side_by_side(old: State, new: State, sites: Collection[str]) -> Iterator[None]:
    execute = new.connection.execute
    execute("ATTACH DATABASE ? AS old", (str(old.path),))
    try:
        for state in (old, new):
            _name(state.connection, old, sites)
        yield
    finally:
        execute("DETACH DATABASE old")


def _name(connection: sqlite3.Connection, old: State, sites: Collection[str]) -> None:
    """Name what moves in tables of this connection's own."""
    crawled = crawled_sites(old)
    for table in (_MOVING, _ORIGINS):
        connection.execute(table)
    connection.execute("DELETE FROM temp.moving")
    connection.execute("DELETE FROM temp.origins")
    connection.executemany(
        "INSERT INTO temp.moving VALUES (?, ?)", [(site, site in crawled) for site in sorted(sites)]
    )
    connection.executemany("INSERT INTO temp.origins VALUES (?)", [(one,) for one in _origins_of(old, sites)])


def _origins_of(old: State, sites: Collection[str]) -> list[str]:
    """Return the origins that have robots entries and lie on the domains of these sites."""
    if not _has_robots(old.connection, "main"):
        return []
    fronts = old.connection.execute("SELECT site, url FROM url WHERE kind <> 'page'")
    domains = {registered_domain(url) for site, url in fronts if site in sites}
    origins = (origin for (origin,) in old.connection.execute("SELECT origin FROM robots"))
    return [origin for origin in origins if registered_domain(f"{origin}/") in domains]


def _columns(state: State, table: str, without: str = "") -> str:
    found = state.connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return ", ".join(name for (name,) in found if name != without)


def _copy_addresses(new: State) -> None:
    execute = new.connection.execute
    _count(new, f"SELECT mine.site, mine.state, -count(*) {_REPLACED} GROUP BY 1, 2")
    execute(f"DELETE FROM main.url WHERE id IN (SELECT mine.id {_REPLACED})")  # noqa: S608  constant text
    _count(new, f"SELECT theirs.site, theirs.state, count(*) {_COMING} GROUP BY 1, 2")
    columns = _columns(new, "url", without="id")
    given = ", ".join(f"theirs.{name}" for name in columns.split(", "))
    # In the order in which they were found: of equals the first found is the first asked for.
    execute(f"INSERT INTO main.url({columns}) SELECT {given} {_COMING} ORDER BY theirs.id")


def _count(state: State, query: str) -> None:
    for site, at, n in state.connection.execute(query).fetchall():
        state.count_now(site, URL_STATES[at], n)


def _copy_seen(new: State) -> None:
    execute, columns = new.connection.execute, _columns(new, "article")
    mine = "SELECT 1 FROM main.article AS mine WHERE mine.id = theirs.id AND mine.revision >= theirs.revision"
    execute(
        f"INSERT OR REPLACE INTO main.article({columns}) SELECT {columns} FROM old.article AS theirs"  # noqa: S608  constant text
        f" WHERE (source IN ({_KEYS}) OR id IN ({_IDS})) AND NOT EXISTS ({mine})"
    )
    for table in ("seen_lines", "site_line"):
        columns = _columns(new, table)
        execute(
            f"INSERT OR REPLACE INTO main.{table}({columns}) SELECT {columns} FROM old.{table}"  # noqa: S608  constant text
            " WHERE site IN (SELECT site FROM temp.moving)"
        )
    execute(f"INSERT OR IGNORE INTO main.reject SELECT * FROM old.reject WHERE id IN ({_KEYS})")  # noqa: S608  constant text


def _has_robots(connection: sqlite3.Connection, schema: str) -> bool:
    query = f"SELECT 1 FROM {schema}.sqlite_schema WHERE name = 'robots'"  # noqa: S608  main or old
    return connection.execute(query).fetchone() is not None


def _copy_robots(new: State) -> None:
    execute = new.connection.execute
    if not _has_robots(new.connection, "old"):
        return
    if not _has_robots(new.connection, "main"):  # the first crawl makes it
        execute(execute("SELECT sql FROM old.sqlite_schema WHERE name = 'robots'").fetchone()[0])
    mine = "SELECT 1 FROM main.robots AS mine WHERE mine.origin = theirs.origin AND mine.fetched_at > theirs.fetched_at"
    both = "pragma_table_info('robots', 'main') JOIN pragma_table_info('robots', 'old') USING (name)"
    # A table that an earlier version made has fewer columns.
    columns = ", ".join(name for (name,) in execute(f"SELECT name FROM {both}"))  # noqa: S608  constant text
    execute(
        f"INSERT OR REPLACE INTO main.robots({columns}) SELECT {columns} FROM old.robots AS theirs"  # noqa: S608  names of our own columns
        f" WHERE origin IN (SELECT origin FROM temp.origins) AND NOT EXISTS ({mine})"
    )


def _copy_notes(old: State, new: State, sites: Collection[str]) -> None:
    execute = new.connection.execute
    execute("INSERT OR IGNORE INTO main.forgotten SELECT * FROM old.forgotten")
    move_domains(new, old, sites)
    if execute("SELECT 1 FROM main.run LIMIT 1").fetchone() is None:
        execute("INSERT OR IGNORE INTO main.note SELECT * FROM old.note WHERE name = ?", (AGES,))
    # Dates of revisits that were reckoned by other ages are reckoned anew by the next crawl.
    execute(
        "DELETE FROM main.note WHERE name = ?1 AND value IS NOT (SELECT value FROM old.note WHERE name = ?1)",
        (AGES,),
    )


def _leave(old: State) -> None:
    moving = "FROM url WHERE site IN (SELECT site FROM temp.moving)"
    _count(old, f"SELECT site, state, -count(*) {moving} GROUP BY 1, 2")
    old.connection.execute(f"DELETE {moving}")
    if _has_robots(old.connection, "main"):
        old.connection.execute("DELETE FROM robots WHERE origin IN (SELECT origin FROM temp.origins)")
