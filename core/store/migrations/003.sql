-- SPDX-License-Identifier: Apache-2.0
-- Version 3: what the update saw of each token (float32 like its siblings; empty = not recorded), and verdicts that a
-- person holds for wrong (the note says why).
ALTER TABLE chain ADD COLUMN log_ratios BLOB NOT NULL DEFAULT x'';
ALTER TABLE annotation ADD COLUMN disputed INTEGER NOT NULL DEFAULT 0 CHECK (disputed IN (0, 1));
