// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the verifiers of puzzles share: the instance and answers in JSON or words.
namespace veritune::verify {

/// The instance stands in the params (then the gold is a solution or null) or is the gold itself
/// (then its "solution" is one, if it has it).
struct Instance {
    util::Json data;
    util::Json solution;  ///< null: none is given
};
/// key  a member that every instance has; the params hold the instance if they have it
Instance read_instance(const VerifyRequest& request, std::string_view key);
util::Json instance_params_schema();
util::Json instance_gold_schema();

/// The last complete JSON array or object of a text, fenced or bare; nullopt: none. Depth 64,
/// 100,000 nodes. cost  linear in the text
std::optional<util::Json> last_json(std::string_view text);

/// Lower case words (letters and digits) of a text, bad UTF-8 as U+FFFD.
std::vector<std::string> words_of(std::string_view text);
std::vector<std::string> lines_of(std::string_view text);

/// `what` (not empty) replaced by `with` everywhere.
std::string replaced_all(std::string_view text, std::string_view what, std::string_view with);

/// A number of a JSON value, within min..max.
std::optional<long> small_int(const util::Json& value, long min, long max);

}  // namespace veritune::verify
