// SPDX-License-Identifier: Apache-2.0
// Expected ids come from `tokenizers` 0.22.2 (tests/golden/make_tokenizer_goldens.py) and from
// ../shared/data.
#include "core/text/tokenizer.h"
#include "core/text/utf8.h"
#include "tests/text/text_support.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

namespace veritune::text {
namespace {

using util::Json;
using Ids = std::vector<TokenId>;

/// All rows of one golden file: ids with and without special tokens, and both ways back.
void check_rows(const Tokenizer& tokenizer, const std::string& file, std::size_t at_least) {
    const std::vector<Json> rows = read_json_lines(file);
    ASSERT_GE(rows.size(), at_least);
    for (const Json& row : rows) {
        const std::string text = row["text"];
        const Ids ids = row["ids"];
        EXPECT_EQ(tokenizer.encode(text, true), ids) << row["text"];
        if (row.contains("plain")) {
            EXPECT_EQ(tokenizer.encode(text, false), row["plain"].get<Ids>()) << row["text"];
        }
        if (!row.contains("decoded")) continue;
        EXPECT_EQ(sanitize_utf8(tokenizer.decode(ids, false)), row["decoded"].get<std::string>())
            << row["text"];
        EXPECT_EQ(sanitize_utf8(tokenizer.decode(ids, true)), row["skipped"].get<std::string>())
            << row["text"];
    }
}

TEST(TokenizerGolden, ByteLevelGivesTheReferenceIds) {
    check_rows(*load_or_die(data_path("byte_level")), data_path("byte_level.jsonl"), 200);
}

TEST(TokenizerGolden, ByteFallbackGivesTheReferenceIds) {
    check_rows(*load_or_die(data_path("byte_fallback")), data_path("byte_fallback.jsonl"), 200);
}

TEST(TokenizerGolden, MistralGivesTheReferenceIds) {
    VT_NEED_SHARED(folder, "tokenizers/mistral-7b-instruct-v0.2");
    check_rows(*load_or_die(folder), data_path("mistral.jsonl"), 200);
}

/// Patterns, digits, Metaspace, normalisers and model options, as changes of the two small
/// tokenizers.
TEST(TokenizerGolden, EveryVariantGivesTheReferenceIds) {
    const std::vector<Json> variants = read_json_lines(data_path("variants.jsonl"));
    ASSERT_GE(variants.size(), 20U);
    for (const Json& variant : variants) {
        const std::string base = data_path(variant["base"].get<std::string>());
        Json file = Json::parse(read_file(base + "/tokenizer.json"));
        Json& target = variant["in_model"] ? file["model"] : file;
        for (const auto& [key, value] : variant["patch"].items()) target[key] = value;
        MemoryFileSystem fs;
        fs.files["m/tokenizer.json"] = file.dump();
        fs.files["m/tokenizer_config.json"] = read_file(base + "/tokenizer_config.json");
        const auto tokenizer = load_tokenizer(fs, "m");
        ASSERT_TRUE(tokenizer.has_value()) << variant["name"] << to_string(tokenizer.error());
        for (const Json& one : variant["cases"]) {
            EXPECT_EQ((*tokenizer)->encode(one[0].get<std::string>(), true), one[1].get<Ids>())
                << variant["name"] << ' ' << one[0];
        }
    }
}

/// The parts between the marks, the last one included (the 47th vector is the empty text).
std::vector<std::string> split_by(const std::string& text, const std::string& mark) {
    std::vector<std::string> parts;
    std::size_t pos = 0;
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, pos)) {
        parts.push_back(text.substr(pos, at - pos));
        pos = at + mark.size();
    }
    parts.push_back(text.substr(pos));
    return parts;
}

void check_public_vectors(const Tokenizer& tokenizer, const std::string& prefix) {
    const std::vector<std::string> texts =
        split_by(read_file(prefix + ".inp"), "\n__ggml_vocab_test__\n");
    const std::vector<std::string> lines = split_by(read_file(prefix + ".out"), "\n");
    ASSERT_EQ(texts.size(), 47U);
    ASSERT_EQ(lines.size(), 47U);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        std::istringstream numbers(lines[i]);
        Ids expected;
        for (TokenId id = 0; numbers >> id;) expected.push_back(id);
        EXPECT_EQ(tokenizer.encode(texts[i], false), expected)
            << "vector " << i << ": " << texts[i];
    }
}

