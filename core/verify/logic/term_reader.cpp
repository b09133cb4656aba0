// SPDX-License-Identifier: Apache-2.0
#include "core/verify/instance.h"
#include "core/verify/logic/term.h"
#include "core/verify/number_text.h"
#include "core/verify/numeric_verifier.h"
#include "core/verify/text_exact_verifier.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace veritune::verify::logic {

namespace {

using util::Json;

constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxNodes = 20'000;
constexpr std::size_t kMaxVariables = 1024;
constexpr std::size_t kMaxNumberText = 256;

enum class Shape {
    kTruths,  ///< any number of truth values
    kTwoTruths,
    kAny,      ///< two terms of one sort
    kAnys,     ///< terms of one sort
    kNumbers,  ///< numbers
    kTwoNumbers,
    kWholes,  ///< two whole numbers, the second a constant
    kOneBits,
    kTwoBits,
};

struct Form {
    const char* name;
    Op op;
    Shape shape;
    bool truth;           ///< the result is a truth value
    bool turned = false;  ///< arguments exchanged: a > b is b < a
};

constexpr auto kForms = std::to_array<Form>({
    {"and", Op::kAnd, Shape::kTruths, true},
    {"or", Op::kOr, Shape::kTruths, true},
    {"xor", Op::kXor, Shape::kTruths, true},
    {"->", Op::kImplies, Shape::kTwoTruths, true},
    {"<=>", Op::kEqual, Shape::kTwoTruths, true},
    {"=", Op::kEqual, Shape::kAny, true},
    {"distinct", Op::kDistinct, Shape::kAnys, true},
    {"!=", Op::kDistinct, Shape::kAny, true},
    {"+", Op::kAdd, Shape::kNumbers, false},
    {"*", Op::kMul, Shape::kTwoNumbers, false},
    {"/", Op::kQuotient, Shape::kTwoNumbers, false},
    {"div", Op::kDiv, Shape::kWholes, false},
    {"mod", Op::kMod, Shape::kWholes, false},
    {"<", Op::kLess, Shape::kTwoNumbers, true},
    {"<=", Op::kLessEqual, Shape::kTwoNumbers, true},
    {">", Op::kLess, Shape::kTwoNumbers, true, true},
    {">=", Op::kLessEqual, Shape::kTwoNumbers, true, true},
    {"bvadd", Op::kBvAdd, Shape::kTwoBits, false},
    {"bvsub", Op::kBvSub, Shape::kTwoBits, false},
    {"bvmul", Op::kBvMul, Shape::kTwoBits, false},
    {"bvudiv", Op::kBvUdiv, Shape::kTwoBits, false},
    {"bvurem", Op::kBvUrem, Shape::kTwoBits, false},
    {"bvand", Op::kBvAnd, Shape::kTwoBits, false},
    {"bvor", Op::kBvOr, Shape::kTwoBits, false},
    {"bvxor", Op::kBvXor, Shape::kTwoBits, false},
    {"bvnot", Op::kBvNot, Shape::kOneBits, false},
    {"bvneg", Op::kBvNeg, Shape::kOneBits, false},
    {"bvshl", Op::kBvShl, Shape::kTwoBits, false},
    {"bvlshr", Op::kBvLshr, Shape::kTwoBits, false},
    {"bvult", Op::kBvUlt, Shape::kTwoBits, true},
    {"bvule", Op::kBvUle, Shape::kTwoBits, true},
    {"bvugt", Op::kBvUlt, Shape::kTwoBits, true, true},
    {"bvuge", Op::kBvUle, Shape::kTwoBits, true, true},
    {"bvslt", Op::kBvSlt, Shape::kTwoBits, true},
    {"bvsle", Op::kBvSle, Shape::kTwoBits, true},
    {"bvsgt", Op::kBvSlt, Shape::kTwoBits, true, true},
    {"bvsge", Op::kBvSle, Shape::kTwoBits, true, true},
    {"iff", Op::kEqual, Shape::kTwoTruths, true},
    {"=>", Op::kImplies, Shape::kTwoTruths, true},
    {"implies", Op::kImplies, Shape::kTwoTruths, true},
});

bool is_number(const Sort& sort) {
    return sort.kind == SortKind::kInt || sort.kind == SortKind::kReal;
}

std::optional<Rational> number_in(const std::string& text) {
    if (text.size() > kMaxNumberText) return std::nullopt;
    const ParsedNumber parsed = parse_number(text);
    if (parsed.fault != NumberFault::kNone) return std::nullopt;
    return parsed.value;
}

/// "7", "0x1f", "#x1f", "#b101" as bits of a width.
std::optional<std::uint64_t> bits_in(std::string text, unsigned width) {
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("#x")) base = 16;
    if (text.starts_with("0b") || text.starts_with("#b")) base = 2;
    if (base != 10) text = text.substr(2);
    std::uint64_t bits = 0;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), bits, base);
    if (text.empty() || done.ec != std::errc() || done.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    if (width < 64 && (bits >> width) != 0) return std::nullopt;
    return bits;
}

