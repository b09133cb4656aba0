// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/added_tokens.h"
#include "core/text/bpe_model.h"
#include "core/text/normalizer.h"
#include "core/text/pretokenizer.h"
#include "core/text/token_decoder.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_json.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace veritune::text {

/// What a Hugging Face folder says about special ids, already resolved.
struct SpecialIds {
    std::optional<TokenId> bos;
    bool adds_bos = false;
    std::vector<TokenId> eos;  ///< at least one
    TokenId pad = 0;
};

/// A tokenizer as tokenizer.json describes it (or as it would, for vocab.json + merges.txt).
struct TokenizerParts {
    std::string what;  ///< the file, for messages
    BpeLists lists;
    util::Json model;  ///< model without vocab and merges
    util::Json normalizer;
    util::Json pre_tokenizer;
    util::Json decoder;
    std::vector<AddedToken> added;
};

/// Hugging Face BPE tokenizer: added tokens are cut out first, what is between them is normalised,
/// split into words and merged. Same ids as `tokenizers` 0.22 without post-processor.
class HfTokenizer final : public Tokenizer {
  public:
    /// errors  kCorruptData, kUnsupported; names file and rule
    static util::Result<std::unique_ptr<HfTokenizer>> create(TokenizerParts parts);

    std::vector<TokenId> encode(std::string_view text, bool parse_special) const override;
    std::vector<TokenId> encode_pieces(std::span<const TextPiece> pieces) const override;
    std::string decode(std::span<const TokenId> ids, bool skip_special) const override;
    std::string token_bytes(TokenId id) const override;
    std::int64_t vocab_size() const override { return size_; }
    std::optional<TokenId> bos_id() const override { return special_.bos; }
    bool adds_bos() const override { return special_.adds_bos; }
    const std::vector<TokenId>& eos_ids() const override { return special_.eos; }
    TokenId pad_id() const override { return special_.pad; }
    std::optional<TokenId> token_to_id(std::string_view token) const override;
    const std::string& hash() const override { return hash_; }

    /// The loader calls it once, before anybody else sees the tokenizer.
    /// errors  kCorruptData for an id that is no token
    util::Status set_special(SpecialIds special);

  private:
    /// Where special tokens may be recognised in the joined text; sorted, not overlapping.
    struct Region {
        std::size_t begin;
        std::size_t end;
        bool parse_special;
    };
    struct Output {
        BpeModel::Scratch scratch;
        std::vector<TokenId> ids;
    };

    HfTokenizer(BpeModel model,
                Normalizer normalizer,
                PreTokenizer pre_tokenizer,
                TokenDecoder decoder);
    util::Status add_added(std::vector<AddedToken> added, std::string_view what);
    void make_hash(const TokenizerParts& parts);
    std::vector<TokenId> encode_regions(std::string_view text,
                                        const std::vector<Region>& regions) const;
    void encode_between(std::string_view text,
                        std::size_t begin,
                        std::size_t end,
                        const std::vector<Region>& regions,
                        Output& out) const;
    void encode_plain(std::string_view text, bool at_start, Output& out) const;
    std::vector<Region> normalized_regions(std::string_view text,
                                           std::size_t begin,
                                           std::size_t end,
                                           const std::vector<Region>& regions,
                                           std::string_view normalized) const;

    BpeModel model_;
    Normalizer normalizer_;
    PreTokenizer pre_tokenizer_;
    TokenDecoder decoder_;
    std::vector<AddedToken> added_;
    std::unordered_map<TokenId, std::size_t> added_by_id_;
    std::unordered_map<std::string, TokenId> added_by_text_;
    AddedTokenMatcher raw_matcher_;         ///< looked for in the text as it is
    AddedTokenMatcher normalized_matcher_;  ///< looked for after normalising
    SpecialIds special_;
    std::int64_t size_ = 0;
    std::string base_hash_;
    std::string hash_;
};

}  // namespace veritune::text
