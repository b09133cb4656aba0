// SPDX-License-Identifier: Apache-2.0
// A logical formula in a model's words: read, written, read again, made into a term.
#include "core/verify/logic/formula.h"
#include "core/verify/logic/solver.h"
#include "tests/fuzz/fuzz_target.h"

VT_FUZZ_TARGET(formula) {
    using namespace veritune;
    namespace logic = verify::logic;
    const logic::Formula formula = logic::parse_formula(input);
    fuzz::require(!formula.nodes.empty(), "there is always a root");
    fuzz::require(formula.fault_at <= 3 * input.size() + 1, "the fault lies in the text");
    if (!formula.fault.empty() || input.size() > 2048) return;
    const std::string written = logic::write_formula(formula);
    const logic::Formula again = logic::parse_formula(written);
    // Brackets for every connective may go deeper than the text did.
    if (again.too_large) return;
    fuzz::require(again.fault.empty(), "what was written can be read");
    fuzz::require(logic::write_formula(again) == written, "and means the same");
    fuzz::require(!logic::has_form(formula, logic::NormalForm::kCnf) ||
                      logic::has_form(formula, logic::NormalForm::kNnf),
                  "a cnf is a nnf");
    logic::TermDag dag;
    const int root = logic::ground(formula, {"a", "b"}, 2'000, dag);
    if (root < 0) return;
    const int never = dag.add({.op = logic::Op::kXor, .kids = {root, root}});
    fuzz::require(logic::decide(dag, {never}, 1'000).answer != logic::Satisfiable::kYes,
                  "nothing differs from itself");
}
