// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"

#include <cstdint>

namespace veritune::kernels {

/// How one chain draws. Lies in device memory, so that a recorded graph follows a change.
struct SamplingParams {
    std::uint64_t seed = 0;
    float temperature = 1.0F;  ///< <= 0: the largest logit, lowest id on ties
    /// Of the returned log-prob, entropy and alternatives; <= 0 means 1. Training's temperature.
    float logprob_temperature = 1.0F;
    std::int32_t top_k = 0;  ///< keep the k most probable ids; 0 = all
    float top_p = 1.0F;      ///< keep the most probable ids that make up this mass; 1 = all
    float min_p = 0.0F;      ///< keep ids at least this often as probable as the first; 0 = all
    std::int32_t reserved = 0;
};

inline constexpr std::int64_t kSampleBlock = 4096;  ///< entries that one block reduces
inline constexpr std::int32_t kMaxAlternatives = 20;
inline constexpr std::int64_t kMaxSampleVocab = 256 * kSampleBlock;

/// Draws one token per row by Gumbel-max: argmax over id of l/tau - ln E, E = -ln(1 - u), ties to
/// the lowest id. u = (x + 1/2) 2^-32 with x = word id % 4 of Philox4x32-10 under the key `seed`
/// and the counter (id / 4, position, chain low, chain high): the draw of a chain depends on
/// neither its slot, nor its neighbours, nor the card. The CPU and CUDA twins agree bit for bit.
/// logits    fp32 [rows, vocab] with row stride `logits_stride` (multiple of 4, at least vocab
///           rounded up to 4; 0 = every row is the first); what lies beyond vocab is never used
/// params    [rows], or one for all rows when params_stride = 0
/// chain     u64 [rows];  position  int32 [rows], >= 0
/// active    int32 [rows] or null: rows with 0 are neither read nor written
/// token     int32 [rows];  logprob, entropy  fp32 [rows], nats: of the UNTRUNCATED distribution
///           at logprob_temperature
/// top_token, top_logprob  [rows, top_count]: the most probable ids, descending, ties by id; -1
///           and -inf where the vocabulary ends; null when top_count = 0
/// Truncation: distances below the largest logit, at the sampling temperature, are counted in steps
/// of 2^-16 nat. top_k keeps every id whose step is not above that of the k-th; top_p, of the mass
/// that top_k leaves, every id whose step is not above that of the id which completes the mass
/// (fixed point, units of 2^-32); min_p every step up to -ln(min_p). With any of the three, ids 24
/// nats or more below the largest are never drawn. All of it is integer and without an order.
/// A -inf logit is never drawn. A row with a NaN or without a finite logit gets a NaN log-prob and
/// some id below vocab.
/// workspace CUDA only: philox_sample_workspace(args) bytes, 256-byte aligned, zeroed once before
///           the first call; the kernel leaves its counters zero. Calls with fewer rows may use the
///           same one (same workspace_bytes). One call at a time.
/// order     per block of 4,096: lane t of 256 adds its entries 4 (256 j + t) + c in order of
///           (j, c); xor tree over 32 lanes; 8 warps in order; blocks in order
/// errors    kInvalidArgument: a size, stride or pointer misfits
/// test      philox_sample_test.cpp
struct PhiloxSample {
    const float* logits = nullptr;
    std::int64_t logits_stride = 0;
    std::int64_t rows = 0;
    std::int64_t vocab = 0;  ///< real ids, at most kMaxSampleVocab
    const SamplingParams* params = nullptr;
    std::int64_t params_stride = 1;  ///< 0 or 1
    const std::uint64_t* chain = nullptr;
    const std::int32_t* position = nullptr;
    const std::int32_t* active = nullptr;
    std::int32_t* token = nullptr;
    float* logprob = nullptr;
    float* entropy = nullptr;
    std::int32_t top_count = 0;  ///< 0..kMaxAlternatives
    std::int32_t* top_token = nullptr;
    float* top_logprob = nullptr;
    void* workspace = nullptr;
    std::int64_t workspace_bytes = 0;
};

/// One block's share of a row, as it lies in the workspace.
struct SamplePartial {
    float largest;
    float sum;       ///< of e^z, z relative to `largest`
    float weighted;  ///< of e^z z / ln 2
    float best;      ///< l/tau + noise of best_id
    std::int32_t best_id;
    std::int32_t unused[3];
};

// Internal linkage: each instruction set keeps its own copy.
static inline std::int64_t sample_blocks(const PhiloxSample& a) {
    return (a.vocab + kSampleBlock - 1) / kSampleBlock;
}
/// Partials, then alternatives (logit and id) of each block, then one counter per row.
static inline std::int64_t philox_sample_workspace(const PhiloxSample& a) {
    const std::int64_t per_block = static_cast<std::int64_t>(sizeof(SamplePartial)) +
                                   static_cast<std::int64_t>(a.top_count) * 8;
    return (a.rows * (sample_blocks(a) * per_block + 4) + 255) / 256 * 256;
}
static inline Cost philox_sample_cost(const PhiloxSample& a) {
    const auto rows = static_cast<double>(a.rows);
    return {rows * static_cast<double>(a.vocab) * 4, rows * 12, 0};
}

/// What both twins refuse alike.
static inline bool is_valid(const PhiloxSample& a) {
    if (a.rows < 0 || a.vocab < 1 || a.vocab > kMaxSampleVocab) return false;
    if (a.rows * sample_blocks(a) > INT32_MAX) return false;
    if (a.logits_stride % 4 != 0 || a.logits_stride < 0) return false;
    if (a.logits_stride != 0 && a.logits_stride < (a.vocab + 3) / 4 * 4) return false;
    if (a.params_stride != 0 && a.params_stride != 1) return false;
    if (a.top_count < 0 || a.top_count > kMaxAlternatives) return false;
    if (a.rows == 0) return true;
    if (a.top_count > 0 && (a.top_token == nullptr || a.top_logprob == nullptr)) return false;
    return a.logits != nullptr && reinterpret_cast<std::uintptr_t>(a.logits) % 16 == 0 &&
           a.params != nullptr && a.chain != nullptr && a.position != nullptr &&
           a.token != nullptr && a.logprob != nullptr && a.entropy != nullptr;
}

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(philox_sample, PhiloxSample)
