// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace veritune::util {

/// "0.1.0".
std::string_view program_version();
/// First 12 digits of the commit this was built from, or "unknown".
std::string_view program_commit();

}  // namespace veritune::util
