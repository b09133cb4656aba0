// SPDX-License-Identifier: Apache-2.0
#include "core/solver/z3_solver.h"
#include "core/util/rng.h"
#include "core/verify/logic/formula.h"
#include "core/verify/logic/phrase.h"
#include "core/verify/logic/solver.h"
#include "core/verify/verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace veritune::verify::logic {
namespace {

using ::testing::HasSubstr;
using util::Json;

std::string written(const std::string& text) {
    const Formula formula = parse_formula(text);
    return formula.fault.empty() ? write_formula(formula) : "fault: " + formula.fault;
}

TEST(Formula, BindsAsPeopleExpect) {
    EXPECT_EQ(written("p | q & r -> s <-> t"), "(((p | (q & r)) -> s) <-> t)");
    EXPECT_EQ(written("p -> q -> r"), "(p -> (q -> r))");
    EXPECT_EQ(written("~p & q"), "(~p & q)");
    EXPECT_EQ(written("p xor q | r"), "((p xor q) | r)");
    EXPECT_EQ(written("forall x. P(x) -> Q(x)"), "(forall x. (P(x) -> Q(x)))");
    EXPECT_EQ(written("forall x P(x) -> q"), "((forall x. P(x)) -> q)");
    EXPECT_EQ(written("exists x, y. R(x, y)"), "(exists x. (exists y. R(x,y)))");
    EXPECT_EQ(written("forall x, R(x, a)"), "(forall x. R(x,a))");
}

TEST(Formula, ReadsEverySpelling) {
    for (const char* text : {"p & q",
                             "p && q",
                             "p ^ q",
                             "p and q",
                             "p AND q",
                             "p /\\ q",
                             "p \\land q",
                             "p \\wedge q",
                             "p \xE2\x88\xA7 q",
                             "$p \\land\\, q$",
                             "[p] & (q)"}) {
        EXPECT_EQ(written(text), "(p & q)") << text;
    }
    for (const char* text : {"p -> q",
                             "p => q",
                             "p implies q",
                             "p \\to q",
                             "p \\rightarrow q",
                             "p \\implies q",
                             "p \xE2\x86\x92 q",
                             "p \xE2\x87\x92 q",
                             "p --> q"}) {
        EXPECT_EQ(written(text), "(p -> q)") << text;
    }
    for (const char* text : {"p <-> q",
                             "p <=> q",
                             "p iff q",
                             "p \\leftrightarrow q",
                             "p \\iff q",
                             "p \xE2\x86\x94 q",
                             "p \xE2\x89\xA1 q"}) {
        EXPECT_EQ(written(text), "(p <-> q)") << text;
    }
}

TEST(Formula, SaysWhatIsWrong) {
    EXPECT_THAT(parse_formula("").fault, HasSubstr("not complete"));
    EXPECT_THAT(parse_formula("(p").fault, HasSubstr("not closed"));
    EXPECT_THAT(parse_formula("p q").fault, HasSubstr("behind"));
    EXPECT_THAT(parse_formula("p & & q").fault, HasSubstr("not expected"));
    EXPECT_EQ(parse_formula("p & & q").fault_at, 4U);
    EXPECT_THAT(parse_formula("P(a) & P(a, b)").fault, HasSubstr("numbers of arguments"));
    EXPECT_THAT(parse_formula("forall . P(x)").fault, HasSubstr("variable"));
    EXPECT_TRUE(parse_formula(std::string(10'000, '(')).too_large);
    EXPECT_TRUE(parse_formula(std::string(300, '(') + "p" + std::string(300, ')')).too_large);
    EXPECT_FALSE(parse_formula(std::string(200, '(') + "p" + std::string(200, ')')).too_large);
}

TEST(Formula, KnowsNormalForms) {
    const auto has = [](const char* text, NormalForm form) {
        return has_form(parse_formula(text), form);
    };
    EXPECT_TRUE(has("(p | ~q) & r", NormalForm::kCnf));
    EXPECT_TRUE(has("p | q", NormalForm::kCnf));
    EXPECT_TRUE(has("~p", NormalForm::kCnf));
    EXPECT_TRUE(has("(p | (q | r)) & s", NormalForm::kCnf));
    EXPECT_FALSE(has("p | (q & r)", NormalForm::kCnf));
    EXPECT_FALSE(has("~(p & q)", NormalForm::kCnf));
    EXPECT_FALSE(has("p -> q", NormalForm::kCnf));
    EXPECT_FALSE(has("~~p", NormalForm::kNnf));
    EXPECT_TRUE(has("p | (q & (r | ~s))", NormalForm::kNnf));
    EXPECT_TRUE(has("p | (q & ~r)", NormalForm::kDnf));
    EXPECT_FALSE(has("p & (q | r)", NormalForm::kDnf));
    EXPECT_TRUE(has("forall x. exists y. (P(x) | ~Q(y)) & P(y)", NormalForm::kCnf));
}

/// A random formula over a few letters.
std::string random_formula(util::Rng& rng, int depth) {
    if (depth == 0 || rng.below(5) == 0)
        return std::string(1, static_cast<char>('a' + rng.below(5)));
    const std::string left = random_formula(rng, depth - 1);
    const std::string right = random_formula(rng, depth - 1);
    constexpr std::array kOps = {" & ", " | ", " -> ", " <-> ", " xor "};
    if (rng.below(6) == 0) return "~(" + left + ")";
    return "(" + left + kOps.at(rng.below(kOps.size())) + right + ")";
}

// Two ways to the same truth: our table and Z3.
TEST(Decide, AgreesWithTheSolver) {
    const auto z3 = solver::make_z3_solver();
    ASSERT_TRUE(z3.has_value());
    util::Rng rng(11, util::RngStream::kTest);
    int satisfiable = 0;
    for (int i = 0; i < 60; ++i) {
        const std::string text = random_formula(rng, 3) + " & ~" + random_formula(rng, 2) + " & " +
                                 random_formula(rng, 3);
        TermDag dag;
        const int root = ground(parse_formula(text), {"_"}, 10'000, dag);
        ASSERT_GE(root, 0) << text;
        const Decision table = decide(dag, {root}, kSolverSteps);
        EXPECT_FALSE(table.by_solver);
        EXPECT_EQ(table.answer, (*z3)->solve(dag, {root}, kSolverSteps).answer) << text;
        satisfiable += table.answer == Satisfiable::kYes ? 1 : 0;
        if (table.answer != Satisfiable::kYes) continue;
        std::map<std::string, Value> values;
        for (const auto& [name, truth] : table.model) values[name].truth = truth;
        const auto value = evaluate(dag, root, values);
        ASSERT_TRUE(value.has_value());
        EXPECT_TRUE(value->truth) << text;  // the model is one
    }
    EXPECT_GT(satisfiable, 5);
    EXPECT_LT(satisfiable, 55);
}

/// A random term of whole numbers or bit vectors in x and y.
Json random_term(util::Rng& rng, int depth, bool bits) {
    if (depth == 0) {
        const std::uint64_t pick = rng.below(3);
        if (pick == 0) return "x";
        if (pick == 1) return "y";
        const auto number = static_cast<int>(rng.below(17)) - 8;
        return bits ? Json{"bv", std::abs(number), 8} : Json(number);
    }
    const Json a = random_term(rng, depth - 1, bits);
    const Json b = random_term(rng, depth - 1, bits);
    if (!bits) {
        switch (rng.below(6)) {
            case 0:
                return {"+", a, b};
            case 1:
                return {"-", a, b};
            case 2:
                return {"*", static_cast<int>(rng.below(7)) - 3, b};
            case 3:
                return {"mod", a, rng.below(2) == 0 ? 3 : -4};
            case 4:
                return {"div", a, rng.below(2) == 0 ? 3 : -4};
            default:
                return {"ite", {"<", a, b}, b, a};
        }
    }
    constexpr std::array kOps = {
        "bvadd", "bvsub", "bvmul", "bvand", "bvor", "bvxor", "bvudiv", "bvurem", "bvshl", "bvlshr"};
    if (rng.below(6) == 0) return {rng.below(2) == 0 ? "bvnot" : "bvneg", a};
    return {kOps.at(rng.below(kOps.size())), a, b};
}

// Our exact evaluation of terms is what Z3 means by them.
TEST(Evaluate, AgreesWithTheSolver) {
    const auto z3 = solver::make_z3_solver();
    ASSERT_TRUE(z3.has_value());
    util::Rng rng(12, util::RngStream::kTest);
    for (int i = 0; i < 50; ++i) {
        const bool bits = i % 2 == 0;
        const Json sort = bits ? Json{"bv", 8} : Json("int");
        const Json left = random_term(rng, 2, bits);
        const Json right = random_term(rng, 2, bits);
        constexpr std::array kCompare = {"=", "bvult", "bvsle", "=", "<", "<="};
        const Json constraint = {kCompare.at(rng.below(3) + (bits ? 0 : 3)), left, right};
        Problem problem = read_problem({{"variables", {{"x", sort}, {"y", sort}}},
                                        {"constraints", Json::array({constraint})}});
        ASSERT_EQ(problem.fault, "") << constraint;
        std::map<std::string, Value> values;
        std::vector<int> roots = problem.constraints;
        for (const char* name : {"x", "y"}) {
            const Sort known = problem.variables.at(name);
            const auto value =
                value_of(Json(static_cast<int>(rng.below(256)) - (bits ? 0 : 128)), known);
            ASSERT_TRUE(value.has_value());
            values[name] = *value;
            const int variable =
                problem.dag.add({.op = Op::kVariable, .sort = known, .text = name});
            const int constant = add_value(problem.dag, *value, known);
            roots.push_back(problem.dag.add({.op = Op::kEqual, .kids = {variable, constant}}));
        }
        const auto own = evaluate(problem.dag, problem.constraints[0], values);
        ASSERT_TRUE(own.has_value());
        const Decision theirs = (*z3)->solve(problem.dag, roots, kSolverSteps);
        EXPECT_EQ(own->truth, theirs.answer == Satisfiable::kYes)
            << constraint << " " << values["x"].bits << " " << values["x"].number.to_string();
    }
}

TEST(ReadProblem, NamesWhatIsWrong) {
    const auto fault = [](const Json& constraint) {
        return read_problem(
                   {{"variables", {{"x", "int"}, {"y", "int"}, {"p", "bool"}, {"v", {"bv", 4}}}},
                    {"constraints", Json::array({constraint})}})
            .fault;
    };
    EXPECT_EQ(fault({"=", "x", 1}), "");
    EXPECT_THAT(fault({"=", {"*", "x", "y"}, 1}), HasSubstr("not linear"));
    EXPECT_THAT(fault({"=", {"mod", "x", "y"}, 1}), HasSubstr("wrong sort"));
    EXPECT_THAT(fault({"=", {"div", "x", 0}, 1}), HasSubstr("wrong sort"));
    EXPECT_THAT(fault({"=", {"/", "x", 0}, 1}), HasSubstr("divisor"));
    EXPECT_THAT(fault({"=", {"/", 1, "x"}, 1}), HasSubstr("divisor"));
    EXPECT_THAT(fault({"and", "p", "x"}), HasSubstr("wrong sort"));
    EXPECT_THAT(fault({"=", "v", "x"}), HasSubstr("wrong sort"));
    EXPECT_THAT(fault({"=", "z", 1}), HasSubstr("no variable"));
    EXPECT_THAT(fault({"sin", "x"}), HasSubstr("no operation"));
    EXPECT_THAT(fault({"+", "x", 1}), HasSubstr("no truth value"));
    EXPECT_THAT(fault({"=", "v", {"bv", 16, 4}}), HasSubstr("bit vector"));
}

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

/// A product of two large primes: satisfiable, but not within any budget of ours.
Json factoring() {
    return {{"variables", {{"a", {"bv", 64}}, {"b", {"bv", 64}}}},
            {"constraints",
             {{"=", {"bvmul", "a", "b"}, {"bv", "18446743979220271189", 64}},
              {"bvult", "a", {"bv", "4294967296", 64}},
              {"bvult", "b", {"bv", "4294967296", 64}},
              {"bvugt", "a", {"bv", 1, 64}},
              {"bvugt", "b", {"bv", 1, 64}}}},
            {"steps", 20'000}};
}

TEST(Z3, BlamesTheGoldWhenItGivesUp) {
    const Verdict verdict = verdict_of("z3", factoring(), "sat", "sat");
    EXPECT_EQ(verdict.status, VerdictStatus::kInvalidGold);
    EXPECT_EQ(verdict.reason, "solver_gave_up");
}

// The same question without the search: a full binding is evaluated, exactly and at once.
TEST(Z3, NeedsNoSolverForAFullBinding) {
    install_solver(nullptr);
    const Verdict verdict =
        verdict_of("z3", factoring(), nullptr, "{\"a\": 4294967279, \"b\": 4294967291}");
    const Verdict without = verdict_of("z3",
                                       {{"variables", {{"x", "int"}, {"h", "int"}}},
                                        {"constraints", {{"=", {"*", 2, "h"}, "x"}}},
                                        {"ask", {"x"}}},
                                       {{"x", 6}},
                                       "x = 6");
    ASSERT_TRUE(solver::install_z3().has_value());
    EXPECT_EQ(verdict.status, VerdictStatus::kCorrect) << verdict.reason;
    EXPECT_EQ(without.status, VerdictStatus::kSandboxError);  // masked: the machine's fault
    EXPECT_EQ(without.reason, "no_solver");
}

TEST(Z3, ProvesTheGoldFirst) {
    const Json params = {{"variables", {{"x", "int"}}},
                         {"constraints", {{">", "x", 1}, {"<", "x", 4}}}};
    EXPECT_EQ(verdict_of("z3", params, {{"x", 2}}, "x = 3").status, VerdictStatus::kCorrect);
    EXPECT_EQ(verdict_of("z3", params, {{"x", 5}}, "x = 3").reason, "bad_gold");
    EXPECT_EQ(verdict_of("z3", params, "unsat", "unsat").reason, "bad_gold");
    Json unique = params;
    unique["unique"] = true;
    EXPECT_EQ(verdict_of("z3", unique, {{"x", 2}}, "x = 2").reason, "not_unique");
    unique["constraints"].push_back({"!=", "x", 3});
    EXPECT_EQ(verdict_of("z3", unique, {{"x", 2}}, "x = 2").status, VerdictStatus::kCorrect);
}

TEST(Z3, SaysWhichConstraintFails) {
    const Verdict verdict =
        verdict_of("z3",
                   {{"variables", {{"x", "int"}}}, {"constraints", {{">", "x", 1}, {"<", "x", 4}}}},
                   nullptr,
                   "x = 7");
    ASSERT_EQ(verdict.steps.size(), 2U);
    EXPECT_TRUE(verdict.steps[0].ok);
    EXPECT_FALSE(verdict.steps[1].ok);
    EXPECT_EQ(verdict.steps[1].what, "[\"<\",\"x\",4]");
}

TEST(EquivFormula, PaysNothingForAFormulaThatNeverEnds) {
    // The pigeonhole principle: resolution needs exponentially many steps.
    constexpr int kHoles = 9;
    std::string pigeons;
    std::string symbols;
    for (int p = 0; p <= kHoles; ++p) {
        std::string somewhere;
        for (int h = 0; h < kHoles; ++h) {
            const std::string name = "p" + std::to_string(p) + "_" + std::to_string(h);
            somewhere += (somewhere.empty() ? "" : " | ") + name;
            symbols += (symbols.empty() ? "" : " & ") + name;
            for (int q = 0; q < p; ++q) {
                pigeons +=
                    " & ~(" + name + " & p" + std::to_string(q) + "_" + std::to_string(h) + ")";
            }
        }
        pigeons += " & (" + somewhere + ")";
    }
    // Long enough for the length guard; false everywhere.
    const std::string gold = symbols + " & ~(" + symbols + ")";
    const Verdict verdict = verdict_of("equiv_formula", Json::object(), gold, "true" + pigeons);
    EXPECT_EQ(verdict.status, VerdictStatus::kBudgetExceeded) << verdict.reason;
    EXPECT_THAT(verdict.reason, ::testing::AnyOf("solver_gave_up", "formula_too_large"));
}

TEST(EquivFormula, ShowsWhereTheTwoDiffer) {
    const Verdict verdict = verdict_of("equiv_formula", Json::object(), "p -> q", "q -> p");
    ASSERT_FALSE(verdict.steps.empty());
    EXPECT_THAT(
        verdict.steps.back().detail,
        ::testing::AnyOf(HasSubstr("p = true, q = false"), HasSubstr("p = false, q = true")));
}

TEST(Entail3, ProvesTheGold) {
    const Json params = {{"theory", {"p -> q", "p"}}, {"question", "q"}};
    EXPECT_EQ(verdict_of("entail3", params, "true", "true").status, VerdictStatus::kCorrect);
    const Verdict wrong = verdict_of("entail3", params, "unknown", "unknown");
    EXPECT_EQ(wrong.status, VerdictStatus::kInvalidGold);
    EXPECT_THAT(wrong.reason, HasSubstr("proved true"));
    EXPECT_EQ(
        verdict_of("entail3", {{"theory", {"p", "~p"}}, {"question", "q"}}, "true", "true").reason,
        "contradictory_theory");
}

TEST(Entail3, KnowsThatThereMayBeOthersThanTheNamed) {
    const auto truth = [](const Json& theory, const char* question) {
        for (const char* gold : {"true", "false", "unknown"}) {
            const Verdict verdict =
                verdict_of("entail3", {{"theory", theory}, {"question", question}}, gold, gold);
            if (verdict.status == VerdictStatus::kCorrect) return std::string(gold);
            if (!verdict.reason.starts_with("bad_gold")) return verdict.reason;
        }
        return std::string("none");
    };
    EXPECT_EQ(truth({"P(a)", "P(b)"}, "forall x. P(x)"), "unknown");
    EXPECT_EQ(truth({"forall x. P(x)"}, "P(a)"), "true");
    EXPECT_EQ(truth({"exists x. P(x)", "forall x. (P(x) -> Q(x))"}, "exists x. Q(x)"), "true");
    EXPECT_EQ(truth({"exists x. P(x)", "exists x. ~P(x)"}, "forall x. P(x)"), "false");
    EXPECT_EQ(truth({"exists x. P(x)", "exists x. Q(x)"}, "exists x. (P(x) & Q(x))"), "unknown");
    EXPECT_EQ(truth({"forall x. (P(x) <-> Q(x))", "Q(a)"}, "P(a)"), "true");
    EXPECT_THAT(truth({"forall x. exists y. R(x, y)"}, "R(a, a)"), HasSubstr("give the domain"));
}

TEST(Phrase, TakesOneMeaningOnly) {
    const auto meaning = [](const char* text) {
        return read_phrase(text, {{1, "true"}, {0, "false"}});
    };
    EXPECT_EQ(meaning("The answer is: TRUE."), 1);
    EXPECT_EQ(meaning("false"), 0);
    EXPECT_EQ(meaning("true or false"), -1);
    EXPECT_EQ(meaning("not true"), -1);
    EXPECT_EQ(meaning("true true"), -1);
    EXPECT_EQ(meaning(""), -1);
}

// Only the program that verify workers run knows a solver.
TEST(Solver, IsInNoOtherProgram) {
    const auto links_z3 = [](const std::string& name) {
        const std::string path = std::string(VERITUNE_BIN_DIR) + "/" + name;
        std::ostringstream bytes;
        bytes << std::ifstream(path, std::ios::binary).rdbuf();
        return bytes.str().find("libz3.so") != std::string::npos;
    };
    const auto built = [](const std::string& name) {
        return std::filesystem::exists(std::string(VERITUNE_BIN_DIR) + "/" + name);
    };
    if (!built("veritune")) GTEST_SKIP() << "the programs are not built";
    EXPECT_TRUE(links_z3("veritune"));
    for (const char* name : {"veritune-engine", "veritune-studio", "veritune-sandbox"}) {
        EXPECT_FALSE(built(name) && links_z3(name)) << name;
    }
}

}  // namespace
}  // namespace veritune::verify::logic
