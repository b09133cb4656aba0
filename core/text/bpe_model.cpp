// SPDX-License-Identifier: Apache-2.0
#include "core/text/bpe_model.h"

#include "core/text/utf8.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <functional>

namespace veritune::text {
namespace {

using util::ErrorCode;

/// Words up to this many symbols are merged by scanning; longer ones with a heap. Both give the
/// same result.
constexpr std::size_t kShortWord = 24;

bool prints_as_itself(int byte) {
    return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) ||
           (byte >= 0xAE && byte <= 0xFF);
}

struct ByteAlphabet {
    std::array<char32_t, 256> to_char{};
    std::array<int, 0x180> to_byte{};  // characters of the map are below U+0144
};

const ByteAlphabet& byte_alphabet() {
    static const ByteAlphabet kAlphabet = [] {
        ByteAlphabet map;
        map.to_byte.fill(-1);
        char32_t spare = 256;
        for (int byte = 0; byte < 256; ++byte) {
            const char32_t c = prints_as_itself(byte) ? static_cast<char32_t>(byte) : spare++;
            map.to_char[static_cast<std::size_t>(byte)] = c;
            map.to_byte[c] = byte;
        }
        return map;
    }();
    return kAlphabet;
}

util::Error corrupt(std::string_view what, const std::string& why) {
    return util::fail(ErrorCode::kCorruptData, std::string(what) + ": " + why, std::string(what));
}

std::uint64_t pair_key(TokenId left, TokenId right) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 |
           static_cast<std::uint32_t>(right);
}

}  // namespace

std::optional<std::string> byte_level_to_bytes(std::string_view token) {
    const ByteAlphabet& map = byte_alphabet();
    std::string bytes;
    bytes.reserve(token.size());
    for (std::size_t pos = 0; pos < token.size();) {
        if (valid_utf8_length(token, pos) == 0) return std::nullopt;
        const CodePoint c = decode_utf8(token, pos);
        if (c.value >= map.to_byte.size() || map.to_byte[c.value] < 0) return std::nullopt;
        bytes.push_back(static_cast<char>(map.to_byte[c.value]));
        pos += c.length;
    }
    return bytes;
}

std::string bytes_to_byte_level(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        append_utf8(out, byte_alphabet().to_char[static_cast<unsigned char>(byte)]);
    }
    return out;
}

util::Result<BpeModel> BpeModel::create(BpeLists lists, BpeOptions options, std::string_view what) {
    BpeModel model;
    model.options_ = std::move(options);
    if (lists.vocab.empty()) return corrupt(what, "the vocabulary is empty");
    VT_TRY(model.add_tokens(std::move(lists.vocab), what));
    VT_TRY(model.add_merges(lists.merges, what));
    if (!model.options_.unknown_token.empty()) {
        const std::optional<TokenId> id = model.find(model.options_.unknown_token);
        if (!id) return corrupt(what, "the unknown token is not in the vocabulary");
        model.unknown_id_ = *id;
    }
    model.prepare_tables();
    return model;
}

util::Status BpeModel::add_tokens(std::vector<std::pair<std::string, TokenId>> vocab,
                                  std::string_view what) {
    TokenId largest = 0;
    for (const auto& [text, id] : vocab) largest = std::max(largest, id);
    tokens_.resize(static_cast<std::size_t>(largest) + 1);
    present_.resize(tokens_.size(), false);
    std::vector<TokenId> unmapped;
    for (auto& [text, id] : vocab) {
        const auto slot = static_cast<std::size_t>(id);
        if (present_[slot])
            return corrupt(what, "token id " + std::to_string(id) + " occurs twice");
        present_[slot] = true;
        if (options_.byte_level) {
            if (std::optional<std::string> bytes = byte_level_to_bytes(text)) {
                tokens_[slot] = std::move(*bytes);
                continue;
            }
            unmapped.push_back(id);
        }
        tokens_[slot] = std::move(text);
    }
    index_.reserve(vocab.size());
    for (const TokenId id : unmapped) {
        present_[static_cast<std::size_t>(id)] =
            false;  // not a symbol: kept out of the index below
        if (!unmapped_.emplace(token(id), id).second) return corrupt(what, "a token occurs twice");
    }
    for (std::size_t id = 0; id < tokens_.size(); ++id) {
        if (!present_[id]) continue;
        if (!index_.emplace(tokens_[id], static_cast<TokenId>(id)).second) {
            return corrupt(what, "token " + std::to_string(id) + " occurs twice");
        }
    }
    for (const TokenId id : unmapped) present_[static_cast<std::size_t>(id)] = true;
    return {};
}

