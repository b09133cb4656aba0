// SPDX-License-Identifier: Apache-2.0
#include "core/verify/chain_arithmetic_verifier.h"
#include "core/verify/choice_verifier.h"
#include "core/verify/code_python_verifier.h"
#include "core/verify/integer_verifier.h"
#include "core/verify/math_verifier.h"
#include "core/verify/numeric_verifier.h"
#include "core/verify/text_exact_verifier.h"
#include "core/verify/verifier.h"

namespace veritune::verify {

const std::vector<const Verifier*>& all_verifiers() {
    static const ChainArithmeticVerifier chain_arithmetic;
    static const IntegerVerifier integer;
    static const NumericVerifier numeric;
    static const MathVerifier math;
    static const ChoiceVerifier choice;
    static const TextExactVerifier text_exact;
    static const CodePythonVerifier code_python;
    static const std::vector<const Verifier*> all = {
        &chain_arithmetic,
        &integer,
        &numeric,
        &math,
        &choice,
        &text_exact,
        &code_python,
    };
    return all;
}

util::Result<const Verifier*> find_verifier(std::string_view id) {
    std::string known;
    for (const Verifier* verifier : all_verifiers()) {
        if (verifier->id() == id) return verifier;
        known += known.empty() ? "" : ", ";
        known += verifier->id();
    }
    return util::fail(util::ErrorCode::kNotFound,
                      "there is no such verifier; the known ones are: " + known,
                      std::string(id));
}

}  // namespace veritune::verify
