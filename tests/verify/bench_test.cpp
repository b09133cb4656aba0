// SPDX-License-Identifier: Apache-2.0
#include "core/verify/bench.h"

#include "core/verify/code_mutants.h"
#include "tests/verify/problems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace veritune::verify {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::vector<data::Problem> numbers(const std::string& verifier, int count) {
    std::vector<data::Problem> problems;
    for (int i = 0; i < count; ++i) {
        data::Problem problem;
        problem.id = std::to_string(i);
        problem.prompt = "How many?";
        problem.verifier = verifier;
        problem.gold = (i % 2 == 0 ? 1 : -1) * (17 + i * 7919);
        problems.push_back(problem);
    }
    return problems;
}

/// Accepts or refuses everything.
class Always final : public RequestVerifier {
  public:
    explicit Always(VerdictStatus status)
        : status_(status) {}
    Verdict verify(const VerifyRequest& /*request*/) override {
        Verdict verdict;
        verdict.status = status_;
        verdict.score = status_ == VerdictStatus::kCorrect ? 1.0 : 0.0;
        return verdict;
    }

  private:
    VerdictStatus status_;
};

TEST(Wilson, GivesTheKnownBounds) {
    // verifiers.md 10: 0 of 500 is at most 0.76 %, 0 of 3,000 at most 0.13 %.
    EXPECT_NEAR(wilson_interval(0, 500).high, 0.0076, 0.00005);
    EXPECT_NEAR(wilson_interval(0, 3000).high, 0.0013, 0.00005);
    EXPECT_EQ(wilson_interval(0, 500).low, 0.0);
    EXPECT_EQ(wilson_interval(7, 7).high, 1.0);
    EXPECT_EQ(wilson_interval(0, 0).high, 1.0);
    const ShareInterval half = wilson_interval(50, 100);
    EXPECT_NEAR(half.low, 0.4038, 0.0001);
    EXPECT_NEAR(half.high, 0.5962, 0.0001);
}

TEST(Bench, IsGreenForTheNumberVerifiers) {
    LocalVerifier local(nullptr);
    for (const char* verifier : {"integer", "numeric"}) {
        const BenchReport report = run_bench(numbers(verifier, 40), local, {.threads = 2});
        for (const BenchFault& fault : report.faults) {
            ADD_FAILURE() << verifier << " " << fault.rule << ": " << fault.status << " "
                          << fault.reason;
        }
        EXPECT_THAT(report.red(), IsEmpty());
        EXPECT_GE(report.negatives, 500);
        EXPECT_EQ(report.accepted_positives, report.positives);
    }
}

TEST(Bench, IsGreenForTheDemonstrationsChains) {
    LocalVerifier local(nullptr);
    for (const std::string& family : data::generator_families()) {
        const BenchReport report =
            run_bench(test::generate({.family = family, .count = 40}), local, {.threads = 2});
        for (const BenchFault& fault : report.faults) {
            ADD_FAILURE() << family << " " << fault.rule << ": " << fault.status;
        }
        EXPECT_THAT(report.red(), IsEmpty());
        EXPECT_GE(report.negatives, 500);
    }
}

TEST(Bench, TurnsRedForAVerifierThatAcceptsEverything) {
    Always yes(VerdictStatus::kCorrect);
    const BenchReport report = run_bench(numbers("integer", 5), yes, {});
    EXPECT_THAT(report.red(), HasSubstr("wrong answers were accepted"));
    EXPECT_EQ(report.accepted_negatives, report.negatives);
    EXPECT_LE(report.faults.size(), 100u);
}

TEST(Bench, TurnsRedForAVerifierThatAcceptsNothingOrSaysNothing) {
    Always no(VerdictStatus::kIncorrect);
    EXPECT_THAT(run_bench(numbers("integer", 5), no, {}).red(), HasSubstr("not one right"));
    Always masked(VerdictStatus::kSandboxError);
    EXPECT_THAT(run_bench(numbers("integer", 5), masked, {}).red(), HasSubstr("no verdict"));
}

