// SPDX-License-Identifier: Apache-2.0
// make_random_model DIR --shape 7b|1.5b|0.5b|tiny [--tokenizer DIR] [--seed N]
// A Hugging Face folder with the shapes of Qwen2.5 and random bf16 weights in shards, so that
// benches can run the whole path (folder, quantise, load, generate) without downloading anything.
// Weights are normal with the deviation of an initialised model, drawn once per width and repeated
// from random places: speed and size are true, text is not.
#include "core/model/model_config.h"
#include "core/util/file_system.h"
#include "core/util/json.h"
#include "core/util/rng.h"

#include <CLI/CLI.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace veritune {
namespace {

using util::Json;
using util::Status;

constexpr std::size_t kTable = (1U << 20) + 7;  ///< numbers drawn for one deviation
constexpr std::size_t kPiece = 1U << 19;        ///< numbers written at a time
constexpr std::uint64_t kShardBytes = 4'000'000'000;

model::ModelConfig qwen(std::int64_t hidden,
                        std::int64_t intermediate,
                        std::int64_t layers,
                        std::int64_t heads,
                        std::int64_t kv_heads,
                        std::int64_t vocab,
                        bool tied) {
    return {.architecture = model::Architecture::kQwen2,
            .vocab_size = vocab,
            .hidden_size = hidden,
            .intermediate_size = intermediate,
            .num_hidden_layers = layers,
            .num_attention_heads = heads,
            .num_key_value_heads = kv_heads,
            .head_dim = hidden / heads,
            .rms_norm_eps = 1e-6,
            .rope = {.theta = 1e6},
            .qkv_bias = true,
            .tie_word_embeddings = tied,
            .max_position_embeddings = 32768,
            .eos_ids = {256},
            .bos_id = 256,
            .pad_id = 256,
            .dtype = model::DType::kBF16};
}

const std::map<std::string, model::ModelConfig>& shapes() {
    static const std::map<std::string, model::ModelConfig> all{
        {"7b", qwen(3584, 18944, 28, 28, 4, 152064, false)},
        {"1.5b", qwen(1536, 8960, 28, 12, 2, 151936, true)},
        {"0.5b", qwen(896, 4864, 24, 14, 2, 151936, true)},
        {"tiny", qwen(128, 384, 2, 2, 1, 512, true)},
    };
    return all;
}

/// Normal numbers as bf16, drawn once per deviation.
class Normals {
  public:
    explicit Normals(std::uint64_t seed)
        : seed_(seed),
          places_(seed, util::RngStream::kInit, 1) {}
    /// `count` numbers from a random place.
    std::string_view piece(double deviation, std::size_t count) {
        std::vector<std::uint16_t>& table = tables_[deviation];
        if (table.empty()) {
            util::Rng rng(seed_, util::RngStream::kInit, 2 + tables_.size());
            table.resize(kTable + kPiece);
            for (std::size_t i = 0; i < kTable; ++i) {
                table[i] = model::f32_to_bf16(static_cast<float>(deviation * rng.normal()));
            }
            std::copy_n(table.begin(), kPiece, table.begin() + kTable);
        }
        const std::size_t at = places_.below(kTable);
        return {reinterpret_cast<const char*>(table.data() + at), 2 * count};
    }

  private:
    std::uint64_t seed_;
    util::Rng places_;
    std::map<double, std::vector<std::uint16_t>> tables_;
};

double deviation_of(const model::ModelConfig& c, const model::TensorSpec& spec) {
    if (spec.name.ends_with(".bias")) return 0.02;
    if (spec.name == "model.embed_tokens.weight") return 0.05;
    const double fan_in = 1.0 / std::sqrt(static_cast<double>(spec.shape.back()));
    const bool out =
        spec.name.ends_with("o_proj.weight") || spec.name.ends_with("down_proj.weight");
    return out ? fan_in / std::sqrt(2.0 * static_cast<double>(c.num_hidden_layers)) : fan_in;
}

std::size_t elements(const model::TensorSpec& spec) {
    std::size_t count = 1;
    for (const std::int64_t size : spec.shape) count *= static_cast<std::size_t>(size);
    return count;
}

Status write_tensor(util::WritableFile& file,
                    const model::ModelConfig& config,
                    const model::TensorSpec& spec,
                    Normals& normals) {
    const std::size_t count = elements(spec);
    if (spec.name.ends_with("norm.weight")) {
        std::string ones;
        for (std::size_t i = 0; i < count; ++i) ones += std::string("\x80\x3f", 2);
        return file.write(ones);
    }
    const double deviation = deviation_of(config, spec);
    for (std::size_t done = 0; done < count; done += kPiece) {
        VT_TRY(file.write(normals.piece(deviation, std::min(kPiece, count - done))));
    }
    return {};
}

Status write_shard(util::AtomicDir& dir,
                   const std::string& name,
                   const model::ModelConfig& config,
                   std::span<const model::TensorSpec> specs,
                   Normals& normals) {
    Json header = Json::object();
    std::uint64_t at = 0;
    for (const model::TensorSpec& spec : specs) {
        const std::uint64_t bytes = 2 * elements(spec);
        header[spec.name] = {
            {"dtype", "BF16"}, {"shape", spec.shape}, {"data_offsets", {at, at + bytes}}};
        at += bytes;
    }
    header["__metadata__"] = {{"format", "pt"}};
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const std::uint64_t length = text.size();
    std::string prefix(8, '\0');
    std::memcpy(prefix.data(), &length, 8);
    VT_ASSIGN(const auto file, dir.create(name));
    VT_TRY(file->write(prefix + text));
    for (const model::TensorSpec& spec : specs) {
        VT_TRY(write_tensor(*file, config, spec, normals));
    }
    return file->close();
}

std::string utf8(int code) {
    std::string text;
    if (code < 0x80) return {static_cast<char>(code)};
    text += static_cast<char>(0xc0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3f));
    return text;
}

