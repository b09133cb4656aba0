// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/waiting.h"

#include <unistd.h>

namespace veritune::cli {

std::string request_name(Context& context, const char* verb) {
    return std::string(verb) + "-" + std::to_string(getpid()) + "-" +
           std::to_string(context.clock.monotonic_us());
}

}  // namespace veritune::cli
