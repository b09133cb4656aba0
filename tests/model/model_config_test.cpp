// SPDX-License-Identifier: Apache-2.0
#include "core/model/model_config.h"

#include "tests/model/model_test_support.h"

#include <gmock/gmock.h>

#include <limits>

namespace veritune::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using util::ErrorCode;
using util::Json;

class ModelConfigs : public ModelFilesTest {};

Json base_json(std::string_view type) {
    Json root = model_config_to_json(demo_config());
    root["model_type"] = type;
    root.erase("architectures");
    root.erase("use_sliding_window");
    root.erase("sliding_window");
    return root;
}

ModelConfig parsed(const Json& root) {
    const auto config = parse_model_config(root);
    EXPECT_TRUE(config.has_value()) << to_string(config.error());
    return config.value_or(ModelConfig{});
}

/// Sizes of published models, to hold our count against the published one.
ModelConfig published(Architecture architecture, std::vector<std::int64_t> sizes, bool tied) {
    return {.architecture = architecture,
            .vocab_size = sizes[0],
            .hidden_size = sizes[1],
            .intermediate_size = sizes[2],
            .num_hidden_layers = sizes[3],
            .num_attention_heads = sizes[4],
            .num_key_value_heads = sizes[5],
            .head_dim = sizes[6],
            .qkv_bias = architecture == Architecture::kQwen2,
            .qk_norm = architecture == Architecture::kQwen3,
            .tie_word_embeddings = tied,
            .max_position_embeddings = 32768};
}

