// SPDX-License-Identifier: Apache-2.0
// Small mistakes in right programs are found by the imported cases.
#include "core/verify/code_import.h"
#include "core/verify/code_mutants.h"
#include "core/verify/verifier.h"
#include "tests/sandbox/sandbox_support.h"

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

namespace veritune::verify {
namespace {

using util::Json;

constexpr std::size_t kMutantsPerProgram = 6;

struct Tally {
    int programs = 0;
    int with_five = 0;  ///< programs with at least five mutants
    int mutants = 0;
    int killed = 0;
    int masked = 0;
    std::map<std::string, std::pair<int, int>> by_rule;  ///< mutants, killed
    std::vector<std::string> survivors;
};

/// The part of a row that is the solution, and the text before it.
std::pair<std::string, std::string> solution_of(const Json& row) {
    if (!row.contains("entry_point")) return {"", row.at("code").get<std::string>()};
    return {row.at("prompt").get<std::string>(), row.at("canonical_solution").get<std::string>()};
}

void judge_mutants(const Json& row, Tally& tally, std::mutex& mutex) {
    const auto imported = import_code_row(row, shared_sandbox());
    ASSERT_TRUE(imported.has_value());
    if (imported->how == ImportedCode::How::kReview) return;
    const auto [before, solution] = solution_of(row);
    const std::vector<CodeMutant> mutants = mutate_python(solution);
    const std::size_t take = std::min(mutants.size(), kMutantsPerProgram);
    for (std::size_t i = 0; i < take; ++i) {
        const CodeMutant& mutant = mutants[i * mutants.size() / take];
        VerifyRequest request = request_for(imported->problem);
        request.params = {{"case_cpu_s", 1}, {"wall_ms", 3000}};
        request.completion = "```python\n" + before + mutant.program + "\n```";
        const Verdict verdict = verify_request(request, &shared_sandbox());
        const std::lock_guard lock(mutex);
        auto& rule = tally.by_rule[mutant.rule];
        ++tally.mutants;
        ++rule.first;
        if (is_masked(verdict.status)) {
            ++tally.masked;
        } else if (verdict.status != VerdictStatus::kCorrect) {
            ++tally.killed;
            ++rule.second;
        } else {
            tally.survivors.push_back(imported->problem.id + " " + mutant.rule);
        }
    }
    const std::lock_guard lock(mutex);
    ++tally.programs;
    if (mutants.size() >= 5) ++tally.with_five;
}

Tally judge_all(const std::vector<Json>& rows) {
    Tally tally;
    std::mutex mutex;
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (std::size_t i = next++; i < rows.size(); i = next++) {
                judge_mutants(rows[i], tally, mutex);
            }
        });
    }
    threads.clear();
    return tally;
}

void expect_killed(const char* file, std::size_t count, double share) {
    const std::vector<Json> rows = public_rows(file);
    if (rows.empty()) GTEST_SKIP() << file << " is not in the public data";
    ASSERT_EQ(rows.size(), count);
    const Tally tally = judge_all(rows);
    std::printf("%s: %d programs, %d with five mutants; %d of %d mutants killed\n",
                file,
                tally.programs,
                tally.with_five,
                tally.killed,
                tally.mutants);
    for (const auto& [rule, numbers] : tally.by_rule) {
        std::printf("  %-10s %d of %d\n", rule.c_str(), numbers.second, numbers.first);
    }
    EXPECT_EQ(tally.masked, 0);
    EXPECT_GE(tally.mutants, 5 * tally.programs * 9 / 10);
    EXPECT_GE(tally.killed, static_cast<int>(share * tally.mutants));
}

TEST(CodeMutantVerdicts, SlowHumanEvalFindsThem) {
    VT_NEEDS_SANDBOX();
    expect_killed("humaneval/HumanEval.jsonl", 164, 0.85);
}

TEST(CodeMutantVerdicts, SlowMbppFindsThem) {
    VT_NEEDS_SANDBOX();
    expect_killed("mbpp/mbpp.jsonl", 974, 0.80);
}

/// One program by hand: the mutant and why the cases find it.
TEST(CodeMutantVerdicts, FailTheCaseOnWhichTheyDiffer) {
    VT_NEEDS_SANDBOX();
    VerifyRequest request;
    request.problem_id = "p";
    request.verifier = "code_python";
    request.profile = "raw";
    request.gold =
        Json::parse(R"J({"cases":[{"call":"f(2)","expected":4},{"call":"f(3)","expected":9},
        {"call":"f(0)","expected":0}]})J");
    const std::string program = "def f(x): return x * x";
    request.completion = program;
    EXPECT_EQ(verify_request(request, &shared_sandbox()).status, VerdictStatus::kCorrect);
    int mutants = 0;
    for (const CodeMutant& mutant : mutate_python(program)) {
        request.completion = mutant.program;
        EXPECT_EQ(verify_request(request, &shared_sandbox()).status, VerdictStatus::kIncorrect)
            << mutant.program;
        ++mutants;
    }
    EXPECT_GE(mutants, 4);
}

}  // namespace
}  // namespace veritune::verify
