// SPDX-License-Identifier: Apache-2.0
// Programming tasks made of programs in the small language of code_program.h.
#include "core/generate/code_program.h"
#include "core/generate/family.h"

#include <algorithm>
#include <set>
#include <utility>

namespace veritune::generate {

namespace {

constexpr std::size_t kVisible = 3;
constexpr std::size_t kRandomInputs = 7;
constexpr std::size_t kMutants = 20;
constexpr std::size_t kLongList = 20'000;

/// Some steps from one type to another.
struct Stretch {
    Type in;
    Type out;
    std::vector<OpGroup> groups;
    std::size_t count;
};

std::optional<Program> draw_program(Draw& draw, const std::vector<Stretch>& stretches) {
    Program program{.input = stretches.front().in, .steps = {}};
    for (const Stretch& stretch : stretches) {
        const auto ops = ops_of(stretch.in, stretch.out, stretch.groups);
        for (std::size_t i = 0; i < stretch.count; ++i) {
            const Step step = draw_step(draw, ops);
            if (!program.steps.empty() && program.steps.back().op == step.op) return std::nullopt;
            program.steps.push_back(step);
        }
    }
    return program;
}

struct Case {
    Value input;
    Value output;
};

/// Random inputs first, then the smallest ones; empty when a value leaves the bounds or the
/// results are too much alike to tell anything.
std::vector<Case> draw_cases(Draw& draw, const Program& program) {
    std::vector<Value> inputs;
    while (inputs.size() < kRandomInputs) {
        Value input = draw_input(draw, program.input);
        if (std::find(inputs.begin(), inputs.end(), input) == inputs.end())
            inputs.push_back(std::move(input));
    }
    for (Value& edge : edge_inputs(program.input)) inputs.push_back(std::move(edge));
    std::vector<Case> cases;
    std::set<std::string> results;
    for (Value& input : inputs) {
        auto output = run(program, input);
        if (!output) return {};
        if (cases.size() < kRandomInputs) results.insert(output->dump());
        cases.push_back({std::move(input), std::move(*output)});
    }
    if (results.size() < 4) return {};
    return cases;
}

bool agrees(const Program& program, const std::vector<Case>& cases, bool& bounded) {
    bounded = true;
    for (const Case& one : cases) {
        const auto output = run(program, one.input);
        if (!output) bounded = false;
        if (!output || *output != one.output) return false;
    }
    return true;
}

/// Mutants that fail a case, at least three; empty when more than one in twenty passes: then a step
/// does nothing, or the cases do not show what it does.
std::vector<Program> caught_mutants(Draw& draw,
                                    const Program& program,
                                    const std::vector<Case>& cases) {
    std::vector<Program> caught;
    std::size_t passed = 0;
    for (Program& mutant : mutants(draw, program, kMutants)) {
        bool bounded = true;
        if (agrees(mutant, cases, bounded)) {
            ++passed;
        } else if (bounded) {
            caught.push_back(std::move(mutant));
        }
    }
    if (passed * 20 > passed + caught.size() || caught.size() < 3) return {};
    return caught;
}

std::string fenced(const std::string& code) { return "```python\n" + code + "```"; }

Text ask_code() {
    return {"\nPut the program in a code block marked python.",
            "\nSchreibe das Programm in einen mit python bezeichneten Codeblock."};
}

std::string call_of(const Value& input) { return "f(" + literal(input) + ")"; }

Text examples(const std::vector<Case>& cases) {
    Text out = {"Examples:", "Beispiele:"};
    for (std::size_t i = 0; i < kVisible; ++i) {
        out += Text("\n" + call_of(cases[i].input) + " = " + literal(cases[i].output));
    }
    return out;
}

Text task(const Program& program) {
    return say(
        "The argument x is %1. The function carries out these steps, each with the result of the "
        "one "
        "before, and returns the last result:\n%2",
        "Das Argument x ist %1. Die Funktion führt diese Schritte aus, jeden mit dem Ergebnis des "
        "vorigen, und gibt das letzte Ergebnis zurück:\n%2",
        {type_name(program.input), numbered(describe(program))});
}

/// The values that the first example goes through.
std::vector<Text> trace_of(const Program& program, const Value& input) {
    std::vector<Text> trace = {say("With x = %1:", "Mit x = %1:", {literal(input)})};
    Program begun{.input = program.input, .steps = {}};
    for (const Step& step : program.steps) {
        begun.steps.push_back(step);
        trace.push_back(say("after step %1: %2",
                            "nach Schritt %1: %2",
                            {begun.steps.size(), literal(run(begun, input).value_or(Value()))}));
    }
    return trace;
}

util::Json call_cases(const std::vector<Case>& cases) {
    util::Json rows = util::Json::array();
    for (const Case& one : cases) {
        rows.push_back({{"call", call_of(one.input)}, {"expected", one.output}});
    }
    return rows;
}

Draft code_draft(const Program& program, const std::vector<Case>& cases) {
    Draft draft;
    draft.verifier = "code_python";
    draft.profile = "raw";
    draft.gold = {{"cases", call_cases(cases)},
                  {"reference", python_function(program, "f")},
                  {"visible", kVisible}};
    draft.trace = trace_of(program, cases[0].input);
    draft.effort = static_cast<std::int64_t>(python_function(program, "f").size());
    return draft;
}

std::optional<Draft> synthesis(Draw& draw, const std::vector<Stretch>& stretches) {
    const auto program = draw_program(draw, stretches);
    if (!program) return std::nullopt;
    const std::vector<Case> cases = draw_cases(draw, *program);
    if (cases.empty()) return std::nullopt;
    const std::vector<Program> caught = caught_mutants(draw, *program, cases);
    if (caught.empty()) return std::nullopt;
    Draft draft = code_draft(*program, cases);
    draft.prompt = Text("Write a Python function f(x). ", "Schreibe eine Python-Funktion f(x). ") +
                   task(*program) + examples(cases) + ask_code();
    for (std::size_t i = 0; i < 3; ++i)
        draft.wrong.push_back(fenced(python_function(caught[i], "f")));
    return draft;
}

std::size_t steps(int level) { return static_cast<std::size_t>(level); }

std::optional<Draft> list_each(Draw& draw, int level) {
    using enum OpGroup;
    return synthesis(draw, {{Type::kInts, Type::kInts, {kEach, kPick}, steps(level) + 1}});
}

std::optional<Draft> list_order(Draw& draw, int level) {
    using enum OpGroup;
    return synthesis(draw, {{Type::kInts, Type::kInts, {kOrder, kScan, kPick}, steps(level) + 1}});
}

std::optional<Draft> list_fold(Draw& draw, int level) {
    using enum OpGroup;
    return synthesis(draw,
                     {{Type::kInts, Type::kInts, {kEach, kPick, kScan}, steps(level)},
                      {Type::kInts, Type::kInt, {kFold}, 1}});
}

std::optional<Draft> strings(Draw& draw, int level) {
    using enum OpGroup;
    return synthesis(draw, {{Type::kText, Type::kText, {kEach, kPick, kOrder}, steps(level) + 1}});
}

std::optional<Draft> string_counts(Draw& draw, int level) {
    using enum OpGroup;
    return synthesis(draw,
                     {{Type::kText, Type::kText, {kEach, kPick}, steps(level)},
                      {Type::kText, Type::kInt, {kFold}, 1}});
}

std::optional<Draft> words(Draw& draw, int level) {
    using enum OpGroup;
    return synthesis(
        draw,
        {{Type::kText, Type::kWords, {kShape}, 1},
         {Type::kWords, Type::kWords, {kEach, kPick, kOrder}, steps(level)},
         {Type::kWords, draw.chance(50) ? Type::kText : Type::kInts, {kShape, kFold}, 1}});
}

std::optional<Draft> numbers(Draw& draw, int level) {
    return synthesis(draw, {{Type::kInt, Type::kInt, {OpGroup::kEach}, steps(level) + 1}});
}

std::optional<Draft> number_lists(Draw& draw, int level) {
    using enum OpGroup;
    return synthesis(draw,
                     {{Type::kInt, Type::kInts, {kShape}, 1},
                      {Type::kInts, Type::kInts, {kEach, kPick, kOrder, kScan}, steps(level)},
                      {Type::kInts, Type::kInt, {kFold}, 1}});
}

std::optional<Draft> dictionaries(Draw& draw, int level) {
    using enum OpGroup;
    const Type last[] = {Type::kWords, Type::kInts, Type::kInt};
    const Type out = last[draw.below(3)];
    return synthesis(draw,
                     {{Type::kWords, Type::kCounts, {kShape}, 1},
                      {Type::kCounts, Type::kCounts, {kEach, kPick}, steps(level)},
                      {Type::kCounts, out, {kShape, kFold}, 1}});
}

std::optional<Draft> tables(Draw& draw, int level) {
    using enum OpGroup;
    return synthesis(draw,
                     {{Type::kTable, Type::kTable, {kEach, kOrder}, steps(level)},
                      {Type::kTable, Type::kInts, {kShape}, 1}});
}

Text ask_output(const Program& program, const Value& input) {
    return say("What does %1 return?\n%2",
               "Was gibt %1 zurück?\n%2",
               {call_of(input), fenced(python_function(program, "f"))});
}

std::optional<Draft> output_list(Draw& draw, int level) {
    using enum OpGroup;
    const auto program = draw_program(
        draw, {{Type::kInts, Type::kInts, {kEach, kPick, kOrder, kScan}, steps(level) + 1}});
    if (!program) return std::nullopt;
    const std::vector<Case> cases = draw_cases(draw, *program);
    if (cases.empty() || cases[0].output.size() < 2) return std::nullopt;
    const std::vector<Program> caught = caught_mutants(draw, *program, cases);
    if (caught.empty()) return std::nullopt;
    Draft draft;
    draft.prompt = ask_output(*program, cases[0].input) + ask_box({"the list", "die Liste"});
    draft.trace = trace_of(*program, cases[0].input);
    const auto gold = cases[0].output.get<std::vector<long>>();
    std::vector<std::vector<long>> likely;
    for (std::size_t i = 0; i < 3; ++i) {
        const auto other = run(caught[i], cases[0].input);
        if (other && !other->empty()) likely.push_back(other->get<std::vector<long>>());
    }
    gold_list(draft, gold);
    wrong_lists(draft, gold, likely);
    if (draft.wrong.size() < 3) return std::nullopt;
    return draft;
}

bool is_plain_word(const std::string& text) {
    return text.size() >= 3 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
           });
}

