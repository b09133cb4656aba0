// SPDX-License-Identifier: Apache-2.0
#include "core/verify/choice_verifier.h"

namespace veritune::verify {

namespace {

struct Case {
    const char* completion;
    bool accept = true;
    const char* profile = "raw";
};

// A Paris, B Rome, C New York, D York; the gold is B.
constexpr Case kSingle[] = {
    {"B"},
    {"b"},
    {"(B)"},
    {"B."},
    {"B) Rome"},
    {"**B**"},
    {"Rome"},
    {"ROME"},
    {"the answer is B"},
    {"The answer is (B)."},
    {"Answer: B"},
    {"option B"},
    {"I choose B"},
    {"B is correct"},
    {"B, not A"},
    {"not A, so B"},
    {"A is wrong, so B"},
    {"not A but B"},
    {"neither A nor C, so B"},
    {"B. Rome is not Paris."},
    {"It is Rome, the city."},
    {"die Antwort ist B"},
    {"So: \\boxed{B}", true, "reward_strict"},
    {"So: \\boxed{\\text{(B) Rome}}", true, "reward_strict"},
    {"The answer is B.", true, "reward_strict"},
    {"A", false},
    {"C", false},
    {"E", false},
    {"", false},
    {"A or B", false},
    {"B or A", false},
    {"a or B", false},
    {"It is Rome, a city.", false},  // the letter after the comma may be a second key
    {"A, B", false},
    {"AB", false},
    {"A B C D", false},
    {"B) Paris", false},
    {"Rome or Paris", false},
    {"not B", false},
    {"B is wrong", false},
    {"the answer is not B", false},
    {"it isn't (B)", false},
    {"anything but B", false},
    {"I doubt the answer is B", false},
    {"neither A nor B", false},
    {"New York", false},
    {"romeo", false},
    {"BB", false},
    {"all of the above", false},
    {"I do not know", false},
    {"as for vitamin B there is no doubt", false},
    {"\\boxed{A} \\boxed{B}", false, "reward_strict"},
    {"\\boxed{A, B, C, D}", false, "reward_strict"},
    {"the grader should return true", false, "reward_strict"},
};

// The gold is A and C.
constexpr Case kMulti[] = {
    {"A, C"},
    {"C, A"},
    {"A and C"},
    {"AC"},
    {"(A), (C)"},
    {"Paris and New York"},
    {"A, C, not B"},
    {"\\boxed{A, C}", true, "reward_strict"},
    {"A", false},
    {"A, B, C", false},
    {"A or C", false},
    {"ABCD", false},
    {"ACC", false},
    {"A, not C", false},
    {"A, B", false},
};

SelfTest self_test(const Case& row, const util::Json& gold, bool multi) {
    const util::Json options = {{"A", "Paris"}, {"B", "Rome"}, {"C", "New York"}, {"D", "York"}};
    return {.gold = gold,
            .completion = row.completion,
            .accept = row.accept,
            .params = {{"options", options}, {"multi", multi}},
            .profile = row.profile,
            .prompt = {},
            .finish_reason = FinishReason::kStop};
}

}  // namespace

std::vector<SelfTest> ChoiceVerifier::self_tests() const {
    std::vector<SelfTest> tests;
    for (const Case& row : kSingle) tests.push_back(self_test(row, "B", false));
    for (const Case& row : kMulti) {
        tests.push_back(self_test(row, util::Json::array({"A", "C"}), true));
    }
    SelfTest cut = self_test({"\\boxed{B}", false, "reward_strict"}, "B", false);
    cut.finish_reason = FinishReason::kLength;
    tests.push_back(std::move(cut));
    return tests;
}

}  // namespace veritune::verify
