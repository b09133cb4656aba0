// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/model_config.h"
#include "core/model/safetensors_writer.h"
#include "core/quant/quantize_model.h"
#include "core/util/rng.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace veritune::quant::test {

/// Two layers, every width just large enough for the format.
inline model::ModelConfig tiny_config() {
    return {.architecture = model::Architecture::kQwen2,
            .vocab_size = 100,
            .hidden_size = 128,
            .intermediate_size = 192,
            .num_hidden_layers = 2,
            .num_attention_heads = 4,
            .num_key_value_heads = 2,
            .head_dim = 32,
            .rms_norm_eps = 1e-6,
            .rope = {.theta = 500.0},
            .qkv_bias = true,
            .tie_word_embeddings = false,
            .max_position_embeddings = 256,
            .eos_ids = {1},
            .pad_id = 0,
            .dtype = model::DType::kBF16};
}

using Tensors = std::map<std::string, std::vector<float>>;

/// Normal weights that a bf16 number holds exactly.
inline Tensors random_tensors(const model::ModelConfig& config, std::uint64_t seed) {
    Tensors tensors;
    std::uint64_t step = 0;
    for (const model::TensorSpec& spec : model::expected_tensors(config)) {
        util::Rng rng(seed, util::RngStream::kTest, step++);
        std::int64_t count = 1;
        for (const std::int64_t size : spec.shape) count *= size;
        std::vector<float>& values = tensors[spec.name];
        for (std::int64_t i = 0; i < count; ++i) {
            values.push_back(
                model::bf16_to_f32(model::f32_to_bf16(static_cast<float>(0.05 * rng.normal()))));
        }
    }
    return tensors;
}

/// A Hugging Face folder with `shards` files and an index (one file without, for shards = 1).
inline void write_folder(util::FileSystem& fs,
                         const std::string& folder,
                         const model::ModelConfig& config,
                         const Tensors& tensors,
                         model::DType dtype,
                         std::size_t shards = 2) {
    auto dir = util::AtomicDir::begin(fs, folder);
    ASSERT_TRUE(dir.has_value());
    ASSERT_TRUE(model::write_model_config(*dir, config).has_value());
    std::vector<model::SafetensorsWriter> files(shards);
    util::Json map = util::Json::object();
    std::size_t next = 0;
    const auto name_of = [shards](std::size_t i) {
        return shards == 1 ? std::string("model.safetensors")
                           : "model-0000" + std::to_string(i + 1) + "-of-0000" +
                                 std::to_string(shards) + ".safetensors";
    };
    for (const model::TensorSpec& spec : model::expected_tensors(config)) {
        const std::size_t file = next++ % shards;
        ASSERT_TRUE(
            files[file].add_f32(spec.name, spec.shape, tensors.at(spec.name), dtype).has_value());
        map[spec.name] = name_of(file);
    }
    for (std::size_t i = 0; i < shards; ++i) {
        ASSERT_TRUE(files[i].save(*dir, name_of(i)).has_value());
    }
    if (shards > 1) {
        const util::Json index{{"metadata", {{"total_size", 0}}}, {"weight_map", map}};
        ASSERT_TRUE(dir->write("model.safetensors.index.json", index.dump()).has_value());
    }
    ASSERT_TRUE(dir->write("tokenizer_config.json", "{\"eos_token\": null}\n").has_value());
    ASSERT_TRUE(dir->commit().has_value());
}

inline std::string slurp(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}
inline void put(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// A folder for a test, a source in it and quantising it.
class QuantTest : public ::testing::Test {
  protected:
    void make_source(const model::ModelConfig& config,
                     model::DType dtype = model::DType::kBF16,
                     std::size_t shards = 2) {
        tensors_ = random_tensors(config, 7);
        write_folder(*fs_, dir_.file("source"), config, tensors_, dtype, shards);
    }
    util::Result<QuantizeResult> quantise(
        const std::string& to = "model",
        const std::function<bool(const QuantizeProgress&)>& go_on = {}) {
        const std::unique_ptr<Quantiser> quantiser = make_cpu_quantiser();
        return quantize_model(
            *fs_,
            *quantiser,
            {.source = dir_.file("source"), .destination = dir_.file(to), .go_on = go_on});
    }
    bool exists(const std::string& name) { return fs_->stat(dir_.file(name)).has_value(); }

    veritune::test::TempDir dir_;
    std::unique_ptr<util::FileSystem> fs_ = util::make_posix_file_system();
    Tensors tensors_;
};

}  // namespace veritune::quant::test
