// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"
#include "core/util/file_system.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace veritune::data {

/// Line by line, so that 10 million rows need no more memory than one line. Line <= 16 MiB, depth <= 64; bad UTF-8,
/// NUL or an out-of-range number is an error row with its line number, never a guess.
/// on_row  (line number from 1, parsed row); return false to stop
/// on_error  (line number, error); return false to stop
/// returns  number of lines read; errors only for the file itself
util::Result<std::int64_t> read_jsonl(const std::string& path,
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

/// preset  "veritune" (our own rows), "gsm8k", "prompt_completion"
/// Nothing is written: the caller looks at the report first.
/// errors  kNotFound (file or preset)
util::Result<ImportReport> import_jsonl(const std::string& path, const std::string& preset);
std::vector<std::string> import_presets();

/// SHA-256 over the canonical JSON of the problems in id order: a data set's version.
std::string dataset_hash(const std::vector<Problem>& problems);

/// Assigns splits by content hash: the same prompt is always on the same side, whatever the order.
/// val_percent + test_percent <= 90
void split_by_hash(std::vector<Problem>& problems, int val_percent, int test_percent);

util::Result<std::vector<Problem>> load_dataset(util::FileSystem& fs, const std::string& path);
util::Status save_dataset(util::FileSystem& fs, const std::string& path, const std::vector<Problem>& problems);

}  // namespace veritune::data
