// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"
#include "core/util/rng.h"

#include <string>
#include <vector>

/// Structure-aware damage: what is still JSON most of the time gets past the parser and meets the
/// rules behind it.
namespace veritune::test {

/// One to four changes of random places of the tree: huge, negative and fractional numbers, other
/// types, deep nests, long and odd strings, missing and new keys, copies of other parts.
util::Json damaged(const util::Json& seed, util::Rng& rng);
/// Cuts, copies, flipped bits, inserted bytes, repeated keys in the text.
std::string damaged_text(const std::string& seed, util::Rng& rng);
/// Either of the two, or both, or the plain seed cut short.
std::string damaged_json_text(const util::Json& seed, util::Rng& rng);
/// A safetensors file: prefix, header and data are damaged together or one by one.
std::string damaged_safetensors(const std::string& seed, util::Rng& rng);

std::string read_test_file_at(const std::string& path);
std::string read_test_file(const std::string& path_under_source);

}  // namespace veritune::test
