-- SPDX-License-Identifier: Apache-2.0
-- Version 1. docs/formats/project-db.md says what every column means.
-- Content columns (BLOB, through the codec): chain.prompt, completion, tokens, extracted, gold, verdict_steps.

CREATE TABLE project(
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dataset(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE,
    path       TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    rows       INTEGER NOT NULL CHECK (rows >= 0),
    source     TEXT NOT NULL,
    created_us INTEGER NOT NULL
) STRICT;

CREATE TABLE run(
    id                  INTEGER PRIMARY KEY AUTOINCREMENT,
    name                TEXT NOT NULL,
    state               TEXT NOT NULL CHECK (state IN
        ('queued', 'running', 'paused', 'done', 'stopped', 'interrupted', 'failed')),
    recipe_json         TEXT NOT NULL,
    fingerprint_json    TEXT NOT NULL,
    seed                INTEGER NOT NULL,
    created_us          INTEGER NOT NULL,
    started_us          INTEGER NOT NULL DEFAULT 0,
    ended_us            INTEGER NOT NULL DEFAULT 0,
    error               TEXT NOT NULL DEFAULT '',
    restarts            INTEGER NOT NULL DEFAULT 0,
    steps_since_restart INTEGER NOT NULL DEFAULT 0,
    last_seq            INTEGER NOT NULL DEFAULT 0,
    last_stage          TEXT NOT NULL DEFAULT '',
    last_step           INTEGER NOT NULL DEFAULT 0,
    state_hash          TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE stage(
    run_id       INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    seq          INTEGER NOT NULL,
    stage        TEXT NOT NULL,
    type         TEXT NOT NULL,
    total_steps  INTEGER NOT NULL,
    state        TEXT NOT NULL,
    summary_json TEXT NOT NULL,
    PRIMARY KEY (run_id, seq),
    UNIQUE (run_id, stage)
) STRICT, WITHOUT ROWID;

CREATE TABLE step(
    run_id      INTEGER NOT NULL,
    stage_seq   INTEGER NOT NULL,
    step        INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    seconds     REAL,
    state_hash  TEXT NOT NULL,
    rng_json    TEXT NOT NULL,
    recorded_us INTEGER NOT NULL,
    PRIMARY KEY (run_id, stage_seq, step),
    UNIQUE (run_id, seq),
    FOREIGN KEY (run_id, stage_seq) REFERENCES stage(run_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE metric_name(
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- One range of this key is one curve of one stage. NULL is NaN.
CREATE TABLE metric(
    run_id    INTEGER NOT NULL,
    stage_seq INTEGER NOT NULL,
    name_id   INTEGER NOT NULL REFERENCES metric_name(id),
    step      INTEGER NOT NULL,
    value     REAL,
    PRIMARY KEY (run_id, stage_seq, name_id, step),
    FOREIGN KEY (run_id, stage_seq) REFERENCES stage(run_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Small columns first: a page of summaries never reads the overflow pages of texts and arrays.
CREATE TABLE chain(
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id        INTEGER NOT NULL,
    stage_seq     INTEGER NOT NULL,
    step          INTEGER NOT NULL,
    phase         TEXT NOT NULL,
    problem_id    TEXT NOT NULL,
    sample        INTEGER NOT NULL,
    token_count   INTEGER NOT NULL,
    finish_reason TEXT NOT NULL,
    verifier      TEXT NOT NULL,
    verifier_hash TEXT NOT NULL,
    status        TEXT NOT NULL,
    score         REAL,
    reward        REAL,
    span_begin    INTEGER NOT NULL,
    span_end      INTEGER NOT NULL,
    rule          TEXT NOT NULL,
    method        TEXT NOT NULL,
    reason        TEXT NOT NULL,
    verify_micros INTEGER NOT NULL,
    updated       INTEGER NOT NULL,
    extracted     BLOB NOT NULL,
    prompt        BLOB NOT NULL,
    completion    BLOB NOT NULL,
    tokens        BLOB NOT NULL,
    gold          BLOB NOT NULL,
    verdict_steps BLOB NOT NULL,
    logprobs      BLOB NOT NULL,
    entropies     BLOB NOT NULL,
    critic_values BLOB NOT NULL,
    advantages    BLOB NOT NULL,
    ref_logprobs  BLOB NOT NULL,
    FOREIGN KEY (run_id, stage_seq, step) REFERENCES step(run_id, stage_seq, step) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX chain_key ON chain(run_id, stage_seq, step, phase, problem_id, sample);
CREATE INDEX chain_problem ON chain(run_id, problem_id, stage_seq, step, phase, sample);

CREATE TABLE checkpoint(
    run_id          INTEGER NOT NULL,
    stage_seq       INTEGER NOT NULL,
    step            INTEGER NOT NULL,
    path            TEXT NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    state_hash      TEXT NOT NULL,
    heldout_pass1   REAL,
    best            INTEGER NOT NULL,
    created_us      INTEGER NOT NULL,
    PRIMARY KEY (run_id, stage_seq, step),
    FOREIGN KEY (run_id, stage_seq) REFERENCES stage(run_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE event(
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id      INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    time_us     INTEGER NOT NULL,
    stage       TEXT NOT NULL,
    step        INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    severity    TEXT NOT NULL,
    message     TEXT NOT NULL,
    detail_json TEXT NOT NULL
) STRICT;
CREATE INDEX event_run ON event(run_id, id);
