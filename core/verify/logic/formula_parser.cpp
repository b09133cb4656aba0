// SPDX-License-Identifier: Apache-2.0
#include "core/text/utf8.h"
#include "core/verify/logic/formula.h"

#include <algorithm>
#include <array>
#include <utility>

namespace veritune::verify::logic {

namespace {

constexpr std::size_t kMaxTokens = 4096;
constexpr int kMaxDepth = 256;

enum class TokenKind {
    kEnd,
    kBad,
    kName,
    kOpen,
    kClose,
    kComma,
    kPoint,
    kNot,
    kAnd,
    kOr,
    kXor,
    kImplies,
    kIff,
    kAll,
    kSome,
    kTrue,
    kFalse,
};

struct Token {
    TokenKind kind = TokenKind::kEnd;
    std::string text;
    std::size_t at = 0;
};

using Spelling = std::pair<std::string_view, TokenKind>;

/// Longest first where one begins with another.
constexpr auto kSigns = std::to_array<Spelling>({
    {"<->", TokenKind::kIff},
    {"<=>", TokenKind::kIff},
    {"<-->", TokenKind::kIff},
    {"->", TokenKind::kImplies},
    {"=>", TokenKind::kImplies},
    {"-->", TokenKind::kImplies},
    {"==>", TokenKind::kImplies},
    {"&&", TokenKind::kAnd},
    {"/\\", TokenKind::kAnd},
    {"\\/", TokenKind::kOr},
    {"||", TokenKind::kOr},
    {"&", TokenKind::kAnd},
    {"^", TokenKind::kAnd},
    {"|", TokenKind::kOr},
    {"~", TokenKind::kNot},
    {"!", TokenKind::kNot},
    {"(", TokenKind::kOpen},
    {"[", TokenKind::kOpen},
    {")", TokenKind::kClose},
    {"]", TokenKind::kClose},
    {",", TokenKind::kComma},
    {".", TokenKind::kPoint},
    {":", TokenKind::kPoint},
    {"\xC2\xAC", TokenKind::kNot},
    {"\xE2\x88\xBC", TokenKind::kNot},
    {"\xE2\x88\xA7", TokenKind::kAnd},
    {"\xE2\x8B\x80", TokenKind::kAnd},
    {"\xE2\x88\xA8", TokenKind::kOr},
    {"\xE2\x8B\x81", TokenKind::kOr},
    {"\xE2\x8A\x95", TokenKind::kXor},
    {"\xE2\x8A\xBB", TokenKind::kXor},
    {"\xE2\x86\x92", TokenKind::kImplies},
    {"\xE2\x87\x92", TokenKind::kImplies},
    {"\xE2\x9F\xB9", TokenKind::kImplies},
    {"\xE2\x8A\x83", TokenKind::kImplies},
    {"\xE2\x86\x94", TokenKind::kIff},
    {"\xE2\x87\x94", TokenKind::kIff},
    {"\xE2\x9F\xBA", TokenKind::kIff},
    {"\xE2\x89\xA1", TokenKind::kIff},
    {"\xE2\x88\x80", TokenKind::kAll},
    {"\xE2\x88\x83", TokenKind::kSome},
    {"\xE2\x8A\xA4", TokenKind::kTrue},
    {"\xE2\x8A\xA5", TokenKind::kFalse},
});

constexpr auto kWords = std::to_array<Spelling>({
    {"not", TokenKind::kNot},
    {"and", TokenKind::kAnd},
    {"or", TokenKind::kOr},
    {"xor", TokenKind::kXor},
    {"implies", TokenKind::kImplies},
    {"iff", TokenKind::kIff},
    {"forall", TokenKind::kAll},
    {"exists", TokenKind::kSome},
    {"true", TokenKind::kTrue},
    {"false", TokenKind::kFalse},
    {"NOT", TokenKind::kNot},
    {"AND", TokenKind::kAnd},
    {"OR", TokenKind::kOr},
    {"XOR", TokenKind::kXor},
    {"IFF", TokenKind::kIff},
    {"True", TokenKind::kTrue},
    {"False", TokenKind::kFalse},
});

constexpr auto kCommands = std::to_array<Spelling>({
    {"neg", TokenKind::kNot},
    {"lnot", TokenKind::kNot},
    {"sim", TokenKind::kNot},
    {"land", TokenKind::kAnd},
    {"wedge", TokenKind::kAnd},
    {"lor", TokenKind::kOr},
    {"vee", TokenKind::kOr},
    {"oplus", TokenKind::kXor},
    {"to", TokenKind::kImplies},
    {"rightarrow", TokenKind::kImplies},
    {"Rightarrow", TokenKind::kImplies},
    {"implies", TokenKind::kImplies},
    {"supset", TokenKind::kImplies},
    {"leftrightarrow", TokenKind::kIff},
    {"Leftrightarrow", TokenKind::kIff},
    {"iff", TokenKind::kIff},
    {"equiv", TokenKind::kIff},
    {"forall", TokenKind::kAll},
    {"exists", TokenKind::kSome},
    {"top", TokenKind::kTrue},
    {"bot", TokenKind::kFalse},
});

template <std::size_t N>
TokenKind kind_of(const std::array<Spelling, N>& spellings, std::string_view word) {
    for (const auto& [text, kind] : spellings) {
        if (text == word) return kind;
    }
    return TokenKind::kBad;
}

std::size_t word_length(std::string_view text, std::size_t pos) {
    std::size_t end = pos;
    while (end < text.size()) {
        const text::CodePoint point = text::decode_utf8(text, end);
        if (!text::is_word_char(point.value) && point.value != U'\'') break;
        end += point.length;
    }
    return end - pos;
}

Token next_token(std::string_view text, std::size_t pos) {
    const std::string_view rest = text.substr(pos);
    if (rest.front() == '\\' && rest.size() > 1 && rest[1] != '/') {
        std::size_t end = 1;
        while (end < rest.size() && ((rest[end] | 0x20) >= 'a' && (rest[end] | 0x20) <= 'z')) ++end;
        return {.kind = kind_of(kCommands, rest.substr(1, end - 1)),
                .text = std::string(rest.substr(0, std::max<std::size_t>(end, 1))),
                .at = pos};
    }
    std::string_view best;
    TokenKind kind = TokenKind::kBad;
    for (const auto& [sign, meaning] : kSigns) {
        if (!rest.starts_with(sign) || sign.size() <= best.size()) continue;
        best = sign;
        kind = meaning;
    }
    if (!best.empty()) return {.kind = kind, .text = std::string(best), .at = pos};
    const std::size_t length = word_length(text, pos);
    if (length == 0) {
        const std::size_t bytes = text::decode_utf8(text, pos).length;
        return {.kind = TokenKind::kBad, .text = std::string(rest.substr(0, bytes)), .at = pos};
    }
    const std::string_view word = rest.substr(0, length);
    const TokenKind known = kind_of(kWords, word);
    return {.kind = known == TokenKind::kBad ? TokenKind::kName : known,
            .text = std::string(word),
            .at = pos};
}

/// TeX's spaces and bracket sizes say nothing.
std::size_t skipped(std::string_view text, std::size_t pos) {
    for (const std::string_view word :
         {"\\left", "\\right", "\\,", "\\;", "\\!", "\\ ", "$", "\\quad"}) {
        if (!text.substr(pos).starts_with(word)) continue;
        const char after = pos + word.size() < text.size() ? text[pos + word.size()] : ' ';
        if (word.size() > 2 && after >= 'a' && after <= 'z') continue;
        return word.size();
    }
    const text::CodePoint point = text::decode_utf8(text, pos);
    return text::is_white_space(point.value) ? point.length : 0;
}

class Parser {
  public:
    Formula parse(const std::string& text) {
        tokenize(text);
        if (formula_.fault.empty()) {
            const int root = iff();
            if (!at(TokenKind::kEnd)) fail("something stands behind the formula");
            // The root has to be the last node.
            if (root + 1 != static_cast<int>(formula_.nodes.size()) && formula_.fault.empty()) {
                formula_.nodes.push_back(
                    FormulaNode(formula_.nodes[static_cast<std::size_t>(root)]));
            }
        }
        if (!formula_.fault.empty()) formula_.nodes = {FormulaNode{}};
        return std::move(formula_);
    }

