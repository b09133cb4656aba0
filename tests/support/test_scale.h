// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace veritune::test {

/// True when VERITUNE_TEST_SCALE=release: the counts of docs/reliability-figures.md.
inline bool release_scale() {
    const char* scale = std::getenv("VERITUNE_TEST_SCALE");
    return scale != nullptr && std::string_view(scale) == "release";
}

/// How often a repeated test repeats: VERITUNE_TEST_SCALE=push (the default) or release.
inline std::int64_t at_scale(std::int64_t push, std::int64_t release) {
    return release_scale() ? release : push;
}

}  // namespace veritune::test
