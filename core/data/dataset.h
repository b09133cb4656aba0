// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"
#include "core/util/file_system.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace veritune::data {

/// Strict JSON lines from outside, line by line, so that 10 million rows need no more memory than
/// one line. Line <= 16 MiB, depth <= 64; bad UTF-8, a NUL byte or an out-of-range number is an
/// error row with its line number, never a guess. Lines of white space are counted and skipped; a
/// byte order mark at the start is skipped. on_row  (line number from 1, parsed row); return false
/// to stop on_error  (line number, error); return false to stop returns  number of lines read;
/// errors only for the file itself
util::Result<std::int64_t> read_jsonl(
    const std::string& path,
    const std::function<bool(std::int64_t, util::Json)>& on_row,
    const std::function<bool(std::int64_t, util::Error)>& on_error);

struct RowError {
    std::int64_t line = 0;
    std::string message;
};

struct ImportReport {
    std::vector<Problem> problems;
    std::vector<RowError> errors;
    std::int64_t lines = 0;
};

/// The gold of a problem through the verifier's whole path: empty when it holds, else one sentence.
/// Passed in, because this module may not know the verifiers (verify::import_gold_check() makes
/// one).
using GoldCheck = std::function<std::string(const Problem&)>;

/// preset  "veritune": our own rows, unknown keys refused (problem_from_json)
///         "gsm8k": {"question","answer"}; gold = text after the last "#### " without commas,
///         verifier integer, profile
///           reward_strict (box, "####", anchors); solution = the answer without <<calculator>>
///           notes; id gsm8k-LINE
///         "prompt_completion": {"prompt","completion"} as text or chat messages, with optional
///         gold, verifier, params,
///           profile, id; without a verifier the rows are demonstrations only
/// Nothing is written: the caller looks at the report first. A row that is refused, repeats an id,
/// or whose gold fails `check` is in `errors` and not in `problems`. errors  kNotFound (file or
/// preset), kIoError
util::Result<ImportReport> import_jsonl(const std::string& path,
                                        const std::string& preset,
                                        const GoldCheck& check = {});
std::vector<std::string> import_presets();

/// SHA-256 over the canonical JSON of the problems in id order: a data set's version. The order of
/// `problems` does not matter.
std::string dataset_hash(const std::vector<Problem>& problems);

/// Assigns splits by content hash: the same prompt is always on the same side, whatever the order.
/// val_percent, test_percent  >= 0, together <= 90; anything else is a bug of the caller
void split_by_hash(std::vector<Problem>& problems, int val_percent, int test_percent);

/// The side that split_by_hash gives this problem.
Split split_of(const Problem& problem, int val_percent, int test_percent);

/// A data set on disk is JSONL in the product's rows; writing is atomic.
/// errors  kNotFound, kCorruptData (context: the line; also a repeated id), those of the file
/// system
util::Result<std::vector<Problem>> load_dataset(util::FileSystem& fs, const std::string& path);
util::Status save_dataset(util::FileSystem& fs,
                          const std::string& path,
                          const std::vector<Problem>& problems);

}  // namespace veritune::data
