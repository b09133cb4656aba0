// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// `list` and `set`: several answers, each judged by a verifier of elements.
/// params  element: {"verifier", "params"} (default text_exact); ordered (list: true; set: false);
///   multiset (list: true; set: false): repetitions count; partial: F1 of the matched elements as
///   the score, with ordered the elements matched in order; normalise: none | icd10 (upper case,
///   without the dot)
/// gold    JSON array of golds of the element verifier, at most 1,024
/// accepts  a JSON array; else one item a line (numbers and bullets dropped), else separated by
///   semicolons, else by commas; brackets, braces and a last "and" are dropped. Separators inside
///   brackets or quotes do not count.
/// matching  unordered: bipartite over at most 64 x 64 element verdicts; larger ones by the
///   elements' normal forms
/// reasons  incorrect: wrong_elements, wrong_order, answer_too_long · budget_exceeded:
///   too_many_elements, answer_too_long, an element's · invalid_gold: bad_gold, bad_params
class ListVerifier final : public Verifier {
  public:
    explicit ListVerifier(bool set)
        : set_(set) {}
    std::string_view id() const override { return set_ ? "set" : "list"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return set_ ? "Compares several answers in any order, each with its own verifier."
                    : "Compares several answers in their order, each with its own verifier.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    bool partial_credit() const override { return true; }
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;

  private:
    bool set_;
};

std::vector<SelfTest> list_self_tests();
std::vector<SelfTest> set_self_tests();

/// The items of an answer as written above; `split_and`: "a and b" are two.
std::vector<std::string> split_items(std::string_view text, bool split_and);

}  // namespace veritune::verify
