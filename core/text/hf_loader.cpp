// SPDX-License-Identifier: Apache-2.0
#include "core/text/character_tokenizer.h"
#include "core/text/hf_tokenizer.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace veritune::text {
namespace {

using util::ErrorCode;
using util::Json;

util::Error corrupt(std::string_view what, const std::string& why) {
    return util::fail(ErrorCode::kCorruptData, std::string(what) + ": " + why, std::string(what));
}

/// The file's bytes; nullopt when there is none.
util::Result<std::optional<std::string>> read_if_there(util::FileSystem& fs,
                                                       const std::string& path,
                                                       std::uint64_t max_bytes) {
    util::Result<std::string> bytes = fs.read(path, max_bytes);
    if (bytes) return std::optional<std::string>(std::move(*bytes));
    if (bytes.error().code == ErrorCode::kNotFound) return std::optional<std::string>();
    return bytes.error();
}

/// The small files beside the tokenizer; null where there is none.
struct FolderConfig {
    Json tokenizer_config;
    Json special_tokens_map;
    Json generation_config;
    Json config;
};

util::Status read_config(util::FileSystem& fs,
                         const std::string& folder,
                         const char* name,
                         Json& into) {
    const TokenizerLimits limits;
    VT_ASSIGN(std::optional<std::string> text,
              read_if_there(fs, util::join_path(folder, name), limits.max_config_bytes));
    if (!text) return {};
    VT_ASSIGN(into, read_hf_json(*text, name, limits));
    return {};
}

util::Result<FolderConfig> read_configs(util::FileSystem& fs, const std::string& folder) {
    FolderConfig configs;
    VT_TRY(read_config(fs, folder, "tokenizer_config.json", configs.tokenizer_config));
    VT_TRY(read_config(fs, folder, "special_tokens_map.json", configs.special_tokens_map));
    VT_TRY(read_config(fs, folder, "generation_config.json", configs.generation_config));
    VT_TRY(read_config(fs, folder, "config.json", configs.config));
    return configs;
}

const Json* member(const Json& object, const char* key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string string_member(const Json& object, const char* key) {
    const Json* value = member(object, key);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

bool bool_member(const Json& object, const char* key, bool otherwise) {
    const Json* value = member(object, key);
    return value != nullptr && value->is_boolean() ? value->get<bool>() : otherwise;
}

/// "</s>" or {"content": "</s>", ...}; empty when absent.
std::string token_text(const Json& object, const char* key) {
    const Json* value = member(object, key);
    if (value == nullptr) return {};
    return value->is_string() ? value->get<std::string>() : string_member(*value, "content");
}

util::Result<AddedToken> read_added_token(const Json& entry, TokenId id, std::string_view what) {
    AddedToken token;
    token.id = id;
    token.content = string_member(entry, "content");
    token.special = bool_member(entry, "special", false);
    token.single_word = bool_member(entry, "single_word", false);
    token.lstrip = bool_member(entry, "lstrip", false);
    token.rstrip = bool_member(entry, "rstrip", false);
    token.normalized = bool_member(entry, "normalized", !token.special);
    const TokenizerLimits limits;
    if (token.content.empty() || token.content.size() > limits.max_token_bytes) {
        return corrupt(what,
                       "added token " + std::to_string(id) + " has no content or a very long one");
    }
    return token;
}

util::Result<TokenId> read_id(const Json* value, std::string_view what, const std::string& where) {
    const TokenizerLimits limits;
    if (value == nullptr || !value->is_number_unsigned() ||
        value->get<std::uint64_t>() >= static_cast<std::uint64_t>(limits.max_vocab_size)) {
        return corrupt(what,
                       where + " must be a whole number from 0 to " +
                           std::to_string(limits.max_vocab_size - 1));
    }
    return value->get<TokenId>();
}

util::Result<std::vector<AddedToken>> read_added_list(const Json& rest, std::string_view what) {
    std::vector<AddedToken> tokens;
    const Json* list = member(rest, "added_tokens");
    if (list == nullptr) return tokens;
    if (!list->is_array()) return corrupt(what, "added_tokens must be a list");
    for (const Json& entry : *list) {
        VT_ASSIGN(const TokenId id, read_id(member(entry, "id"), what, "the id of an added token"));
        VT_ASSIGN(AddedToken token, read_added_token(entry, id, what));
        tokens.push_back(std::move(token));
    }
    return tokens;
}

/// tokenizer_config.json repeats the added tokens; those that the tokenizer does not know yet join
/// it.
util::Status add_decoder_entries(const Json& tokenizer_config, std::vector<AddedToken>& tokens) {
    constexpr std::string_view kWhat = "tokenizer_config.json";
    const Json* entries = member(tokenizer_config, "added_tokens_decoder");
    if (entries == nullptr) return {};
    if (!entries->is_object()) return corrupt(kWhat, "added_tokens_decoder must be an object");
    std::unordered_map<TokenId, std::string> text_of;
    std::unordered_map<std::string, TokenId> id_of;
    for (const AddedToken& token : tokens) {
        text_of.emplace(token.id, token.content);
        id_of.emplace(token.content, token.id);
    }
    for (const auto& [key, entry] : entries->items()) {
        if (key.empty() || key.size() > 7 ||
            key.find_first_not_of("0123456789") != std::string::npos) {
            return corrupt(kWhat, "a key of added_tokens_decoder is not a token id");
        }
        const Json number = static_cast<std::uint64_t>(std::stoul(key));
        VT_ASSIGN(const TokenId id, read_id(&number, kWhat, "a key of added_tokens_decoder"));
        VT_ASSIGN(AddedToken token, read_added_token(entry, id, kWhat));
        const bool new_id = text_of.emplace(id, token.content).second;
        const bool new_text = id_of.emplace(token.content, id).second;
        if (text_of[id] != token.content || id_of[token.content] != id) {
            return corrupt(kWhat,
                           "added token " + std::to_string(id) + " contradicts tokenizer.json");
        }
        if (new_id && new_text) tokens.push_back(std::move(token));
    }
    return {};
}

/// Old folders name special tokens only by role; those must be recognised in text, too.
void add_named_tokens(const FolderConfig& configs,
                      const BpeLists& lists,
                      std::vector<AddedToken>& tokens) {
    for (const Json* source : {&configs.tokenizer_config, &configs.special_tokens_map}) {
        for (const char* key : {"bos_token", "eos_token", "unk_token", "pad_token"}) {
            const std::string content = token_text(*source, key);
            if (content.empty() ||
                std::ranges::find(tokens, content, &AddedToken::content) != tokens.end())
                continue;
            const auto in_vocab =
                std::ranges::find(lists.vocab, content, &std::pair<std::string, TokenId>::first);
            if (in_vocab == lists.vocab.end()) continue;
            AddedToken token;
            token.id = in_vocab->second;
            token.content = content;
            token.special = true;
            tokens.push_back(std::move(token));
        }
    }
}

/// The special token that a TemplateProcessing post-processor puts first; empty when it puts none.
std::string template_first_token(const Json& post_processor, int depth = 0) {
    const std::string type = string_member(post_processor, "type");
    if (type == "Sequence" && depth < 4) {
        const Json* parts = member(post_processor, "processors");
        if (parts == nullptr || !parts->is_array()) return {};
        for (const Json& part : *parts) {
            std::string token = template_first_token(part, depth + 1);
            if (!token.empty()) return token;
        }
        return {};
    }
    const Json* single = member(post_processor, "single");
    if (type != "TemplateProcessing" || single == nullptr || !single->is_array() || single->empty())
        return {};
    const Json* token = member(single->front(), "SpecialToken");
    return token == nullptr ? std::string() : string_member(*token, "id");
}

util::Status collect_eos(const Json& source, const char* what, std::vector<TokenId>& eos) {
    const Json* value = member(source, "eos_token_id");
    if (value == nullptr) return {};
    const auto add = [&](const Json& one) -> util::Status {
        VT_ASSIGN(const TokenId id, read_id(&one, what, "eos_token_id"));
        if (std::ranges::find(eos, id) == eos.end()) eos.push_back(id);
        return {};
    };
    if (!value->is_array()) return add(*value);
    if (value->size() > 64) return corrupt(what, "eos_token_id has too many values");
    for (const Json& one : *value) VT_TRY(add(one));
    return {};
}

util::Result<std::optional<TokenId>> named_id(const Tokenizer& tokenizer,
                                              const FolderConfig& configs,
                                              const char* key) {
    std::string content = token_text(configs.tokenizer_config, key);
    if (content.empty()) content = token_text(configs.special_tokens_map, key);
    if (content.empty()) return std::optional<TokenId>();
    const std::optional<TokenId> id = tokenizer.token_to_id(content);
    if (!id)
        return corrupt("tokenizer_config.json",
                       std::string(key) + " is not a token of the tokenizer");
    return id;
}

/// End tokens: the tokenizer's own (it ends a turn), then those of generation_config.json, then
/// config.json's.
util::Result<std::vector<TokenId>> resolve_eos(const Tokenizer& tokenizer,
                                               const FolderConfig& configs) {
    std::vector<TokenId> eos;
    VT_ASSIGN(const std::optional<TokenId> own, named_id(tokenizer, configs, "eos_token"));
    if (own) eos.push_back(*own);
    VT_TRY(collect_eos(configs.generation_config, "generation_config.json", eos));
    VT_TRY(collect_eos(configs.config, "config.json", eos));
    for (const char* usual : {"<|endoftext|>", "</s>", "<|end_of_text|>"}) {
        const std::optional<TokenId> id = tokenizer.token_to_id(usual);
        if (eos.empty() && id) eos.push_back(*id);
    }
    if (eos.empty()) {
        return util::fail(
            ErrorCode::kUnsupported,
            "no file names the token that ends a text; add eos_token to tokenizer_config.json",
            "tokenizer_config.json");
    }
    return eos;
}

util::Result<SpecialIds> resolve_special(const Tokenizer& tokenizer,
                                         const FolderConfig& configs,
                                         const std::string& template_bos) {
    SpecialIds special;
    VT_ASSIGN(special.eos, resolve_eos(tokenizer, configs));
    VT_ASSIGN(special.bos, named_id(tokenizer, configs, "bos_token"));
    if (!special.bos && !template_bos.empty()) special.bos = tokenizer.token_to_id(template_bos);
    special.adds_bos =
        bool_member(configs.tokenizer_config, "add_bos_token", !template_bos.empty()) &&
        special.bos.has_value();
    VT_ASSIGN(std::optional<TokenId> pad, named_id(tokenizer, configs, "pad_token"));
    for (const Json* source : {&configs.generation_config, &configs.config}) {
        const Json* value = member(*source, "pad_token_id");
        if (!pad && value != nullptr) {
            VT_ASSIGN(pad, read_id(value, "generation_config.json or config.json", "pad_token_id"));
        }
    }
    special.pad = pad.value_or(special.eos.front());
    return special;
}

util::Result<std::unique_ptr<Tokenizer>> finish(TokenizerParts parts,
                                                const FolderConfig& configs,
                                                const std::string& template_bos) {
    VT_TRY(add_decoder_entries(configs.tokenizer_config, parts.added));
    add_named_tokens(configs, parts.lists, parts.added);
    VT_ASSIGN(std::unique_ptr<HfTokenizer> tokenizer, HfTokenizer::create(std::move(parts)));
    VT_ASSIGN(SpecialIds special, resolve_special(*tokenizer, configs, template_bos));
    VT_TRY(tokenizer->set_special(std::move(special)));
    return std::unique_ptr<Tokenizer>(std::move(tokenizer));
}

Json take(Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() ? Json() : std::move(*found);
}

util::Result<std::unique_ptr<Tokenizer>> load_tokenizer_json(const std::string& text,
                                                             const FolderConfig& configs) {
    VT_ASSIGN(TokenizerFile file, read_tokenizer_json(text, "tokenizer.json"));
    TokenizerParts parts;
    parts.what = "tokenizer.json";
    parts.model = take(file.rest, "model");
    if (string_member(parts.model, "type") == kCharacterModelType) {
        return load_character_tokenizer(parts.model, parts.what);
    }
    if (file.vocab_is_list) {
        return util::fail(
            ErrorCode::kUnsupported,
            "tokenizer.json: a vocabulary with scores (Unigram) is not supported; use a BPE model",
            "tokenizer.json");
    }
    VT_ASSIGN(parts.added, read_added_list(file.rest, parts.what));
    parts.lists = std::move(file.lists);
    parts.normalizer = take(file.rest, "normalizer");
    parts.pre_tokenizer = take(file.rest, "pre_tokenizer");
    parts.decoder = take(file.rest, "decoder");
    return finish(
        std::move(parts), configs, template_first_token(take(file.rest, "post_processor")));
}

/// vocab.json + merges.txt say nothing about normalising and splitting; the tokenizer's class does.
util::Result<std::optional<KnownPattern>> pattern_of_class(const FolderConfig& configs) {
    const std::string name = string_member(configs.tokenizer_config, "tokenizer_class");
    const std::string model_type = string_member(configs.config, "model_type");
    if (name.starts_with("Qwen2Tokenizer")) return std::optional(KnownPattern::kQwen2);
    if (name.starts_with("GPT2Tokenizer")) return std::optional(KnownPattern::kGpt2);
    if (name.empty() && (model_type.starts_with("qwen2") || model_type.starts_with("qwen3"))) {
        return std::optional(KnownPattern::kQwen2);
    }
    if (name.empty() && model_type == "gpt2") return std::optional(KnownPattern::kGpt2);
    return util::fail(
        ErrorCode::kUnsupported,
        "vocab.json + merges.txt of an unknown tokenizer class; put the model's tokenizer.json "
        "into the folder",
        "tokenizer_config.json");
}

util::Result<std::unique_ptr<Tokenizer>> load_vocab_and_merges(const std::string& vocab,
                                                               const std::string& merges,
                                                               const FolderConfig& configs) {
    VT_ASSIGN(const std::optional<KnownPattern> pattern, pattern_of_class(configs));
    TokenizerParts parts;
    parts.what = "vocab.json";
    VT_ASSIGN(parts.lists.vocab, read_vocab_json(vocab, "vocab.json"));
    VT_ASSIGN(parts.lists.merges, read_merges_text(merges, "merges.txt"));
    parts.model = {{"type", "BPE"}};
    if (*pattern == KnownPattern::kQwen2) parts.normalizer = {{"type", "NFC"}};
    const Json split = {{"type", "Split"},
                        {"pattern", {{"Regex", known_pattern_text(*pattern)}}},
                        {"behavior", "Isolated"},
                        {"invert", false}};
    // GPT-2's pattern is ByteLevel's own, and a prefix space has to come before it.
    const bool own_pattern = *pattern == KnownPattern::kGpt2;
    const Json bytes = {
        {"type", "ByteLevel"},
        {"add_prefix_space", bool_member(configs.tokenizer_config, "add_prefix_space", false)},
        {"use_regex", own_pattern}};
    parts.pre_tokenizer = {
        {"type", "Sequence"},
        {"pretokenizers", own_pattern ? Json::array({bytes}) : Json::array({split, bytes})}};
    parts.decoder = {{"type", "ByteLevel"}};
    return finish(std::move(parts), configs, {});
}

}  // namespace

util::Result<std::unique_ptr<Tokenizer>> load_tokenizer(util::FileSystem& fs,
                                                        const std::string& folder) {
    const TokenizerLimits limits;
    const auto read = [&](const char* name) {
        return read_if_there(fs, util::join_path(folder, name), limits.max_tokenizer_bytes);
    };
    VT_ASSIGN(const FolderConfig configs, read_configs(fs, folder));
    VT_ASSIGN(const std::optional<std::string> whole, read("tokenizer.json"));
    if (whole) return load_tokenizer_json(*whole, configs);
    VT_ASSIGN(const std::optional<std::string> vocab, read("vocab.json"));
    VT_ASSIGN(const std::optional<std::string> merges, read("merges.txt"));
    if (vocab && merges) return load_vocab_and_merges(*vocab, *merges, configs);
    return util::fail(
        ErrorCode::kNotFound,
        "no tokenizer here: the folder needs tokenizer.json, or vocab.json and merges.txt",
        folder);
}

}  // namespace veritune::text
