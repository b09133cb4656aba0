// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/logic/term.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Propositional and first-order formulas as people and models write them. The text is read by our
/// own recursive-descent parser and by nothing else.
namespace veritune::verify::logic {

enum class Connective { kTrue, kFalse, kAtom, kNot, kAnd, kOr, kXor, kImplies, kIff, kAll, kSome };

struct FormulaNode {
    Connective kind = Connective::kTrue;
    std::vector<int> kids = {};               ///< earlier nodes
    std::string name = {};                    ///< predicate of an atom, variable of a quantifier
    std::vector<std::string> arguments = {};  ///< of an atom: variables and constants
};

/// The tree of one formula; its root is the last node.
struct Formula {
    std::vector<FormulaNode> nodes;
    std::map<std::string, std::size_t> predicates;  ///< name -> number of arguments
    std::set<std::string> constants;                ///< names that no quantifier binds
    std::string fault;  ///< "" or what is wrong, for people; too_large then says whether a limit
    bool too_large = false;
    std::size_t fault_at = 0;  ///< byte in the text

    bool has_quantifier() const;
    const FormulaNode& root() const { return nodes.back(); }
};

/// ~ ! not, & ^ and, | or, xor, -> implies, <-> iff, forall x. exists y, true, false, P, P(a, b),
/// round and square brackets; the signs of Unicode and of TeX likewise. Loosest first: <->, ->
/// (from the right), |, xor, &, ~. A quantifier with a point or colon reaches as far as it can,
/// without one to the next factor. limits  4,096 tokens, depth 256. Pure; linear in the text
Formula parse_formula(std::string_view text);

/// Written with ~ & | xor -> <-> forall exists and every bracket.
std::string write_formula(const Formula& formula);

/// Negation before atoms only; or, moreover, clauses of literals joined by & (kCnf) or | (kDnf).
/// Quantifiers may stand in front of the whole.
enum class NormalForm { kNnf, kCnf, kDnf };
bool has_form(const Formula& formula, NormalForm form);

/// Quantifiers that ask for an element of their own: "exists" under an even number of negations,
/// "forall" under an odd one; of the formula or of its negation.
struct QuantifierCount {
    std::size_t elements = 0;
    bool nested = false;  ///< one of them stands under a quantifier of the other sort
};
QuantifierCount count_elements(const Formula& formula, bool negated);

/// The formula's truth value as a term over the atoms "P(a,b)", quantifiers ranging over `domain`.
/// returns  the root, or -1 when more than `max_nodes` nodes would be needed. domain  not empty
int ground(const Formula& formula,
           const std::vector<std::string>& domain,
           std::size_t max_nodes,
           TermDag& dag);

}  // namespace veritune::verify::logic