std::optional<Draft> output_text(Draw& draw, int level) {
    using enum OpGroup;
    const auto program =
        draw_program(draw, {{Type::kText, Type::kText, {kEach, kPick, kOrder}, steps(level) + 1}});
    if (!program) return std::nullopt;
    const std::vector<Case> cases = draw_cases(draw, *program);
    if (cases.empty()) return std::nullopt;
    const auto gold = cases[0].output.get<std::string>();
    if (!is_plain_word(gold) || gold.size() > 24) return std::nullopt;
    Draft draft;
    draft.prompt =
        ask_output(*program, cases[0].input) +
        ask_box({"the string without quotation marks", "die Zeichenkette ohne Anführungszeichen"});
    draft.trace = trace_of(*program, cases[0].input);
    draft.gold = gold;
    draft.verifier = "text_exact";
    draft.params = {{"case_sensitive", true}};
    std::vector<std::string> likely;
    for (const Program& mutant : mutants(draw, *program, kMutants)) {
        const auto other = run(mutant, cases[0].input);
        if (other && is_plain_word(other->get<std::string>()))
            likely.push_back(other->get<std::string>());
    }
    likely.emplace_back(gold.rbegin(), gold.rend());
    likely.push_back(gold.substr(1));
    likely.push_back(gold + gold.front());
    wrong_texts(draft, gold, likely);
    if (draft.wrong.size() < 3) return std::nullopt;
    return draft;
}

