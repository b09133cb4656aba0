// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/doctor_checks.h"
#include "tests/programs/cli_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace veritune::cli {
namespace {

using Level = CheckResult::Level;
using ::testing::HasSubstr;

TEST(Doctor, JudgesTheDisk) {
    EXPECT_EQ(judge_disk("/x", 500'000'000).level, Level::kBad);
    EXPECT_EQ(judge_disk("/x", 5'000'000'000).level, Level::kWarn);
    EXPECT_EQ(judge_disk("/x", 50'000'000'000).level, Level::kOk);
    EXPECT_EQ(judge_disk("/x", 50'000'000'000).detail, "50.0 GB free in /x");
}

TEST(Doctor, ShowsWhatTheEngineSaysOfItself) {
    const CheckResult check = judge_engine(
        "/x/veritune-engine", {.started = true, .output = "veritune-engine 0.1.0\nmore"});
    EXPECT_EQ(check.level, Level::kOk);
    EXPECT_EQ(check.detail, "veritune-engine 0.1.0");
}

TEST(Doctor, TellsAMissingEngineFromAMissingLibrary) {
    const CheckResult missing = judge_engine("/x/e", {.errors = "No such file or directory"});
    EXPECT_EQ(missing.level, Level::kBad);
    EXPECT_THAT(missing.next_step, HasSubstr("beside veritune"));
    const CheckResult library =
        judge_engine("/x/e",
                     {.started = true,
                      .exit_code = 127,
                      .errors = "/x/e: error while loading shared libraries: libtorch_cpu.so: "
                                "cannot open shared object file\n"});
    EXPECT_EQ(library.level, Level::kBad);
    EXPECT_THAT(library.detail, HasSubstr("libtorch_cpu.so"));
    EXPECT_THAT(library.next_step, HasSubstr("./dev deps"));
    EXPECT_EQ(judge_engine("/x/e", {.started = true, .timed_out = true}).level, Level::kBad);
    EXPECT_EQ(judge_engine("/x/e", {.started = true, .exit_code = 139}).level, Level::kBad);
}

TEST(Doctor, ShowsWhatStoppedEachAttemptInTheSandbox) {
    const verify::SandboxStatus rung_a{.rung = "A"};
    const CheckResult good = judge_sandbox(
        rung_a, {{.what = "open a socket", .stopped = true, .stopped_by = "EACCES"}}, "");
    EXPECT_EQ(good.level, Level::kOk);
    EXPECT_THAT(good.detail, HasSubstr("1 of 1"));
    EXPECT_EQ(good.lines, std::vector<std::string>{"open a socket: EACCES"});
    const CheckResult leaky = judge_sandbox(
        rung_a, {{.what = "open a socket", .stopped = false, .stopped_by = "value"}}, "");
    EXPECT_EQ(leaky.level, Level::kBad);
    EXPECT_THAT(leaky.lines[0], HasSubstr("NOT STOPPED"));
    const CheckResult off =
        judge_sandbox({.rung = "0", .reason = "no bubblewrap"}, {}, "Install it.");
    EXPECT_EQ(off.level, Level::kWarn);
    EXPECT_THAT(off.detail, HasSubstr("no bubblewrap"));
    EXPECT_EQ(off.next_step, "Install it.");
    EXPECT_EQ(judge_sandbox(rung_a, {}, "").level, Level::kBad);
}

TEST(Doctor, SaysWhichRungAndWhatStoppedTheOthers) {
    const CheckResult b = judge_sandbox({.rung = "B",
                                         .reason = "no user namespaces",
                                         .rung_a = "no user namespaces",
                                         .landlock_abi = 4},
                                        {{.what = "fork", .stopped = true, .stopped_by = "EPERM"}},
                                        "Load the profile.");
    EXPECT_EQ(b.level, Level::kWarn);
    EXPECT_THAT(b.detail, HasSubstr("rung B, weaker (Landlock ABI 4"));
    EXPECT_EQ(b.next_step, "Load the profile.");
    EXPECT_EQ(b.lines,
              (std::vector<std::string>{"rung A stopped by: no user namespaces", "fork: EPERM"}));
    const CheckResult off = judge_sandbox(
        {.rung = "0", .reason = "both", .rung_a = "no bubblewrap", .rung_b = "not allowed"},
        {},
        "Install it.");
    EXPECT_THAT(off.detail, HasSubstr("no bubblewrap"));
    EXPECT_EQ(off.lines,
              (std::vector<std::string>{"rung A stopped by: no bubblewrap",
                                        "rung B stopped by: not allowed"}));
}

TEST(Doctor, ReportsEveryCheckAndFailsWithoutAnEngine) {
    test::CliHarness cli;
    const test::CliResult result = cli.run({"doctor", "--json"});
    EXPECT_EQ(result.code, kExitEnvironment);  // no veritune-engine in the test's folder
    std::vector<std::string> names;
    const util::Json checks = result.last()["result"]["checks"];
    for (const util::Json& check : checks) {
        names.push_back(check["name"]);
        if (check["name"] == "engine") {
            EXPECT_EQ(check["level"], "bad");
        }
        if (check["name"] == "sqlite") {
            EXPECT_EQ(check["level"], "ok");
        }
        if (check["level"] == "bad") {
            EXPECT_NE(check["next_step"], "");
        }
    }
    EXPECT_THAT(names,
                ::testing::IsSupersetOf(
                    {"program", "engine", "socket", "disk", "cores", "seccomp", "project"}));
    EXPECT_THAT(cli.run({"doctor"}).out, HasSubstr("bad   engine"));
}

}  // namespace
}  // namespace veritune::cli