class Reader {
  public:
    explicit Reader(const Json& data)
        : data_(data) {}

    Problem read() {
        declare_sorts();
        declare_variables();
        declare_functions();
        const Json constraints = data_.value("constraints", Json());
        if (!constraints.is_array() || constraints.size() > 4096) {
            fault("constraints must be a list of at most 4,096");
        }
        for (std::size_t i = 0; problem_.fault.empty() && i < constraints.size(); ++i) {
            const int root = term(constraints[i], 0);
            if (!problem_.fault.empty()) break;
            if (sort_of(root).kind != SortKind::kBool) fault("a constraint is no truth value");
            problem_.constraints.push_back(root);
        }
        return std::move(problem_);
    }

  private:
    int fault(const std::string& why) {
        if (problem_.fault.empty()) problem_.fault = why;
        return 0;
    }
    const Sort& sort_of(int index) const { return problem_.dag.at(index).sort; }

    void declare_sorts() {
        const Json sorts = data_.value("sorts", Json::array());
        if (!sorts.is_array() || sorts.size() > 16) fault("sorts must be a list of names");
        for (const Json& name : sorts) {
            if (name.is_string()) sorts_.push_back(name.get<std::string>());
        }
    }
    std::optional<Sort> sort(const Json& given) const {
        if (given == Json("bool")) return Sort{};
        if (given == Json("int")) return Sort{.kind = SortKind::kInt};
        if (given == Json("real")) return Sort{.kind = SortKind::kReal};
        if (given.is_array() && given.size() == 2 && given[0] == Json("bv")) {
            const auto width = small_int(given[1], 1, 64);
            if (!width) return std::nullopt;
            return Sort{.kind = SortKind::kBits, .width = static_cast<unsigned>(*width)};
        }
        if (!given.is_string()) return std::nullopt;
        const auto& name = given.get_ref<const std::string&>();
        if (std::find(sorts_.begin(), sorts_.end(), name) == sorts_.end()) return std::nullopt;
        return Sort{.kind = SortKind::kOther, .width = 0, .name = name};
    }
    void declare_variables() {
        const Json variables = data_.value("variables", Json());
        if (!variables.is_object() || variables.size() > kMaxVariables) {
            fault("variables must be an object {name: sort}");
            return;
        }
        for (const auto& [name, given] : variables.items()) {
            const auto known = sort(given);
            if (!known) fault("a variable's sort is none of bool, int, real, [\"bv\", width]");
            problem_.variables[name] = known.value_or(Sort{});
        }
    }
    void declare_functions() {
        const Json functions = data_.value("functions", Json::object());
        if (!functions.is_object() || functions.size() > 64) {
            fault("functions must be an object");
            return;
        }
        for (const auto& [name, given] : functions.items()) {
            const bool fits = given.is_array() && given.size() == 2 && given[0].is_array() &&
                              !given[0].empty() && given[0].size() <= 8;
            const auto result = fits ? sort(given[1]) : std::nullopt;
            if (!result || problem_.variables.contains(name)) {
                fault("a function is not [[sort, ...], sort]");
                continue;
            }
            Signature signature{.arguments = {}, .result = *result};
            for (const Json& one : given[0]) {
                const auto argument = sort(one);
                if (!argument) fault("a function's argument has no known sort");
                signature.arguments.push_back(argument.value_or(Sort{}));
            }
            problem_.dag.functions[name] = std::move(signature);
        }
    }

    int add(Node node) {
        if (problem_.dag.nodes.size() >= kMaxNodes) return fault("more than 20,000 terms");
        bool constant = node.op != Op::kVariable && node.op != Op::kApply;
        for (const int kid : node.kids) constant = constant && constant_[index(kid)];
        constant_.push_back(constant);
        return problem_.dag.add(std::move(node));
    }
    static std::size_t index(int node) { return static_cast<std::size_t>(node); }

    int term(const Json& given, int depth) {
        if (!problem_.fault.empty()) return 0;
        if (depth > kMaxDepth) return fault("a term is nested deeper than 64");
        if (given.is_boolean()) return add({.op = given.get<bool>() ? Op::kTrue : Op::kFalse});
        if (given.is_number()) return number(given);
        if (given.is_string()) {
            const auto found = problem_.variables.find(given.get<std::string>());
            if (found == problem_.variables.end()) {
                return fault(given.get<std::string>() + " is no variable");
            }
            return add({.op = Op::kVariable, .sort = found->second, .text = found->first});
        }
        if (!given.is_array() || given.size() < 2 || !given[0].is_string()) {
            return fault("a term is not [operation, term, ...]");
        }
        return operation(given, given[0].get<std::string>(), depth);
    }

