// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/output.h"

#include "core/programs/cli/cli.h"
#include "core/programs/cli/exit_code.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <sstream>

namespace veritune::cli {
namespace {

using util::ErrorCode;

class OutputTest : public ::testing::Test {
  protected:
    Output make(bool json, bool quiet = false, int verbose = 0) {
        return Output(out_, err_, {.json = json, .quiet = quiet, .verbose = verbose});
    }
    std::ostringstream out_;
    std::ostringstream err_;
};

TEST_F(OutputTest, KeepsResultsAndWordsApart) {
    Output output = make(false);
    output.text("result");
    output.say("word");
    output.result({{"a", 1}});
    output.event("step", {{"a", 1}});
    EXPECT_EQ(out_.str(), "result\n");
    EXPECT_EQ(err_.str(), "word\n");
}

TEST_F(OutputTest, PrintsOneObjectALineWithJson) {
    Output output = make(true);
    output.text("result");
    output.event("step", {{"step", 3}});
    output.result({{"a", 1}});
    EXPECT_EQ(out_.str(),
              "{\"event\":\"step\",\"schema\":1,\"step\":3}\n"
              "{\"result\":{\"a\":1},\"schema\":1}\n");
}

TEST_F(OutputTest, ReportsErrorsInBothForms) {
    const util::Error error{ErrorCode::kNotFound, "run 7 does not exist", "run 7"};
    EXPECT_EQ(make(false).error(error), kExitFailed);
    EXPECT_EQ(out_.str(), "");
    EXPECT_EQ(err_.str(), "veritune: run 7 does not exist (run 7)\n");
    EXPECT_EQ(make(true).error(error), kExitFailed);
    EXPECT_EQ(out_.str(),
              "{\"error\":{\"code\":\"not_found\",\"context\":\"run 7\",\"message\":\"run 7 does "
              "not exist\"},\"schema\":1}\n");
}

TEST_F(OutputTest, IsSilentButForErrorsWhenQuiet) {
    Output output = make(false, true, 1);
    output.say("word");
    output.detail("detail");
    EXPECT_EQ(err_.str(), "");
    output.error({ErrorCode::kBusy, "busy", ""});
    EXPECT_EQ(err_.str(), "veritune: busy\n");
}

TEST_F(OutputTest, SaysDetailsOnRequestOnly) {
    make(false).detail("detail");
    EXPECT_EQ(err_.str(), "");
    make(false, false, 1).detail("detail");
    EXPECT_EQ(err_.str(), "detail\n");
}

TEST_F(OutputTest, NeverPassesControlCharactersOfAnErrorOn) {
    make(false).error({ErrorCode::kNotFound, "no file \x1b[31mred", ""});
    EXPECT_EQ(err_.str(), "veritune: no file \\x1b[31mred\n");
}

TEST(JsonLine, SurvivesBytesThatAreNotUtf8AndNumbersThatAreNotFinite) {
    EXPECT_EQ(json_line(util::Json{{"a", "\xff"}}), "{\"a\":\"\xef\xbf\xbd\"}");
    EXPECT_EQ(json_line(util::Json{{"a", std::numeric_limits<double>::quiet_NaN()}}),
              "{\"a\":null}");
}

TEST(ExitCode, FollowsTheKindOfError) {
    const std::map<ErrorCode, int> expected{{ErrorCode::kInvalidArgument, 2},
                                            {ErrorCode::kNotFound, 1},
                                            {ErrorCode::kAlreadyExists, 1},
                                            {ErrorCode::kCorruptData, 1},
                                            {ErrorCode::kUnsupported, 1},
                                            {ErrorCode::kPermissionDenied, 3},
                                            {ErrorCode::kDiskFull, 3},
                                            {ErrorCode::kIoError, 3},
                                            {ErrorCode::kOutOfMemory, 3},
                                            {ErrorCode::kBusy, 1},
                                            {ErrorCode::kUnavailable, 3},
                                            {ErrorCode::kCancelled, 130},
                                            {ErrorCode::kInternal, 1}};
    for (const auto& [code, exit] : expected) {
        EXPECT_EQ(exit_code_for(code), exit) << util::error_code_name(code);
    }
    EXPECT_EQ(expected.size(), static_cast<std::size_t>(ErrorCode::kInternal) + 1);
}

Environment environment(const std::map<std::string, std::string>& variables) {
    return {.variable = [variables](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    }};
}

TEST(TextStyle, NeedsAUtf8LocaleForBlockCharacters) {
    EXPECT_TRUE(text_style(environment({{"LANG", "de_DE.UTF-8"}}), true, 80).unicode);
    EXPECT_TRUE(text_style(environment({{"LC_ALL", "C.utf8"}}), false, 80).unicode);
    EXPECT_FALSE(
        text_style(environment({{"LANG", "de_DE.UTF-8"}, {"LC_ALL", "C"}}), true, 80).unicode);
    EXPECT_FALSE(text_style(environment({}), true, 80).unicode);
}

TEST(TextStyle, IsPlainWithNoColorAndOnDumbTerminals) {
    const TextStyle no_color =
        text_style(environment({{"LANG", "C.UTF-8"}, {"NO_COLOR", "1"}}), true, 80);
    EXPECT_FALSE(no_color.color);
    EXPECT_FALSE(no_color.unicode);
    const TextStyle dumb =
        text_style(environment({{"LANG", "C.UTF-8"}, {"TERM", "dumb"}}), true, 80);
    EXPECT_FALSE(dumb.color);
    EXPECT_FALSE(dumb.unicode);
    EXPECT_TRUE(text_style(environment({{"NO_COLOR", ""}, {"TERM", "xterm"}}), true, 80).color);
    EXPECT_FALSE(text_style(environment({{"TERM", "xterm"}}), false, 80).color);
}

}  // namespace
}  // namespace veritune::cli
