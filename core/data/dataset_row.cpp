// SPDX-License-Identifier: Apache-2.0
#include "core/data/dataset_row.h"

#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace veritune::data {

namespace {

using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

constexpr std::array kStatuses = {
    RowStatus::kNew, RowStatus::kOk, RowStatus::kNeedsReview, RowStatus::kRejected};
constexpr std::array kRedistributions = {Redistribution::kYes,
                                         Redistribution::kAttribution,
                                         Redistribution::kShareAlike,
                                         Redistribution::kInternalOnly,
                                         Redistribution::kForbidden};
constexpr std::size_t kMaxShortBytes = 256;
constexpr std::size_t kMaxNoteBytes = std::size_t{64} << 10;
constexpr std::size_t kMaxTags = 64;
constexpr std::size_t kMaxReviewItems = 1000;

util::Error bad_key(std::string_view key, std::string_view why, ErrorCode code) {
    std::string message = "row: ";
    message.append(key).append(" ").append(why);
    return util::fail(code, std::move(message));
}

util::Error bad_key(std::string_view key, std::string_view why) {
    return bad_key(key, why, ErrorCode::kCorruptData);
}

Status read_short(const Json& object, const char* key, std::size_t max_bytes, std::string& out) {
    const auto found = object.find(key);
    if (found == object.end()) return {};
    if (!found->is_string()) return bad_key(key, "must be text");
    out = found->get<std::string>();
    if (out.size() > max_bytes) return bad_key(key, "is too long");
    if (out.find('\0') != std::string::npos) return bad_key(key, "must not hold a NUL");
    return {};
}

Result<ReviewItem> review_from_json(const Json& json) {
    if (!json.is_object()) return bad_key("review", "must hold objects");
    ReviewItem item;
    VT_TRY(read_short(json, "reason", kMaxShortBytes, item.reason));
    VT_TRY(read_short(json, "other", 2 * kMaxShortBytes, item.other));
    VT_TRY(read_short(json, "note", kMaxNoteBytes, item.note));
    VT_TRY(read_short(json, "state", kMaxShortBytes, item.state));
    VT_TRY(read_short(json, "reviewer", kMaxShortBytes, item.reviewer));
    if (!is_tag(item.reason)) return bad_key("review", "needs a reason of one word");
    if (item.state != "open" && item.state != "accepted" && item.state != "dismissed") {
        return bad_key("review", "state must be open, accepted or dismissed");
    }
    if (const auto score = json.find("score"); score != json.end()) {
        if (!score->is_number()) return bad_key("review", "score must be a number");
        item.score = score->get<double>();
    }
    return item;
}

Json review_to_json(const ReviewItem& item) {
    Json json = {{"reason", item.reason}, {"state", item.state}};
    if (!item.other.empty()) json["other"] = item.other;
    if (item.score != 0.0 && std::isfinite(item.score)) json["score"] = item.score;
    if (!item.note.empty()) json["note"] = item.note;
    if (!item.reviewer.empty()) json["reviewer"] = item.reviewer;
    return json;
}

Status read_tags(const Json& value, std::vector<std::string>& tags) {
    if (!value.is_array() || value.size() > kMaxTags) {
        return bad_key("tags", "must be a list of at most 64 words");
    }
    for (const Json& tag : value) {
        if (!tag.is_string() || !is_tag(tag.get_ref<const std::string&>())) {
            return bad_key("tags", "are words of 1 to 64 bytes without spaces and commas");
        }
        tags.push_back(tag.get<std::string>());
    }
    std::sort(tags.begin(), tags.end());
    tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
    return {};
}

Status read_redistribution(const Json& json, DatasetRow& row) {
    VT_TRY(read_short(json, "redistribution", kMaxShortBytes, row.redistribution));
    if (row.redistribution.empty() || redistribution_from_name(row.redistribution)) return {};
    return bad_key("redistribution",
                   "must be yes, attribution, share_alike, internal_only or forbidden");
}

/// The keys that are ours and not the problem's.
Status read_extras(const Json& json, DatasetRow& row) {
    VT_TRY(read_short(json, "topic", kMaxShortBytes, row.topic));
    VT_TRY(read_short(json, "lang", kMaxShortBytes, row.lang));
    VT_TRY(read_short(json, "licence", kMaxShortBytes, row.licence));
    VT_TRY(read_redistribution(json, row));
    if (const auto status = json.find("status"); status != json.end()) {
        const auto known = status->is_string()
                               ? status_from_name(status->get_ref<const std::string&>())
                               : std::nullopt;
        if (!known) return bad_key("status", "must be new, ok, needs_review or rejected");
        row.status = *known;
    }
    if (const auto tags = json.find("tags"); tags != json.end()) {
        VT_TRY(read_tags(*tags, row.tags));
    }
    if (const auto line = json.find("line"); line != json.end()) {
        if (!line->is_number_integer() || *line < 0) return bad_key("line", "must be a number");
        row.source_line = line->get<std::int64_t>();
    }
    const auto review = json.find("review");
    if (review == json.end()) return {};
    if (!review->is_array() || review->size() > kMaxReviewItems) {
        return bad_key("review", "must be a list of at most 1000 findings");
    }
    for (const Json& entry : *review) {
        VT_ASSIGN(ReviewItem item, review_from_json(entry));
        row.review.push_back(std::move(item));
    }
    return {};
}

constexpr std::array<std::string_view, 8> kExtraKeys = {
    "status", "topic", "lang", "licence", "redistribution", "tags", "review", "line"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool holds(std::string_view text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(), [](char a, char b) {
               return lower(a) == lower(b);
           }) != text.end();
}

bool holds_text(const DatasetRow& row, std::string_view part) {
    const Problem& problem = row.problem;
    if (holds(problem.id, part) || holds(problem.prompt, part) || holds(problem.solution, part)) {
        return true;
    }
    for (const text::Message& message : problem.messages) {
        if (holds(message.content, part)) return true;
    }
    if (problem.gold.is_string()) return holds(problem.gold.get_ref<const std::string&>(), part);
    return !problem.gold.is_null() && holds(problem.gold.dump(), part);
}

bool review_matches(const DatasetRow& row, const std::string& reason) {
    return std::any_of(row.review.begin(), row.review.end(), [&](const ReviewItem& item) {
        return reason.empty() ? item.state == "open" : item.reason == reason;
    });
}

Status read_filter_text(const Json& json, const char* key, std::optional<std::string>& out) {
    const auto found = json.find(key);
    if (found == json.end()) return {};
    if (!found->is_string()) {
        return bad_key(key, "of a filter must be text", ErrorCode::kInvalidArgument);
    }
    out = found->get<std::string>();
    return {};
}

Status read_filter_level(const Json& json, const char* key, std::optional<int>& out) {
    const auto found = json.find(key);
    if (found == json.end()) return {};
    if (!found->is_number_integer() || *found < 0 || *found > 1'000'000) {
        return bad_key(
            key, "of a filter must be a number from 0 to 1000000", ErrorCode::kInvalidArgument);
    }
    out = found->get<int>();
    return {};
}

Status read_filter_enums(const Json& json, RowFilter& filter) {
    std::optional<std::string> name;
    VT_TRY(read_filter_text(json, "status", name));
    if (name && !(filter.status = status_from_name(*name))) {
        return bad_key("status", "of a filter is unknown", ErrorCode::kInvalidArgument);
    }
    name.reset();
    VT_TRY(read_filter_text(json, "split", name));
    if (name && !(filter.split = split_from_name(*name))) {
        return bad_key("split", "of a filter is unknown", ErrorCode::kInvalidArgument);
    }
    return {};
}

}  // namespace

