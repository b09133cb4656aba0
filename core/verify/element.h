// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

#include <string>

/// Verifiers inside of verifiers: the elements of a list, the fields of a JSON value, the parts of
/// a composition.
namespace veritune::verify {

/// The schema of {"verifier": id, "params": {...}}.
util::Json element_schema();
/// Empty when the element names a known verifier whose params fit, else what is wrong.
std::string element_fault(const util::Json& element);
/// Judges `answer` as the whole completion. Bad params or a gold that does not fit are
/// invalid_gold, as in verify_request().
Verdict verify_element(const util::Json& element,
                       const util::Json& gold,
                       const std::string& answer);

}  // namespace veritune::verify
