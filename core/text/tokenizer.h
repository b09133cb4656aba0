// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/file_system.h"
#include "core/util/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::text {

using TokenId = std::int32_t;

/// A part of a text, and whether special tokens are recognised in it.
struct TextPiece {
    std::string text;
    bool parse_special = false;
};

/// Text <-> token ids. Immutable after loading.
/// threads  all const functions may be called from any thread
class Tokenizer {
  public:
    virtual ~Tokenizer() = default;
    /// text  UTF-8 (bad bytes are encoded as U+FFFD would be)
    /// parse_special  true: "<|im_end|>" in the text becomes that special token; false: it stays
    /// plain text
    ///   (text of users and of data sets is never parsed for special tokens); so does every other
    ///   added token, like "<think>": see encode_chat and encode_completion in chat_encoder.h
    /// No BOS and no EOS is added; see bos_id().
    virtual std::vector<TokenId> encode(std::string_view text, bool parse_special) const = 0;
    /// The text that the pieces make together, encoded as one: merges go across the borders of
    /// pieces, but a special token is recognised only where it lies wholly in pieces with
    /// parse_special. So a chat prompt gets the ids that encode(whole, true) gives, and nobody's
    /// content can forge a turn.
    virtual std::vector<TokenId> encode_pieces(std::span<const TextPiece> pieces) const;
    /// False when encode() cannot take this text (characters outside a character tokenizer's
    /// alphabet).
    virtual bool can_encode(std::string_view text) const;
    /// Inverse of encode. skip_special drops special tokens (not added ones like "<think>"). Ids
    /// out of range are dropped. Vocabularies in SentencePiece style lose the one space that
    /// encode() put at the start. The bytes may be cut inside a UTF-8 character when the ids are.
    virtual std::string decode(std::span<const TokenId> ids, bool skip_special) const = 0;
    /// The bytes that one token contributes to decode(): what the chain inspector shows per token.
    virtual std::string token_bytes(TokenId id) const = 0;
    /// One more than the largest id (model heads may be padded beyond).
    virtual std::int64_t vocab_size() const = 0;
    virtual std::optional<TokenId> bos_id() const = 0;
    /// True when the model expects bos_id() before every prompt (Llama, Mistral).
    virtual bool adds_bos() const = 0;
    /// Ids that end a completion, most important first; at least one.
    virtual const std::vector<TokenId>& eos_ids() const = 0;
    virtual TokenId pad_id() const = 0;
    virtual std::optional<TokenId> token_to_id(std::string_view token) const = 0;
    /// SHA-256 over what decides the result; stored with every run.
    virtual const std::string& hash() const = 0;
};

/// One token per character; the demo's 36 characters of training.md 11 when `alphabet` is empty
/// there. alphabet  characters in id order; [0] is pad, [1] is EOS encode() of a character outside
/// the alphabet is a bug of the caller: use can_encode() on outside text. Every character is its
/// token, also "_" and "$", whatever parse_special says; decode(skip_special) drops pad and EOS.
/// alphabet: at least 3 different characters, valid UTF-8 (else a bug of the caller).
std::unique_ptr<Tokenizer> make_character_tokenizer(std::string_view alphabet);
/// `_$0123456789+-*/=;:#,!()?>%&|^TFxyn` and the space.
std::string_view demo_alphabet();
/// Writes tokenizer.json (model.type "veritune_character"), so that our own tiny models are Hugging
/// Face-like folders; replaces the file. An empty alphabet stands for the demo's. errors  those of
/// util::atomic_write
util::Status save_character_tokenizer(util::FileSystem& fs,
                                      const std::string& folder,
                                      std::string_view alphabet = {});

/// Reads the tokenizer of a Hugging Face folder: tokenizer.json (byte-level BPE or BPE with byte
/// fallback), else vocab.json + merges.txt; tokenizer_config.json, special_tokens_map.json,
/// generation_config.json and config.json decide special tokens, BOS and EOS. A file
/// `tokenizer.json` whose model.type is "veritune_character" gives the character tokenizer (our own
/// tiny models). Files are data nobody vouches for: sizes, depths, ids and patterns are capped
/// (tokenizer_json.h), nothing in them is executed. errors  kNotFound (no tokenizer file),
/// kCorruptData, kUnsupported (names the file, the rule and what to do)
util::Result<std::unique_ptr<Tokenizer>> load_tokenizer(util::FileSystem& fs,
                                                        const std::string& folder);

}  // namespace veritune::text
