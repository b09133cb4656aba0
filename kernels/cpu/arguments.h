// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/isa.h"

#include <cstdint>

namespace veritune::kernels::cpu::VT_ISA {

/// Whether no pointer is null.
template <typename... Pointers>
inline bool all_set(Pointers... pointers) {
    return (... && (pointers != nullptr));
}

/// Whether every index lies in [0, end).
inline bool all_within(const std::int32_t* index, std::int64_t count, std::int64_t end) {
    bool ok = true;
    for (std::int64_t i = 0; i < count; ++i) ok = ok && index[i] >= 0 && index[i] < end;
    return ok;
}

}  // namespace veritune::kernels::cpu::VT_ISA
