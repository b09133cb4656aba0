// SPDX-License-Identifier: Apache-2.0
#include "core/verify/list_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/element.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

constexpr std::size_t kMaxElements = 1024;
constexpr std::size_t kMaxMatching = 64;

struct How {
    Json element;
    bool ordered = true;
    bool multiset = true;
    bool partial = false;
    bool icd10 = false;
};

How read_params(const Json& params, bool set) {
    static const Json text_element = {{"verifier", "text_exact"}};
    return {.element = params.value("element", text_element),
            .ordered = params.value("ordered", !set),
            .multiset = params.value("multiset", !set),
            .partial = params.value("partial", false),
            .icd10 = params.value("normalise", std::string("none")) == "icd10"};
}

std::string icd10(const std::string& code) {
    std::string out;
    for (const char c : code) {
        if (c == '.' || c == ' ') continue;
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}

/// A verdict of an element that decides the whole list: a fault of the gold, or a budget.
struct Outcome {
    std::optional<Verdict> final;
    std::size_t matched = 0;
};

bool decides(const Verdict& verdict) {
    return is_masked(verdict.status) || verdict.status == VerdictStatus::kBudgetExceeded;
}

/// Longest common subsequence for partial credit; for full credit only position by position.
Outcome match_in_order(const How& how,
                       const std::vector<Json>& golds,
                       const std::vector<std::string>& items) {
    Outcome outcome;
    if (!how.partial || golds.size() > kMaxMatching || items.size() > kMaxMatching) {
        for (std::size_t i = 0; i < std::min(golds.size(), items.size()); ++i) {
            Verdict verdict = verify_element(how.element, golds[i], items[i]);
            if (decides(verdict)) return {.final = std::move(verdict), .matched = 0};
            outcome.matched += verdict.status == VerdictStatus::kCorrect ? 1 : 0;
        }
        return outcome;
    }
    std::vector<std::size_t> row(items.size() + 1, 0);
    for (const Json& gold : golds) {
        std::vector<std::size_t> next(items.size() + 1, 0);
        for (std::size_t j = 0; j < items.size(); ++j) {
            Verdict verdict = verify_element(how.element, gold, items[j]);
            if (decides(verdict)) return {.final = std::move(verdict), .matched = 0};
            const bool same = verdict.status == VerdictStatus::kCorrect;
            next[j + 1] = same ? row[j] + 1 : std::max(row[j + 1], next[j]);
        }
        row = std::move(next);
    }
    outcome.matched = row.back();
    return outcome;
}

using Edges = std::vector<std::vector<bool>>;

bool augment(const Edges& edges,
             std::size_t gold,
             std::vector<bool>& seen,
             std::vector<std::optional<std::size_t>>& owner) {
    for (std::size_t j = 0; j < owner.size(); ++j) {
        if (!edges[gold][j] || seen[j]) continue;
        seen[j] = true;
        if (!owner[j] || augment(edges, *owner[j], seen, owner)) {
            owner[j] = gold;
            return true;
        }
    }
    return false;
}

Outcome match_bipartite(const How& how,
                        const std::vector<Json>& golds,
                        const std::vector<std::string>& items) {
    Edges edges(golds.size(), std::vector<bool>(items.size(), false));
    for (std::size_t i = 0; i < golds.size(); ++i) {
        for (std::size_t j = 0; j < items.size(); ++j) {
            Verdict verdict = verify_element(how.element, golds[i], items[j]);
            if (decides(verdict)) return {.final = std::move(verdict), .matched = 0};
            edges[i][j] = verdict.status == VerdictStatus::kCorrect;
        }
    }
    Outcome outcome;
    std::vector<std::optional<std::size_t>> owner(items.size());
    for (std::size_t i = 0; i < golds.size(); ++i) {
        std::vector<bool> seen(items.size(), false);
        if (augment(edges, i, seen, owner)) ++outcome.matched;
    }
    return outcome;
}

/// Large collections: equal normal forms.
Outcome match_normal_forms(const How& how,
                           const std::vector<Json>& golds,
                           const std::vector<std::string>& items) {
    Outcome outcome;
    std::map<std::string, std::size_t> open;
    for (const Json& gold : golds) {
        Verdict verdict = verify_element(how.element, gold, "");
        if (is_masked(verdict.status)) return {.final = std::move(verdict), .matched = 0};
        ++open[verdict.gold_normal];
    }
    for (const std::string& item : items) {
        Verdict verdict = verify_element(how.element, golds.front(), item);
        if (decides(verdict)) return {.final = std::move(verdict), .matched = 0};
        const auto found = open.find(verdict.answer_normal);
        if (verdict.answer_normal.empty() || found == open.end() || found->second == 0) continue;
        --found->second;
        ++outcome.matched;
    }
    return outcome;
}

std::vector<Json> distinct_golds(const How& how, std::vector<Json> golds) {
    if (how.ordered || how.multiset) return golds;
    std::vector<Json> distinct;
    for (Json& gold : golds) {
        if (std::find(distinct.begin(), distinct.end(), gold) == distinct.end()) {
            distinct.push_back(std::move(gold));
        }
    }
    return distinct;
}

/// A set says each thing once: items with one normal form (or one text) are one.
std::vector<std::string> distinct_items(const How& how,
                                        const Json& gold,
                                        const std::vector<std::string>& items) {
    if (how.ordered || how.multiset) return items;
    std::vector<std::string> distinct;
    std::map<std::string, bool> seen;
    for (const std::string& item : items) {
        const std::string normal = verify_element(how.element, gold, item).answer_normal;
        if (!seen.emplace(normal.empty() ? "t" + item : "n" + normal, true).second) continue;
        distinct.push_back(item);
    }
    return distinct;
}

std::string text_of(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// nullopt: no JSON array
std::optional<std::vector<std::string>> json_items(const std::string& text) {
    if (!text.starts_with('[')) return std::nullopt;
    const util::Result<Json> parsed = util::parse_json(text, "answer", {.max_depth = 64});
    if (!parsed || !parsed->is_array()) return std::nullopt;
    std::vector<std::string> items;
    for (const Json& item : *parsed) items.push_back(text_of(item));
    return items;
}

Outcome match(const How& how, const std::vector<Json>& golds, std::vector<std::string>& items) {
    if (how.icd10) std::ranges::transform(items, items.begin(), icd10);
    if (golds.empty()) return {};
    items = distinct_items(how, golds.front(), items);
    if (how.ordered) return match_in_order(how, golds, items);
    if (golds.size() <= kMaxMatching && items.size() <= kMaxMatching) {
        return match_bipartite(how, golds, items);
    }
    return match_normal_forms(how, golds, items);
}

std::string joined(const std::vector<std::string>& items) { return Json(items).dump(); }

/// Scores one way of reading the answer.
Verdict judge(Verdict verdict,
              const How& how,
              const std::vector<Json>& golds,
              std::vector<std::string> items) {
    using enum VerdictStatus;
    if (items.size() > kMaxElements) {
        return refuse(std::move(verdict), kBudgetExceeded, "too_many_elements");
    }
    verdict.operations += static_cast<std::int64_t>(golds.size() + items.size());
    Outcome outcome = match(how, golds, items);
    if (outcome.final) {
        return refuse(
            std::move(verdict), outcome.final->status, "element: " + outcome.final->reason);
    }
    verdict.answer_normal = joined(items);
    const std::size_t matched = outcome.matched;
    const bool right = matched == golds.size() && items.size() == golds.size();
    verdict.steps.push_back({.what = std::to_string(matched) + " of " +
                                     std::to_string(golds.size()) + " elements, " +
                                     std::to_string(items.size()) + " given",
                             .ok = right,
                             .detail = right ? "" : "expected " + verdict.gold_normal,
                             .span = verdict.span});
    if (right) return accept(std::move(verdict));
    if (how.partial && matched > 0) {
        verdict.status = kPartial;
        verdict.score =
            2.0 * static_cast<double>(matched) / static_cast<double>(golds.size() + items.size());
        verdict.reason = "wrong_elements";
        return verdict;
    }
    return refuse(std::move(verdict), kIncorrect, "wrong_elements");
}

}  // namespace

Json ListVerifier::params_schema() const {
    const Json flag = {{"type", "boolean"}};
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties",
             {{"element", element_schema()},
              {"ordered", flag},
              {"multiset", flag},
              {"partial", flag},
              {"normalise", {{"enum", {"none", "icd10"}}}}}}};
}

