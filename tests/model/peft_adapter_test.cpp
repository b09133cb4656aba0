// SPDX-License-Identifier: Apache-2.0
#include "core/model/peft_adapter.h"

#include "core/model/safetensors.h"
#include "core/model/safetensors_writer.h"
#include "tests/model/model_test_support.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>

namespace veritune::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using util::ErrorCode;
using util::Json;

class PeftAdapter : public ModelFilesTest {
  protected:
    util::Status write(const std::string& folder,
                       const Adapter& adapter,
                       DType stored = DType::kF32) {
        VT_ASSIGN(util::AtomicDir dir, util::AtomicDir::begin(*fs_, folder));
        VT_TRY(write_adapter(dir, adapter, stored));
        return dir.commit();
    }
    Adapter golden(std::string_view model) {
        auto adapter = read_adapter(*fs_, golden_folder(model) + "/adapter");
        EXPECT_TRUE(adapter.has_value()) << to_string(adapter.error());
        return adapter.value_or(Adapter{});
    }
    std::string text(const std::string& file) {
        return fs_->read(file, 1 << 22).value_or("unreadable");
    }
};

/// One layer of the demo's sizes with q_proj only.
Adapter small_adapter() {
    Adapter adapter;
    adapter.config = {.r = 2, .lora_alpha = 4.0, .target_modules = {"q_proj"}};
    adapter.tensors[adapter_tensor_name(0, "q_proj", 'A')] = {{2, 3}, {1, 2, 3, 4, 5, 6}};
    adapter.tensors[adapter_tensor_name(0, "q_proj", 'B')] = {{4, 2}, {1, 2, 3, 4, 5, 6, 7, 8}};
    return adapter;
}

TEST_F(PeftAdapter, NamesTensorsAsPeftDoes) {
    EXPECT_EQ(adapter_tensor_name(3, "q_proj", 'A'),
              "base_model.model.model.layers.3.self_attn.q_proj.lora_A.weight");
    EXPECT_EQ(adapter_tensor_name(12, "down_proj", 'B'),
              "base_model.model.model.layers.12.mlp.down_proj.lora_B.weight");
}

TEST_F(PeftAdapter, ScalesByAlphaOverRankOrItsRoot) {
    AdapterConfig config{.r = 16, .lora_alpha = 32.0};
    EXPECT_EQ(config.scaling(), 2.0);
    config.use_rslora = true;
    EXPECT_EQ(config.scaling(), 8.0);
}

TEST_F(PeftAdapter, ReadsWhatPeftWroteForEveryArchitecture) {
    for (const char* name : kGoldenModels) {
        const Adapter adapter = golden(name);
        const ModelConfig model = *read_model_config(*fs_, golden_folder(name));
        const util::Status fits = check_adapter(model, adapter);
        EXPECT_TRUE(fits.has_value()) << name << ": " << to_string(fits.error());
        EXPECT_EQ(adapter.config.base_model_name_or_path, name);
    }
    const Adapter qwen3 = golden("qwen3");
    EXPECT_TRUE(qwen3.config.use_rslora);
    EXPECT_EQ(qwen3.config.r, 4);
    EXPECT_EQ(qwen3.config.scaling(), 4.0);
    EXPECT_THAT(
        qwen3.config.target_modules,
        ElementsAre("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"));
    EXPECT_EQ(qwen3.tensors.size(), 2U * 7U * 2U);
    EXPECT_THAT(golden("llama").config.target_modules, ElementsAre("q_proj", "v_proj"));
    EXPECT_EQ(golden("llama").tensors.size(), 2U * 2U * 2U);
}

TEST_F(PeftAdapter, WritesWhatItRead) {
    for (const char* name : kGoldenModels) {
        const Adapter adapter = golden(name);
        const util::Status written = write(path(name), adapter);
        ASSERT_TRUE(written.has_value()) << to_string(written.error());
        const auto back = read_adapter(*fs_, path(name));
        ASSERT_TRUE(back.has_value()) << to_string(back.error());
        EXPECT_EQ(back->config, adapter.config);
        EXPECT_EQ(back->tensors, adapter.tensors);
    }
}

/// For tests/golden/check_peft_reads_ours.py: leaves each golden adapter, rewritten by us, under
/// $VERITUNE_ADAPTER_OUT.
TEST_F(PeftAdapter, WritesAdaptersForTheCheckWithPeft) {
    const char* out = std::getenv("VERITUNE_ADAPTER_OUT");
    if (out == nullptr) GTEST_SKIP() << "set VERITUNE_ADAPTER_OUT to a folder to keep the adapters";
    for (const char* name : kGoldenModels) {
        ASSERT_TRUE(write(util::join_path(out, name), golden(name)).has_value());
    }
}

