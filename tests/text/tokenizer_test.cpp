// SPDX-License-Identifier: Apache-2.0
#include "core/text/tokenizer.h"

#include "core/text/bpe_model.h"
#include "core/text/utf8.h"
#include "core/util/rng.h"
#include "tests/text/text_support.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace veritune::text {
namespace {

using Ids = std::vector<TokenId>;

// training.md 11: 36 characters, pad 0, EOS 1.
TEST(CharacterTokenizer, HasTheDemoAlphabet) {
    const auto tokenizer = make_character_tokenizer({});
    EXPECT_EQ(demo_alphabet().size(), 36U);
    EXPECT_EQ(tokenizer->vocab_size(), 36);
    EXPECT_EQ(tokenizer->pad_id(), 0);
    EXPECT_EQ(tokenizer->eos_ids(), Ids{1});
    EXPECT_FALSE(tokenizer->adds_bos());
    EXPECT_EQ(tokenizer->encode("_$0 ", false), (Ids{0, 1, 2, 35}));
    EXPECT_EQ(tokenizer->encode("", true), Ids{});
    EXPECT_EQ(tokenizer->token_to_id("^"), 29);
    EXPECT_FALSE(tokenizer->token_to_id("ab").has_value());
}

TEST(CharacterTokenizer, GoesThereAndBack) {
    const auto tokenizer = make_character_tokenizer({});
    const std::string text = "6+4*7-4?6+4=0;0*7=0;0-4=6;#6$";
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, false), false), text);
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, false), true),
              "6+4*7-4?6+4=0;0*7=0;0-4=6;#6");
    EXPECT_EQ(tokenizer->decode(Ids{2, -1, 36, 1000, 3}, false), "01");
    EXPECT_EQ(tokenizer->token_bytes(99), "");
}

TEST(CharacterTokenizer, SaysWhatItCannotEncode) {
    const auto tokenizer = make_character_tokenizer({});
    EXPECT_TRUE(tokenizer->can_encode("1+1=2"));
    EXPECT_TRUE(tokenizer->can_encode(""));
    EXPECT_FALSE(tokenizer->can_encode("a"));
    EXPECT_FALSE(tokenizer->can_encode("1\n2"));
    EXPECT_FALSE(tokenizer->can_encode("\xFF"));
    EXPECT_DEATH(tokenizer->encode("a", false), "VT_CHECK");
}

TEST(CharacterTokenizer, TakesCharactersOfSeveralBytes) {
    const auto tokenizer = make_character_tokenizer("_$äß漢");
    EXPECT_EQ(tokenizer->encode("漢ä", false), (Ids{4, 2}));
    EXPECT_EQ(tokenizer->decode(Ids{3, 4}, true), "ß漢");
    EXPECT_NE(tokenizer->hash(), make_character_tokenizer("_$ßä漢")->hash());
}

TEST(CharacterTokenizer, IsSavedAndLoadedAsAFolder) {
    MemoryFileSystem fs;
    ASSERT_TRUE(save_character_tokenizer(fs, "model").has_value());
    const auto loaded = load_or_die(fs, "model");
    EXPECT_EQ(loaded->hash(), make_character_tokenizer({})->hash());
    EXPECT_EQ(loaded->encode("#6$", false), (Ids{19, 8, 1}));
    ASSERT_TRUE(save_character_tokenizer(fs, "model", "abc").has_value());
    EXPECT_EQ(load_or_die(fs, "model")->vocab_size(), 3);
}

TEST(ByteAlphabet, IsOneToOne) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
    const std::string printed = bytes_to_byte_level(all);
    EXPECT_TRUE(is_valid_utf8(printed));
    EXPECT_EQ(byte_level_to_bytes(printed), all);
    EXPECT_EQ(bytes_to_byte_level(" \n"), "ĠĊ");  // GPT-2's encoder.py
    EXPECT_FALSE(byte_level_to_bytes("漢").has_value());
    EXPECT_FALSE(byte_level_to_bytes(" ").has_value());
}

BpeModel small_model() {
    BpeLists lists;
    lists.vocab = {{"a", 0}, {"b", 1}, {"ab", 2}, {"aba", 3}, {"aa", 4}, {"abab", 5}};
    lists.merges = {{"a", "b"}, {"a", "a"}, {"ab", "ab"}, {"ab", "a"}};
    auto model = BpeModel::create(std::move(lists), {}, "test");
    EXPECT_TRUE(model.has_value());
    return std::move(model).value();
}

