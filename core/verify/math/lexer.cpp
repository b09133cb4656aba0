// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math/lexer.h"

#include "core/verify/number_text.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace veritune::verify::math {

namespace {

using Pair = std::pair<std::string_view, std::string_view>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_other(char c) { return static_cast<unsigned char>(c) >= 0x80; }

/// Commands that print nothing or only change the look of what follows.
constexpr std::array<std::string_view, 40> kSilent = {
    "left",    "right", "big",       "Big",     "bigg",    "Bigg",     "bigl",         "bigr",
    "Bigl",    "Bigr",  "biggl",     "biggr",   "Biggl",   "Biggr",    "displaystyle", "textstyle",
    "limits",  "quad",  "qquad",     "mathbf",  "mathit",  "mathsf",   "boldsymbol",   "vec",
    "hat",     "bm",    "thinspace", "enspace", "phantom", "nonumber", "hline",        "cal",
    "mathcal", "bf",    "rm",        "middle",  "hfill",   "large",    "Large",        "it"};

constexpr std::array<std::string_view, 7> kTextCommands = {
    "text", "mathrm", "mbox", "textbf", "textrm", "textit", "textnormal"};

constexpr Pair kSymbols[] = {{"le", "<="},
                             {"leq", "<="},
                             {"leqslant", "<="},
                             {"ge", ">="},
                             {"geq", ">="},
                             {"geqslant", ">="},
                             {"lt", "<"},
                             {"gt", ">"},
                             {"ne", "!="},
                             {"neq", "!="},
                             {"approx", "~="},
                             {"approxeq", "~="},
                             {"simeq", "~="},
                             {"times", "*"},
                             {"cdot", "*"},
                             {"ast", "*"},
                             {"div", "/"},
                             {"cup", "cup"},
                             {"cap", "cap"},
                             {"pm", "pm"},
                             {"mp", "mp"},
                             {"in", "in"},
                             {"setminus", "setminus"},
                             {"backslash", "setminus"},
                             {"circ", "deg"},
                             {"degree", "deg"},
                             {"lbrace", "\\{"},
                             {"rbrace", "\\}"},
                             {"lbrack", "["},
                             {"rbrack", "]"},
                             {"colon", ":"},
                             {"mid", "|"},
                             {"vert", "|"},
                             {"lvert", "|"},
                             {"rvert", "|"},
                             {"ldots", "..."},
                             {"dots", "..."},
                             {"cdots", "..."},
                             {"lor", "or"},
                             {"vee", "or"},
                             {"wedge", "or"},
                             {"land", "or"},
                             {"lparen", "("},
                             {"rparen", ")"},
                             {"langle", "("},
                             {"rangle", ")"},
                             {"cr", "\\\\"},
                             {"dollar", "$"},
                             {"textdollar", "$"},
                             {"euro", "euro"},
                             {"pounds", "gbp"},
                             {"yen", "yen"},
                             {"textdegree", "deg"},
                             {"equiv", "="},
                             {"percent", "%"},
                             {"bigcup", "cup"},
                             {"prime", "'"}};

constexpr Pair kLetters[] = {{"infty", "inf"},
                             {"infin", "inf"},
                             {"infinity", "inf"},
                             {"pi", "pi"},
                             {"varphi", "phi"},
                             {"varepsilon", "epsilon"},
                             {"vartheta", "theta"}};

constexpr std::array<std::string_view, 30> kGreek = {
    "alpha",  "beta",  "gamma", "delta", "epsilon", "zeta",   "eta",   "theta",   "iota", "kappa",
    "lambda", "mu",    "nu",    "xi",    "rho",     "sigma",  "tau",   "upsilon", "phi",  "chi",
    "psi",    "omega", "Gamma", "Delta", "Theta",   "Lambda", "Sigma", "Phi",     "Psi",  "Omega"};

template <typename List>
std::string_view look_up(const List& list, std::string_view name) {
    for (const Pair& entry : list) {
        if (entry.first == name) return entry.second;
    }
    return {};
}

template <typename List>
bool holds(const List& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

class Lexer {
  public:
    Lexer(std::string_view text, Budget& budget)
        : text_(text),
          budget_(budget),
          dollars_(std::count(text.begin(), text.end(), '$')) {}

    std::vector<Token> run() {
        while (at_ < text_.size() && budget_.fault == Fault::kNone) {
            step();
            if (tokens_.size() > kMaxTokens) budget_.fail(Fault::kTooManyTokens);
        }
        tokens_.push_back({});
        return std::move(tokens_);
    }

  private:
    std::string_view rest() const { return text_.substr(at_); }

    void push(TokenKind kind, std::string_view text) {
        tokens_.push_back({.kind = kind,
                           .text = std::string(text),
                           .space_before = space_,
                           .in_text = !text_ends_.empty()});
        space_ = false;
    }

    void step() {
        const char c = text_[at_];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '~') {
            space_ = true;
            ++at_;
        } else if (c == '\\') {
            step_command();
        } else if (take_number_token()) {
            return;
        } else if (is_letter(c) || is_other(c)) {
            step_letters();
        } else {
            step_symbol();
        }
    }

    bool take_number_token() {
        const bool grouping = open_brackets_ == 0;
        if (text_[at_] == '(') return take_bracketed();
        if (!is_digit(text_[at_]) && text_[at_] != '.' &&
            !(text_[at_] >= 'A' && text_[at_] <= 'Z')) {
            return false;
        }
        const NumberToken number = take_number(rest(), grouping);
        if (number.kind == TokenKind::kEnd) return false;
        push(number.kind, number.text);
        at_ += number.length;
        return true;
    }

    /// "(221)_3" and "(-221)_3" at the beginning of an answer.
    bool take_bracketed() {
        const bool first = tokens_.empty() || tokens_.back().text == "=";
        if (!first) return false;
        const bool negative = rest().starts_with("(-");
        std::string unsigned_text(1, '(');
        unsigned_text += rest().substr(negative ? 2 : 1, 128);
        const NumberToken number = take_bracketed_based(unsigned_text);
        if (number.kind == TokenKind::kEnd) return false;
        if (negative) push(TokenKind::kSymbol, "-");
        push(number.kind, number.text);
        at_ += number.length + (negative ? 1 : 0);
        return true;
    }

    /// A run of letters; "a.m." and "p.m." keep their points.
    void step_letters() {
        std::size_t end = at_;
        const bool other = is_other(text_[at_]);
        while (end < text_.size() && (is_letter(text_[end]) || is_other(text_[end]))) {
            if (is_other(text_[end]) != other && text_ends_.empty() && other) break;
            ++end;
        }
        if (end - at_ == 1 && (rest().substr(1).starts_with(".m"))) end += 2;
        const std::string_view word = text_.substr(at_, end - at_);
        at_ = end;
        if (!text_ends_.empty()) {
            const bool capital = word.size() == 1 && word[0] >= 'A' && word[0] <= 'Z';
            push(capital ? TokenKind::kLetter : TokenKind::kWord, word);
        } else if (word.size() == 1) {
            push(TokenKind::kLetter, std::string(word) + take_subscript());
        } else {
            push_run(word);
        }
    }

    void push_run(std::string_view word) {
        const bool ascii = std::none_of(word.begin(), word.end(), is_other);
        const WordMeaning meaning = ascii ? word_meaning(word) : WordMeaning::kWord;
        // "12 min" is a time, "min(1, 2)" a function.
        const bool unit =
            word == "min" && !tokens_.empty() && tokens_.back().kind == TokenKind::kNumber;
        if (meaning == WordMeaning::kFunction && !unit) {
            push(TokenKind::kCommand, word);
        } else if (meaning == WordMeaning::kConstant) {
            push(TokenKind::kLetter, word == "pi" || word == "theta" ? word : "inf");
        } else if (meaning == WordMeaning::kWord || unit) {
            push(TokenKind::kWord, word);
        } else {
            for (std::size_t i = 0; i < word.size(); ++i) {
                const bool last = i + 1 == word.size();
                std::string name(1, word[i]);
                if (last) name += take_subscript();
                push(TokenKind::kLetter, name);
            }
        }
    }

    /// "_1" or "_{max}" behind a variable as part of its name, primes as well.
    std::string take_subscript() {
        std::string out;
        if (rest().starts_with("_{")) {
            const std::size_t close = text_.find('}', at_);
            if (close != std::string_view::npos && close - at_ < 32) {
                out = '_';
                out += text_.substr(at_ + 2, close - at_ - 2);
                at_ = close + 1;
            }
        } else if (rest().size() > 1 && rest()[0] == '_' &&
                   (is_digit(rest()[1]) || is_letter(rest()[1]))) {
            out = '_';
            out += rest()[1];
            at_ += 2;
        }
        while (rest().starts_with('\'')) {
            out += '\'';
            ++at_;
        }
        return out;
    }

    void step_symbol() {
        for (const std::string_view pair : {"<=", ">=", "!=", "**", "...", "+-", "+/-", "=="}) {
            if (!rest().starts_with(pair)) continue;
            at_ += pair.size();
            if (pair == "**") {
                push(TokenKind::kSymbol, "^");
            } else if (pair == "+-" || pair == "+/-") {
                push(TokenKind::kSymbol, "pm");
            } else {
                push(TokenKind::kSymbol, pair);  // "==" is a test of a program, no equation
            }
            return;
        }
        const char c = text_[at_++];
        if (c == '{') {
            depth_.push_back(false);
        } else if (c == '}' && !text_ends_.empty() && text_ends_.back() == depth_.size()) {
            text_ends_.pop_back();
            space_ = true;
            return;
        } else if (c == '}' && !depth_.empty()) {
            depth_.pop_back();
        } else if (c == '(' || c == '[') {
            ++open_brackets_;
        } else if ((c == ')' || c == ']') && open_brackets_ > 0) {
            --open_brackets_;
        }
        if (c == '$') {
            step_dollar();
            return;
        }
        // A point at the end of a sentence or of "ft."; \x01 and the like are no mathematics.
        if (c == '.' || c == '`' || c == '"') {
            space_ = true;
            return;
        }
        push(TokenKind::kSymbol, std::string_view(&c, 1));
    }

    /// "$" marks mathematics unless it stands alone before a number: then it is money.
    void step_dollar() {
        if (dollars_ == 1) push(TokenKind::kSymbol, "$");
    }

    void step_command() {
        std::size_t end = at_ + 1;
        while (end < text_.size() && is_letter(text_[end])) ++end;
        const std::string_view name = text_.substr(at_ + 1, end - at_ - 1);
        if (name.empty()) {
            step_escaped();
            return;
        }
        at_ = end;
        if (holds(kSilent, name)) {
            space_ = true;
            if (rest().starts_with('.') && (name == "left" || name == "right")) ++at_;
        } else if (holds(kTextCommands, name)) {
            open_text();
        } else if (name == "operatorname") {
            take_operator_name();
        } else if (name == "angle" || name == "measuredangle") {
            take_angle();
        } else {
            push_command(name);
        }
    }

    /// "m\angle ABC" is one name.
    void take_angle() {
        while (rest().starts_with(' ')) ++at_;
        std::size_t end = at_;
        while (end < text_.size() && end < at_ + 4 && is_letter(text_[end])) ++end;
        if (!tokens_.empty() && tokens_.back().text == "m") tokens_.pop_back();
        push(TokenKind::kLetter, "angle " + std::string(text_.substr(at_, end - at_)));
        at_ = end;
    }

    void open_text() {
        while (rest().starts_with(' ')) ++at_;
        if (!rest().starts_with('{')) return;
        ++at_;
        text_ends_.push_back(depth_.size());
    }

    void take_operator_name() {
        const std::size_t close = text_.find('}', at_);
        if (!rest().starts_with('{') || close == std::string_view::npos) return;
        push_command(text_.substr(at_ + 1, close - at_ - 1));
        at_ = close + 1;
    }

    void push_command(std::string_view name) {
        if (name == "dfrac" || name == "tfrac" || name == "cfrac") name = "frac";
        if (name == "dbinom" || name == "tbinom") name = "binom";
        if (const std::string_view symbol = look_up(kSymbols, name); !symbol.empty()) {
            if (symbol == "(") ++open_brackets_;
            if (symbol == ")" && open_brackets_ > 0) --open_brackets_;
            push(TokenKind::kSymbol, symbol);
        } else if (const std::string_view letter = look_up(kLetters, name); !letter.empty()) {
            push(TokenKind::kLetter, letter);
        } else if (holds(kGreek, name)) {
            std::string full(name);
            full += take_subscript();
            push(TokenKind::kLetter, full);
        } else {
            push(TokenKind::kCommand, name);
        }
    }

    void step_escaped() {
        const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
        at_ += 2;
        switch (next) {
            case '\\':
                // "\\[2pt]" is a row's end with extra space.
                if (rest().starts_with('[') && rest().find("pt]") < 8) at_ += rest().find(']') + 1;
                push(TokenKind::kSymbol, "\\\\");
                break;
            case '{':
                ++open_brackets_;
                push(TokenKind::kSymbol, "\\{");
                break;
            case '}':
                if (open_brackets_ > 0) --open_brackets_;
                push(TokenKind::kSymbol, "\\}");
                break;
            case '%':
                push(TokenKind::kSymbol, "%");
                break;
            case '$':
                push(TokenKind::kSymbol, "$");
                break;
            case '|':
                push(TokenKind::kSymbol, "|");
                break;
            default:
                space_ = true;  // thin spaces, and \( \) \[ \] around mathematics
        }
    }

    std::string_view text_;
    Budget& budget_;
    std::ptrdiff_t dollars_;
    std::size_t at_ = 0;
    bool space_ = false;
    int open_brackets_ = 0;
    std::vector<bool> depth_;             ///< open braces of TeX groups
    std::vector<std::size_t> text_ends_;  ///< depth of braces where each open \text began
    std::vector<Token> tokens_;
};

/// '.' and ',' between digits change places: from the form "1.234,5" to "1,234.5".
void swap_marks(std::string& text) {
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (!is_digit(text[i - 1]) || !is_digit(text[i + 1])) continue;
        if (text[i] == ',') {
            text[i] = '.';
        } else if (text[i] == '.') {
            text[i] = ',';
        }
    }
}

/// "**" around the whole is Markdown's, inside it is a power.
std::string_view strip_bold(std::string_view text) {
    text = trim_ascii(text);
    while (text.size() >= 4 && text.starts_with("**") && text.ends_with("**")) {
        text = trim_ascii(text.substr(2, text.size() - 4));
    }
    while (text.ends_with("**")) text = trim_ascii(text.substr(0, text.size() - 2));
    while (!text.empty() && std::string_view(".,;").find(text.back()) != std::string_view::npos) {
        if (text.size() > 1 && text[text.size() - 2] == '\\') break;
        text = trim_ascii(text.substr(0, text.size() - 1));
    }
    return text;
}

}  // namespace

std::vector<Token> tokenize(std::string_view text, char decimal_mark, Budget& budget) {
    std::string plain = fold_unicode(strip_bold(text));
    if (decimal_mark == ',') swap_marks(plain);
    return Lexer(plain, budget).run();
}

}  // namespace veritune::verify::math
