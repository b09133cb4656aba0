// SPDX-License-Identifier: Apache-2.0
#include "tests/programs/cli_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace veritune::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<std::vector<std::string>> kLeaves{{"project", "new"},
                                                    {"project", "info"},
                                                    {"project", "check"},
                                                    {"models", "inspect"},
                                                    {"models", "quantize"},
                                                    {"models", "fit"},
                                                    {"models", "tokenize"},
                                                    {"data", "import"},
                                                    {"data", "list"},
                                                    {"data", "show"},
                                                    {"data", "generate"},
                                                    {"verify", "list"},
                                                    {"verify", "run"},
                                                    {"verify", "explain"},
                                                    {"verify", "bench"},
                                                    {"train"},
                                                    {"runs", "list"},
                                                    {"runs", "show"},
                                                    {"runs", "metrics"},
                                                    {"runs", "chains"},
                                                    {"runs", "stop"},
                                                    {"runs", "resume"},
                                                    {"eval", "run"},
                                                    {"chat"},
                                                    {"demo"},
                                                    {"doctor"}};

TEST(CommandLine, ShowsHelpWithAnExampleForEveryAction) {
    CliHarness cli;
    for (std::vector<std::string> words : kLeaves) {
        std::string line = "veritune";
        for (const std::string& word : words) line += " " + word;
        words.emplace_back("--help");
        const CliResult help = cli.run(words);
        EXPECT_EQ(help.code, 0) << line;
        EXPECT_THAT(help.out, HasSubstr("Example:\n  " + line)) << help.out;
        EXPECT_EQ(help.err, "") << line;
    }
    EXPECT_THAT(cli.run({"--help"}).out, HasSubstr("Example:"));
    EXPECT_THAT(cli.run({"runs", "--help"}).out, HasSubstr("Example:"));
}

TEST(CommandLine, PrintsItsVersion) {
    const CliResult version = CliHarness().run({"--version"});
    EXPECT_EQ(version.code, 0);
    EXPECT_THAT(version.out, ::testing::MatchesRegex("veritune [0-9.]+ \\([0-9a-z]+\\)\n"));
}

TEST(CommandLine, ShowsHelpWhenNothingIsAsked) {
    const CliResult result = CliHarness().run({});
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.err, HasSubstr("doctor"));
    EXPECT_EQ(result.out, "");
}

TEST(CommandLine, SuggestsTheNearestVerbActionAndOption) {
    CliHarness cli;
    const CliResult verb = cli.run({"dmeo"});
    EXPECT_EQ(verb.code, 2);
    EXPECT_THAT(verb.err, HasSubstr("There is no verb `dmeo`; did you mean `demo`?"));
    const CliResult action = cli.run({"--project", "x", "runs", "lsit"});
    EXPECT_EQ(action.code, 2);
    EXPECT_THAT(action.err, HasSubstr("There is no action `lsit`; did you mean `list`?"));
    const CliResult option = cli.run({"demo", "--sed", "3"});
    EXPECT_EQ(option.code, 2);
    EXPECT_THAT(option.err,
                HasSubstr("There is no option `--sed`; did you mean `--seed`? See `veritune demo "
                          "--help`."));
    EXPECT_THAT(cli.run({"runs", "list", "now"}).err, HasSubstr("`now` is one word too many."));
}

TEST(CommandLine, ListsWhatThereIsWhenNothingIsNear) {
    const CliResult result = CliHarness().run({"frobnicate"});
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.err, HasSubstr("known are: project, models, data"));
}

TEST(CommandLine, RefusesWrongUseWithCodeTwo) {
    CliHarness cli;
    EXPECT_EQ(cli.run({"runs"}).code, 2);
    EXPECT_EQ(cli.run({"runs", "show"}).code, 2);
    EXPECT_EQ(cli.run({"runs", "show", "many"}).code, 2);
    EXPECT_EQ(cli.run({"runs", "show", "0"}).code, 2);
    EXPECT_EQ(cli.run({"train"}).code, 2);
    EXPECT_EQ(cli.run({"train", "run.json", "--resume", "3"}).code, 2);
    EXPECT_EQ(cli.run({"demo", "--algorithm", "magic"}).code, 2);
    EXPECT_EQ(cli.run({"project", "info", "--project"}).code, 2);
}

TEST(CommandLine, SaysWhichNumbersItTakes) {
    CliHarness cli;
    EXPECT_THAT(cli.run({"runs", "show", "0"}).err,
                HasSubstr("must be a whole number of at least 1, is \"0\""));
    EXPECT_THAT(cli.run({"runs", "chains", "1", "--limit", "10001"}).err,
                HasSubstr("must be a whole number from 1 to 10000"));
    EXPECT_EQ(cli.run({"runs", "show", "1x"}).code, 2);
    EXPECT_EQ(cli.run({"runs", "show", "99999999999999999999"}).code, 2);
}

TEST(CommandLine, PrintsErrorsOfTheParserAsJsonToo) {
    const CliResult result = CliHarness().run({"runs", "show", "--json"});
    EXPECT_EQ(result.code, 2);
    EXPECT_EQ(result.last()["schema"], 1);
    EXPECT_EQ(result.last()["error"]["code"], "invalid_argument");
}

TEST(CommandLine, TakesGlobalOptionsAnywhere) {
    CliHarness cli;
    const std::string project = cli.make_project();
    cli.environment.clear();
    for (const auto& args : std::vector<std::vector<std::string>>{
             {"--json", "--project", project, "project", "info"},
             {"project", "--project", project, "info", "--json"},
             {"project", "info", "--json", "--project=" + project}}) {
        const CliResult result = cli.run(args);
        EXPECT_EQ(result.code, 0) << result.err;
        EXPECT_EQ(result.last()["result"]["name"], "p");
    }
}

TEST(CommandLine, TakesAFileNamedLikeAVerb) {
    CliHarness cli;
    cli.make_project();
    cli.write("runs", "{\"id\":\"a\",\"prompt\":\"2+3\",\"gold\":5,\"verifier\":\"integer\"}\n");
    const CliResult result = cli.run({"data", "import", "runs", "--name", "x"});
    EXPECT_EQ(result.code, 0) << result.err;
}

TEST(CommandLine, NeverEchoesControlCharacters) {
    const CliResult result = CliHarness().run({"\x1b[31m"});
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.err, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace veritune::test
