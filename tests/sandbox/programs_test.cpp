// SPDX-License-Identifier: Apache-2.0
// Programs of every kind through `veritune verify run`, as a person would run them. The verdicts
// are those of tests/golden/make_code_programs.py.
#include "tests/sandbox/sandbox_support.h"
#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <map>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace veritune::verify {
namespace {

using util::Json;

constexpr const char* kPrograms = VERITUNE_SOURCE_DIR "/tests/data/sandbox/programs.jsonl";

std::map<std::string, Json> expected_verdicts() {
    std::ifstream in(kPrograms);
    std::map<std::string, Json> rows;
    for (std::string line; std::getline(in, line);) {
        Json row = Json::parse(line);
        std::string id = row.at("id").get<std::string>();
        EXPECT_TRUE(rows.emplace(std::move(id), std::move(row)).second) << "an id is repeated";
    }
    return rows;
}

/// The lines that `command` prints, as JSON.
std::vector<Json> lines_of(const std::string& command, int expected_code) {
    std::FILE* pipe = popen(command.c_str(), "r");  // NOLINT(cert-env33-c)
    std::string text;
    std::array<char, 4096> part{};
    while (const std::size_t count = std::fread(part.data(), 1, part.size(), pipe)) {
        text.append(part.data(), count);
    }
    EXPECT_EQ(WEXITSTATUS(pclose(pipe)), expected_code) << command;
    std::vector<Json> rows;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        Json row = Json::parse(line, nullptr, false);
        if (row.is_object()) rows.push_back(std::move(row));
    }
    return rows;
}

/// Those of `veritune verify run --json` that are verdicts. before  a command that runs the program
std::vector<Json> verdicts_of(const std::string& arguments, const std::string& before = {}) {
    std::vector<Json> rows = lines_of(
        before + VERITUNE_BIN_DIR "/veritune verify run --json " + arguments + " 2>/dev/null", 0);
    std::erase_if(rows, [](const Json& row) { return !row.contains("status"); });
    return rows;
}

TEST(CodePrograms, SlowAllGetTheirVerdict) {
    VT_NEEDS_SANDBOX();
    const std::map<std::string, Json> expected = expected_verdicts();
    ASSERT_GE(expected.size(), 92u);
    for (const int threads : {2, 8}) {
        const std::vector<Json> verdicts =
            verdicts_of("--threads " + std::to_string(threads) + " --cases " + kPrograms);
        ASSERT_EQ(verdicts.size(), expected.size());
        for (const Json& verdict : verdicts) {
            const Json& row = expected.at(verdict.at("id"));
            EXPECT_EQ(verdict.at("status"), row.at("status"))
                << row.at("id") << ": " << verdict.at("reason");
            std::string reason = verdict.at("reason");
            // On a machine that is busy with other things the wall clock may come first.
            if (row.at("reason") == "cpu_limit" && reason == "wall_limit") reason = "cpu_limit";
            if (row.at("reason") != "") {
                EXPECT_EQ(reason, row.at("reason")) << row.at("id");
            }
            EXPECT_EQ(verdict.at("score"), row.at("status") == "correct" ? 1.0 : 0.0);
            EXPECT_EQ(verdict.at("method"), "execution") << row.at("id");
        }
    }
}

// --- a machine on which something is not installed ----------------------------------------------

struct Missing {
    const char* what;
    const char* words;  ///< that a person has to find
};

class CodeProgramsWithout : public testing::TestWithParam<Missing> {
  protected:
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "only root can hide a program";
    }
    static std::string before() {
        return std::string(VERITUNE_LOSE) + " --lose " + GetParam().what + " --then ";
    }
};

INSTANTIATE_TEST_SUITE_P(Machine,
                         CodeProgramsWithout,
                         testing::Values(Missing{"bubblewrap", "install the package bubblewrap"},
                                         Missing{"python", "install the package python3"}),
                         [](const auto& info) { return std::string(info.param.what); });

TEST_P(CodeProgramsWithout, AreMaskedWithAReasonAndTheOthersJudged) {
    test::TempDir dir;
    const std::string cases = dir.path() + "/cases.jsonl";
    std::ofstream(cases)
        << R"J({"id":1,"verifier":"code_python","gold":{"cases":[{"call":"f()","expected":1}]},"completion":"def f(): return 1","profile":"raw"}
{"id":2,"verifier":"integer","gold":7,"completion":"\\boxed{7}"}
)J";
    const std::vector<Json> verdicts = verdicts_of("--cases " + cases, before());
    ASSERT_EQ(verdicts.size(), 2u);
    EXPECT_EQ(verdicts[0].at("status"), "sandbox_error");
    EXPECT_THAT(verdicts[0].at("reason").get<std::string>(), testing::HasSubstr(GetParam().words));
    EXPECT_EQ(verdicts[0].at("score"), 0.0);
    EXPECT_EQ(verdicts[1].at("status"), "correct") << verdicts[1].at("reason");
}

TEST_P(CodeProgramsWithout, AreExplainedByTheDoctor) {
    const std::string command = before() + VERITUNE_BIN_DIR "/veritune doctor --json 2>/dev/null";
    bool found = false;
    // No engine and no GPU here: the doctor's own exit code is not the question.
    for (const Json& row : lines_of(command + "; true", 0)) {
        if (!row.contains("result")) continue;
        for (const Json& check : row.at("result").at("checks")) {
            if (check.at("name") != "sandbox") continue;
            found = true;
            EXPECT_EQ(check.at("level"), "warn");
            EXPECT_THAT(check.at("detail").get<std::string>(),
                        testing::HasSubstr(GetParam().words));
            EXPECT_THAT(check.at("next_step").get<std::string>(),
                        testing::HasSubstr("Install the package"));
            EXPECT_THAT(check.at("lines").dump(), testing::HasSubstr("rung B stopped by"));
        }
    }
    EXPECT_TRUE(found);
}

}  // namespace
}  // namespace veritune::verify
