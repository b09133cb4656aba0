// SPDX-License-Identifier: Apache-2.0
#include "core/data/preset_rows.h"

#include "core/data/csv.h"
#include "core/data/gold_shapes.h"
#include "core/data/preset_readers.h"
#include "core/data/record_reader.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace veritune::data {

namespace {

using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

util::Error bad_row(std::string message) {
    return util::fail(ErrorCode::kCorruptData, std::move(message));
}

std::string numbered_id(std::string_view prefix, std::int64_t line) {
    std::array<char, 24> number{};
    std::snprintf(number.data(), number.size(), "%06lld", static_cast<long long>(line));
    return std::string(prefix) + "-" + number.data();
}

/// Text of a value: texts as they are, numbers and truth values as JSON writes them.
std::string as_text(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_null()) return {};
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* mapped(const RowContext& context, const Json& record, const char* field) {
    const auto column = context.mapping.find(field);
    if (column == context.mapping.end() || column->second.empty()) return nullptr;
    return find_column(record, column->second);
}

/// A mapped text; cells of a table lose their guard and must not be formulas.
Result<std::string> mapped_text(const RowContext& context, const Json& record, const char* field) {
    const Json* value = mapped(context, record, field);
    if (value == nullptr) return std::string();
    std::string text = as_text(*value);
    if (!context.is_table) return text;
    if (looks_like_formula(text)) {
        return bad_row("column `" + context.mapping.at(field) +
                       "` holds a spreadsheet formula; save the sheet with values, or put a ' "
                       "before the text if it is one");
    }
    return unquoted_cell(std::move(text));
}

/// "Level 3" -> 3; a text without a number is 0.
int level_of(std::string_view text) {
    const std::size_t digit = text.find_first_of("0123456789");
    if (digit == std::string_view::npos) return 0;
    int level = 0;
    for (std::size_t i = digit; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
        level = level * 10 + (text[i] - '0');
        if (level > 1'000'000) return 0;
    }
    return level;
}

/// Chat messages of other formats: role and text; parts of a message are joined.
Result<Json> plain_messages(const Json& list) {
    if (!list.is_array() || list.empty()) return bad_row("the messages are not a list");
    Json out = Json::array();
    for (const Json& entry : list) {
        if (!entry.is_object()) return bad_row("a message is not an object");
        // ShareGPT's names for the same thing.
        const Json* role = find_column(entry, "role");
        const Json* content = find_column(entry, "content");
        if (role == nullptr) role = find_column(entry, "from");
        if (content == nullptr) content = find_column(entry, "value");
        if (role == nullptr || content == nullptr || !role->is_string()) {
            return bad_row("a message needs role and content");
        }
        std::string text;
        if (content->is_array()) {
            for (const Json& part : *content) {
                if (!part.is_object() || part.value("type", std::string()) != "text") {
                    return bad_row("a message holds something other than text");
                }
                text += part.value("text", std::string());
            }
        } else if (content->is_string()) {
            text = content->get<std::string>();
        } else {
            return bad_row("the content of a message is not text");
        }
        std::string name = role->get<std::string>();
        if (name == "human") name = "user";
        if (name == "gpt") name = "assistant";
        out.push_back({{"role", name}, {"content", text}});
    }
    return out;
}

/// Takes the assistant's last message away and returns its text.
std::string take_reply(Json& messages) {
    if (messages.empty() || messages.back().value("role", "") != "assistant") return {};
    std::string reply = messages.back().value("content", "");
    messages.erase(messages.size() - 1);
    return reply;
}

void put_prompt(Json& own, Json messages) {
    if (messages.size() == 1 && messages[0].value("role", "") == "user") {
        own["prompt"] = messages[0]["content"];
    } else {
        own["messages"] = std::move(messages);
    }
}

struct Filled {
    std::string text;
    bool whole = true;
};

/// "{{name}}" replaced by the record's column; one that is not there becomes nothing.
Filled fill_template(std::string_view pattern, const Json& fields) {
    Filled out;
    while (true) {
        const std::size_t open = pattern.find("{{");
        const std::size_t close =
            open == std::string_view::npos ? open : pattern.find("}}", open + 2);
        if (close == std::string_view::npos) break;
        out.text += pattern.substr(0, open);
        const std::string_view name = text::trim(pattern.substr(open + 2, close - open - 2));
        if (const Json* value = find_column(fields, name)) {
            out.text += as_text(*value);
        } else {
            out.whole = false;
        }
        pattern.remove_prefix(close + 2);
    }
    out.text += pattern;
    return out;
}

std::string fields_as_text(const Json& fields, std::string_view skip) {
    std::string text;
    if (!fields.is_object()) return as_text(fields);
    for (const auto& item : fields.items()) {
        if (item.key() == skip || item.key() == "index") continue;
        text += (text.empty() ? "" : "\n") + item.key() + ": " + as_text(item.value());
    }
    return text;
}

/// Gold, verifier and profile as the context says; a gold of its own kind keeps its JSON.
void put_gold(const RowContext& context, const Json& gold, Json& own) {
    if (gold.is_null() ||
        (gold.is_string() && text::trim(gold.get_ref<const std::string&>()).empty()) ||
        context.verifier.empty()) {
        return;
    }
    const bool structured = gold.is_array() || gold.is_object();
    own["gold"] = structured
                      ? gold
                      : Json(normal_gold(as_text(gold), context.verifier, context.decimal_mark));
    own["verifier"] = context.verifier;
    own["params"] = context.params;
    own["profile"] = context.profile;
}

Result<DatasetRow> finish(const Json& own) { return row_from_json(own); }

Status put_common(const RowContext& context, const Json& record, std::int64_t line, Json& own) {
    VT_ASSIGN(std::string id, mapped_text(context, record, "id"));
    own["id"] = id.empty()
                    ? numbered_id(context.id_prefix, context.number > 0 ? context.number : line)
                    : std::move(id);
    own["line"] = line;
    if (context.preset != "table") own["family"] = context.preset;
    VT_ASSIGN(const std::string level, mapped_text(context, record, "level"));
    if (const int number = level_of(level); number > 0) own["level"] = number;
    VT_ASSIGN(std::string topic, mapped_text(context, record, "topic"));
    if (!topic.empty()) own["topic"] = std::move(topic);
    VT_ASSIGN(std::string lang, mapped_text(context, record, "lang"));
    if (!lang.empty()) own["lang"] = std::move(lang);
    VT_ASSIGN(const std::string split, mapped_text(context, record, "split"));
    if (split_from_name(split)) own["split"] = split;
    return {};
}

Status put_mapped_prompt(RowContext& context, const Json& record, Json& own) {
    if (context.templates.is_string()) {
        Filled filled = fill_template(context.templates.get_ref<const std::string&>(), record);
        context.unfilled += filled.whole ? 0 : 1;
        own["prompt"] = std::move(filled.text);
        return {};
    }
    const Json* value = mapped(context, record, "prompt");
    if (value == nullptr) {
        const auto column = context.mapping.find("prompt");
        return bad_row("column `" +
                       (column == context.mapping.end() ? std::string("prompt") : column->second) +
                       "` (the question) is missing; choose the right column");
    }
    if (value->is_array()) {
        VT_ASSIGN(Json messages, plain_messages(*value));
        std::string reply = take_reply(messages);
        if (!reply.empty()) own["solution"] = std::move(reply);
        put_prompt(own, std::move(messages));
        return {};
    }
    VT_ASSIGN(own["prompt"], mapped_text(context, record, "prompt"));
    if (!text::trim(own["prompt"].get_ref<const std::string&>()).empty()) return {};
    return bad_row("the question is empty");
}

Status put_solution(const RowContext& context, const Json& record, Json& own) {
    const Json* value = mapped(context, record, "solution");
    if (value == nullptr) return {};
    if (value->is_array()) {
        VT_ASSIGN(Json messages, plain_messages(*value));
        own["solution"] = take_reply(messages);
        return {};
    }
    VT_ASSIGN(std::string text, mapped_text(context, record, "solution"));
    if (!text.empty()) own["solution"] = std::move(text);
    return {};
}

}  // namespace

