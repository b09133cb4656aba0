// SPDX-License-Identifier: Apache-2.0
#include "core/quant/quantize_model.h"

#include "core/quant/dequantise.h"
#include "core/quant/quant_model.h"
#include "tests/quant/tiny_folder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace veritune::quant {
namespace {

using test::tiny_config;
using util::ErrorCode;

class QuantizeModel : public test::QuantTest {
  protected:
    std::string source_file(const std::string& name) const {
        return dir_.file("source") + "/" + name;
    }
    /// What was wrong, with nothing left behind.
    util::Error refusal() {
        const auto result = quantise();
        EXPECT_FALSE(result.has_value());
        EXPECT_FALSE(exists("model"));
        EXPECT_FALSE(exists("model.partial"));
        return result ? util::Error{} : result.error();
    }
    void rewrite_config(const std::function<void(util::Json&)>& change) {
        util::Json root = util::Json::parse(test::slurp(source_file("config.json")));
        change(root);
        test::put(source_file("config.json"), root.dump());
    }
};

double relative_error(std::span<const float> actual, const std::vector<float>& expected) {
    double error = 0;
    double square = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double d = static_cast<double>(actual[i]) - expected[i];
        error += d * d;
        square += static_cast<double>(expected[i]) * expected[i];
    }
    return std::sqrt(error / square);
}

TEST_F(QuantizeModel, KeepsEveryTensorInItsPlace) {
    for (const bool qwen3 : {false, true}) {
        model::ModelConfig config = tiny_config();
        if (qwen3) {
            config.architecture = model::Architecture::kQwen3;
            config.qkv_bias = config.o_bias = true;
            config.qk_norm = true;
        }
        make_source(config);
        ASSERT_TRUE(quantise().has_value());
        const auto model = QuantModel::open(*fs_, dir_.file("model"));
        ASSERT_TRUE(model.has_value()) << util::to_string(model.error());
        std::set<std::string> seen;
        const auto visited = visit_tensors(*model, [&](const std::string& name, auto values) {
            seen.insert(name);
            const std::vector<float>& want = tensors_.at(name);
            EXPECT_EQ(values.size(), want.size()) << name;
            const bool head = name == "lm_head.weight";
            const bool linear = name.ends_with("_proj.weight");
            const double error = relative_error(values, want);
            EXPECT_LE(error, head ? 0.009 : (linear ? 0.1 : 0.0)) << name;
            EXPECT_GE(error, head ? 0.001 : (linear ? 0.07 : 0.0)) << name;
            return util::Status();
        });
        ASSERT_TRUE(visited.has_value());
        EXPECT_EQ(seen.size(), tensors_.size());
        ASSERT_TRUE(util::remove_tree(*fs_, dir_.file("source")).has_value());
        ASSERT_TRUE(util::remove_tree(*fs_, dir_.file("model")).has_value());
    }
}

TEST_F(QuantizeModel, PutsGateAndUpBiasesInTheOrderOfTheRows) {
    model::ModelConfig config = tiny_config();
    config.architecture = model::Architecture::kLlama;
    config.qkv_bias = config.o_bias = config.mlp_bias = true;
    make_source(config);
    ASSERT_TRUE(quantise().has_value());
    const auto model = QuantModel::open(*fs_, dir_.file("model"));
    ASSERT_TRUE(model.has_value());
    const QuantLayer layer = model->layer(1);
    const auto& gate = tensors_.at("model.layers.1.mlp.gate_proj.bias");
    const auto& up = tensors_.at("model.layers.1.mlp.up_proj.bias");
    for (const std::size_t f : {0U, 7U, 8U, 100U, 191U}) {
        const std::size_t row = 16 * (f / 8) + f % 8;
        EXPECT_EQ(kernels::to_float(layer.gate_up.bias[row]), gate[f]);
        EXPECT_EQ(kernels::to_float(layer.gate_up.bias[row + 8]), up[f]);
    }
}

TEST_F(QuantizeModel, GivesTheSameBytesFromEverySourceTypeAndSharding) {
    make_source(tiny_config(), model::DType::kBF16, 3);
    ASSERT_TRUE(quantise("bf16").has_value());
    ASSERT_TRUE(util::remove_tree(*fs_, dir_.file("source")).has_value());
    make_source(tiny_config(), model::DType::kF32, 1);
    ASSERT_TRUE(quantise("f32").has_value());
    for (const char* name : {"embedding.bin", "layer-000.bin", "layer-001.bin", "head.bin"}) {
        EXPECT_EQ(test::slurp(dir_.file("bf16") + "/" + name),
                  test::slurp(dir_.file("f32") + "/" + name))
            << name;
    }
}