TEST(Bench, TurnsRedWhenVerdictsChange) {
    LocalVerifier local(nullptr);
    Always no(VerdictStatus::kIncorrect);
    const BenchReport report =
        run_bench(numbers("integer", 5), local, {.threads = 1, .max_problems = 0, .second = &no});
    EXPECT_GT(report.different, 0);
    EXPECT_THAT(report.red(), HasSubstr("changed"));
}

TEST(Bench, TurnsRedWithoutAnythingToCheck) {
    LocalVerifier local(nullptr);
    EXPECT_THAT(run_bench({}, local, {}).red(), HasSubstr("no problem"));
    std::vector<data::Problem> odd = numbers("integer", 1);
    odd[0].verifier = "nobody";
    EXPECT_THAT(run_bench(odd, local, {}).red(), HasSubstr("golds"));
}

TEST(Bench, TakesProblemsFromTheWholeSet) {
    LocalVerifier local(nullptr);
    EXPECT_EQ(run_bench(numbers("integer", 100), local, {.max_problems = 10}).problems, 10);
    EXPECT_EQ(run_bench(numbers("integer", 3), local, {.max_problems = 10}).problems, 3);
}

TEST(Bench, NeverUsesAnEqualAnswerAsANegative) {
    for (const char* gold : {"0", "1", "7", "11", "100", "-1"}) {
        std::vector<data::Problem> problems = numbers("integer", 1);
        problems[0].gold = gold;
        LocalVerifier local(nullptr);
        EXPECT_THAT(run_bench(problems, local, {}).red(), IsEmpty()) << gold;
    }
}

/// One problem for each gold of a verifier's own accepted self-tests.
std::vector<data::Problem> self_test_problems(const std::string& verifier) {
    std::vector<data::Problem> problems;
    std::set<std::string> seen;
    for (const SelfTest& test : (*find_verifier(verifier))->self_tests()) {
        if (!test.accept || !seen.insert(test.gold.dump() + test.params.dump()).second) continue;
        data::Problem problem;
        problem.id = verifier + std::to_string(problems.size());
        problem.verifier = verifier;
        problem.gold = test.gold;
        problem.params = test.params;
        problem.profile = test.profile;
        if (check_gold(request_for(problem)).status == VerdictStatus::kCorrect) {
            problems.push_back(std::move(problem));
        }
    }
    return problems;
}

// Labels are by construction of the damage; a rule that can hit a right answer shows up here.
TEST(BenchTablesSlow, DamageTheirOwnGolds) {
    LocalVerifier local(nullptr);
    for (const char* verifier : {"math",
                                 "date",
                                 "deadline",
                                 "duration",
                                 "numeric_unit",
                                 "formula",
                                 "checksum",
                                 "list",
                                 "set",
                                 "json_schema",
                                 "kk",
                                 "sat_logic",
                                 "citation",
                                 "choice"}) {
        const std::vector<data::Problem> problems = self_test_problems(verifier);
        ASSERT_FALSE(problems.empty()) << verifier;
        std::set<std::string> rules;
        for (const data::Problem& problem : problems) {
            const auto cases = bench_cases(problem, nullptr);
            ASSERT_TRUE(cases.has_value());
            for (const BenchCase& one : *cases) {
                if (!one.accept) rules.insert(one.rule);
            }
        }
        // Nine rules refuse evasions for every verifier.
        EXPECT_GT(rules.size(), 10U) << verifier;
        const BenchReport report = run_bench(problems, local, {});
        EXPECT_EQ(report.accepted_negatives, 0) << bench_to_json(report)["faults"].dump(1);
        EXPECT_EQ(report.accepted_positives, report.positives)
            << verifier << bench_to_json(report)["faults"].dump(1);
    }
}

