"""The store's tables, how they came to be, and what is asked of them.

A migration is a numbered function: the one at place n leads from version n to n + 1. PRAGMA user_version is the
file's version.
"""

from collections.abc import Callable, Sequence


def _first_tables() -> Sequence[str]:
    """`facts` is the truth; `calls` is derived from it for listing; `words` is what a fact can be found by, folded.

    `guard` keeps words out of the tree's own pages. SQLite zeroes what it deletes (secure_delete), but not the copies
    that stay in a page's gap when its tree is rebalanced. With pages of 1024 bytes at most 230 bytes of a row are in
    the tree (its file format, 1.6); the rest is on pages of that row alone, which never move and are zeroed when freed.
    """
    return (
        "CREATE TABLE facts (call_id TEXT NOT NULL, seq INTEGER NOT NULL, at REAL NOT NULL, type TEXT NOT NULL,"
        " guard BLOB NOT NULL DEFAULT (zeroblob(230)), body TEXT NOT NULL, words TEXT NOT NULL,"
        " PRIMARY KEY (call_id, seq)) WITHOUT ROWID",
        "CREATE TABLE calls (id TEXT PRIMARY KEY, playbook TEXT NOT NULL, language TEXT NOT NULL,"
        " started_at REAL NOT NULL, ended_at REAL, reason TEXT) WITHOUT ROWID",
        "CREATE INDEX calls_by_start ON calls (started_at)",
        "CREATE INDEX calls_by_end ON calls (ended_at)",
    )


def _profiles() -> Sequence[str]:
    """Customers; `guard` as above. `phone`, `name` and `words` stand behind it, so none of them has an index."""
    return (
        "CREATE TABLE profiles (id TEXT PRIMARY KEY, version INTEGER NOT NULL, updated_at REAL NOT NULL,"
        " guard BLOB NOT NULL DEFAULT (zeroblob(230)), body TEXT NOT NULL, name TEXT NOT NULL, phone TEXT NOT NULL,"
        " words TEXT NOT NULL) WITHOUT ROWID",
    )


def _lacks() -> Sequence[str]:
    """What the knowledge base lacks; `guard` as above."""
    return (
        "CREATE TABLE lacks (id TEXT PRIMARY KEY, guard BLOB NOT NULL DEFAULT (zeroblob(230)),"
        " body TEXT NOT NULL) WITHOUT ROWID",
    )


def _proposals() -> Sequence[str]:
    """Articles that calls propose; `guard` as above."""
    return (
        "CREATE TABLE proposals (id TEXT PRIMARY KEY, call_id TEXT NOT NULL, state TEXT NOT NULL,"
        " guard BLOB NOT NULL DEFAULT (zeroblob(230)), body TEXT NOT NULL) WITHOUT ROWID",
        "CREATE INDEX proposals_by_call ON proposals (call_id)",
    )


MIGRATIONS: tuple[Callable[[], Sequence[str]], ...] = (_first_tables, _profiles, _lacks, _proposals)
PAGE_BYTES = 1024
VERSION = len(MIGRATIONS)
"""The newest version this release knows."""


INSERT_FACTS = (
    "INSERT INTO facts (call_id, seq, at, type, body, words) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (call_id, seq) DO NOTHING"
)
DERIVE_CALL = """
INSERT INTO calls (id, playbook, language, started_at, ended_at, reason)
VALUES (:id, coalesce(:playbook, ''), coalesce(:language, ''), coalesce(:started_at, :supposed_start),
        coalesce(:started_at, :supposed_start) + :ended_after, :reason)
ON CONFLICT (id) DO UPDATE SET
    playbook = coalesce(:playbook, playbook), language = coalesce(:language, language),
    started_at = coalesce(:started_at, started_at), reason = coalesce(:reason, reason),
    ended_at = coalesce(coalesce(:started_at, started_at) + :ended_after, ended_at)
WHERE :playbook IS NOT NULL OR :reason IS NOT NULL
"""
SELECT_CALLS = r"""
WITH found AS MATERIALIZED (
    SELECT * FROM calls WHERE :search = '' OR id LIKE :in_id ESCAPE '\' OR (:in_words <> '' AND EXISTS (
        SELECT 1 FROM facts WHERE call_id = calls.id AND facts.words LIKE :in_words ESCAPE '\')))
SELECT known.total, page.id, page.playbook, page.language, page.started_at, page.ended_at, page.reason
FROM (SELECT count(*) AS total FROM found) AS known
LEFT JOIN (SELECT * FROM found ORDER BY started_at DESC, id DESC LIMIT :limit OFFSET :offset) AS page
ORDER BY page.started_at DESC, page.id DESC
"""
SELECT_ORPHANS = """
SELECT id, coalesce((SELECT max(seq) FROM facts WHERE call_id = calls.id), 0),
       coalesce((SELECT max(at) FROM facts WHERE call_id = calls.id), 0.0)
FROM calls WHERE ended_at IS NULL ORDER BY started_at
"""
SELECT_OPEN = "SELECT id FROM calls WHERE ended_at IS NULL ORDER BY started_at"

SELECT_ENTRIES = "SELECT seq, at, type, body FROM facts WHERE call_id = ? AND seq > ? ORDER BY seq"
SELECT_STANDING = "SELECT seq, at, type, body FROM facts WHERE call_id = ? AND seq BETWEEN ? AND ?"
SELECT_ENDED = "SELECT id FROM calls WHERE ended_at < ? LIMIT ?"
DELETE_FACTS = "DELETE FROM facts WHERE call_id = ?"
DELETE_CALL = "DELETE FROM calls WHERE id = ?"

SELECT_LACKS = "SELECT id, body FROM lacks"
DELETE_LACK = "DELETE FROM lacks WHERE id = ?"
SAVE_LACK = "INSERT INTO lacks (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body"

SELECT_PROPOSALS = "SELECT id, call_id, state, body FROM proposals"
INSERT_PROPOSAL = "INSERT INTO proposals (id, call_id, state, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"
UPDATE_PROPOSAL = "UPDATE proposals SET state = ?, body = ? WHERE id = ?"
DELETE_PROPOSALS = "DELETE FROM proposals WHERE call_id = ? AND state <> 'approved'"

SELECT_PROFILE = "SELECT version, updated_at, body FROM profiles WHERE id = ?"
SELECT_PROFILES = r"""
WITH found AS MATERIALIZED (
    SELECT id, name FROM profiles WHERE :search = '' OR id LIKE :in_id ESCAPE '\'
        OR (:in_words <> '' AND words LIKE :in_words ESCAPE '\'))
SELECT known.total, page.id, page.version, page.updated_at, page.body
FROM (SELECT count(*) AS total FROM found) AS known
LEFT JOIN (SELECT profiles.* FROM (SELECT id FROM found ORDER BY name, id LIMIT :limit OFFSET :offset) AS listed
           JOIN profiles ON profiles.id = listed.id) AS page
ORDER BY page.name, page.id
"""
SELECT_BY_PHONE = "SELECT id, version, updated_at, body FROM profiles WHERE phone = ? ORDER BY id LIMIT ?"
SELECT_VERSION = "SELECT version FROM profiles WHERE id = ?"
INSERT_PROFILE = "INSERT INTO profiles (version, updated_at, body, name, phone, words, id) VALUES (?, ?, ?, ?, ?, ?, ?)"
UPDATE_PROFILE = (
    "UPDATE profiles SET version = ?, updated_at = ?, body = ?, name = ?, phone = ?, words = ? WHERE id = ?"
)
DELETE_PROFILE = "DELETE FROM profiles WHERE id = ?"