std::string_view status_name(RowStatus status) {
    switch (status) {
        case RowStatus::kNew:
            return "new";
        case RowStatus::kOk:
            return "ok";
        case RowStatus::kNeedsReview:
            return "needs_review";
        case RowStatus::kRejected:
            return "rejected";
    }
    VT_CHECK(false);
}

std::optional<RowStatus> status_from_name(std::string_view name) {
    for (const RowStatus status : kStatuses) {
        if (status_name(status) == name) return status;
    }
    return std::nullopt;
}

std::string_view redistribution_name(Redistribution value) {
    switch (value) {
        case Redistribution::kYes:
            return "yes";
        case Redistribution::kAttribution:
            return "attribution";
        case Redistribution::kShareAlike:
            return "share_alike";
        case Redistribution::kInternalOnly:
            return "internal_only";
        case Redistribution::kForbidden:
            return "forbidden";
    }
    VT_CHECK(false);
}

std::optional<Redistribution> redistribution_from_name(std::string_view name) {
    for (const Redistribution value : kRedistributions) {
        if (redistribution_name(value) == name) return value;
    }
    return std::nullopt;
}

bool is_tag(std::string_view text) {
    constexpr std::size_t kMaxBytes = 64;
    if (text.empty() || text.size() > kMaxBytes || !text::is_valid_utf8(text)) return false;
    for (std::size_t at = 0; at < text.size();) {
        const text::CodePoint point = text::decode_utf8(text, at);
        if (point.value < 0x20 || point.value == 0x7f || point.value == ',' ||
            text::is_white_space(point.value)) {
            return false;
        }
        at += point.length;
    }
    return true;
}

