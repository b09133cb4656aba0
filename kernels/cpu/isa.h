// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"

/// Every kernel source is compiled three times (x86-64, AVX2 + FMA, AVX-512) into the namespaces
/// below; the baseline object also holds the public function, which picks one by what the processor
/// offers. Kernel sources include nothing with inline functions of the standard library beyond
/// <cmath>, <bit> and <cstdint>, so that no AVX-512 copy of a shared inline function can be the one
/// the linker keeps.
#if defined(VT_ISA_AVX512)
#define VT_ISA isa_avx512
#elif defined(VT_ISA_AVX2)
#define VT_ISA isa_avx2
#else
#define VT_ISA isa_base
#define VT_ISA_IS_BASE 1
#endif

namespace veritune::kernels::cpu {

enum class Isa { kBase, kAvx2, kAvx512 };

/// What this processor offers, found once. VERITUNE_ISA=base|avx2|avx512 lowers it (tests, bug
/// reports).
Isa cpu_isa();

}  // namespace veritune::kernels::cpu

/// VT_KERNEL_ENTRY(name, Args): `Status cpu::name(const Args&)` from the template `name_body` of
/// this file.
#define VT_KERNEL_ENTRY_IMPL(name, Args)                        \
    namespace VT_ISA {                                          \
    Status name(const Args& args) { return name##_body(args); } \
    }
#ifdef VT_ISA_IS_BASE
#define VT_KERNEL_ENTRY(name, Args)            \
    namespace isa_avx2 {                       \
    Status name(const Args& args);             \
    }                                          \
    namespace isa_avx512 {                     \
    Status name(const Args& args);             \
    }                                          \
    VT_KERNEL_ENTRY_IMPL(name, Args)           \
    Status name(const Args& args) {            \
        switch (cpu_isa()) {                   \
            case Isa::kAvx512:                 \
                return isa_avx512::name(args); \
            case Isa::kAvx2:                   \
                return isa_avx2::name(args);   \
            case Isa::kBase:                   \
                break;                         \
        }                                      \
        return isa_base::name(args);           \
    }
#else
#define VT_KERNEL_ENTRY(name, Args) VT_KERNEL_ENTRY_IMPL(name, Args)
#endif
