-- SPDX-License-Identifier: Apache-2.0
-- Version 2: marks and notes that people put on chains. The key is the chain's own (not its row id), so that a mark
-- outlives a step that is recorded again after a resume. Content column (through the codec): annotation.note.
CREATE TABLE annotation(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id     INTEGER NOT NULL,
    stage_seq  INTEGER NOT NULL,
    step       INTEGER NOT NULL,
    phase      TEXT NOT NULL,
    problem_id TEXT NOT NULL,
    sample     INTEGER NOT NULL,
    flagged    INTEGER NOT NULL CHECK (flagged IN (0, 1)),
    note       BLOB NOT NULL,
    edited_us  INTEGER NOT NULL,
    UNIQUE (run_id, stage_seq, step, phase, problem_id, sample),
    FOREIGN KEY (run_id, stage_seq) REFERENCES stage(run_id, seq) ON DELETE CASCADE
) STRICT;