  private:
    void tokenize(const std::string& text) {
        for (std::size_t pos = 0; pos < text.size();) {
            if (const std::size_t skip = skipped(text, pos); skip > 0) {
                pos += skip;
                continue;
            }
            if (tokens_.size() >= kMaxTokens) return limit("more than 4,096 signs and names");
            tokens_.push_back(next_token(text, pos));
            pos += tokens_.back().text.size();
        }
        tokens_.push_back({.kind = TokenKind::kEnd, .text = "", .at = text.size()});
    }

    const Token& peek(std::size_t ahead = 0) const {
        return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
    }
    bool at(TokenKind kind, std::size_t ahead = 0) const { return peek(ahead).kind == kind; }
    bool take(TokenKind kind) {
        if (!at(kind)) return false;
        ++next_;
        return true;
    }
    void fail(const std::string& why) {
        if (!formula_.fault.empty()) return;
        formula_.fault = why;
        formula_.fault_at = peek().at;
        next_ = tokens_.size() - 1;
    }
    void limit(const char* why) {
        formula_.fault = why;
        formula_.too_large = true;
        tokens_.assign(1, Token{});
        next_ = 0;
    }
    int add(FormulaNode node) {
        formula_.nodes.push_back(std::move(node));
        return static_cast<int>(formula_.nodes.size()) - 1;
    }
    int failed() { return add({}); }

