// SPDX-License-Identifier: Apache-2.0
#include "core/verify/entail3_verifier.h"
#include "core/verify/self_test_table.h"

namespace veritune::verify {

std::vector<SelfTest> Entail3Verifier::self_tests() const {
    return self_tests_of({
        {R"("true")",
         R"js({"theory":["forall x. (Cat(x) -> Animal(x))","Cat(tom)"],"question":"Animal(tom)"})js",
         {"true",
          "True.",
          "yes",
          "Entailed",
          "The statement is true",
          "The answer is: yes",
          "Die Aussage ist wahr",
          "entailment"},
         {"false",
          "unknown",
          "not true",
          "true or false",
          "true, false",
          "",
          "maybe",
          "tom is an animal",
          "yes and no",
          "untrue"}},
        {R"("false")",
         R"js({"theory":["p -> q","~q"],"question":"p"})js",
         {"false", "no", "contradicted", "Contradiction", "refuted", "It is false."},
         {"true", "unknown", "not false", "entailed"}},
        {R"("unknown")",
         R"js({"theory":["exists x. Red(x)","Ball(b)"],"question":"Red(b)"})js",
         {"unknown", "uncertain", "cannot be determined", "neither", "neutral"},
         {"true", "false", "yes", "no"}},
        {R"("unknown")",
         R"js({"theory":["Kind(ann)","Kind(bob)"],"question":"forall x. Kind(x)"})js",
         {"undetermined"},
         {"true"}},
        {R"("true")",
         R"js({"theory":["Kind(ann)","Kind(bob)"],"question":"forall x. Kind(x)","domain":["ann","bob"]})js",
         {"true"},
         {"unknown"}},
        {R"("true")",
         R"js({"theory":["p or q","not p"],"question":"q"})js",
         {"\\boxed{\\text{true}}", "The answer is true."},
         {"\\boxed{\\text{false}}", "\\boxed{\\text{unknown}}"},
         "reward_strict"},
    });
}

}  // namespace veritune::verify
