// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// One fuzz target = one file with one VT_FUZZ_TARGET. With VERITUNE_FUZZ each becomes a libFuzzer
/// program (`./dev fuzz TARGET SECONDS`); always it is part of fuzz_test, which runs its seeds and
/// their mutations, so that no target rots.
namespace veritune::fuzz {

using Body = void (*)(std::string_view input);

struct Target {
    const char* name;
    Body body;
};

/// A property that does not hold is a crash, in both worlds.
inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "property broken: %s\n", what);
    std::abort();
}

}  // namespace veritune::fuzz

#ifdef VERITUNE_FUZZ
#define VT_FUZZ_TARGET(NAME)                                                            \
    static void fuzz_##NAME(std::string_view input);                                    \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
        fuzz_##NAME({reinterpret_cast<const char*>(data), size});                       \
        return 0;                                                                       \
    }                                                                                   \
    static void fuzz_##NAME(std::string_view input)
#else
#define VT_FUZZ_TARGET(NAME)                           \
    void veritune_fuzz_##NAME(std::string_view input); \
    void veritune_fuzz_##NAME(std::string_view input)
#endif