Json row_to_json(const DatasetRow& row) {
    Json json = problem_to_json(row.problem);
    json["status"] = status_name(row.status);
    if (!row.topic.empty()) json["topic"] = row.topic;
    if (!row.lang.empty()) json["lang"] = row.lang;
    if (!row.licence.empty()) json["licence"] = row.licence;
    if (!row.redistribution.empty()) json["redistribution"] = row.redistribution;
    if (!row.tags.empty()) json["tags"] = row.tags;
    if (row.source_line > 0) json["line"] = row.source_line;
    if (row.review.empty()) return json;
    Json review = Json::array();
    for (const ReviewItem& item : row.review) review.push_back(review_to_json(item));
    json["review"] = std::move(review);
    return json;
}

Result<DatasetRow> row_from_json(const Json& json, RowStatus fallback) {
    if (!json.is_object()) return bad_key("a row", "must be a JSON object");
    DatasetRow row{.status = fallback};
    VT_TRY(read_extras(json, row));
    VT_ASSIGN(row.problem, problem_from_json(json, kExtraKeys));
    return row;
}

Json filter_to_json(const RowFilter& filter) {
    Json json = Json::object();
    if (filter.status) json["status"] = status_name(*filter.status);
    if (filter.split) json["split"] = split_name(*filter.split);
    if (filter.verifier) json["verifier"] = *filter.verifier;
    if (filter.tag) json["tag"] = *filter.tag;
    if (filter.topic) json["topic"] = *filter.topic;
    if (filter.family) json["family"] = *filter.family;
    if (filter.review) json["review"] = *filter.review;
    if (filter.min_level) json["min_level"] = *filter.min_level;
    if (filter.max_level) json["max_level"] = *filter.max_level;
    if (!filter.text.empty()) json["text"] = filter.text;
    return json;
}

Result<RowFilter> filter_from_json(const Json& json) {
    static constexpr std::array<std::string_view, 10> kKeys = {"status",
                                                               "split",
                                                               "verifier",
                                                               "tag",
                                                               "topic",
                                                               "family",
                                                               "review",
                                                               "min_level",
                                                               "max_level",
                                                               "text"};
    if (!json.is_object()) {
        return util::fail(ErrorCode::kInvalidArgument, "a filter must be a JSON object");
    }
    for (const auto& item : json.items()) {
        if (std::find(kKeys.begin(), kKeys.end(), item.key()) == kKeys.end()) {
            return util::fail(ErrorCode::kInvalidArgument, "a filter has a key that is unknown");
        }
    }
    RowFilter filter;
    VT_TRY(read_filter_enums(json, filter));
    VT_TRY(read_filter_text(json, "verifier", filter.verifier));
    VT_TRY(read_filter_text(json, "tag", filter.tag));
    VT_TRY(read_filter_text(json, "topic", filter.topic));
    VT_TRY(read_filter_text(json, "family", filter.family));
    VT_TRY(read_filter_text(json, "review", filter.review));
    VT_TRY(read_filter_level(json, "min_level", filter.min_level));
    VT_TRY(read_filter_level(json, "max_level", filter.max_level));
    std::optional<std::string> text;
    VT_TRY(read_filter_text(json, "text", text));
    filter.text = text.value_or("");
    return filter;
}

bool matches(const RowFilter& filter, const DatasetRow& row) {
    const Problem& problem = row.problem;
    if (filter.status && row.status != *filter.status) return false;
    if (filter.split && problem.split != *filter.split) return false;
    if (filter.verifier && problem.verifier != *filter.verifier) return false;
    if (filter.topic && row.topic != *filter.topic) return false;
    if (filter.family && problem.family != *filter.family) return false;
    if (filter.min_level && problem.level < *filter.min_level) return false;
    if (filter.max_level && problem.level > *filter.max_level) return false;
    if (filter.tag && std::find(row.tags.begin(), row.tags.end(), *filter.tag) == row.tags.end()) {
        return false;
    }
    if (filter.review && !review_matches(row, *filter.review)) return false;
    return filter.text.empty() || holds_text(row, filter.text);
}

}  // namespace veritune::data