/// Byte-level BPE without merges: every byte is a token, ids 0..255; 256 ends a text.
Json byte_tokenizer() {
    Json vocab = Json::object();
    int next = 0;
    for (int byte = 0; byte < 256; ++byte) {
        // GPT-2's alphabet: printable bytes stand for themselves, the others for 256 and on.
        const bool shown = (byte >= 33 && byte <= 126) || (byte >= 161 && byte != 173);
        vocab[utf8(shown ? byte : 256 + next++)] = byte;
    }
    const Json byte_level{{"type", "ByteLevel"},
                          {"add_prefix_space", false},
                          {"trim_offsets", true},
                          {"use_regex", true}};
    return {{"version", "1.0"},
            {"truncation", nullptr},
            {"padding", nullptr},
            {"added_tokens",
             {{{"id", 256},
               {"content", "<|endoftext|>"},
               {"single_word", false},
               {"lstrip", false},
               {"rstrip", false},
               {"normalized", false},
               {"special", true}}}},
            {"normalizer", nullptr},
            {"pre_tokenizer", byte_level},
            {"post_processor", nullptr},
            {"decoder", byte_level},
            {"model",
             {{"type", "BPE"},
              {"dropout", nullptr},
              {"unk_token", nullptr},
              {"continuing_subword_prefix", nullptr},
              {"end_of_word_suffix", nullptr},
              {"fuse_unk", false},
              {"byte_fallback", false},
              {"vocab", vocab},
              {"merges", Json::array()}}}};
}

Status write_tokenizer(util::FileSystem& fs, util::AtomicDir& dir, const std::string& from) {
    if (from.empty()) {
        VT_TRY(dir.write("tokenizer.json", byte_tokenizer().dump()));
        const Json config{{"tokenizer_class", "PreTrainedTokenizerFast"},
                          {"eos_token", "<|endoftext|>"},
                          {"pad_token", "<|endoftext|>"}};
        return dir.write("tokenizer_config.json", config.dump());
    }
    for (const char* name : {"tokenizer.json", "tokenizer_config.json", "generation_config.json"}) {
        const auto text = fs.read(util::join_path(from, name), 256U << 20);
        if (!text && text.error().code == util::ErrorCode::kNotFound) continue;
        if (!text) return text.error();
        VT_TRY(dir.write(name, *text));
    }
    return {};
}

struct Options {
    std::string folder;
    std::string shape = "7b";
    std::string tokenizer;
    std::uint64_t seed = 1;
};

Status make_model(util::FileSystem& fs, const Options& options) {
    const model::ModelConfig& config = shapes().at(options.shape);
    const std::vector<model::TensorSpec> specs = model::expected_tensors(config);
    std::vector<std::size_t> begins{0};
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const std::uint64_t more = 2 * elements(specs[i]);
        if (bytes > 0 && bytes + more > kShardBytes) {
            begins.push_back(i);
            bytes = 0;
        }
        bytes += more;
    }
    begins.push_back(specs.size());
    VT_ASSIGN(auto dir, util::AtomicDir::begin(fs, options.folder));
    VT_TRY(model::write_model_config(dir, config));
    VT_TRY(write_tokenizer(fs, dir, options.tokenizer));
    Normals normals(options.seed);
    Json map = Json::object();
    for (std::size_t shard = 0; shard + 1 < begins.size(); ++shard) {
        std::array<char, 64> name{};
        std::snprintf(name.data(),
                      name.size(),
                      "model-%05zu-of-%05zu.safetensors",
                      shard + 1,
                      begins.size() - 1);
        const auto part =
            std::span(specs).subspan(begins[shard], begins[shard + 1] - begins[shard]);
        VT_TRY(write_shard(dir, name.data(), config, part, normals));
        for (const model::TensorSpec& spec : part) map[spec.name] = name.data();
    }
    const Json index{{"metadata", {{"total_size", 2 * model::num_parameters(config)}}},
                     {"weight_map", map}};
    VT_TRY(dir.write("model.safetensors.index.json", index.dump(1)));
    return dir.commit();
}

}  // namespace
}  // namespace veritune

int main(int argc, char** argv) {
    veritune::Options options;
    CLI::App app("Makes a Hugging Face folder with random weights in the shapes of Qwen2.5.");
    app.add_option("folder", options.folder, "Folder to make")->required();
    app.add_option("--shape", options.shape, "7b, 1.5b, 0.5b or tiny")
        ->check(CLI::IsMember({"7b", "1.5b", "0.5b", "tiny"}))
        ->capture_default_str();
    app.add_option("--tokenizer", options.tokenizer, "Folder to take the tokenizer of");
    app.add_option("--seed", options.seed, "Seed")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    const auto fs = veritune::util::make_posix_file_system();
    const auto made = veritune::make_model(*fs, options);
    if (made) return 0;
    std::fprintf(
        stderr, "make_random_model: %s\n", veritune::util::to_string(made.error()).c_str());
    return 1;
}
