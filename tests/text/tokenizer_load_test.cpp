// SPDX-License-Identifier: Apache-2.0
// Folders that are incomplete, damaged or hostile: one clear error each, never a crash.
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_json.h"
#include "core/util/rng.h"
#include "tests/text/text_support.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace veritune::text {
namespace {

using util::ErrorCode;
using util::Json;
using Ids = std::vector<TokenId>;

Json small_file() {
    return Json::parse(R"({
        "version": "1.0",
        "added_tokens": [{"id": 4, "content": "<eos>", "special": true, "normalized": false}],
        "normalizer": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
        "post_processor": null,
        "decoder": {"type": "ByteLevel"},
        "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "Ġ": 3}, "merges": ["a b"]}
    })");
}

util::Result<std::unique_ptr<Tokenizer>> load_files(
    const std::string& tokenizer, const std::string& config = R"({"eos_token": "<eos>"})") {
    MemoryFileSystem fs;
    if (!tokenizer.empty()) fs.files["m/tokenizer.json"] = tokenizer;
    if (!config.empty()) fs.files["m/tokenizer_config.json"] = config;
    return load_tokenizer(fs, "m");
}

TEST(LoadTokenizer, TheSmallFileLoads) {
    const auto tokenizer = load_files(small_file().dump());
    ASSERT_TRUE(tokenizer.has_value()) << to_string(tokenizer.error());
    EXPECT_EQ((*tokenizer)->encode("ab ab<eos>", true), (Ids{2, 3, 2, 4}));
    EXPECT_EQ((*tokenizer)->vocab_size(), 5);
    EXPECT_EQ((*tokenizer)->eos_ids(), Ids{4});
    EXPECT_EQ((*tokenizer)->pad_id(), 4);
}

TEST(LoadTokenizer, OldFilesWithoutATypeLoad) {
    Json file = small_file();
    file["model"].erase("type");
    EXPECT_TRUE(load_files(file.dump()).has_value());
}

TEST(LoadTokenizer, MergesMayBePairs) {
    Json file = small_file();
    file["model"]["merges"] = Json::parse(R"([["a", "b"]])");
    const auto tokenizer = load_files(file.dump());
    ASSERT_TRUE(tokenizer.has_value());
    EXPECT_EQ((*tokenizer)->hash(), (*load_files(small_file().dump()))->hash());
}

struct BadFile {
    const char* name;
    ErrorCode code;
    const char* says;  ///< part of the message
    std::function<void(Json&)> change;
};

