// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/isa.h"

#include <cstdint>

/// Vectors of the widest register of the instruction set. Written out where the order of a sum is
/// part of the contract or where registers must be planned; elsewhere plain loops do.
namespace veritune::kernels::cpu::VT_ISA {

#if defined(VT_ISA_AVX512)
inline constexpr std::int64_t kVectorBytes = 64;
#elif defined(VT_ISA_AVX2)
inline constexpr std::int64_t kVectorBytes = 32;
#else
inline constexpr std::int64_t kVectorBytes = 16;
#endif

template <typename T>
struct VecOf {
    using Type __attribute__((vector_size(kVectorBytes))) = T;
};
template <typename T>
using Vec = typename VecOf<T>::Type;

template <typename T>
inline constexpr std::int64_t kLanes = kVectorBytes / static_cast<std::int64_t>(sizeof(T));

template <typename T>
inline __attribute__((always_inline)) Vec<T> load(const T* from) {
    Vec<T> v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

template <typename T>
inline __attribute__((always_inline)) void store(T* to, Vec<T> v) {
    __builtin_memcpy(to, &v, sizeof v);
}

/// Lane by lane the larger one; b where either is NaN.
template <typename V>
inline __attribute__((always_inline)) V larger(V a, V b) {
    return a > b ? a : b;
}

/// Sum of the lanes, always by halves.
template <typename T>
inline __attribute__((always_inline)) T sum_lanes(Vec<T> v) {
    T part[kLanes<T>];
    store(part, v);
    for (std::int64_t half = kLanes<T> / 2; half > 0; half /= 2) {
        for (std::int64_t i = 0; i < half; ++i) part[i] += part[i + half];
    }
    return part[0];
}

template <typename T>
inline __attribute__((always_inline)) T largest_lane(Vec<T> v) {
    T part[kLanes<T>];
    store(part, v);
    for (std::int64_t half = kLanes<T> / 2; half > 0; half /= 2) {
        for (std::int64_t i = 0; i < half; ++i) part[i] = larger(part[i + half], part[i]);
    }
    return part[0];
}

/// The elements [done, n) of a row, n - done < lanes, at the end of a vector; `fill` before them.
/// Never reads outside [0, n).
template <typename T>
inline __attribute__((always_inline)) Vec<T> load_tail(const T* row,
                                                       std::int64_t done,
                                                       std::int64_t n,
                                                       T fill) {
    constexpr std::int64_t kAll = kLanes<T>;
    T part[kAll];
    const std::int64_t first = kAll - (n - done);
    if (n >= kAll) {
        store(part, load(row + n - kAll));
        for (std::int64_t i = 0; i < kAll; ++i) part[i] = i < first ? fill : part[i];
    } else {
        for (std::int64_t i = 0; i < kAll; ++i) part[i] = i < first ? fill : row[n - kAll + i];
    }
    return load(part);
}

/// Writes the lanes of a `load_tail` vector back to [done, n).
template <typename T>
inline __attribute__((always_inline)) void store_tail(T* row,
                                                      std::int64_t done,
                                                      std::int64_t n,
                                                      Vec<T> v) {
    T part[kLanes<T>];
    store(part, v);
    for (std::int64_t i = done; i < n; ++i) row[i] = part[kLanes<T> - n + i];
}

}  // namespace veritune::kernels::cpu::VT_ISA
