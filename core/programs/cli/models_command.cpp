// SPDX-License-Identifier: Apache-2.0
#include "core/model/model_config.h"
#include "core/model/sharded_weights.h"
#include "core/programs/cli/command.h"
#include "core/programs/cli/models_quantised.h"
#include "core/programs/cli/project_access.h"
#include "core/programs/cli/validators.h"
#include "core/quant/manifest.h"
#include "core/store/model_manifest.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"
#include "core/util/hash.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

namespace veritune::cli {
namespace {

constexpr std::uint64_t kMaxTextBytes = 16u << 20;

util::Json config_json(const model::ModelConfig& config) {
    return {{"architecture", model::architecture_class(config.architecture)},
            {"parameters", model::num_parameters(config)},
            {"layers", config.num_hidden_layers},
            {"hidden_size", config.hidden_size},
            {"intermediate_size", config.intermediate_size},
            {"attention_heads", config.num_attention_heads},
            {"key_value_heads", config.num_key_value_heads},
            {"head_dim", config.head_dim},
            {"vocab_size", config.vocab_size},
            {"context_length", config.max_position_embeddings},
            {"rope_theta", config.rope.theta},
            {"tied_embeddings", config.tie_word_embeddings},
            {"dtype", model::dtype_name(config.dtype)}};
}

/// Names, types, shapes and places, not values: a look at 15 GB of weights takes a moment.
util::Json tensors_json(const model::ShardedWeights& weights) {
    util::Json list = util::Json::array();
    for (const std::string& name : weights.names()) {
        const model::TensorEntry* entry = weights.find(name);
        list.push_back({{"name", name},
                        {"dtype", model::dtype_name(entry->dtype)},
                        {"shape", entry->shape},
                        {"bytes", entry->bytes}});
    }
    return list;
}

std::string weight_types(const model::ShardedWeights& weights) {
    std::map<std::string, int> count;
    for (const std::string& name : weights.names()) {
        ++count[std::string(model::dtype_name(weights.find(name)->dtype))];
    }
    std::string text;
    for (const auto& [type, tensors] : count) {
        text += (text.empty() ? "" : ", ") + std::to_string(tensors) + " x " + type;
    }
    return text;
}

class ModelsCommand final : public Command {
  public:
    ModelsCommand()
        : Command("models",
                  "Look at model folders and quantise them",
                  "veritune models quantize ~/models/qwen2.5-7b ~/models/qwen2.5-7b-int4") {}

  private:
    void declare(CLI::App& verb) override {
        declare_inspect(verb);
        declare_quantize(verb);
        declare_fit(verb);
        declare_tokenize(verb);
        CLI::App& trust =
            action(verb,
                   "accept",
                   "Say that a changed model folder is the right one for this project",
                   "veritune models accept ~/models/qwen2.5-7b",
                   [this](Context& context) { return accept(context); });
        trust.add_option("folder", folder_, "Model folder")->required()->type_name("DIR");
    }

    util::Result<int> accept(Context& context) {
        const std::string folder = absolute_path(context, folder_);
        VT_ASSIGN(const auto project, open_for_writing(context));
        VT_ASSIGN(const store::ModelManifest manifest,
                  store::accept_model(context.fs, project->info().dir, folder));
        context.out.text("Accepted " + printable(folder) + " with " +
                         std::to_string(manifest.files.size()) + " files (" + manifest.hash + ").");
        context.out.result(
            {{"folder", folder}, {"files", manifest.files.size()}, {"hash", manifest.hash}});
        return kExitOk;
    }

    void declare_inspect(CLI::App& verb) {
        CLI::App& look = action(verb,
                                "inspect",
                                "Say what a Hugging Face folder or a quantised model holds",
                                "veritune models inspect ~/models/qwen2.5-7b",
                                [this](Context& context) { return inspect(context); });
        look.add_option("folder", folder_, "Model folder")->required()->type_name("DIR");
        look.add_flag("--tensors", tensors_, "List every tensor");
        look.add_flag(
            "--verify", verify_, "Compare the hashes of all weights of a quantised model");
    }