Result<DatasetRow> read_table(RowContext& context, const Json& record, std::int64_t line) {
    if (!record.is_object()) return bad_row("the row is not an object of columns");
    Json own = Json::object();
    VT_TRY(put_common(context, record, line, own));
    VT_TRY(put_mapped_prompt(context, record, own));
    VT_TRY(put_solution(context, record, own));
    if (const Json* gold = mapped(context, record, "gold")) {
        if (gold->is_string()) {
            VT_ASSIGN(const std::string text, mapped_text(context, record, "gold"));
            put_gold(context, Json(text), own);
        } else {
            put_gold(context, *gold, own);
        }
    }
    if (!own.contains("gold") && !own.contains("solution")) {
        const auto column = context.mapping.find("gold");
        return bad_row("the answer (column `" +
                       (column == context.mapping.end() ? std::string("gold") : column->second) +
                       "`) is empty; fill it in or choose another column");
    }
    return finish(own);
}

Result<DatasetRow> read_own(RowContext& /*context*/, const Json& record, std::int64_t line) {
    VT_ASSIGN(DatasetRow row, row_from_json(record));
    if (row.source_line == 0) row.source_line = line;
    return row;
}

namespace {

/// "<<16-3-4=9>>" is a note for the calculator of the paper's own sampler.
std::string without_calculator_notes(std::string_view text) {
    std::string out;
    while (true) {
        const std::size_t open = text.find("<<");
        const std::size_t close = text.find(">>", open == std::string_view::npos ? 0 : open);
        if (open == std::string_view::npos || close == std::string_view::npos) break;
        out += text.substr(0, open);
        text.remove_prefix(close + 2);
    }
    return out + std::string(text);
}

}  // namespace

