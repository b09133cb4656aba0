// SPDX-License-Identifier: Apache-2.0
// config.json: an accepted one is inside the caps, and is read back as the same model.
#include "core/model/model_config.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_folder.h"

VT_FUZZ_TARGET(model_config) {
    using namespace veritune;
    fuzz::MemoryFolder folder;
    folder.put("config.json", input);
    const auto config = model::read_model_config(folder.fs(), folder.path());
    if (!config) return;
    fuzz::require(config->num_hidden_layers >= 1 && config->num_hidden_layers <= 256, "layers");
    fuzz::require(config->hidden_size >= 1 && config->hidden_size <= 32'768, "hidden size");
    fuzz::require(config->vocab_size >= 1 && config->vocab_size <= 1'048'576, "vocabulary");
    fuzz::require(model::num_parameters(*config) > 0, "a count without overflow");
    const auto again = model::parse_model_config(model::model_config_to_json(*config));
    fuzz::require(again.has_value() && *again == *config, "what we write we read as the same");
}