TEST_F(PeftAdapter, GivesTheSameBytesTwice) {
    ASSERT_TRUE(write(path("a"), small_adapter()).has_value());
    ASSERT_TRUE(write(path("b"), small_adapter()).has_value());
    for (const char* file : {"/adapter_config.json", "/adapter_model.safetensors"}) {
        EXPECT_EQ(text(path("a") + file), text(path("b") + file));
    }
}

TEST_F(PeftAdapter, StoresHalfPrecisionOnRequest) {
    ASSERT_TRUE(write(path("a"), small_adapter(), DType::kBF16).has_value());
    const auto back = read_adapter(*fs_, path("a"));
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(back->tensors, small_adapter().tensors);  // small whole numbers are exact in bf16
    const auto file = SafetensorsFile::open(path("a/adapter_model.safetensors"));
    EXPECT_EQ(file->entries()[0].dtype, DType::kBF16);
}

TEST_F(PeftAdapter, RefusesToWriteWhatCouldNotBeRead) {
    const std::string key = adapter_tensor_name(0, "q_proj", 'B');
    std::vector<Adapter> bad(7, small_adapter());
    bad[0].config.r = 0;
    bad[1].config.lora_alpha = std::nan("");
    bad[2].config.target_modules = {"lm_head"};
    bad[3].tensors.erase(key);
    bad[4].tensors[key].shape = {2, 4};
    bad[5].config.target_modules = {"q_proj", "k_proj"};
    bad[6].tensors.clear();
    for (std::size_t i = 0; i < bad.size(); ++i) {
        EXPECT_FALSE(write(path(std::to_string(i) + "x"), bad[i]).has_value()) << i;
        EXPECT_FALSE(fs_->stat(path(std::to_string(i) + "x")).has_value()) << "nothing may be left";
    }
}

struct BadOption {
    const char* key;
    Json value;
    ErrorCode code;
    const char* message;
};

TEST_F(PeftAdapter, RefusesOptionsThatWouldChangeTheResult) {
    using enum ErrorCode;
    const std::vector<BadOption> table{
        {"peft_type", "IA3", kUnsupported, "'IA3'"},
        {"peft_type", 3, kInvalidArgument, "peft_type"},
        {"r", 0, kInvalidArgument, "r must"},
        {"r", 1025, kInvalidArgument, "r must"},
        {"r", 2.5, kInvalidArgument, "r must"},
        {"lora_alpha", 0, kInvalidArgument, "lora_alpha"},
        {"lora_alpha", -1, kInvalidArgument, "lora_alpha"},
        {"lora_alpha", "16", kInvalidArgument, "lora_alpha"},
        {"use_dora", true, kUnsupported, "use_dora"},
        {"bias", "all", kUnsupported, "bias"},
        {"fan_in_fan_out", true, kUnsupported, "fan_in_fan_out"},
        {"modules_to_save", {"lm_head"}, kUnsupported, "modules_to_save"},
        {"rank_pattern", {{"q_proj", 8}}, kUnsupported, "rank_pattern"},
        {"alpha_pattern", {{"q_proj", 8}}, kUnsupported, "alpha_pattern"},
        {"layers_to_transform", {0}, kUnsupported, "layers_to_transform"},
        {"some_future_option", 1, kUnsupported, "some_future_option"},
        {"init_lora_weights", "pissa", kUnsupported, "init_lora_weights"},
        {"target_modules", ".*_proj", kUnsupported, "target_modules"},
        {"target_modules", Json::array(), kUnsupported, "target_modules"},
        {"target_modules", {"q_proj", "lm_head"}, kUnsupported, "'lm_head'"},
        {"target_modules", {"q_proj", 1}, kUnsupported, "target module"},
        {"target_modules", {"q_proj", "q_proj"}, kInvalidArgument, "twice"},
        {"base_model_name_or_path", 5, kInvalidArgument, "base_model_name_or_path"},
    };
    for (const BadOption& bad : table) {
        Json root = adapter_config_to_json(small_adapter().config);
        root[bad.key] = bad.value;
        const auto config = parse_adapter_config(root);
        ASSERT_FALSE(config.has_value()) << bad.key << " " << bad.value;
        EXPECT_EQ(config.error().code, bad.code) << config.error().message;
        EXPECT_THAT(config.error().message, HasSubstr(bad.message));
    }
    EXPECT_FALSE(parse_adapter_config(Json::array()).has_value());
}

TEST_F(PeftAdapter, AcceptsOptionsThatAreSwitchedOffOrHarmless) {
    Json root = adapter_config_to_json(small_adapter().config);
    root.update(Json{{"some_future_option", false},
                     {"layers_pattern", nullptr},
                     {"rank_pattern", Json::object()},
                     {"lora_dropout", 0.1},
                     {"init_lora_weights", "gaussian"},
                     {"lora_alpha", 2.5},
                     {"revision", "main"}});
    const auto config = parse_adapter_config(root);
    ASSERT_TRUE(config.has_value()) << to_string(config.error());
    EXPECT_EQ(config->lora_alpha, 2.5);
}

