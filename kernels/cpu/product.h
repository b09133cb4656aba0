// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/simd.h"

namespace veritune::kernels::cpu::VT_ISA {

/// The small matrix product that attention is made of:
/// c[r, n] = sum over k of a(r, k) * b[k, n],  r < rows, n < columns, k < depth.
/// a(r, k) = a[r * a_row + k * a_step], so that a transposed matrix needs no copy; b and c hold
/// neighbouring columns. One element is one chain of additions in the order of k: its bits depend
/// on nothing but its row of a and its column of b.
template <typename T>
struct Product {
    const T* a = nullptr;
    std::int64_t a_row = 0;
    std::int64_t a_step = 1;
    const T* b = nullptr;
    std::int64_t b_row = 0;
    T* c = nullptr;
    std::int64_t c_row = 0;
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::int64_t depth = 0;
};

/// Registers: kTileRows * kTileVectors sums and one vector of b each.
inline constexpr int kTileRows = 4;
#if defined(VT_ISA_AVX512)
inline constexpr int kTileVectors = 4;
#else
inline constexpr int kTileVectors = 2;
#endif

/// Rows [row, row + R) of the columns behind the N places `at`.
template <typename T, int R, int N, bool kAdd>
inline __attribute__((always_inline)) void multiply_tile(const Product<T>& p,
                                                         std::int64_t row,
                                                         const std::int64_t* at) {
    Vec<T> sum[R][N];
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) {
            sum[r][n] = kAdd ? load(p.c + (row + r) * p.c_row + at[n]) : Vec<T>{};
        }
    }
    const T* a = p.a + row * p.a_row;
    const T* b = p.b;
    for (std::int64_t k = 0; k < p.depth; ++k, a += p.a_step, b += p.b_row) {
        Vec<T> column[N];
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) column[n] = load(b + at[n]);
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r) {
            const T x = a[r * p.a_row];
#pragma GCC unroll 8
            for (int n = 0; n < N; ++n) sum[r][n] += x * column[n];
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) store(p.c + (row + r) * p.c_row + at[n], sum[r][n]);
    }
}

/// All rows of N vectors of columns.
template <typename T, int N, bool kAdd>
void multiply_columns(const Product<T>& p, const std::int64_t* at) {
    std::int64_t row = 0;
    for (; row + kTileRows <= p.rows; row += kTileRows) {
        multiply_tile<T, kTileRows, N, kAdd>(p, row, at);
    }
    switch (p.rows - row) {
        case 3:
            return multiply_tile<T, 3, N, kAdd>(p, row, at);
        case 2:
            return multiply_tile<T, 2, N, kAdd>(p, row, at);
        case 1:
            return multiply_tile<T, 1, N, kAdd>(p, row, at);
        default:
            return;
    }
}

template <typename T, int N, bool kAdd>
void multiply_some(const Product<T>& p, const std::int64_t* at, std::int64_t vectors) {
    if constexpr (N > 1) {
        if (vectors < N) return multiply_some<T, N - 1, kAdd>(p, at, vectors);
    }
    multiply_columns<T, N, kAdd>(p, at);
}

/// c = a b. Columns need not be whole vectors: the last vector then overlaps the one before and
/// computes its elements once more. Nothing outside the columns is read or written.
template <typename T, bool kAdd = false>
void multiply(const Product<T>& p) {
    if (p.columns < kLanes<T>) {
        for (std::int64_t r = 0; r < p.rows; ++r) {
            for (std::int64_t n = 0; n < p.columns; ++n) {
                T sum = kAdd ? p.c[r * p.c_row + n] : T(0);
                for (std::int64_t k = 0; k < p.depth; ++k) {
                    sum += p.a[r * p.a_row + k * p.a_step] * p.b[k * p.b_row + n];
                }
                p.c[r * p.c_row + n] = sum;
            }
        }
        return;
    }
    const std::int64_t last = p.columns - kLanes<T>;
    for (std::int64_t first = 0; first < p.columns; first += kTileVectors * kLanes<T>) {
        std::int64_t at[kTileVectors];
        std::int64_t vectors = 0;
        for (std::int64_t n = first; n < p.columns && vectors < kTileVectors; n += kLanes<T>) {
            at[vectors++] = n < last ? n : last;
        }
        multiply_some<T, kTileVectors, kAdd>(p, at, vectors);
    }
}

/// c += a b; columns are whole vectors (an overlap would add twice).
template <typename T>
void multiply_add(const Product<T>& p) {
    multiply<T, true>(p);
}

}  // namespace veritune::kernels::cpu::VT_ISA
