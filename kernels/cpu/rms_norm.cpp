// SPDX-License-Identifier: Apache-2.0
#include "kernels/rms_norm.h"

#include "kernels/cpu/arguments.h"
#include "kernels/cpu/simd.h"

#include <cmath>

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kParallelElements = 65536;

template <typename T>
void normalise(const T* x, const T* gamma, T* y, T* rstd, std::int64_t width, T eps) {
    T sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t k = 0; k < width; ++k) sum += x[k] * x[k];
    const T inverse = T(1) / std::sqrt(sum / T(width) + eps);
    *rstd = inverse;
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) y[k] = x[k] * inverse * gamma[k];
}

/// Sum of gamma * dy * x.
template <typename T>
T weighted_dot(const T* gamma, const T* dy, const T* x, std::int64_t width) {
    Vec<T> sums{};
    std::int64_t k = 0;
    for (; k + kLanes<T> <= width; k += kLanes<T>) {
        sums += load(gamma + k) * load(dy + k) * load(x + k);
    }
    T sum = sum_lanes<T>(sums);
    for (; k < width; ++k) sum += gamma[k] * dy[k] * x[k];
    return sum;
}

/// One vector of one row. kFrozen: dgamma is not wanted; kAdd: dx is added to.
template <typename T, bool kFrozen, bool kAdd>
struct BackwardRow {
    const T* dy;
    const T* x;
    const T* gamma;
    T* dx;
    T* dgamma;
    T rstd;
    T pull;  ///< what the norm gives back along x

    /// Elements from k on; V = T or a vector of T. dx may be dy: all is read before dx is written.
    template <typename V>
    inline __attribute__((always_inline)) void at(std::int64_t k) const {
        const V dy_k = read<V>(dy + k);
        const V x_k = read<V>(x + k);
        if constexpr (!kFrozen) write(dgamma + k, V(read<V>(dgamma + k) + dy_k * x_k * rstd));
        V dx_k = rstd * read<V>(gamma + k) * dy_k - x_k * pull;
        if constexpr (kAdd) dx_k += read<V>(dx + k);
        write(dx + k, dx_k);
    }
    template <typename V>
    static inline __attribute__((always_inline)) V read(const T* from) {
        V v;
        __builtin_memcpy(&v, from, sizeof v);
        return v;
    }
    template <typename V>
    static inline __attribute__((always_inline)) void write(T* to, V v) {
        __builtin_memcpy(to, &v, sizeof v);
    }
};

template <bool kFrozen, bool kAdd, typename T>
void normalise_backward(const RmsNormBackward<T>& a,
                        std::int64_t row,
                        std::int64_t group,
                        T* dgamma) {
    const T* dy = a.dy + row * a.dy_stride + group * a.width;
    const T* x = a.x + row * a.x_stride + group * a.width;
    T* dx = a.dx + row * a.dx_stride + group * a.width;
    const T rstd = a.rstd[row * a.groups + group];
    const T dot = weighted_dot(a.gamma, dy, x, a.width);
    const BackwardRow<T, kFrozen, kAdd> vectors{
        dy, x, a.gamma, dx, dgamma, rstd, dot * rstd * rstd * rstd / T(a.width)};
    std::int64_t k = 0;
    for (; k + kLanes<T> <= a.width; k += kLanes<T>) vectors.template at<Vec<T>>(k);
    for (; k < a.width; ++k) vectors.template at<T>(k);
}

template <bool kFrozen, bool kAdd, typename T>
void normalise_backward_rows(const RmsNormBackward<T>& a, std::int64_t begin, T* dgamma) {
    const std::int64_t end = begin + kRmsNormBlock < a.rows ? begin + kRmsNormBlock : a.rows;
    for (std::int64_t row = begin; row < end; ++row) {
        for (std::int64_t g = 0; g < a.groups; ++g) {
            normalise_backward<kFrozen, kAdd>(a, row, g, dgamma);
        }
    }
}