    int iff() {
        int left = implies();
        while (take(TokenKind::kIff)) {
            const int right = implies();
            left = add({.kind = Connective::kIff, .kids = {left, right}});
        }
        return left;
    }
    /// From the right, by a stack: a -> b -> c must not recurse as deep as it is long.
    int implies() {
        std::vector<int> parts = {chain(TokenKind::kOr)};
        while (take(TokenKind::kImplies)) parts.push_back(chain(TokenKind::kOr));
        int right = parts.back();
        for (std::size_t i = parts.size() - 1; i-- > 0;) {
            right = add({.kind = Connective::kImplies, .kids = {parts[i], right}});
        }
        return right;
    }
    /// a | b | c, whose parts are chains of xor, whose parts are chains of &.
    int chain(TokenKind kind) {
        const auto part = [this, kind] {
            if (kind == TokenKind::kOr) return chain(TokenKind::kXor);
            return kind == TokenKind::kXor ? chain(TokenKind::kAnd) : factor();
        };
        std::vector<int> parts = {part()};
        while (take(kind)) parts.push_back(part());
        if (parts.size() == 1) return parts[0];
        const Connective connective = kind == TokenKind::kOr    ? Connective::kOr
                                      : kind == TokenKind::kXor ? Connective::kXor
                                                                : Connective::kAnd;
        return add({.kind = connective, .kids = std::move(parts)});
    }
    int factor() {
        if (++depth_ > kMaxDepth) {
            limit("nested deeper than 256");
            return failed();
        }
        const int node = unlimited_factor();
        --depth_;
        return node;
    }
    int unlimited_factor() {
        std::size_t negations = 0;
        while (take(TokenKind::kNot)) ++negations;
        int node = 0;
        if (at(TokenKind::kAll) || at(TokenKind::kSome)) {
            node = quantified();
        } else if (take(TokenKind::kOpen)) {
            node = iff();
            if (!take(TokenKind::kClose)) fail("a bracket is not closed");
        } else {
            node = atom();
        }
        // "~~p" keeps both: normal forms look at them.
        for (std::size_t i = 0; i < std::min<std::size_t>(negations, kMaxTokens); ++i) {
            node = add({.kind = Connective::kNot, .kids = {node}});
        }
        return node;
    }
    int quantified() {
        const Connective kind = at(TokenKind::kAll) ? Connective::kAll : Connective::kSome;
        ++next_;
        std::vector<std::string> variables;
        do {
            if (!at(TokenKind::kName)) {
                fail("a quantifier needs a variable");
                return failed();
            }
            variables.push_back(peek().text);
            ++next_;
            // "forall x, P(x)": the comma only ends the list.
        } while (at(TokenKind::kComma) && at(TokenKind::kName, 1) && !at(TokenKind::kOpen, 2) &&
                 take(TokenKind::kComma));
        const bool wide = take(TokenKind::kPoint) || take(TokenKind::kComma);
        if (variables.size() > 16) {
            fail("a quantifier binds more than 16 variables");
            return failed();
        }
        bound_.insert(bound_.end(), variables.begin(), variables.end());
        int body = wide ? wide_body() : factor();
        bound_.resize(bound_.size() - variables.size());
        for (std::size_t i = variables.size(); i-- > 0;) {
            body = add({.kind = kind, .kids = {body}, .name = variables[i]});
        }
        return body;
    }
    int wide_body() {
        if (++depth_ > kMaxDepth) {
            limit("nested deeper than 256");
            return failed();
        }
        const int body = iff();
        --depth_;
        return body;
    }
    int atom() {
        if (take(TokenKind::kTrue)) return add({.kind = Connective::kTrue});
        if (take(TokenKind::kFalse)) return add({.kind = Connective::kFalse});
        if (!at(TokenKind::kName)) {
            fail(at(TokenKind::kEnd) ? "the formula is not complete"
                                     : "\"" + peek().text + "\" is not expected here");
            return failed();
        }
        FormulaNode node{.kind = Connective::kAtom, .kids = {}, .name = peek().text};
        ++next_;
        if (take(TokenKind::kOpen)) arguments(node);
        const std::size_t count = node.arguments.size();
        const auto [known, fresh] = formula_.predicates.emplace(node.name, count);
        if (!fresh && known->second != count) {
            fail("\"" + node.name + "\" is used with different numbers of arguments");
        }
        return add(std::move(node));
    }
    void arguments(FormulaNode& node) {
        do {
            if (!at(TokenKind::kName) || node.arguments.size() >= 8) {
                return fail("a predicate takes 1 to 8 names");
            }
            const std::string& name = peek().text;
            if (std::find(bound_.begin(), bound_.end(), name) == bound_.end()) {
                formula_.constants.insert(name);
            }
            node.arguments.push_back(name);
            ++next_;
        } while (take(TokenKind::kComma));
        if (!take(TokenKind::kClose)) fail("a bracket is not closed");
    }

    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    int depth_ = 0;
    std::vector<std::string> bound_;
    Formula formula_;
};

}  // namespace

Formula parse_formula(std::string_view text) { return Parser().parse(text::sanitize_utf8(text)); }

}  // namespace veritune::verify::logic
