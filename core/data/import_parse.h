// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/import.h"
#include "core/data/text_input.h"

#include <cstdint>
#include <functional>
#include <string>

/// The half of an import that meets the file: pure, without files of its own, for the worker, the
/// tests and the fuzzer. Private to core/data.
namespace veritune::data {

struct ParseInput {
    ImportRequest request;
    std::string name;        ///< of the file, for its ending
    bool is_folder = false;  ///< the source is {"file","text"} lines made of a folder
    util::Json templates;    ///< as RowContext::templates
};
util::Json parse_input_to_json(const ParseInput& input);
util::Result<ParseInput> parse_input_from_json(const util::Json& json);

struct ParseSinks {
    std::function<bool(std::int64_t line, const DatasetRow& row)> on_row;  ///< false = stop
    std::function<bool(std::int64_t line, const util::Json& raw)> on_raw;
    std::function<bool(const RowError& error)> on_error;
    std::function<bool(std::int64_t bytes)> on_progress;  ///< after some rows; false = stop
};

/// Looks at the file twice (first what it is, then its rows).
/// returns  everything of a DryRun but errors, preview, sha256 and bytes
/// errors   kUnsupported (not a text file; the message says what to do), kCancelled, those of the
///          source
util::Result<DryRun> parse_import(ByteSource& source,
                                  const ParseInput& input,
                                  const ParseSinks& sinks);

/// The text or JSON of a template file. errors  kCorruptData
util::Result<util::Json> read_template(std::string_view text);

}  // namespace veritune::data