TEST(BenchTables, SpareWhatATolerancePays) {
    data::Problem problem;
    problem.verifier = "numeric_unit";
    problem.gold = "70 kg";
    problem.params = {{"rtol", 0.5}};
    for (const BenchCase& one : *bench_cases(problem, nullptr)) {
        EXPECT_NE(one.rule, "another digit");
        EXPECT_NE(one.rule, "tenfold");
    }
}

TEST(CodeMutants, ChangeOneThingEach) {
    const std::string program =
        "def f(x):\n    # a < b\n    s = 'a < b'\n    if x < 3:\n        return x + 1\n    return "
        "[0][0]\n";
    std::set<std::string> rules;
    for (const CodeMutant& mutant : mutate_python(program)) {
        EXPECT_NE(mutant.program, program);
        EXPECT_THAT(mutant.program, HasSubstr("# a < b"));
        rules.insert(mutant.rule);
    }
    EXPECT_THAT(rules,
                testing::IsSupersetOf(
                    {"compare", "arithmetic", "constant", "logic", "return", "index", "text"}));
}

std::set<std::string> mutants_by(const std::string& rule, const std::string& program) {
    std::set<std::string> found;
    for (const CodeMutant& mutant : mutate_python(program)) {
        if (mutant.rule == rule) found.insert(mutant.program);
    }
    return found;
}

TEST(CodeMutants, NameTheirOperators) {
    using Texts = std::set<std::string>;
    EXPECT_EQ(mutants_by("slice", "y = x[:n]"), (Texts{"y = x[1:n]", "y = x[:n - 1]"}));
    EXPECT_EQ(mutants_by("slice", "y = x[n:]"), (Texts{"y = x[n:-1]"}));
    EXPECT_EQ(mutants_by("slice", "y = {1: 2}[1]"), Texts{});
    EXPECT_EQ(mutants_by("range", "for i in range(n):"),
              (Texts{"for i in range(1 + n):", "for i in range(n - 1):"}));
    EXPECT_EQ(mutants_by("arguments", "def f(a, b): pass"), (Texts{"def f( b,a): pass"}));
    EXPECT_EQ(mutants_by("arguments", "y = f(g(1, 2), *b)"), (Texts{"y = f(g( 2,1), *b)"}));
    EXPECT_EQ(mutants_by("arguments", "y = (a, b)"), Texts{}) << "a tuple is no call";
    EXPECT_EQ(mutants_by("delete", "x = 1\nif x:\n    x += 1\n"),
              (Texts{"pass\nif x:\n    x += 1\n", "x = 1\nif x:\n    pass\n"}));
    EXPECT_EQ(mutants_by("delete", "x = f(1,\n      a)\n"), Texts{}) << "two lines are left alone";
    EXPECT_EQ(mutants_by("call", "y = sorted(x)"), (Texts{"y = list(x)"}));
    EXPECT_EQ(mutants_by("call", "y = sorted"), Texts{});
    EXPECT_EQ(mutants_by("logic", "y = [a for a in b if a in c]"),
              (Texts{"y = [a for a in b if a not in c]", "y = [a for a in b if not a in c]"}));
}

TEST(CodeMutants, LeaveStringsCommentsAndStarsAlone) {
    EXPECT_THAT(mutate_python(""), IsEmpty());
    EXPECT_THAT(mutate_python("# 1 + 1"), IsEmpty());
    EXPECT_THAT(mutate_python("\"\"\"1 + 1\"\"\""), IsEmpty());
    EXPECT_THAT(mutate_python("return f(*x, **y)")[0].program, "return None");
    for (const CodeMutant& mutant : mutate_python("def g(): return f(*x, **y)")) {
        EXPECT_EQ(mutant.rule, "return") << mutant.program;
    }
    EXPECT_THAT(mutate_python("'never closed"), testing::SizeIs(1));
}

}  // namespace
}  // namespace veritune::verify
