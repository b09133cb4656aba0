// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <cstdint>

namespace veritune::util {

/// What a process that reads hostile bytes may still use.
struct ParserLimits {
    std::uint64_t memory_bytes = 0;  ///< address space beyond what is mapped already
    std::uint64_t cpu_seconds = 0;   ///< then it is killed
};

/// The `parse` filter: after this call the process can read and write descriptors it has, take
/// memory and end; it can open, connect, fork and execute nothing (EPERM), and files cannot grow.
/// Also the limits. Cannot be taken off again. errors   kUnsupported, kPermissionDenied: then
/// nothing must be read threads  before starting any; there will be none after it test
/// parser_jail_test.cpp
Status confine_parser(const ParserLimits& limits);

}  // namespace veritune::util
