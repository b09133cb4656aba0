// SPDX-License-Identifier: Apache-2.0
#include "core/verify/code_mutants.h"

#include "core/verify/python_tokens.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <utility>

namespace veritune::verify {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Swap {
    std::string_view from;
    std::string_view to;
    const char* rule;
};
constexpr std::array<Swap, 27> kOperatorSwaps = {
    {{"<", "<=", "compare"},    {"<", ">", "compare"},     {"<=", "<", "compare"},
     {"<=", ">", "compare"},    {">", ">=", "compare"},    {">", "<", "compare"},
     {">=", ">", "compare"},    {">=", "<", "compare"},    {"==", "!=", "compare"},
     {"!=", "==", "compare"},   {"+", "-", "arithmetic"},  {"-", "+", "arithmetic"},
     {"*", "+", "arithmetic"},  {"/", "*", "arithmetic"},  {"//", "*", "arithmetic"},
     {"//", "/", "arithmetic"}, {"%", "*", "arithmetic"},  {"%", "//", "arithmetic"},
     {"**", "*", "arithmetic"}, {"**", "+", "arithmetic"}, {"*", "//", "arithmetic"},
     {"+", "*", "arithmetic"},  {"-", "*", "arithmetic"},  {"/", "-", "arithmetic"},
     {"&", "|", "arithmetic"},  {"|", "&", "arithmetic"},  {"^", "&", "arithmetic"}}};
constexpr std::array<Swap, 27> kNameSwaps = {{{"and", "or", "logic"},
                                              {"or", "and", "logic"},
                                              {"True", "False", "logic"},
                                              {"False", "True", "logic"},
                                              {"not", "", "logic"},
                                              {"if", "if not", "logic"},
                                              {"while", "while not", "logic"},
                                              {"min", "max", "index"},
                                              {"max", "min", "index"},
                                              {"break", "continue", "logic"},
                                              {"sum", "len", "index"},
                                              {"any", "all", "logic"},
                                              {"all", "any", "logic"},
                                              {"in", "not in", "logic"},
                                              {"is", "is not", "logic"},
                                              {"continue", "break", "logic"},
                                              {"elif", "if", "logic"},
                                              {"sorted", "list", "call"},
                                              {"reversed", "list", "call"},
                                              {"set", "list", "call"},
                                              {"abs", "", "call"},
                                              {"len", "sum", "call"},
                                              {"append", "extend", "call"},
                                              {"lower", "upper", "call"},
                                              {"upper", "lower", "call"},
                                              {"startswith", "endswith", "call"},
                                              {"sqrt", "", "call"}}};

class Mutator {
  public:
    explicit Mutator(std::string_view program)
        : program_(program),
          tokens_(python_tokens(program)),
          depths_(depths_of(program, tokens_)) {
        seen_.insert(std::string(program));
    }

    std::vector<CodeMutant> all() {
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            mutate(i);
            if (begins_statement(i)) delete_statement(i);
        }
        return std::move(mutants_);
    }

  private:
    std::string_view text(std::size_t i) const {
        const PythonToken& token = tokens_[i];
        return program_.substr(token.begin, token.end - token.begin);
    }
    bool is(std::size_t i, std::string_view word) const {
        return i < tokens_.size() && text(i) == word;
    }

    void add(const char* rule, std::size_t begin, std::size_t end, std::string_view by) {
        std::string changed(program_.substr(0, begin));
        changed.append(by);
        changed.append(program_.substr(end));
        if (seen_.insert(changed).second) mutants_.push_back({rule, std::move(changed)});
    }

    /// A sign that stands between two values, and no star of an argument list.
    bool is_binary(std::size_t i) const {
        if (i == 0 || i + 1 >= tokens_.size()) return false;
        const PythonTokenKind before = tokens_[i - 1].kind;
        const bool value = before == PythonTokenKind::kNumber ||
                           before == PythonTokenKind::kString || is(i - 1, ")") || is(i - 1, "]");
        const bool name = before == PythonTokenKind::kName && !is(i - 1, "return") &&
                          !is(i - 1, "in") && !is(i - 1, "import") && !is(i - 1, "lambda");
        return value || name;
    }

