// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"

#include <optional>
#include <string>

namespace veritune::verify {

/// What check_json_schema() does at most; more is a limit.
inline constexpr int kMaxSchemaSteps = 100'000;

/// The subset of JSON Schema 2020-12 that `json_schema` offers to data sets: type, enum, const,
/// required, properties, additionalProperties, items, minItems, maxItems, uniqueItems, minimum,
/// maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength (code points), minProperties,
/// maxProperties, pattern (PCRE2, searched), anyOf, oneOf, allOf, not, $ref to "#/...", $defs;
/// title, description, default, examples, $schema, $id and format are notes. 1.0 is an integer and
/// equals 1.
struct SchemaVerdict {
    bool fits = false;
    bool limit = false;  ///< a pattern or the number of steps (100,000) hit its limit
    int steps = 0;       ///< what it took
    std::string reason;  ///< "answer.items[2] is no string"
};
SchemaVerdict check_json_schema(const util::Json& schema, const util::Json& value);
/// Empty, or what is wrong with the schema itself: an unknown keyword, a bad pattern, a $ref that
/// leads nowhere.
std::string schema_fault(const util::Json& schema);
/// A small value that fits simple schemas; nullopt where it does not know one.
std::optional<util::Json> example_of_schema(const util::Json& schema);

}  // namespace veritune::verify
