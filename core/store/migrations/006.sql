-- SPDX-License-Identifier: Apache-2.0
-- Version 6: rows that an edit added are one range of ids, first_row..last_row (0 = the edit added none, or it was made
-- before this version and names its rows in edit_row). While such an edit is undone its rows lie in edit_row, side 1.
ALTER TABLE edit ADD COLUMN first_row INTEGER NOT NULL DEFAULT 0;
ALTER TABLE edit ADD COLUMN last_row INTEGER NOT NULL DEFAULT 0;
