"""The library's tables. Migrations are an append-only list; each is one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

APPLICATION_ID = 0x70747569
"""`ptui`: tells a papertui library from any other SQLite file."""


def _first(db: sqlite3.Connection) -> None:
    """The first schema. Row numbers of `papers` are the papers' own (domain/ids.rowid_of); abstracts come last in their row."""
    for statement in _FIRST.split(";\n"):
        if statement.strip():
            db.execute(statement)


_FIRST = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE papers(
    id INTEGER PRIMARY KEY,
    version INTEGER,
    digest TEXT NOT NULL,          -- of title and abstract: what a score is of
    first_hand INTEGER NOT NULL,   -- told by the archive itself, not retold by a list
    title TEXT NOT NULL,
    title_display TEXT,            -- where TeX made it differ
    authors TEXT NOT NULL,         -- a line each: a name has no line break, and splitting is quicker than JSON
    authors_display TEXT,          -- where TeX made it differ
    categories TEXT NOT NULL,      -- primary first, a line each: codes of other schemes hold blanks
    upvotes INTEGER,
    facts TEXT NOT NULL,           -- JSON object: the known ones of the other fields of a paper
    extra TEXT NOT NULL,           -- for the index: other forms of its words
    abstract_display TEXT,
    abstract TEXT NOT NULL
);

CREATE TABLE announcements(
    paper INTEGER NOT NULL REFERENCES papers(id),
    source TEXT NOT NULL,
    date TEXT NOT NULL,
    type TEXT,
    rank INTEGER,
    PRIMARY KEY(paper, source, date)
) WITHOUT ROWID;

CREATE INDEX announcements_of_day ON announcements(date, source, paper);

CREATE TABLE days(                 -- what a source said of a date, papers or none
    date TEXT NOT NULL,
    source TEXT NOT NULL,
    reason TEXT,                   -- why there are no papers
    usage TEXT,                    -- JSON: what a published list cost and counted
    fetched_at TEXT NOT NULL,
    PRIMARY KEY(date, source)
) WITHOUT ROWID;

CREATE TABLE scores(
    id INTEGER PRIMARY KEY,
    paper INTEGER NOT NULL REFERENCES papers(id),
    scorer TEXT NOT NULL,
    model TEXT,
    recipe TEXT NOT NULL,          -- '' for somebody else's list
    paper_digest TEXT NOT NULL,    -- '' for somebody else's list
    listed TEXT NOT NULL,          -- a list's date, '' for own scorers
    relevance REAL,
    novelty REAL,
    comment TEXT NOT NULL,
    scored_at TEXT,
    UNIQUE(paper, scorer, recipe, paper_digest, listed)
);

CREATE INDEX scores_of_list ON scores(scorer, listed, paper) WHERE listed <> '';

CREATE TABLE runs(                 -- what a scorer said of an edition as a whole
    date TEXT NOT NULL,
    scorer TEXT NOT NULL,
    note TEXT,
    at TEXT NOT NULL,
    PRIMARY KEY(date, scorer)
) WITHOUT ROWID;

CREATE TABLE entries(              -- a paper in an edition, with its current score: kept with what it is made of
    date TEXT NOT NULL,
    paper INTEGER NOT NULL REFERENCES papers(id),
    listed INTEGER NOT NULL,       -- 0: there only as a replacement
    source TEXT NOT NULL,
    type TEXT,
    rank INTEGER,                  -- place in a published list
    score INTEGER REFERENCES scores(id),
    relevance REAL,
    novelty REAL,
    total REAL,
    PRIMARY KEY(date, paper)
) WITHOUT ROWID;
CREATE INDEX entries_in_order ON entries(date DESC, total DESC, relevance DESC, paper, listed);
CREATE INDEX entries_of_paper ON entries(paper, date);

CREATE TABLE actions(              -- what `undo` takes back, one row a user's action
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    state INTEGER NOT NULL         -- 0 done, 1 undone, 2 undone and superseded
);
CREATE INDEX actions_of_state ON actions(state, id);

CREATE TABLE events(               -- append-only
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    machine TEXT NOT NULL,
    at TEXT NOT NULL,
    paper INTEGER NOT NULL REFERENCES papers(id),
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    prior TEXT NOT NULL,           -- what stood there before, for undo
    action INTEGER REFERENCES actions(id)
);
CREATE INDEX events_of_paper ON events(paper, kind);
CREATE INDEX events_of_action ON events(action) WHERE action IS NOT NULL;

