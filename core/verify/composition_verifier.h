// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

enum class Composition { kAllOf, kAnyOf, kWeighted };

/// `all_of`, `any_of`, `weighted`: one completion under several verifiers.
/// params  parts: [{"verifier", "params", "gold", "profile", "weight"}], 1 to 16, nested at most 4
///   deep; profile: the request's where it is left out; weight: only for weighted, there the
///   weights sum to 1; `format` may weigh 0 (its default: shown, but without effect) to 1/2
/// gold    null, or an array with one gold per part (then the parts carry none)
/// all_of: every part is correct. any_of: at least one is. weighted: sum of weight x score; 1 is
/// correct, between 0 and 1 partial.
/// blame   a masked part masks the whole, also when another part has decided already
/// reasons  that of the first part which failed, as "part 2: reason" · invalid_gold: bad_params
class CompositionVerifier final : public Verifier {
  public:
    explicit CompositionVerifier(Composition kind)
        : kind_(kind) {}
    std::string_view id() const override;
    int version() const override { return 2; }
    std::string_view summary() const override;
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    bool partial_credit() const override { return true; }
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    /// That of the dearest part.
    double gold_cost(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;

  private:
    Composition kind_;
};

std::vector<SelfTest> composition_self_tests(Composition kind);

}  // namespace veritune::verify
