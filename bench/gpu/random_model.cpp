// SPDX-License-Identifier: Apache-2.0
#include "bench/gpu/random_model.h"

#include "core/quant/manifest.h"
#include "core/quant/model_writer.h"
#include "core/util/hash.h"
#include "core/util/rng.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <vector>

namespace veritune::decode::bench {

model::ModelConfig qwen_7b() {
    return {.architecture = model::Architecture::kQwen2,
            .vocab_size = 152064,
            .hidden_size = 3584,
            .intermediate_size = 18944,
            .num_hidden_layers = 28,
            .num_attention_heads = 28,
            .num_key_value_heads = 4,
            .head_dim = 128,
            .rms_norm_eps = 1e-6,
            .rope = {.theta = 1e6},
            .qkv_bias = true,
            .max_position_embeddings = 32768,
            .eos_ids = {151645},
            .dtype = model::DType::kBF16};
}

namespace {

/// Random words that are sane numbers of the tensor's type.
std::vector<std::uint32_t> words_of(const quant::TensorPlace& tensor, util::Rng& rng) {
    std::vector<std::uint32_t> words(std::size_t{1} << 20);
    for (std::uint32_t& w : words) {
        const std::uint32_t r = rng.next_u32();
        if (tensor.type == "u8") {
            w = tensor.name.ends_with("exponents") ? 0x01000100U : r;
        } else if (tensor.type == "u32") {
            w = (r & 0xf007f007U) | 0x03c003c0U;  // scales about 2^-7
        } else if (tensor.type == "f32") {
            w = 0x39800000U | (r & 0x7fffffU);  // about 2^-12
        } else {
            w = (r & 0x807f807fU) | 0x3c003c00U;  // bf16 about 2^-7
        }
    }
    return words;
}

}  // namespace

void make_folder(const std::string& folder, const model::ModelConfig& config) {
    std::filesystem::create_directories(folder);
    util::Rng rng(1, util::RngStream::kTest);
    quant::Manifest manifest;
    manifest.source_name = "random";
    manifest.source_fingerprint = std::string(64, '0');
    manifest.source_dtype = "BF16";
    const std::vector<quant::FileLayout> layout = quant::model_layout(config, manifest.scheme);
    for (const quant::FileLayout& file : layout) {
        std::ofstream out(folder + "/" + file.name, std::ios::binary);
        for (const quant::TensorPlace& tensor : file.tensors) {
            const std::vector<std::uint32_t> words = words_of(tensor, rng);
            out.seekp(static_cast<std::streamoff>(tensor.offset));
            for (std::uint64_t at = 0; at < tensor.bytes; at += 4 * words.size()) {
                out.write(reinterpret_cast<const char*>(words.data()),
                          static_cast<std::streamsize>(
                              std::min<std::uint64_t>(4 * words.size(), tensor.bytes - at)));
            }
        }
        out.close();
        std::filesystem::resize_file(folder + "/" + file.name, file.bytes);
        manifest.files.push_back({file.name, file.bytes, std::string(64, '0')});
    }
    const std::string text = model::model_config_to_json(config).dump(2);
    std::ofstream(folder + "/config.json", std::ios::binary) << text;
    manifest.copied.push_back({"config.json", text.size(), util::sha256_hex(text)});
    std::ofstream(folder + "/" + std::string(quant::kManifestName), std::ios::binary)
        << quant::manifest_text(manifest, layout);
}

}  // namespace veritune::decode::bench
