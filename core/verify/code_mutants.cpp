// SPDX-License-Identifier: Apache-2.0
#include "core/verify/code_mutants.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <set>
#include <utility>

namespace veritune::verify {

namespace {

enum class TokenKind { kName, kNumber, kOperator, kString, kDocstring, kOther };

struct Token {
    TokenKind kind = TokenKind::kOther;
    std::size_t begin = 0;
    std::size_t end = 0;
};

bool is_name_start(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_char(char c) { return is_name_start(c) || is_digit(c); }

/// Enough of Python's lexer to know what is a name, a number, an operator, a string.
class Lexer {
  public:
    explicit Lexer(std::string_view text)
        : text_(text) {}

    std::vector<Token> tokens() {
        std::vector<Token> all;
        while (pos_ < text_.size()) {
            const Token token = next();
            if (token.kind != TokenKind::kOther) all.push_back(token);
        }
        return all;
    }

  private:
    char at(std::size_t pos) const { return pos < text_.size() ? text_[pos] : '\0'; }

    Token next() {
        const std::size_t begin = pos_;
        const char c = at(pos_);
        if (c == '#') {
            pos_ = std::min(text_.find('\n', pos_), text_.size());
            return {TokenKind::kOther, begin, pos_};
        }
        if (c == '"' || c == '\'') return string(begin);
        if (is_name_start(c)) {
            while (is_name_char(at(pos_))) ++pos_;
            // r"", f"" and relatives
            const bool prefix = pos_ - begin <= 2 && (at(pos_) == '"' || at(pos_) == '\'');
            return prefix ? string(begin) : Token{TokenKind::kName, begin, pos_};
        }
        if (is_digit(c)) {
            while (is_name_char(at(pos_)) || at(pos_) == '.') ++pos_;
            return {TokenKind::kNumber, begin, pos_};
        }
        return symbol(begin);
    }

    Token string(std::size_t begin) {
        const char quote = at(pos_);
        const bool triple = at(pos_ + 1) == quote && at(pos_ + 2) == quote;
        const std::size_t width = triple ? 3 : 1;
        pos_ += width;
        while (pos_ < text_.size()) {
            if (at(pos_) == '\\') {
                pos_ += 2;
                continue;
            }
            const bool closes =
                at(pos_) == quote && (!triple || (at(pos_ + 1) == quote && at(pos_ + 2) == quote));
            if (closes) {
                pos_ += width;
                break;
            }
            if (!triple && at(pos_) == '\n') break;
            ++pos_;
        }
        pos_ = std::min(pos_, text_.size());
        return {triple ? TokenKind::kDocstring : TokenKind::kString, begin, pos_};
    }

    Token symbol(std::size_t begin) {
        constexpr std::array<std::string_view, 8> kTwo = {
            "<=", ">=", "==", "!=", "//", "**", "->", ":="};
        for (const std::string_view two : kTwo) {
            if (text_.substr(pos_, 2) == two) {
                pos_ += 2;
                return {TokenKind::kOperator, begin, pos_};
            }
        }
        const bool sign =
            std::string_view("<>+-*/%[](),:=").find(at(pos_)) != std::string_view::npos;
        ++pos_;
        return {sign ? TokenKind::kOperator : TokenKind::kOther, begin, pos_};
    }

    std::string_view text_;
    std::size_t pos_ = 0;
};

struct Swap {
    std::string_view from;
    std::string_view to;
    const char* rule;
};
constexpr std::array<Swap, 24> kOperatorSwaps = {
    {{"<", "<=", "compare"},    {"<", ">", "compare"},     {"<=", "<", "compare"},
     {"<=", ">", "compare"},    {">", ">=", "compare"},    {">", "<", "compare"},
     {">=", ">", "compare"},    {">=", "<", "compare"},    {"==", "!=", "compare"},
     {"!=", "==", "compare"},   {"+", "-", "arithmetic"},  {"-", "+", "arithmetic"},
     {"*", "+", "arithmetic"},  {"/", "*", "arithmetic"},  {"//", "*", "arithmetic"},
     {"//", "/", "arithmetic"}, {"%", "*", "arithmetic"},  {"%", "//", "arithmetic"},
     {"**", "*", "arithmetic"}, {"**", "+", "arithmetic"}, {"*", "//", "arithmetic"},
     {"+", "*", "arithmetic"},  {"-", "*", "arithmetic"},  {"/", "-", "arithmetic"}}};
constexpr std::array<Swap, 12> kNameSwaps = {{{"and", "or", "logic"},
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
                                              {"any", "all", "logic"}}};

class Mutator {
  public:
    explicit Mutator(std::string_view program)
        : program_(program),
          tokens_(Lexer(program).tokens()) {
        seen_.insert(std::string(program));
    }

    std::vector<CodeMutant> all() {
        for (std::size_t i = 0; i < tokens_.size(); ++i) mutate(i);
        return std::move(mutants_);
    }

  private:
    std::string_view text(std::size_t i) const {
        const Token& token = tokens_[i];
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
        const TokenKind before = tokens_[i - 1].kind;
        const bool value = before == TokenKind::kNumber || before == TokenKind::kString ||
                           is(i - 1, ")") || is(i - 1, "]");
        const bool name = before == TokenKind::kName && !is(i - 1, "return") && !is(i - 1, "in") &&
                          !is(i - 1, "import") && !is(i - 1, "lambda");
        return value || name;
    }

    void mutate(std::size_t i) {
        const Token& token = tokens_[i];
        switch (token.kind) {
            case TokenKind::kOperator:
                return mutate_operator(i);
            case TokenKind::kName:
                return mutate_name(i);
            case TokenKind::kNumber:
                return mutate_number(i);
            case TokenKind::kString:
                if (token.end - token.begin >= 2 && !is(i + 1, ":")) {
                    add("text", token.end - 1, token.end - 1, "_");
                }
                return;
            case TokenKind::kDocstring:
            case TokenKind::kOther:
                return;
        }
    }

    void mutate_operator(std::size_t i) {
        if (!is_binary(i)) return;
        for (const Swap& swap : kOperatorSwaps) {
            if (is(i, swap.from)) add(swap.rule, tokens_[i].begin, tokens_[i].end, swap.to);
        }
    }

    void mutate_name(std::size_t i) {
        const Token& token = tokens_[i];
        for (const Swap& swap : kNameSwaps) {
            if (is(i, swap.from)) add(swap.rule, token.begin, token.end, swap.to);
        }
        if (is(i, "return")) {
            const std::size_t end = std::min(program_.find('\n', token.end), program_.size());
            const std::string_view rest = program_.substr(token.end, end - token.end);
            // A value that goes on in the next line is left alone.
            const auto count = [&rest](char c) { return std::count(rest.begin(), rest.end(), c); };
            const bool whole = count('(') == count(')') && count('[') == count(']') &&
                               count('{') == count('}') && rest.find('\\') == rest.npos;
            if (whole && rest.size() > 1) {
                add("return", token.end, end, " None");
                add("return", token.end, token.end, " not");
            }
        }
        if (is(i, "range") && is(i + 1, "(")) {
            add("index", tokens_[i + 1].end, tokens_[i + 1].end, "1 + ");
        }
    }

    void mutate_number(std::size_t i) {
        const Token& token = tokens_[i];
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
    std::vector<Token> tokens_;
    std::vector<CodeMutant> mutants_;
    std::set<std::string> seen_;
};

}  // namespace

std::vector<CodeMutant> mutate_python(std::string_view program) { return Mutator(program).all(); }

}  // namespace veritune::verify
