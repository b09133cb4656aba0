// SPDX-License-Identifier: Apache-2.0
#include "core/text/normalizer.h"

#include "core/text/utf8.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

namespace veritune::text {
namespace {

using util::ErrorCode;
using util::Json;

util::Error unsupported(std::string_view what, const std::string& why) {
    return util::fail(ErrorCode::kUnsupported,
                      std::string(what) + ": the normalizer " + why +
                          " is not supported; use a model with a known tokenizer",
                      std::string(what));
}

std::string string_or_empty(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// No character below U+0300 changes under NFC, and none below U+00A0 under NFKC and NFKD; below
/// U+00C0 nothing decomposes canonically.
bool is_already_normal(std::string_view text, UnicodeForm form) {
    char32_t limit = 0x80;
    if (form == UnicodeForm::kNfc) limit = 0x300;
    if (form == UnicodeForm::kNfd) limit = 0xC0;
    for (std::size_t pos = 0; pos < text.size();) {
        const CodePoint c = decode_utf8(text, pos);
        if (c.value >= limit) return false;
        pos += c.length;
    }
    return true;
}

int combining_class(utf8proc_int32_t c) { return utf8proc_get_property(c)->combining_class; }

/// Canonical ordering: each run of combining marks sorted by class, stably. utf8proc's own loop is
/// quadratic in the length of a run, which a hostile text can make very long.
void order_marks(std::vector<utf8proc_int32_t>& text) {
    auto begin = text.begin();
    while (begin != text.end()) {
        if (combining_class(*begin) == 0) {
            ++begin;
            continue;
        }
        const auto end = std::find_if(
            begin, text.end(), [](utf8proc_int32_t c) { return combining_class(c) == 0; });
        std::stable_sort(begin, end, [](utf8proc_int32_t a, utf8proc_int32_t b) {
            return combining_class(a) < combining_class(b);
        });
        begin = end;
    }
}

}  // namespace

std::string normalize_unicode(std::string_view text, UnicodeForm form) {
    if (is_already_normal(text, form)) return std::string(text);
    const bool compat = form == UnicodeForm::kNfkc || form == UnicodeForm::kNfkd;
    const bool compose = form == UnicodeForm::kNfc || form == UnicodeForm::kNfkc;
    const auto options = static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_STABLE |
                                                        (compat ? UTF8PROC_COMPAT : 0));
    std::vector<utf8proc_int32_t> points;
    points.reserve(text.size());
    std::array<utf8proc_int32_t, 32> parts{};  // the longest decomposition has 18
    int last_boundclass = 0;
    for (std::size_t pos = 0; pos < text.size();) {
        const CodePoint c = decode_utf8(text, pos);
        pos += c.length;
        const utf8proc_ssize_t count =
            utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c.value),
                                    parts.data(),
                                    static_cast<utf8proc_ssize_t>(parts.size()),
                                    options,
                                    &last_boundclass);
        VT_CHECK(count >= 0 && count <= static_cast<utf8proc_ssize_t>(parts.size()));
        points.insert(points.end(), parts.begin(), parts.begin() + count);
    }
    order_marks(points);
    if (compose && !points.empty()) {
        const utf8proc_ssize_t length = utf8proc_normalize_utf32(
            points.data(),
            static_cast<utf8proc_ssize_t>(points.size()),
            static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
        VT_CHECK(length >= 0);
        points.resize(static_cast<std::size_t>(length));
    }
    std::string out;
    out.reserve(text.size());
    for (const utf8proc_int32_t c : points) append_utf8(out, static_cast<char32_t>(c));
    return out;
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
    std::string out;
    out.reserve(text.size());
    while (true) {
        const std::size_t at = text.find(from);
        out.append(text.substr(0, at));
        if (at == std::string_view::npos) return out;
        out.append(to);
        text.remove_prefix(at + from.size());
    }
}

util::Result<Normalizer> Normalizer::create(const Json& description, std::string_view what) {
    Normalizer normalizer;
    VT_TRY(normalizer.add(description, what, 0));
    return normalizer;
}

util::Status Normalizer::add(const Json& description, std::string_view what, int depth) {
    if (description.is_null()) return {};
    const std::string type = description.is_object() ? string_or_empty(description, "type") : "";
    if (type == "Sequence" && depth < 4) {
        const auto parts = description.find("normalizers");
        if (parts == description.end() || !parts->is_array() || parts->size() > 64) {
            return unsupported(what, "Sequence without a list");
        }
        for (const Json& part : *parts) VT_TRY(add(part, what, depth + 1));
        return {};
    }
    if (type == "NFC") return steps_.push_back({Kind::kNfc, {}, {}}), util::Status();
    if (type == "NFD") return steps_.push_back({Kind::kNfd, {}, {}}), util::Status();
    if (type == "NFKC") return steps_.push_back({Kind::kNfkc, {}, {}}), util::Status();
    if (type == "NFKD") return steps_.push_back({Kind::kNfkd, {}, {}}), util::Status();
    if (type == "Prepend") {
        steps_.push_back({Kind::kPrepend, {}, string_or_empty(description, "prepend")});
        return {};
    }
    if (type == "Replace") {
        const auto pattern = description.find("pattern");
        const std::string from = pattern != description.end() && pattern->is_object()
                                     ? string_or_empty(*pattern, "String")
                                     : std::string();
        if (from.empty()) return unsupported(what, "Replace of a regular expression");
        steps_.push_back({Kind::kReplace, from, string_or_empty(description, "content")});
        return {};
    }
    return unsupported(what, '"' + type.substr(0, 40) + '"');
}

std::string Normalizer::apply(std::string_view text, bool at_start) const {
    std::string result(text);
    for (const Step& step : steps_) {
        switch (step.kind) {
            case Kind::kNfc:
                result = normalize_unicode(result, UnicodeForm::kNfc);
                break;
            case Kind::kNfd:
                result = normalize_unicode(result, UnicodeForm::kNfd);
                break;
            case Kind::kNfkc:
                result = normalize_unicode(result, UnicodeForm::kNfkc);
                break;
            case Kind::kNfkd:
                result = normalize_unicode(result, UnicodeForm::kNfkd);
                break;
            case Kind::kPrepend:
                if (at_start && !result.empty()) result.insert(0, step.to);
                break;
            case Kind::kReplace:
                result = replace_all(result, step.from, step.to);
                break;
        }
    }
    return result;
}

}  // namespace veritune::text
