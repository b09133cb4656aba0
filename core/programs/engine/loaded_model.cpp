// SPDX-License-Identifier: Apache-2.0
#include "core/programs/engine/loaded_model.h"

#include "core/model/peft_adapter.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

#include <array>
#include <cmath>
#include <memory>
#include <utility>

namespace veritune::engine_program {
namespace {

using util::ErrorCode;
using util::Result;
using util::Status;

constexpr std::int64_t kMaxFullParameters = 50'000'000;
constexpr std::array<const char*, 8> kTokenizerFiles{"tokenizer.json",
                                                     "tokenizer_config.json",
                                                     "vocab.json",
                                                     "merges.txt",
                                                     "special_tokens_map.json",
                                                     "generation_config.json",
                                                     "chat_template.jinja",
                                                     "added_tokens.json"};

model::LoraShape lora_shape(const train::LoraConfig& lora) {
    const auto r = static_cast<double>(lora.r);
    return {.r = lora.r, .scale = lora.lora_alpha / (lora.use_rslora ? std::sqrt(r) : r)};
}

Result<const text::ChatTemplate*> find_template(util::FileSystem& fs,
                                                const std::string& id,
                                                const std::string& folder) {
    if (!id.empty()) return text::chat_template_by_id(id);
    if (folder.empty()) return text::chat_template_by_id("none");
    return text::load_chat_template(fs, folder);
}

Result<LoadedModel> load_demo(util::FileSystem& fs,
                              const LoadOptions& options,
                              model::Trainable trainable) {
    std::shared_ptr<const text::Tokenizer> tokenizer =
        text::make_character_tokenizer(text::demo_alphabet());
    VT_ASSIGN(const text::ChatTemplate* const chat,
              find_template(fs, options.source.chat_template, ""));
    return LoadedModel{.lm = model::CausalLm::init_random(
                           model::demo_config(), trainable, lora_shape(options.lora), options.seed),
                       .quantised = nullptr,
                       .format = rollout::PromptFormat(std::move(tokenizer), *chat),
                       .folder = ""};
}

/// What `device` asks for must be there: a run that is to use a card never falls back in silence.
Status check_device(const std::string& device, bool quantised) {
    if (device != "cuda") return {};
    if (!quantised) {
        return util::fail(ErrorCode::kInvalidArgument,
                          "device is cuda, but only a quantised model is computed on a card; make "
                          "one with `veritune models quantize`, or set device to auto",
                          "device");
    }
    if (kernels::cuda::device_count() > 0) return {};
    return util::fail(ErrorCode::kUnavailable,
                      "device is cuda, but there is no card of compute capability 8.0 or later "
                      "with a driver (`veritune doctor` says what was found); set device to auto "
                      "or cpu",
                      "device");
}

/// A quantised folder: for chat and evaluation, or below an adapter to be trained.
Result<LoadedModel> load_quantised(util::FileSystem& fs,
                                   const LoadOptions& options,
                                   std::optional<model::Adapter> adapter) {
    if (options.trainable && !options.lora.enabled) {
        return util::fail(ErrorCode::kInvalidArgument,
                          "the weights of a quantised model stay as they are; set lora.enabled to "
                          "true, and an adapter is trained on them",
                          "lora.enabled");
    }
    const std::string& folder = options.source.path;
    const std::string& words = options.tokenizer_folder.empty() ? folder : options.tokenizer_folder;
    VT_ASSIGN(std::unique_ptr<text::Tokenizer> tokenizer, text::load_tokenizer(fs, words));
    VT_ASSIGN(const text::ChatTemplate* const chat,
              find_template(fs, options.source.chat_template, words));
    const std::int64_t vocab = tokenizer->vocab_size();
    LoadedModel loaded{.lm = std::nullopt,
                       .quantised = nullptr,
                       .format = rollout::PromptFormat(
                           std::shared_ptr<const text::Tokenizer>(std::move(tokenizer)), *chat),
                       .folder = words};
    if (!options.trainable) {
        VT_ASSIGN(loaded.quantised,
                  rollout::QuantisedModel::load(fs,
                                                folder,
                                                {.vocab = vocab,
                                                 .adapter = std::move(adapter),
                                                 .allow_card = options.device != "cpu"}));
        return loaded;
    }
    VT_ASSIGN(
        auto weights,
        rollout::QuantisedModel::load(
            fs, folder, {.vocab = vocab, .adapter = {}, .allow_card = options.device != "cpu"}));
    const model::ModelConfig config = weights->config();
    loaded.lm =
        model::CausalLm::on_base(config,
                                 std::make_shared<rollout::QuantisedBase>(std::move(weights)),
                                 lora_shape(options.lora),
                                 options.seed);
    if (adapter) VT_TRY(loaded.lm->set_adapter(*adapter));
    return loaded;
}

}  // namespace

Result<LoadedModel> load_model(util::FileSystem& fs, const LoadOptions& options) {
    model::Trainable trainable = model::Trainable::kFrozen;
    model::LoraShape shape = lora_shape(options.lora);
    model::Adapter adapter;
    const bool has_adapter = !options.source.adapter.empty();
    if (has_adapter) {
        VT_ASSIGN(adapter, model::read_adapter(fs, options.source.adapter));
        if (!options.trainable) shape = {.r = adapter.config.r, .scale = adapter.config.scaling()};
    }
    if (options.trainable)
        trainable = options.lora.enabled ? model::Trainable::kLora : model::Trainable::kFull;
    if (!options.trainable && has_adapter) trainable = model::Trainable::kLora;
    const std::string& folder = options.source.path;
    const bool demo = options.source.init == "demo";
    const bool quantised = !demo && quant::is_quantised(fs, folder);
    VT_TRY(check_device(options.device, quantised));
    if (demo) return load_demo(fs, options, trainable);
    if (quantised) {
        return load_quantised(
            fs, options, has_adapter ? std::optional(std::move(adapter)) : std::nullopt);
    }
    VT_ASSIGN(const model::ModelConfig config, model::read_model_config(fs, folder));
    if (trainable == model::Trainable::kFull &&
        model::num_parameters(config) > kMaxFullParameters) {
        return util::fail(ErrorCode::kInvalidArgument,
                          "this model has " + std::to_string(model::num_parameters(config)) +
                              " parameters and all of them are to be trained; above 50 million set "
                              "lora.enabled to true",
                          "lora.enabled");
    }
    const std::string& words = options.tokenizer_folder.empty() ? folder : options.tokenizer_folder;
    VT_ASSIGN(std::unique_ptr<text::Tokenizer> tokenizer, text::load_tokenizer(fs, words));
    VT_ASSIGN(const text::ChatTemplate* const chat,
              find_template(fs, options.source.chat_template, words));
    VT_ASSIGN(model::CausalLm lm,
              model::CausalLm::load(fs, folder, trainable, shape, options.seed));
    if (has_adapter) VT_TRY(lm.set_adapter(adapter));
    return LoadedModel{.lm = std::move(lm),
                       .quantised = nullptr,
                       .format = rollout::PromptFormat(
                           std::shared_ptr<const text::Tokenizer>(std::move(tokenizer)), *chat),
                       .folder = words};
}

Status export_tokenizer(util::FileSystem& fs, const LoadedModel& model, const std::string& folder) {
    if (model.folder.empty())
        return text::save_character_tokenizer(fs, folder, text::demo_alphabet());
    for (const char* name : kTokenizerFiles) {
        const std::string from = util::join_path(model.folder, name);
        if (!fs.stat(from)) continue;
        VT_ASSIGN(const std::string bytes, fs.read(from, 64ULL << 20));
        VT_TRY(util::atomic_write(fs, util::join_path(folder, name), bytes));
    }
    return {};
}

}  // namespace veritune::engine_program