util::Status BpeModel::add_merges(const std::vector<std::pair<std::string, std::string>>& merges,
                                  std::string_view what) {
    const std::size_t capacity = std::bit_ceil(std::max<std::size_t>(merges.size() * 2, 16));
    merges_.resize(capacity);
    merge_shift_ = 64 - std::countr_zero(capacity);
    merge_count_ = merges.size();
    merge_pairs_.reserve(merges.size());
    std::string joined;
    for (std::size_t rank = 0; rank < merges.size(); ++rank) {
        const std::optional<TokenId> left = find(merges[rank].first);
        const std::optional<TokenId> right = find(merges[rank].second);
        joined.assign(merges[rank].first).append(merges[rank].second);
        const std::optional<TokenId> result = find(joined);
        if (!left || !right || !result) {
            return corrupt(what,
                           "merge " + std::to_string(rank + 1) +
                               " joins or makes something that is not in the vocabulary");
        }
        insert_merge(*left, *right, {0, static_cast<std::uint32_t>(rank), *result});
        merge_pairs_.push_back(pair_key(*left, *right));
    }
    return {};
}

void BpeModel::prepare_tables() {
    byte_ids_.fill(-1);
    for (int byte = 0; byte < 256; ++byte) {
        char name[8];
        std::snprintf(name, sizeof name, "<0x%02X>", byte);
        const char raw = static_cast<char>(byte);
        const std::optional<TokenId> id =
            options_.byte_level ? lookup({&raw, 1})
                                : (options_.byte_fallback ? lookup(name) : std::nullopt);
        byte_ids_[static_cast<std::size_t>(byte)] = id.value_or(-1);
    }
    whole_ = std::make_unique<std::atomic<std::uint8_t>[]>(tokens_.size());
}

bool BpeModel::has_id(TokenId id) const {
    return id >= 0 && id < size() && present_[static_cast<std::size_t>(id)];
}

std::optional<TokenId> BpeModel::lookup(std::string_view symbol_text) const {
    const auto found = index_.find(symbol_text);
    return found == index_.end() ? std::nullopt : std::optional<TokenId>(found->second);
}

std::optional<TokenId> BpeModel::find(std::string_view file_token) const {
    if (!options_.byte_level) return lookup(file_token);
    if (const std::optional<std::string> bytes = byte_level_to_bytes(file_token))
        return lookup(*bytes);
    const auto found = unmapped_.find(file_token);
    return found == unmapped_.end() ? std::nullopt : std::optional<TokenId>(found->second);
}

const BpeModel::MergeSlot* BpeModel::find_merge(TokenId left, TokenId right) const {
    const std::uint64_t key = pair_key(left, right);
    std::size_t slot = (key * 0x9E3779B97F4A7C15ULL) >> merge_shift_;
    while (merges_[slot].pair != kNoPair) {
        if (merges_[slot].pair == key) return &merges_[slot];
        slot = (slot + 1) & (merges_.size() - 1);
    }
    return nullptr;
}

void BpeModel::insert_merge(TokenId left, TokenId right, MergeSlot value) {
    const std::uint64_t key = pair_key(left, right);
    value.pair = key;
    std::size_t slot = (key * 0x9E3779B97F4A7C15ULL) >> merge_shift_;
    while (merges_[slot].pair != kNoPair && merges_[slot].pair != key) {
        slot = (slot + 1) & (merges_.size() - 1);
    }
    merges_[slot] = value;  // a repeated merge: the last rank counts, as in Hugging Face
}

void BpeModel::start_symbols(std::string_view word, Scratch& scratch) const {
    scratch.symbols.clear();
    if (options_.byte_level) {
        for (const char byte : word) {
            const TokenId id = byte_ids_[static_cast<unsigned char>(byte)];
            if (id >= 0) {
                scratch.symbols.push_back({id, 0, 0});
            } else if (unknown_id_ >= 0) {
                scratch.symbols.push_back({unknown_id_, 0, 0});
            }
        }
    } else {
        start_characters(word, scratch);
    }
    const auto count = static_cast<std::int32_t>(scratch.symbols.size());
    for (std::int32_t i = 0; i < count; ++i) {
        scratch.symbols[static_cast<std::size_t>(i)].previous = i - 1;
        scratch.symbols[static_cast<std::size_t>(i)].next = i + 1 < count ? i + 1 : -1;
    }
}

