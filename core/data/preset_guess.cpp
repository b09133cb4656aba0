// SPDX-License-Identifier: Apache-2.0
// What a file's columns mean, told by their names and by what stands in them.
#include "core/data/gold_shapes.h"
#include "core/data/preset_rows.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace veritune::data {

namespace {

using util::Json;
using Mapping = std::map<std::string, std::string>;

std::string cell_text(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_null() ? std::string()
                           : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string lower_name(std::string_view name) {
    std::string out(name);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

struct NameHint {
    const char* field;
    std::vector<std::string_view> words;
};

const std::vector<NameHint>& name_hints() {
    static const std::vector<NameHint> hints = {
        {"gold",
         {"gold",
          "answer",
          "antwort",
          "ergebnis",
          "result",
          "ground_truth",
          "target",
          "label",
          "expected",
          "correct",
          "richtig"}},
        {"prompt",
         {"prompt",
          "question",
          "frage",
          "problem",
          "aufgabe",
          "instruction",
          "input",
          "sachverhalt"}},
        {"solution",
         {"solution",
          "explanation",
          "rationale",
          "erkl\xc3\xa4rung",
          "erklaerung",
          "l\xc3\xb6sungsweg",
          "loesungsweg",
          "begr\xc3\xbcndung",
          "begruendung",
          "reasoning",
          "cot",
          "completion"}},
        {"id", {"id", "nr", "nummer", "nr.", "key"}},
        {"level", {"level", "difficulty", "schwierigkeit", "stufe"}},
        {"topic", {"topic", "category", "thema", "kategorie", "bereich", "subject", "type"}},
        {"lang", {"lang", "language", "sprache"}},
    };
    return hints;
}

bool is_used(const Mapping& mapping, std::string_view column) {
    return std::any_of(
        mapping.begin(), mapping.end(), [&](const auto& entry) { return entry.second == column; });
}

void guess_by_name(const std::vector<std::string>& columns, Mapping& mapping) {
    for (const bool exact : {true, false}) {
        for (const NameHint& hint : name_hints()) {
            if (mapping.contains(hint.field)) continue;
            for (const std::string_view word : hint.words) {
                // Short words hide in others ("id" in "identity").
                if (!exact && word.size() <= 4) continue;
                const auto found =
                    std::find_if(columns.begin(), columns.end(), [&](const std::string& column) {
                        const std::string name = lower_name(column);
                        return !is_used(mapping, column) &&
                               (exact ? name == word : name.find(word) != std::string::npos);
                    });
                if (found == columns.end()) continue;
                mapping[hint.field] = *found;
                break;
            }
        }
    }
}

}  // namespace

std::string guess_preset(const Json& record) {
    const auto has = [&record](std::initializer_list<const char*> columns) {
        return std::all_of(columns.begin(), columns.end(), [&](const char* column) {
            return find_column(record, column) != nullptr;
        });
    };
    if (has({"task_id", "canonical_solution", "test", "entry_point"})) return "humaneval";
    if (has({"text", "code", "test_list"})) return "mbpp";
    if (has({"quiz", "names", "statements", "solution"})) return "knights_knaves";
    if (has({"Patient Note", "Question", "Ground Truth Answer"})) return "medcalc";
    if (has({"task", "fields", "answer"})) return "legalbench";
    if (has({"data_source", "prompt", "reward_model.ground_truth"})) return "verl";
    if (has({"problem", "level", "type", "solution"})) return "math";
    if (has({"problem", "answer", "solution"})) return "open_r1";
    if (has({"question", "answer", "metadata"})) return "reasoning_gym";
    if (has({"question", "answer"}) && record["answer"].is_string() &&
        record["answer"].get_ref<const std::string&>().find("#### ") != std::string::npos) {
        return "gsm8k";
    }
    const bool lettered = has({"A", "B"}) || has({"option_A", "option_B"});
    if (lettered || (has({"question"}) && (has({"choices"}) || has({"options"})))) {
        return "multiple_choice";
    }
    if (has({"id"}) &&
        (has({"prompt", "gold", "verifier"}) || has({"messages", "gold", "verifier"}) ||
         has({"prompt", "solution", "split"}))) {
        return "veritune";
    }
    if (has({"prompt", "completion"})) return "prompt_completion";
    if (has({"messages"}) || has({"conversations"})) return "openai_chat";
    if (has({"prompt"}) && (has({"solution"}) || has({"answer"}) || has({"ground_truth"}))) {
        return "trl";
    }
    return "table";
}

Mapping guess_mapping(const std::vector<std::string>& columns, const std::vector<Json>& sample) {
    Mapping mapping;
    guess_by_name(columns, mapping);
    std::vector<std::pair<double, std::string>> by_length;
    for (const std::string& column : columns) {
        GoldShapes shapes;
        for (const Json& record : sample) {
            if (const Json* value = find_column(record, column)) shapes.add(cell_text(*value));
        }
        if (shapes.count() > 0) by_length.emplace_back(shapes.mean_bytes(), column);
    }
    std::stable_sort(by_length.begin(), by_length.end(), [](const auto& a, const auto& b) {
        return a.first > b.first;
    });
    if (!mapping.contains("prompt")) {
        for (const auto& [length, column] : by_length) {
            if (is_used(mapping, column)) continue;
            mapping["prompt"] = column;
            break;
        }
    }
    if (!mapping.contains("gold")) {
        for (auto at = by_length.rbegin(); at != by_length.rend(); ++at) {
            if (is_used(mapping, at->second)) continue;
            mapping["gold"] = at->second;
            break;
        }
    }
    return mapping;
}

}  // namespace veritune::data