Result<DatasetRow> read_gsm8k(RowContext& context, const Json& record, std::int64_t line) {
    if (!record.is_object()) return bad_row("the row is not an object");
    VT_ASSIGN(const std::string question, util::json_string(record, "question", "row"));
    VT_ASSIGN(const std::string answer, util::json_string(record, "answer", "row"));
    constexpr std::string_view kMark = "#### ";
    const std::size_t mark = answer.rfind(kMark);
    if (mark == std::string::npos) return bad_row("answer holds no line \"#### number\"");
    std::string gold(text::trim(std::string_view(answer).substr(mark + kMark.size())));
    std::erase(gold, ',');
    const std::string_view digits = std::string_view(gold).substr(gold.starts_with('-') ? 1 : 0);
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
        return bad_row("the text after \"#### \" is not a whole number");
    }
    return finish(
        {{"id", numbered_id(context.id_prefix, context.number > 0 ? context.number : line)},
         {"line", line},
         {"prompt", question},
         {"gold", gold},
         {"verifier", "integer"},
         {"profile", context.profile},
         {"solution", without_calculator_notes(answer)},
         {"lang", "en"},
         {"family", "gsm8k"}});
}

Result<DatasetRow> read_math(RowContext& context, const Json& record, std::int64_t line) {
    if (!record.is_object()) return bad_row("the row is not an object");
    const Json* problem = find_column(record, "problem");
    if (problem == nullptr || !problem->is_string()) {
        return bad_row("problem is missing: the row holds an answer without its question");
    }
    Json own = Json::object();
    VT_TRY(put_common(context, record, line, own));
    own["prompt"] = *problem;
    const Json* solution = find_column(record, "solution");
    const Json* answer = find_column(record, "answer");
    std::string gold = answer != nullptr ? as_text(*answer) : std::string();
    if (gold.empty() && solution != nullptr) gold = last_box(as_text(*solution));
    if (gold.empty()) return bad_row("solution has no \\boxed{} and there is no answer");
    own["gold"] = gold;
    own["verifier"] = "math";
    own["profile"] = context.profile;
    own["lang"] = "en";
    if (solution != nullptr && solution->is_string()) own["solution"] = *solution;
    return finish(own);
}