template <typename T>
Status rms_norm_forward_body(const RmsNormForward<T>& a) {
    if (a.rows < 0 || a.width < 1 || a.groups < 1 || a.x_stride < a.groups * a.width ||
        a.y_stride < a.groups * a.width || !(a.eps >= 0)) {
        return Status::kInvalidArgument;
    }
    if (a.rows > 0 && !all_set(a.x, a.gamma, a.y, a.rstd)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (a.rows * a.groups * a.width > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        for (std::int64_t g = 0; g < a.groups; ++g) {
            normalise(a.x + row * a.x_stride + g * a.width,
                      a.gamma,
                      a.y + row * a.y_stride + g * a.width,
                      a.rstd + row * a.groups + g,
                      a.width,
                      a.eps);
        }
    }
    return Status::kOk;
}

template <typename T>
bool is_valid(const RmsNormBackward<T>& a) {
    const std::int64_t row = a.groups * a.width;
    if (a.rows < 0 || a.width < 1 || a.groups < 1 || a.dy_stride < row || a.x_stride < row ||
        a.dx_stride < row) {
        return false;
    }
    return a.rows == 0 ||
           (all_set(a.dy, a.x, a.gamma, a.rstd, a.dx) &&
            (a.dgamma == nullptr || a.partial != nullptr) && !(a.accumulate && a.dx == a.dy));
}

template <typename T>
Status rms_norm_backward_body(const RmsNormBackward<T>& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    const std::int64_t blocks = (a.rows + kRmsNormBlock - 1) / kRmsNormBlock;
#pragma omp parallel for schedule(static) if (a.rows * a.groups * a.width > kParallelElements)
    for (std::int64_t b = 0; b < blocks; ++b) {
        const std::int64_t begin = b * kRmsNormBlock;
        if (a.dgamma == nullptr) {
            T* none = nullptr;
            a.accumulate ? normalise_backward_rows<true, true>(a, begin, none)
                         : normalise_backward_rows<true, false>(a, begin, none);
            continue;
        }
        T* partial = a.partial + b * a.width;
        for (std::int64_t k = 0; k < a.width; ++k) partial[k] = 0;
        a.accumulate ? normalise_backward_rows<false, true>(a, begin, partial)
                     : normalise_backward_rows<false, false>(a, begin, partial);
    }
    for (std::int64_t b = 0; a.dgamma != nullptr && b < blocks; ++b) {
        for (std::int64_t k = 0; k < a.width; ++k) a.dgamma[k] += a.partial[b * a.width + k];
    }
    return Status::kOk;
}

/// The rounded sum of x and update goes where it belongs, and what the norm reads is returned.
const Bf16* added(const AddNorm& a, std::int64_t at) {
    if (a.update == nullptr) return a.x + at;
    for (std::int64_t k = 0; k < a.width; ++k) {
        a.sum[at + k] = to_bf16(to_float(a.x[at + k]) + to_float(a.update[at + k]));
    }
    return a.sum + at;
}

Status add_norm_body(const AddNorm& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (a.rows * a.groups * a.width > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        for (std::int64_t g = 0; g < a.groups; ++g) {
            const Bf16* x = added(a, row * a.x_stride + g * a.width);
            float sum = 0;
            for (std::int64_t k = 0; k < a.width; ++k) sum += to_float(x[k]) * to_float(x[k]);
            const float rstd = 1.0F / std::sqrt(sum / static_cast<float>(a.width) + a.eps);
            if (a.rstd != nullptr) a.rstd[row * a.groups + g] = rstd;
            Bf16* y = a.y + row * a.y_stride + g * a.width;
            for (std::int64_t k = 0; k < a.width; ++k) {
                y[k] = to_bf16(to_float(x[k]) * rstd * to_float(a.gamma[k]));
            }
        }
    }
    return Status::kOk;
}

Status add_norm_backward_body(const AddNormBackward& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (a.rows * a.groups * a.width > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        for (std::int64_t g = 0; g < a.groups; ++g) {
            const Bf16* dy = a.dy + row * a.dy_stride + g * a.width;
            const Bf16* x = a.x + row * a.x_stride + g * a.width;
            const std::int64_t at = row * a.dx_stride + g * a.width;
            const float rstd = a.rstd[row * a.groups + g];
            float dot = 0;
            for (std::int64_t k = 0; k < a.width; ++k) {
                dot += to_float(a.gamma[k]) * to_float(dy[k]) * to_float(x[k]);
            }
            const float pull = dot * rstd * rstd * rstd / static_cast<float>(a.width);
            for (std::int64_t k = 0; k < a.width; ++k) {
                float dx = rstd * to_float(a.gamma[k]) * to_float(dy[k]) - to_float(x[k]) * pull;
                if (a.dres != nullptr) dx += to_float(a.dres[at + k]);
                a.dx[at + k] = to_bf16(dx);
            }
        }
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(add_norm, AddNorm)
VT_KERNEL_ENTRY(add_norm_backward, AddNormBackward)
VT_KERNEL_ENTRY(rms_norm_forward, RmsNormForward<float>)
VT_KERNEL_ENTRY(rms_norm_forward, RmsNormForward<double>)
VT_KERNEL_ENTRY(rms_norm_backward, RmsNormBackward<float>)
VT_KERNEL_ENTRY(rms_norm_backward, RmsNormBackward<double>)

}  // namespace veritune::kernels::cpu
