// SPDX-License-Identifier: Apache-2.0
#include "kernels/head_rows.h"

#include "kernels/cpu/arguments.h"
#include "kernels/cpu/row_softmax.h"

#include <cmath>

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kParallelElements = 32768;

template <typename T>
void forward_row(const HeadForward<T>& a, std::int64_t row, T inverse) {
    const T* x = a.logits + row * a.vocab;
    const T top = largest(x, a.vocab);
    ExpSums<T> sums;
    std::int64_t v = 0;
    for (; v + kLanes<T> <= a.vocab; v += kLanes<T>) sums.add(load(x + v), top, inverse);
    if (v < a.vocab) {
        const Tail<T> tail{a.vocab, a.vocab - v};
        sums.add(tail.load_from(x), top, inverse, tail.is_new());
    }
    const T sum = sum_lanes<T>(sums.sum);
    const T log_sum = std::log(sum);
    a.lse[row] = top * inverse + log_sum;
    a.logprob[row] = (x[a.target[row]] - top) * inverse - log_sum;
    a.entropy[row] = log_sum - sum_lanes<T>(sums.weighted) / sum;
}

template <typename T>
Status head_forward_body(const HeadForward<T>& a) {
    if (a.rows < 0 || a.vocab < 1 || !(a.temperature > 0)) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    if (!all_set(a.logits, a.target, a.logprob, a.entropy, a.lse) ||
        !all_within(a.target, a.rows, a.vocab)) {
        return Status::kInvalidArgument;
    }
    const T inverse = T(1) / a.temperature;
#pragma omp parallel for schedule(static) if (a.rows * a.vocab > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) forward_row(a, row, inverse);
    return Status::kOk;
}

template <typename T>
void backward_row(const HeadBackward<T>& b, std::int64_t row, T inverse) {
    T* x = b.logits + row * b.vocab;
    const T g = b.g[row];
    const T a = b.a != nullptr ? b.a[row] : T(0);
    if (g == T(0) && a == T(0)) {
        for (std::int64_t v = 0; v < b.vocab; ++v) x[v] = 0;
        return;
    }
    const T lse = b.lse[row];
    const T entropy = b.entropy[row];
    const auto gradient = [=](Vec<T> logits) __attribute__((always_inline)) {
        const Vec<T> lp = logits * inverse - lse;
        return vec_exp(lp) * (g + a * (at_least_nothing(lp) + entropy)) * -inverse;
    };
    const std::int64_t whole = b.vocab / kLanes<T> * kLanes<T>;
    // The last vector overlaps the one before; it is read before that one is overwritten.
    const Tail<T> tail{b.vocab, b.vocab - whole};
    const Vec<T> last = whole < b.vocab ? tail.load_from(x) : Vec<T>{};
    for (std::int64_t v = 0; v < whole; v += kLanes<T>) store(x + v, gradient(load(x + v)));
    if (whole < b.vocab) tail.store_to(x, gradient(last));
    x[b.target[row]] += g * inverse;
}

template <typename T>
Status head_backward_body(const HeadBackward<T>& b) {
    if (b.rows < 0 || b.vocab < 1 || !(b.temperature > 0)) return Status::kInvalidArgument;
    if (b.rows == 0) return Status::kOk;
    if (!all_set(b.logits, b.target, b.lse, b.entropy, b.g) ||
        !all_within(b.target, b.rows, b.vocab)) {
        return Status::kInvalidArgument;
    }
    const T inverse = T(1) / b.temperature;
#pragma omp parallel for schedule(static) if (b.rows * b.vocab > kParallelElements)
    for (std::int64_t row = 0; row < b.rows; ++row) backward_row(b, row, inverse);
    return Status::kOk;
}

/// Softmax of one row of a quantised head.
struct RowSums {
    float top;      ///< largest logit / temperature
    float log_sum;  ///< ln of the sum of e^(z - top)
    float entropy;
};

float scaled(const HeadRows& a, std::int64_t row, std::int64_t v, float inverse) {
    const float x = a.logits[row * a.stride + v];
    return (a.row_factor == nullptr ? x : x * a.row_factor[v]) * inverse;
}

RowSums sums_of(const HeadRows& a, std::int64_t row, float inverse) {
    float top = -__builtin_inff();
    for (std::int64_t v = 0; v < a.vocab; ++v) {
        const float z = scaled(a, row, v, inverse);
        if (z > top || z != z) top = z;
    }
    double sum = 0;
    double weighted = 0;
    for (std::int64_t v = 0; v < a.vocab; ++v) {
        const float z = scaled(a, row, v, inverse) - top;
        const double e = std::exp(z);
        sum += e;
        if (e > 0) weighted += e * z;
    }
    const double log_sum = std::log(sum);
    return {top, static_cast<float>(log_sum), static_cast<float>(log_sum - weighted / sum)};
}

void head_row(const HeadRows& a, std::int64_t row, float inverse) {
    const RowSums sums = sums_of(a, row, inverse);
    const std::int32_t target = a.target[row];
    const bool known = target >= 0 && target < a.vocab;
    a.logprob[row] =
        known ? scaled(a, row, target, inverse) - sums.top - sums.log_sum : __builtin_nanf("");
    a.entropy[row] = sums.entropy;
    if (a.non_finite != nullptr && !std::isfinite(a.logprob[row])) {
#pragma omp atomic write
        *a.non_finite = 1;
    }
    if (a.g == nullptr) return;
    const float g = known ? a.g[row] : 0.0F;
    const float entropy_weight = known && a.a != nullptr ? a.a[row] : 0.0F;
    auto* gradient = reinterpret_cast<unsigned char*>(a.logits + row * a.stride);
    for (std::int64_t v = 0; v < a.columns; ++v) {
        float d = 0;
        if (v < a.vocab && (g != 0 || entropy_weight != 0)) {
            const float lp = scaled(a, row, v, inverse) - sums.top - sums.log_sum;
            const float p = std::exp(lp);
            d = g * ((v == target ? 1.0F : 0.0F) - p);
            if (p > 0) d -= entropy_weight * p * (lp + sums.entropy);
            d *= inverse * (a.row_factor == nullptr ? 1.0F : a.row_factor[v]);
        }
        // Two bytes at 2v, where the logits before v/2 lay: those were read.
        const Bf16 rounded = to_bf16(d);
        __builtin_memcpy(gradient + 2 * v, &rounded, sizeof rounded);
    }
}

Status head_rows_body(const HeadRows& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    const float inverse = 1.0F / a.temperature;
#pragma omp parallel for schedule(static) if (a.rows * a.vocab > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) head_row(a, row, inverse);
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(head_rows, HeadRows)
VT_KERNEL_ENTRY(head_forward, HeadForward<float>)
VT_KERNEL_ENTRY(head_forward, HeadForward<double>)
VT_KERNEL_ENTRY(head_backward, HeadBackward<float>)
VT_KERNEL_ENTRY(head_backward, HeadBackward<double>)

}  // namespace veritune::kernels::cpu
