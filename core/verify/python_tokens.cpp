// SPDX-License-Identifier: Apache-2.0
#include "core/verify/python_tokens.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace veritune::verify {

namespace {

bool is_name_start(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_char(char c) { return is_name_start(c) || is_digit(c); }

/// Enough of Python's lexer to know what is a name, a number, an operator, a string.
class Lexer {
  public:
    explicit Lexer(std::string_view text)
        : text_(text) {}

    std::vector<PythonToken> tokens() {
        std::vector<PythonToken> all;
        while (pos_ < text_.size()) {
            if (const auto token = next()) all.push_back(*token);
        }
        return all;
    }

  private:
    char at(std::size_t pos) const { return pos < text_.size() ? text_[pos] : '\0'; }

    /// nullopt: nothing that counts
    std::optional<PythonToken> next() {
        const std::size_t begin = pos_;
        const char c = at(pos_);
        if (c == '#') {
            pos_ = std::min(text_.find('\n', pos_), text_.size());
            return std::nullopt;
        }
        if (c == '"' || c == '\'') return string(begin);
        if (is_name_start(c)) {
            while (is_name_char(at(pos_))) ++pos_;
            // r"", f"" and relatives
            const bool prefix = pos_ - begin <= 2 && (at(pos_) == '"' || at(pos_) == '\'');
            return prefix ? string(begin) : PythonToken{PythonTokenKind::kName, begin, pos_};
        }
        if (is_digit(c)) {
            while (is_name_char(at(pos_)) || at(pos_) == '.') ++pos_;
            return PythonToken{PythonTokenKind::kNumber, begin, pos_};
        }
        return symbol(begin);
    }

    PythonToken string(std::size_t begin) {
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
        return {triple ? PythonTokenKind::kDocstring : PythonTokenKind::kString, begin, pos_};
    }

    std::optional<PythonToken> symbol(std::size_t begin) {
        constexpr std::array<std::string_view, 8> kTwo = {
            "<=", ">=", "==", "!=", "//", "**", "->", ":="};
        for (const std::string_view two : kTwo) {
            if (text_.substr(pos_, 2) == two) {
                pos_ += 2;
                return PythonToken{PythonTokenKind::kOperator, begin, pos_};
            }
        }
        const bool sign =
            std::string_view("<>+-*/%[](){},:=&|^").find(at(pos_)) != std::string_view::npos;
        ++pos_;
        if (!sign) return std::nullopt;
        return PythonToken{PythonTokenKind::kOperator, begin, pos_};
    }

    std::string_view text_;
    std::size_t pos_ = 0;
};

}  // namespace

std::vector<PythonToken> python_tokens(std::string_view text) { return Lexer(text).tokens(); }

}  // namespace veritune::verify
