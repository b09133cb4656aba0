// SPDX-License-Identifier: Apache-2.0
#include "core/data/problem.h"

#include "core/util/hash.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace veritune::data {

namespace {

using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

constexpr std::size_t kMaxTextBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxNameBytes = 256;
constexpr int kMaxLevel = 1'000'000;

util::Error bad_key(std::string_view key, std::string_view why) {
    std::string message = "row: ";
    message += key;
    message += ' ';
    message += why;
    return util::fail(ErrorCode::kCorruptData, std::move(message));
}

std::string canonical_text(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n\f\v";
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    text = text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
    std::string canonical;
    canonical.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        canonical += text[i];
    }
    return canonical;
}

Status check_text(std::string_view key, std::string_view text, std::size_t max_bytes) {
    if (text.size() > max_bytes) {
        return bad_key(key, "must be at most " + std::to_string(max_bytes) + " bytes");
    }
    // SQLite, file names and C interfaces cut at a NUL; nothing readable holds one.
    if (text.find('\0') != std::string_view::npos) return bad_key(key, "must not hold a NUL");
    return {};
}

/// Reads an optional text into `out`; an absent key leaves the default.
Status read_text(const Json& row, const char* key, std::size_t max_bytes, std::string& out) {
    const auto found = row.find(key);
    if (found == row.end()) return {};
    if (!found->is_string()) return bad_key(key, "must be text");
    out = found->get<std::string>();
    return check_text(key, out, max_bytes);
}

Status read_level(const Json& row, Problem& problem) {
    const auto found = row.find("level");
    if (found == row.end()) return {};
    // A JSON number beyond int64 is unsigned in the library; compare before narrowing.
    const bool whole = found->is_number_unsigned() || found->is_number_integer();
    if (!whole || *found < 0 || *found > kMaxLevel) {
        return bad_key("level", "must be a whole number from 0 to 1000000");
    }
    problem.level = found->get<int>();
    return {};
}

Status read_split(const Json& row, Problem& problem) {
    const auto found = row.find("split");
    if (found == row.end()) return {};
    const std::optional<Split> split =
        found->is_string() ? split_from_name(found->get_ref<const std::string&>()) : std::nullopt;
    if (!split) return bad_key("split", "must be train, val, test, held_out or quarantine");
    problem.split = *split;
    return {};
}

Status check_keys(const Json& row, std::span<const std::string_view> beside) {
    static constexpr std::array<std::string_view, 11> kKeys = {"id",
                                                               "prompt",
                                                               "messages",
                                                               "gold",
                                                               "verifier",
                                                               "params",
                                                               "profile",
                                                               "solution",
                                                               "family",
                                                               "level",
                                                               "split"};
    for (const auto& item : row.items()) {
        if (std::find(kKeys.begin(), kKeys.end(), item.key()) != kKeys.end() ||
            std::find(beside.begin(), beside.end(), item.key()) != beside.end()) {
            continue;
        }
        const std::string key = item.key().size() <= 40 ? "\"" + item.key() + "\"" : "a long key";
        return bad_key(key, "is not a key of this format");
    }
    return {};
}

/// What every problem must have, whichever way it came in.
Status check_whole(const Problem& problem) {
    if (problem.id.empty()) return bad_key("id", "is missing");
    if (problem.prompt.empty() && problem.messages.empty()) return bad_key("prompt", "is missing");
    if (!problem.prompt.empty() && !problem.messages.empty()) {
        return bad_key("prompt", "and messages must not both be given");
    }
    if (problem.gold.is_null() != problem.verifier.empty()) {
        return bad_key(problem.gold.is_null() ? "gold" : "verifier",
                       "is missing: gold and verifier belong together");
    }
    if (problem.gold.is_null() && problem.solution.empty()) {
        return bad_key("gold", "is missing (a row needs gold and verifier, or a solution)");
    }
    return {};
}

}  // namespace

