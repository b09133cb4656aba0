// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::text {

/// Byte span in the completion.
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct ExtractOptions {
    /// The chat format wraps reasoning in <think>...</think> (also when the opening tag is in the prompt).
    bool think_tags = false;
    /// finish_reason was `length`: reward profiles then find no answer.
    bool cut_off = false;
};

struct Extraction {
    bool found = false;
    std::string text;      ///< stripped answer
    Span span;             ///< where it stands in the completion (before stripping)
    std::string rule;      ///< "E3.box", "E4.hash", ...; the rule that decided, also when it decided "no answer"
    std::string reason;    ///< machine-readable reason when not found: "no_answer", "cut_off", "no_closing_think", ...
    bool hedged = false;   ///< several candidates ("16 or 17"); a single gold never matches
};

/// Profiles of verifiers.md 2. Pure.
/// errors  kNotFound for an unknown profile; lists the known ones
util::Result<Extraction> extract_answer(std::string_view completion, std::string_view profile,
                                        const ExtractOptions& options = {});
std::vector<std::string> extraction_profiles();

}  // namespace veritune::text
