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

/// Text <-> token ids. Immutable after loading.
/// threads  all const functions may be called from any thread
class Tokenizer {
  public:
    virtual ~Tokenizer() = default;
    /// text  UTF-8 (bad bytes are encoded as U+FFFD would be)
    /// parse_special  true: "<|im_end|>" in the text becomes that special token; false: it stays plain text
    ///   (text of users and of data sets is never parsed for special tokens)
    /// No BOS and no EOS is added; see bos_id().
    virtual std::vector<TokenId> encode(std::string_view text, bool parse_special) const = 0;
    /// Inverse of encode. skip_special drops special tokens. Ids out of range are dropped.
    /// The bytes may be cut inside a UTF-8 character when the ids are.
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

/// One token per character; the demo's 36 characters of training.md 11 when `alphabet` is empty there.
/// alphabet  characters in id order; [0] is pad, [1] is EOS
/// encode() of a character outside the alphabet is a bug of the caller: use can_encode() on outside text.
std::unique_ptr<Tokenizer> make_character_tokenizer(std::string_view alphabet);
/// `_$0123456789+-*/=;:#,!()?>%&|^TFxyn` and the space.
std::string_view demo_alphabet();

/// Reads the tokenizer of a Hugging Face folder: tokenizer.json (byte-level BPE or BPE with byte fallback),
/// else vocab.json + merges.txt; tokenizer_config.json, special_tokens_map.json, generation_config.json and
/// config.json decide special tokens, BOS and EOS. A file `tokenizer.json` whose model.type is
/// "veritune_character" gives the character tokenizer (our own tiny models).
/// errors  kNotFound (no tokenizer file), kCorruptData, kUnsupported (names the file, the rule and what to do)
util::Result<std::unique_ptr<Tokenizer>> load_tokenizer(util::FileSystem& fs, const std::string& folder);

}  // namespace veritune::text
