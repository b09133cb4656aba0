// SPDX-License-Identifier: Apache-2.0
#include "kernels/sample.h"

#include "kernels/cpu/arguments.h"
#include "kernels/cpu/row_softmax.h"
#include "kernels/cpu/scratch.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kParallelElements = 16384;
/// Whole blocks are skipped first: a vocabulary of 150,000 would otherwise be one long chain of
/// dependent additions. The block sums are the same ones that make the total, so that a number
/// below 1 always falls into a block.
constexpr std::int64_t kBlock = 256;

/// Weights e^z over the logits, their sum per block and in all, and the sum of e^z * z.
template <typename T>
struct Weights {
    double total = 0;
    T weighted = 0;
};

template <typename T>
Weights<T> weigh(T* x, std::int64_t vocab, T top, T inverse, T* block_sum) {
    const std::int64_t whole = vocab / kLanes<T> * kLanes<T>;
    // The last vector overlaps the one before; it is read before that one is overwritten.
    const Tail<T> tail{vocab, vocab - whole};
    const Vec<T> last = whole < vocab ? tail.load_from(x) : Vec<T>{};
    Weights<T> w;
    for (std::int64_t begin = 0; begin < vocab; begin += kBlock) {
        const std::int64_t end = begin + kBlock < vocab ? begin + kBlock : vocab;
        ExpSums<T> sums;
        std::int64_t v = begin;
        for (; v + kLanes<T> <= end; v += kLanes<T>)
            store(x + v, sums.add(load(x + v), top, inverse));
        if (v < end) tail.store_to(x, sums.add(last, top, inverse, tail.is_new()));
        const T sum = sum_lanes<T>(sums.sum);
        block_sum[begin / kBlock] = sum;
        w.total += static_cast<double>(sum);
        w.weighted += sum_lanes<T>(sums.weighted);
    }
    return w;
}

/// The token whose share of the cumulative sum holds goal, in [0, total).
template <typename T>
std::int64_t invert(const T* weights, const T* block_sum, std::int64_t vocab, double goal) {
    double before = 0;
    for (std::int64_t begin = 0; begin < vocab; begin += kBlock) {
        const double after = before + static_cast<double>(block_sum[begin / kBlock]);
        if (after > goal) {
            const std::int64_t end = begin + kBlock < vocab ? begin + kBlock : vocab;
            // The block's sum was rounded in another order: goal may lie a hair above the last
            // partial sum, and then the last token that can be drawn is meant.
            std::int64_t possible = begin;
            for (std::int64_t v = begin; v < end; ++v) {
                before += static_cast<double>(weights[v]);
                if (before > goal) return v;
                if (weights[v] > 0) possible = v;
            }
            return possible;
        }
        before = after;
    }
    return 0;  // only NaN comes here
}

template <typename T>
void draw(const Sample<T>& a, std::int64_t row, T* block_sum) {
    T* x = a.logits + row * a.vocab;
    const bool greedy = a.temperature == T(0);
    const T inverse = greedy ? T(1) : T(1) / a.temperature;
    const T top = largest(x, a.vocab);
    std::int64_t token = 0;
    while (greedy && token + 1 < a.vocab && x[token] != top) ++token;
    const T best = (x[token] - top) * inverse;
    const Weights<T> w = weigh(x, a.vocab, top, inverse, block_sum);
    const T sum = static_cast<T>(w.total);
    const T log_sum = std::log(sum);
    if (!greedy) {
        token = invert(x, block_sum, a.vocab, static_cast<double>(a.uniform[row]) * w.total);
    }
    a.token[row] = static_cast<std::int32_t>(token);
    a.logprob[row] = (greedy ? best : std::log(x[token])) - log_sum;
    a.entropy[row] = log_sum - w.weighted / sum;
}

template <typename T>
bool is_valid(const Sample<T>& a) {
    const bool sizes = a.rows >= 0 && a.vocab >= 1 && a.vocab <= INT32_MAX;
    if (!sizes || !(a.temperature >= 0)) return false;
    if (a.rows == 0) return true;
    if (!all_set(a.logits, a.token, a.logprob, a.entropy)) return false;
    if (a.temperature == T(0)) return true;
    bool ok = a.uniform != nullptr;
    for (std::int64_t row = 0; ok && row < a.rows; ++row) {
        ok = a.uniform[row] >= 0 && a.uniform[row] < 1;
    }
    return ok;
}

template <typename T>
Status sample_body(const Sample<T>& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (a.rows * a.vocab > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        static thread_local Scratch<T> scratch;
        draw(a, row, scratch.get((a.vocab + kBlock - 1) / kBlock));
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(sample, Sample<float>)
VT_KERNEL_ENTRY(sample, Sample<double>)

}  // namespace veritune::kernels::cpu
