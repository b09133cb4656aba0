// SPDX-License-Identifier: Apache-2.0
#include "core/util/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace veritune::util {
namespace {

TEST(Version, IsThreeNumbersAndACommit) {
    EXPECT_THAT(std::string(program_version()), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
    EXPECT_THAT(std::string(program_commit()), testing::MatchesRegex("unknown|[0-9a-f]+"));
}

}  // namespace
}  // namespace veritune::util
