// SPDX-License-Identifier: Apache-2.0
#include "core/eval/comparison.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

namespace veritune::eval {
namespace {

using data::EvaluationColumn;
using data::EvaluationRecord;

const EvaluationColumn* find_column(const EvaluationRecord& record, const std::string& name) {
    const auto found = std::ranges::find(record.columns, name, &EvaluationColumn::name);
    return found == record.columns.end() ? nullptr : &*found;
}

std::string common_column(const EvaluationRecord& a, const EvaluationRecord& b) {
    for (const EvaluationColumn& column : a.columns) {
        if (find_column(b, column.name) != nullptr) return column.name;
    }
    return {};
}

std::map<std::string, double> rates_of(const EvaluationColumn& column) {
    std::map<std::string, double> rates;
    for (const data::ProblemScore& p : column.problems) {
        if (p.samples > 0)
            rates[p.problem_id] = static_cast<double>(p.correct) / static_cast<double>(p.samples);
    }
    return rates;
}

std::string setup_text(const EvaluationRecord& record, const char* key) {
    const auto found = record.setup.find(key);
    return found != record.setup.end() && found->is_string() ? found->get<std::string>() : "";
}

std::vector<std::string> warnings_of(const EvaluationRecord& a, const EvaluationRecord& b) {
    std::vector<std::string> list;
    const auto differs = [&](const char* key) { return setup_text(a, key) != setup_text(b, key); };
    if (a.protocol_hash != b.protocol_hash) {
        std::string why;
        if (a.setup.value("protocol", util::Json()) != b.setup.value("protocol", util::Json()))
            why += " other prompts, sampling or scoring;";
        if (differs("dataset_sha256")) why += " other problems;";
        if (differs("chat_template")) why += " another chat template;";
        if (differs("verifiers_sha256")) why += " other verifiers;";
        if (!why.empty()) why.pop_back();
        list.push_back("The two were not measured alike:" + why + ".");
    }
    if (!a.complete || !b.complete) list.emplace_back("An evaluation is not complete yet.");
    return list;
}

}  // namespace

util::Result<Comparison> compare(const EvaluationRecord& a,
                                 const EvaluationRecord& b,
                                 const std::string& column) {
    Comparison result{.column = column.empty() ? common_column(a, b) : column};
    const EvaluationColumn* of_a = find_column(a, result.column);
    const EvaluationColumn* of_b = find_column(b, result.column);
    if (of_a == nullptr || of_b == nullptr) {
        return util::fail(util::ErrorCode::kNotFound,
                          "the two evaluations have no such column in common",
                          result.column);
    }
    const std::map<std::string, double> rates_a = rates_of(*of_a);
    const std::map<std::string, double> rates_b = rates_of(*of_b);
    std::vector<double> before;
    std::vector<double> after;
    for (const auto& [id, rate] : rates_a) {
        const auto other = rates_b.find(id);
        if (other == rates_b.end()) continue;
        before.push_back(rate);
        after.push_back(other->second);
        if (other->second < rate) result.broken.push_back({id, rate, other->second});
        if (other->second > rate) result.fixed.push_back({id, rate, other->second});
    }
    if (before.empty())
        return util::fail(util::ErrorCode::kNotFound,
                          "the two evaluations have no problem in common");
    result.problems = std::ssize(before);
    result.only_a = std::ssize(rates_a) - result.problems;
    result.only_b = std::ssize(rates_b) - result.problems;
    const auto by_change = [](const ChangedProblem& x, const ChangedProblem& y) {
        return std::abs(x.after - x.before) > std::abs(y.after - y.before);
    };
    std::ranges::stable_sort(result.broken, by_change);
    std::ranges::stable_sort(result.fixed, by_change);
    result.score_a = bootstrap_mean(before, {.resamples = 1}).estimate;
    result.score_b = bootstrap_mean(after, {.resamples = 1}).estimate;
    result.difference = paired_difference(after, before, {.seed = 0});
    result.p_value = paired_permutation(after, before);
    result.same_protocol = a.protocol_hash == b.protocol_hash;
    result.warnings = warnings_of(a, b);
    if (result.only_a + result.only_b > 0)
        result.warnings.push_back("Only the " + std::to_string(result.problems) +
                                  " problems that both have were compared.");
    return result;
}

std::string verdict_sentence(const Comparison& comparison) {
    std::array<char, 32> p{};
    std::snprintf(p.data(), p.size(), "p = %.3f", comparison.p_value);
    const std::string value = comparison.p_value < 0.001 ? "p < 0.001" : p.data();
    if (!comparison.significant()) {
        return "not significant (" + value +
               "): chance alone would make such a difference often enough";
    }
    return "significant (" + value + "): B solves " +
           (comparison.difference.estimate > 0 ? "more" : "fewer");
}

}  // namespace veritune::eval
