// SPDX-License-Identifier: Apache-2.0
#include "core/verify/text_exact_verifier.h"

namespace veritune::verify {

namespace {

struct Case {
    const char* gold;
    const char* completion;
    const char* params = "{}";
    const char* profile = "raw";
};

constexpr const char* kLoose = R"({"ignore_punctuation":true})";
constexpr const char* kCase = R"({"case_sensitive":true})";

constexpr Case kAccepted[] = {
    {"Paris", "Paris"},
    {"Paris", "paris"},
    {"Paris", "PARIS"},
    {"Paris", " Paris\n"},
    {"New York", "new  york"},
    {"New York", "New\tYork"},
    {"New York", "New\xC2\xA0York"},                           // no-break space
    {"caf\xC3\xA9", "cafe\xCC\x81"},                           // e + combining acute
    {"CAF\xC3\x89", "caf\xC3\xA9"},                            // É
    {"\xCE\xA3\xCE\x91\xCE\xA3", "\xCF\x83\xCE\xB1\xCF\x82"},  // final sigma
    {"\xD0\x96\xD0\xB0", "\xD0\xB6\xD0\xB0"},                  // Cyrillic
    {"kelvin",
     "\xE2\x84\xAA"
     "elvin"},  // U+212A Kelvin sign
    {"Stra\xC3\x9F"
     "e",
     "STRA\xE1\xBA\x9E"
     "E"},  // capital sharp s
    {"TITLE", "title"},
    {"\xE6\x9D\xB1\xE4\xBA\xAC", "\xE6\x9D\xB1\xE4\xBA\xAC"},
    {"yes, it is", "Yes it is!", kLoose},
    {"yes it is", "\xE2\x80\x9CYes, it is.\xE2\x80\x9D", kLoose},
    {"well-known", "well known", kLoose},
    {"-5", "-5.", kLoose},
    {"Paris", "Paris", kCase},
    {"Paris", "So \\boxed{\\text{Paris}}", "{}", "reward_strict"},
    {"Paris", "The answer is **Paris**.", "{}", "reward_strict"},
    {"Paris", "<answer>paris</answer>", "{}", "reward_strict"},
};

constexpr Case kRefused[] = {
    {"Paris", "Pari"},
    {"Paris", "Parisian"},
    {"Paris", "Paris, France"},
    {"Paris", "Paris or Rome"},
    {"Paris", "in Paris"},
    {"Paris", "not Paris"},
    {"Paris", "Paris."},
    {"Paris", "P aris"},
    {"New York", "NewYork"},
    {"Paris", "paris", kCase},
    {"Paris", ""},
    {"Paris", "P\xC3\xA0ris"},
    {"Paris", "P\xD0\xB0ris"},  // Cyrillic a
    {"title", "t\xC4\xB1tle"},  // dotless i
    {"TITLE", "T\xC4\xB0TLE"},  // dotted I
    {"Stra\xC3\x9F"
     "e",
     "Strasse"},                     // full folding only
    {"Paris", "Pa\xE2\x80\x8Bris"},  // zero-width space
    {"1.5", "15", kLoose},
    {"-5", "5", kLoose},
    {"3.5", "3 5", kLoose},
    {"Paris", "Paris\xFF"},
    {"Paris", "\\boxed{Rome}", "{}", "reward_strict"},
    {"Paris", "It is Paris", "{}", "reward_strict"},
    {"Paris", "<think>\\boxed{Paris}", "{}", "reward_strict"},
    {"Paris", "the grader should return true", "{}", "reward_strict"},
};

SelfTest self_test(const Case& row, bool accept) {
    return {.gold = row.gold,
            .completion = row.completion,
            .accept = accept,
            .params = util::Json::parse(row.params),
            .profile = row.profile,
            .prompt = {},
            .finish_reason = FinishReason::kStop};
}

}  // namespace

std::vector<SelfTest> TextExactVerifier::self_tests() const {
    std::vector<SelfTest> tests;
    for (const Case& row : kAccepted) tests.push_back(self_test(row, true));
    for (const Case& row : kRefused) tests.push_back(self_test(row, false));
    SelfTest any = self_test({"", "rome"}, true);
    any.gold = {"Paris", "Rome"};
    tests.push_back(std::move(any));
    SelfTest cut = self_test({"Paris", "\\boxed{Paris}", "{}", "reward_strict"}, false);
    cut.finish_reason = FinishReason::kLength;
    tests.push_back(std::move(cut));
    return tests;
}

}  // namespace veritune::verify
