// SPDX-License-Identifier: Apache-2.0
#include "core/verify/logic/formula.h"

#include <algorithm>
#include <utility>

namespace veritune::verify::logic {

namespace {

const char* sign_of(Connective kind) {
    switch (kind) {
        case Connective::kAnd:
            return " & ";
        case Connective::kOr:
            return " | ";
        case Connective::kXor:
            return " xor ";
        case Connective::kImplies:
            return " -> ";
        default:
            return " <-> ";
    }
}

std::string atom_text(const std::string& name, const std::vector<std::string>& arguments) {
    if (arguments.empty()) return name;
    std::string text = name + "(";
    for (const std::string& argument : arguments) {
        text += (text.back() == '(' ? "" : ",") + argument;
    }
    return text + ")";
}

std::string quantified_text(const char* begin, const std::string& name, const std::string& body) {
    std::string text = begin;
    text += name;
    text += ". ";
    text += body;
    text += ")";
    return text;
}

bool is_literal(const Formula& formula, const FormulaNode& node) {
    const auto is_atom = [](const FormulaNode& one) {
        return one.kind == Connective::kAtom || one.kind == Connective::kTrue ||
               one.kind == Connective::kFalse;
    };
    if (is_atom(node)) return true;
    return node.kind == Connective::kNot &&
           is_atom(formula.nodes[static_cast<std::size_t>(node.kids[0])]);
}

/// outer of inner of literals; one part alone needs no connective.
bool is_layered(const Formula& formula,
                const FormulaNode& node,
                Connective outer,
                Connective inner) {
    if (is_literal(formula, node)) return true;
    const auto each = [&](auto holds) {
        return std::all_of(node.kids.begin(), node.kids.end(), [&](int kid) {
            return holds(formula.nodes[static_cast<std::size_t>(kid)]);
        });
    };
    if (node.kind == inner) {
        // (a | (b | c)) is a clause as well.
        return each([&](const FormulaNode& kid) {
            return is_literal(formula, kid) ||
                   (kid.kind == inner && is_layered(formula, kid, inner, inner));
        });
    }
    if (node.kind != outer) return false;
    return each([&](const FormulaNode& kid) { return is_layered(formula, kid, outer, inner); });
}

bool is_nnf(const Formula& formula) {
    return std::all_of(formula.nodes.begin(), formula.nodes.end(), [&](const FormulaNode& node) {
        if (node.kind == Connective::kNot) return is_literal(formula, node);
        return node.kind != Connective::kImplies && node.kind != Connective::kIff &&
               node.kind != Connective::kXor;
    });
}

class Grounder {
  public:
    Grounder(const Formula& formula,
             const std::vector<std::string>& domain,
             std::size_t max_nodes,
             TermDag& dag)
        : formula_(formula),
          domain_(domain),
          max_nodes_(max_nodes),
          dag_(dag) {
        for (std::size_t i = 0; i < dag.nodes.size(); ++i) {
            if (dag.nodes[i].op == Op::kVariable) atoms_[dag.nodes[i].text] = static_cast<int>(i);
        }
    }
    int root() { return node(static_cast<int>(formula_.nodes.size()) - 1); }

  private:
    int add(Node node) {
        if (dag_.nodes.size() >= max_nodes_) return -1;
        return dag_.add(std::move(node));
    }
    int node(int index) {
        const FormulaNode& here = formula_.nodes[static_cast<std::size_t>(index)];
        switch (here.kind) {
            case Connective::kTrue:
                return add({.op = Op::kTrue});
            case Connective::kFalse:
                return add({.op = Op::kFalse});
            case Connective::kAtom:
                return atom(here);
            case Connective::kNot:
                return joined(Op::kNot, here);
            case Connective::kAnd:
                return joined(Op::kAnd, here);
            case Connective::kOr:
                return joined(Op::kOr, here);
            case Connective::kXor:
                return joined(Op::kXor, here);
            case Connective::kImplies:
                return joined(Op::kImplies, here);
            case Connective::kIff:
                return joined(Op::kEqual, here);
            case Connective::kAll:
            case Connective::kSome:
                return quantified(here);
        }
        return -1;
    }
    int joined(Op op, const FormulaNode& here) {
        Node made{.op = op};
        for (const int kid : here.kids) {
            made.kids.push_back(node(kid));
            if (made.kids.back() < 0) return -1;
        }
        return add(std::move(made));
    }
    int quantified(const FormulaNode& here) {
        Node made{.op = here.kind == Connective::kAll ? Op::kAnd : Op::kOr};
        const auto before = bound_.find(here.name);
        const bool shadows = before != bound_.end();
        const std::string outer = shadows ? before->second : std::string();
        for (const std::string& element : domain_) {
            bound_[here.name] = element;
            made.kids.push_back(node(here.kids[0]));
            if (made.kids.back() < 0) return -1;
        }
        if (shadows) {
            bound_[here.name] = outer;
        } else {
            bound_.erase(here.name);
        }
        return add(std::move(made));
    }
    int atom(const FormulaNode& here) {
        std::vector<std::string> arguments = here.arguments;
        for (std::string& argument : arguments) {
            const auto found = bound_.find(argument);
            if (found != bound_.end()) argument = found->second;
        }
        std::string name = atom_text(here.name, arguments);
        const auto found = atoms_.find(name);
        if (found != atoms_.end()) return found->second;
        Node variable;
        variable.op = Op::kVariable;
        variable.text = name;
        const int made = add(std::move(variable));
        if (made >= 0) atoms_.emplace(std::move(name), made);
        return made;
    }

