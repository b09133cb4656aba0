// SPDX-License-Identifier: Apache-2.0
#include "core/verify/code_import.h"

#include "core/verify/code_import_script.h"
#include "core/verify/code_values.h"
#include "core/verify/verifier.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;
using util::Result;

/// Tasks where any right answer counts; `value` is the answer, ARGS its arguments.
struct PredicateTask {
    std::string_view task;
    std::string_view predicate;
};
constexpr std::array<PredicateTask, 1> kPredicates = {
    {{"HumanEval/32", "abs(poly(ARGS, value)) < 1e-4"}}};

std::string quoted(const std::string& text) {
    CodeValue value;
    value.kind = CodeValue::Kind::kStr;
    value.text = text;
    return python_literal(value);
}

/// The value of a text key of a tagged dict; nullptr when it is not there.
const Json* member(const Json& dict, std::string_view key) {
    if (!dict.is_array() || dict.size() < 2 || dict[0] != "d" || !dict[1].is_array())
        return nullptr;
    for (const Json& pair : dict[1]) {
        if (pair.is_array() && pair.size() == 2 && pair[0].is_array() && pair[0].size() == 2 &&
            pair[0][0] == "s" && pair[0][1] == key) {
            return &pair[1];
        }
    }
    return nullptr;
}

std::string text_member(const Json& dict, std::string_view key) {
    const Json* found = member(dict, key);
    const bool text = found != nullptr && found->is_array() && found->size() == 2 &&
                      (*found)[0] == "s" && (*found)[1].is_string();
    return text ? (*found)[1].get<std::string>() : std::string();
}

/// Plain JSON where it says the same, else the tagged form.
Json gold_of(const Json& tagged) {
    const Json& tag = tagged[0];
    if (tag == "n") return nullptr;
    if (tag == "b" || tag == "s") return tagged[1];
    if (tag == "i") {
        const auto& digits = tagged[1].get_ref<const std::string&>();
        if (digits.size() <= 8) return std::stoll(digits, nullptr, 16);
    }
    if (tag == "l" && tagged.size() == 2) {
        Json list = Json::array();
        for (const Json& item : tagged[1]) list.push_back(gold_of(item));
        return list;
    }
    return {{"py", tagged}};
}

Json case_of(const Json& tagged, std::string_view predicate) {
    const std::string call = text_member(tagged, "call");
    Json one = {{"call", call}};
    const std::string setup = text_member(tagged, "setup");
    if (!setup.empty()) one["setup"] = setup;
    if (!predicate.empty()) {
        std::string text(predicate);
        const std::size_t open = call.find('(');
        text.replace(text.find("ARGS"), 4, call.substr(open + 1, call.size() - open - 2));
        one["predicate"] = text;
        return one;
    }
    one["expected"] = gold_of(*member(tagged, "expected"));
    const Json* atol = member(tagged, "atol");
    if (atol != nullptr && (*atol)[0] == "f") {
        const auto value = tagged_code_value(*atol);
        if (value) one["compare"] = {{"mode", "approx"}, {"atol", value->re}, {"rtol", 0.0}};
    }
    return one;
}

struct Source {
    std::string call;       ///< of kAssertScript
    std::string reference;  ///< a program that passes
    Json gold;              ///< without cases
    std::string_view predicate;
};

Result<std::string> text_key(const Json& row, const char* key) {
    return util::json_string(row, key, "row");
}

Result<Source> read_humaneval(const Json& row, data::Problem& problem) {
    VT_ASSIGN(const std::string id, text_key(row, "task_id"));
    VT_ASSIGN(const std::string prompt, text_key(row, "prompt"));
    VT_ASSIGN(const std::string solution, text_key(row, "canonical_solution"));
    VT_ASSIGN(const std::string test, text_key(row, "test"));
    VT_ASSIGN(const std::string entry, text_key(row, "entry_point"));
    problem.id = id;
    problem.family = "humaneval";
    problem.prompt =
        "Complete the following Python function. Answer with the whole function in a ```python "
        "block.\n```python\n" +
        prompt + "```\n";
    Source source{.call = "humaneval(" + quoted(prompt) + "," + quoted(solution) + "," +
                          quoted(test) + "," + quoted(entry) + ")",
                  .reference = prompt + solution,
                  .gold = {{"setup", prompt}, {"checker", prompt}, {"compare", "python_eq"}},
                  .predicate = {}};
    for (const PredicateTask& known : kPredicates) {
        if (known.task == id) source.predicate = known.predicate;
    }
    if (source.predicate.empty()) source.gold.erase("checker");
    return source;
}

Result<Source> read_mbpp(const Json& row, data::Problem& problem) {
    VT_ASSIGN(const std::string text, text_key(row, "text"));
    VT_ASSIGN(const std::string code, text_key(row, "code"));
    VT_ASSIGN(const std::int64_t id, util::json_int(row, "task_id", "row", 0, 1'000'000));
    const std::string setup = row.value("test_setup_code", "");
    std::string asserts;
    std::string shown;
    for (const Json& line : row.at("test_list")) {
        if (!line.is_string())
            return util::fail(util::ErrorCode::kCorruptData, "test_list is text");
        if (shown.empty()) shown = line.get<std::string>();
        asserts += quoted(line.get<std::string>()) + ",";
    }
    problem.id = "MBPP/" + std::to_string(id);
    problem.family = "mbpp";
    problem.prompt = text + "\nYour code must pass this test among others:\n" + shown +
                     "\nAnswer with the code in a ```python block.\n";
    return Source{.call = "mbpp(" + quoted(code) + ",[" + asserts + "]," + quoted(setup) + ")",
                  .reference = code,
                  .gold = {{"compare", "python_eq"}, {"visible", 1}},
                  .predicate = {}};
}

