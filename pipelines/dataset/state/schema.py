"""The tables of the state database, version by version: a new one is made, and an old one mended, by the same steps."""

import sqlite3

from columnist.pipelines.dataset.state.revisions import text_key

_FIRST = """
CREATE TABLE run(id TEXT PRIMARY KEY, command TEXT NOT NULL, options TEXT NOT NULL, started TEXT NOT NULL,
    finished TEXT, state TEXT NOT NULL, parts INTEGER NOT NULL DEFAULT 0, manifest INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
-- scope '' holds what is (addresses by state), a run's id what that run did
CREATE TABLE tally(scope TEXT NOT NULL, site TEXT NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY(scope, site, what)) WITHOUT ROWID;
-- the seen set: the newest revision of each article, staged or committed
CREATE TABLE article(id BLOB PRIMARY KEY, source BLOB NOT NULL, revision INTEGER NOT NULL, content BLOB NOT NULL,
    title BLOB NOT NULL, metadata BLOB NOT NULL, paragraphs BLOB NOT NULL, corrections INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE reject(id BLOB PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
-- every row of the dataset; its bytes are in payload until its part is committed
CREATE TABLE staged(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, day TEXT NOT NULL, site TEXT NOT NULL, url TEXT NOT NULL,
    key BLOB NOT NULL, source BLOB NOT NULL, revision INTEGER NOT NULL, bytes INTEGER NOT NULL, at REAL NOT NULL,
    run TEXT NOT NULL, part INTEGER);
CREATE INDEX staged_open ON staged(kind, day, bytes, at) WHERE part IS NULL;
CREATE INDEX staged_part ON staged(part) WHERE part IS NOT NULL;
CREATE TABLE payload(id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE part(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, day TEXT NOT NULL, name TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL, state TEXT NOT NULL, rows INTEGER NOT NULL, notes TEXT NOT NULL,
    sha256 TEXT, size INTEGER, modified INTEGER);
CREATE INDEX part_writing ON part(state) WHERE state <> 'committed';
CREATE TABLE url(id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, url TEXT NOT NULL, site TEXT NOT NULL,
    kind TEXT NOT NULL, state INTEGER NOT NULL, via TEXT, depth INTEGER NOT NULL, priority INTEGER NOT NULL,
    newest INTEGER NOT NULL, hints TEXT, found REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    visited REAL, born REAL, next_visit REAL, status INTEGER, reason TEXT, etag TEXT, modified TEXT, content BLOB);
CREATE INDEX url_pending ON url(site, priority DESC, newest DESC, id) WHERE state = 0;
CREATE INDEX url_leased ON url(state) WHERE state = 1;
CREATE INDEX url_due ON url(state, next_visit) WHERE next_visit IS NOT NULL;
CREATE INDEX url_hubs ON url(kind) WHERE kind <> 'page';
"""