Json ListVerifier::gold_schema() const { return {{"type", "array"}}; }

Verdict ListVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "exact";
    const How how = read_params(request.params, set_);
    if (const std::string fault = element_fault(how.element); !fault.empty()) {
        return bad_params(std::move(verdict), fault);
    }
    std::vector<Json> golds(request.gold.begin(), request.gold.end());
    if (golds.size() > kMaxElements) return bad_gold(std::move(verdict));
    for (Json& gold : golds) {
        if (how.icd10 && gold.is_string()) gold = icd10(gold.get<std::string>());
        if (is_masked(verify_element(how.element, gold, "").status)) {
            return bad_gold(std::move(verdict));
        }
    }
    golds = distinct_golds(how, std::move(golds));
    verdict.gold_normal = Json(golds).dump();
    AnswerReading reading = read_answer(request, std::move(verdict), request.gold.dump().size());
    if (reading.decided) return std::move(reading.verdict);
    const std::string& text = reading.verdict.extracted;
    const std::string bare(text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size())));
    if (std::optional<std::vector<std::string>> items = json_items(bare)) {
        return judge(std::move(reading.verdict), how, golds, std::move(*items));
    }
    Verdict first = judge(reading.verdict, how, golds, split_items(text, false));
    if (first.status == VerdictStatus::kCorrect) return first;
    // "salt and pepper" may be one thing or two: the reading that is right counts.
    Verdict second = judge(reading.verdict, how, golds, split_items(text, true));
    return second.score > first.score ? second : first;
}

util::Result<std::string> ListVerifier::gold_completion(const VerifyRequest& request) const {
    const Json element = request.params.value("element", Json::object());
    const auto verifier = find_verifier(element.value("verifier", "text_exact"));
    if (!verifier) return util::fail(util::ErrorCode::kInvalidArgument, "bad_params");
    Json items = Json::array();
    for (const Json& gold : request.gold) {
        // The element's own form of an answer: a decimal comma where its params ask for one.
        VerifyRequest one{.verifier = std::string((*verifier)->id()),
                          .params = element.value("params", Json::object()),
                          .gold = gold,
                          .profile = "raw"};
        const auto written = (*verifier)->gold_completion(one);
        const bool as_it_is =
            !written || *written == (gold.is_string() ? gold.get<std::string>() : gold.dump());
        items.push_back(as_it_is ? gold : Json(*written));
    }
    // JSON is the only form in which every element keeps its commas and line breaks.
    return write_answer(items.dump(), request.profile, request.think_tags);
}

std::vector<SelfTest> ListVerifier::self_tests() const {
    return set_ ? set_self_tests() : list_self_tests();
}

}  // namespace veritune::verify
