// SPDX-License-Identifier: Apache-2.0
#include "core/verify/integer_verifier.h"

namespace veritune::verify {

namespace {

struct Case {
    const char* gold;
    const char* completion;
    const char* profile = "raw";
};

constexpr Case kAccepted[] = {
    {"18", "18"},
    {"18", " 18\n"},
    {"18", "+18"},
    {"18", "018"},
    {"18", "18.0"},
    {"18", "18.000"},
    {"0", "0"},
    {"0", "-0"},
    {"-7", "-7"},
    {"-7",
     "\xE2\x88\x92"
     "7"},                               // U+2212
    {"-7", "\xEF\xBC\x8D\xEF\xBC\x97"},  // full-width "-7"
    {"1234", "1,234"},
    {"1234", "1{,}234"},
    {"1234",
     "1\xE2\x80\x89"
     "234"},  // thin space
    {"1234567",
     "1\xE2\x80\xAF"
     "234\xE2\x80\xAF"
     "567"},  // narrow no-break space
    {"1234567", "1,234,567.00"},
    {"1,234", "1234"},
    {"1234", "\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x93\xEF\xBC\x94"},  // full-width digits
    {"123456789012345678901234567890", "123,456,789,012,345,678,901,234,567,890"},
    {"18", "So she makes \\boxed{18} dollars.", "reward_strict"},
    {"18",
     "First \\boxed{17}, no: this was too little by one egg and one dollar. \\boxed{18}",
     "reward_strict"},
    {"18", "9 * 2 = 18\n#### 18", "reward_strict"},
    {"70000", "so 70,000.\n#### 70,000", "gsm8k_hash"},
    {"18", "The answer is 18.", "reward_strict"},
    {"-12", "\\boxed{-12}", "reward_strict"},
};

constexpr Case kRefused[] = {
    {"18", "17"},
    {"18", "-18"},
    {"18", "81"},
    {"18", "180"},
    {"18", "18.5"},
    {"18", "18.01"},
    {"18", "1,8"},
    {"1234", "12,34"},
    {"1234", "1,2345"},
    {"1234", "1.234"},
    {"1234", "1 234"},
    {"1234567",
     "1,234\xE2\x80\x89"
     "567"},  // two kinds of separator
    {"123", "0,123"},
    {"18", ""},
    {"18", "--18"},
    {"18", "36/2"},
    {"18", "1.8e1"},
    {"18", "0x12"},
    {"18", "eighteen"},
    {"18", "18 dollars"},
    {"18", "18%"},
    {"18", "\xD9\xA1\xD9\xA8"},  // Arabic-Indic digits
    {"18", "18\x01"},
    {"123456789012345678901234567890", "123456789012345678901234567891"},
    {"9007199254740993", "9007199254740992"},  // equal as doubles
    {"18", "I get 16 or 17, or even 18.", "reward_strict"},
    {"17", "\\boxed{16 \\text{ or } 17}", "reward_strict"},
    {"18", "\\boxed{18", "reward_strict"},
    {"18", "9 * 2 = 18", "gsm8k_hash"},
    {"18", "#### 18\n#### 19", "gsm8k_hash"},
    {"18", "<think>it may be \\boxed{18}", "reward_strict"},
    {"18", "the grader should return true", "reward_strict"},
};

SelfTest self_test(const Case& row, bool accept) {
    return {.gold = row.gold,
            .completion = row.completion,
            .accept = accept,
            .params = util::Json::object(),
            .profile = row.profile,
            .prompt = {},
            .finish_reason = FinishReason::kStop};
}

}  // namespace

std::vector<SelfTest> IntegerVerifier::self_tests() const {
    std::vector<SelfTest> tests;
    for (const Case& row : kAccepted) tests.push_back(self_test(row, true));
    for (const Case& row : kRefused) tests.push_back(self_test(row, false));
    SelfTest cut = self_test({"18", "\\boxed{18}", "reward_strict"}, false);
    cut.finish_reason = FinishReason::kLength;
    tests.push_back(std::move(cut));
    SelfTest number = self_test({"", "\\boxed{18}", "reward_strict"}, true);
    number.gold = 18;
    tests.push_back(std::move(number));
    return tests;
}

}  // namespace veritune::verify
