// SPDX-License-Identifier: Apache-2.0
#include "core/data/chain_family.h"

#include "core/util/result.h"

#include <cstddef>

namespace veritune::data {

const std::vector<ChainFamily>& chain_families() {
    static const std::vector<ChainFamily> families = {
        {.name = "mod", .values = "0123456789", .operators = "+-*"},
        {.name = "bool", .values = "FT", .operators = "&|^"},
        {.name = "trace", .values = "0123456789", .operators = "+-*", .register_form = true},
    };
    return families;
}

const ChainFamily* find_chain_family(std::string_view name) {
    for (const ChainFamily& family : chain_families()) {
        if (family.name == name) return &family;
    }
    return nullptr;
}

int apply_chain_op(const ChainFamily& family, int value, ChainOp op) {
    const int count = static_cast<int>(family.values.size());
    switch (op.op) {
        case '+':
            return (value + op.operand) % count;
        case '-':
            return (value - op.operand + count) % count;
        case '*':
            return (value * op.operand) % count;
        case '&':
            return value & op.operand;
        case '|':
            return value | op.operand;
        case '^':
            return value ^ op.operand;
        default:
            break;
    }
    VT_CHECK(false);
}

int chain_result(const ChainFamily& family, const ChainProgram& program) {
    int value = program.start;
    for (const ChainOp& op : program.ops) value = apply_chain_op(family, value, op);
    return value;
}

std::optional<int> chain_value(const ChainFamily& family, char character) {
    const std::size_t index = family.values.find(character);
    if (index == std::string_view::npos) return std::nullopt;
    return static_cast<int>(index);
}

namespace {

char value_character(const ChainFamily& family, int value) {
    return family.values[static_cast<std::size_t>(value)];
}

/// "+4" at `text`, or nullopt.
std::optional<ChainOp> read_op(const ChainFamily& family, std::string_view text) {
    if (text.size() < 2 || family.operators.find(text[0]) == std::string_view::npos) return {};
    const std::optional<int> operand = chain_value(family, text[1]);
    if (!operand) return std::nullopt;
    return ChainOp{.op = text[0], .operand = *operand};
}

}  // namespace

std::string render_chain_prompt(const ChainFamily& family, const ChainProgram& program) {
    std::string prompt = family.register_form ? "x=" : "";
    prompt += value_character(family, program.start);
    for (const ChainOp& op : program.ops) {
        if (family.register_form) prompt += ';';
        prompt += op.op;
        prompt += value_character(family, op.operand);
    }
    prompt += '?';
    return prompt;
}

std::optional<ChainProgram> parse_chain_prompt(const ChainFamily& family, std::string_view prompt) {
    if (family.register_form) {
        if (!prompt.starts_with("x=")) return std::nullopt;
        prompt.remove_prefix(2);
    }
    if (prompt.empty() || prompt.back() != '?') return std::nullopt;
    const std::optional<int> start = chain_value(family, prompt.front());
    if (!start) return std::nullopt;
    prompt = prompt.substr(1, prompt.size() - 2);
    const std::size_t width = family.register_form ? 3 : 2;
    if (prompt.empty() || prompt.size() % width != 0) return std::nullopt;
    ChainProgram program{.start = *start, .ops = {}};
    program.ops.reserve(prompt.size() / width);
    for (; !prompt.empty(); prompt.remove_prefix(2)) {
        if (family.register_form) {
            if (prompt.front() != ';') return std::nullopt;
            prompt.remove_prefix(1);
        }
        const std::optional<ChainOp> op = read_op(family, prompt);
        if (!op) return std::nullopt;
        program.ops.push_back(*op);
    }
    return program;
}

std::string render_chain_step(const ChainFamily& family, int before, ChainOp op, int after) {
    const char result = value_character(family, after);
    if (family.register_form) return std::string("x=") + result;
    return {
        value_character(family, before), op.op, value_character(family, op.operand), '=', result};
}

std::string render_chain(const ChainFamily& family, const ChainProgram& program) {
    std::string chain;
    int value = program.start;
    for (const ChainOp& op : program.ops) {
        const int next = apply_chain_op(family, value, op);
        chain += render_chain_step(family, value, op, next);
        chain += ';';
        value = next;
    }
    chain += '#';
    chain += value_character(family, value);
    chain += '$';
    return chain;
}

}  // namespace veritune::data