    int number_node(const Rational& value, SortKind kind) {
        Node made;
        made.op = Op::kNumber;
        made.sort.kind = kind;
        made.text = value.to_string();
        return add(std::move(made));
    }

    int number(const Json& given) {
        const auto value = number_in(given.dump());
        if (!value) return fault("a number is too long");
        const SortKind kind = value->is_integer() ? SortKind::kInt : SortKind::kReal;
        return number_node(*value, kind);
    }

    int operation(const Json& given, const std::string& name, int depth) {
        if (name == "bv" && given.size() == 3) {
            const auto width = small_int(given[2], 1, 64);
            const auto bits =
                width && !given[1].is_structured()
                    ? bits_in(given[1].is_string() ? given[1].get<std::string>() : given[1].dump(),
                              static_cast<unsigned>(*width))
                    : std::nullopt;
            if (!bits) return fault("a bit vector is not [\"bv\", value, width]");
            return add({.op = Op::kBits,
                        .sort = {.kind = SortKind::kBits, .width = static_cast<unsigned>(*width)},
                        .bits = *bits});
        }
        if (name == "real" && given.size() == 2 && given[1].is_string()) {
            const auto value = number_in(given[1].get<std::string>());
            if (!value) return fault("a real is no number");
            return number_node(*value, SortKind::kReal);
        }
        std::vector<int> kids;
        for (std::size_t i = 1; i < given.size(); ++i) kids.push_back(term(given[i], depth + 1));
        if (!problem_.fault.empty()) return 0;
        const auto function = problem_.dag.functions.find(name);
        if (function != problem_.dag.functions.end()) return apply(*function, std::move(kids));
        if (name == "not") return negation(std::move(kids));
        if (name == "-") return minus(std::move(kids));
        if (name == "ite") return if_then_else(std::move(kids));
        const auto* const form = std::find_if(
            kForms.begin(), kForms.end(), [&name](const Form& one) { return name == one.name; });
        if (form == kForms.end()) return fault(name + " is no operation");
        return formed(*form, std::move(kids));
    }

    int apply(const std::pair<const std::string, Signature>& function, std::vector<int> kids) {
        const Signature& signature = function.second;
        bool fits = kids.size() == signature.arguments.size();
        for (std::size_t i = 0; fits && i < kids.size(); ++i) {
            if (signature.arguments[i].kind == SortKind::kReal) kids[i] = to_real(kids[i]);
            fits = sort_of(kids[i]) == signature.arguments[i];
        }
        if (!fits) return fault("the arguments of " + function.first + " do not fit");
        return add({.op = Op::kApply,
                    .sort = signature.result,
                    .kids = std::move(kids),
                    .text = function.first});
    }
    int negation(std::vector<int> kids) {
        if (kids.size() != 1 || sort_of(kids[0]).kind != SortKind::kBool) {
            return fault("not takes one truth value");
        }
        return add({.op = Op::kNot, .kids = std::move(kids)});
    }
    int minus(std::vector<int> kids) {
        if (kids.empty() || kids.size() > 2 || !common_number(kids)) {
            return fault("- takes one or two numbers");
        }
        const Op op = kids.size() == 1 ? Op::kNeg : Op::kSub;
        const Sort sort = sort_of(kids[0]);
        return add({.op = op, .sort = sort, .kids = std::move(kids)});
    }
    int if_then_else(std::vector<int> kids) {
        if (kids.size() != 3 || sort_of(kids[0]).kind != SortKind::kBool) {
            return fault("ite takes a truth value and two terms");
        }
        std::vector<int> both = {kids[1], kids[2]};
        if (!common_sort(both)) return fault("the two terms of ite differ in sort");
        const Sort sort = sort_of(both[0]);
        return add({.op = Op::kIte, .sort = sort, .kids = {kids[0], both[0], both[1]}});
    }

    int to_real(int kid) {
        if (sort_of(kid).kind != SortKind::kInt) return kid;
        Node made;
        made.op = Op::kToReal;
        made.sort.kind = SortKind::kReal;
        made.kids = {kid};
        return add(std::move(made));
    }
    /// Whole numbers beside reals become reals.
    bool common_number(std::vector<int>& kids) {
        bool real = false;
        for (const int kid : kids) {
            if (!is_number(sort_of(kid))) return false;
            real = real || sort_of(kid).kind == SortKind::kReal;
        }
        for (int& kid : kids) {
            if (real) kid = to_real(kid);
        }
        return true;
    }
    bool common_sort(std::vector<int>& kids) {
        if (is_number(sort_of(kids[0]))) return common_number(kids);
        return std::all_of(
            kids.begin(), kids.end(), [&](int kid) { return sort_of(kid) == sort_of(kids[0]); });
    }
    bool all_of_kind(const std::vector<int>& kids, SortKind kind) const {
        return std::all_of(
            kids.begin(), kids.end(), [&](int kid) { return sort_of(kid).kind == kind; });
    }
    bool is_zero(int node) const {
        const Node& value = problem_.dag.at(node);
        return value.op != Op::kNumber || value.text == "0";
    }

