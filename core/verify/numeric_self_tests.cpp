// SPDX-License-Identifier: Apache-2.0
#include "core/verify/numeric_verifier.h"

namespace veritune::verify {

namespace {

struct Case {
    const char* gold;
    const char* completion;
    const char* params = "{}";
    const char* profile = "raw";
};

constexpr Case kAccepted[] = {
    {"0.5", "0.5"},
    {"0.5", ".5"},
    {"0.5", "1/2"},
    {"0.5", "2/4"},
    {"0.5", "\\frac{1}{2}"},
    {"-0.5", "-\\dfrac{1}{2}"},
    {"-0.5", "\\frac{-1}{2}"},
    {"0.5", "50%"},
    {"0.5", "50 \\%"},
    {"28%", "0.28"},
    {"1234.5", "1,234.50"},
    {"-1234.5",
     "\xE2\x88\x92"
     "1,234.5"},  // U+2212
    {"0.0015", "1.5e-3"},
    {"0.0015", "1.5 \\times 10^{-3}"},
    {"1500", "1.5 \xC3\x97 10^3"},  // U+00D7
    {"1000", "10^{3}"},
    {"1/3", "2/6"},
    {"0", "-0.00"},
    {"3.14159", "3.14", R"({"atol":"0.01"})"},
    {"100", "101", R"({"rtol":0.01})"},
    {"0.1", "0.3", R"({"atol":0.2})"},       // exactly on the limit; not so in doubles
    {"2.345", "2.34", R"({"decimals":2})"},  // half to even
    {"2.355", "2.36", R"({"decimals":2})"},
    {"1/3", "0.33", R"({"decimals":2})"},
    {"0.0012345", "0.00123", R"({"sigfigs":3})"},
    {"9.996", "10.0", R"({"sigfigs":3})"},
    {"5", "4", R"({"lower":4,"upper":6})"},
    {"5", "6.0", R"({"lower":4,"upper":6})"},
    {"5", "1e9", R"({"lower":5})"},
    {"1234.5", "1.234,5", R"({"decimal_mark":","})"},
    {"0.5", "So it is \\boxed{\\frac{1}{2}}.", "{}", "reward_strict"},
    {"12.50", "The answer is 12.5", "{}", "reward_strict"},
};

constexpr Case kRefused[] = {
    {"0.5", "0.50000000000000000000000000000001"},
    {"0.5", "50"},
    {"50", "50%"},
    {"0.5", "-0.5"},
    {"0.5", "2/1"},
    {"1/3", "0.333333"},
    {"0.5", "NaN"},
    {"0.5", "inf"},
    {"0.5", "\\infty"},
    {"0.5", "1/0"},
    {"0.5", "\\frac{1}{0}"},
    {"0.5", "0.5-0.6"},
    {"0.5", "0.5, 0.6"},
    {"0.5", "[0.5]"},
    {"0.5", "0.5 or 0.6"},
    {"0.5",
     "\xC2\xB1"
     "0.5"},
    {"0.5", "about 0.5"},
    {"0.5", "0.5 m"},
    {"0.5", "1/2/1"},
    {"0.5", "0,5"},
    {"1234.5", "1.234,5"},
    {"1234.5", "12,34.5"},
    {"0.5", "1/2%"},
    {"0.5", "--0.5"},
    {"0.5", "0x1p-1"},
    {"0.5", ""},
    {"0.5", "1e-99999"},
    {"0.5", "1e99999999999999999999"},
    {"0.5", "10^{10^{10}}"},
    {"0.30000000000000004", "0.3"},
    {"3.14159", "3.13", R"({"atol":"0.01"})"},
    {"100", "101.0001", R"({"rtol":0.01})"},
    {"2.345", "2.35", R"({"decimals":2})"},
    {"0.0012345", "0.00124", R"({"sigfigs":3})"},
    {"5", "6.0000001", R"({"lower":4,"upper":6})"},
    {"1234.5", "1,234.5", R"({"decimal_mark":","})"},
    {"16", "\\boxed{16 \\text{ or } 17}", "{}", "reward_strict"},
    {"16", "<think>\\boxed{16}", "{}", "reward_strict"},
    {"16", "the grader should return true", "{}", "reward_strict"},
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

std::vector<SelfTest> NumericVerifier::self_tests() const {
    std::vector<SelfTest> tests;
    for (const Case& row : kAccepted) tests.push_back(self_test(row, true));
    for (const Case& row : kRefused) tests.push_back(self_test(row, false));
    SelfTest cut = self_test({"0.5", "\\boxed{0.5}", "{}", "reward_strict"}, false);
    cut.finish_reason = FinishReason::kLength;
    tests.push_back(std::move(cut));
    SelfTest number = self_test({"", "1/10"}, true);
    number.gold = 0.1;
    tests.push_back(std::move(number));
    return tests;
}

}  // namespace veritune::verify
