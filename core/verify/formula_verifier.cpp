// SPDX-License-Identifier: Apache-2.0
#include "core/verify/formula_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/formula_language.h"
#include "core/verify/number_comparison.h"
#include "core/verify/number_text.h"
#include "core/verify/units.h"

#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

struct Task {
    FormulaNames names;
    Comparison how;
    Unit unit;
    bool has_unit = false;
    bool require_unit = false;
    Rational value;
    std::string fault;
};

std::string text_of(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The value of an input in its declared unit; `fault` names the input.
Rational read_input(const std::string& name, const Json& input, std::string& fault) {
    const bool detailed = input.is_object();
    const Quantity given = parse_quantity(text_of(detailed ? input.at("value") : input));
    const std::string unit_text = detailed ? input.value("unit", std::string()) : std::string();
    const std::optional<Unit> unit = parse_unit(unit_text);
    if (given.fault != QuantityFault::kNone || !unit) {
        fault = "input " + name + " is no number with a known unit";
        return {};
    }
    Rational value = given.value;
    if (given.has_unit && !unit_text.empty()) {
        if (given.unit.dimension != unit->dimension) {
            fault = "the units of input " + name + " do not fit";
            return {};
        }
        value = convert(given, *unit);
    }
    for (const char* key : {"min", "max"}) {
        if (!detailed || !input.contains(key)) continue;
        const std::optional<Rational> bound = number_of(input.at(key));
        const bool lower = std::string_view(key) == "min";
        if (!bound || (lower ? value < *bound : value > *bound)) {
            fault = "input " + name + " is out of its plausible range";
        }
    }
    return value;
}

FormulaTable read_table(const std::string& name, const Json& rows, std::string& fault) {
    FormulaTable table;
    for (const Json& row : rows) {
        const std::optional<Rational> from = row.size() == 2 ? number_of(row[0]) : std::nullopt;
        const std::optional<Rational> value = row.size() == 2 ? number_of(row[1]) : std::nullopt;
        if (!from || !value || (!table.empty() && *from <= table.back().first)) {
            fault = "table " + name + " is no list of [threshold, value] with rising thresholds";
            return {};
        }
        table.emplace_back(*from, *value);
    }
    return table;
}

Task read_task(const Json& params) {
    Task task;
    task.how = read_comparison(params, task.fault);
    const Json inputs = params.value("inputs", Json::object());
    for (const auto& [name, input] : inputs.items()) {
        task.names.inputs[name] = read_input(name, input, task.fault);
    }
    const Json tables = params.value("tables", Json::object());
    for (const auto& [name, rows] : tables.items()) {
        task.names.tables[name] = read_table(name, rows, task.fault);
    }
    const std::string unit = params.value("unit", std::string());
    const std::optional<Unit> parsed = parse_unit(unit);
    if (!parsed) task.fault = "the unit of the result is unknown";
    task.unit = parsed.value_or(Unit());
    task.has_unit = !unit.empty();
    task.require_unit = params.value("require_unit", false);
    if (!task.fault.empty()) return task;
    util::Result<Rational> value =
        evaluate_formula(params.at("expression").get_ref<const std::string&>(), task.names);
    if (!value) task.fault = value.error().message;
    if (value) task.value = std::move(*value);
    return task;
}

/// Digits behind the decimal mark of a plain decimal.
long decimals_of(std::string_view text, char mark) {
    const std::size_t point = text.find(mark);
    if (point == std::string_view::npos) return 0;
    std::string_view rest = text.substr(point + 1);
    return static_cast<long>(take_digits(rest).size());
}

/// A decimal expansion that ends within 12 digits is exact; another one cannot be written down.
bool is_right(const Task& task, const Rational& answer, std::string_view text) {
    if (is_equal(task.how, answer, task.value)) return true;
    if (task.how.mode != CompareMode::kExact || task.value.rounded(12) == task.value) return false;
    const long decimals = decimals_of(text, task.how.decimal_mark);
    return decimals >= 2 && decimals <= 60 && answer == task.value.rounded(decimals);
}

/// As a decimal of twelve significant digits, for people.
std::string shown(const Rational& value) {
    if (value.is_zero()) return "0";
    const std::string exact = value.to_string();
    if (exact.size() <= 24) return exact;
    return value.rounded(11 - value.magnitude()).to_string();
}

Verdict compare(Verdict verdict, const Task& task) {
    using enum VerdictStatus;
    Quantity answer = parse_quantity(verdict.extracted, task.how.decimal_mark);
    if (answer.fault == QuantityFault::kTooLarge) {
        return refuse(std::move(verdict), kBudgetExceeded, "number_too_large");
    }
    if (answer.fault != QuantityFault::kNone) {
        return refuse(std::move(verdict), kIncorrect, "not_a_quantity");
    }
    if (!answer.has_unit) {
        if (task.require_unit) return refuse(std::move(verdict), kIncorrect, "missing_unit");
        answer.unit = task.unit;
    }
    if (answer.unit.dimension != task.unit.dimension) {
        return refuse(std::move(verdict), kIncorrect, "wrong_dimension");
    }
    const Rational value = convert(answer, task.unit);
    verdict.answer_normal = shown(value);
    const bool right = is_right(task, value, verdict.extracted);
    verdict.steps.push_back({.what = describe(task.how, verdict.answer_normal, verdict.gold_normal),
                             .ok = right,
                             .detail = "the formula gives " + verdict.gold_normal,
                             .span = verdict.span});
    if (!right) return refuse(std::move(verdict), kIncorrect, "wrong_value");
    return accept(std::move(verdict));
}

}  // namespace

