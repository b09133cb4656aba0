// SPDX-License-Identifier: Apache-2.0
#include "kernels/sample.h"

#include "kernels/cpu/vec_math.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kBlock = 256;

/// weights  unnormalised probabilities; goal  in [0, sum). Whole blocks are skipped first: a
/// vocabulary of 150,000 would otherwise be one long chain of dependent additions.
template <typename T>
std::int64_t invert(const T* weights, std::int64_t vocab, T goal) {
    T before = 0;
    std::int64_t last_positive = 0;
    for (std::int64_t begin = 0; begin < vocab; begin += kBlock) {
        const std::int64_t end = begin + kBlock < vocab ? begin + kBlock : vocab;
        T block = 0;
        for (std::int64_t v = begin; v < end; ++v) block += weights[v];
        if (before + block > goal) {
            T sum = before;
            for (std::int64_t v = begin; v < end; ++v) {
                sum += weights[v];
                if (weights[v] > 0) last_positive = v;
                if (sum > goal) return v;
            }
        } else if (block > 0) {
            for (std::int64_t v = begin; v < end; ++v) {
                if (weights[v] > 0) last_positive = v;
            }
        }
        before += block;
    }
    // Rounding may leave goal just above the last partial sum: the last possible token is meant.
    return last_positive;
}

template <typename T>
void draw(const Sample<T>& a, std::int64_t row) {
    T* x = a.logits + row * a.vocab;
    const bool greedy = a.temperature == T(0);
    const T inverse = greedy ? T(1) : T(1) / a.temperature;
    T top = x[0];
#pragma omp simd reduction(max : top)
    for (std::int64_t v = 0; v < a.vocab; ++v) top = x[v] > top ? x[v] : top;
    std::int64_t token = 0;
    if (greedy) {
        while (token + 1 < a.vocab && x[token] != top) ++token;
    }
    const T chosen_before = (x[token] - top) * inverse;
    T sum = 0;
    T weighted = 0;
#pragma omp simd reduction(+ : sum, weighted)
    for (std::int64_t v = 0; v < a.vocab; ++v) {
        const T z = (x[v] - top) * inverse;
        const T e = vec_exp(z);
        x[v] = e;
        sum += e;
        weighted += e * z;
    }
    const T log_sum = std::log(sum);
    if (!greedy) token = invert(x, a.vocab, a.uniform[row] * sum);
    a.token[row] = static_cast<std::int32_t>(token);
    a.logprob[row] = (greedy ? chosen_before : std::log(x[token])) - log_sum;
    a.entropy[row] = log_sum - weighted / sum;
}

template <typename T>
Status sample_body(const Sample<T>& a) {
    if (a.rows < 0 || a.vocab < 1 || a.temperature < 0) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (a.rows * a.vocab > 4096)
    for (std::int64_t row = 0; row < a.rows; ++row) draw(a, row);
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(sample, Sample<float>)
VT_KERNEL_ENTRY(sample, Sample<double>)

}  // namespace veritune::kernels::cpu