    void mutate(std::size_t i) {
        const PythonToken& token = tokens_[i];
        switch (token.kind) {
            case PythonTokenKind::kOperator:
                return mutate_operator(i);
            case PythonTokenKind::kName:
                return mutate_name(i);
            case PythonTokenKind::kNumber:
                return mutate_number(i);
            case PythonTokenKind::kString:
                if (token.end - token.begin >= 2 && !is(i + 1, ":")) {
                    add("text", token.end - 1, token.end - 1, "_");
                    const std::size_t quote = program_.find(program_[token.end - 1], token.begin);
                    if (quote + 1 < token.end - 1) add("text", quote + 1, token.end - 1, "");
                }
                return;
            case PythonTokenKind::kDocstring:
                return;
        }
    }

    void mutate_operator(std::size_t i) {
        if (is(i, "[") && follows_value(i)) mutate_slice(i);
        if (is(i, "(") && follows_value(i)) mutate_arguments(i);
        if (!is_binary(i)) return;
        for (const Swap& swap : kOperatorSwaps) {
            if (is(i, swap.from)) add(swap.rule, tokens_[i].begin, tokens_[i].end, swap.to);
        }
    }

    void mutate_name(std::size_t i) {
        const PythonToken& token = tokens_[i];
        for (const Swap& swap : kNameSwaps) {
            // `for x in` is no question, `not in` has its own mutant, and a name is called only
            // where a parenthesis follows.
            const bool call = std::string_view(swap.rule) == "call";
            if (!is(i, swap.from) || (call && !is(i + 1, "("))) continue;
            if (is(i, "in") && (is_loop(i) || is(i - 1, "not"))) continue;
            if (call && swap.to.empty() &&
                program_[token.begin - (token.begin > 0 ? 1 : 0)] == '.') {
                continue;
            }
            add(swap.rule, token.begin, token.end, swap.to);
        }
        if (is(i, "return")) mutate_return(i);
        if (is(i, "in") && is_loop(i)) mutate_loop(i);
        drop_method(i);
        if (is(i, "range") && is(i + 1, "(")) {
            add("range", tokens_[i + 1].end, tokens_[i + 1].end, "1 + ");
            const std::size_t close = closing(i + 1);
            if (close < tokens_.size()) {
                add("range", tokens_[close].begin, tokens_[close].begin, " - 1");
            }
        }
    }

    /// for x in y: -> for x in y[1:]:
    void mutate_loop(std::size_t i) {
        const bool name = i + 1 < tokens_.size() && tokens_[i + 1].kind == PythonTokenKind::kName;
        if (!name || !(is(i + 2, ":") || is(i + 2, "]") || is(i + 2, ")"))) return;
        add("loop", tokens_[i + 1].end, tokens_[i + 1].end, "[1:]");
    }

    /// x.strip() -> x
    void drop_method(std::size_t i) {
        const std::size_t begin = tokens_[i].begin;
        if (begin == 0 || program_[begin - 1] != '.' || !is(i + 1, "(") || !is(i + 2, ")")) return;
        add("call", begin - 1, tokens_[i + 2].end, "");
    }

    /// A value that goes on in the next line is left alone.
    void mutate_return(std::size_t i) {
        const std::size_t next = first_behind(i);
        if (next == i + 1 || !ends_on_its_line(i, next)) return;
        const std::size_t begin = tokens_[i].end;
        const std::size_t end = tokens_[next - 1].end;
        const std::string value(program_.substr(begin, end - begin));
        add("return", begin, end, " None");
        add("return", begin, begin, " not");
        add("return", begin, end, " [" + value + "]");
        add("return", begin, end, " str(" + value + ")");
    }