    void declare_quantize(CLI::App& verb) {
        CLI::App& quantize = action(
            verb,
            "quantize",
            "Make a 4-bit model of a Hugging Face folder (16 or 32 bits, or bitsandbytes NF4)",
            "veritune models quantize ~/models/qwen2.5-7b ~/models/qwen2.5-7b-int4",
            [this](Context& context) {
                return quantise_folder(context,
                                       absolute_path(context, folder_),
                                       absolute_path(context, destination_),
                                       device_);
            });
        quantize.add_option("source", folder_, "Hugging Face folder")->required()->type_name("DIR");
        quantize.add_option("destination", destination_, "Folder to make; a stopped call goes on")
            ->required()
            ->type_name("DIR");
        quantize.add_option("--device", device_, "Where to compute: cpu or cuda")
            ->check(CLI::IsMember({"cpu", "cuda"}))
            ->capture_default_str();
    }

    void declare_fit(CLI::App& verb) {
        CLI::App& fit = action(
            verb,
            "fit",
            "Say what a 4-bit model needs of a card, and what would fit",
            "veritune models fit ~/models/qwen2.5-7b-int4 --card-gb 12",
            [this](Context& context) {
                request_.card_bytes = card_gb_ * 1073741824.0;
                return fit_model(context, absolute_path(context, folder_), request_, train_tokens_);
            });
        fit.add_option("folder", folder_, "Model folder, quantised or not")
            ->required()
            ->type_name("DIR");
        fit.add_option("--card-gb", card_gb_, "Memory of the card as it is sold, in GB")
            ->check(CLI::Range(1.0, 1024.0));
        fit.add_option("--context", request_.context, "Tokens of a chain, prompt and completion")
            ->check(whole_number(64, 1 << 20))
            ->capture_default_str();
        fit.add_option("--batch", request_.batch, "Chains at a time")
            ->check(whole_number(1, 256))
            ->capture_default_str();
        fit.add_option("--rank", request_.lora_rank, "Rank of the adapter, 0 = none")
            ->check(whole_number(0, 256))
            ->capture_default_str();
        fit.add_option(
               "--train",
               train_tokens_,
               "Train an adapter too: tokens of a pass, at least the longest chain with its "
               "prompt")
            ->check(whole_number(1, 65535));
    }

    void declare_tokenize(CLI::App& verb) {
        CLI::App& split = action(verb,
                                 "tokenize",
                                 "Show the tokens of a text",
                                 "veritune models tokenize ~/models/qwen2.5-7b \"6 times 7\"",
                                 [this](Context& context) { return tokenize(context); });
        split.add_option("folder", folder_, "Model folder")->required()->type_name("DIR");
        CLI::Option* text = split.add_option("text", text_, "Text");
        split.add_option("--file", file_, "Read the text from a file")->excludes(text);
        split.add_flag("--special", special_, "Read names of special tokens as those tokens");
    }

    util::Result<int> inspect(Context& context) {
        const std::string dir = absolute_path(context, folder_);
        if (quant::is_quantised(context.fs, dir)) {
            return inspect_quantised(context, dir, config_json, verify_);
        }
        VT_ASSIGN(const model::ModelConfig config, model::read_model_config(context.fs, dir));
        VT_ASSIGN(const auto weights, model::ShardedWeights::open(context.fs, dir));
        VT_TRY(model::check_weights(config, weights));
        const util::Json tensors = tensors_json(weights);
        util::Json json = config_json(config);
        json["weight_bytes"] = weights.total_bytes();
        json["tensor_count"] = tensors.size();
        // Of configuration and tensor table: tells folders apart without reading every byte.
        json["hash"] = util::sha256_hex(util::canonical_json(model::model_config_to_json(config)) +
                                        util::canonical_json(tensors));
        const std::string text_parts = add_text_parts(context, dir, json);
        if (tensors_) json["tensors"] = tensors;
        context.out.text(describe(json, weights) + text_parts);
        if (tensors_) list_tensors(context.out, tensors);
        context.out.result(json);
        return kExitOk;
    }

