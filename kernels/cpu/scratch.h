// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/isa.h"

#include <cstdint>
#include <cstdlib>

namespace veritune::kernels::cpu::VT_ISA {

/// Per-thread scratch that only grows; 64-byte aligned. Kept between calls, freed at the thread's
/// end.
template <typename T>
class Scratch {
  public:
    Scratch() = default;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { std::free(data_); }
    T* get(std::int64_t count) {
        if (count > capacity_ || data_ == nullptr) {
            std::free(data_);
            const std::size_t bytes = (static_cast<std::size_t>(count) * sizeof(T) + 63) / 64 * 64;
            data_ = static_cast<T*>(std::aligned_alloc(64, bytes));
            if (data_ == nullptr) std::abort();
            capacity_ = count;
        }
        return data_;
    }

  private:
    T* data_ = nullptr;
    std::int64_t capacity_ = 0;
};

}  // namespace veritune::kernels::cpu::VT_ISA
