// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/tokenizer.h"
#include "core/text/tokenizer_json.h"
#include "core/util/result.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace veritune::text {

/// GPT-2's one-to-one map between the 256 bytes and printable characters.
/// returns  nullopt when a character of `token` is not one of the 256
std::optional<std::string> byte_level_to_bytes(std::string_view token);
std::string bytes_to_byte_level(std::string_view bytes);

struct BpeOptions {
    /// Symbols are bytes, written in the file as GPT-2's printable characters; otherwise symbols
    /// are characters.
    bool byte_level = false;
    /// A character that is no token becomes its bytes <0xXX>, if all of them are tokens.
    bool byte_fallback = false;
    /// A word that is a token is that token, whatever the merges say (Llama 3).
    bool ignore_merges = false;
    /// Neighbouring unknown characters become one unknown token.
    bool fuse_unknown = false;
    std::string unknown_token;  ///< empty = unknown characters vanish, as in Hugging Face
};

/// Byte-pair encoding: repeatedly joins the neighbouring pair whose merge comes first in the list,
/// leftmost first. Immutable, but for a table that remembers which tokens are what BPE makes of
/// their own text. source  Sennrich et al. 2016 (arXiv 1508.07909); test  tokenizer_golden_test.cpp
class BpeModel {
  public:
    /// errors  kCorruptData: a duplicate token or id, a merge of or into something that is no token
    static util::Result<BpeModel> create(BpeLists lists, BpeOptions options, std::string_view what);

    /// Working memory of encode_word; one per caller.
    struct Scratch {
        struct Symbol {
            TokenId id;
            std::int32_t previous;
            std::int32_t next;  ///< -1 at the end
        };
        std::vector<Symbol> symbols;
        std::vector<std::uint64_t> heap;
    };

    /// Appends the ids of one word. word is valid UTF-8 unless byte_level.
    /// cost  O(n log n) for any text
    void encode_word(std::string_view word, Scratch& scratch, std::vector<TokenId>& out) const;

    /// One more than the largest id.
    std::int64_t size() const { return static_cast<std::int64_t>(tokens_.size()); }
    bool has_id(TokenId id) const;
    /// byte_level: the bytes (or the text itself when it is not in GPT-2's alphabet); otherwise the
    /// text.
    const std::string& token(TokenId id) const { return tokens_[static_cast<std::size_t>(id)]; }
    /// By the text in the file.
    std::optional<TokenId> find(std::string_view file_token) const;
    const BpeOptions& options() const { return options_; }
    std::size_t merge_count() const { return merge_count_; }
    /// Feeds everything that decides the result, in id and rank order.
    template <typename Sink>
    void describe(Sink&& sink) const;

  private:
    struct MergeSlot {
        std::uint64_t pair = kNoPair;
        std::uint32_t rank = 0;
        TokenId result = 0;
    };
    static constexpr std::uint64_t kNoPair = ~0ULL;
    static constexpr std::uint32_t kNoRank = ~0U;

    util::Status add_tokens(std::vector<std::pair<std::string, TokenId>> vocab,
                            std::string_view what);
    util::Status add_merges(const std::vector<std::pair<std::string, std::string>>& merges,
                            std::string_view what);
    void prepare_tables();
    const MergeSlot* find_merge(TokenId left, TokenId right) const;
    void insert_merge(TokenId left, TokenId right, MergeSlot value);
    std::optional<TokenId> lookup(std::string_view symbol_text) const;
    void start_symbols(std::string_view word, Scratch& scratch) const;
    void start_characters(std::string_view word, Scratch& scratch) const;
    void merge_short(Scratch& scratch) const;
    void merge_long(Scratch& scratch) const;

    BpeOptions options_;
    std::vector<std::string> tokens_;
    std::vector<bool> present_;
    std::unordered_map<std::string_view, TokenId> index_;  ///< keys point into tokens_
    std::unordered_map<std::string_view, TokenId>
        unmapped_;  ///< byte_level: tokens outside GPT-2's alphabet
    std::vector<MergeSlot> merges_;
    int merge_shift_ = 0;
    std::size_t merge_count_ = 0;
    std::vector<std::uint64_t> merge_pairs_;  ///< by rank, for describe()
    std::array<TokenId, 256>
        byte_ids_{};  ///< byte_level: symbol of a byte; byte_fallback: <0xXX>; -1 = none
    TokenId unknown_id_ = -1;
    /// Per token: 0 = not tried, 1 = BPE of its text is this one token, 2 = it is not. A pure
    /// function of the model, so racing writers write the same value.
    std::unique_ptr<std::atomic<std::uint8_t>[]> whole_;
};

template <typename Sink>
void BpeModel::describe(Sink&& sink) const {
    for (std::size_t id = 0; id < tokens_.size(); ++id) {
        if (present_[id])
            sink(std::to_string(id) + ' ' + std::to_string(tokens_[id].size()) + ':'),
                sink(tokens_[id]);
    }
    for (const std::uint64_t pair : merge_pairs_) sink(std::to_string(pair) + ';');
}

}  // namespace veritune::text
