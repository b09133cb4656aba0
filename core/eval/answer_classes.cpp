// SPDX-License-Identifier: Apache-2.0
#include "core/eval/answer_classes.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace veritune::eval {
namespace {

/// Verifiers whose gold may be any text that they accept as an answer.
bool compares_answers(std::string_view verifier) {
    static constexpr std::array<std::string_view, 7> kList = {
        "math", "integer", "numeric", "numeric_unit", "text_exact", "date", "duration"};
    return std::ranges::find(kList, verifier) != kList.end();
}

std::string answer_of(const verify::Verdict& verdict) {
    return verdict.answer_normal.empty() ? verdict.extracted : verdict.answer_normal;
}

bool accepts(const verify::VerifyRequest& request,
             const std::string& gold,
             const std::string& answer,
             const verify::VerifierPool& pool) {
    verify::VerifyRequest pair = request;
    pair.gold = gold;
    pair.completion = answer;
    pair.profile = "raw";
    pair.finish_reason = verify::FinishReason::kStop;
    pair.think_tags = false;
    return pool.verify_one(pair).status == verify::VerdictStatus::kCorrect;
}

struct AnswerClassMark {
    bool correct = false;
    std::string normal;
    std::string text;
};

}  // namespace

std::vector<int> answer_classes(const verify::VerifyRequest& request,
                                const std::vector<verify::Verdict>& verdicts,
                                const verify::VerifierPool& pool) {
    const bool compares = compares_answers(request.verifier);
    std::vector<AnswerClassMark> known;
    std::vector<int> classes;
    for (const verify::Verdict& verdict : verdicts) {
        const bool correct = verdict.status == verify::VerdictStatus::kCorrect;
        const std::string normal = answer_of(verdict);
        if (verify::is_masked(verdict.status) ||
            verdict.status == verify::VerdictStatus::kNoAnswer || (normal.empty() && !correct)) {
            classes.push_back(-1);
            continue;
        }
        const auto same = [&](const AnswerClassMark& mark) {
            if (correct || mark.correct) return correct && mark.correct;
            if (mark.normal == normal) return true;
            return compares && !verdict.extracted.empty() && !mark.text.empty() &&
                   accepts(request, mark.text, verdict.extracted, pool) &&
                   accepts(request, verdict.extracted, mark.text, pool);
        };
        const auto at = std::ranges::find_if(known, same);
        classes.push_back(static_cast<int>(at - known.begin()));
        if (at == known.end())
            known.push_back({.correct = correct, .normal = normal, .text = verdict.extracted});
    }
    return classes;
}

int majority_class(const std::vector<int>& classes) {
    std::vector<int> counts;
    for (const int one : classes) {
        if (one < 0) continue;
        if (counts.size() <= static_cast<std::size_t>(one))
            counts.resize(static_cast<std::size_t>(one) + 1, 0);
        ++counts[static_cast<std::size_t>(one)];
    }
    if (counts.empty()) return -1;
    return static_cast<int>(std::ranges::max_element(counts) - counts.begin());
}

}  // namespace veritune::eval