/// Writes tensors that need not belong together.
void put_weights(util::FileSystem& fs,
                 const std::string& folder,
                 const Adapter& adapter,
                 const Json& config) {
    auto dir = util::AtomicDir::begin(fs, folder);
    ASSERT_TRUE(dir.has_value());
    SafetensorsWriter writer;
    for (const auto& [key, tensor] : adapter.tensors) {
        ASSERT_TRUE(writer.add_f32(key, tensor.shape, tensor.values).has_value());
    }
    ASSERT_TRUE(writer.save(*dir, "adapter_model.safetensors").has_value());
    ASSERT_TRUE(dir->write("adapter_config.json", config.dump()).has_value());
    ASSERT_TRUE(dir->commit().has_value());
}

TEST_F(PeftAdapter, RefusesTensorsThatDoNotBelongToTheConfig) {
    const std::string a = adapter_tensor_name(0, "q_proj", 'A');
    const std::string b = adapter_tensor_name(0, "q_proj", 'B');
    std::vector<std::pair<Adapter, const char*>> bad(9, {small_adapter(), ""});
    bad[0].first.tensors.erase(a);
    bad[0].second = "is missing";
    bad[1].first.tensors[a] = {{3, 2}, std::vector<float>(6)};
    bad[1].second = "rank 2";
    bad[2].first.tensors[b] = {{8}, std::vector<float>(8)};
    bad[2].second = "rank 2";
    bad[3].first.tensors[a].values[4] = std::nanf("");
    bad[3].second = "NaN";
    bad[4].first.tensors["base_model.model.lm_head.lora_A.weight"] = {{2, 1}, {0, 0}};
    bad[4].second = "lm_head";
    bad[5].first.tensors[adapter_tensor_name(0, "k_proj", 'A')] = {{2, 3}, std::vector<float>(6)};
    bad[5].second = "k_proj";
    bad[6].first.tensors[adapter_tensor_name(2, "q_proj", 'A')] = {{2, 3}, std::vector<float>(6)};
    bad[6].second = "layers.1.";
    bad[7].first.tensors["base_model.model.model.layers.00.self_attn.q_proj.lora_A.weight"] = {
        {2, 1}, {0, 0}};
    bad[7].second = "layers.00.";
    bad[8].first.tensors.clear();
    bad[8].second = "no tensors";
    for (std::size_t i = 0; i < bad.size(); ++i) {
        const std::string folder = path(std::to_string(i) + "x");
        put_weights(*fs_, folder, bad[i].first, adapter_config_to_json(small_adapter().config));
        const auto adapter = read_adapter(*fs_, folder);
        ASSERT_FALSE(adapter.has_value()) << i;
        EXPECT_EQ(adapter.error().code, ErrorCode::kCorruptData) << i;
        EXPECT_THAT(adapter.error().message, HasSubstr(bad[i].second));
    }
}

TEST_F(PeftAdapter, NamesTheFileThatIsMissingOrRefused) {
    EXPECT_EQ(read_adapter(*fs_, folder_).error().code, ErrorCode::kNotFound);
    put("adapter_config.json", adapter_config_to_json(small_adapter().config).dump());
    const auto missing = read_adapter(*fs_, folder_);
    EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(missing.error().message, HasSubstr("adapter_model.safetensors"));
    put("adapter_model.bin", "PK");
    EXPECT_EQ(read_adapter(*fs_, folder_).error().code, ErrorCode::kUnsupported);
    put("adapter_config.json", "{");
    EXPECT_EQ(read_adapter(*fs_, folder_).error().code, ErrorCode::kCorruptData);
}

TEST_F(PeftAdapter, MustFitTheModel) {
    const Adapter adapter = golden("qwen2");
    const ModelConfig model = *read_model_config(*fs_, golden_folder("qwen2"));
    ModelConfig other = model;
    other.num_hidden_layers = 3;
    EXPECT_THAT(check_adapter(other, adapter).error().message, HasSubstr("layers.2."));
    other.num_hidden_layers = 1;
    EXPECT_THAT(check_adapter(other, adapter).error().message, HasSubstr("no place"));
    other = model;
    other.hidden_size = 40;
    EXPECT_FALSE(check_adapter(other, adapter).has_value());
    Adapter untrained = adapter;
    untrained.tensors.clear();
    EXPECT_FALSE(check_adapter(model, untrained).has_value());
}

}  // namespace
}  // namespace veritune::model
