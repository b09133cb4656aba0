// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/generate/draft.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The small language from which the tasks of the code families are made: a program is a row of
/// operations, each a value to a value. It has three readings that must agree: words (the task),
/// Python (the reference) and the interpreter here (the expected values, without Python).
namespace veritune::generate {

enum class Type { kInt, kText, kInts, kWords, kCounts, kTable };
Text type_name(Type type);  ///< "a list of whole numbers"

/// Values are JSON: numbers, ASCII text, lists, and objects for dictionaries from text to number.
using Value = util::Json;

/// Groups from which families choose.
enum class OpGroup {
    kEach,    ///< every element for itself
    kPick,    ///< which elements stay
    kOrder,   ///< where they stand
    kScan,    ///< neighbours and beginnings
    kFold,    ///< one value of many
    kShape,   ///< another type
    kSearch,  ///< needs a good algorithm on long input
};

struct Op {
    std::string_view id;
    Type in;
    Type out;
    OpGroup group;
    std::vector<long> choices;  ///< of the parameter k; empty: it has none
    std::string_view en;        ///< %1 = k, %2 = the letter with code k
    std::string_view de;
    std::string_view python;  ///< an expression over x, with %1 and %2
    /// nullopt: the value leaves the bounds (10^12, 500 letters, 50,000 elements).
    std::optional<Value> (*apply)(const Value& x, long k);
    std::string_view helper = {};  ///< Python before the function that the expression calls
};

const std::vector<Op>& all_ops();
// The lists that all_ops() is made of.
std::vector<Op> number_ops();      ///< of lists of whole numbers
std::vector<Op> one_number_ops();  ///< of one whole number
std::vector<Op> search_ops();
std::vector<Op> text_ops();  ///< of text and lists of words
std::vector<Op> count_ops();
std::vector<Op> table_ops();
/// The operations of a type and group.
std::vector<const Op*> ops_of(Type in, Type out, const std::vector<OpGroup>& groups);

struct Step {
    const Op* op = nullptr;
    long k = 0;
};
struct Program {
    Type input = Type::kInts;
    std::vector<Step> steps;
    Type output() const { return steps.back().op->out; }
};

Step draw_step(Draw& draw, const std::vector<const Op*>& ops);
std::optional<Value> run(const Program& program, const Value& input);
std::string python_function(const Program& program, std::string_view name);
/// A script that reads a list of whole numbers from one line and prints the result.
std::string python_script(const Program& program);
std::vector<Text> describe(const Program& program);
std::string literal(const Value& value);  ///< Python and JSON alike

/// Programs that differ by one operation: another parameter, another operation of the same types,
/// one left out, two neighbours swapped. At most `count`, drawn.
std::vector<Program> mutants(Draw& draw, const Program& program, std::size_t count);

/// Inputs of a type: `edges` are the empty and smallest ones, the others random.
std::vector<Value> edge_inputs(Type type);
Value draw_input(Draw& draw, Type type);

}  // namespace veritune::generate
