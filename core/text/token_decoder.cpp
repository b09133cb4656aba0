// SPDX-License-Identifier: Apache-2.0
#include "core/text/token_decoder.h"

#include "core/text/normalizer.h"

namespace veritune::text {
namespace {

using util::Json;

util::Error unsupported(std::string_view what, const std::string& why) {
    return util::fail(util::ErrorCode::kUnsupported,
                      std::string(what) + ": the decoder " + why +
                          " is not supported; use a model with a known tokenizer",
                      std::string(what));
}

std::string string_or(const Json& object, const char* key, const std::string& otherwise) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

/// "<0x0A>" -> 10; -1 for anything else.
int byte_token(std::string_view token) {
    if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return -1;
    const int high = hex_digit(token[3]);
    const int low = hex_digit(token[4]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace

util::Result<TokenDecoder> TokenDecoder::create(const Json& description, std::string_view what) {
    TokenDecoder decoder;
    VT_TRY(decoder.add(description, what, 0));
    return decoder;
}

util::Status TokenDecoder::add(const Json& description, std::string_view what, int depth) {
    if (description.is_null()) return {};
    const std::string type = description.is_object() ? string_or(description, "type", "") : "";
    if (type == "Sequence" && depth < 4) {
        const auto parts = description.find("decoders");
        if (parts == description.end() || !parts->is_array() || parts->size() > 64) {
            return unsupported(what, "Sequence without a list");
        }
        for (const Json& part : *parts) VT_TRY(add(part, what, depth + 1));
        return {};
    }
    if (type == "ByteFallback") return byte_fallback_ = true, util::Status();
    if (type == "Fuse") return fused_ = true, util::Status();
    if (type == "Replace") {
        const auto pattern = description.find("pattern");
        const std::string from = pattern != description.end() && pattern->is_object()
                                     ? string_or(*pattern, "String", "")
                                     : std::string();
        if (from.empty()) return unsupported(what, "Replace of a regular expression");
        replacements_.emplace_back(from, string_or(description, "content", ""));
        return {};
    }
    if (type == "Metaspace") {
        replacements_.emplace_back(string_or(description, "replacement", "\xE2\x96\x81"), " ");
        const auto old = description.find("add_prefix_space");
        const bool old_prefix = old == description.end() || !old->is_boolean() || old->get<bool>();
        const std::string scheme =
            string_or(description, "prepend_scheme", old_prefix ? "always" : "never");
        strip_content_.assign(1, ' ');
        strip_count_ = scheme == "never" ? 0 : 1;
        return {};
    }
    if (type == "Strip") {
        const auto start = description.find("start");
        const auto stop = description.find("stop");
        const bool ok = start != description.end() && start->is_number_unsigned() &&
                        start->get<unsigned>() <= 1024 &&
                        (stop == description.end() || *stop == 0) && fused_;
        if (!ok) return unsupported(what, "Strip other than at the start of the fused text");
        strip_content_ = string_or(description, "content", " ");
        strip_count_ = start->get<int>();
        return {};
    }
    return unsupported(what, '"' + type.substr(0, 40) + '"');
}

std::string TokenDecoder::bytes_of(std::string_view token) const {
    if (byte_fallback_) {
        if (const int byte = byte_token(token); byte >= 0) return {static_cast<char>(byte)};
    }
    std::string bytes(token);
    for (const auto& [from, to] : replacements_) bytes = replace_all(bytes, from, to);
    return bytes;
}

void TokenDecoder::strip_start(std::string& text) const {
    if (strip_content_.empty()) return;
    std::size_t cut = 0;
    for (int i = 0; i < strip_count_; ++i) {
        if (!std::string_view(text).substr(cut).starts_with(strip_content_)) break;
        cut += strip_content_.size();
    }
    text.erase(0, cut);
}

}  // namespace veritune::text
