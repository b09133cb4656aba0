// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/isa.h"

#include <cstdlib>
#include <cstring>

namespace veritune::kernels::cpu {
namespace {

Isa detect() {
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                        __builtin_cpu_supports("avx512vl");
    const char* wish = std::getenv("VERITUNE_ISA");
    if (wish != nullptr && std::strcmp(wish, "base") == 0) return Isa::kBase;
    if (wish != nullptr && std::strcmp(wish, "avx2") == 0) return avx2 ? Isa::kAvx2 : Isa::kBase;
    if (avx512) return Isa::kAvx512;
    return avx2 ? Isa::kAvx2 : Isa::kBase;
}

}  // namespace

Isa cpu_isa() {
    static const Isa kIsa = detect();
    return kIsa;
}

}  // namespace veritune::kernels::cpu