TEST_F(QuantizeModel, TakesTheEmbeddingAsTiedHead) {
    model::ModelConfig config = tiny_config();
    config.tie_word_embeddings = true;
    make_source(config);
    ASSERT_TRUE(quantise().has_value());
    const auto model = QuantModel::open(*fs_, dir_.file("model"));
    ASSERT_TRUE(model.has_value());
    std::vector<float> head(static_cast<std::size_t>(config.vocab_size * config.hidden_size));
    dequantise(model->head().w, head);
    EXPECT_LE(relative_error(head, tensors_.at("model.embed_tokens.weight")), 0.009);
}

TEST_F(QuantizeModel, ReportsWhatEveryPartLostBesideNf4) {
    make_source(tiny_config());
    const auto result = quantise();
    ASSERT_TRUE(result.has_value());
    ASSERT_EQ(result->manifest.errors.size(), 3U);
    for (std::size_t i = 0; i < 2; ++i) {
        const PartError& e = result->manifest.errors[i];
        EXPECT_EQ(e.name, "layer-00" + std::to_string(i));
        EXPECT_NEAR(e.ours, 0.0883, 0.003);
        EXPECT_NEAR(e.nf4, 0.0921, 0.003);
    }
    EXPECT_LE(result->manifest.errors[2].ours, 0.009);
    EXPECT_GT(result->manifest.errors[2].ours, 0.001);
}

TEST_F(QuantizeModel, NamesTheLayersWhoseKeysAreTooLargeForInt8) {
    const model::ModelConfig config = tiny_config();
    tensors_ = test::random_tensors(config, 7);
    // As in layers 0 and 27 of Qwen2.5-7B: a few key channels with a large bias.
    std::vector<float>& bias = tensors_["model.layers.1.self_attn.k_proj.bias"];
    for (std::size_t i = 0; i < 4; ++i) bias[i] = 460.0F;
    for (float& gamma : tensors_["model.layers.0.input_layernorm.weight"]) gamma = 1.0F;
    for (float& gamma : tensors_["model.layers.1.input_layernorm.weight"]) gamma = 1.0F;
    test::write_folder(*fs_, dir_.file("source"), config, tensors_, model::DType::kBF16);
    const auto result = quantise();
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->manifest.kv_bf16_layers, (std::vector<std::int64_t>{1}));
    const auto model = QuantModel::open(*fs_, dir_.file("model"));
    ASSERT_TRUE(model.has_value());
    EXPECT_EQ(model->manifest().kv_bf16_layers, (std::vector<std::int64_t>{1}));
}

TEST_F(QuantizeModel, GoesOnWhereItWasStopped) {
    make_source(tiny_config());
    ASSERT_TRUE(quantise("whole").has_value());
    int calls = 0;
    ASSERT_TRUE(
        quantise("counted", [&](const QuantizeProgress&) { return ++calls > 0; }).has_value());
    ASSERT_GE(calls, 15);
    for (int stop = 1; stop <= calls; stop = stop + 5 < calls || stop == calls ? stop + 5 : calls) {
        int count = 0;
        const auto stopped =
            quantise("model", [&](const QuantizeProgress&) { return ++count < stop; });
        ASSERT_FALSE(stopped.has_value());
        EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
        EXPECT_FALSE(exists("model"));
        // A killed program also leaves a file that is not whole.
        test::put(dir_.file("model.partial") + "/head.bin", "half a head");
        std::int64_t last = 0;
        std::int64_t total = -1;
        const auto result = quantise("model", [&](const QuantizeProgress& p) {
            EXPECT_GE(p.weights_done, last);
            last = p.weights_done;
            total = p.weights_total;
            return true;
        });
        ASSERT_TRUE(result.has_value()) << util::to_string(result.error());
        EXPECT_EQ(last, total);
        EXPECT_FALSE(exists("model.partial"));
        if (stop == calls) {
            EXPECT_EQ(result->kept, 3U);
        }
        const auto names = fs_->list(dir_.file("model"));
        ASSERT_TRUE(names.has_value());
        EXPECT_EQ(*names, *fs_->list(dir_.file("whole")));
        for (const std::string& name : *names) {
            ASSERT_EQ(test::slurp(dir_.file("model") + "/" + name),
                      test::slurp(dir_.file("whole") + "/" + name))
                << name << ", stopped at " << stop;
        }
        ASSERT_TRUE(util::remove_tree(*fs_, dir_.file("model")).has_value());
    }
}