std::optional<Draft> repair(Draw& draw, int level) {
    using enum OpGroup;
    const bool text = draw.chance(50);
    const std::vector<Stretch> plan =
        text ? std::vector<Stretch>{{Type::kText,
                                     Type::kText,
                                     {kEach, kPick, kOrder},
                                     steps(level) + 1}}
             : std::vector<Stretch>{
                   {Type::kInts, Type::kInts, {kEach, kPick, kOrder, kScan}, steps(level)},
                   {Type::kInts, Type::kInt, {kFold}, 1}};
    const auto program = draw_program(draw, plan);
    if (!program) return std::nullopt;
    const std::vector<Case> cases = draw_cases(draw, *program);
    if (cases.empty()) return std::nullopt;
    const std::vector<Program> caught = caught_mutants(draw, *program, cases);
    if (caught.empty()) return std::nullopt;
    Draft draft = code_draft(*program, cases);
    const std::string broken = python_function(caught[0], "f");
    draft.prompt = Text("This Python function holds a mistake:\n",
                        "Diese Python-Funktion enthält einen Fehler:\n") +
                   Text(fenced(broken) + "\n") + task(*program) + examples(cases) +
                   Text("\nCorrect it.", "\nBerichtige sie.") + ask_code();
    for (std::size_t i = 0; i < 3; ++i)
        draft.wrong.push_back(fenced(python_function(caught[i], "f")));
    return draft;
}