TEST_F(ModelConfigs, TheDemoModelHasItsPublishedNumberOfParameters) {
    EXPECT_EQ(num_parameters(demo_config()), 308'832);
    EXPECT_EQ(num_lora_parameters(demo_config(), 8), 41'472);
}

TEST_F(ModelConfigs, CountsParametersOfPublishedModels) {
    using enum Architecture;
    const ModelConfig qwen7 = published(kQwen2, {152064, 3584, 18944, 28, 28, 4, 128}, false);
    EXPECT_EQ(num_parameters(qwen7), 7'615'616'512);  // Qwen2.5-7B
    EXPECT_EQ(num_lora_parameters(qwen7, 16), 40'370'176);
    EXPECT_EQ(num_parameters(published(kQwen3, {151936, 1024, 3072, 28, 16, 8, 128}, true)),
              596'049'920);
    EXPECT_EQ(num_parameters(published(kLlama, {128256, 2048, 8192, 16, 32, 8, 64}, true)),
              1'235'814'400);
    EXPECT_EQ(num_parameters(published(kMistral, {32000, 4096, 14336, 32, 32, 8, 128}, false)),
              7'241'732'096);
}

TEST_F(ModelConfigs, ReadsWhatTransformersWrote) {
    for (const char* name : kGoldenModels) {
        const auto config = read_model_config(*fs_, golden_folder(name));
        ASSERT_TRUE(config.has_value()) << name << ": " << to_string(config.error());
        EXPECT_EQ(num_parameters(*config), golden_json(name)["parameters"].get<std::int64_t>())
            << name;
    }
    const ModelConfig qwen2 = *read_model_config(*fs_, golden_folder("qwen2"));
    EXPECT_EQ(qwen2.head_dim, 12);
    EXPECT_TRUE(qwen2.qkv_bias && !qwen2.o_bias && qwen2.tie_word_embeddings && !qwen2.qk_norm);
    EXPECT_EQ(qwen2.rope.theta, 500.0);
    EXPECT_THAT(qwen2.eos_ids, ElementsAre(1));
    EXPECT_EQ(qwen2.pad_id, 0);
    const ModelConfig qwen3 = *read_model_config(*fs_, golden_folder("qwen3"));
    EXPECT_TRUE(qwen3.qk_norm && !qwen3.qkv_bias && !qwen3.tie_word_embeddings);
    EXPECT_EQ(qwen3.head_dim, 16);
    EXPECT_THAT(qwen3.eos_ids, ElementsAre(1, 5));
    const ModelConfig llama = *read_model_config(*fs_, golden_folder("llama"));
    EXPECT_EQ(llama.rope.type, RopeType::kLlama3);
    EXPECT_EQ(llama.rope.original_max_position_embeddings, 64);
    EXPECT_EQ(llama.bos_id, 1);
    const ModelConfig biased = *read_model_config(*fs_, golden_folder("llama_bias"));
    EXPECT_TRUE(biased.qkv_bias && biased.o_bias && biased.mlp_bias);
    const ModelConfig mistral = *read_model_config(*fs_, golden_folder("mistral"));
    EXPECT_EQ(mistral.sliding_window, 64);
    EXPECT_EQ(mistral.dtype, DType::kBF16);
    EXPECT_EQ(mistral.head_dim, 24);
}

TEST_F(ModelConfigs, RotaryFrequenciesEqualTransformers) {
    for (const char* name : kGoldenModels) {
        const ModelConfig config = *read_model_config(*fs_, golden_folder(name));
        const auto expected = golden_json(name)["rope"].get<std::vector<float>>();
        const std::vector<float> actual = rope_inverse_frequencies(config);
        ASSERT_EQ(actual.size(), expected.size()) << name;
        for (std::size_t i = 0; i < actual.size(); ++i) {
            // transformers computes in f32: two roundings of the exponent and the power.
            EXPECT_NEAR(actual[i], expected[i], 1e-6F * expected[i]) << name << " " << i;
        }
    }
}

TEST_F(ModelConfigs, LlamaScalingUsesAllThreeBandsInTheGoldenModel) {
    ModelConfig config = *read_model_config(*fs_, golden_folder("llama"));
    const std::vector<float> scaled = rope_inverse_frequencies(config);
    config.rope.type = RopeType::kDefault;
    const std::vector<float> plain = rope_inverse_frequencies(config);
    EXPECT_EQ(scaled.front(), plain.front());
    EXPECT_FLOAT_EQ(scaled.back(), plain.back() / 4);
    int blended = 0;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        if (scaled[i] < plain[i] * 0.999F && scaled[i] > plain[i] * 0.251F) ++blended;
    }
    EXPECT_GE(blended, 1);
}

TEST_F(ModelConfigs, WritingAndReadingGivesTheSameModel) {
    std::vector<ModelConfig> configs{demo_config()};
    for (const char* name : kGoldenModels)
        configs.push_back(*read_model_config(*fs_, golden_folder(name)));
    configs.front().sliding_window = 100;
    for (std::size_t i = 0; i < configs.size(); ++i) {
        const std::string folder = path(std::to_string(i) + "m");
        auto dir = util::AtomicDir::begin(*fs_, folder);
        ASSERT_TRUE(dir.has_value());
        ASSERT_TRUE(write_model_config(*dir, configs[i]).has_value());
        ASSERT_TRUE(dir->commit().has_value());
        const auto back = read_model_config(*fs_, folder);
        ASSERT_TRUE(back.has_value()) << to_string(back.error());
        EXPECT_EQ(*back, configs[i]) << i;
    }
}

TEST_F(ModelConfigs, MissingKeysHaveTransformersDefaults) {
    Json root = base_json("llama");
    for (const char* key : {"head_dim",
                            "num_key_value_heads",
                            "rms_norm_eps",
                            "rope_theta",
                            "rope_scaling",
                            "tie_word_embeddings",
                            "eos_token_id",
                            "pad_token_id",
                            "bos_token_id",
                            "torch_dtype",
                            "hidden_act",
                            "attention_bias",
                            "mlp_bias"}) {
        root.erase(key);
    }
    const ModelConfig llama = parsed(root);
    EXPECT_EQ(llama.head_dim, 24);
    EXPECT_EQ(llama.num_key_value_heads, 4);
    EXPECT_EQ(llama.rms_norm_eps, 1e-6);
    EXPECT_EQ(llama.rope.theta, 10000.0);
    EXPECT_FALSE(llama.tie_word_embeddings || llama.qkv_bias || llama.mlp_bias);
    EXPECT_THAT(llama.eos_ids, IsEmpty());
    EXPECT_EQ(llama.bos_id, std::nullopt);
    EXPECT_EQ(llama.sliding_window, std::nullopt);
    root["model_type"] = "qwen3";
    EXPECT_EQ(parsed(root).head_dim, 128);
    root["model_type"] = "mistral";
    EXPECT_EQ(parsed(root).sliding_window, 4096);
    root["sliding_window"] = nullptr;
    EXPECT_EQ(parsed(root).sliding_window, std::nullopt);
}

TEST_F(ModelConfigs, QwenIgnoresAWindowThatIsSwitchedOff) {
    Json root = base_json("qwen2");
    root["sliding_window"] = 100;
    EXPECT_EQ(parsed(root).sliding_window, std::nullopt);
    root["use_sliding_window"] = true;
    EXPECT_EQ(parsed(root).sliding_window, 100);
}

TEST_F(ModelConfigs, ReadsRopeParametersOfTransformers5) {
    Json root = base_json("llama");
    root.erase("rope_theta");
    root.erase("rope_scaling");
    root["rope_parameters"] = {{"rope_theta", 5e5}, {"rope_type", "default"}};
    EXPECT_EQ(parsed(root).rope.theta, 5e5);
    root["rope_parameters"]["rope_type"] = "llama3";
    EXPECT_FALSE(parse_model_config(root).has_value());
    root["rope_parameters"].update(Json{{"factor", 8.0},
                                        {"low_freq_factor", 1.0},
                                        {"high_freq_factor", 4.0},
                                        {"original_max_position_embeddings", 8192}});
    EXPECT_EQ(parsed(root).rope.factor, 8.0);
}

TEST_F(ModelConfigs, ChecksLengthsAgainstPositionsAndWindow) {
    ModelConfig config = demo_config();
    EXPECT_TRUE(check_length(config, config.max_position_embeddings).has_value());
    EXPECT_EQ(check_length(config, config.max_position_embeddings + 1).error().code,
              ErrorCode::kInvalidArgument);
    config.sliding_window = 64;
    EXPECT_TRUE(check_length(config, 64).has_value());
    EXPECT_EQ(check_length(config, 65).error().code, ErrorCode::kUnsupported);
}

struct BadConfig {
    const char* key;
    Json value;
    ErrorCode code;
    const char* message;
};

TEST_F(ModelConfigs, RefusesEveryBadValueNamingTheKey) {
    using enum ErrorCode;
    const Json yarn{{"rope_type", "yarn"}, {"factor", 4.0}};
    const Json llama3{{"type", "llama3"},
                      {"factor", 0.5},
                      {"low_freq_factor", 1},
                      {"high_freq_factor", 4},
                      {"original_max_position_embeddings", 64}};
    const std::vector<BadConfig> table{
        {"model_type",
         "gpt2",
         kUnsupported,
         "'gpt2' is not supported; choose a qwen2, qwen3, llama or mistral"},
        {"model_type", 7, kInvalidArgument, "model_type"},
        {"model_type", nullptr, kInvalidArgument, "model_type"},
        {"architectures", {"Qwen2ForSequenceClassification"}, kUnsupported, "generates text"},
        {"architectures", "Qwen2ForCausalLM", kUnsupported, "generates text"},
        {"quantization_config", {{"quant_method", "gptq"}}, kUnsupported, "unquantised"},
        {"hidden_act", "gelu", kUnsupported, "silu"},
        {"partial_rotary_factor", 0.5, kUnsupported, "partial_rotary_factor"},
        {"vocab_size", 0, kInvalidArgument, "vocab_size"},
        {"vocab_size", 1'048'577, kInvalidArgument, "vocab_size"},
        {"vocab_size", "36", kInvalidArgument, "vocab_size"},
        {"hidden_size", 32'769, kInvalidArgument, "hidden_size"},
        {"hidden_size", -96, kInvalidArgument, "hidden_size"},
        {"intermediate_size", 262'145, kInvalidArgument, "intermediate_size"},
        {"num_hidden_layers", 0, kInvalidArgument, "num_hidden_layers"},
        {"num_hidden_layers", 257, kInvalidArgument, "num_hidden_layers"},
        {"num_hidden_layers", 2.5, kInvalidArgument, "num_hidden_layers"},
        {"num_attention_heads", 0, kInvalidArgument, "num_attention_heads"},
        {"num_key_value_heads", 3, kCorruptData, "multiple"},
        {"num_key_value_heads", 8, kInvalidArgument, "num_key_value_heads"},
        {"head_dim", 0, kInvalidArgument, "head_dim"},
        {"head_dim", 7, kCorruptData, "head_dim"},
        {"head_dim", 1'025, kInvalidArgument, "head_dim"},
        {"rms_norm_eps", 0.0, kCorruptData, "rms_norm_eps"},
        {"rms_norm_eps", -1e-6, kCorruptData, "rms_norm_eps"},
        {"rms_norm_eps", "1e-6", kInvalidArgument, "rms_norm_eps"},
        {"rope_theta", 0, kCorruptData, "rope_theta"},
        {"rope_theta", 1e13, kCorruptData, "rope_theta"},
        {"rope_scaling", yarn, kUnsupported, "'yarn'"},
        {"rope_scaling", {{"type", "linear"}, {"factor", 2.0}}, kUnsupported, "'linear'"},
        {"rope_scaling", {{"rope_type", 7}}, kUnsupported, "rotary"},
        {"rope_scaling", "llama3", kCorruptData, "rope_scaling"},
        {"rope_scaling", {{"rope_type", "llama3"}}, kInvalidArgument, "factor"},
        {"rope_scaling", llama3, kCorruptData, "rope_scaling"},
        {"tie_word_embeddings", 1, kCorruptData, "tie_word_embeddings"},
        {"use_sliding_window", "yes", kCorruptData, "use_sliding_window"},
        {"max_position_embeddings", 0, kInvalidArgument, "max_position_embeddings"},
        {"eos_token_id", 36, kCorruptData, "eos_token_id"},
        {"eos_token_id", -1, kCorruptData, "eos_token_id"},
        {"eos_token_id", {1, "2"}, kCorruptData, "eos_token_id"},
        {"bos_token_id", 36, kInvalidArgument, "bos_token_id"},
        {"torch_dtype", "float8_e4m3fn", kUnsupported, "'float8_e4m3fn'"},
        {"dtype", "int8", kUnsupported, "'int8'"},
    };
    for (const BadConfig& bad : table) {
        Json root = model_config_to_json(demo_config());
        root[bad.key] = bad.value;
        const auto config = parse_model_config(root);
        ASSERT_FALSE(config.has_value()) << bad.key << " " << bad.value;
        EXPECT_EQ(config.error().code, bad.code) << config.error().message;
        EXPECT_THAT(config.error().message, HasSubstr(bad.message));
        EXPECT_THAT(config.error().message, HasSubstr("config.json"));
    }
    EXPECT_FALSE(parse_model_config(Json::array()).has_value());
    EXPECT_FALSE(parse_model_config(Json(7)).has_value());
}

TEST_F(ModelConfigs, NamesTheFileThatCannotBeRead) {
    EXPECT_EQ(read_model_config(*fs_, folder_).error().code, ErrorCode::kNotFound);
    put("config.json", "{");
    EXPECT_EQ(read_model_config(*fs_, folder_).error().code, ErrorCode::kCorruptData);
    put("config.json", std::string(40, '[') + std::string(40, ']'));
    EXPECT_EQ(read_model_config(*fs_, folder_).error().code, ErrorCode::kCorruptData);
    put("config.json", std::string((1 << 20) + 1, ' '));
    EXPECT_FALSE(read_model_config(*fs_, folder_).has_value());
    put("config.json", R"({"model_type":"bert"})");
    const auto bert = read_model_config(*fs_, folder_);
    EXPECT_EQ(bert.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(bert.error().context, HasSubstr(folder_));
}

TEST_F(ModelConfigs, ListsTensorsUnderTheirHuggingFaceNames) {
    const std::vector<TensorSpec> tensors = expected_tensors(demo_config());
    EXPECT_EQ(tensors.size(), 2U + 3U * 12U);
    EXPECT_EQ(tensors.front().name, "model.embed_tokens.weight");
    EXPECT_EQ(tensors.back().name, "model.norm.weight");
    EXPECT_EQ(tensors[2].name, "model.layers.0.self_attn.q_proj.weight");
    EXPECT_EQ(tensors[3].name, "model.layers.0.self_attn.q_proj.bias");
    EXPECT_THAT(tensors[4].shape, ElementsAre(48, 96));
}

}  // namespace
}  // namespace veritune::model
