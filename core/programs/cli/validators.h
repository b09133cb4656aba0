// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

namespace CLI {
class Validator;
}

namespace veritune::cli {

/// A whole number in [minimum, maximum]; the message says the range in words ("must be a whole
/// number of at least 1").
CLI::Validator whole_number(std::int64_t minimum,
                            std::int64_t maximum = std::numeric_limits<std::int64_t>::max());

}  // namespace veritune::cli