Result<DatasetRow> read_knights(RowContext& context, const Json& record, std::int64_t line) {
    for (const char* key : {"quiz", "names", "statements", "solution"}) {
        if (!record.is_object() || !record.contains(key)) {
            return bad_row(std::string(key) + " is missing");
        }
    }
    Json own = Json::object();
    VT_TRY(put_common(context, record, line, own));
    own["prompt"] = record["quiz"];
    own["gold"] = record["solution"];
    own["verifier"] = "kk";
    own["params"] = {{"names", record["names"]}, {"statements", record["statements"]}};
    own["profile"] = context.profile;
    own["topic"] = "knights_and_knaves";
    own["lang"] = "en";
    if (record["names"].is_array()) own["level"] = record["names"].size();
    if (const Json* text = find_column(record, "solution_text")) own["solution"] = as_text(*text);
    return finish(own);
}

namespace {

/// "('34 weeks', '3 days')" -> "34 weeks 3 days"; the text is read, never run.
std::string duration_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '(' || c == ')' || c == '\'' || c == '"' || c == ',') continue;
        out += c;
    }
    return std::string(text::trim(out));
}

Status put_medcalc_gold(const Json& record, Json& own) {
    const auto text = [&record](const char* key) {
        const Json* value = find_column(record, key);
        return value == nullptr ? std::string() : std::string(text::trim(as_text(*value)));
    };
    const std::string kind = text("Output Type");
    const std::string answer = text("Ground Truth Answer");
    if (answer.empty()) return bad_row("column `Ground Truth Answer` is empty");
    if (kind == "date") {
        const std::optional<std::string> date = iso_date_us(answer);
        own["gold"] = date ? *date : duration_text(answer);
        own["verifier"] = date ? "date" : "duration";
        if (date) own["params"] = {{"order", "mdy"}};
        return {};
    }
    if (!plain_number(answer, '.')) {
        return bad_row("column `Ground Truth Answer` is not a number as `Output Type` says");
    }
    own["gold"] = answer;
    own["verifier"] = "numeric";
    const std::string lower = text("Lower Limit");
    const std::string upper = text("Upper Limit");
    if (!lower.empty() && !upper.empty() && lower != upper) {
        own["params"] = {{"lower", lower}, {"upper", upper}};
    }
    return {};
}

}  // namespace

Result<DatasetRow> read_medcalc(RowContext& context, const Json& record, std::int64_t line) {
    if (!record.is_object()) return bad_row("the row is not an object of columns");
    const Json* note = find_column(record, "Patient Note");
    const Json* question = find_column(record, "Question");
    if (note == nullptr || question == nullptr) {
        return bad_row("column `Patient Note` or `Question` is missing");
    }
    Json own = Json::object();
    VT_TRY(put_common(context, record, line, own));
    own["prompt"] = as_text(*note) + "\n\n" + as_text(*question);
    own["profile"] = context.profile;
    own["lang"] = "en";
    VT_TRY(put_medcalc_gold(record, own));
    if (const Json* why = find_column(record, "Ground Truth Explanation")) {
        own["solution"] = as_text(*why);
    }
    return finish(own);
}

