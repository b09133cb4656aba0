// SPDX-License-Identifier: Apache-2.0
#include "core/verify/code_python_verifier.h"
#include "tests/sandbox/sandbox_support.h"

#include <gmock/gmock.h>

namespace veritune::verify {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using util::Json;

VerifyRequest request_of(Json gold, std::string completion, Json params = Json::object()) {
    return {.problem_id = "p1",
            .verifier = "code_python",
            .params = std::move(params),
            .gold = std::move(gold),
            .prompt = {},
            .completion = std::move(completion),
            .finish_reason = FinishReason::kStop,
            .think_tags = false,
            .profile = "raw"};
}

Json sum_gold() {
    return Json::parse(R"J({"cases":[{"call":"f(1,2)","expected":3},{"call":"f(0,0)","expected":0},
        {"call":"f(-4,1)","expected":-3}],"reference":"def f(a, b): return a + b"})J");
}

class CodePython : public testing::Test {
  protected:
    void SetUp() override { VT_NEEDS_SANDBOX(); }
    static Verdict judge(const VerifyRequest& request) {
        return verify_request(request, &shared_sandbox());
    }
};

TEST_F(CodePython, PassesItsSelfTests) {
    const CodePythonVerifier verifier;
    int accepted = 0;
    int refused = 0;
    for (const SelfTest& test : verifier.self_tests()) {
        const Verdict verdict = judge(request_of(test.gold, test.completion, test.params));
        (test.accept ? accepted : refused) += 1;
        EXPECT_EQ(verdict.status == VerdictStatus::kCorrect, test.accept)
            << test.completion << "\n"
            << verdict_to_json(verdict);
        EXPECT_FALSE(is_masked(verdict.status)) << test.completion << " " << verdict.reason;
    }
    EXPECT_GE(accepted, 20);
    EXPECT_GE(refused, 20);
}

TEST_F(CodePython, ChecksAGoldByItsReference) {
    EXPECT_EQ(check_gold(request_of(sum_gold(), ""), &shared_sandbox()).status,
              VerdictStatus::kCorrect);
    Json wrong = sum_gold();
    wrong["cases"][1]["expected"] = 1;
    const Verdict verdict = check_gold(request_of(wrong, ""), &shared_sandbox());
    EXPECT_EQ(verdict.status, VerdictStatus::kInvalidGold);
    EXPECT_EQ(verdict.reason, "gold_fails_itself: wrong_value");
}

TEST(CodePythonWithoutASandbox, GivesNoVerdict) {
    const Verdict verdict = verify_request(request_of(sum_gold(), "def f(a, b): return a + b"));
    EXPECT_EQ(verdict.status, VerdictStatus::kSandboxError);
    EXPECT_EQ(verdict.reason, "no_sandbox");
    EXPECT_EQ(verdict.score, 0.0);
}

TEST(CodePythonWithoutASandbox, FindsFaultsOfTheGold) {
    const auto reason = [](const char* gold) {
        return verify_request(request_of(Json::parse(gold), "x = 1")).reason;
    };
    EXPECT_THAT(reason(R"J({"cases":[]})J"), HasSubstr("1 to 1024"));
    EXPECT_THAT(reason(R"J({"cases":[{"call":"f()"}]})J"), HasSubstr("exactly one"));
    EXPECT_THAT(reason(R"J({"cases":[{"call":"f()","expected":1,"predicate":"value"}]})J"),
                HasSubstr("exactly one"));
    EXPECT_THAT(reason(R"J({"cases":[{"stdin":"x"}]})J"), HasSubstr("expected_stdout"));
    EXPECT_THAT(reason(R"J({"cases":[{"call":"f()","expected":1}],"compare":"near"})J"),
                HasSubstr("compare must be"));
    EXPECT_THAT(reason(R"J({"cases":[{"call":"f()","expected":1}],"visible":1})J"),
                HasSubstr("30 %"));
    EXPECT_THAT(
        reason(
            R"J({"cases":[{"call":"f()","expected":1},{"call":"f()","expected":1}],"visible":1})J"),
        HasSubstr("repeats a visible"));
    EXPECT_THAT(reason(R"J({"cases":[{"call":"f()","expected":{"py":["z"]}}]})J"),
                StartsWith("bad_gold"));
    EXPECT_THAT(reason(R"J({"cases":[{"call":"f()","expected":1}],"extra":1})J"),
                StartsWith("bad_gold"));
}

TEST_F(CodePython, BlamesTheDataSetForASetupThatFails) {
    Json gold = sum_gold();
    gold["setup"] = "import nothing_of_that_name";
    const Verdict verdict = judge(request_of(gold, "def f(a, b): return a + b"));
    EXPECT_EQ(verdict.status, VerdictStatus::kInvalidGold);
    EXPECT_EQ(verdict.reason, "setup_failed");
}