    /// A bracket behind a name, a call or another bracket: an index or a call, no list.
    bool follows_value(std::size_t i) const {
        if (i == 0) return false;
        if (is(i - 1, ")") || is(i - 1, "]")) return true;
        constexpr std::array<std::string_view, 14> kKeywords = {"return",
                                                                "in",
                                                                "and",
                                                                "or",
                                                                "not",
                                                                "if",
                                                                "else",
                                                                "elif",
                                                                "while",
                                                                "lambda",
                                                                "print",
                                                                "is",
                                                                "yield",
                                                                "assert"};
        return tokens_[i - 1].kind == PythonTokenKind::kName &&
               std::find(kKeywords.begin(), kKeywords.end(), text(i - 1)) == kKeywords.end();
    }

    /// Between `for` and its `in` there are only names, commas and parentheses.
    bool is_loop(std::size_t i) const {
        while (i > 0) {
            --i;
            if (is(i, "for")) return true;
            const bool target =
                tokens_[i].kind == PythonTokenKind::kName || is(i, ",") || is(i, "(") || is(i, ")");
            if (!target || is(i, "in") || is(i, "if") || is(i, "and") || is(i, "or")) return false;
        }
        return false;
    }

    /// The token that closes the bracket `open`; the number of tokens when there is none.
    std::size_t closing(std::size_t open) const {
        int depth = 0;
        for (std::size_t i = open; i < tokens_.size(); ++i) {
            if (is(i, "(") || is(i, "[") || is(i, "{")) ++depth;
            if ((is(i, ")") || is(i, "]") || is(i, "}")) && --depth == 0) return i;
        }
        return tokens_.size();
    }

    /// The tokens `sign` directly within the brackets of `open`.
    std::vector<std::size_t> inside(std::size_t open,
                                    std::size_t close,
                                    std::string_view sign) const {
        std::vector<std::size_t> found;
        int depth = 0;
        for (std::size_t i = open; i < close; ++i) {
            if (is(i, "(") || is(i, "[") || is(i, "{")) ++depth;
            if (is(i, ")") || is(i, "]") || is(i, "}")) --depth;
            if (depth == 1 && is(i, sign)) found.push_back(i);
        }
        return found;
    }

    /// x[:n] -> x[1:n], x[n:] -> x[n:-1], x[a:b] -> x[a:b - 1].
    void mutate_slice(std::size_t open) {
        const std::size_t close = closing(open);
        if (close == tokens_.size()) return;
        const std::vector<std::size_t> colons = inside(open, close, ":");
        if (colons.size() != 1) return;
        const std::size_t after = tokens_[open].end;
        const std::size_t before = tokens_[close].begin;
        if (colons[0] == open + 1) add("slice", after, after, "1");
        add("slice", before, before, colons[0] + 1 == close ? "-1" : " - 1");
    }

    /// f(a, b) -> f(b, a), a definition's parameters too; f(a) -> f(a[1:]).
    void mutate_arguments(std::size_t open) {
        const std::size_t close = closing(open);
        if (close == tokens_.size()) return;
        const bool one = close == open + 2 && tokens_[open + 1].kind == PythonTokenKind::kName;
        const bool definition = open >= 2 && (is(open - 2, "def") || is(open - 2, "class"));
        if (one && !definition && !is(open - 1, "range")) {
            add("arguments", tokens_[close].begin, tokens_[close].begin, "[1:]");
        }
        const std::vector<std::size_t> commas = inside(open, close, ",");
        if (commas.empty() || !inside(open, close, "=").empty()) return;
        for (const char* star : {"*", "**", ":"}) {
            if (!inside(open, close, star).empty()) return;
        }
        const std::size_t second = commas.size() > 1 ? commas[1] : close;
        if (commas[0] == open + 1 || commas[0] + 1 == second) return;
        const auto part = [this](std::size_t from, std::size_t to) {
            return program_.substr(tokens_[from].end, tokens_[to].begin - tokens_[from].end);
        };
        std::string swapped(part(commas[0], second));
        swapped.append(",").append(part(open, commas[0]));
        add("arguments", tokens_[open].end, tokens_[second].begin, swapped);
    }