/// The only case of a row must not stand in its prompt; the name of the function has to.
void hide_only_case(const Json& row, Source& source, data::Problem& problem) {
    source.gold["visible"] = 0;
    const std::string call = source.gold["cases"][0].at("call").get<std::string>();
    problem.prompt = row.at("text").get<std::string>() + "\nThe function must be called " +
                     call.substr(0, call.find('(')) +
                     ".\nAnswer with the code in a ```python block.\n";
}

Result<Json> convert(const std::string& call, ProgramRunner& runner) {
    ProgramJob job;
    job.program = kAssertScript;
    job.cases.push_back({.kind = CaseKind::kCall, .setup = {}, .call = call, .input = {}});
    const ProgramResult result = runner.run(job);
    if (result.outcome == ProgramResult::Outcome::kSandboxFault) {
        return util::fail(util::ErrorCode::kUnavailable, "no sandbox: " + result.reason);
    }
    const CaseResult& one = result.cases.at(0);
    if (one.end != CaseEnd::kValue) {
        return util::fail(util::ErrorCode::kCorruptData,
                          "the row's own tests cannot be read: " +
                              std::string(case_end_name(one.end)) + " " + one.detail);
    }
    VT_TRY(parse_code_value(one.value));
    return util::parse_json(one.value, "converted", {.max_bytes = 2 << 20, .max_depth = 220});
}

}  // namespace

Result<ImportedCode> import_code_row(const Json& row, ProgramRunner& runner) {
    const bool humaneval = row.is_object() && row.contains("entry_point");
    if (!humaneval && !(row.is_object() && row.contains("test_list"))) {
        return util::fail(util::ErrorCode::kCorruptData,
                          "the row is neither HumanEval's (entry_point) nor MBPP's (test_list)");
    }
    ImportedCode out;
    out.problem.verifier = "code_python";
    out.problem.profile = "raw";
    VT_ASSIGN(Source source,
              humaneval ? read_humaneval(row, out.problem) : read_mbpp(row, out.problem));
    out.problem.solution = "```python\n" + source.reference + "\n```\n";
    auto converted = convert(source.call, runner);
    if (!converted && converted.error().code == util::ErrorCode::kUnavailable) {
        return converted.error();
    }
    const Json* cases = converted ? member(*converted, "cases") : nullptr;
    if (cases == nullptr) {
        out.note = converted ? "no cases" : converted.error().message;
        return out;
    }
    source.gold["cases"] = Json::array();
    for (const Json& one : (*cases)[1]) {
        Json next = case_of(one, source.predicate);
        // Five rows of MBPP say an assert twice; a hidden case must not be the visible one.
        const auto same = [&next](const Json& known) { return known == next; };
        if (std::none_of(source.gold["cases"].begin(), source.gold["cases"].end(), same)) {
            source.gold["cases"].push_back(std::move(next));
        }
    }
    if (source.gold["cases"].size() == 1 && source.gold.contains("visible")) {
        hide_only_case(row, source, out.problem);
    }
    source.gold["reference"] = source.reference;
    out.problem.gold = std::move(source.gold);
    out.note = text_member(*converted, "note");
    const std::string how = text_member(*converted, "how");
    out.how = how == "direct"     ? ImportedCode::How::kDirect
              : how == "recorded" ? ImportedCode::How::kRecorded
                                  : ImportedCode::How::kReview;
    const Json* dropped = member(*converted, "dropped");
    if (dropped != nullptr) out.dropped = static_cast<int>(gold_of(*dropped).get<std::int64_t>());
    return out;
}

std::function<Result<data::DatasetRow>(const Json& raw)> code_row_converter(ProgramRunner& runner) {
    return [&runner](const Json& raw) -> Result<data::DatasetRow> {
        VT_ASSIGN(ImportedCode imported, import_code_row(raw, runner));
        std::string wrong = imported.note;
        if (wrong.empty()) {
            const Verdict verdict = check_gold(request_for(imported.problem), &runner);
            if (verdict.status != VerdictStatus::kCorrect) wrong = verdict.reason;
        }
        data::DatasetRow row{.problem = std::move(imported.problem),
                             .status = data::RowStatus::kOk};
        if (wrong.empty()) return row;
        row.status = data::RowStatus::kNeedsReview;
        row.review.push_back({.reason = "code_import", .note = wrong});
        return row;
    };
}

Result<data::ImportReport> import_code(const std::string& path, ProgramRunner& runner) {
    data::ImportReport report;
    std::set<std::string> ids;
    std::optional<util::Error> fault;
    const auto on_error = [&report](std::int64_t line, const util::Error& error) {
        report.errors.push_back({.line = line, .message = util::to_string(error)});
        return true;
    };
    const auto on_row = [&](std::int64_t line, const Json& row) {
        auto imported = import_code_row(row, runner);
        if (!imported && imported.error().code == util::ErrorCode::kUnavailable) {
            fault = imported.error();
            return false;
        }
        if (!imported) return on_error(line, imported.error());
        std::string wrong = imported->note;
        if (wrong.empty()) {
            const Verdict verdict = check_gold(request_for(imported->problem), &runner);
            if (verdict.status != VerdictStatus::kCorrect) wrong = verdict.reason;
        }
        if (wrong.empty() && !ids.insert(imported->problem.id).second) wrong = "the id is repeated";
        if (wrong.empty()) {
            report.problems.push_back(std::move(imported->problem));
        } else {
            report.errors.push_back({.line = line, .message = imported->problem.id + ": " + wrong});
        }
        return true;
    };
    VT_ASSIGN(report.lines, data::read_jsonl(path, on_row, on_error));
    if (fault) return *fault;
    return report;
}

}  // namespace veritune::verify
