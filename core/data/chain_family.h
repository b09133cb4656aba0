// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::data {

/// One family of checkable chains (training.md 11): which characters are values and operators, and
/// how a step looks. Generator and verifier share this one description; values are numbers 0 ..
/// values.size()-1. threads  immutable
struct ChainFamily {
    std::string_view name;       ///< mod | bool | trace
    std::string_view values;     ///< one character per value, in value order: "0123456789", "FT"
    std::string_view operators;  ///< "+-*" or "&|^"
    bool register_form = false;  ///< prompt "x=6;+4?" and step "x=0" instead of "6+4?" and "6+4=0"
};

struct ChainOp {
    char op = '+';
    int operand = 0;
};

/// What a prompt asks: a start value and operations from left to right; at least one.
struct ChainProgram {
    int start = 0;
    std::vector<ChainOp> ops;
};

/// All families in the order mod, bool, trace.
const std::vector<ChainFamily>& chain_families();
/// nullptr for an unknown name.
const ChainFamily* find_chain_family(std::string_view name);

/// The value after one operation: mod 10 for digits, bitwise for F and T. op and values must be the
/// family's.
int apply_chain_op(const ChainFamily& family, int value, ChainOp op);
/// The only right answer.
int chain_result(const ChainFamily& family, const ChainProgram& program);
/// The value of a character; nullopt when it is not one of the family's.
std::optional<int> chain_value(const ChainFamily& family, char character);

/// "6+4*7-4?" or "x=6;+4;*7;-4?".
std::string render_chain_prompt(const ChainFamily& family, const ChainProgram& program);
/// The inverse; nullopt for every other text.
std::optional<ChainProgram> parse_chain_prompt(const ChainFamily& family, std::string_view prompt);
/// "6+4=0" or "x=0", without the semicolon.
std::string render_chain_step(const ChainFamily& family, int before, ChainOp op, int after);
/// The only right chain, with the final '$': "6+4=0;0*7=0;0-4=6;#6$".
std::string render_chain(const ChainFamily& family, const ChainProgram& program);

}  // namespace veritune::data