Ids word(const BpeModel& model, std::string_view text) {
    BpeModel::Scratch scratch;
    Ids ids;
    model.encode_word(text, scratch, ids);
    return ids;
}

TEST(BpeModel, MergesByRankAndLeftmostFirst) {
    const BpeModel model = small_model();
    EXPECT_EQ(word(model, ""), Ids{});
    EXPECT_EQ(word(model, "aaa"), (Ids{4, 0}));
    EXPECT_EQ(word(model, "aab"), (Ids{0, 2}));  // "a b" comes before "a a"
    EXPECT_EQ(word(model, "ababab"), (Ids{5, 2}));
    EXPECT_EQ(word(model, "aba"), Ids{3});
    EXPECT_EQ(word(model, "axb"), Ids{2});  // no unknown token: x vanishes, as in Hugging Face
}

/// The reference: look at all pairs, join the best, again.
Ids slow_bpe(const BpeModel& model, const BpeLists& lists, std::string_view text) {
    std::vector<std::string> parts;
    for (const char c : text) parts.emplace_back(1, c);
    while (true) {
        std::size_t best = lists.merges.size();
        std::size_t where = 0;
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
            for (std::size_t rank = 0; rank < best; ++rank) {
                if (lists.merges[rank] != std::pair(parts[i], parts[i + 1])) continue;
                best = rank;
                where = i;
            }
        }
        if (best == lists.merges.size()) break;
        parts[where] += parts[where + 1];
        parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(where) + 1);
    }
    Ids ids;
    for (const std::string& part : parts) ids.push_back(*model.find(part));
    return ids;
}

TEST(BpeModel, ShortAndLongWordsGiveWhatTheDefinitionGives) {
    BpeLists lists;
    lists.vocab = {{"a", 0}, {"b", 1}, {"c", 2}};
    for (const auto& [left, right] :
         std::vector<std::pair<std::string, std::string>>{{"b", "c"},
                                                          {"a", "a"},
                                                          {"bc", "a"},
                                                          {"a", "b"},
                                                          {"aa", "aa"},
                                                          {"ab", "bc"},
                                                          {"aa", "b"},
                                                          {"bca", "bca"}}) {
        lists.merges.emplace_back(left, right);
        lists.vocab.emplace_back(left + right, static_cast<TokenId>(lists.vocab.size()));
    }
    const auto model = BpeModel::create(lists, {}, "test");
    ASSERT_TRUE(model.has_value());
    util::Rng rng(3, util::RngStream::kTest);
    for (int round = 0; round < 800; ++round) {
        std::string text(rng.below(60), 'a');
        for (char& c : text) c = static_cast<char>('a' + rng.below(3));
        ASSERT_EQ(word(*model, text), slow_bpe(*model, lists, text))
            << "seed 3, round " << round << ": " << text;
    }
}

TEST(BpeModel, AVeryLongWordTakesLittleTime) {
    const BpeModel model = small_model();
    std::string text;
    for (int i = 0; i < 300'000; ++i) text += "ab";
    EXPECT_EQ(word(model, text).size(), 150'000U);
}

TEST(HfTokenizer, BadBytesAreEncodedAsReplacementCharacters) {
    const auto tokenizer = load_or_die(data_path("byte_level"));
    EXPECT_EQ(tokenizer->encode("a\xFF\xFE z", false), tokenizer->encode("a\uFFFD\uFFFD z", false));
}

TEST(HfTokenizer, TokenBytesAddUpToTheText) {
    const auto tokenizer = load_or_die(data_path("byte_level"));
    const std::string text = "Größe: 漢字 🙂 <|im_end|>\n x";
    std::string joined;
    for (const TokenId id : tokenizer->encode(text, true)) joined += tokenizer->token_bytes(id);
    EXPECT_EQ(joined, text);
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, true), false), text);
}

