// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <string>
#include <vector>

namespace veritune::cli {

struct ChildOptions {
    std::vector<std::string> environment;      ///< "NAME=value"; empty = ours
    int timeout_ms = 30000;                    ///< then it is killed
    std::size_t max_output_bytes = 64u << 20;  ///< per stream; beyond it the rest is dropped
};

struct ChildResult {
    int exit_code = 0;  ///< 128 + signal when it was killed
    bool timed_out = false;
    std::string output;  ///< stdout
    std::string errors;  ///< stderr
};

/// Runs one of our programs to its end, without a shell; argv[0] is its path. stdin is empty.
/// errors  kNotFound, kPermissionDenied, kIoError when it cannot be started
util::Result<ChildResult> run_child(const std::vector<std::string>& argv,
                                    const ChildOptions& options = {});

}  // namespace veritune::cli
