// SPDX-License-Identifier: Apache-2.0
#include "core/generate/code_program.h"

#include <algorithm>
#include <set>

namespace veritune::generate {

namespace {

std::string filled(std::string_view form, long k) {
    std::string out;
    for (std::size_t i = 0; i < form.size(); ++i) {
        const char next = i + 1 < form.size() ? form[i + 1] : ' ';
        if (form[i] == '%' && next == '1') {
            out += std::to_string(k);
            ++i;
        } else if (form[i] == '%' && next == '2') {
            out += static_cast<char>(k);
            ++i;
        } else {
            out += form[i];
        }
    }
    return out;
}

/// Helpers once each, in the order of the steps.
std::string helpers(const Program& program) {
    std::string out;
    for (const Step& step : program.steps) {
        if (out.find(step.op->helper) == std::string::npos) out += step.op->helper;
    }
    return out;
}

std::string draw_word(Draw& draw) {
    static const std::string kLetters = "aaabcdeeefghiiklmnooprstuuw";
    std::string word;
    const auto length = static_cast<std::size_t>(draw.between(1, 7));
    while (word.size() < length) word += kLetters[draw.below(kLetters.size())];
    if (draw.chance(15)) word[0] = static_cast<char>(word[0] - 'a' + 'A');
    return word;
}

std::vector<std::string> draw_words(Draw& draw, long most) {
    std::vector<std::string> words;
    const auto count = static_cast<std::size_t>(draw.between(3, most));
    while (words.size() < count) {
        words.push_back(!words.empty() && draw.chance(25) ? draw.pick(words) : draw_word(draw));
    }
    return words;
}

std::vector<Program> all_mutants(const Program& program) {
    std::vector<Program> made;
    const std::size_t n = program.steps.size();
    for (std::size_t i = 0; i < n; ++i) {
        const Step& step = program.steps[i];
        Program changed = program;
        for (const long k : step.op->choices) {
            changed.steps[i].k = k;
            if (k != step.k) made.push_back(changed);
        }
        for (const Op& op : all_ops()) {
            const bool fits = op.in == step.op->in && op.out == step.op->out && &op != step.op;
            if (!fits || op.group == OpGroup::kSearch) continue;
            changed.steps[i] = {&op, op.choices.empty() ? 0 : op.choices.front()};
            made.push_back(changed);
        }
        if (step.op->in == step.op->out && n > 1) {
            changed = program;
            changed.steps.erase(changed.steps.begin() + static_cast<long>(i));
            made.push_back(changed);
        }
        const bool same = i + 1 < n && step.op->in == step.op->out &&
                          program.steps[i + 1].op->in == program.steps[i + 1].op->out;
        if (same) {
            changed = program;
            std::swap(changed.steps[i], changed.steps[i + 1]);
            made.push_back(std::move(changed));
        }
    }
    return made;
}

}  // namespace

Text type_name(Type type) {
    switch (type) {
        case Type::kInt:
            return {"a whole number", "eine ganze Zahl"};
        case Type::kText:
            return {"a string", "eine Zeichenkette"};
        case Type::kInts:
            return {"a list of whole numbers", "eine Liste ganzer Zahlen"};
        case Type::kWords:
            return {"a list of strings", "eine Liste von Zeichenketten"};
        case Type::kCounts:
            return {"a dictionary from strings to whole numbers",
                    "ein Dictionary von Zeichenketten auf ganze Zahlen"};
        case Type::kTable:
            return {"a list of rows of equal length, each a list of whole numbers",
                    "eine Liste gleich langer Zeilen, jede eine Liste ganzer Zahlen"};
    }
    VT_CHECK(false);
}

const std::vector<Op>& all_ops() {
    static const std::vector<Op> all = [] {
        std::vector<Op> ops;
        for (const auto& list :
             {number_ops(), one_number_ops(), search_ops(), text_ops(), count_ops(), table_ops()}) {
            ops.insert(ops.end(), list.begin(), list.end());
        }
        return ops;
    }();
    return all;
}

std::vector<const Op*> ops_of(Type in, Type out, const std::vector<OpGroup>& groups) {
    std::vector<const Op*> found;
    for (const Op& op : all_ops()) {
        const bool wanted = std::find(groups.begin(), groups.end(), op.group) != groups.end();
        if (op.in == in && op.out == out && wanted) found.push_back(&op);
    }
    return found;
}

Step draw_step(Draw& draw, const std::vector<const Op*>& ops) {
    const Op* op = draw.pick(ops);
    return {op, op->choices.empty() ? 0 : draw.pick(op->choices)};
}

std::optional<Value> run(const Program& program, const Value& input) {
    std::optional<Value> value = input;
    for (const Step& step : program.steps) {
        value = step.op->apply(*value, step.k);
        if (!value) return std::nullopt;
    }
    return value;
}

std::string literal(const Value& value) {
    // Commas followed by a space, as Python prints lists; no text of ours holds a comma.
    std::string out;
    for (const char c : value.dump()) {
        out += c;
        if (c == ',' || c == ':') out += ' ';
    }
    return out;
}

std::string python_function(const Program& program, std::string_view name) {
    std::string out = helpers(program) + "def " + std::string(name) + "(x):\n";
    for (std::size_t i = 0; i < program.steps.size(); ++i) {
        const bool last = i + 1 == program.steps.size();
        out += last ? "    return " : "    x = ";
        out += filled(program.steps[i].op->python, program.steps[i].k) + "\n";
    }
    return out;
}

std::string python_script(const Program& program) {
    std::string out = helpers(program) + "x = list(map(int, input().split()))\n";
    for (const Step& step : program.steps) {
        out += "x = " + filled(step.op->python, step.k) + "\n";
    }
    return out + (program.output() == Type::kInts ? "print(*x)\n" : "print(x)\n");
}

std::vector<Text> describe(const Program& program) {
    std::vector<Text> lines;
    for (const Step& step : program.steps) {
        lines.emplace_back(filled(step.op->en, step.k), filled(step.op->de, step.k));
    }
    return lines;
}

std::vector<Program> mutants(Draw& draw, const Program& program, std::size_t count) {
    std::vector<Program> made = all_mutants(program);
    draw.shuffle(made);
    if (made.size() > count) made.resize(count);
    return made;
}

std::vector<Value> edge_inputs(Type type) {
    const Value empty = Value::array();
    switch (type) {
        case Type::kInt:
            return {0, 1, 7, 10};
        case Type::kText:
            return {"", "a", "EE"};
        case Type::kInts:
            return {empty, {0}, {-3}, {5, 5, 5}};
        case Type::kWords:
            return {empty, {"a"}, {"bee", "bee"}};
        case Type::kCounts:
            return {Value::object()};
        case Type::kTable:
            return {Value::array({{4}}), Value::array({{1, -2}})};
    }
    VT_CHECK(false);
}

Value draw_input(Draw& draw, Type type) {
    switch (type) {
        case Type::kInt:
            return draw.between(11, 9999);
        case Type::kInts: {
            Value list = Value::array();
            const long length = draw.between(5, 11);
            for (long i = 0; i < length; ++i) {
                list.push_back(i > 0 && draw.chance(15) ? list[0] : Value(draw.between(-20, 60)));
            }
            return list;
        }
        case Type::kText: {
            std::string text;
            for (const std::string& word : draw_words(draw, 6)) {
                text += (text.empty() ? "" : " ") + word;
            }
            return text;
        }
        case Type::kWords:
            return draw_words(draw, 8);
        case Type::kCounts: {
            Value counts = Value::object();
            for (const std::string& word : draw_words(draw, 6)) counts[word] = draw.between(0, 9);
            return counts;
        }
        case Type::kTable: {
            Value rows = Value::array();
            const long height = draw.between(2, 4);
            const long width = draw.between(2, 4);
            for (long r = 0; r < height; ++r) {
                rows.push_back(Value::array());
                for (long c = 0; c < width; ++c) rows.back().push_back(draw.between(-9, 20));
            }
            return rows;
        }
    }
    VT_CHECK(false);
}

}  // namespace veritune::generate