std::string line_of(const Value& list) {
    std::string line;
    for (const Value& one : list) line += (line.empty() ? "" : " ") + one.dump();
    return line + "\n";
}

std::optional<Draft> stdio(Draw& draw, int level) {
    using enum OpGroup;
    const bool folds = draw.chance(50);
    std::vector<Stretch> plan = {{Type::kInts,
                                  Type::kInts,
                                  {kEach, kPick, kOrder, kScan},
                                  steps(level) + (folds ? 0U : 1U)}};
    if (folds) plan.push_back({Type::kInts, Type::kInt, {kFold}, 1});
    const auto program = draw_program(draw, plan);
    if (!program) return std::nullopt;
    const std::vector<Case> cases = draw_cases(draw, *program);
    if (cases.empty()) return std::nullopt;
    const std::vector<Program> caught = caught_mutants(draw, *program, cases);
    if (caught.empty()) return std::nullopt;
    Draft draft = code_draft(*program, cases);
    util::Json rows = util::Json::array();
    Text shown = {"Examples:", "Beispiele:"};
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const std::string in = line_of(cases[i].input);
        const std::string out =
            cases[i].output.is_array() ? line_of(cases[i].output) : cases[i].output.dump() + "\n";
        rows.push_back({{"stdin", in}, {"expected_stdout", out}});
        if (i < kVisible)
            shown += say("\ninput %1output %2",
                         "\nEingabe %1Ausgabe %2",
                         {in, out.substr(0, out.size() - 1)});
    }
    draft.gold = {{"cases", rows}, {"reference", python_script(*program)}, {"visible", kVisible}};
    draft.prompt = say("Write a Python program that reads a list x of whole numbers from one line "
                       "of standard input "
                       "(separated by spaces, maybe empty) and carries out these steps, each with "
                       "the result of the one "
                       "before:\n%1Print the last result%2.\n",
                       "Schreibe ein Python-Programm, das eine Liste x ganzer Zahlen von einer "
                       "Zeile der Standardeingabe "
                       "liest (durch Leerzeichen getrennt, vielleicht leer) und diese Schritte "
                       "ausführt, jeden mit dem "
                       "Ergebnis des vorigen:\n%1Gib das letzte Ergebnis aus%2.\n",
                       {numbered(describe(*program)),
                        folds ? Text()
                              : Text(", the numbers separated by spaces",
                                     ", die Zahlen durch Leerzeichen getrennt")}) +
                   shown + ask_code();
    for (std::size_t i = 0; i < 3; ++i) draft.wrong.push_back(fenced(python_script(caught[i])));
    return draft;
}