# Texts are found again on their site, so that a copy is known in a later run too. And the ages of the revisit
# schedule are kept, so that a run with other ages sees that every date is to be reckoned anew.
_SECOND = """
ALTER TABLE article ADD COLUMN text BLOB;
UPDATE article SET text = text_key(staged.site, hex(article.content)) FROM staged
    WHERE staged.kind = 'articles' AND staged.key = article.id;
CREATE INDEX article_text ON article(text);
CREATE TABLE note(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

# Several states may write one dataset: each has an id of its own, and of every file it knows whose it is. `origin` is
# "own", or of a file that another put there: "vouched" (a manifest names these bytes), "found" (none does, its rows
# are known), "stranger" (a table that is none of ours). `told` is the run whose manifest said so to the other states.
_STATE_ID_AND_ORIGINS = """
INSERT INTO note VALUES ('state_id', lower(hex(randomblob(8))));
ALTER TABLE part ADD COLUMN origin TEXT NOT NULL DEFAULT 'own';
ALTER TABLE part ADD COLUMN told TEXT;
"""

# What the dataset's ledger says must not come back (runs/forgotten.jsonl), and the files that a run of `forget` has
# rewritten: they stand in its manifest; sha256 '' is a file that was taken away.
_FORGOTTEN = """
CREATE TABLE IF NOT EXISTS forgotten(hash BLOB NOT NULL, salt BLOB NOT NULL, what TEXT NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL,
    run TEXT NOT NULL, PRIMARY KEY(hash, what)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rewritten(run TEXT NOT NULL, name TEXT NOT NULL, rows INTEGER NOT NULL, size INTEGER NOT NULL,
    sha256 TEXT NOT NULL, dropped INTEGER NOT NULL, PRIMARY KEY(run, name)) WITHOUT ROWID;
"""

# An article that moved is found by the address at which it lived.
_ARTICLES_BY_ADDRESS = """
CREATE INDEX IF NOT EXISTS article_source ON article(source);
"""

# What readers have lost stays told until a repair settles it: rows by their keys, or, of files whose keys this state
# never had (kind 'unread'), how many. `word` is the manifests' last word on each file, null of one that was taken
# away in order; `manifest_read` names those that were read, so that each is read once.
_LOSSES = """
CREATE TABLE IF NOT EXISTS gone(name TEXT NOT NULL, kind TEXT NOT NULL, key BLOB NOT NULL, revision INTEGER NOT NULL,
    rows INTEGER NOT NULL, PRIMARY KEY(key, revision, kind, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS word(name TEXT PRIMARY KEY, rows INTEGER, sha256 TEXT, run TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS manifest_read(name TEXT PRIMARY KEY) WITHOUT ROWID;
"""

# Of each address whose page lies in the archive: when its newest response was fetched (microseconds since 1970) and
# its payload's SHA-1, to which a revisit refers.
_ARCHIVED = """
CREATE TABLE IF NOT EXISTS archived(key BLOB PRIMARY KEY, at INTEGER NOT NULL, payload BLOB NOT NULL) WITHOUT ROWID;
"""

# The inputs of `columnist clean` that were cleaned to their end: which (a hash of the address), as what (of the file,
# the options and the versions), and what came of their pages, as JSON.
_UNITS = """
CREATE TABLE IF NOT EXISTS unit(key BLOB PRIMARY KEY, identity BLOB NOT NULL, counts TEXT NOT NULL) WITHOUT ROWID;
"""

# The memory of each site's own lines (state/line_memory.py): of some of its articles the paragraphs' hashes, in the order
# of `at`, and the lines that are known to be the site's. All in the rows of a site: a page of the file or few for an article.
_LINES = """
CREATE TABLE IF NOT EXISTS seen_lines(site TEXT NOT NULL, at INTEGER NOT NULL, article BLOB NOT NULL, day INTEGER NOT NULL,
    lines BLOB NOT NULL, PRIMARY KEY(site, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS site_line(site TEXT NOT NULL, line BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(site, line)) WITHOUT ROWID;
"""

# Of an address that shows what another one shows (a copy, a later part, one that leads there for good): that other one.
_SAME_AS = """
ALTER TABLE url ADD COLUMN same_as BLOB;
CREATE INDEX url_same_as ON url(same_as) WHERE same_as IS NOT NULL;
"""

_STEPS = (
    _FIRST,
    _SECOND,
    _STATE_ID_AND_ORIGINS,
    _FORGOTTEN,
    _ARTICLES_BY_ADDRESS,
    _LOSSES,
    _ARCHIVED,
    _UNITS,
    _LINES,
    _SAME_AS,
)
VERSION = len(_STEPS)


def bring_up_to_date(connection: sqlite3.Connection, version: int) -> None:
    """Take the steps from a version (0: an empty file) to this one, all of them or none."""
    if version == VERSION:
        return
    connection.create_function("text_key", 2, lambda site, content: text_key(site, content.lower()))
    steps = "".join(_STEPS[version:])
    connection.executescript(f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {VERSION}; COMMIT;")
