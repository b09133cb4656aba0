// SPDX-License-Identifier: Apache-2.0
// adapter_config.json of a PEFT folder. The weights are missing, so only its own rules are met.
#include "core/model/peft_adapter.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_folder.h"

VT_FUZZ_TARGET(adapter_config) {
    using namespace veritune;
    fuzz::MemoryFolder folder;
    folder.put("adapter_config.json", input);
    const auto adapter = model::read_adapter(folder.fs(), folder.path());
    fuzz::require(!adapter.has_value(), "weights that are missing cannot be read");
    fuzz::require(adapter.error().message.size() < 4096, "a message stays short");
}