std::string_view split_name(Split split) {
    switch (split) {
        case Split::kTrain:
            return "train";
        case Split::kVal:
            return "val";
        case Split::kTest:
            return "test";
        case Split::kHeldOut:
            return "held_out";
        case Split::kQuarantine:
            return "quarantine";
    }
    VT_CHECK(false);
}

std::optional<Split> split_from_name(std::string_view name) {
    for (const Split split : kAllSplits) {
        if (split_name(split) == name) return split;
    }
    return std::nullopt;
}

std::string prompt_hash(const Problem& problem) {
    if (problem.messages.empty())
        return util::sha256_hex("text\n" + canonical_text(problem.prompt));
    Json messages = Json::array();
    for (const text::Message& message : problem.messages) {
        messages.push_back(Json::array({message.role, canonical_text(message.content)}));
    }
    return util::sha256_hex("chat\n" + util::canonical_json(messages));
}

Json problem_to_json(const Problem& problem) {
    Json row = {{"id", problem.id}, {"split", split_name(problem.split)}};
    if (problem.messages.empty()) {
        row["prompt"] = problem.prompt;
    } else {
        Json messages = Json::array();
        for (const text::Message& message : problem.messages) {
            messages.push_back({{"role", message.role}, {"content", message.content}});
        }
        row["messages"] = std::move(messages);
    }
    if (!problem.gold.is_null()) row["gold"] = problem.gold;
    if (!problem.verifier.empty()) {
        row["verifier"] = problem.verifier;
        row["params"] = problem.params;
        row["profile"] = problem.profile;
    }
    if (!problem.solution.empty()) row["solution"] = problem.solution;
    if (!problem.family.empty()) row["family"] = problem.family;
    if (problem.level != 0) row["level"] = problem.level;
    return row;
}

Result<std::vector<text::Message>> messages_from_json(const Json& value, std::string_view what) {
    if (!value.is_array() || value.empty()) return bad_key(what, "must be a list of messages");
    std::vector<text::Message> messages;
    for (const Json& entry : value) {
        text::Message message;
        if (!entry.is_object() || entry.size() != 2 || !entry.contains("role") ||
            !entry.contains("content")) {
            return bad_key(what, "must hold objects of role and content");
        }
        VT_TRY(read_text(entry, "role", kMaxNameBytes, message.role));
        VT_TRY(read_text(entry, "content", kMaxTextBytes, message.content));
        if (message.role.empty()) return bad_key("role", "must not be empty");
        messages.push_back(std::move(message));
    }
    return messages;
}

Result<Problem> problem_from_json(const Json& row, std::span<const std::string_view> beside) {
    if (!row.is_object()) {
        return util::fail(ErrorCode::kCorruptData, "row: must be a JSON object");
    }
    VT_TRY(check_keys(row, beside));
    Problem problem;
    VT_TRY(read_text(row, "id", kMaxNameBytes, problem.id));
    VT_TRY(read_text(row, "prompt", kMaxTextBytes, problem.prompt));
    VT_TRY(read_text(row, "verifier", kMaxNameBytes, problem.verifier));
    VT_TRY(read_text(row, "profile", kMaxNameBytes, problem.profile));
    VT_TRY(read_text(row, "solution", kMaxTextBytes, problem.solution));
    VT_TRY(read_text(row, "family", kMaxNameBytes, problem.family));
    if (const auto messages = row.find("messages"); messages != row.end()) {
        VT_ASSIGN(problem.messages, messages_from_json(*messages, "messages"));
    }
    if (const auto gold = row.find("gold"); gold != row.end()) problem.gold = *gold;
    if (problem.gold.is_string()) {
        VT_TRY(check_text("gold", problem.gold.get_ref<const std::string&>(), kMaxTextBytes));
    }
    if (const auto params = row.find("params"); params != row.end()) {
        if (!params->is_object()) return bad_key("params", "must be an object");
        problem.params = *params;
    }
    VT_TRY(read_level(row, problem));
    VT_TRY(read_split(row, problem));
    VT_TRY(check_whole(problem));
    return problem;
}

}  // namespace veritune::data
