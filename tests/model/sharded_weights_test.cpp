// SPDX-License-Identifier: Apache-2.0
#include "core/model/sharded_weights.h"

#include "tests/model/model_test_support.h"

#include <gmock/gmock.h>

namespace veritune::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using util::ErrorCode;

class Weights : public ModelFilesTest {
  protected:
    /// A shard with one U8 tensor of 4 bytes for each letter.
    void put_shard(std::string_view file, std::string_view letters) const {
        std::string header = "{";
        for (std::size_t i = 0; i < letters.size(); ++i) {
            if (i > 0) header += ',';
            header += std::string("\"") + letters[i] +
                      R"(":{"dtype":"U8","shape":[4],"data_offsets":[)" + std::to_string(4 * i) +
                      "," + std::to_string(4 * i + 4) + "]}";
        }
        std::string data;
        for (const char letter : letters) data.append(4, letter);
        put(file, safetensors_bytes(header + "}", data));
    }
    void put_index(std::string_view weight_map) const {
        put("model.safetensors.index.json",
            R"({"metadata":{"total_size":12},"weight_map":)" + std::string(weight_map) + "}");
    }
    util::Result<ShardedWeights> open() { return ShardedWeights::open(*fs_, folder_); }
    void expect_refused(ErrorCode code, const char* message) {
        const auto weights = open();
        ASSERT_FALSE(weights.has_value()) << message;
        EXPECT_EQ(weights.error().code, code) << to_string(weights.error());
        EXPECT_THAT(weights.error().message, HasSubstr(message));
    }
};

TEST_F(Weights, ReadsShardsThroughTheIndex) {
    put_shard("one.safetensors", "ac");
    put_shard("two.safetensors", "b");
    put_index(R"({"a":"one.safetensors","b":"two.safetensors","c":"one.safetensors"})");
    const auto weights = open();
    ASSERT_TRUE(weights.has_value()) << to_string(weights.error());
    EXPECT_THAT(weights->names(), ElementsAre("a", "b", "c"));
    EXPECT_EQ(weights->total_bytes(), 12U);
    for (const char* name : {"a", "b", "c"}) {
        std::string bytes(4, '\0');
        ASSERT_TRUE(weights->read_into(name, bytes.data()).has_value());
        EXPECT_EQ(bytes, std::string(4, name[0]));
    }
    EXPECT_EQ(weights->find("d"), nullptr);
    const util::Status missing = weights->read_f32("d", {});
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

TEST_F(Weights, PrefersTheSingleFile) {
    put_shard("model.safetensors", "x");
    put_index("[]");
    const auto weights = open();
    ASSERT_TRUE(weights.has_value()) << to_string(weights.error());
    EXPECT_THAT(weights->names(), ElementsAre("x"));
}

TEST_F(Weights, RefusesAFolderWithoutSafetensorsAndSaysWhatToDo) {
    expect_refused(ErrorCode::kNotFound, "choose a Hugging Face model folder");
    put("pytorch_model.bin", "PK");
    expect_refused(ErrorCode::kUnsupported, "get the model as safetensors");
}

TEST_F(Weights, RefusesAnIndexThatLeavesTheFolder) {
    for (const char* shard :
         {"../one.safetensors", "/etc/passwd", "a/b", "a\\\\b", "", ".", "..", "a\\u0000b"}) {
        put_index(std::string(R"({"a":")") + shard + "\"}");
        expect_refused(ErrorCode::kCorruptData, "names no file of the same folder");
    }
}

TEST_F(Weights, RefusesAnIndexThatIsNoMapOfNames) {
    for (const char* map : {"[]", "{}", "7", "null", R"({"a":7})", R"({"a":null})"}) {
        put_index(map);
        const auto weights = open();
        ASSERT_FALSE(weights.has_value()) << map;
        EXPECT_EQ(weights.error().code, ErrorCode::kCorruptData);
    }
    put_index(R"({"a":"one.safetensors","a":"two.safetensors"})");
    expect_refused(ErrorCode::kCorruptData, "twice");
    put("model.safetensors.index.json", "{");
    expect_refused(ErrorCode::kCorruptData, "JSON");
}

TEST_F(Weights, RefusesAMissingOrBrokenShard) {
    put_index(R"({"a":"one.safetensors"})");
    expect_refused(ErrorCode::kNotFound, "one.safetensors");
    put("one.safetensors", "broken");
    expect_refused(ErrorCode::kCorruptData, "one.safetensors");
}

TEST_F(Weights, RefusesShardsThatDisagreeWithTheIndex) {
    put_shard("one.safetensors", "a");
    put_shard("two.safetensors", "ab");
    put_index(R"({"a":"one.safetensors","b":"two.safetensors"})");
    expect_refused(ErrorCode::kCorruptData, "does not list it");  // a in two shards
    put_shard("two.safetensors", "bz");
    expect_refused(ErrorCode::kCorruptData, "'z'");
    put_shard("two.safetensors", "");
    expect_refused(ErrorCode::kCorruptData, "'b' is not in");
}

TEST_F(Weights, RefusesMoreShardsThanAnyModelHas) {
    std::string map;
    for (int i = 0; i < 257; ++i) {
        map += (i == 0 ? "{\"" : ",\"") + std::to_string(i) + "\":\"s" + std::to_string(i) + "\"";
    }
    put_index(map + "}");
    expect_refused(ErrorCode::kCorruptData, "256");
}

TEST_F(Weights, EveryGoldenModelMatchesItsConfig) {
    for (const char* name : kGoldenModels) {
        const auto config = read_model_config(*fs_, golden_folder(name));
        ASSERT_TRUE(config.has_value()) << name << ": " << to_string(config.error());
        const auto weights = ShardedWeights::open(*fs_, golden_folder(name));
        ASSERT_TRUE(weights.has_value()) << name << ": " << to_string(weights.error());
        const util::Status fits = check_weights(*config, *weights);
        EXPECT_TRUE(fits.has_value()) << name << ": " << to_string(fits.error());
        EXPECT_EQ(weights->names().size(), expected_tensors(*config).size());
        for (const std::string& tensor : weights->names()) {
            std::vector<float> values(weights->find(tensor)->elements());
            EXPECT_TRUE(weights->read_f32(tensor, values).has_value()) << tensor;
        }
    }
}

TEST_F(Weights, NamesTheTensorThatDoesNotFitTheConfig) {
    const auto config = read_model_config(*fs_, golden_folder("qwen2"));
    const auto weights = ShardedWeights::open(*fs_, golden_folder("qwen2"));
    ASSERT_TRUE(config.has_value() && weights.has_value());
    ModelConfig other = *config;
    other.num_hidden_layers = 3;
    EXPECT_THAT(check_weights(other, *weights).error().message, HasSubstr("model.layers.2."));
    other = *config;
    other.intermediate_size = 96;
    EXPECT_THAT(check_weights(other, *weights).error().message, HasSubstr("[96, 48]"));
    other = *config;
    other.tie_word_embeddings = false;
    EXPECT_THAT(check_weights(other, *weights).error().message, HasSubstr("lm_head.weight"));
    other = *config;
    other.num_hidden_layers = 1;
    EXPECT_EQ(check_weights(other, *weights).error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(check_weights(other, *weights).error().message, HasSubstr("model.layers.1."));
}

TEST_F(Weights, IgnoresAHeadBesideTiedEmbeddings) {
    const auto config = read_model_config(*fs_, golden_folder("mistral"));
    const auto weights = ShardedWeights::open(*fs_, golden_folder("mistral"));
    ASSERT_TRUE(config.has_value() && weights.has_value());
    ModelConfig tied = *config;
    tied.tie_word_embeddings = true;
    EXPECT_TRUE(check_weights(tied, *weights).has_value());
}

}  // namespace
}  // namespace veritune::model
