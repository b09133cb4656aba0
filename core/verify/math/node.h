// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/rational.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Mathematical answers as trees: what the math verifier reads, folds and compares.
namespace veritune::verify::math {

enum class Kind {
    // scalars
    kNumber,     ///< value; decimals = digits behind the point of a literal, -1 for other numbers
    kSymbol,     ///< text = name: a variable, or "pi", "e", "i", "inf"
    kAdd,        ///< kids
    kMul,        ///< kids
    kPow,        ///< base, exponent
    kFunction,   ///< text = name, kids = arguments
    kDegrees,    ///< kids[0] degrees of an angle
    kPlusMinus,  ///< +1 or -1; text "+" = plus first, "-" = minus first
    // structures
    kTuple,     ///< text = its two brackets, "()" "[)" ...; ordered, at least two kids
    kSet,       ///< kids in no order; a list without brackets is one, too
    kUnion,     ///< of intervals and sets
    kMinus,     ///< set difference of two kids
    kRelation,  ///< text = "=", "<", "<=", ">", ">=", "!=", "in"; two kids
    kMatrix,    ///< kids row by row, columns = length of a row
    kBased,     ///< text = "digits_base"
    kRatio,     ///< a : b (: c)
    kTime,      ///< text = "4:30"
    kText,      ///< text = folded words
    kAtom,      ///< text = "empty", "dne", "reals"
    kUnit,      ///< kids[0] with a unit; text = canonical unit
};

struct Node;
/// Shared, because the expansions of "±" and the differences of equations reuse whole subtrees.
using NodePtr = std::shared_ptr<const Node>;

struct Node {
    Kind kind = Kind::kNumber;
    std::string text;
    Rational value;
    std::vector<NodePtr> kids;
    int decimals = -1;
    std::size_t columns = 0;
};

/// What went over a limit of verifiers.md 4, or did not parse. The first fault stays.
enum class Fault { kNone, kSyntax, kTooManyTokens, kTooDeep, kNumberTooLarge, kTooManyElements };
/// "number_too_large", ...; "not_understood" for kSyntax.
std::string_view fault_code(Fault fault);
/// The same as a sentence for a person.
std::string_view fault_sentence(Fault fault);

inline constexpr std::size_t kMaxTokens = 4'096;
inline constexpr int kMaxDepth = 256;
inline constexpr long kMaxNumberBits = 1L << 20;
inline constexpr std::size_t kMaxElements = 1'024;

/// Counts work, so that no clock decides. Exact arithmetic stops when the numbers of one answer
/// have had 2^22 bits together.
struct Budget {
    Fault fault = Fault::kNone;
    std::int64_t operations = 0;
    long bits = 0;
    long largest = 0;  ///< bits of the largest number, at most kMaxNumberBits

    void fail(Fault what) {
        if (fault == Fault::kNone) fault = what;
    }
    bool spend_bits(long count) {
        ++operations;
        bits += count;
        if (count > largest) largest = count;
        if (count <= kMaxNumberBits && bits <= 4 * kMaxNumberBits) return true;
        fail(Fault::kNumberTooLarge);
        return false;
    }
};

NodePtr make(Kind kind, std::string text, std::vector<NodePtr> kids = {});
NodePtr number(Rational value, int decimals = -1);
NodePtr number(long value);
NodePtr symbol(std::string name);
bool is_number(const NodePtr& node);
bool is_symbol(const NodePtr& node, std::string_view name);
/// One that has a value: no structure, text or unit.
bool is_scalar(const NodePtr& node);
/// The normal form as text: equal trees give equal texts. Long numbers are named by their size.
std::string print(const NodePtr& node);

}  // namespace veritune::verify::math
