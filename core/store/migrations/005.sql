-- SPDX-License-Identifier: Apache-2.0
-- Version 5: results of evaluations that can be compared: how was measured (setup, with its hash), who was measured,
-- and per column and problem what came out. Content column (BLOB, through the codec): evaluation.setup, which quotes
-- worked examples.
CREATE TABLE evaluation(
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id          INTEGER UNIQUE REFERENCES run(id) ON DELETE CASCADE,
    name            TEXT NOT NULL,
    protocol        TEXT NOT NULL,
    protocol_hash   TEXT NOT NULL,
    setup           BLOB NOT NULL,
    subject_json    TEXT NOT NULL,
    dataset         TEXT NOT NULL,
    split           TEXT NOT NULL,
    problems        INTEGER NOT NULL CHECK (problems >= 0),
    samples         INTEGER NOT NULL CHECK (samples >= 1),
    truncation_rate REAL,
    mean_tokens     REAL,
    complete        INTEGER NOT NULL CHECK (complete IN (0, 1)),
    created_us      INTEGER NOT NULL
) STRICT;
CREATE INDEX evaluation_protocol ON evaluation(protocol_hash);

-- The columns of a result: ways of judging the same completions. pass_json: [[k, pass@k], ...].
CREATE TABLE evaluation_column(
    evaluation_id  INTEGER NOT NULL REFERENCES evaluation(id) ON DELETE CASCADE,
    seq            INTEGER NOT NULL,
    name           TEXT NOT NULL,
    score          REAL,
    low            REAL,
    high           REAL,
    majority       REAL,
    pass_json      TEXT NOT NULL,
    no_answer_rate REAL,
    masked         INTEGER NOT NULL,
    PRIMARY KEY (evaluation_id, seq),
    UNIQUE (evaluation_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE evaluation_problem(
    evaluation_id INTEGER NOT NULL,
    seq           INTEGER NOT NULL,
    position      INTEGER NOT NULL,
    problem_id    TEXT NOT NULL,
    samples       INTEGER NOT NULL,
    correct       INTEGER NOT NULL,
    masked        INTEGER NOT NULL,
    no_answer     INTEGER NOT NULL,
    majority      INTEGER NOT NULL CHECK (majority IN (0, 1)),
    PRIMARY KEY (evaluation_id, seq, position),
    FOREIGN KEY (evaluation_id, seq) REFERENCES evaluation_column(evaluation_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