    bool fits(const Form& form, std::vector<int>& kids) {
        const std::size_t count = kids.size();
        switch (form.shape) {
            case Shape::kTruths:
                return all_of_kind(kids, SortKind::kBool);
            case Shape::kTwoTruths:
                return count == 2 && all_of_kind(kids, SortKind::kBool);
            case Shape::kAny:
                return count == 2 && common_sort(kids);
            case Shape::kAnys:
                return count >= 2 && common_sort(kids);
            case Shape::kNumbers:
                return common_number(kids);
            case Shape::kTwoNumbers:
                return count == 2 && common_number(kids);
            case Shape::kWholes:
                return count == 2 && all_of_kind(kids, SortKind::kInt) && !is_zero(kids[1]);
            case Shape::kOneBits:
                return count == 1 && all_of_kind(kids, SortKind::kBits);
            case Shape::kTwoBits:
                return count == 2 && all_of_kind(kids, SortKind::kBits) &&
                       sort_of(kids[0]) == sort_of(kids[1]);
        }
        return false;
    }

    int formed(const Form& form, std::vector<int> kids) {
        if (!fits(form, kids)) {
            return fault(std::string(form.name) + " has arguments of the wrong sort");
        }
        if (form.op == Op::kMul && !constant_[index(kids[0])] && !constant_[index(kids[1])]) {
            return fault("a product of two unknowns is not linear");
        }
        if (form.op == Op::kQuotient) {
            if (is_zero(kids[1]) && problem_.dag.at(kids[1]).op != Op::kToReal) {
                return fault("a quotient needs a constant divisor that is not zero");
            }
            for (int& kid : kids) kid = to_real(kid);
            const Node& divisor = problem_.dag.at(kids[1]);
            const int inner = divisor.op == Op::kToReal ? divisor.kids[0] : kids[1];
            if (is_zero(inner))
                return fault("a quotient needs a constant divisor that is not zero");
        }
        if (form.turned) std::swap(kids[0], kids[1]);
        const Sort sort = form.truth ? Sort{} : sort_of(kids[0]);
        return add({.op = form.op, .sort = sort, .kids = std::move(kids)});
    }

    const Json& data_;
    Problem problem_;
    std::vector<std::string> sorts_;
    std::vector<bool> constant_;  ///< per node: no variable in it
};

}  // namespace

Problem read_problem(const Json& data) { return Reader(data).read(); }

std::optional<Value> value_of(const Json& given, const Sort& sort) {
    if (given.is_structured() || given.is_null()) return std::nullopt;
    const std::string text =
        given.is_string() ? fold_text(given.get<std::string>(), {}) : given.dump();
    Value value;
    switch (sort.kind) {
        case SortKind::kBool:
            value.truth = text == "true" || text == "t" || text == "yes" || text == "1";
            if (!value.truth && text != "false" && text != "f" && text != "no" && text != "0") {
                return std::nullopt;
            }
            return value;
        case SortKind::kInt:
        case SortKind::kReal: {
            if (given.is_boolean() || text.find('%') != std::string::npos) return std::nullopt;
            const auto number = number_in(text);
            if (!number || (sort.kind == SortKind::kInt && !number->is_integer())) {
                return std::nullopt;
            }
            value.number = *number;
            return value;
        }
        case SortKind::kBits: {
            const auto bits = bits_in(text, sort.width);
            if (!bits) return std::nullopt;
            value.bits = *bits;
            return value;
        }
        case SortKind::kOther:
            return std::nullopt;
    }
    return std::nullopt;
}

Json value_json(const Value& value, const Sort& sort) {
    if (sort.kind == SortKind::kBool) return value.truth;
    if (sort.kind == SortKind::kBits) return value.bits;
    const long small = value.number.to_long(-1);
    if (value.number.is_integer() && Rational(std::to_string(std::abs(small)), 0) ==
                                         (small < 0 ? -value.number : value.number)) {
        return small;
    }
    return value.number.to_string();
}

int add_value(TermDag& dag, const Value& value, const Sort& sort) {
    if (sort.kind == SortKind::kBool) {
        return dag.add({.op = value.truth ? Op::kTrue : Op::kFalse});
    }
    if (sort.kind == SortKind::kBits) {
        return dag.add({.op = Op::kBits, .sort = sort, .bits = value.bits});
    }
    return dag.add({.op = Op::kNumber, .sort = sort, .text = value.number.to_string()});
}

}  // namespace veritune::verify::logic