TEST(TokenizerGolden, Qwen25GivesAll47PublicVectors) {
    VT_NEED_SHARED(folder, "tokenizers/qwen2.5-7b-instruct");
    VT_NEED_SHARED(vectors, "tokenizers/vectors");
    check_public_vectors(*load_or_die(folder), vectors + "/qwen2");
}

TEST(TokenizerGolden, Gpt2GivesAll47PublicVectors) {
    VT_NEED_SHARED(folder, "tokenizers/gpt2");
    VT_NEED_SHARED(vectors, "tokenizers/vectors");
    check_public_vectors(*load_or_die(folder), vectors + "/gpt-2");
}

TEST(TokenizerGolden, Qwen25GivesAll221GoldenLines) {
    VT_NEED_SHARED(folder, "tokenizers/qwen2.5-7b-instruct");
    VT_NEED_SHARED(golden, "tokenizers/vectors/qwen2.5_golden.jsonl");
    const auto tokenizer = load_or_die(folder);
    const std::vector<Json> rows = read_json_lines(golden);
    EXPECT_EQ(rows.size(), 221U);
    for (const Json& row : rows) {
        EXPECT_EQ(tokenizer->encode(row["text"].get<std::string>(), true), row["ids"].get<Ids>())
            << row["text"];
    }
}

TEST(TokenizerGolden, Qwen25KnowsItsSpecialTokens) {
    VT_NEED_SHARED(folder, "tokenizers/qwen2.5-7b-instruct");
    const auto tokenizer = load_or_die(folder);
    EXPECT_EQ(tokenizer->vocab_size(), 151665);  // kernels.md: v_real
    EXPECT_EQ(tokenizer->eos_ids(), (Ids{151645, 151643}));
    EXPECT_EQ(tokenizer->pad_id(), 151643);
    EXPECT_FALSE(tokenizer->bos_id().has_value());
    EXPECT_FALSE(tokenizer->adds_bos());
    EXPECT_EQ(tokenizer->token_to_id("<|im_start|>"), 151644);
    EXPECT_EQ(tokenizer->token_bytes(151644), "<|im_start|>");
    EXPECT_EQ(tokenizer->hash().size(), 64U);
}

TEST(TokenizerGolden, MistralKnowsItsSpecialTokens) {
    VT_NEED_SHARED(folder, "tokenizers/mistral-7b-instruct-v0.2");
    const auto tokenizer = load_or_die(folder);
    EXPECT_EQ(tokenizer->vocab_size(), 32000);
    EXPECT_EQ(tokenizer->bos_id(), 1);
    EXPECT_TRUE(tokenizer->adds_bos());
    EXPECT_EQ(tokenizer->eos_ids(), Ids{2});
    EXPECT_EQ(tokenizer->pad_id(), 2);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Goals: load <= 0.6 s, encode >= 1 MB/s on one core. The limits asserted are looser, for busy
/// machines; the figures are printed.
TEST(TokenizerSpeedSlow, Qwen25LoadsAndEncodesGsm8kFastEnough) {
    VT_NEED_SHARED(folder, "tokenizers/qwen2.5-7b-instruct");
    VT_NEED_SHARED(data, "gsm8k/train.jsonl");
    const auto start = std::chrono::steady_clock::now();
    const auto tokenizer = load_or_die(folder);
    const double load = seconds_since(start);
    std::string text;
    for (const Json& row : read_json_lines(data)) {
        text += row["question"].get<std::string>() + "\n" + row["answer"].get<std::string>() + "\n";
    }
    const auto begin = std::chrono::steady_clock::now();
    const std::size_t tokens = tokenizer->encode(text, false).size();
    const double encode = seconds_since(begin);
    const double rate = static_cast<double>(text.size()) / 1e6 / encode;
    std::printf(
        "load %.3f s, encode %.2f MB/s (%zu bytes, %zu tokens)\n", load, rate, text.size(), tokens);
    EXPECT_GT(tokens, text.size() / 8);
    EXPECT_LT(load, 3.0);
    EXPECT_GT(rate, 0.3);
}

}  // namespace
}  // namespace veritune::text