Json FormulaVerifier::params_schema() const {
    const Json text = {{"type", "string"}};
    const Json number = {{"type", {"number", "string"}}};
    const Json rows = {{"type", "array"}, {"items", {{"type", "array"}, {"items", number}}}};
    Json properties = {
        {"expression", text},
        {"inputs",
         {{"type", "object"},
          {"additionalProperties",
           {{"type", {"number", "string", "object"}},
            {"required", {"value"}},
            {"additionalProperties", false},
            {"properties",
             {{"value", number}, {"unit", text}, {"min", number}, {"max", number}}}}}}},
        {"tables", {{"type", "object"}, {"additionalProperties", rows}}},
        {"unit", text},
        {"require_unit", {{"type", "boolean"}}}};
    add_comparison_schema(properties);
    return {{"type", "object"},
            {"required", {"expression"}},
            {"additionalProperties", false},
            {"properties", properties}};
}

Json FormulaVerifier::gold_schema() const { return {{"type", {"number", "string", "null"}}}; }

Verdict FormulaVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "exact";
    verdict.operations = 1;
    const Task task = read_task(request.params);
    if (!task.fault.empty()) return bad_params(std::move(verdict), task.fault);
    const std::string gold = request.gold.is_null() ? std::string() : text_of(request.gold);
    if (!request.gold.is_null()) {
        const Quantity stored = parse_quantity(gold);
        if (stored.fault != QuantityFault::kNone ||
            (stored.has_unit && stored.unit.dimension != task.unit.dimension)) {
            return bad_gold(std::move(verdict));
        }
        Task plain = task;
        plain.how.decimal_mark = '.';
        const Rational value = stored.has_unit ? convert(stored, task.unit) : stored.value;
        if (!is_right(plain, value, gold)) {
            return refuse(std::move(verdict),
                          VerdictStatus::kInvalidGold,
                          "wrong_gold: the formula gives " + shown(task.value));
        }
    }
    verdict.gold_normal = shown(task.value);
    AnswerReading reading = read_answer(request, std::move(verdict), gold.size());
    if (reading.decided) return std::move(reading.verdict);
    if (reading.hedged) {
        return refuse(std::move(reading.verdict), VerdictStatus::kIncorrect, "hedged");
    }
    return compare(std::move(reading.verdict), task);
}

util::Result<std::string> FormulaVerifier::gold_completion(const VerifyRequest& request) const {
    const Task task = read_task(request.params);
    if (!task.fault.empty()) return util::fail(util::ErrorCode::kInvalidArgument, "bad_params");
    std::string text = request.gold.is_null() ? task.value.to_string() : text_of(request.gold);
    if (request.gold.is_null() && text.size() > 24) {
        // An infinite expansion: thirty decimals, which every mode but `exact` reads as equal.
        const Rational cut = task.value.rounded(30) * Rational("1", 30);
        std::string digits = cut.abs().to_string();
        digits.insert(0, digits.size() < 31 ? 31 - digits.size() : 0, '0');
        text = (cut < Rational() ? "-" : "") + digits.substr(0, digits.size() - 30) + "." +
               digits.substr(digits.size() - 30);
    }
    if (task.how.decimal_mark == ',') {
        for (char& c : text) c = c == '.' ? ',' : c == ',' ? '.' : c;
    }
    const std::string unit = request.params.value("unit", std::string());
    if (!unit.empty() && !parse_quantity(text, task.how.decimal_mark).has_unit) text += " " + unit;
    return write_answer(text, request.profile, request.think_tags);
}

}  // namespace veritune::verify
