// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"
#include "kernels/paged_kv.h"

namespace veritune::kernels {

/// Why a slot is idle. kNoPage: the free list was empty; the chain may go on once it has a page.
enum class Finish : std::int32_t { kRunning = 0, kStop = 1, kLength = 2, kNoPage = 3, kEmpty = 4 };

/// All that decoding keeps between two steps, in device memory (the CPU path: host memory). One
/// slot is one running chain. The host reads and refills slots between replays; within a replay
/// only `advance` writes.
struct DecodeState {
    std::int32_t* token = nullptr;       ///< [slots] next input
    std::int32_t* position = nullptr;    ///< [slots] where it goes; -1: the slot is idle
    std::int32_t* limit = nullptr;       ///< [slots] tokens of the chain at most, prompt included
    std::int32_t* finish = nullptr;      ///< [slots] Finish
    std::uint64_t* chain = nullptr;      ///< [slots] id of the chain: its randomness
    std::int32_t* table = nullptr;       ///< [slots, max_pages] block table of all layers
    std::int32_t* free_pages = nullptr;  ///< stack of free physical pages
    std::int32_t* free_count = nullptr;  ///< [1] height of the stack
    std::int32_t* written = nullptr;     ///< [slots] tokens put into the rings since admission
    std::int32_t* ring_token = nullptr;  ///< [slots, ring]; entry n of a chain is at n % ring
    float* ring_logprob = nullptr;       ///< [slots, ring]
    float* ring_entropy = nullptr;       ///< [slots, ring]
    std::int32_t* live = nullptr;        ///< [1] slots still running; may be a pinned host word
    std::int64_t slots = 0;              ///< at most 1,024
    std::int64_t max_pages = 0;
    std::int64_t ring = 0;  ///< entries per slot: at least the steps between two host looks
};

/// One step of bookkeeping after sampling. For every slot that runs (position >= 0): the sampled
/// token, its log-prob and entropy go into the rings; a stop token ends the chain (kStop), so does
/// the limit (kLength: the chain has `limit` tokens, or its table is full); otherwise token and
/// position move on, and where the new position opens a page, the slot takes one from the top of
/// the free list (slots ascending, so that an allocation can be repeated), or ends with kNoPage: it
/// is idle then, and the host may give it a page and position = prompt + written - 1 again. A slot
/// that ended has position -1 and keeps its pages: the host returns them.
/// sampled, logprob, entropy  [slots];  stop_ids  int32 [stops], at most 64
/// test  advance_test.cpp
struct Advance {
    DecodeState state{};
    const std::int32_t* sampled = nullptr;
    const float* logprob = nullptr;
    const float* entropy = nullptr;
    const std::int32_t* stop_ids = nullptr;
    std::int64_t stops = 0;
    /// The kernel before this one on the stream may still run when this one starts; it is waited
    /// for before anything is touched. Set inside recorded graphs.
    bool overlap_previous = false;
};

VT_HD bool is_valid(const DecodeState& s) {
    return s.slots >= 0 && s.slots <= 1024 && s.max_pages > 0 && s.ring > 0 && s.token != nullptr &&
           s.position != nullptr && s.limit != nullptr && s.finish != nullptr &&
           s.table != nullptr && s.free_pages != nullptr && s.free_count != nullptr &&
           s.written != nullptr && s.ring_token != nullptr && s.ring_logprob != nullptr &&
           s.ring_entropy != nullptr && s.live != nullptr;
}

VT_HD bool is_valid(const Advance& a) {
    return is_valid(a.state) && a.sampled != nullptr && a.logprob != nullptr &&
           a.entropy != nullptr && a.stops >= 0 && a.stops <= 64 &&
           (a.stops == 0 || a.stop_ids != nullptr);
}

VT_HD Cost advance_cost(const Advance& a) {
    return {.bytes_read = 28.0 * static_cast<double>(a.state.slots),
            .bytes_written = 24.0 * static_cast<double>(a.state.slots)};
}

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(advance, Advance)