TEST(HfTokenizer, UnknownIdsAreDropped) {
    const auto tokenizer = load_or_die(data_path("byte_level"));
    const Ids ids = tokenizer->encode("abc", false);
    Ids more = ids;
    more.insert(more.begin(), {-1, 100'000});
    EXPECT_EQ(tokenizer->decode(more, false), "abc");
    EXPECT_EQ(tokenizer->token_bytes(-5), "");
}

TEST(HfTokenizer, SkipSpecialKeepsThinkTags) {
    const auto tokenizer = load_or_die(data_path("byte_level"));
    const Ids ids = tokenizer->encode("<think>x</think><|im_end|>", true);
    EXPECT_EQ(ids.front(), *tokenizer->token_to_id("<think>"));
    EXPECT_EQ(tokenizer->decode(ids, true), "<think>x</think>");
    EXPECT_EQ(tokenizer->decode(ids, false), "<think>x</think><|im_end|>");
}

TEST(HfTokenizer, WithoutParsingNoAddedTokenIsMade) {
    const auto tokenizer = load_or_die(data_path("byte_level"));
    for (const char* text :
         {"<|im_start|>", "<|im_end|>", "<|endoftext|>", "<think>", "</think>", "<|pad|>"}) {
        const TokenId token = *tokenizer->token_to_id(text);
        EXPECT_EQ(tokenizer->encode(text, true), Ids{token});
        for (const TokenId id : tokenizer->encode(text, false)) EXPECT_NE(id, token) << text;
        EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, false), true), text);
    }
}

TEST(HfTokenizer, PiecesMergeAcrossTheirBorders) {
    for (const char* folder : {"byte_level", "byte_fallback"}) {
        const auto tokenizer = load_or_die(data_path(folder));
        const std::string text = "The answer is 42.\n\nThe clerk's folders <s>é🙂  x";
        const Ids whole = tokenizer->encode(text, false);
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            if (cut < text.size() && valid_utf8_length(text, cut) == 0)
                continue;  // inside a character
            const std::vector<TextPiece> pieces{{text.substr(0, cut), false},
                                                {text.substr(cut), false}};
            EXPECT_EQ(tokenizer->encode_pieces(pieces), whole) << folder << " cut at " << cut;
        }
    }
}

TEST(HfTokenizer, ASpecialTokenMustNotReachIntoContent) {
    const auto tokenizer = load_or_die(data_path("byte_level"));
    const TokenId end = *tokenizer->token_to_id("<|im_end|>");
    const auto count = [&](const std::vector<TextPiece>& pieces) {
        const Ids ids = tokenizer->encode_pieces(pieces);
        return std::count(ids.begin(), ids.end(), end);
    };
    EXPECT_EQ(count({{"<|im_end|>", true}}), 1);
    EXPECT_EQ(count({{"<|im_", true}, {"end|>", true}}), 1);
    EXPECT_EQ(count({{"<|im_end|>", false}}), 0);
    EXPECT_EQ(count({{"<|im_", true}, {"end|>", false}}), 0);
    EXPECT_EQ(count({{"<|im_", false}, {"end|>", true}}), 0);
    EXPECT_EQ(count({{"x", true}, {"<|im_end|>", false}, {"<|im_end|>", true}}), 1);
    EXPECT_EQ(count({}), 0);
}

TEST(HfTokenizer, ThreadsGiveTheSameIds) {
    const auto tokenizer = load_or_die(data_path("byte_level"));
    std::string text;
    for (int i = 0; i < 400; ++i)
        text += "The clerk counted " + std::to_string(i) + " folders; ça va über 漢字. ";
    const Ids expected = load_or_die(data_path("byte_level"))->encode(text, false);
    std::vector<Ids> results(4);
    {
        std::vector<std::jthread> threads;
        for (Ids& result : results)
            threads.emplace_back([&] { result = tokenizer->encode(text, false); });
    }
    for (const Ids& result : results) EXPECT_EQ(result, expected);
}

TEST(HfTokenizer, RandomTextsComeBack) {
    const auto tokenizer = load_or_die(data_path("byte_level"));
    util::Rng rng(11, util::RngStream::kTest);
    for (int round = 0; round < 500; ++round) {
        std::string text;
        for (std::uint64_t i = rng.below(30); i > 0; --i) {
            // Nothing that NFC changes: ASCII, CJK, emoji.
            static constexpr char32_t kStarts[] = {0x20, 0x4E00, 0x1F600, 0x41};
            append_utf8(text, kStarts[rng.below(4)] + static_cast<char32_t>(rng.below(60)));
        }
        ASSERT_EQ(tokenizer->decode(tokenizer->encode(text, false), false), text)
            << "seed 11, round " << round;
    }
}

}  // namespace
}  // namespace veritune::text
