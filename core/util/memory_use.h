// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace veritune::util {

/// What this process and this computer use of their memory now.
struct MemoryUse {
    std::uint64_t resident_bytes = 0;   ///< of this process
    std::uint64_t available_bytes = 0;  ///< could be given to programs without swapping
    std::uint64_t total_bytes = 0;      ///< of the computer; > 0
};

/// nullopt where the kernel does not say (/proc is not there).
/// threads  any; test  memory_use_test.cpp
std::optional<MemoryUse> memory_use();

}  // namespace veritune::util
