// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"

#include <string_view>

namespace veritune::data {

/// A row of a data file may be this long; a longer line is an error row.
inline constexpr std::size_t kMaxLineBytes = std::size_t{16} << 20;

/// One line of JSONL under the rules of read_jsonl().
/// errors  kCorruptData with one sentence
util::Result<util::Json> parse_jsonl_row(std::string_view line);

/// Nothing but JSON white space.
bool is_blank_line(std::string_view line);

}  // namespace veritune::data
