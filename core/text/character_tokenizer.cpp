// SPDX-License-Identifier: Apache-2.0
#include "core/text/character_tokenizer.h"

#include "core/text/utf8.h"
#include "core/util/hash.h"

#include <unordered_map>
#include <utility>

namespace veritune::text {
namespace {

constexpr TokenId kPadId = 0;
constexpr TokenId kEosId = 1;
constexpr std::size_t kMinCharacters = 3;
constexpr std::size_t kMaxCharacters = 65'536;

/// The characters of an alphabet in id order; empty when it is not valid.
std::vector<std::string> alphabet_characters(std::string_view alphabet) {
    std::vector<std::string> characters;
    std::unordered_map<std::string_view, bool> seen;
    for (std::size_t pos = 0; pos < alphabet.size();) {
        const std::size_t length = valid_utf8_length(alphabet, pos);
        if (length == 0 || !seen.emplace(alphabet.substr(pos, length), true).second) return {};
        characters.emplace_back(alphabet.substr(pos, length));
        pos += length;
    }
    if (characters.size() < kMinCharacters || characters.size() > kMaxCharacters) return {};
    return characters;
}

class CharacterTokenizer final : public Tokenizer {
  public:
    explicit CharacterTokenizer(std::vector<std::string> characters)
        : characters_(std::move(characters)) {
        util::Sha256 sha;
        sha.update("veritune-character-1\n");
        for (std::size_t id = 0; id < characters_.size(); ++id) {
            ids_.emplace(characters_[id], static_cast<TokenId>(id));
            sha.update(characters_[id]);
        }
        hash_ = sha.hex();
    }

    std::vector<TokenId> encode(std::string_view text, bool) const override {
        std::vector<TokenId> ids;
        ids.reserve(text.size());
        for (std::size_t pos = 0; pos < text.size();) {
            const std::optional<TokenId> id = id_at(text, pos);
            VT_CHECK(id.has_value());
            ids.push_back(*id);
            pos += characters_[static_cast<std::size_t>(*id)].size();
        }
        return ids;
    }

    bool can_encode(std::string_view text) const override {
        for (std::size_t pos = 0; pos < text.size();) {
            const std::optional<TokenId> id = id_at(text, pos);
            if (!id) return false;
            pos += characters_[static_cast<std::size_t>(*id)].size();
        }
        return true;
    }

    std::string decode(std::span<const TokenId> ids, bool skip_special) const override {
        std::string text;
        for (const TokenId id : ids) {
            if (!(skip_special && (id == kPadId || id == kEosId))) text += token_bytes(id);
        }
        return text;
    }

    std::string token_bytes(TokenId id) const override {
        return id >= 0 && id < vocab_size() ? characters_[static_cast<std::size_t>(id)]
                                            : std::string();
    }

    std::int64_t vocab_size() const override {
        return static_cast<std::int64_t>(characters_.size());
    }
    std::optional<TokenId> bos_id() const override { return std::nullopt; }
    bool adds_bos() const override { return false; }
    const std::vector<TokenId>& eos_ids() const override { return eos_ids_; }
    TokenId pad_id() const override { return kPadId; }

    std::optional<TokenId> token_to_id(std::string_view token) const override {
        const auto found = ids_.find(token);
        return found == ids_.end() ? std::nullopt : std::optional<TokenId>(found->second);
    }

    const std::string& hash() const override { return hash_; }

  private:
    std::optional<TokenId> id_at(std::string_view text, std::size_t pos) const {
        const std::size_t length = valid_utf8_length(text, pos);
        return length == 0 ? std::nullopt : token_to_id(text.substr(pos, length));
    }

    std::vector<std::string> characters_;
    std::unordered_map<std::string_view, TokenId> ids_;  ///< keys point into characters_
    std::vector<TokenId> eos_ids_{kEosId};
    std::string hash_;
};

}  // namespace

std::string_view demo_alphabet() { return "_$0123456789+-*/=;:#,!()?>%&|^TFxyn "; }

std::unique_ptr<Tokenizer> make_character_tokenizer(std::string_view alphabet) {
    std::vector<std::string> characters =
        alphabet_characters(alphabet.empty() ? demo_alphabet() : alphabet);
    VT_CHECK(!characters.empty());
    return std::make_unique<CharacterTokenizer>(std::move(characters));
}

util::Result<std::unique_ptr<Tokenizer>> load_character_tokenizer(const util::Json& model,
                                                                  std::string_view what) {
    const auto alphabet = model.find("alphabet");
    if (alphabet != model.end() && alphabet->is_string()) {
        std::vector<std::string> characters =
            alphabet_characters(alphabet->get_ref<const std::string&>());
        if (!characters.empty()) {
            return std::unique_ptr<Tokenizer>(
                std::make_unique<CharacterTokenizer>(std::move(characters)));
        }
    }
    return util::fail(
        util::ErrorCode::kCorruptData,
        std::string(what) + ": model.alphabet must be 3 to 65536 different characters",
        std::string(what));
}

util::Status save_character_tokenizer(util::FileSystem& fs,
                                      const std::string& folder,
                                      std::string_view alphabet) {
    const std::string_view chosen = alphabet.empty() ? demo_alphabet() : alphabet;
    VT_CHECK(!alphabet_characters(chosen).empty());
    const util::Json file = {{"version", "1.0"},
                             {"model", {{"type", kCharacterModelType}, {"alphabet", chosen}}}};
    return util::atomic_write(fs, util::join_path(folder, "tokenizer.json"), file.dump(2) + '\n');
}

}  // namespace veritune::text
