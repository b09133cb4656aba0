// SPDX-License-Identifier: Apache-2.0
#include "core/data/dataset.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace veritune::data {

namespace {

using util::ErrorCode;
using util::Json;
using util::Result;

util::Error bad_row(std::string message) {
    return util::fail(ErrorCode::kCorruptData, std::move(message));
}

std::string numbered_id(std::string_view prefix, std::int64_t line) {
    char number[24];
    std::snprintf(number, sizeof number, "%06lld", static_cast<long long>(line));
    std::string id(prefix);
    id += '-';
    id += number;
    return id;
}

Result<Problem> read_veritune_row(const Json& row, std::int64_t /*line*/) {
    return problem_from_json(row);
}

/// "<<16-3-4=9>>" is a note for the calculator of the paper's own sampler; a model trained on it
/// would write it.
std::string without_calculator_notes(std::string_view text) {
    std::string out;
    while (true) {
        const std::size_t open = text.find("<<");
        const std::size_t close = text.find(">>", open == std::string_view::npos ? 0 : open);
        if (open == std::string_view::npos || close == std::string_view::npos) break;
        out += text.substr(0, open);
        text.remove_prefix(close + 2);
    }
    out += text;
    return out;
}

/// "70,000" -> "70000"; empty when the text is no whole number.
std::string gsm8k_gold(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    text = text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
    std::string gold;
    for (const char c : text) {
        if (c != ',') gold += c;
    }
    const std::string_view digits = std::string_view(gold).substr(gold.starts_with('-') ? 1 : 0);
    const bool whole = !digits.empty() && std::all_of(digits.begin(), digits.end(), [](char c) {
        return c >= '0' && c <= '9';
    });
    return whole ? gold : std::string();
}

Result<Problem> read_gsm8k_row(const Json& row, std::int64_t line) {
    if (!row.is_object()) return bad_row("row: must be a JSON object");
    VT_ASSIGN(const std::string question, util::json_string(row, "question", "row"));
    VT_ASSIGN(const std::string answer, util::json_string(row, "answer", "row"));
    constexpr std::string_view kMark = "#### ";
    const std::size_t mark = answer.rfind(kMark);
    if (mark == std::string::npos) return bad_row("row: answer holds no line \"#### number\"");
    const std::string gold = gsm8k_gold(std::string_view(answer).substr(mark + kMark.size()));
    if (gold.empty()) return bad_row("row: the text after \"#### \" is not a whole number");
    return problem_from_json({{"id", numbered_id("gsm8k", line)},
                              {"prompt", question},
                              {"gold", gold},
                              {"verifier", "integer"},
                              {"profile", "reward_strict"},
                              {"solution", without_calculator_notes(answer)},
                              {"family", "gsm8k"}});
}

/// The completion as text: a plain text, or one assistant message.
Result<std::string> completion_text(const Json& completion) {
    if (completion.is_string()) return completion.get<std::string>();
    VT_ASSIGN(const std::vector<text::Message> messages,
              messages_from_json(completion, "completion"));
    if (messages.size() != 1 || messages.front().role != "assistant") {
        return bad_row("row: completion must be text or one assistant message");
    }
    return messages.front().content;
}

Result<Problem> read_prompt_completion_row(const Json& row, std::int64_t line) {
    if (!row.is_object()) return bad_row("row: must be a JSON object");
    for (const char* key : {"prompt", "completion"}) {
        if (!row.contains(key)) return bad_row(std::string("row: ") + key + " is missing");
    }
    Json own = {{"family", "prompt_completion"}};
    own["id"] = row.contains("id") ? row["id"] : Json(numbered_id("row", line));
    own[row["prompt"].is_array() ? "messages" : "prompt"] = row["prompt"];
    VT_ASSIGN(own["solution"], completion_text(row["completion"]));
    for (const char* key : {"gold", "verifier", "params", "profile"}) {
        if (row.contains(key)) own[key] = row[key];
    }
    return problem_from_json(own);
}

struct Preset {
    std::string_view name;
    Result<Problem> (*read)(const Json& row, std::int64_t line);
};

constexpr Preset kPresets[] = {
    {"veritune", read_veritune_row},
    {"gsm8k", read_gsm8k_row},
    {"prompt_completion", read_prompt_completion_row},
};

Result<const Preset*> find_preset(std::string_view name) {
    for (const Preset& preset : kPresets) {
        if (preset.name == name) return &preset;
    }
    return util::fail(ErrorCode::kNotFound,
                      "there is no such import preset; use veritune, gsm8k or prompt_completion",
                      std::string(name));
}

}  // namespace

Result<ImportReport> import_jsonl(const std::string& path,
                                  const std::string& preset_name,
                                  const GoldCheck& check) {
    VT_ASSIGN(const Preset* preset, find_preset(preset_name));
    ImportReport report;
    std::unordered_map<std::string, std::int64_t> lines_by_id;
    const auto refuse = [&report](std::int64_t line, std::string message) {
        report.errors.push_back({.line = line, .message = std::move(message)});
        return true;
    };
    const auto on_row = [&](std::int64_t line, const Json& row) {
        Result<Problem> problem = preset->read(row, line);
        if (!problem) return refuse(line, problem.error().message);
        if (check && !problem->verifier.empty()) {
            if (std::string fault = check(*problem); !fault.empty()) return refuse(line, fault);
        }
        const auto [place, fresh] = lines_by_id.try_emplace(problem->id, line);
        if (!fresh) return refuse(line, "row: id repeats line " + std::to_string(place->second));
        report.problems.push_back(std::move(problem).value());
        return true;
    };
    const auto on_error = [&refuse](std::int64_t line, const util::Error& error) {
        return refuse(line, util::to_string(error));
    };
    VT_ASSIGN(report.lines, read_jsonl(path, on_row, on_error));
    return report;
}

std::vector<std::string> import_presets() {
    std::vector<std::string> names;
    for (const Preset& preset : kPresets) names.emplace_back(preset.name);
    return names;
}

}  // namespace veritune::data
