// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace veritune::util {

using Json = nlohmann::json;

struct JsonLimits {
    std::size_t max_bytes = 1 << 20;
    int max_depth = 32;
    std::size_t max_nodes = 1'000'000;
};

/// Strict JSON from outside: duplicate keys, NaN, bad UTF-8, too deep, too large or trailing text
/// are kCorruptData with the byte offset in the context. `what` names the thing in the message
/// ("config.json").
Result<Json> parse_json(std::string_view text,
                        std::string_view what,
                        const JsonLimits& limits = {});

/// Canonical text for hashes: sorted keys, no white space, UTF-8 as it is.
std::string canonical_json(const Json& value);

/// Typed access with an error that names the key: "config.json: hidden_size must be a whole number
/// >= 1".
Result<std::int64_t> json_int(const Json& object,
                              std::string_view key,
                              std::string_view what,
                              std::int64_t min,
                              std::int64_t max);
Result<double> json_number(const Json& object, std::string_view key, std::string_view what);
Result<std::string> json_string(const Json& object, std::string_view key, std::string_view what);

}  // namespace veritune::util
