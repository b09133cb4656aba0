// SPDX-License-Identifier: Apache-2.0
// Strict JSON: what is accepted is written and read again as the same value.
#include "core/util/json.h"
#include "tests/fuzz/fuzz_target.h"

VT_FUZZ_TARGET(json) {
    using namespace veritune;
    const auto value = util::parse_json(input, "fuzz", {.max_bytes = 1 << 20, .max_depth = 64});
    if (!value) return;
    const std::string text = util::canonical_json(*value);
    const auto again = util::parse_json(text, "again", {.max_bytes = 8 << 20, .max_depth = 64});
    fuzz::require(again.has_value(), "canonical text can be read");
    fuzz::require(util::canonical_json(*again) == text, "canonical text is canonical");
}