void BpeModel::start_characters(std::string_view word, Scratch& scratch) const {
    bool after_unknown = false;
    for (std::size_t pos = 0; pos < word.size();) {
        const std::size_t length = decode_utf8(word, pos).length;
        const std::string_view character = word.substr(pos, length);
        pos += length;
        if (const std::optional<TokenId> id = lookup(character)) {
            scratch.symbols.push_back({*id, 0, 0});
            after_unknown = false;
            continue;
        }
        const auto byte_id = [&](char b) { return byte_ids_[static_cast<unsigned char>(b)]; };
        if (options_.byte_fallback &&
            std::ranges::all_of(character, [&](char b) { return byte_id(b) >= 0; })) {
            for (const char b : character) scratch.symbols.push_back({byte_id(b), 0, 0});
            after_unknown = false;
            continue;
        }
        if (unknown_id_ >= 0 && !(options_.fuse_unknown && after_unknown)) {
            scratch.symbols.push_back({unknown_id_, 0, 0});
        }
        after_unknown = true;
    }
}

void BpeModel::merge_short(Scratch& scratch) const {
    auto& symbols = scratch.symbols;
    std::array<const MergeSlot*, kShortWord> merge{};
    std::size_t count = symbols.size();
    for (std::size_t i = 0; i + 1 < count; ++i)
        merge[i] = find_merge(symbols[i].id, symbols[i + 1].id);
    while (count > 1) {
        std::size_t best = count;
        for (std::size_t i = 0; i + 1 < count; ++i) {
            if (merge[i] != nullptr && (best == count || merge[i]->rank < merge[best]->rank))
                best = i;
        }
        if (best == count) break;
        symbols[best].id = merge[best]->result;
        --count;
        for (std::size_t i = best + 1; i < count; ++i) {
            symbols[i].id = symbols[i + 1].id;
            merge[i] = merge[i + 1];
        }
        merge[best] =
            best + 1 < count ? find_merge(symbols[best].id, symbols[best + 1].id) : nullptr;
        if (best > 0) merge[best - 1] = find_merge(symbols[best - 1].id, symbols[best].id);
    }
    symbols.resize(count);
}

void BpeModel::merge_long(Scratch& scratch) const {
    auto& symbols = scratch.symbols;
    auto& heap = scratch.heap;
    heap.clear();
    const auto at = [&](std::int32_t i) -> Scratch::Symbol& {
        return symbols[static_cast<std::size_t>(i)];
    };
    // Entries are rank << 32 | position: the smallest is the earliest merge, leftmost first.
    // Entries go stale when a neighbour merges; a stale one is seen by its rank no longer being
    // that of the pair there.
    const auto offer = [&](std::int32_t left) {
        if (left < 0 || at(left).next < 0) return;
        const MergeSlot* merge = find_merge(at(left).id, at(at(left).next).id);
        if (merge == nullptr) return;
        heap.push_back(static_cast<std::uint64_t>(merge->rank) << 32 |
                       static_cast<std::uint32_t>(left));
        std::ranges::push_heap(heap, std::greater<>());
    };
    for (std::int32_t i = 0; i < static_cast<std::int32_t>(symbols.size()); ++i) offer(i);
    while (!heap.empty()) {
        std::ranges::pop_heap(heap, std::greater<>());
        const auto left = static_cast<std::int32_t>(heap.back() & 0xFFFFFFFFU);
        const auto rank = static_cast<std::uint32_t>(heap.back() >> 32);
        heap.pop_back();
        const std::int32_t right = at(left).next;
        if (at(left).id < 0 || right < 0) continue;
        const MergeSlot* merge = find_merge(at(left).id, at(right).id);
        if (merge == nullptr || merge->rank != rank) continue;
        at(left).id = merge->result;
        at(left).next = at(right).next;
        if (at(right).next >= 0) at(at(right).next).previous = left;
        at(right).id = -1;
        offer(left);
        offer(at(left).previous);
    }
    std::erase_if(symbols, [](const Scratch::Symbol& symbol) { return symbol.id < 0; });
}

void BpeModel::encode_word(std::string_view word,
                           Scratch& scratch,
                           std::vector<TokenId>& out) const {
    if (word.empty()) return;
    const std::optional<TokenId> whole = lookup(word);
    std::atomic<std::uint8_t>* known = nullptr;
    if (whole) {
        known = &whole_[static_cast<std::size_t>(*whole)];
        if (options_.ignore_merges || known->load(std::memory_order_relaxed) == 1) {
            out.push_back(*whole);
            return;
        }
    }
    start_symbols(word, scratch);
    if (scratch.symbols.size() <= kShortWord) {
        merge_short(scratch);
    } else {
        merge_long(scratch);
    }
    for (const Scratch::Symbol& symbol : scratch.symbols) out.push_back(symbol.id);
    if (known != nullptr) {
        const bool is_whole = scratch.symbols.size() == 1 && scratch.symbols[0].id == *whole;
        known->store(is_whole ? 1 : 2, std::memory_order_relaxed);
    }
}

}  // namespace veritune::text
