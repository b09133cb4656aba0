// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"

#include <string_view>

namespace veritune::verify {

/// The part of JSON Schema 2020-12 that params and golds need: type (name or list of names), enum,
/// const, required, properties, additionalProperties (true, false or a schema), items (one schema),
/// minimum, maximum; "title" and "description" are notes. `true` and `false` are schemas too. An
/// integer is a JSON number without fraction part in its text: 18.0 is no integer here, because its
/// double may be a rounded value. errors  kInvalidArgument: the value does not fit; the message
/// names the place ("params.family must be one of ...")
///         kUnsupported: the schema itself uses another keyword or is malformed
util::Status check_schema(const util::Json& schema, const util::Json& value, std::string_view what);

}  // namespace veritune::verify
