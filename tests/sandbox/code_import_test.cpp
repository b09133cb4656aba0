// SPDX-License-Identifier: Apache-2.0
#include "core/verify/code_import.h"

#include "core/verify/verifier.h"
#include "tests/sandbox/sandbox_support.h"

#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace veritune::verify {
namespace {

using How = ImportedCode::How;
using testing::HasSubstr;
using util::Json;

class CodeImport : public testing::Test {
  protected:
    void SetUp() override { VT_NEEDS_SANDBOX(); }
    static ImportedCode import(const Json& row) {
        auto imported = import_code_row(row, shared_sandbox());
        EXPECT_TRUE(imported.has_value()) << util::to_string(imported.error());
        return std::move(imported).value();
    }
    static VerdictStatus check(const ImportedCode& imported) {
        return check_gold(request_for(imported.problem), &shared_sandbox()).status;
    }
};

Json humaneval_row(const char* solution, const char* test) {
    return {{"task_id", "own/1"},
            {"prompt", "def twice(x):\n    \"\"\"Twice x.\"\"\"\n"},
            {"canonical_solution", solution},
            {"test", test},
            {"entry_point", "twice"}};
}

TEST_F(CodeImport, TakesLiteralPairsAsTheyStand) {
    const ImportedCode one = import(humaneval_row(
        "    return 2 * x\n",
        "def check(candidate):\n    assert True, 'nothing'\n    assert candidate(2) == 4, 'x'\n"
        "    assert candidate('ab') == 'abab'\n    assert candidate((1,)) == (1, 1)\n"));
    EXPECT_EQ(one.how, How::kDirect);
    EXPECT_EQ(one.dropped, 1);
    const Json& cases = one.problem.gold.at("cases");
    ASSERT_EQ(cases.size(), 3u);
    EXPECT_EQ(cases[0], (Json{{"call", "twice(2)"}, {"expected", 4}}));
    EXPECT_EQ(cases[2].at("expected").dump(), R"({"py":["t",[["i","1"],["i","1"]]]})");
    EXPECT_EQ(check(one), VerdictStatus::kCorrect);
}

TEST_F(CodeImport, RecordsWhatTheReferenceReturnsInLoops) {
    const ImportedCode one = import(humaneval_row(
        "    return 2 * x\n",
        "import random\ndef check(candidate):\n    for _ in range(5):\n"
        "        n = random.randint(0, 10 ** 9)\n        assert candidate(n) == twice(n)\n"));
    EXPECT_EQ(one.how, How::kRecorded);
    EXPECT_EQ(one.problem.gold.at("cases").size(), 5u);
    EXPECT_EQ(check(one), VerdictStatus::kCorrect);
}

TEST_F(CodeImport, SendsWhatItCannotReadToReview) {
    const ImportedCode broken = import(humaneval_row(
        "    return 2 * x\n", "def check(candidate):\n    assert candidate(1) == 3 + 0\n"));
    EXPECT_EQ(broken.how, How::kReview);
    EXPECT_THAT(broken.note, HasSubstr("AssertionError"));
    const ImportedCode machine = import({{"task_id", 7},
                                         {"text", "Size."},
                                         {"code", "import sys\ndef f(x): return sys.getsizeof(x)"},
                                         {"test_list", {"assert f(()) == sys.getsizeof(())"}},
                                         {"test_setup_code", ""}});
    EXPECT_EQ(machine.how, How::kReview);
    EXPECT_THAT(machine.note, HasSubstr("machine"));
}

TEST_F(CodeImport, RunsSetupCodeAfterTheCandidate) {
    const ImportedCode one =
        import({{"task_id", 8},
                {"text", "Sum of a node."},
                {"code", "class N:\n    def __init__(s, v): s.v = v\ndef f(n): return n.v"},
                {"test_list", {"assert f(root) == 3"}},
                {"test_setup_code", "root = N(3)"}});
    EXPECT_EQ(one.how, How::kRecorded);
    EXPECT_EQ(one.problem.gold.at("cases")[0].at("setup"), "root = N(3)");
}

TEST_F(CodeImport, RefusesOtherRows) {
    for (const char* row : {"[]",
                            "{}",
                            R"J({"entry_point":1})J",
                            R"J({"test_list":[1],"text":"x","code":"y","task_id":1})J"}) {
        EXPECT_FALSE(import_code_row(Json::parse(row), shared_sandbox()).has_value()) << row;
    }
}

// --- the public sets
// -------------------------------------------------------------------------------

struct Report {
    std::map<How, std::set<std::string>> by_how;
    std::set<std::string> failed;  ///< for review, or the reference does not pass
    std::size_t passed = 0;        ///< references that pass their cases, those for review too
    std::size_t cases = 0;
    int dropped = 0;
};

Report import_all(const std::vector<Json>& rows) {
    Report report;
    std::mutex mutex;
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (std::size_t i = next++; i < rows.size(); i = next++) {
                const auto imported = import_code_row(rows[i], shared_sandbox());
                ASSERT_TRUE(imported.has_value()) << util::to_string(imported.error());
                std::string fault = imported->note;
                const Verdict verdict =
                    check_gold(request_for(imported->problem), &shared_sandbox());
                const bool passes = verdict.status == VerdictStatus::kCorrect;
                if (!passes) {
                    fault = std::string(status_name(verdict.status)) + " " + verdict.reason;
                }
                const std::lock_guard lock(mutex);
                report.passed += passes ? 1 : 0;
                report.by_how[imported->how].insert(imported->problem.id);
                report.dropped += imported->dropped;
                if (!fault.empty()) report.failed.insert(imported->problem.id + ": " + fault);
                if (imported->problem.gold.contains("cases")) {
                    report.cases += imported->problem.gold.at("cases").size();
                }
            }
        });
    }
    threads.clear();
    return report;
}

TEST_F(CodeImport, SlowHumanEvalPassesWithItsOwnSolutions) {
    const std::vector<Json> rows = public_rows("humaneval/HumanEval.jsonl");
    if (rows.empty()) GTEST_SKIP() << "HumanEval is not in the public data";
    ASSERT_EQ(rows.size(), 164u);
    const Report report = import_all(rows);
    EXPECT_THAT(report.failed, testing::IsEmpty());
    EXPECT_EQ(report.passed, 164u);
    EXPECT_EQ(report.by_how.at(How::kDirect).size(), 146u);
    EXPECT_EQ(report.by_how.at(How::kRecorded).size(), 18u);
    EXPECT_EQ(report.dropped, 48);
    RecordProperty("cases", static_cast<int>(report.cases));
}

TEST_F(CodeImport, SlowMbppPassesWithItsOwnSolutions) {
    const std::vector<Json> rows = public_rows("mbpp/mbpp.jsonl");
    if (rows.empty()) GTEST_SKIP() << "MBPP is not in the public data";
    ASSERT_EQ(rows.size(), 974u);
    const Report report = import_all(rows);
    EXPECT_THAT(report.failed,
                testing::ElementsAre("MBPP/596: an expected value depends on the machine"));
    EXPECT_EQ(report.passed, 974u) << "596 too, on the machine that imported it";
    EXPECT_EQ(report.by_how.at(How::kDirect).size(), 967u);
    EXPECT_EQ(report.by_how.at(How::kRecorded).size(), 6u);
}

}  // namespace
}  // namespace veritune::verify
