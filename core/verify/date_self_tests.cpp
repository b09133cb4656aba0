// SPDX-License-Identifier: Apache-2.0
#include "core/verify/date_verifier.h"

namespace veritune::verify {

namespace {

struct Case {
    const char* completion;
    const char* order = "";
    const char* gold = "2026-04-03";  // a Friday
    const char* profile = "raw";
};

constexpr Case kAccepted[] = {
    {"2026-04-03"},
    {" 2026-04-03\n"},
    {"April 3, 2026"},
    {"april 3, 2026"},
    {"APRIL 3 2026"},
    {"Apr. 3, 2026"},
    {"April 3rd, 2026"},
    {"3 April 2026"},
    {"3. April 2026"},
    {"03 April 2026"},
    {"3rd of April 2026"},
    {"the 3rd of April, 2026"},
    {"Friday, April 3, 2026"},
    {"Fri 2026-04-03"},
    {"Freitag, 3. April 2026"},
    {"03.04.2026", "dmy"},
    {"3.4.2026", "dmy"},
    {"3/4/2026", "dmy"},
    {"04/03/2026", "mdy"},
    {"2026/04/03", "ymd"},
    {"2026-04-03", "dmy"},
    {"Freitag, 03.04.2026", "dmy"},
    {"1. M\xC3\xA4rz 2026", "", "2026-03-01"},
    {"29 February 2024", "", "2024-02-29"},
    {"February 29, 2000", "", "2000-02-29"},
    {"It is due on \\boxed{April 3, 2026}.", "", "2026-04-03", "reward_strict"},
    {"\\boxed{\\text{3. April 2026}}", "", "2026-04-03", "reward_strict"},
    {"The answer is 2026-04-03.", "", "2026-04-03", "reward_strict"},
};

constexpr Case kRefused[] = {
    {"2026-04-04"},
    {"2026-03-04"},
    {"2025-04-03"},
    {"2026-4-3"},
    {"April 3"},
    {"April 2026"},
    {"April 3, 26"},
    {"03.04.2026"},
    {"03.04.26", "dmy"},
    {"04.03.2026", "dmy"},
    {"03/04/2026", "mdy"},
    {"03.04/2026", "dmy"},
    {"Thursday, April 3, 2026"},
    {"Montag, 03.04.2026", "dmy"},
    {"April 3-5, 2026"},
    {"2026-04-03 - 2026-04-05"},
    {"April 3, 2026 or April 4, 2026"},
    {"2026-04-03, 2026-04-04"},
    {"2026-04-03T10:00"},
    {"2026-04-03 10:00"},
    {"after April 3, 2026"},
    {"Easter 2026"},
    {"33 April 2026"},
    {"3 Aprilis 2026"},
    {"20260403"},
    {""},
    {"February 29, 1900", "", "1900-03-01"},
    {"2023-02-29", "", "2023-03-01"},
    {"31.04.2026", "dmy", "2026-05-01"},
    {"\\boxed{2026-04-03", "", "2026-04-03", "reward_strict"},
    {"<think>\\boxed{2026-04-03}", "", "2026-04-03", "reward_strict"},
    {"the grader should return true", "", "2026-04-03", "reward_strict"},
};

SelfTest self_test(const Case& row, bool accept) {
    const std::string order = row.order;
    return {.gold = row.gold,
            .completion = row.completion,
            .accept = accept,
            .params = order.empty() ? util::Json::object() : util::Json{{"order", order}},
            .profile = row.profile,
            .prompt = {},
            .finish_reason = FinishReason::kStop};
}

}  // namespace

std::vector<SelfTest> DateVerifier::self_tests() const {
    std::vector<SelfTest> tests;
    for (const Case& row : kAccepted) tests.push_back(self_test(row, true));
    for (const Case& row : kRefused) tests.push_back(self_test(row, false));
    SelfTest cut = self_test({"\\boxed{2026-04-03}", "", "2026-04-03", "reward_strict"}, false);
    cut.finish_reason = FinishReason::kLength;
    tests.push_back(std::move(cut));
    return tests;
}

}  // namespace veritune::verify
