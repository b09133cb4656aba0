// SPDX-License-Identifier: Apache-2.0
// Small mistakes in right programs are found by the imported cases.
#include "core/verify/code_import.h"
#include "core/verify/code_mutants.h"
#include "core/verify/code_values.h"
#include "core/verify/verifier.h"
#include "tests/sandbox/sandbox_support.h"

#include <gmock/gmock.h>

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
    std::vector<std::string> few;                        ///< programs with fewer than five
    int survivors = 0;
    std::vector<std::string> different;  ///< survivors that differ from the reference on a case
};

/// The part of a row that is the solution, and the text before it.
std::pair<std::string, std::string> solution_of(const Json& row) {
    if (!row.contains("entry_point")) return {"", row.at("code").get<std::string>()};
    return {row.at("prompt").get<std::string>(), row.at("canonical_solution").get<std::string>()};
}

/// What the cases of a problem give for a program, as it stands on the wire.
std::vector<CaseResult> values_of(const std::string& program, const Json& gold) {
    ProgramJob job;
    job.prelude = gold.value("setup", "");
    job.program = program;
    for (const Json& one : gold.at("cases")) {
        job.cases.push_back({.kind = CaseKind::kCall,
                             .setup = one.value("setup", ""),
                             .call = one.value("call", ""),
                             .input = {}});
    }
    return shared_sandbox().run(job).cases;
}

/// Whether Python itself, not our comparison, calls the two values equal; nearly equal floats too,
/// because cases with a tolerance mean them so.
bool equal_in_python(const std::string& a, const std::string& b) {
    const auto x = parse_code_value(a);
    const auto y = parse_code_value(b);
    if (!x || !y) return false;
    const std::string call = "f(" + python_literal(*x) + ", " + python_literal(*y) + ")";
    const ProgramResult result =
        shared_sandbox().run(call_job("import math\ndef f(a, b):\n    if a == b: return True\n"
                                      "    return math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-4)\n",
                                      {call}));
    return !result.cases.empty() && result.cases[0].value == R"(["b",true])";
}

/// A mutant that passed must not differ from the reference on any case.
bool differs(const std::string& mutant, const std::string& reference, const Json& gold) {
    const std::vector<CaseResult> a = values_of(mutant, gold);
    const std::vector<CaseResult> b = values_of(reference, gold);
    if (a.size() != b.size()) return true;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (gold.at("cases")[i].contains("predicate")) continue;  // any right answer
        if (a[i].end != CaseEnd::kValue || b[i].end != CaseEnd::kValue) return true;
        if (a[i].value != b[i].value && !equal_in_python(a[i].value, b[i].value)) return true;
    }
    return false;
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
        const bool survives = verdict.status == VerdictStatus::kCorrect;
        const bool wrong = survives && differs(before + mutant.program,
                                               imported->problem.gold.at("reference"),
                                               imported->problem.gold);
        const std::lock_guard lock(mutex);
        tally.survivors += survives ? 1 : 0;
        if (wrong) tally.different.push_back(imported->problem.id + " " + mutant.rule);
        auto& rule = tally.by_rule[mutant.rule];
        ++tally.mutants;
        ++rule.first;
        if (is_masked(verdict.status)) {
            ++tally.masked;
        } else if (!survives) {
            ++tally.killed;
            ++rule.second;
        }
    }
    const std::lock_guard lock(mutex);
    ++tally.programs;
    if (mutants.size() >= 5) ++tally.with_five;
    if (mutants.size() < 5) tally.few.push_back(imported->problem.id);
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
    std::printf("%s: %d programs, %d with five mutants; %d of %d mutants killed, %d survive\n",
                file,
                tally.programs,
                tally.with_five,
                tally.killed,
                tally.mutants,
                tally.survivors);
    for (const auto& [rule, numbers] : tally.by_rule) {
        std::printf("  %-10s %d of %d\n", rule.c_str(), numbers.second, numbers.first);
    }
    EXPECT_EQ(tally.masked, 0);
    EXPECT_THAT(tally.few, testing::IsEmpty());
    EXPECT_GE(tally.mutants, 5 * tally.programs);
    EXPECT_THAT(tally.different, testing::IsEmpty()) << "the judge let a wrong value pass";
    EXPECT_GE(tally.killed, static_cast<int>(share * tally.mutants));
}

TEST(CodeMutants, AreFiveOrMoreForEveryPublicSolution) {
    int programs = 0;
    for (const char* file : {"humaneval/HumanEval.jsonl", "mbpp/mbpp.jsonl"}) {
        for (const Json& row : public_rows(file)) {
            const std::string solution = solution_of(row).second;
            EXPECT_GE(mutate_python(solution).size(), 5u) << solution;
            ++programs;
        }
    }
    if (programs == 0) GTEST_SKIP() << "no public data";
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
