// SPDX-License-Identifier: Apache-2.0
// model.safetensors.index.json: it may only name files of its own folder.
#include "core/model/sharded_weights.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_folder.h"

VT_FUZZ_TARGET(weight_index) {
    using namespace veritune;
    fuzz::MemoryFolder folder;
    folder.put("model.safetensors.index.json", input);
    // No shard is there, so nothing can be opened; what is left is every rule of the index.
    const auto weights = model::ShardedWeights::open(folder.fs(), folder.path());
    fuzz::require(!weights.has_value(), "shards that are missing cannot be opened");
    fuzz::require(weights.error().message.size() < 4096, "a message stays short");
}
