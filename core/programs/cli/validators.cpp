// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/validators.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <string>

namespace veritune::cli {

CLI::Validator whole_number(std::int64_t minimum, std::int64_t maximum) {
    const bool bounded = maximum != std::numeric_limits<std::int64_t>::max();
    const std::string range =
        bounded ? "from " + std::to_string(minimum) + " to " + std::to_string(maximum)
                : "of at least " + std::to_string(minimum);
    const auto check = [minimum, maximum, range](std::string& text) -> std::string {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool whole = error == std::errc() && end == text.data() + text.size();
        if (whole && value >= minimum && value <= maximum) return {};
        return "must be a whole number " + range + ", is \"" + text + "\"";
    };
    return CLI::Validator(check, bounded ? "" : ">= " + std::to_string(minimum));
}

}  // namespace veritune::cli
