// SPDX-License-Identifier: Apache-2.0
#include "core/train/memory_retreat.h"

#include <algorithm>

namespace veritune::train {
namespace {

/// 1/1024 of the planned micro-batch and 1/256 of the chains: below that nothing is gained.
constexpr std::int64_t kLastUpdateLevel = 10;
constexpr std::int64_t kLastSamplingLevel = 8;

}  // namespace

std::int64_t MemoryRetreat::micro_batch(std::int64_t tokens) const {
    return std::max<std::int64_t>(1, tokens >> update_level_);
}

std::int64_t MemoryRetreat::chains(std::int64_t chains) const {
    return std::max<std::int64_t>(1, chains >> sampling_level_);
}

bool MemoryRetreat::deeper(Work work) {
    const bool update = work == Work::kUpdate;
    std::int64_t& level = update ? update_level_ : sampling_level_;
    if (level >= (update ? kLastUpdateLevel : kLastSamplingLevel)) return false;
    ++level;
    const std::string divisor = std::to_string(1LL << level);
    news_.push_back(update ? "memory ran out in the update; micro-batches have 1/" + divisor +
                                 " of their size from here on, the result stays the same"
                           : "memory ran out while sampling; 1/" + divisor +
                                 " of the chains are written at a time from here on, the result "
                                 "stays the same");
    return true;
}

util::Json MemoryRetreat::state() const {
    return {{"update_level", update_level_}, {"sampling_level", sampling_level_}};
}

util::Status MemoryRetreat::restore(const util::Json& state) {
    VT_ASSIGN(update_level_,
              util::json_int(state, "update_level", "state.json", 0, kLastUpdateLevel));
    VT_ASSIGN(sampling_level_,
              util::json_int(state, "sampling_level", "state.json", 0, kLastSamplingLevel));
    return {};
}

util::Error does_not_fit(MemoryRetreat::Work work, const util::Error& cause) {
    const bool update = work == MemoryRetreat::Work::kUpdate;
    return util::fail(
        util::ErrorCode::kOutOfMemory,
        std::string("does_not_fit: ") +
            (update ? "not even one chain at a time fits into memory for the update; close other "
                      "programs, or lower max_completion_length"
                    : "not even one chain at a time fits into memory for sampling; close other "
                      "programs, or lower max_completion_length or num_generations") +
            ", then resume the run",
        cause.message);
}

}  // namespace veritune::train
