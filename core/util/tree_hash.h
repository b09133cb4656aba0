// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <cstdint>
#include <functional>
#include <string>

namespace veritune::util {

/// SHA-256 tree of a file: the root is the SHA-256 of a domain line, the size, and the SHA-256 of
/// each leaf of 4 MiB in order (the last one may be shorter). Equal roots = equal bytes.
struct TreeHash {
    std::uint64_t bytes = 0;
    std::string root;  ///< lower-case hex
};
inline constexpr std::uint64_t kTreeLeafBytes = 4ULL << 20;

/// Reads the file once, leaf by leaf, with pread (a file that shrinks meanwhile is an error, never
/// a signal). Links are followed; regular files only. threads  uses up to `threads` of its own (0 =
/// one per core); go_on is asked between leaves, from
///          any of them, and false ends the reading with kCancelled
/// errors   kNotFound, kPermissionDenied, kInvalidArgument (no regular file), kCorruptData (the
/// file
///          changed while it was read), kIoError
/// test     tree_hash_test.cpp
Result<TreeHash> tree_hash(const std::string& path,
                           int threads = 0,
                           const std::function<bool()>& go_on = {});

}  // namespace veritune::util