namespace {

/// "['Ruth C May', 'Donna E L']" or "a,b" as a list of texts.
Json list_of(std::string_view text) {
    Json out = Json::array();
    text = text::trim(text);
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        std::string_view part = text::trim(text.substr(0, comma));
        if (part.size() >= 2 && (part.front() == '\'' || part.front() == '"') &&
            part.front() == part.back()) {
            part = part.substr(1, part.size() - 2);
        }
        if (!part.empty()) out.push_back(std::string(part));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return out;
}

void put_legal_gold(std::string_view task, const std::string& answer, Json& own) {
    const bool letter = answer.size() == 1 && answer[0] >= 'A' && answer[0] <= 'Z';
    if (answer == "Yes" || answer == "No") {
        own["gold"] = answer;
        own["verifier"] = "choice";
        own["params"] = {{"options", {{"Yes", ""}, {"No", ""}}}};
    } else if (letter) {
        own["gold"] = answer;
        own["verifier"] = "choice";
    } else if (answer.starts_with('$') && plain_number(answer.substr(1), '.')) {
        own["gold"] = plain_number(answer.substr(1), '.').value();
        own["verifier"] = "numeric";
        // The benchmark's own tolerance for sara_numeric.
        own["params"] = {{"rtol", "0.1"}};
    } else if (task.starts_with("ssla_") || task == "successor_liability") {
        own["gold"] = list_of(answer);
        own["verifier"] = "list";
        own["params"] = {{"element", {{"verifier", "text_exact"}}}, {"ordered", false}};
    } else {
        own["gold"] = answer;
        own["verifier"] = "text_exact";
        // "Phillips v. AWH Corp." at the end of a sentence has one full stop, not two.
        own["params"] = {{"ignore_punctuation", true}};
    }
}

std::string redistribution_of(std::string_view licence) {
    if (licence.find("NC") != std::string_view::npos) return "internal_only";
    if (licence.find("SA") != std::string_view::npos) return "share_alike";
    if (licence.find("ND") != std::string_view::npos) return "internal_only";
    if (licence.find("BY") != std::string_view::npos ||
        licence.find("MIT") != std::string_view::npos ||
        licence.find("Apache") != std::string_view::npos) {
        return "attribution";
    }
    return "internal_only";
}

/// The prompt of a LegalBench row: the task's template, or its fields as they are.
std::string legal_prompt(RowContext& context, const std::string& task, const Json& fields) {
    const Json* pattern = nullptr;
    if (context.templates.is_string()) pattern = &context.templates;
    if (context.templates.is_object() && context.templates.contains(task)) {
        const Json& entry = context.templates[task];
        pattern = entry.is_object() ? find_column(entry, "base_prompt") : &entry;
    }
    if (pattern == nullptr || !pattern->is_string()) return fields_as_text(fields, "answer");
    Filled filled = fill_template(pattern->get_ref<const std::string&>(), fields);
    context.unfilled += filled.whole ? 0 : 1;
    return std::move(filled.text);
}

}  // namespace

Result<DatasetRow> read_legalbench(RowContext& context, const Json& record, std::int64_t line) {
    const Json* answer = find_column(record, "answer");
    if (answer == nullptr || as_text(*answer).empty()) {
        return bad_row("column `answer` is missing or empty");
    }
    Json own = Json::object();
    VT_TRY(put_common(context, record, line, own));
    const Json* task = find_column(record, "task");
    const std::string name = task == nullptr ? std::string() : as_text(*task);
    const Json* fields = find_column(record, "fields");
    own["prompt"] = legal_prompt(context, name, fields == nullptr ? record : *fields);
    own["profile"] = context.profile;
    own["lang"] = "en";
    put_legal_gold(name, std::string(text::trim(as_text(*answer))), own);
    if (!name.empty()) own["topic"] = name;
    if (const Json* licence = find_column(record, "licence")) {
        own["licence"] = as_text(*licence);
        own["redistribution"] = redistribution_of(as_text(*licence));
    }
    return finish(own);
}