TEST_F(QuantizeModel, StartsAnewWhenTheSourceIsAnother) {
    make_source(tiny_config());
    int count = 0;
    ASSERT_FALSE(
        quantise("model", [&](const QuantizeProgress&) { return ++count < 8; }).has_value());
    ASSERT_TRUE(util::remove_tree(*fs_, dir_.file("source")).has_value());
    make_source(tiny_config(), model::DType::kF32);
    const auto result = quantise();
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->kept, 0U);
}

TEST_F(QuantizeModel, RefusesWidthsThatItsTilesCannotHold) {
    model::ModelConfig config = tiny_config();
    config.hidden_size = 96;
    make_source(config);
    const util::Error error = refusal();
    EXPECT_EQ(error.code, ErrorCode::kUnsupported);
    EXPECT_NE(error.message.find("hidden_size is 96"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("128 would be"), std::string::npos) << error.message;
}

TEST_F(QuantizeModel, RefusesAHeadCountThatDoesNotDivide) {
    make_source(tiny_config());
    rewrite_config([](util::Json& root) { root["num_attention_heads"] = 5; });
    const util::Error error = refusal();
    EXPECT_NE(error.message.find("num_attention_heads"), std::string::npos) << error.message;
}

TEST_F(QuantizeModel, NamesTheWeightThatIsNotFinite) {
    for (const char* name : {"model.layers.1.mlp.up_proj.weight",
                             "model.layers.0.input_layernorm.weight",
                             "model.embed_tokens.weight",
                             "lm_head.weight"}) {
        tensors_ = test::random_tensors(tiny_config(), 7);
        tensors_[name][5] = name[0] == 'l' ? std::numeric_limits<float>::infinity()
                                           : std::numeric_limits<float>::quiet_NaN();
        test::write_folder(*fs_, dir_.file("source"), tiny_config(), tensors_, model::DType::kBF16);
        const util::Error error = refusal();
        EXPECT_EQ(error.code, ErrorCode::kCorruptData);
        EXPECT_NE(error.message.find(name), std::string::npos) << error.message;
        ASSERT_TRUE(util::remove_tree(*fs_, dir_.file("source")).has_value());
    }
}

TEST_F(QuantizeModel, RefusesShardsThatDoNotMatchTheirIndex) {
    make_source(tiny_config());
    const std::string index = source_file("model.safetensors.index.json");
    util::Json root = util::Json::parse(test::slurp(index));
    root["weight_map"].erase("model.layers.1.mlp.up_proj.weight");
    test::put(index, root.dump());
    EXPECT_EQ(refusal().code, ErrorCode::kCorruptData);
    ASSERT_TRUE(fs_->remove(source_file("model-00002-of-00002.safetensors")).has_value());
    EXPECT_FALSE(quantise().has_value());
}

TEST_F(QuantizeModel, NoticesThatTheSourceChangesUnderIt) {
    make_source(tiny_config());
    int count = 0;
    const auto result = quantise("model", [&](const QuantizeProgress&) {
        if (++count == 5) {
            const std::string shard = source_file("model-00001-of-00002.safetensors");
            std::string bytes = test::slurp(shard);
            bytes.back() = static_cast<char>(bytes.back() + 1);
            test::put(shard, bytes);
        }
        return true;
    });
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kCorruptData);
    EXPECT_NE(result.error().message.find("model-00001-of-00002.safetensors"), std::string::npos);
    EXPECT_FALSE(exists("model"));
    EXPECT_FALSE(exists("model.partial"));
}

TEST_F(QuantizeModel, RefusesADestinationThatIsThere) {
    make_source(tiny_config());
    ASSERT_TRUE(fs_->make_dir(dir_.file("model")).has_value());
    const auto result = quantise();
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kAlreadyExists);
}

TEST_F(QuantizeModel, RefusesOtherQuantisedFormats) {
    make_source(tiny_config());
    rewrite_config([](util::Json& root) {
        root["quantization_config"] = {{"quant_method", "gptq"}, {"bits", 4}};
    });
    const util::Error error = refusal();
    EXPECT_EQ(error.code, ErrorCode::kUnsupported);
    EXPECT_NE(error.message.find("NF4"), std::string::npos);
}

}  // namespace
}  // namespace veritune::quant