    /// The first token of a line that is no compound statement and ends on its line.
    bool begins_statement(std::size_t i) const {
        constexpr std::array<std::string_view, 18> kOthers = {"def",
                                                              "class",
                                                              "if",
                                                              "elif",
                                                              "else",
                                                              "for",
                                                              "while",
                                                              "try",
                                                              "except",
                                                              "finally",
                                                              "with",
                                                              "return",
                                                              "import",
                                                              "from",
                                                              "pass",
                                                              "async",
                                                              "global",
                                                              "nonlocal"};
        if (tokens_[i].kind != PythonTokenKind::kName ||
            std::find(kOthers.begin(), kOthers.end(), text(i)) != kOthers.end()) {
            return false;
        }
        const std::size_t word = program_.find_first_not_of(" \t", line_begin(i));
        if (word != tokens_[i].begin || depth_before(i) != 0) return false;
        return ends_on_its_line(i, first_behind(i));
    }

    /// The first token behind the line of token i.
    std::size_t first_behind(std::size_t i) const {
        const std::size_t end = line_end(i);
        while (i < tokens_.size() && tokens_[i].begin < end) ++i;
        return i;
    }
    /// next  the first token behind the line of token i
    bool ends_on_its_line(std::size_t i, std::size_t next) const {
        const std::size_t end = line_end(i);
        return tokens_[next - 1].end <= end && depth_before(next) == depth_before(i) &&
               program_[end - 1] != '\\';
    }

    void delete_statement(std::size_t i) { add("delete", tokens_[i].begin, line_end(i), "pass"); }

    std::size_t line_begin(std::size_t i) const {
        const std::size_t newline = program_.rfind('\n', tokens_[i].begin);
        return newline == std::string_view::npos ? 0 : newline + 1;
    }
    std::size_t line_end(std::size_t i) const {
        return std::min(program_.find('\n', tokens_[i].begin), program_.size());
    }
    /// Open brackets before token i.
    int depth_before(std::size_t i) const { return depths_[i]; }

    static std::vector<int> depths_of(std::string_view program,
                                      const std::vector<PythonToken>& tokens) {
        std::vector<int> depths = {0};
        for (const PythonToken& token : tokens) {
            const char c = program[token.begin];
            const bool sign = token.kind == PythonTokenKind::kOperator;
            const bool opens = sign && (c == '(' || c == '[' || c == '{');
            const bool closes = sign && (c == ')' || c == ']' || c == '}');
            depths.push_back(depths.back() + (opens ? 1 : 0) - (closes ? 1 : 0));
        }
        return depths;
    }

    void mutate_number(std::size_t i) {
        const PythonToken& token = tokens_[i];
        const std::string_view digits = text(i);
        const bool whole =
            digits.size() <= 9 && std::all_of(digits.begin(), digits.end(), is_digit);
        if (!whole) {
            if (is_digit(digits.back())) add("constant", token.end, token.end, "1");
            return;
        }
        const long value = std::stol(std::string(digits));
        add("constant", token.begin, token.end, std::to_string(value + 1));
        if (value != 0) add("constant", token.begin, token.end, "0");
        if (value > 1) add("constant", token.begin, token.end, std::to_string(value - 1));
        if (is(i + 1, "]") && value == 0) add("index", token.begin, token.end, "-1");
    }

    std::string_view program_;
    std::vector<PythonToken> tokens_;
    std::vector<int> depths_;  ///< open brackets before each token, and after the last
    std::vector<CodeMutant> mutants_;
    std::set<std::string> seen_;
};

}  // namespace

std::vector<CodeMutant> mutate_python(std::string_view program) { return Mutator(program).all(); }

}  // namespace veritune::verify
