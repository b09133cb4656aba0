-- SPDX-License-Identifier: Apache-2.0
-- Version 4: the rows of data sets live in the database, with an undo stack and a chained audit log.
-- Content columns (through the codec, told table "problem", column and problem id, in edit_row too, so that an image
-- can go back as it is): prompt, gold, params, solution, review.
-- dataset.sha256 = '' means: changed since the version was last computed. stored = 0: the rows are still in the file
-- of an older program; a writer takes them in when it opens the project.
ALTER TABLE dataset ADD COLUMN domain TEXT NOT NULL DEFAULT '';
ALTER TABLE dataset ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE dataset ADD COLUMN licence TEXT NOT NULL DEFAULT '';
ALTER TABLE dataset ADD COLUMN licence_note TEXT NOT NULL DEFAULT '';
ALTER TABLE dataset ADD COLUMN redistribution TEXT NOT NULL DEFAULT 'yes' CHECK (redistribution IN
    ('yes', 'attribution', 'share_alike', 'internal_only', 'forbidden'));
ALTER TABLE dataset ADD COLUMN frozen INTEGER NOT NULL DEFAULT 0 CHECK (frozen IN (0, 1));
ALTER TABLE dataset ADD COLUMN stored INTEGER NOT NULL DEFAULT 0 CHECK (stored IN (0, 1));
ALTER TABLE dataset ADD COLUMN parent TEXT NOT NULL DEFAULT '';
ALTER TABLE dataset ADD COLUMN edited_us INTEGER NOT NULL DEFAULT 0;

-- Small columns first: a page of summaries reads the texts only of the rows it shows.
CREATE TABLE problem(
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    dataset_id     INTEGER NOT NULL REFERENCES dataset(id) ON DELETE CASCADE,
    ext_id         TEXT NOT NULL,
    split          TEXT NOT NULL CHECK (split IN ('train', 'val', 'test', 'held_out', 'quarantine')),
    status         TEXT NOT NULL CHECK (status IN ('new', 'ok', 'needs_review', 'rejected')),
    verifier       TEXT NOT NULL,
    profile        TEXT NOT NULL,
    level          INTEGER NOT NULL,
    family         TEXT NOT NULL,
    topic          TEXT NOT NULL,
    lang           TEXT NOT NULL,
    tags           TEXT NOT NULL,
    licence        TEXT NOT NULL,
    redistribution TEXT NOT NULL,
    reviews        TEXT NOT NULL,
    open_reviews   INTEGER NOT NULL,
    prompt_sha256  TEXT NOT NULL,
    prompt_bytes   INTEGER NOT NULL,
    is_chat        INTEGER NOT NULL CHECK (is_chat IN (0, 1)),
    has_solution   INTEGER NOT NULL CHECK (has_solution IN (0, 1)),
    source_line    INTEGER NOT NULL,
    created_us     INTEGER NOT NULL,
    edited_us      INTEGER NOT NULL,
    prompt         BLOB NOT NULL,
    gold           BLOB NOT NULL,
    params         BLOB NOT NULL,
    solution       BLOB NOT NULL,
    review         BLOB NOT NULL
) STRICT;
CREATE INDEX problem_order ON problem(dataset_id);
CREATE UNIQUE INDEX problem_key ON problem(dataset_id, ext_id);
CREATE INDEX problem_state ON problem(dataset_id, status, split);
CREATE INDEX problem_level ON problem(dataset_id, level);

-- The undo stack. info_json: the data set's own values on the other side of the edit; '' = untouched.
CREATE TABLE edit(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    dataset_id INTEGER NOT NULL REFERENCES dataset(id) ON DELETE CASCADE,
    time_us    INTEGER NOT NULL,
    user       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    label      TEXT NOT NULL,
    rows       INTEGER NOT NULL,
    undone     INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)),
    info_json  TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX edit_dataset ON edit(dataset_id, id);

-- What a row was on the other side of an edit: side 0 before it, side 1 after it (while the edit is undone).
-- present = 0: there was no such row.
CREATE TABLE edit_row(
    edit_id        INTEGER NOT NULL REFERENCES edit(id) ON DELETE CASCADE,
    side           INTEGER NOT NULL CHECK (side IN (0, 1)),
    problem_id     INTEGER NOT NULL,
    present        INTEGER NOT NULL CHECK (present IN (0, 1)),
    ext_id         TEXT,
    split          TEXT,
    status         TEXT,
    verifier       TEXT,
    profile        TEXT,
    level          INTEGER,
    family         TEXT,
    topic          TEXT,
    lang           TEXT,
    tags           TEXT,
    licence        TEXT,
    redistribution TEXT,
    reviews        TEXT,
    open_reviews   INTEGER,
    prompt_sha256  TEXT,
    prompt_bytes   INTEGER,
    is_chat        INTEGER,
    has_solution   INTEGER,
    source_line    INTEGER,
    created_us     INTEGER,
    edited_us      INTEGER,
    prompt         BLOB,
    gold           BLOB,
    params         BLOB,
    solution       BLOB,
    review         BLOB,
    PRIMARY KEY (edit_id, side, problem_id)
) STRICT, WITHOUT ROWID;

-- hash = SHA-256 over the other columns and the hash of the entry before: an entry cannot be changed or taken out
-- without breaking every later one.
CREATE TABLE audit(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    time_us    INTEGER NOT NULL,
    user       TEXT NOT NULL,
    action     TEXT NOT NULL,
    object     TEXT NOT NULL,
    before_sha TEXT NOT NULL,
    after_sha  TEXT NOT NULL,
    hash       TEXT NOT NULL
) STRICT;
