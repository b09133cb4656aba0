// SPDX-License-Identifier: Apache-2.0
#include "core/text/hf_tokenizer.h"

#include "core/text/utf8.h"
#include "core/util/hash.h"

#include <algorithm>
#include <utility>

namespace veritune::text {
namespace {

using util::ErrorCode;
using util::Json;

util::Error corrupt(std::string_view what, const std::string& why) {
    return util::fail(ErrorCode::kCorruptData, std::string(what) + ": " + why, std::string(what));
}

util::Error unsupported(std::string_view what, const std::string& why) {
    return util::fail(ErrorCode::kUnsupported,
                      std::string(what) + ": " + why + "; use a model with a known tokenizer",
                      std::string(what));
}

std::string string_or_empty(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool flag(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

util::Result<BpeOptions> read_bpe_options(const Json& model,
                                          bool byte_level,
                                          std::string_view what) {
    if (!model.is_object()) return corrupt(what, "model is missing");
    const std::string type = string_or_empty(model, "type");
    if (!type.empty() && type != "BPE") {
        return unsupported(what, "a model of type \"" + type.substr(0, 40) + "\" is not supported");
    }
    for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
        if (!string_or_empty(model, key).empty()) {
            return unsupported(what, std::string("model.") + key + " is not supported");
        }
    }
    const auto dropout = model.find("dropout");
    if (dropout != model.end() && dropout->is_number() && dropout->get<double>() != 0.0) {
        return unsupported(what, "model.dropout is not supported: encoding would be random");
    }
    BpeOptions options;
    options.byte_level = byte_level;
    options.byte_fallback = flag(model, "byte_fallback");
    options.ignore_merges = flag(model, "ignore_merges");
    options.fuse_unknown = flag(model, "fuse_unk");
    options.unknown_token = string_or_empty(model, "unk_token");
    return options;
}

}  // namespace

HfTokenizer::HfTokenizer(BpeModel model,
                         Normalizer normalizer,
                         PreTokenizer pre_tokenizer,
                         TokenDecoder decoder)
    : model_(std::move(model)),
      normalizer_(std::move(normalizer)),
      pre_tokenizer_(std::move(pre_tokenizer)),
      decoder_(std::move(decoder)),
      size_(model_.size()) {}

util::Result<std::unique_ptr<HfTokenizer>> HfTokenizer::create(TokenizerParts parts) {
    const std::string_view what = parts.what;
    VT_ASSIGN(Normalizer normalizer, Normalizer::create(parts.normalizer, what));
    VT_ASSIGN(PreTokenizer pre_tokenizer, PreTokenizer::create(parts.pre_tokenizer, what));
    VT_ASSIGN(BpeOptions options,
              read_bpe_options(parts.model, pre_tokenizer.is_byte_level(), what));
    TokenDecoder decoder;
    if (!options.byte_level) {
        VT_ASSIGN(decoder, TokenDecoder::create(parts.decoder, what));
    } else if (parts.decoder.is_object() && string_or_empty(parts.decoder, "type") != "ByteLevel") {
        return unsupported(what, "a byte-level tokenizer with another decoder is not supported");
    }
    VT_ASSIGN(BpeModel model, BpeModel::create(std::move(parts.lists), std::move(options), what));
    std::unique_ptr<HfTokenizer> result(new HfTokenizer(
        std::move(model), std::move(normalizer), std::move(pre_tokenizer), std::move(decoder)));
    std::ranges::sort(parts.added, {}, &AddedToken::id);
    result->make_hash(parts);
    VT_TRY(result->add_added(std::move(parts.added), what));
    return result;
}

util::Status HfTokenizer::add_added(std::vector<AddedToken> added, std::string_view what) {
    for (AddedToken& token : added) {
        if (token.content.empty()) continue;
        const std::optional<TokenId> in_model = model_.find(token.content);
        if (in_model && *in_model != token.id) {
            return corrupt(what,
                           "an added token has id " + std::to_string(token.id) +
                               ", the vocabulary gives it " + std::to_string(*in_model));
        }
        if (!in_model && model_.has_id(token.id)) {
            return corrupt(
                what, "added token " + std::to_string(token.id) + " takes the id of another token");
        }
        if (!added_by_id_.emplace(token.id, added_.size()).second ||
            !added_by_text_.emplace(token.content, token.id).second) {
            return corrupt(what, "added token " + std::to_string(token.id) + " occurs twice");
        }
        size_ = std::max<std::int64_t>(size_, token.id + 1);
        if (token.normalized && !normalizer_.is_identity()) {
            normalized_matcher_.add(token, normalizer_.apply(token.content));
        } else {
            raw_matcher_.add(token, token.content);
        }
        added_.push_back(std::move(token));
    }
    return {};
}

void HfTokenizer::make_hash(const TokenizerParts& parts) {
    util::Sha256 sha;
    sha.update("veritune-bpe-1\n");
    model_.describe([&](const std::string& part) { sha.update(part); });
    for (const Json* part :
         {&parts.model, &parts.normalizer, &parts.pre_tokenizer, &parts.decoder}) {
        sha.update(util::canonical_json(*part) + '\n');
    }
    for (const AddedToken& token : parts.added) {
        const char flags[] = {token.special ? 'S' : '-',
                              token.single_word ? 'W' : '-',
                              token.lstrip ? 'L' : '-',
                              token.rstrip ? 'R' : '-',
                              token.normalized ? 'N' : '-'};
        sha.update(std::to_string(token.id) + std::string(flags, sizeof flags) +
                   std::to_string(token.content.size()) + ':' + token.content);
    }
    base_hash_ = sha.hex();
}

util::Status HfTokenizer::set_special(SpecialIds special) {
    const auto is_token = [this](TokenId id) {
        return model_.has_id(id) || added_by_id_.contains(id);
    };
    VT_CHECK(!special.eos.empty());
    for (const TokenId id : special.eos) {
        if (!is_token(id))
            return corrupt("tokenizer", "end token " + std::to_string(id) + " does not exist");
    }
    if (special.bos && !is_token(*special.bos)) {
        return corrupt("tokenizer",
                       "beginning token " + std::to_string(*special.bos) + " does not exist");
    }
    if (!is_token(special.pad)) {
        return corrupt("tokenizer",
                       "padding token " + std::to_string(special.pad) + " does not exist");
    }
    special_ = std::move(special);
    std::string text = base_hash_ + "\nbos " + std::to_string(special_.bos.value_or(-1)) +
                       (special_.adds_bos ? " added" : "") + "\npad " +
                       std::to_string(special_.pad) + "\neos";
    for (const TokenId id : special_.eos) text += ' ' + std::to_string(id);
    hash_ = util::sha256_hex(text);
    return {};
}

std::vector<TokenId> HfTokenizer::encode(std::string_view text, bool parse_special) const {
    const std::string clean = sanitize_utf8(text);
    return encode_regions(clean, {{0, clean.size(), parse_special}});
}

std::vector<TokenId> HfTokenizer::encode_pieces(std::span<const TextPiece> pieces) const {
    std::string joined;
    std::vector<Region> regions;
    for (const TextPiece& piece : pieces) {
        if (piece.text.empty()) continue;
        const std::size_t begin = joined.size();
        joined += sanitize_utf8(piece.text);
        if (!regions.empty() && regions.back().parse_special && piece.parse_special) {
            regions.back().end = joined.size();
        } else {
            regions.push_back({begin, joined.size(), piece.parse_special});
        }
    }
    return encode_regions(joined, regions);
}

namespace {

/// [begin, end) lies in one region where special tokens are recognised.
template <typename Regions>
bool may_parse(const Regions& regions, std::size_t begin, std::size_t end) {
    const auto after = std::ranges::upper_bound(
        regions, begin, {}, [](const auto& region) { return region.begin; });
    if (after == regions.begin()) return false;
    const auto& region = *std::prev(after);
    return region.parse_special && end <= region.end;
}

}  // namespace

std::vector<TokenId> HfTokenizer::encode_regions(std::string_view text,
                                                 const std::vector<Region>& regions) const {
    Output out;
    out.ids.reserve(text.size() / 3 + 8);
    const auto allowed = [&](std::size_t begin, std::size_t end) {
        return may_parse(regions, begin, end);
    };
    for (const AddedTokenMatcher::Match& part : raw_matcher_.split(text, allowed)) {
        if (part.id >= 0) {
            out.ids.push_back(part.id);
        } else {
            encode_between(text, part.begin, part.end, regions, out);
        }
    }
    return std::move(out.ids);
}

void HfTokenizer::encode_between(std::string_view text,
                                 std::size_t begin,
                                 std::size_t end,
                                 const std::vector<Region>& regions,
                                 Output& out) const {
    const std::string_view raw = text.substr(begin, end - begin);
    if (normalizer_.is_identity()) return encode_plain(raw, begin == 0, out);
    const std::string normal = normalizer_.apply(raw);
    if (normalized_matcher_.empty()) return encode_plain(normal, begin == 0, out);
    const std::vector<Region> inside = normalized_regions(text, begin, end, regions, normal);
    const auto allowed = [&](std::size_t b, std::size_t e) { return may_parse(inside, b, e); };
    for (const AddedTokenMatcher::Match& part : normalized_matcher_.split(normal, allowed)) {
        if (part.id >= 0) {
            out.ids.push_back(part.id);
        } else {
            encode_plain(std::string_view(normal).substr(part.begin, part.end - part.begin),
                         begin == 0 && part.begin == 0,
                         out);
        }
    }
}

/// The regions of text[begin, end) after normalising. Normalising region by region must give the
/// same text as normalising the whole; where it does not (marks that join across a border), nothing
/// is parsed there.
std::vector<HfTokenizer::Region> HfTokenizer::normalized_regions(
    std::string_view text,
    std::size_t begin,
    std::size_t end,
    const std::vector<Region>& regions,
    std::string_view normalized) const {
    std::vector<Region> result;
    std::string joined;
    for (const Region& region : regions) {
        const std::size_t from = std::max(begin, region.begin);
        const std::size_t to = std::min(end, region.end);
        if (from >= to) continue;
        const std::size_t start = joined.size();
        joined += normalizer_.apply(text.substr(from, to - from), from == begin);
        result.push_back({start, joined.size(), region.parse_special});
    }
    if (joined != normalized) result.clear();
    return result;
}

void HfTokenizer::encode_plain(std::string_view text, bool at_start, Output& out) const {
    const Words words = pre_tokenizer_.split(text, at_start);
    for (const std::string_view word : words.pieces) model_.encode_word(word, out.scratch, out.ids);
}

std::string HfTokenizer::token_bytes(TokenId id) const {
    const auto added = added_by_id_.find(id);
    if (added != added_by_id_.end()) return added_[added->second].content;
    if (!model_.has_id(id)) return {};
    if (model_.options().byte_level) return model_.token(id);
    return decoder_.bytes_of(model_.token(id));
}

std::string HfTokenizer::decode(std::span<const TokenId> ids, bool skip_special) const {
    std::string text;
    for (const TokenId id : ids) {
        const auto added = added_by_id_.find(id);
        if (added != added_by_id_.end()) {
            const AddedToken& token = added_[added->second];
            if (!(skip_special && token.special)) text += token.content;
        } else if (model_.has_id(id)) {
            text += model_.options().byte_level ? model_.token(id)
                                                : decoder_.bytes_of(model_.token(id));
        }
    }
    if (!model_.options().byte_level) decoder_.strip_start(text);
    return text;
}

std::optional<TokenId> HfTokenizer::token_to_id(std::string_view token) const {
    const auto added = added_by_text_.find(std::string(token));
    return added != added_by_text_.end() ? added->second : model_.find(token);
}

}  // namespace veritune::text