TEST_F(CodePython, TriesATimeLimitOnceMoreAlone) {
    const VerifyRequest request =
        request_of(sum_gold(), "def f(a, b):\n    while True: pass", {{"case_cpu_s", 1}});
    struct Counter final : ProgramRunner {
        ProgramResult run(const ProgramJob& job) override {
            alone.push_back(job.alone);
            return shared_sandbox().run(job);
        }
        std::vector<bool> alone;
    } runner;
    const Verdict verdict = verify_request(request, &runner);
    EXPECT_EQ(verdict.status, VerdictStatus::kBudgetExceeded);
    // On a machine that is busy with other things the wall clock may come first.
    EXPECT_THAT(verdict.reason, testing::AnyOf("cpu_limit", "wall_limit"));
    EXPECT_EQ(runner.alone, (std::vector<bool>{false, true}));
}

TEST_F(CodePython, CallsTooMuchMemoryALimit) {
    const Verdict verdict =
        judge(request_of(sum_gold(), "def f(a, b): return len(bytearray(4 << 30))"));
    EXPECT_EQ(verdict.status, VerdictStatus::kBudgetExceeded);
    EXPECT_EQ(verdict.reason, "memory_limit");
}

TEST(CodePythonRounds, LetTheSecondTryDecide) {
    struct Slow final : ProgramRunner {
        ProgramResult run(const ProgramJob& job) override {
            ProgramResult result;
            result.outcome = ProgramResult::Outcome::kRan;
            result.cases.resize(job.cases.size());
            for (CaseResult& one : result.cases) {
                one.end = job.alone ? CaseEnd::kValue : CaseEnd::kWallLimit;
                one.value = R"J(["i","3"])J";
            }
            return result;
        }
    } runner;
    Json gold = sum_gold();
    gold["cases"] = Json::array({gold["cases"][0]});
    EXPECT_EQ(verify_request(request_of(gold, "pass"), &runner).status, VerdictStatus::kCorrect);
}

TEST(CodePythonRounds, NeverSendExpectedValuesIntoAJail) {
    struct Spy final : ProgramRunner {
        ProgramResult run(const ProgramJob& job) override {
            seen += encode_job(job);
            return {};
        }
        std::string seen;
    } spy;
    Json gold = sum_gold();
    gold["cases"][0]["expected"] = "never-in-a-jail";
    gold["cases"][1] = {{"stdin", "given"}, {"expected_stdout", "never-in-a-jail"}};
    gold["cases"][2] = {{"call", "f(5)"}, {"predicate", "value == 'never-in-a-jail'"}};
    gold["checker"] = "never_in_a_jail = 'never-in-a-jail'";
    (void)verify_request(request_of(gold, "pass"), &spy);
    EXPECT_THAT(spy.seen, HasSubstr("given"));
    EXPECT_THAT(spy.seen, HasSubstr("f(5)"));
    EXPECT_EQ(spy.seen.find("never"), std::string::npos);
    EXPECT_EQ(spy.seen.find("return a + b"), std::string::npos) << "the reference";
}

TEST_F(CodePython, GivesPartialCreditOnlyWhenAsked) {
    const std::string half = "def f(a, b): return abs(a + b)";
    EXPECT_EQ(judge(request_of(sum_gold(), half)).status, VerdictStatus::kIncorrect);
    const Verdict verdict = judge(request_of(sum_gold(), half, {{"partial", true}}));
    EXPECT_EQ(verdict.status, VerdictStatus::kPartial);
    EXPECT_DOUBLE_EQ(verdict.score, 2.0 / 3.0);
}

TEST_F(CodePython, MasksACanaryThatIsPassed) {
    Json gold = sum_gold();
    gold["canary"] = true;
    const Verdict passed = judge(request_of(gold, "def f(a, b): return a + b"));
    EXPECT_EQ(passed.status, VerdictStatus::kInvalidGold);
    EXPECT_EQ(passed.reason, "canary_passed");
    EXPECT_EQ(judge(request_of(gold, "def f(a, b): return a")).status, VerdictStatus::kIncorrect);
}

TEST_F(CodePython, IsNoAnswerWhenCutOff) {
    VerifyRequest request = request_of(sum_gold(), "def f(a, b): return a + b");
    request.finish_reason = FinishReason::kLength;
    EXPECT_EQ(judge(request).reason, "cut_off");
    request.finish_reason = FinishReason::kStop;
    request.think_tags = true;
    EXPECT_EQ(judge(request).status, VerdictStatus::kNoAnswer);
    request.completion = "def f(a, b): return 0</think>def f(a, b): return a + b";
    EXPECT_EQ(judge(request).status, VerdictStatus::kCorrect);
}

TEST_F(CodePython, ShowsEveryCaseAsAStep) {
    const Verdict verdict = judge(request_of(sum_gold(), "def f(a, b): return abs(a + b)"));
    ASSERT_EQ(verdict.steps.size(), 3u);
    EXPECT_EQ(verdict.steps[2].what, "f(-4,1)");
    EXPECT_FALSE(verdict.steps[2].ok);
    EXPECT_EQ(verdict.steps[2].detail, "wrong_value: got 0x3, expected -0x3");
    EXPECT_EQ(verdict.method, "execution");
}

}  // namespace
}  // namespace veritune::verify