TEST(LoadTokenizer, EachRuleHasItsError) {
    const std::vector<BadFile> cases{
        {"unigram",
         ErrorCode::kUnsupported,
         "Unigram",
         [](Json& f) { f["model"] = Json::parse(R"({"type":"Unigram","vocab":[["a",-1.5]]})"); }},
        {"wordpiece",
         ErrorCode::kUnsupported,
         "WordPiece",
         [](Json& f) { f["model"]["type"] = "WordPiece"; }},
        {"no model",
         ErrorCode::kCorruptData,
         "model is missing",
         [](Json& f) { f.erase("model"); }},
        {"no vocab",
         ErrorCode::kCorruptData,
         "vocabulary is empty",
         [](Json& f) { f["model"].erase("vocab"); }},
        {"suffix",
         ErrorCode::kUnsupported,
         "end_of_word_suffix",
         [](Json& f) { f["model"]["end_of_word_suffix"] = "</w>"; }},
        {"dropout",
         ErrorCode::kUnsupported,
         "dropout",
         [](Json& f) { f["model"]["dropout"] = 0.1; }},
        {"double id",
         ErrorCode::kCorruptData,
         "occurs twice",
         [](Json& f) { f["model"]["vocab"]["b"] = 0; }},
        {"negative id",
         ErrorCode::kCorruptData,
         "not a whole number",
         [](Json& f) { f["model"]["vocab"]["b"] = -1; }},
        {"huge id",
         ErrorCode::kCorruptData,
         "limit is 1048576",
         [](Json& f) { f["model"]["vocab"]["b"] = 4'000'000'000U; }},
        {"text id",
         ErrorCode::kCorruptData,
         "not a whole number",
         [](Json& f) { f["model"]["vocab"]["b"] = "1"; }},
        {"nested vocab",
         ErrorCode::kCorruptData,
         "inside a token",
         [](Json& f) { f["model"]["vocab"]["b"] = Json::object(); }},
        {"array in vocab",
         ErrorCode::kCorruptData,
         "inside a token",
         [](Json& f) { f["model"]["vocab"]["b"] = Json::array(); }},
        {"long token",
         ErrorCode::kCorruptData,
         "too long",
         [](Json& f) { f["model"]["vocab"][std::string(5000, 'x')] = 9; }},
        {"unknown merge",
         ErrorCode::kCorruptData,
         "not in the vocabulary",
         [](Json& f) { f["model"]["merges"].push_back("b b"); }},
        {"one-part merge",
         ErrorCode::kCorruptData,
         "two tokens",
         [](Json& f) { f["model"]["merges"].push_back("ab"); }},
        {"three-part merge",
         ErrorCode::kCorruptData,
         "two tokens",
         [](Json& f) { f["model"]["merges"].push_back("a b a"); }},
        {"triple merge",
         ErrorCode::kCorruptData,
         "not a pair",
         [](Json& f) {
             f["model"]["merges"].push_back({"a", "b", "a"});
         }},
        {"single merge",
         ErrorCode::kCorruptData,
         "not a pair",
         [](Json& f) { f["model"]["merges"].push_back(Json::array({"a"})); }},
        {"number merge",
         ErrorCode::kCorruptData,
         "not text",
         [](Json& f) { f["model"]["merges"].push_back(7); }},
        {"object merge",
         ErrorCode::kCorruptData,
         "inside a token",
         [](Json& f) { f["model"]["merges"].push_back(Json::object()); }},
        {"missing unk",
         ErrorCode::kCorruptData,
         "unknown token",
         [](Json& f) { f["model"]["unk_token"] = "<unk>"; }},
        {"swapped added id",
         ErrorCode::kCorruptData,
         "vocabulary gives it",
         [](Json& f) {
             f["added_tokens"].push_back({{"id", 7}, {"content", "ab"}});
         }},
        {"stolen id",
         ErrorCode::kCorruptData,
         "takes the id",
         [](Json& f) { f["added_tokens"][0]["id"] = 2; }},
        {"added twice",
         ErrorCode::kCorruptData,
         "occurs twice",
         [](Json& f) { f["added_tokens"].push_back(f["added_tokens"][0]); }},
        {"added without content",
         ErrorCode::kCorruptData,
         "no content",
         [](Json& f) { f["added_tokens"][0].erase("content"); }},
        {"added without id",
         ErrorCode::kCorruptData,
         "id of an added token",
         [](Json& f) { f["added_tokens"][0].erase("id"); }},
        {"added no list",
         ErrorCode::kCorruptData,
         "must be a list",
         [](Json& f) { f["added_tokens"] = "x"; }},
        {"normalizer",
         ErrorCode::kUnsupported,
         "\"Lowercase\"",
         [](Json& f) {
             f["normalizer"] = {{"type", "Lowercase"}};
         }},
        {"normalizer regex",
         ErrorCode::kUnsupported,
         "regular expression",
         [](Json& f) {
             f["normalizer"] =
                 Json::parse(R"({"type":"Replace","pattern":{"Regex":"a"},"content":"b"})");
         }},
        {"pre-tokenizer",
         ErrorCode::kUnsupported,
         "\"BertPreTokenizer\"",
         [](Json& f) {
             f["pre_tokenizer"] = {{"type", "BertPreTokenizer"}};
         }},
        {"split pattern",
         ErrorCode::kUnsupported,
         "pattern is not understood",
         [](Json& f) {
             f["pre_tokenizer"] =
                 Json::parse(R"({"type":"Split","pattern":{"Regex":"(("},"behavior":"Isolated"})");
         }},
        {"split behavior",
         ErrorCode::kUnsupported,
         "behavior",
         [](Json& f) {
             f["pre_tokenizer"] =
                 Json::parse(R"({"type":"Split","pattern":{"Regex":"a"},"behavior":"Sideways"})");
         }},
        {"after ByteLevel",
         ErrorCode::kUnsupported,
         "after ByteLevel",
         [](Json& f) {
             f["pre_tokenizer"] = Json::parse(
                 R"({"type":"Sequence","pretokenizers":[{"type":"ByteLevel"},{"type":"Digits"}]})");
         }},
        {"decoder",
         ErrorCode::kUnsupported,
         "another decoder",
         [](Json& f) {
             f["decoder"] = {{"type", "WordPiece"}};
         }},
        {"deep",
         ErrorCode::kCorruptData,
         "nested too deep",
         [](Json& f) {
             Json deep = 1;
             for (int i = 0; i < 40; ++i) deep = Json::array({deep});
             f["x"] = deep;
         }},
    };
    for (const BadFile& one : cases) {
        Json file = small_file();
        one.change(file);
        const auto result = load_files(file.dump());
        ASSERT_FALSE(result.has_value()) << one.name;
        EXPECT_EQ(result.error().code, one.code) << one.name << ": " << to_string(result.error());
        EXPECT_NE(result.error().message.find(one.says), std::string::npos)
            << one.name << ": " << to_string(result.error());
    }
}

TEST(LoadTokenizer, ADuplicateKeyIsRefused) {
    std::string text = small_file().dump();
    text.insert(1, R"("version": "1.0",)");
    EXPECT_EQ(load_files(text).error().code, ErrorCode::kCorruptData);
    std::string vocab = small_file().dump();
    vocab.replace(vocab.find(R"("a":0)"), 5, R"("a":0,"a":9)");
    EXPECT_EQ(load_files(vocab).error().code, ErrorCode::kCorruptData);
}

TEST(LoadTokenizer, EveryTruncationIsOneError) {
    const std::string whole = small_file().dump();
    for (std::size_t length = 1; length < whole.size(); ++length) {
        const auto result = load_files(whole.substr(0, length));
        ASSERT_FALSE(result.has_value()) << length;
        EXPECT_EQ(result.error().code, ErrorCode::kCorruptData) << length;
    }
    EXPECT_FALSE(load_files("{}").has_value());
    EXPECT_FALSE(load_files("[]").has_value());
    EXPECT_FALSE(load_files("\"text\"").has_value());
    EXPECT_FALSE(load_files("7").has_value());
    EXPECT_FALSE(load_files(std::string(100'000, '[')).has_value());
}

TEST(LoadTokenizer, DamagedBytesNeverCrash) {
    const std::string whole = read_file(data_path("byte_fallback/tokenizer.json"));
    util::Rng rng(5, util::RngStream::kTest);
    int refused = 0;
    for (int round = 0; round < 300; ++round) {
        std::string damaged = whole;
        for (int i = 0; i < 3; ++i)
            damaged[rng.below(damaged.size())] = static_cast<char>(rng.below(256));
        const auto result = load_files(damaged, R"({"eos_token": "</s>"})");
        if (!result.has_value()) {
            ++refused;
            EXPECT_NE(result.error().code, ErrorCode::kInternal);
        } else {
            EXPECT_FALSE((*result)->encode("a b", true).empty());
        }
    }
    EXPECT_GT(refused, 50) << "seed 5";
}

TEST(LoadTokenizer, AnEmptyFolderSaysWhatIsMissing) {
    const auto result = load_files("", "");
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kNotFound);
    EXPECT_NE(result.error().message.find("tokenizer.json"), std::string::npos);
}

TEST(LoadTokenizer, AHugeFileIsRefused) {
    EXPECT_FALSE(load_files(std::string((64U << 20) + 1, ' ')).has_value());
    TokenizerLimits limits;
    limits.max_merges = 0;
    EXPECT_EQ(read_tokenizer_json(small_file().dump(), "t", limits).error().code,
              ErrorCode::kCorruptData);
    limits = {};
    limits.max_nodes = 3;
    EXPECT_FALSE(read_tokenizer_json(small_file().dump(), "t", limits).has_value());
    limits = {};
    limits.max_tokenizer_bytes = 10;
    EXPECT_FALSE(read_tokenizer_json(small_file().dump(), "t", limits).has_value());
}

TEST(LoadTokenizer, ConfigRulesHaveTheirErrors) {
    const std::string file = small_file().dump();
    EXPECT_EQ(load_files(file, "").error().code,
              ErrorCode::kUnsupported);  // nobody names an end token
    EXPECT_EQ(load_files(file, R"({"eos_token": "nope"})").error().code, ErrorCode::kCorruptData);
    EXPECT_EQ(load_files(file, R"({"eos_token": "<eos>", "pad_token": "nope"})").error().code,
              ErrorCode::kCorruptData);
    EXPECT_EQ(load_files(file, R"({"eos_token": )").error().code, ErrorCode::kCorruptData);
    EXPECT_EQ(
        load_files(file,
                   R"({"eos_token": "<eos>", "added_tokens_decoder": {"x": {"content": "y"}}})")
            .error()
            .code,
        ErrorCode::kCorruptData);
    EXPECT_EQ(
        load_files(file,
                   R"({"eos_token": "<eos>", "added_tokens_decoder": {"5": {"content": "<eos>"}}})")
            .error()
            .code,
        ErrorCode::kCorruptData);
    EXPECT_EQ(
        load_files(
            file,
            R"({"eos_token": "<eos>", "added_tokens_decoder": {"99999999999999999999": {"content": "y"}}})")
            .error()
            .code,
        ErrorCode::kCorruptData);
}

TEST(LoadTokenizer, ConfigMayAddTokensAndHugeNumbers) {
    const auto tokenizer = load_files(small_file().dump(), R"({
        "eos_token": {"content": "<eos>"}, "pad_token": "<more>", "bos_token": "a", "add_bos_token": true,
        "model_max_length": 1000000000000000019884624838656,
        "added_tokens_decoder": {"4": {"content": "<eos>", "special": true}, "6": {"content": "<more>", "special": true}}})");
    ASSERT_TRUE(tokenizer.has_value()) << to_string(tokenizer.error());
    EXPECT_EQ((*tokenizer)->pad_id(), 6);
    EXPECT_EQ((*tokenizer)->vocab_size(), 7);
    EXPECT_EQ((*tokenizer)->bos_id(), 0);
    EXPECT_TRUE((*tokenizer)->adds_bos());
    EXPECT_EQ((*tokenizer)->encode("<more>b", true), (Ids{6, 1}));
}

TEST(LoadTokenizer, EndTokensComeFromAllFilesInOrder) {
    MemoryFileSystem fs;
    fs.files["m/tokenizer.json"] = small_file().dump();
    fs.files["m/special_tokens_map.json"] = R"({"eos_token": "<eos>"})";
    fs.files["m/generation_config.json"] = R"({"eos_token_id": [1, 4, 0]})";
    fs.files["m/config.json"] = R"({"eos_token_id": 2, "pad_token_id": 3})";
    const auto tokenizer = load_or_die(fs, "m");
    EXPECT_EQ(tokenizer->eos_ids(), (Ids{4, 1, 0, 2}));
    EXPECT_EQ(tokenizer->pad_id(), 3);
    fs.files["m/config.json"] = R"({"eos_token_id": 77})";
    EXPECT_EQ(load_tokenizer(fs, "m").error().code, ErrorCode::kCorruptData);
    fs.files["m/config.json"] = R"({"eos_token_id": -1})";
    EXPECT_EQ(load_tokenizer(fs, "m").error().code, ErrorCode::kCorruptData);
}

TEST(LoadTokenizer, APostProcessorMayAskForBos) {
    Json file = small_file();
    file["added_tokens"].push_back({{"id", 5}, {"content", "<bos>"}, {"special", true}});
    file["post_processor"] =
        Json::parse(R"({"type": "Sequence", "processors": [{"type": "ByteLevel"},
        {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<bos>"}}, {"Sequence": {"id": "A"}}]}]})");
    const auto tokenizer = load_files(file.dump());
    ASSERT_TRUE(tokenizer.has_value());
    EXPECT_EQ((*tokenizer)->bos_id(), 5);
    EXPECT_TRUE((*tokenizer)->adds_bos());
    EXPECT_EQ((*tokenizer)->encode("a", true), Ids{0});  // encode itself never adds it
}

TEST(LoadTokenizer, VocabAndMergesNeedAKnownClass) {
    MemoryFileSystem fs;
    fs.files["m/vocab.json"] = R"({"a": 0, "b": 1, "ab": 2, "<|endoftext|>": 3, "1": 4})";
    fs.files["m/merges.txt"] = "#version: 0.2\na b\n";
    EXPECT_EQ(load_tokenizer(fs, "m").error().code, ErrorCode::kUnsupported);
    fs.files["m/tokenizer_config.json"] =
        R"({"tokenizer_class": "GPT2Tokenizer", "eos_token": "<|endoftext|>"})";
    EXPECT_EQ(load_or_die(fs, "m")->encode("ab<|endoftext|>", true), (Ids{2, 3}));
    fs.files["m/tokenizer_config.json"] = R"({"tokenizer_class": "T5Tokenizer"})";
    EXPECT_EQ(load_tokenizer(fs, "m").error().code, ErrorCode::kUnsupported);
    fs.files.erase("m/tokenizer_config.json");
    fs.files["m/config.json"] = R"({"model_type": "qwen2", "eos_token_id": 3})";
    EXPECT_EQ(load_or_die(fs, "m")->encode("ab11", true), (Ids{2, 4, 4}));
    fs.files["m/merges.txt"] = "a b\nbroken\n";
    EXPECT_EQ(load_tokenizer(fs, "m").error().code, ErrorCode::kCorruptData);
    fs.files["m/merges.txt"] = "a b\n";
    fs.files["m/vocab.json"] = "[]";
    EXPECT_EQ(load_tokenizer(fs, "m").error().code, ErrorCode::kCorruptData);
}

TEST(LoadTokenizer, BadCharacterAlphabetsAreRefused) {
    const auto load = [](const char* alphabet) {
        return load_files(std::string(R"({"model": {"type": "veritune_character", "alphabet": )") +
                          alphabet + "}}");
    };
    EXPECT_TRUE(load("\"_$a\"").has_value());
    for (const char* bad : {"\"\"", "\"_$\"", "\"_$aa\"", "7", "null"}) {
        ASSERT_FALSE(load(bad).has_value()) << bad;
        EXPECT_EQ(load(bad).error().code, ErrorCode::kCorruptData);
    }
}

TEST(LoadTokenizer, TheHashSeesEveryPart) {
    const std::string base = (*load_files(small_file().dump()))->hash();
    EXPECT_EQ((*load_files(small_file().dump(2)))->hash(), base);  // white space is nothing
    const std::vector<std::function<void(Json&)>> changes{
        [](Json& f) { f["model"]["vocab"]["c"] = 9; },
        [](Json& f) { f["model"]["merges"] = Json::array(); },
        [](Json& f) {
            f["normalizer"] = {{"type", "NFC"}};
        },
        [](Json& f) { f["pre_tokenizer"]["add_prefix_space"] = true; },
        [](Json& f) { f["added_tokens"][0]["lstrip"] = true; },
        [](Json& f) {
            f["added_tokens"].push_back({{"id", 8}, {"content", "<x>"}});
        },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        Json file = small_file();
        changes[i](file);
        const auto changed = load_files(file.dump());
        ASSERT_TRUE(changed.has_value()) << i;
        EXPECT_NE((*changed)->hash(), base) << i;
    }
}

}  // namespace
}  // namespace veritune::text
