// SPDX-License-Identifier: Apache-2.0
#include "core/verify/self_test_table.h"

namespace veritune::verify {

std::vector<SelfTest> self_tests_of(const std::vector<SelfTestGroup>& groups) {
    std::vector<SelfTest> tests;
    const auto add = [&tests](const SelfTestGroup& group, const std::string& text, bool accept) {
        tests.push_back({.gold = util::Json::parse(group.gold),
                         .completion = text,
                         .accept = accept,
                         .params = util::Json::parse(group.params),
                         .profile = group.profile,
                         .prompt = {},
                         .finish_reason = FinishReason::kStop});
    };
    for (const SelfTestGroup& group : groups) {
        for (const std::string& text : group.accepted) add(group, text, true);
        for (const std::string& text : group.refused) add(group, text, false);
    }
    return tests;
}

}  // namespace veritune::verify
