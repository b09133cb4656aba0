// SPDX-License-Identifier: Apache-2.0
#include "core/util/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace veritune::util {
namespace {

Result<int> half(int n) {
    if (n % 2 != 0) return fail(ErrorCode::kInvalidArgument, "the number is odd", "n");
    return n / 2;
}

Result<int> quarter(int n) {
    VT_ASSIGN(const int once, half(n));
    VT_ASSIGN(const int twice, half(once));
    return twice;
}

Status check_even(int n) {
    VT_TRY(half(n));
    return {};
}

TEST(ErrorCode, EveryCodeHasItsOwnNameAndComesBack) {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(ErrorCode::kInternal); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        names.insert(error_code_name(code));
        EXPECT_EQ(error_code_from_name(error_code_name(code)), code);
    }
    EXPECT_EQ(names.size(), 13U);
    EXPECT_EQ(error_code_name(ErrorCode::kDiskFull), "disk_full");
    EXPECT_EQ(error_code_name(ErrorCode::kInternal), "internal");
    EXPECT_EQ(error_code_from_name("Disk_full"), std::nullopt);
    EXPECT_EQ(error_code_from_name(""), std::nullopt);
}

TEST(Error, ShowsTheContextWhenThereIsOne) {
    EXPECT_EQ(to_string(fail(ErrorCode::kBusy, "taken", "a/b")), "taken (a/b)");
    EXPECT_EQ(to_string(fail(ErrorCode::kBusy, "taken")), "taken");
}

TEST(Result, CarriesAValueOrAnError) {
    EXPECT_EQ(half(8).value(), 4);
    EXPECT_EQ(half(7).error().context, "n");
    EXPECT_EQ(half(7).value_or(-1), -1);
    EXPECT_EQ(half(8).value_or(-1), 4);
}

TEST(Result, TryAndAssignPassTheFirstErrorOn) {
    EXPECT_EQ(quarter(8).value(), 2);
    EXPECT_EQ(quarter(6).error().message, "the number is odd");
    EXPECT_TRUE(check_even(2));
    EXPECT_EQ(check_even(3).error().code, ErrorCode::kInvalidArgument);
}

TEST(Result, MovesValuesThatCannotBeCopied) {
    Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
    const std::unique_ptr<int> taken = std::move(result).value();
    EXPECT_EQ(*taken, 5);
}

TEST(ResultDeathTest, ReadingTheWrongHalfAborts) {
    EXPECT_DEATH(static_cast<void>(half(7).value()), "the number is odd");
    EXPECT_DEATH(static_cast<void>(half(8).error()), "VT_CHECK");
    EXPECT_DEATH(static_cast<void>(Status{}.error()), "VT_CHECK");
}

}  // namespace
}  // namespace veritune::util
