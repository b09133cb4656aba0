// SPDX-License-Identifier: Apache-2.0
// Programs of every kind through `veritune verify run`, as a person would run them. The verdicts
// are those of tests/golden/make_code_programs.py.
#include "tests/sandbox/sandbox_support.h"

#include <array>
#include <cstdio>
#include <map>
#include <sstream>

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

/// The lines of `veritune verify run --json` that are verdicts.
std::vector<Json> run_program(const std::string& arguments) {
    const std::string command = VERITUNE_BIN_DIR "/veritune verify run --json " + arguments;
    std::FILE* pipe = popen(command.c_str(), "r");  // NOLINT(cert-env33-c)
    std::string text;
    std::array<char, 4096> part{};
    while (const std::size_t count = std::fread(part.data(), 1, part.size(), pipe)) {
        text.append(part.data(), count);
    }
    EXPECT_EQ(pclose(pipe), 0);
    std::vector<Json> verdicts;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        Json row = Json::parse(line, nullptr, false);
        if (row.is_object() && row.contains("status")) verdicts.push_back(std::move(row));
    }
    return verdicts;
}

TEST(CodePrograms, SlowAllGetTheirVerdict) {
    VT_NEEDS_SANDBOX();
    const std::map<std::string, Json> expected = expected_verdicts();
    ASSERT_GE(expected.size(), 92u);
    for (const int threads : {2, 8}) {
        const std::vector<Json> verdicts =
            run_program("--threads " + std::to_string(threads) + " --cases " + kPrograms);
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

}  // namespace
}  // namespace veritune::verify