Result<DatasetRow> read_reasoning_gym(RowContext& context, const Json& record, std::int64_t line) {
    const Json* answer = find_column(record, "answer");
    if (answer == nullptr || answer->is_null()) {
        return bad_row(
            "the task has no reference answer: only a checker of its own could judge it");
    }
    if (const Json* task = find_column(record, "metadata.source_dataset");
        task != nullptr && !context.mapping.contains("topic")) {
        context.mapping["topic"] = "metadata.source_dataset";
    }
    GoldShapes shape;
    shape.add(as_text(*answer));
    const std::string chosen = context.verifier;
    // A dump mixes tasks, so every row is looked at by itself.
    if (chosen.empty()) {
        const auto suggestion = shape.suggest();
        context.verifier = suggestion ? suggestion->verifier : "text_exact";
    }
    Result<DatasetRow> row = read_table(context, record, line);
    context.verifier = chosen;
    return row;
}

namespace {

/// The options of a multiple choice row, in order.
std::vector<std::pair<std::string, std::string>> options_of(const RowContext& context,
                                                            const Json& record) {
    std::vector<std::pair<std::string, std::string>> options;
    const Json* list = mapped(context, record, "options");
    for (const char* key : {"choices", "options", "endings"}) {
        if (list == nullptr) list = find_column(record, key);
    }
    const auto letter = [](std::size_t i) { return std::string(1, static_cast<char>('A' + i)); };
    if (list != nullptr && list->is_object() && list->contains("text")) {
        const Json& texts = (*list)["text"];
        const Json labels = list->value("label", Json::array());
        for (std::size_t i = 0; texts.is_array() && i < texts.size() && i < 26; ++i) {
            const bool labelled = labels.is_array() && i < labels.size() && labels[i].is_string();
            options.emplace_back(labelled ? labels[i].get<std::string>() : letter(i),
                                 as_text(texts[i]));
        }
        return options;
    }
    if (list != nullptr && list->is_object()) {
        for (const auto& item : list->items())
            options.emplace_back(item.key(), as_text(item.value()));
        return options;
    }
    if (list != nullptr && list->is_array()) {
        for (std::size_t i = 0; i < list->size() && i < 26; ++i) {
            options.emplace_back(letter(i), as_text((*list)[i]));
        }
        return options;
    }
    for (std::size_t i = 0; i < 26; ++i) {
        const Json* cell = find_column(record, letter(i));
        for (const char* word : {"option_", "Option ", "choice_", "option"}) {
            if (cell == nullptr) cell = find_column(record, word + letter(i));
            if (cell == nullptr) cell = find_column(record, word + std::to_string(i + 1));
        }
        if (cell == nullptr) break;
        std::string text = unquoted_cell(as_text(*cell));
        if (text.empty()) break;
        options.emplace_back(letter(i), std::move(text));
    }
    return options;
}

/// The key that an answer means: the key, a position from 0, or the option's text.
std::string option_key(const std::vector<std::pair<std::string, std::string>>& options,
                       const Json& answer) {
    const std::string text(text::trim(as_text(answer)));
    for (const auto& [key, words] : options) {
        if (text == key) return key;
    }
    for (const auto& [key, words] : options) {
        if (text == words || text == std::string(text::trim(words))) return key;
    }
    if (text.size() == 1 && text[0] >= 'a' && text[0] <= 'z') {
        const auto at = static_cast<std::size_t>(text[0] - 'a');
        if (at < options.size()) return options[at].first;
    }
    if (!text.empty() && text.size() <= 2 &&
        text.find_first_not_of("0123456789") == std::string::npos) {
        const auto at = static_cast<std::size_t>(std::stoi(text));
        if (at < options.size()) return options[at].first;
    }
    return {};
}

}  // namespace

