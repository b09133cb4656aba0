// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/programs/cli/command.h"

#include <cstdint>

namespace veritune::cli {

/// `veritune runs doctor N`: what the curves of a run say, in words. Exit code 0 also with
/// findings: the look itself succeeded.
util::Result<int> examine_run(Context& context, std::int64_t run);

}  // namespace veritune::cli
