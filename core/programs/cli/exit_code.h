// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

namespace veritune::cli {

/// What scripts see. Numbers are part of the interface: never change them.
enum ExitCode : int {
    kExitOk = 0,
    kExitFailed = 1,         ///< the thing asked for was not done
    kExitUsage = 2,          ///< what the caller gave is wrong: words, options, a recipe
    kExitEnvironment = 3,    ///< this machine is in the way: disk, memory, engine, permissions
    kExitInterrupted = 130,  ///< Ctrl-C
};

/// The one place that maps error codes to exit codes.  threads  pure; test  output_test.cpp
int exit_code_for(util::ErrorCode code);

}  // namespace veritune::cli