/// A long list and the Python expression that makes it.
struct LongInput {
    std::string expression;
    Value list = Value::array();
};

LongInput draw_long(Draw& draw) {
    const long factor = 2 * draw.between(1000, 9000) + 1;
    const long modulus = draw.between(40, 90);
    const long shift = draw.between(5, 20);
    LongInput made;
    made.expression = "[(v * v % " + std::to_string(factor) + ") % " + std::to_string(modulus) +
                      " - " + std::to_string(shift) + " for v in range(" +
                      std::to_string(kLongList) + ")]";
    for (long v = 0; v < static_cast<long>(kLongList); ++v) {
        made.list.push_back((v * v % factor) % modulus - shift);
    }
    return made;
}

std::optional<Draft> fast(Draw& draw, int level) {
    using enum OpGroup;
    static const char* const kSearches[] = {"s_equal", "s_best", "s_pairs", "s_runs", "s_window"};
    auto program = draw_program(draw, {{Type::kInts, Type::kInts, {kEach, kPick}, steps(level)}});
    if (!program) return std::nullopt;
    const Program before = *program;
    for (const Op* op : ops_of(Type::kInts, Type::kInt, {kSearch})) {
        if (op->id == kSearches[level - 1])
            program->steps.push_back({op, op->choices.empty() ? 0 : draw.pick(op->choices)});
    }
    const std::vector<Case> cases = draw_cases(draw, *program);
    if (cases.empty()) return std::nullopt;
    const std::vector<Program> caught = caught_mutants(draw, *program, cases);
    if (caught.empty()) return std::nullopt;
    const LongInput input = draw_long(draw);
    const auto left = run(before, input.list);
    const auto result = run(*program, input.list);
    if (!left || left->size() < kLongList / 4 || !result) return std::nullopt;
    Draft draft = code_draft(*program, cases);
    draft.gold["cases"].push_back({{"call", "f(" + input.expression + ")"}, {"expected", *result}});
    draft.prompt =
        Text("Write a Python function f(x). ", "Schreibe eine Python-Funktion f(x). ") +
        task(*program) +
        say("The list may have %1 elements; the function has to be done within 2 seconds.\n",
            "Die Liste kann %1 Elemente haben; die Funktion muss in 2 Sekunden fertig sein.\n",
            {kLongList}) +
        examples(cases) + ask_code();
    for (std::size_t i = 0; i < 3; ++i)
        draft.wrong.push_back(fenced(python_function(caught[i], "f")));
    return draft;
}

}  // namespace

std::vector<Family> code_families() {
    using enum Field;
    return {
        {"code_list_each", kCode, "lists: change and choose elements", kProgram, list_each},
        {"code_list_order", kCode, "lists: order, neighbours, parts", kProgram, list_order},
        {"code_list_fold", kCode, "lists: to one number", kProgram, list_fold},
        {"code_text", kCode, "strings: to a string", kProgram, strings},
        {"code_text_count", kCode, "strings: to a number", kProgram, string_counts},
        {"code_words", kCode, "lists of words", kProgram, words},
        {"code_numbers", kCode, "digits and remainders of a number", kProgram, numbers},
        {"code_number_lists",
         kCode,
         "divisors, digits and multiples of a number",
         kProgram,
         number_lists},
        {"code_dict", kCode, "dictionaries of counts", kProgram, dictionaries},
        {"code_table", kCode, "tables of numbers", kProgram, tables},
        {"code_output_list", kCode, "what a program over lists returns", kLength, output_list},
        {"code_output_text", kCode, "what a program over strings returns", kLength, output_text},
        {"code_repair", kCode, "find the mistake in a function", kProgram, repair},
        {"code_stdio", kCode, "programs that read and print", kProgram, stdio},
        {"code_fast", kCode, "long input under a time limit", kProgram, fast},
    };
}

}  // namespace veritune::generate
