// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

#include <string>
#include <vector>

namespace veritune::verify {

/// Self-tests that share gold, params and profile.
struct SelfTestGroup {
    std::string gold;    ///< JSON text
    std::string params;  ///< JSON text
    std::vector<std::string> accepted;
    std::vector<std::string> refused;
    std::string profile = "raw";
};
std::vector<SelfTest> self_tests_of(const std::vector<SelfTestGroup>& groups);

}  // namespace veritune::verify