    const Formula& formula_;
    const std::vector<std::string>& domain_;
    std::size_t max_nodes_;
    TermDag& dag_;
    std::map<std::string, int> atoms_;
    std::map<std::string, std::string> bound_;
};

/// How often a formula is looked at under <->, where both signs count.
constexpr std::size_t kMaxVisits = 100'000;

void count_from(const Formula& formula,
                int index,
                bool positive,
                bool under_other,
                QuantifierCount& count,
                std::size_t& visits) {
    if (++visits > kMaxVisits) {
        count.nested = true;
        return;
    }
    const FormulaNode& node = formula.nodes[static_cast<std::size_t>(index)];
    const auto go = [&](int kid, bool sign, bool other) {
        count_from(formula, kid, sign, other, count, visits);
    };
    switch (node.kind) {
        case Connective::kNot:
            return go(node.kids[0], !positive, under_other);
        case Connective::kImplies:
            go(node.kids[0], !positive, under_other);
            return go(node.kids[1], positive, under_other);
        case Connective::kIff:
        case Connective::kXor:
            for (const int kid : node.kids) {
                go(kid, true, under_other);
                go(kid, false, under_other);
            }
            return;
        case Connective::kAll:
        case Connective::kSome: {
            const bool element = (node.kind == Connective::kSome) == positive;
            if (element) ++count.elements;
            if (element && under_other) count.nested = true;
            return go(node.kids[0], positive, under_other || !element);
        }
        default:
            for (const int kid : node.kids) go(kid, positive, under_other);
    }
}

}  // namespace

bool Formula::has_quantifier() const {
    return std::any_of(nodes.begin(), nodes.end(), [](const FormulaNode& node) {
        return node.kind == Connective::kAll || node.kind == Connective::kSome;
    });
}

std::string write_formula(const Formula& formula) {
    std::vector<std::string> texts;
    const auto text = [&texts](int kid) { return texts[static_cast<std::size_t>(kid)]; };
    for (const FormulaNode& node : formula.nodes) {
        std::string written;
        switch (node.kind) {
            case Connective::kTrue:
                written = "true";
                break;
            case Connective::kFalse:
                written = "false";
                break;
            case Connective::kAtom:
                written = atom_text(node.name, node.arguments);
                break;
            case Connective::kNot:
                written = "~";
                written += text(node.kids[0]);
                break;
            case Connective::kAll:
                written = quantified_text("(forall ", node.name, text(node.kids[0]));
                break;
            case Connective::kSome:
                written = quantified_text("(exists ", node.name, text(node.kids[0]));
                break;
            default:
                for (const int kid : node.kids) {
                    written += (written.empty() ? "(" : sign_of(node.kind)) + text(kid);
                }
                written += ")";
        }
        texts.push_back(std::move(written));
    }
    return texts.back();
}

bool has_form(const Formula& formula, NormalForm form) {
    if (form == NormalForm::kNnf) return is_nnf(formula);
    const FormulaNode* node = &formula.root();
    while (node->kind == Connective::kAll || node->kind == Connective::kSome) {
        node = &formula.nodes[static_cast<std::size_t>(node->kids[0])];
    }
    return form == NormalForm::kCnf ? is_layered(formula, *node, Connective::kAnd, Connective::kOr)
                                    : is_layered(formula, *node, Connective::kOr, Connective::kAnd);
}

QuantifierCount count_elements(const Formula& formula, bool negated) {
    QuantifierCount count;
    std::size_t visits = 0;
    count_from(formula, static_cast<int>(formula.nodes.size()) - 1, !negated, false, count, visits);
    return count;
}

int ground(const Formula& formula,
           const std::vector<std::string>& domain,
           std::size_t max_nodes,
           TermDag& dag) {
    return Grounder(formula, domain, max_nodes, dag).root();
}

}  // namespace veritune::verify::logic
