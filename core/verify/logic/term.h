// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"
#include "core/verify/rational.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Logic for verifiers: terms, formulas in words, and the way to a decision.
namespace veritune::verify::logic {

enum class SortKind { kBool, kInt, kReal, kBits, kOther };

struct Sort {
    SortKind kind = SortKind::kBool;
    unsigned width = 0;     ///< of kBits: 1 to 64
    std::string name = {};  ///< of kOther
    bool operator==(const Sort&) const = default;
};

enum class Op {
    kTrue,
    kFalse,
    kNumber,    ///< text = "3" or "-3/4"
    kBits,      ///< bits
    kVariable,  ///< text
    kApply,     ///< text = function
    kNot,
    kAnd,
    kOr,
    kXor,
    kImplies,
    kEqual,  ///< also between truth values
    kDistinct,
    kIte,
    kAdd,
    kSub,
    kNeg,
    kMul,
    kDiv,  ///< of whole numbers, Euclidean, by a constant that is not zero
    kMod,  ///< in [0, |divisor|)
    kQuotient,
    kToReal,
    kLess,
    kLessEqual,
    kBvAdd,
    kBvSub,
    kBvMul,
    kBvUdiv,  ///< by zero: all ones
    kBvUrem,  ///< by zero: the dividend
    kBvAnd,
    kBvOr,
    kBvXor,
    kBvNot,
    kBvNeg,
    kBvShl,
    kBvLshr,
    kBvUlt,
    kBvUle,
    kBvSlt,
    kBvSle,
};

struct Node {
    Op op = Op::kTrue;
    Sort sort = {};
    std::vector<int> kids = {};  ///< smaller indexes than the node's own
    std::string text = {};
    std::uint64_t bits = 0;
};

/// A function symbol.
struct Signature {
    std::vector<Sort> arguments;
    Sort result;
};

/// Terms with shared parts; a node comes after its kids, so that a loop needs no recursion.
struct TermDag {
    std::vector<Node> nodes;
    std::map<std::string, Signature> functions;

    int add(Node node) {
        nodes.push_back(std::move(node));
        return static_cast<int>(nodes.size()) - 1;
    }
    const Node& at(int index) const { return nodes[static_cast<std::size_t>(index)]; }
};

/// What a term is under an assignment.
struct Value {
    bool truth = false;
    Rational number;
    std::uint64_t bits = 0;
    bool operator==(const Value& other) const {
        return truth == other.truth && number == other.number && bits == other.bits;
    }
};

/// The value of a root; nullopt when a variable has none, a function is applied, or a number grows
/// beyond 4,096 bits. cost  linear in the nodes
std::optional<Value> evaluate(const TermDag& dag,
                              int root,
                              const std::map<std::string, Value>& variables);

/// Declarations and constraints in JSON (docs/verifiers/z3.md).
struct Problem {
    TermDag dag;
    std::map<std::string, Sort> variables;
    std::vector<int> constraints;
    std::string fault;  ///< not empty: no problem
};
Problem read_problem(const util::Json& data);

/// The value of a sort that a JSON value or a word means; nullopt: none.
std::optional<Value> value_of(const util::Json& given, const Sort& sort);
/// As value_of() reads it again: true, "3/4", 7.
util::Json value_json(const Value& value, const Sort& sort);
/// The node of a value.
int add_value(TermDag& dag, const Value& value, const Sort& sort);

}  // namespace veritune::verify::logic