CREATE TABLE marks(                -- the fold of a paper's events
    paper INTEGER PRIMARY KEY REFERENCES papers(id),
    read INTEGER NOT NULL DEFAULT 0,
    saved INTEGER NOT NULL DEFAULT 0,
    hidden INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX marks_saved ON marks(paper) WHERE saved;
CREATE INDEX marks_hidden ON marks(paper) WHERE hidden;

CREATE VIEW documents AS SELECT
    p.id AS id,
    coalesce(p.title_display, p.title) AS title,
    coalesce(p.authors_display, p.authors) AS authors,
    coalesce(p.abstract_display, p.abstract) AS abstract,
    coalesce((SELECT group_concat(comment, char(10)) FROM
        (SELECT max(s.id), s.comment AS comment FROM scores s WHERE s.paper = p.id GROUP BY s.scorer ORDER BY s.scorer)), '') AS comment,
    coalesce(m.note, '') AS note,
    coalesce(m.tags, '') AS tags,
    p.extra AS extra
FROM papers p LEFT JOIN marks m ON m.paper = p.id;

CREATE VIRTUAL TABLE search USING fts5(
    title, authors, abstract, comment, note, tags, extra,
    content='documents', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3'
);
"""


def _models(db: sqlite3.Connection) -> None:
    """What models answered besides scores, and what it cost. `entries.place`: in a model's strict order of an edition's best."""
    for statement in _MODELS.split(";\n"):
        if statement.strip():
            db.execute(statement)


_MODELS = """
ALTER TABLE entries ADD COLUMN place INTEGER;

CREATE TABLE spending(             -- one row a request that was answered
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    at TEXT NOT NULL,
    date TEXT,                     -- the edition
    scorer TEXT NOT NULL,
    host TEXT NOT NULL,
    kind TEXT NOT NULL,            -- score, screen, order
    papers INTEGER NOT NULL,
    chars INTEGER NOT NULL,        -- of the messages
    counted INTEGER NOT NULL,      -- whether the server counted tokens
    prompt INTEGER NOT NULL,
    cached INTEGER NOT NULL,
    cache_writes INTEGER NOT NULL,
    completion INTEGER NOT NULL,
    reasoning INTEGER NOT NULL,
    usd REAL                       -- NULL: unknown
);
CREATE INDEX spending_of_model ON spending(scorer, host, id);
CREATE INDEX spending_of_edition ON spending(date, scorer);

CREATE TABLE judgements(           -- what each of several passes said
    paper INTEGER NOT NULL REFERENCES papers(id),
    scorer TEXT NOT NULL,
    recipe TEXT NOT NULL,
    paper_digest TEXT NOT NULL,
    pass INTEGER NOT NULL,
    relevance REAL NOT NULL,
    novelty REAL NOT NULL,
    comment TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY(paper, scorer, recipe, paper_digest, pass)
) WITHOUT ROWID;

CREATE TABLE outcomes(             -- papers that a recipe gave no score, and titles that passed
    paper INTEGER NOT NULL REFERENCES papers(id),
    scorer TEXT NOT NULL,
    recipe TEXT NOT NULL,
    paper_digest TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    final INTEGER NOT NULL,        -- not asked for again by this recipe
    at TEXT NOT NULL,
    PRIMARY KEY(paper, scorer, recipe, paper_digest)
) WITHOUT ROWID;

CREATE TABLE uploads(              -- batches that a provider works on
    id TEXT PRIMARY KEY,           -- ours: it stands in the batch's metadata, and is the run of what it costs
    batch TEXT NOT NULL,           -- the provider's, '' before it is known
    at TEXT NOT NULL,
    scorer TEXT NOT NULL,
    recipe TEXT NOT NULL,
    host TEXT NOT NULL,
    state TEXT NOT NULL            -- preparing, creating, the provider's word, collected
) WITHOUT ROWID;

CREATE TABLE upload_requests(      -- what a batch's requests mean; gone once it is collected
    upload TEXT NOT NULL REFERENCES uploads(id),
    id TEXT NOT NULL,              -- custom_id
    date TEXT,                     -- the edition
    pass INTEGER NOT NULL,
    passes INTEGER NOT NULL,
    chars INTEGER NOT NULL,        -- of the messages
    papers TEXT NOT NULL,          -- JSON: [id within the request, row number, digest as sent]
    collected INTEGER NOT NULL,    -- its answer is stored, and paid for, once
    PRIMARY KEY(upload, id)
) WITHOUT ROWID;
"""


def _asked(db: sqlite3.Connection) -> None:
    """What was asked of sources, and what came of it: whether an edition is complete."""
    for statement in _ASKED.split(";\n"):
        if statement.strip():
            db.execute(statement)


_ASKED = """
ALTER TABLE days ADD COLUMN asked_at TEXT;
ALTER TABLE days ADD COLUMN via TEXT NOT NULL DEFAULT '';
ALTER TABLE days ADD COLUMN gave INTEGER;
ALTER TABLE days ADD COLUMN parts TEXT NOT NULL DEFAULT '';
ALTER TABLE days ADD COLUMN trouble TEXT;
"""
"""`asked_at`: when last, NULL where nobody was (a list that was loaded); `gave`: papers announced; `parts`: arXiv's categories that are
wholly there, by blanks; `trouble`: what failed or is missing."""

MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first, _models, _asked)
"""Step n takes a library from user_version n to n + 1. Never changed once released: only added to."""
