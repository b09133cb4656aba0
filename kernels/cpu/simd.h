// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/isa.h"

#include <cstdint>
#include <type_traits>
#include <utility>

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

template <typename V>
inline __attribute__((always_inline)) V smaller(V a, V b) {
    return a < b ? a : b;
}

/// The signed integer as wide as T: what GCC's shuffles and comparisons are made of.
template <typename T>
using Index = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;

template <typename T>
using LaneList = std::make_integer_sequence<Index<T>, kLanes<T>>;

/// Lane i receives lane i ^ kFlip.
template <typename T, Index<T> kFlip, Index<T>... kLane>
inline __attribute__((always_inline)) Vec<T> flip_lanes(Vec<T> v,
                                                        std::integer_sequence<Index<T>, kLane...>) {
    return __builtin_shufflevector(v, v, (kLane ^ kFlip)...);
}

/// 0, 1, 2, ...
template <typename T, Index<T>... kLane>
inline __attribute__((always_inline)) Vec<Index<T>> lane_numbers(
    std::integer_sequence<Index<T>, kLane...>) {
    return Vec<Index<T>>{kLane...};
}

/// Sum of the lanes, always by halves.
template <typename T, Index<T> kHalf = kLanes<T> / 2>
inline __attribute__((always_inline)) T sum_lanes(Vec<T> v) {
    if constexpr (kHalf > 0) {
        return sum_lanes<T, kHalf / 2>(v + flip_lanes<T, kHalf>(v, LaneList<T>()));
    }
    return v[0];
}

template <typename T, Index<T> kHalf = kLanes<T> / 2>
inline __attribute__((always_inline)) T largest_lane(Vec<T> v) {
    if constexpr (kHalf > 0) {
        return largest_lane<T, kHalf / 2>(larger(flip_lanes<T, kHalf>(v, LaneList<T>()), v));
    }
    return v[0];
}

/// The end of a row of n elements whose first n - count, count < lanes, are done: the last vector
/// of the row, of which only the last `count` lanes are new. Rows shorter than a vector are filled
/// up in front. Never touches anything outside the row.
template <typename T>
struct Tail {
    std::int64_t n;
    std::int64_t count;

    /// All ones in the new lanes.
    inline __attribute__((always_inline)) Vec<Index<T>> is_new() const {
        return lane_numbers<T>(LaneList<T>()) >= static_cast<Index<T>>(kLanes<T> - count);
    }
    inline __attribute__((always_inline)) Vec<T> load_from(const T* row) const {
        if (n >= kLanes<T>) return load(row + n - kLanes<T>);
        T part[kLanes<T>] = {};
        for (std::int64_t i = 0; i < n; ++i) part[kLanes<T> - n + i] = row[i];
        return load(part);
    }
    /// v holds the old lanes' final values too.
    inline __attribute__((always_inline)) void store_to(T* row, Vec<T> v) const {
        if (n >= kLanes<T>) return store(row + n - kLanes<T>, v);
        T part[kLanes<T>];
        store(part, v);
        for (std::int64_t i = 0; i < n; ++i) row[i] = part[kLanes<T> - n + i];
    }
};

}  // namespace veritune::kernels::cpu::VT_ISA
