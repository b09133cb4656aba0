// SPDX-License-Identifier: Apache-2.0
// grid, path and plan against searches that share no code with them.
#include "core/util/rng.h"
#include "core/verify/bench.h"
#include "core/verify/grid_puzzle.h"
#include "core/verify/path_map.h"
#include "core/verify/plan_world.h"
#include "core/verify/verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace veritune::verify {
namespace {

using ::testing::HasSubstr;
using util::Json;

Verdict verdict_of(const std::string& verifier,
                   const Json& params,
                   const Json& gold,
                   const std::string& completion) {
    VerifyRequest request;
    request.verifier = verifier;
    request.params = params;
    request.gold = gold;
    request.completion = completion;
    request.profile = "raw";
    return verify_request(request);
}

bool is_correct(const std::string& verifier, const Json& params, const std::string& completion) {
    const Verdict verdict = verdict_of(verifier, params, nullptr, completion);
    EXPECT_FALSE(is_masked(verdict.status)) << verdict.reason;
    return verdict.status == VerdictStatus::kCorrect;
}

// There are 288 sudokus of four by four, which is known.
TEST(Grid, AcceptsExactlyTheSudokusOfFour) {
    const GridPuzzle puzzle = read_grid_puzzle({{"kind", "sudoku"}, {"size", 4}});
    ASSERT_EQ(puzzle.fault, "");
    std::array<std::array<long, 4>, 24> rows{};
    std::array<long, 4> row = {1, 2, 3, 4};
    for (auto& one : rows) {
        one = row;
        std::next_permutation(row.begin(), row.end());
    }
    // Rows that are permutations; the rest cannot be a solution by the row rules.
    int accepted = 0;
    for (std::size_t n = 0; n < 24 * 24 * 24 * 24; ++n) {
        GridCells cells;
        for (std::size_t i = 0, rest = n; i < 4; ++i, rest /= 24) {
            cells.emplace_back(rows[rest % 24].begin(), rows[rest % 24].end());
        }
        const bool holds =
            std::all_of(puzzle.rules.begin(), puzzle.rules.end(), [&cells](const GridRule& rule) {
                return grid_rule_fault(rule, cells).empty();
            });
        accepted += holds ? 1 : 0;
    }
    EXPECT_EQ(accepted, 288);
}

// 92 ways to set eight queens, 10 for five, 4 for six: known since 1874.
TEST(Grid, AcceptsExactlyTheQueens) {
    for (const auto& [size, known] : {std::pair(4, 2), std::pair(5, 10), std::pair(6, 4)}) {
        const GridPuzzle puzzle = read_grid_puzzle({{"kind", "queens"}, {"size", size}});
        std::vector<long> columns;
        for (long c = 1; c <= size; ++c) columns.push_back(c);
        int accepted = 0;
        do {
            const GridReading reading = read_grid_json(puzzle, columns);
            ASSERT_EQ(reading.fault, "");
            accepted += std::all_of(puzzle.rules.begin(),
                                    puzzle.rules.end(),
                                    [&](const GridRule& rule) {
                                        return grid_rule_fault(rule, reading.cells).empty();
                                    })
                            ? 1
                            : 0;
        } while (std::next_permutation(columns.begin(), columns.end()));
        EXPECT_EQ(accepted, known) << size;
    }
}

TEST(Grid, NamesTheRuleThatIsBroken) {
    const Json params = {{"kind", "sudoku"},
                         {"size", 4},
                         {"givens", {{1, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}}}};
    const Verdict verdict =
        verdict_of("grid", params, nullptr, "[[2,1,3,4],[3,4,1,2],[1,2,4,3],[4,3,2,1]]");
    EXPECT_EQ(verdict.reason, "rule_broken");
    std::vector<std::string> broken;
    for (const VerdictStep& step : verdict.steps) {
        if (!step.ok) broken.push_back(step.what);
    }
    EXPECT_THAT(broken, ::testing::ElementsAre("given in row 1, column 1"));
}

TEST(Grid, PaysTheShareOfRightCellsOnlyWhereItIsAskedFor) {
    Json params = {{"kind", "sudoku"},
                   {"size", 4},
                   {"givens", {{1, 2, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}}}};
    const Json gold = {{1, 2, 3, 4}, {3, 4, 1, 2}, {2, 1, 4, 3}, {4, 3, 2, 1}};
    const std::string near = "[[1,2,3,4],[3,4,1,2],[2,1,4,3],[4,3,1,2]]";
    EXPECT_EQ(verdict_of("grid", params, gold, near).score, 0.0);
    params["partial"] = true;
    const Verdict verdict = verdict_of("grid", params, gold, near);
    EXPECT_EQ(verdict.status, VerdictStatus::kPartial);
    EXPECT_DOUBLE_EQ(verdict.score, 12.0 / 14.0);  // 14 free cells, two of them wrong
    EXPECT_EQ(verdict_of("grid", params, nullptr, near).status, VerdictStatus::kInvalidGold);
}

TEST(Grid, BlamesTheDataSet) {
    const Json params = {{"kind", "latin"}, {"size", 2}};
    EXPECT_EQ(verdict_of("grid", params, Json::parse("[[1,1],[2,2]]"), "12\n21").reason,
              "bad_gold");
    EXPECT_THAT(verdict_of("grid", {{"kind", "chess"}}, nullptr, "1").reason,
                HasSubstr("bad_params"));
    EXPECT_THAT(verdict_of("grid", {{"kind", "sudoku"}, {"size", 6}}, nullptr, "1").reason,
                HasSubstr("box"));
}

struct Graph {
    Json params;
    std::vector<std::vector<long>> cost;  ///< infinite: no edge
};
constexpr long kFar = std::numeric_limits<long>::max() / 4;

Graph random_graph(std::uint64_t number) {
    util::Rng rng(5, util::RngStream::kTest, number);
    const auto nodes = 3 + rng.below(4);
    Graph graph{.params = {{"kind", "graph"}, {"directed", true}, {"want", "shortest"}},
                .cost = std::vector(nodes, std::vector<long>(nodes, kFar))};
    Json names = Json::array();
    Json edges = Json::array();
    for (std::uint64_t a = 0; a < nodes; ++a) {
        names.push_back(a);
        for (std::uint64_t b = 0; b < nodes; ++b) {
            if (a == b || rng.below(2) == 0) continue;
            graph.cost[a][b] = static_cast<long>(1 + rng.below(9));
            edges.push_back({a, b, graph.cost[a][b]});
        }
    }
    graph.params["nodes"] = names;
    graph.params["edges"] = edges;
    graph.params["start"] = 0;
    graph.params["goal"] = nodes - 1;
    return graph;
}

/// The cheapest cost by trying every path without repetition.
long cheapest(const Graph& graph, std::size_t at, std::set<std::size_t> seen) {
    if (at + 1 == graph.cost.size()) return 0;
    seen.insert(at);
    long best = kFar;
    for (std::size_t next = 0; next < graph.cost.size(); ++next) {
        if (graph.cost[at][next] >= kFar || seen.contains(next)) continue;
        best = std::min(best, graph.cost[at][next] + cheapest(graph, next, seen));
    }
    return best;
}

TEST(Path, AgreesWithTryingEveryPath) {
    int reachable = 0;
    for (std::uint64_t i = 0; i < 60; ++i) {
        const Graph graph = random_graph(i);
        const long best = cheapest(graph, 0, {});
        reachable += best < kFar ? 1 : 0;
        EXPECT_EQ(is_correct("path", graph.params, "none"), best >= kFar) << i;
        // Every walk of one or two steps, and the cheapest one.
        const auto goal = std::to_string(graph.cost.size() - 1);
        for (std::size_t via = 0; via < graph.cost.size(); ++via) {
            const long cost = graph.cost[0][via] + graph.cost[via].back();
            EXPECT_EQ(is_correct("path", graph.params, "0, " + std::to_string(via) + ", " + goal),
                      cost < kFar && cost == best)
                << i << " " << via;
        }
        EXPECT_EQ(is_correct("path", graph.params, "0, " + goal),
                  graph.cost[0].back() == best && best < kFar);
        const PathMap map = read_path_map(graph.params);
        long walked = 0;
        const std::vector<std::size_t> path = cheapest_path(map);
        for (std::size_t n = 0; n + 1 < path.size(); ++n)
            walked += graph.cost[path[n]][path[n + 1]];
        EXPECT_EQ(path.empty() ? kFar : walked, best) << i;
    }
    EXPECT_GT(reachable, 30);
    EXPECT_LT(reachable, 60);
}

TEST(Path, NamesTheFirstStepThatFails) {
    const Json params = {{"kind", "graph"},
                         {"edges", Json::parse(R"([["A","B"],["B","C"]])")},
                         {"start", "A"},
                         {"goal", "C"}};
    const Verdict verdict = verdict_of("path", params, nullptr, "A -> C");
    EXPECT_EQ(verdict.reason, "no_edge");
    ASSERT_EQ(verdict.steps.size(), 1U);
    EXPECT_EQ(verdict.steps[0].what, "a -> c");
    EXPECT_EQ(verdict_of("path", params, {"A", "C"}, "A -> B -> C").reason, "bad_gold");
    EXPECT_EQ(verdict_of("path", params, "none", "none").reason, "bad_gold");
    EXPECT_EQ(verdict_of("path", params, nullptr, "none").reason, "there_is_a_path");
}

TEST(Plan, FindsTheKnownLengths) {
    for (const int disks : {1, 2, 3, 4, 5}) {
        const PlanTask task = read_plan_world({{"kind", "hanoi"}, {"disks", disks}});
        const PlanSearch search = shortest_plan(*task.world, 4000);
        ASSERT_TRUE(search.plan.has_value());
        EXPECT_EQ(search.plan->size(), (1U << disks) - 1);  // 2^n - 1
    }
    const PlanTask river =
        read_plan_world({{"kind", "river"},
                         {"items", {"wolf", "goat", "cabbage"}},
                         {"conflicts", Json::parse(R"([["wolf","goat"],["goat","cabbage"]])")}});
    EXPECT_EQ(shortest_plan(*river.world, 4000).plan->size(), 7U);
    const PlanTask jugs = read_plan_world({{"kind", "jugs"}, {"capacities", {3, 5}}, {"goal", 4}});
    EXPECT_EQ(shortest_plan(*jugs.world, 4000).plan->size(), 6U);
}

TEST(Plan, NamesTheFirstActionThatCannotBeDone) {
    const Json params = {{"kind", "hanoi"}, {"disks", 2}};
    const Verdict verdict = verdict_of("plan", params, nullptr, "A -> C\nA -> C\nB -> C");
    EXPECT_EQ(verdict.reason, "step_not_possible");
    ASSERT_EQ(verdict.steps.size(), 2U);
    EXPECT_TRUE(verdict.steps[0].ok);
    EXPECT_EQ(verdict.steps[1].what, "2. a c");
    EXPECT_THAT(verdict.steps[1].detail, HasSubstr("larger disk"));
}

TEST(Plan, ProvesTheShortest) {
    const Json params = {{"kind", "hanoi"}, {"disks", 2}, {"shortest", true}};
    EXPECT_EQ(verdict_of("plan", params, nullptr, "A -> B\nB -> C\nA -> B\nC -> A\nB -> C\nA -> C")
                  .reason,
              "not_shortest");
    EXPECT_THAT(
        verdict_of(
            "plan", {{"kind", "hanoi"}, {"disks", 16}, {"shortest", true}}, nullptr, "A -> B")
            .reason,
        HasSubstr("max_steps"));
    // An unreachable goal is the data set's fault.
    EXPECT_THAT(
        verdict_of(
            "plan", {{"kind", "jugs"}, {"capacities", {2, 4}}, {"goal", 3}}, nullptr, "fill 1")
            .reason,
        HasSubstr("no plan reaches the goal"));
}

// Format cannot buy what the answer does not earn.
TEST(Format, NeverEarnsAWrongAnswerMoreThanARightOne) {
    const auto params = [](const Json& of_answer, const Json& of_form) {
        Json format = {{"verifier", "format"}, {"params", {{"boxed", true}}}};
        if (!of_form.is_null()) format["weight"] = of_form;
        return Json{{"parts",
                     {{{"verifier", "integer"},
                       {"gold", 4},
                       {"weight", of_answer},
                       {"profile", "eval_flexible"}},
                      format}}};
    };
    EXPECT_THAT(verdict_of("weighted", params("0.4", "0.6"), nullptr, "4").reason,
                HasSubstr("one half"));
    EXPECT_DOUBLE_EQ(verdict_of("weighted", params("0.8", "0.2"), nullptr, "The answer is 4").score,
                     0.8);
    EXPECT_DOUBLE_EQ(verdict_of("weighted", params("0.8", "0.2"), nullptr, "\\boxed{5}").score,
                     0.2);
    EXPECT_DOUBLE_EQ(verdict_of("weighted", params("0.8", "0.2"), nullptr, "\\boxed{4}").score,
                     1.0);
    // Without a weight it is shown and changes nothing.
    const Verdict shown = verdict_of("weighted", params(1, nullptr), nullptr, "The answer is 4");
    EXPECT_EQ(shown.status, VerdictStatus::kCorrect);
    ASSERT_EQ(shown.steps.size(), 2U);
    EXPECT_FALSE(shown.steps[1].ok);
    EXPECT_EQ(verdict_of("weighted", params(1, nullptr), nullptr, "\\boxed{5}").score, 0.0);
}

/// The golds of a verifier's self-tests as problems.
std::vector<data::Problem> problems_of(const std::string& id) {
    std::vector<data::Problem> problems;
    const Verifier& verifier = *find_verifier(id).value();
    std::set<std::string> seen;
    for (const SelfTest& test : verifier.self_tests()) {
        if (!seen.insert(test.gold.dump() + test.params.dump()).second) continue;
        data::Problem problem;
        problem.id = std::to_string(problems.size());
        problem.prompt = "What is it?";
        problem.verifier = id;
        problem.params = test.params;
        problem.gold = test.gold;
        problem.profile = test.profile;
        if (verifier.gold_completion(request_for(problem))) problems.push_back(problem);
    }
    return problems;
}

class NewKindsOfGold : public ::testing::TestWithParam<const char*> {};

TEST_P(NewKindsOfGold, HoldAgainstThemselves) {
    const std::vector<data::Problem> problems = problems_of(GetParam());
    EXPECT_GE(problems.size(), 2U);
    for (const data::Problem& problem : problems) {
        EXPECT_EQ(check_gold(request_for(problem)).status, VerdictStatus::kCorrect)
            << problem.gold << " " << check_gold(request_for(problem)).reason;
    }
}

TEST_P(NewKindsOfGold, HaveRewritesAndDamageForTheBench) {
    const std::vector<data::Problem> problems = problems_of(GetParam());
    for (const data::Problem& problem : problems) {
        const Verifier& verifier = *find_verifier(GetParam()).value();
        const std::vector<Rewrite> rewrites = verifier.rewrites(request_for(problem));
        const auto refused = std::count_if(
            rewrites.begin(), rewrites.end(), [](const Rewrite& one) { return !one.accept; });
        EXPECT_GE(refused, problem.verifier == "format" ? 0 : 1) << problem.gold << problem.params;
    }
    LocalVerifier local(nullptr);
    const BenchReport report = run_bench(problems, local, {.threads = 1});
    for (const BenchFault& fault : report.faults) {
        ADD_FAILURE() << GetParam() << " " << fault.problem_id << " " << fault.rule << ": "
                      << fault.status << " " << fault.reason;
    }
    EXPECT_EQ(report.red(), "");
    EXPECT_EQ(report.accepted_positives, report.positives);
    EXPECT_GT(report.negatives, 0);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    NewKindsOfGold,
    ::testing::Values("grid", "path", "plan", "z3", "entail3", "equiv_formula", "format"),
    [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace veritune::verify
