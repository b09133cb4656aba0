// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/causal_lm.h"
#include "core/rollout/prompt_format.h"
#include "core/rollout/quantised_base.h"
#include "core/rollout/quantised_model.h"
#include "core/rollout/rollout_engine.h"
#include "core/train/config.h"
#include "core/util/file_system.h"
#include "core/util/result.h"

#include <memory>
#include <optional>
#include <string>

namespace veritune::engine_program {

/// A model with the tokenizer and chat template that belong to it.
struct LoadedModel {
    /// 32-bit weights on the processor, or an adapter to be trained on a quantised folder; or
    std::optional<model::CausalLm> lm;
    std::unique_ptr<rollout::QuantisedModel> quantised{};  ///< a quantised folder: samples only
    rollout::PromptFormat format;
    std::string
        folder;  ///< where tokenizer and configuration came from; empty for the built-in demo model

    const model::ModelConfig& config() const { return lm ? lm->config() : quantised->config(); }
    /// The quantised weights, whichever way they are used; nullptr for others.
    const rollout::QuantisedModel* quantised_weights() const {
        if (quantised != nullptr) return quantised.get();
        return lm && lm->base() != nullptr ? &rollout::quantised_base(*lm).model() : nullptr;
    }
    rollout::RolloutEngine engine() {
        return lm ? rollout::RolloutEngine(*lm) : rollout::RolloutEngine(*quantised);
    }
};

/// What to load and what of it will be trained.
struct LoadOptions {
    train::ModelSource source{};
    train::LoraConfig lora{};
    bool trainable = true;         ///< false: chat and evaluation
    std::string tokenizer_folder;  ///< empty = the model's own folder
    std::uint64_t seed = 1;
    std::string device = "auto";  ///< as in a recipe
};

/// A quantised folder is loaded for sampling, or as the frozen base of an adapter to be trained.
/// errors  those of the model files, tokenizer and template; kInvalidArgument when all weights of a
/// quantised model or of one above 50 M parameters are to be trained, or when a card is asked for
/// and the model is not quantised; kUnavailable when it is and there is no card; each names the
/// thing and the next step
util::Result<LoadedModel> load_model(util::FileSystem& fs, const LoadOptions& options);

/// Puts the tokenizer files of `model` into a checkpoint folder, so that it can be opened as a
/// model of its own.
util::Status export_tokenizer(util::FileSystem& fs,
                              const LoadedModel& model,
                              const std::string& folder);

}  // namespace veritune::engine_program
