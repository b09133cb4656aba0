// SPDX-License-Identifier: Apache-2.0
#include "core/verify/bench_case_maker.h"

#include "core/verify/answer_writer.h"
#include "core/verify/numeric_verifier.h"

#include <algorithm>
#include <utility>

namespace veritune::verify {

bool are_equal_numbers(const std::string& a, const std::string& b) {
    const ParsedNumber x = parse_number(a);
    const ParsedNumber y = parse_number(b);
    return x.fault == NumberFault::kNone && y.fault == NumberFault::kNone && x.value == y.value;
}

CaseMaker::CaseMaker(const data::Problem& problem, VerifyRequest base)
    : problem_(problem),
      base_(std::move(base)) {}

void CaseMaker::accept(std::string rule, std::string completion) {
    add(std::move(rule), true, std::move(completion));
}

void CaseMaker::refuse(std::string rule, std::string completion) {
    if (completion == base_.completion) return;
    add(std::move(rule), false, std::move(completion));
}

void CaseMaker::accept_answer(std::string rule, const std::string& answer) {
    accept(std::move(rule), write_answer(answer, base_.profile, false));
}

void CaseMaker::refuse_answer(std::string rule,
                              const std::string& answer,
                              const std::string& gold) {
    if (answer == gold || are_equal_numbers(answer, gold)) return;
    refuse(std::move(rule), write_answer(answer, base_.profile, false));
}

void CaseMaker::rewritten(Rewrite one) {
    std::string completion = write_answer(one.answer, base_.profile, false);
    if (one.accept) return accept(std::move(one.rule), std::move(completion));
    refuse(std::move(one.rule), std::move(completion));
}

void CaseMaker::add(std::string rule, bool accept, std::string completion) {
    const auto same = [&completion](const BenchCase& c) {
        return c.request.completion == completion;
    };
    if (std::any_of(cases_.begin(), cases_.end(), same)) return;
    BenchCase one{
        .problem_id = problem_.id, .rule = std::move(rule), .accept = accept, .request = base_};
    one.request.completion = std::move(completion);
    cases_.push_back(std::move(one));
}

}  // namespace veritune::verify
