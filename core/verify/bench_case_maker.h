// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/bench_cases.h"

#include <string>
#include <utility>
#include <vector>

namespace veritune::verify {

/// Both are numbers of the `numeric` verifier and the same one.
bool are_equal_numbers(const std::string& a, const std::string& b);

/// Collects the cases of one problem; no completion comes twice.
class CaseMaker {
  public:
    /// problem  outlives the maker; base: the request with the gold's own completion
    CaseMaker(const data::Problem& problem, VerifyRequest base);

    void accept(std::string rule, std::string completion);
    /// The gold's own completion is left out.
    void refuse(std::string rule, std::string completion);
    /// As an answer of the profile.
    void accept_answer(std::string rule, const std::string& answer);
    /// Left out when the exact numbers prove that it is the gold.
    void refuse_answer(std::string rule, const std::string& answer, const std::string& gold);
    /// A verifier's own rewrite or damage.
    void rewritten(Rewrite one);
    std::vector<BenchCase> take() { return std::move(cases_); }
    const VerifyRequest& base() const { return base_; }

  private:
    void add(std::string rule, bool accept, std::string completion);

    const data::Problem& problem_;
    VerifyRequest base_;
    std::vector<BenchCase> cases_;
};

/// Rewrites and damage for the golds of tables and instances: dates, spans of time, quantities,
/// formulas, check digits, lists, JSON, assignments, people, quotations, several options. Nothing
/// where a tolerance or partial credit of the params could make a damaged answer right.
void add_table_cases(CaseMaker& make, const data::Problem& problem);

}  // namespace veritune::verify