Result<DatasetRow> read_choice(RowContext& context, const Json& record, std::int64_t line) {
    if (!record.is_object()) return bad_row("the row is not an object of columns");
    const auto options = options_of(context, record);
    if (options.size() < 2) {
        return bad_row("the options are missing: columns A, B, C, ... or a list `choices`");
    }
    const Json* answer = mapped(context, record, "gold");
    for (const char* key : {"answer", "answerKey", "label", "correct", "gold"}) {
        if (answer == nullptr) answer = find_column(record, key);
    }
    if (answer == nullptr) return bad_row("the column of the right answer is missing");
    const std::string gold = option_key(options, *answer);
    if (gold.empty()) {
        return bad_row(
            "the right answer names none of the options (a letter, a position from 0, or"
            " the option's text)");
    }
    Json own = Json::object();
    VT_TRY(put_common(context, record, line, own));
    RowContext plain = context;
    if (!plain.mapping.contains("prompt")) plain.mapping["prompt"] = "question";
    VT_TRY(put_mapped_prompt(plain, record, own));
    if (!own.contains("prompt")) return bad_row("the question is not a text");
    std::string prompt = own["prompt"].get<std::string>() + "\n";
    Json choices = Json::object();
    constexpr std::size_t kLongOption = 1024;
    for (const auto& [key, words] : options) {
        prompt += "\n" + key + ". " + words;
        choices[key] = words.size() <= kLongOption ? words : std::string();
    }
    own["prompt"] = prompt;
    own["gold"] = gold;
    own["verifier"] = "choice";
    own["params"] = {{"options", choices}};
    own["profile"] = context.profile;
    return finish(own);
}

/// prompt (text or messages) with any of the usual answer columns; completion is a demonstration.
Result<DatasetRow> read_trl(RowContext& context, const Json& record, std::int64_t line) {
    if (!record.is_object()) return bad_row("the row is not an object");
    RowContext here = context;
    if (!record.contains("prompt") && record.contains("messages")) {
        here.mapping["prompt"] = "messages";
    }
    for (const char* key : {"gold", "ground_truth", "answer", "target", "solution"}) {
        if (!here.mapping.contains("gold") && record.contains(key)) here.mapping["gold"] = key;
    }
    if (!here.mapping.contains("solution") && record.contains("completion")) {
        here.mapping["solution"] = "completion";
    }
    // A demonstration needs no gold, and a gold in a box is what is in the box.
    Json copy = record;
    if (const auto gold = here.mapping.find("gold"); gold != here.mapping.end() &&
                                                     copy.contains(gold->second) &&
                                                     copy[gold->second].is_string()) {
        const std::string box = last_box(copy[gold->second].get_ref<const std::string&>());
        if (!box.empty()) copy[gold->second] = box;
    }
    Result<DatasetRow> row = read_table(here, copy, line);
    context.unfilled = here.unfilled;
    return row;
}

Result<DatasetRow> read_openai_chat(RowContext& context, const Json& record, std::int64_t line) {
    const Json* list = find_column(record, "messages");
    if (list == nullptr) list = find_column(record, "conversations");
    if (list == nullptr) return bad_row("messages is missing");
    VT_ASSIGN(Json messages, plain_messages(*list));
    Json own = Json::object();
    VT_TRY(put_common(context, record, line, own));
    std::string reply = take_reply(messages);
    if (messages.empty()) return bad_row("the chat holds no question");
    put_prompt(own, std::move(messages));
    if (!reply.empty()) own["solution"] = std::move(reply);
    if (const Json* gold = mapped(context, record, "gold")) put_gold(context, *gold, own);
    if (!own.contains("solution") && !own.contains("gold")) {
        return bad_row("the chat ends without an assistant's answer");
    }
    return finish(own);
}

Result<DatasetRow> read_open_r1(RowContext& context, const Json& record, std::int64_t line) {
    if (find_column(record, "problem") != nullptr) return read_math(context, record, line);
    return read_trl(context, record, line);
}

