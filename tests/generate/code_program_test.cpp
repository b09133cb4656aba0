// SPDX-License-Identifier: Apache-2.0
#include "core/generate/code_program.h"

#include "core/generate/item_maker.h"
#include "tests/sandbox/sandbox_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace veritune::generate {
namespace {

using ::testing::HasSubstr;
using util::Json;

const Op* op(std::string_view id) {
    for (const Op& one : all_ops()) {
        if (one.id == id) return &one;
    }
    return nullptr;
}

Value applied(std::string_view id, const Value& x, long k = 0) {
    const Op* found = op(id);
    VT_CHECK(found != nullptr);
    return found->apply(x, k).value_or(Value());
}

TEST(Ops, HaveDifferentNamesAndWordsInBothLanguages) {
    std::set<std::string_view> ids;
    for (const Op& one : all_ops()) {
        ids.insert(one.id);
        EXPECT_NE(one.en, one.de) << one.id;
        const bool takes = one.python.find("%1") != std::string_view::npos ||
                           one.python.find("%2") != std::string_view::npos;
        EXPECT_EQ(takes, !one.choices.empty()) << one.id;
    }
    EXPECT_EQ(ids.size(), all_ops().size());
}

// Python's own rules where C++ has others.
TEST(Ops, RoundDownAndKeepRemaindersPositive) {
    EXPECT_EQ(applied("mod", {-7, 7, 8}, 5), Json({3, 2, 3}));
    EXPECT_EQ(applied("div", {-7, 7, -8}, 2), Json({-4, 3, -4}));
    EXPECT_EQ(applied("odd", {-3, -2, 3}), Json({-3, 3}));
    EXPECT_EQ(applied("n_mod", -1, 97), 96);
}

TEST(Ops, LeaveEmptyListsAlone) {
    const Json empty = Json::array();
    EXPECT_EQ(applied("rotate", empty, 3), empty);
    EXPECT_EQ(applied("max", empty), 0);
    EXPECT_EQ(applied("pick_at", empty, 0), -1);
    EXPECT_EQ(applied("median", empty), 0);
    EXPECT_EQ(applied("differences", {4}), empty);
    EXPECT_EQ(applied("w_longest", empty), "");
    EXPECT_EQ(applied("d_max", Json::object()), 0);
}

TEST(Ops, LookForPairsAndRuns) {
    EXPECT_EQ(applied("s_equal", {1, 2, 1, 1}), 3);
    EXPECT_EQ(applied("s_pairs", {1, 6, 6, 2, 5}, 7), 3);
    EXPECT_EQ(applied("s_best", {-1, 4, -2, 5, -9}), 7);
    EXPECT_EQ(applied("s_runs", {3, 3, -3, 6}, 6), 3);
    EXPECT_EQ(applied("s_window", {1, 2, 1, 3, 3}, 2), 3);
}

TEST(Ops, RefuseValuesBeyondTheirBounds) {
    EXPECT_FALSE(op("square")->apply({10'000'000}, 0).has_value());
    EXPECT_FALSE(op("mul")->apply({1'000'000'000'000}, 2).has_value());
    EXPECT_FALSE(op("t_double")->apply(std::string(400, 'a'), 0).has_value());
}

TEST(Program, RunsDescribesAndWritesItself) {
    const Program program{.input = Type::kInts,
                          .steps = {{op("greater"), 5}, {op("mul"), 3}, {op("sum"), 0}}};
    EXPECT_EQ(run(program, {4, 5, 6, 10}), Json(48));
    EXPECT_EQ(python_function(program, "f"),
              "def f(x):\n    x = [v for v in x if v > 5]\n    x = [v * 3 for v in x]\n    return "
              "sum(x)\n");
    EXPECT_THAT(python_script(program), HasSubstr("print(x)"));
    EXPECT_EQ(describe(program)[0].en, "Keep only the numbers greater than 5.");
    EXPECT_EQ(literal({1, -2}), "[1, -2]");
    EXPECT_EQ(literal({{"a", 1}}), "{\"a\": 1}");
}

TEST(Program, HasMutantsThatDiffer) {
    const Program program{.input = Type::kInts, .steps = {{op("greater"), 5}, {op("sort"), 0}}};
    Draw draw("mutants");
    const std::vector<Program> all = mutants(draw, program, 1000);
    EXPECT_GT(all.size(), 20U);
    bool dropped = false;
    for (const Program& mutant : all) {
        EXPECT_NE(python_function(mutant, "f"), python_function(program, "f"));
        dropped = dropped || mutant.steps.size() == 1;
    }
    EXPECT_TRUE(dropped);
    EXPECT_EQ(mutants(draw, program, 5).size(), 5U);
}

std::string answer_of(const Program& program) {
    return "```python\n" + python_function(program, "f") + "```";
}

verify::Verdict verdict_of(const Program& program, const std::vector<Value>& inputs) {
    verify::VerifyRequest request;
    request.verifier = "code_python";
    request.profile = "raw";
    request.gold = {{"cases", Json::array()}};
    for (const Value& input : inputs) {
        const auto expected = run(program, input);
        if (!expected) continue;
        request.gold["cases"].push_back(
            {{"call", "f(" + literal(input) + ")"}, {"expected", *expected}});
    }
    request.completion = answer_of(program);
    return verify::verify_request(request, &verify::shared_sandbox());
}

/// The interpreter and Python agree: every operation with every parameter, on random and smallest
/// inputs.
TEST(ProgramSlow, MeansTheSameInPython) {
    VT_NEEDS_SANDBOX();
    Draw draw("python");
    for (const Op& one : all_ops()) {
        std::vector<Value> inputs = edge_inputs(one.in);
        for (int i = 0; i < 12; ++i) inputs.push_back(draw_input(draw, one.in));
        for (const long k : one.choices.empty() ? std::vector<long>{0} : one.choices) {
            const verify::Verdict verdict =
                verdict_of({.input = one.in, .steps = {{&one, k}}}, inputs);
            EXPECT_EQ(verdict.status, verify::VerdictStatus::kCorrect)
                << one.id << " " << k << ": " << verdict.reason;
        }
    }
}

/// References pass and wrong programs fail: one problem of each code family and level.
TEST(ProgramSlow, GoldsPassAndMutantsFailInTheSandbox) {
    VT_NEEDS_SANDBOX();
    int programs = 0;
    for (const Family& family : families()) {
        if (family.field != Field::kCode) continue;
        ItemMaker maker(kBenchmarkSeed);
        for (int level = 1; level <= kLevels; ++level) {
            const auto item = maker.item(family, level, 0, Language::kEnglish);
            ASSERT_TRUE(item);
            const util::Status checked = check_item(*item, &verify::shared_sandbox());
            EXPECT_TRUE(checked) << util::to_string(checked.error());
            programs += item->problem.verifier == "code_python" ? 1 : 0;
        }
    }
    EXPECT_EQ(programs, 65);
}

/// What the time limit of code_fast is for: two loops over 20,000 elements are too slow.
TEST(ProgramSlow, ASquareAlgorithmIsTooSlowForLongInput) {
    VT_NEEDS_SANDBOX();
    const auto family = find_family("code_fast");
    ASSERT_TRUE(family);
    ItemMaker maker(kBenchmarkSeed);
    const auto item = maker.item(**family, 1, 0, Language::kEnglish);
    ASSERT_TRUE(item);
    verify::VerifyRequest request = verify::request_for(item->problem);
    std::string code = item->problem.gold["reference"].get<std::string>();
    code.insert(0, "#\n");
    const std::size_t end = code.find("def f(x)");
    ASSERT_NE(end, std::string::npos);
    request.completion =
        "```python\ndef _equal_pairs(x):\n    return sum(1 for i in range(len(x)) for j in "
        "range(i) if x[i] == x[j])\n\n" +
        code.substr(end) + "```";
    EXPECT_EQ(verify::verify_request(request, &verify::shared_sandbox()).status,
              verify::VerdictStatus::kBudgetExceeded);
}

}  // namespace
}  // namespace veritune::generate
