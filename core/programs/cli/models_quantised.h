// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/train_plan.h"
#include "core/programs/cli/command.h"
#include "core/quant/memory_plan.h"

#include <cstdint>
#include <string>

namespace veritune::cli {

/// What `veritune models` does with quantised models. Paths are absolute.

/// device  "cpu": in this process; "cuda": in `veritune-engine`, which holds the kernels
util::Result<int> quantise_folder(Context& context,
                                  const std::string& source,
                                  const std::string& destination,
                                  const std::string& device);

/// json: what is known of the configuration; it is completed and answered.
/// verify  reads all weights and compares their hashes
util::Result<int> inspect_quantised(Context& context,
                                    const std::string& folder,
                                    util::Json (*config_json)(const model::ModelConfig&),
                                    bool verify);

/// train_tokens  of one training pass, the longest chain with its prompt; 0: sampling alone. The
/// two take turns on a card that cannot hold both. Returns kExitFailed when one does not fit.
util::Result<int> fit_model(Context& context,
                            const std::string& folder,
                            quant::MemoryRequest request,
                            std::int64_t train_tokens);

/// What an adapter's training on a quantised folder takes of a card, as a table and as JSON.
struct TrainingFit {
    std::string text;
    util::Json json;
    std::uint64_t total = 0;  ///< bytes
    bool fits = true;
};
/// title  of the table. errors  those of the folder
util::Result<TrainingFit> training_fit(Context& context,
                                       const std::string& folder,
                                       const decode::TrainRequest& request,
                                       const std::string& title);

}  // namespace veritune::cli
