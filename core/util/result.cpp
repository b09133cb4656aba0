// SPDX-License-Identifier: Apache-2.0
#include "core/util/result.h"

#include <array>

namespace veritune::util {

namespace {

// In the order of ErrorCode.
constexpr std::array<std::string_view, 13> kNames = {
    "invalid_argument",
    "not_found",
    "already_exists",
    "corrupt_data",
    "unsupported",
    "permission_denied",
    "disk_full",
    "io_error",
    "out_of_memory",
    "busy",
    "unavailable",
    "cancelled",
    "internal",
};
static_assert(kNames.size() == static_cast<std::size_t>(ErrorCode::kInternal) + 1);

}  // namespace

std::string_view error_code_name(ErrorCode code) {
    return kNames.at(static_cast<std::size_t>(code));
}

std::optional<ErrorCode> error_code_from_name(std::string_view name) {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames.at(i) == name) return static_cast<ErrorCode>(i);
    }
    return std::nullopt;
}

std::string to_string(const Error& error) {
    if (error.context.empty()) return error.message;
    return error.message + " (" + error.context + ")";
}

}  // namespace veritune::util