Result<DatasetRow> read_verl(RowContext& context, const Json& record, std::int64_t line) {
    const Json* truth = find_column(record, "reward_model.ground_truth");
    if (truth == nullptr) return bad_row("reward_model.ground_truth is missing");
    RowContext here = context;
    here.mapping["prompt"] = "prompt";
    here.mapping["gold"] = "reward_model.ground_truth";
    const Json* source = find_column(record, "data_source");
    const std::string name = source == nullptr ? std::string() : as_text(*source);
    if (name.find("gsm8k") != std::string::npos) here.verifier = "integer";
    if (name.find("math") != std::string::npos && context.verifier != "integer") {
        here.verifier = "math";
    }
    if (!here.mapping.contains("topic")) here.mapping["topic"] = "ability";
    if (find_column(record, "extra_info.answer") != nullptr) {
        here.mapping["solution"] = "extra_info.answer";
    }
    Result<DatasetRow> row = read_table(here, record, line);
    if (row && !name.empty() && row->problem.family == "verl") {
        row->problem.family = name.substr(0, 256);
    }
    return row;
}

Result<DatasetRow> read_prompt_completion(RowContext& context,
                                          const Json& record,
                                          std::int64_t line) {
    if (!record.is_object()) return bad_row("the row is not an object");
    for (const char* key : {"prompt", "completion"}) {
        if (!record.contains(key)) return bad_row(std::string(key) + " is missing");
    }
    Json own = {{"family", "prompt_completion"}, {"line", line}};
    own["id"] =
        record.contains("id")
            ? record["id"]
            : Json(numbered_id(context.id_prefix, context.number > 0 ? context.number : line));
    own[record["prompt"].is_array() ? "messages" : "prompt"] = record["prompt"];
    if (record["completion"].is_string()) {
        own["solution"] = record["completion"];
    } else {
        VT_ASSIGN(Json messages, plain_messages(record["completion"]));
        own["solution"] = take_reply(messages);
        if (!messages.empty()) {
            return bad_row("completion must be text or one assistant message");
        }
    }
    for (const char* key : {"gold", "verifier", "params", "profile"}) {
        if (record.contains(key)) own[key] = record[key];
    }
    return finish(own);
}

const Json* find_column(const Json& record, std::string_view path) {
    if (!record.is_object()) return nullptr;
    const auto whole = record.find(std::string(path));
    if (whole != record.end()) return &*whole;
    const std::size_t dot = path.find('.');
    if (dot == std::string_view::npos) return nullptr;
    const auto part = record.find(std::string(path.substr(0, dot)));
    return part == record.end() ? nullptr : find_column(*part, path.substr(dot + 1));
}

std::string last_box(std::string_view text) {
    for (std::size_t from = text.size();;) {
        const std::size_t box = text.rfind("\\boxed", from);
        const std::size_t frame = text.rfind("\\fbox", from);
        std::size_t at = box == std::string_view::npos     ? frame
                         : frame == std::string_view::npos ? box
                                                           : std::max(box, frame);
        if (at == std::string_view::npos) return {};
        const std::size_t begin = at + (text.substr(at).starts_with("\\boxed") ? 6 : 5);
        if (begin < text.size() && text[begin] == '{') {
            int depth = 0;
            for (std::size_t i = begin; i < text.size(); ++i) {
                if (text[i] == '{') ++depth;
                if (text[i] == '}' && --depth == 0) {
                    return std::string(text::trim(text.substr(begin + 1, i - begin - 1)));
                }
            }
        } else if (begin + 1 < text.size() && text[begin] == ' ') {
            const std::size_t end = text.find_first_of(" $.,", begin + 1);
            return std::string(text.substr(begin + 1, end - begin - 1));
        }
        if (at == 0) return {};
        from = at - 1;
    }
}

std::string gold_text(const RowContext& context, const Json& record) {
    const Json* gold = mapped(context, record, "gold");
    for (const char* key : {"gold", "ground_truth", "answer", "target", "solution"}) {
        if (gold == nullptr && context.preset == "trl") gold = find_column(record, key);
    }
    if (gold == nullptr || gold->is_array() || gold->is_object()) return {};
    std::string text = as_text(*gold);
    if (context.preset == "trl") {
        if (std::string box = last_box(text); !box.empty()) return box;
    }
    return context.is_table ? unquoted_cell(std::move(text)) : text;
}

}  // namespace veritune::data
