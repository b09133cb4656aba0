// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/torch_errors.h"
#include "core/util/json.h"
#include "core/util/result.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace veritune::train {

/// What a run does when memory is gone although its plan fitted (another program took it): smaller
/// micro-batches with accumulation, fewer chains in flight. Neither changes the mathematics: losses
/// are divided by whole-batch counts and each chain has random numbers of its own. Never touched:
/// context, batch, group size, types. The level is kept for the rest of the run and over a resume.
/// threads  the training thread; source  reliability.md 7; test  memory_retreat_test.cpp
class MemoryRetreat {
  public:
    /// The work that ran out of memory.
    enum class Work { kUpdate, kSampling };

    std::int64_t micro_batch(std::int64_t tokens) const;
    std::int64_t chains(std::int64_t chains) const;
    /// One rung lower for this kind of work; false when there is none left.
    bool deeper(Work work);

    bool retreated() const { return update_level_ + sampling_level_ > 0; }
    std::int64_t update_level() const { return update_level_; }
    std::int64_t sampling_level() const { return sampling_level_; }
    /// What happened since the last call, as sentences for the run's events.
    std::vector<std::string> take_news() { return std::exchange(news_, {}); }

    util::Json state() const;
    /// errors  kInvalidArgument: a level that does not exist
    util::Status restore(const util::Json& state);

  private:
    std::int64_t update_level_ = 0;  ///< micro-batch divided by 2^level
    std::int64_t sampling_level_ = 0;
    std::vector<std::string> news_;
};

/// What a trainer leans on while it works; each may be null.
struct WorkLink {
    MemoryRetreat* retreat = nullptr;
    std::atomic<std::uint64_t>* heartbeat = nullptr;  ///< counted up at each micro-batch

    std::int64_t micro_batch(std::int64_t tokens) const {
        return retreat != nullptr ? retreat->micro_batch(tokens) : tokens;
    }
    void beat() const {
        if (heartbeat != nullptr) heartbeat->fetch_add(1, std::memory_order_relaxed);
    }
};

/// The error of the last rung: what does not fit, and what would.
util::Error does_not_fit(MemoryRetreat::Work work, const util::Error& cause);

/// Runs body (it returns a Result), and when memory is gone undoes what it has begun and tries
/// again one rung lower. retreat  nullptr: one try
/// errors  those of the body; kOutOfMemory at the last rung; kInternal from the tensor library
template <class Body, class Undo>
auto with_retreat(MemoryRetreat* retreat,
                  MemoryRetreat::Work work,
                  const char* what,
                  const Undo& undo,
                  const Body& body) -> decltype(body()) {
    for (;;) {
        auto result = catch_torch(what, body);
        if (result || result.error().code != util::ErrorCode::kOutOfMemory) return result;
        undo();
        if (retreat == nullptr) return result;
        if (!retreat->deeper(work)) return does_not_fit(work, result.error());
    }
}

}  // namespace veritune::train
