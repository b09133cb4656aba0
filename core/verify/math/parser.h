// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/math/lexer.h"
#include "core/verify/math/node.h"

#include <string>
#include <string_view>
#include <vector>

namespace veritune::verify::math {

/// The tree of one answer or gold, numbers folded; nullptr with the fault in `budget` when it is no
/// mathematics or over a limit. No text is ever handed to an interpreter. Depth is counted, so the
/// stack is bounded. Pure; linear in the number of tokens.
NodePtr parse(std::string_view text, char decimal_mark, Budget& budget);

/// The recursive-descent parser. Loosest first: list, relation, union, sum, product, power, atom.
/// After a fault every function returns a node that nobody looks at.
class Parser {
  public:
    Parser(std::vector<Token> tokens, Budget& budget);
    NodePtr parse_all();

  private:
    friend class DepthGuard;
    const Token& peek(std::size_t ahead = 0) const;
    bool at_symbol(std::string_view text, std::size_t ahead = 0) const;
    bool at_end() const { return peek().kind == TokenKind::kEnd; }
    bool take(std::string_view symbol);
    void expect(std::string_view symbol);
    NodePtr fail();
    bool at_separator() const;
    void take_separators();

    // parser.cpp
    NodePtr text_answer() const;
    std::vector<NodePtr> list();
    NodePtr element();
    NodePtr relation(std::vector<NodePtr> sides, std::vector<std::string> signs);
    bool drop_rounded(std::vector<NodePtr>& sides, std::vector<std::string>& signs);
    NodePtr union_expression();
    NodePtr with_unit();
    NodePtr money();
    NodePtr add_unit(NodePtr value);
    bool at_unit_bracket() const;
    std::string take_unit(NodePtr& value);
    NodePtr sum();
    NodePtr product();
    NodePtr factor();
    bool starts_factor() const;
    bool starts_mixed(const NodePtr& left, std::size_t begin) const;
    NodePtr mixed(const NodePtr& whole);
    NodePtr postfix(NodePtr value);
    NodePtr raised(const NodePtr& base);

    // parser_atoms.cpp
    NodePtr atom();
    NodePtr combinations();
    NodePtr number_atom();
    NodePtr symbol_atom();
    NodePtr bracket(const std::string& open);
    NodePtr set_atom(std::string_view close);
    bool take_builder();
    NodePtr absolute();
    NodePtr command_atom();
    NodePtr fraction();
    NodePtr square_root();
    NodePtr binomial_atom();
    NodePtr function_atom(std::string name);
    NodePtr function_argument();
    NodePtr environment();
    NodePtr rounded(const std::string& name);
    NodePtr blackboard();
    NodePtr repeating(const NodePtr& prefix);
    NodePtr group();
    NodePtr tex_argument(bool whole_number);

    std::vector<Token> tokens_;
    Budget& budget_;
    std::size_t at_ = 0;
    int depth_ = 0;
    int pipes_ = 0;  ///< open |absolute values|
    Token end_;
};

/// One level deeper for the life of this object; ok() is false over kMaxDepth.
class DepthGuard {
  public:
    explicit DepthGuard(Parser& parser);
    DepthGuard(const DepthGuard&) = delete;
    DepthGuard& operator=(const DepthGuard&) = delete;
    ~DepthGuard();
    bool ok() const;

  private:
    Parser& parser_;
};

/// A literal's exact value; kNumberTooLarge for exponents beyond four digits.
NodePtr number_from_literal(const std::string& literal, Budget& budget);
/// The atom that a whole answer in words stands for ("no solution" = empty), or a text.
NodePtr text_node(const std::string& words);

}  // namespace veritune::verify::math