    /// Tokenizer and chat template. A folder without them can still be looked at: what is wrong
    /// with them is part of the answer.
    static std::string add_text_parts(Context& context, const std::string& dir, util::Json& json) {
        std::string lines = "tokenizer      ";
        const auto tokenizer = text::load_tokenizer(context.fs, dir);
        if (tokenizer) {
            const text::Tokenizer& known = **tokenizer;
            json["tokenizer"] = {{"hash", known.hash()},
                                 {"vocab_size", known.vocab_size()},
                                 {"eos_ids", known.eos_ids()},
                                 {"pad_id", known.pad_id()}};
            lines +=
                format_count(known.vocab_size()) + " tokens, hash " + known.hash().substr(0, 16);
        } else {
            json["tokenizer"] = nullptr;
            json["tokenizer_error"] = tokenizer.error().message;
            lines += printable(tokenizer.error().message);
        }
        const auto chat = text::load_chat_template(context.fs, dir);
        json["chat_template"] = chat ? util::Json((*chat)->id()) : util::Json();
        if (!chat) json["chat_template_error"] = chat.error().message;
        const std::string id = chat ? std::string((*chat)->id()) : chat.error().message;
        return lines + "\nchat template  " + printable(id) + "\n";
    }

    static std::string describe(const util::Json& json, const model::ShardedWeights& weights) {
        std::string lines;
        const auto add = [&lines](std::string label, const std::string& value) {
            label.resize(15, ' ');
            lines += label + value + "\n";
        };
        const auto number = [&json](const char* key) {
            return format_count(json.at(key).get<std::int64_t>());
        };
        add("architecture", json.at("architecture").get<std::string>());
        add("parameters", number("parameters"));
        add("layers", number("layers"));
        add("hidden size", number("hidden_size"));
        add("heads",
            number("attention_heads") + " (" + number("key_value_heads") + " key/value) of " +
                number("head_dim"));
        add("vocabulary", number("vocab_size"));
        add("context", number("context_length") + " tokens");
        add("tensors", number("tensor_count") + " (" + weight_types(weights) + ")");
        add("weights", format_bytes(json.at("weight_bytes").get<double>()));
        add("hash", json.at("hash").get<std::string>());
        return lines;
    }

    static void list_tensors(Output& out, const util::Json& tensors) {
        TextTable table({{"tensor", TextTable::Align::kLeft},
                         {"type", TextTable::Align::kLeft},
                         {"shape", TextTable::Align::kLeft},
                         {"bytes", TextTable::Align::kRight}});
        for (const util::Json& tensor : tensors) {
            table.add({printable(tensor.at("name").get<std::string>()),
                       tensor.at("dtype").get<std::string>(),
                       tensor.at("shape").dump(),
                       format_count(tensor.at("bytes").get<std::int64_t>())});
        }
        out.text("\n" + table.render());
    }

    util::Result<int> tokenize(Context& context) {
        const std::string dir = absolute_path(context, folder_);
        VT_ASSIGN(const auto tokenizer, text::load_tokenizer(context.fs, dir));
        if (!file_.empty()) {
            VT_ASSIGN(text_, context.fs.read(absolute_path(context, file_), kMaxTextBytes));
        }
        const std::vector<text::TokenId> ids = tokenizer->encode(text_, special_);
        util::Json pieces = util::Json::array();
        TextTable table({{"id", TextTable::Align::kRight}, {"bytes", TextTable::Align::kLeft}});
        for (const text::TokenId id : ids) {
            const std::string bytes = tokenizer->token_bytes(id);
            pieces.push_back(bytes);
            table.add({std::to_string(id), "|" + printable(bytes) + "|"});
        }
        context.out.text(table.render() + std::to_string(ids.size()) + " tokens");
        context.out.result({{"ids", ids},
                            {"pieces", pieces},
                            {"count", ids.size()},
                            {"round_trip", tokenizer->decode(ids, false) == text_}});
        return kExitOk;
    }

    std::string folder_;
    std::string destination_;
    std::string device_ = "cpu";
    double card_gb_ = 0;
    std::int64_t train_tokens_ = 0;
    quant::MemoryRequest request_;
    std::string text_;
    std::string file_;
    bool special_ = false;
    bool tensors_ = false;
    bool verify_ = false;
};

}  // namespace

std::unique_ptr<Command> make_models_command() { return std::make_unique<ModelsCommand>(); }

}  // namespace veritune::cli
