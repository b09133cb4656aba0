// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math/algebra.h"

#include <algorithm>
#include <flint/fmpz_mpoly.h>
#include <flint/fmpz_vec.h>
#include <flint/ulong_extras.h>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace veritune::verify::math {

namespace {

constexpr std::size_t kMaxVariables = 8;
constexpr std::size_t kMaxGenerators = 64;
constexpr slong kMaxTerms = 10'000;
constexpr slong kMaxDegree = 512;
/// Work of one product (terms times terms) and of one answer.
constexpr slong kMaxProduct = 200'000;
constexpr std::int64_t kMaxWork = 1'000'000;
/// Coefficients stay small: an answer is written by hand.
constexpr long kMaxCoefficientBits = 1L << 16;
/// Radicands up to this size are taken apart into primes.
constexpr long kMaxRadicandBits = 50;

constexpr bool is_constant_name(std::string_view name) {
    return name == "pi" || name == "e" || name == "i" || name == "inf";
}

/// r^degree = value for a generator r; degree 0 = no relation.
struct Relation {
    ulong degree = 0;
    long value = 0;
};

/// The generators of both trees, in the order of their names.
using Generators = std::map<std::string, Relation>;

/// sqrt and other roots of whole numbers as prime roots: name and exponent in whole roots.
struct RootPart {
    std::string name;
    long prime = 0;
    ulong exponent = 0;
};

std::vector<RootPart> prime_roots(long radicand, ulong degree) {
    std::vector<RootPart> parts;
    n_factor_t factors;
    n_factor_init(&factors);
    n_factor(&factors, static_cast<ulong>(radicand), 1);
    for (int i = 0; i < factors.num; ++i) {
        const auto prime = static_cast<long>(factors.p[i]);
        parts.push_back({.name = "root" + std::to_string(degree) + " " + std::to_string(prime),
                         .prime = prime,
                         .exponent = static_cast<ulong>(factors.exp[i])});
    }
    return parts;
}

/// A power with fixed small root: m^(p/q) for a whole m > 0.
struct Radical {
    long radicand = 0;
    ulong degree = 0;
    long exponent = 0;
};

std::optional<Radical> radical_of(const Node& node) {
    if (node.kind != Kind::kPow || !is_number(node.kids[0]) || !is_number(node.kids[1])) return {};
    const Rational& base = node.kids[0]->value;
    const Rational below = node.kids[1]->value.denominator();
    const long degree = below.to_long(0);
    const long exponent = (node.kids[1]->value * below).to_long(0);
    const long radicand = base.to_long(0);
    if (degree < 2 || degree > 12 || exponent == 0 || exponent > 64 || exponent < -64) return {};
    if (radicand <= 0 || base.bits() > kMaxRadicandBits) return {};
    return Radical{
        .radicand = radicand, .degree = static_cast<ulong>(degree), .exponent = exponent};
}

/// sqrt(a/b) = sqrt(a b)/b: the radicand of a fraction, as two radicals.
bool is_fraction_radical(const Node& node) {
    return node.kind == Kind::kPow && is_number(node.kids[0]) && is_number(node.kids[1]) &&
           !node.kids[0]->value.is_integer() && node.kids[0]->value > Rational() &&
           !node.kids[1]->value.is_integer();
}

NodePtr split_fraction(const Node& node) {
    const Rational below = node.kids[0]->value.denominator();
    const NodePtr above = number(node.kids[0]->value * below);
    const NodePtr negative = number(-node.kids[1]->value);
    return make(Kind::kMul,
                "",
                {make(Kind::kPow, "", {above, node.kids[1]}),
                 make(Kind::kPow, "", {number(below), negative})});
}

/// sqrt(-m) = i sqrt(m)
bool is_imaginary_root(const Node& node) {
    return node.kind == Kind::kPow && is_number(node.kids[0]) && is_number(node.kids[1]) &&
           node.kids[0]->value < Rational() && node.kids[1]->value == Rational("5", -1);
}

NodePtr split_imaginary(const Node& node) {
    return make(Kind::kMul,
                "",
                {symbol("i"), make(Kind::kPow, "", {number(-node.kids[0]->value), node.kids[1]})});
}

std::optional<NodePtr> rewritten(const NodePtr& node) {
    if (is_imaginary_root(*node)) return split_imaginary(*node);
    if (is_fraction_radical(*node)) return split_fraction(*node);
    if (node->kind == Kind::kDegrees) {
        return make(Kind::kMul,
                    "",
                    {node->kids[0], symbol("pi"), number(Rational("1", 0) / Rational("180", 0))});
    }
    return std::nullopt;
}

void collect(const NodePtr& node, Generators& out) {
    if (const std::optional<NodePtr> other = rewritten(node)) {
        collect(*other, out);
        return;
    }
    switch (node->kind) {
        case Kind::kNumber:
            return;
        case Kind::kSymbol:
            out[node->text] = node->text == "i" ? Relation{.degree = 2, .value = -1} : Relation{};
            return;
        case Kind::kAdd:
        case Kind::kMul:
            for (const NodePtr& kid : node->kids) collect(kid, out);
            return;
        case Kind::kPow:
            if (is_number(node->kids[1]) && node->kids[1]->value.is_integer()) {
                collect(node->kids[0], out);
                return;
            }
            if (const std::optional<Radical> radical = radical_of(*node)) {
                for (const RootPart& part : prime_roots(radical->radicand, radical->degree)) {
                    out[part.name] = {.degree = radical->degree, .value = part.prime};
                }
                return;
            }
            break;
        default:
            break;
    }
    out["f " + print(node)] = {};
}

/// Owns the ring of one comparison.
class Ring {
  public:
    explicit Ring(Generators generators)
        : generators_(std::move(generators)) {
        fmpz_mpoly_ctx_init(
            context_, static_cast<slong>(std::max<std::size_t>(1, generators_.size())), ORD_LEX);
        slong index = 0;
        for (const auto& [name, relation] : generators_) {
            index_[name] = index++;
            relations_.push_back(relation);
        }
    }
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;
    ~Ring() { fmpz_mpoly_ctx_clear(context_); }

    const fmpz_mpoly_ctx_struct* context() const { return context_; }
    slong index(const std::string& name) const {
        const auto found = index_.find(name);
        return found == index_.end() ? -1 : found->second;
    }
    const std::vector<Relation>& relations() const { return relations_; }
    std::int64_t work = 0;

  private:
    Generators generators_;
    std::map<std::string, slong> index_;
    std::vector<Relation> relations_;
    fmpz_mpoly_ctx_t context_;
};

class Poly {
  public:
    explicit Poly(Ring& ring)
        : ring_(&ring) {
        fmpz_mpoly_init(value_, ring.context());
    }
    Poly(const Poly& other)
        : Poly(*other.ring_) {
        fmpz_mpoly_set(value_, other.value_, ring_->context());
    }
    Poly& operator=(const Poly& other) {
        if (this != &other) fmpz_mpoly_set(value_, other.value_, ring_->context());
        return *this;
    }
    Poly(Poly&& other) noexcept
        : Poly(*other.ring_) {
        fmpz_mpoly_swap(value_, other.value_, ring_->context());
    }
    Poly& operator=(Poly&& other) noexcept {
        fmpz_mpoly_swap(value_, other.value_, ring_->context());
        return *this;
    }
    ~Poly() { fmpz_mpoly_clear(value_, ring_->context()); }

    fmpz_mpoly_struct* raw() { return value_; }
    const fmpz_mpoly_struct* raw() const { return value_; }
    const fmpz_mpoly_ctx_struct* context() const { return ring_->context(); }
    Ring& ring() const { return *ring_; }
    slong length() const { return fmpz_mpoly_length(value_, context()); }
    bool is_zero() const { return fmpz_mpoly_is_zero(value_, context()) != 0; }
    bool is_constant() const { return fmpz_mpoly_is_fmpz(value_, context()) != 0; }
    /// Upper bound of the total degree.
    slong degree() const { return is_zero() ? 0 : fmpz_mpoly_total_degree_si(value_, context()); }

  private:
    Ring* ring_;
    fmpz_mpoly_t value_;
};

struct Fraction {
    Poly above;
    Poly below;
};

/// Applies i^2 = -1 and r^n = p to every term.
void reduce(Poly& poly) {
    Ring& ring = poly.ring();
    const std::vector<Relation>& relations = ring.relations();
    if (relations.empty() ||
        std::none_of(
            relations.begin(), relations.end(), [](const Relation& r) { return r.degree > 0; })) {
        return;
    }
    Poly out(ring);
    std::vector<ulong> exponents(relations.size());
    fmpz_t coefficient;
    fmpz_t factor;
    fmpz_init(coefficient);
    fmpz_init(factor);
    for (slong term = 0; term < poly.length(); ++term) {
        fmpz_mpoly_get_term_exp_ui(exponents.data(), poly.raw(), term, poly.context());
        fmpz_mpoly_get_term_coeff_fmpz(coefficient, poly.raw(), term, poly.context());
        for (std::size_t i = 0; i < relations.size(); ++i) {
            if (relations[i].degree == 0 || exponents[i] < relations[i].degree) continue;
            fmpz_set_si(factor, relations[i].value);
            fmpz_pow_ui(factor, factor, exponents[i] / relations[i].degree);
            fmpz_mul(coefficient, coefficient, factor);
            exponents[i] %= relations[i].degree;
        }
        fmpz_mpoly_push_term_fmpz_ui(out.raw(), coefficient, exponents.data(), poly.context());
    }
    fmpz_clear(coefficient);
    fmpz_clear(factor);
    fmpz_mpoly_sort_terms(out.raw(), poly.context());
    fmpz_mpoly_combine_like_terms(out.raw(), poly.context());
    poly = std::move(out);
}

long coefficient_bits(const Poly& poly) {
    const slong bits = _fmpz_vec_max_bits(poly.raw()->coeffs, poly.length());
    return static_cast<long>(bits < 0 ? -bits : bits);
}

std::optional<Poly> product(const Poly& a, const Poly& b) {
    Ring& ring = a.ring();
    const slong work = a.length() * b.length();
    ring.work += work;
    if (work > kMaxProduct || ring.work > kMaxWork || a.degree() + b.degree() > kMaxDegree)
        return {};
    if (coefficient_bits(a) + coefficient_bits(b) > kMaxCoefficientBits) return {};
    Poly out(ring);
    fmpz_mpoly_mul(out.raw(), a.raw(), b.raw(), a.context());
    reduce(out);
    if (out.length() > kMaxTerms) return {};
    return out;
}

std::optional<Fraction> multiply(const Fraction& a, const Fraction& b) {
    std::optional<Poly> above = product(a.above, b.above);
    std::optional<Poly> below = product(a.below, b.below);
    if (!above || !below || below->is_zero()) return {};
    return Fraction{.above = std::move(*above), .below = std::move(*below)};
}

std::optional<Fraction> sum(const Fraction& a, const Fraction& b, bool subtract) {
    if (fmpz_mpoly_equal(a.below.raw(), b.below.raw(), a.below.context()) != 0) {
        Fraction out{.above = a.above, .below = a.below};
        const auto combine = subtract ? fmpz_mpoly_sub : fmpz_mpoly_add;
        combine(out.above.raw(), a.above.raw(), b.above.raw(), a.above.context());
        return out;
    }
    std::optional<Poly> left = product(a.above, b.below);
    std::optional<Poly> right = product(b.above, a.below);
    std::optional<Poly> below = product(a.below, b.below);
    if (!left || !right || !below || below->is_zero()) return {};
    const auto combine = subtract ? fmpz_mpoly_sub : fmpz_mpoly_add;
    combine(left->raw(), left->raw(), right->raw(), left->context());
    return Fraction{.above = std::move(*left), .below = std::move(*below)};
}

Fraction constant(Ring& ring, const Rational& value) {
    Fraction out{.above = Poly(ring), .below = Poly(ring)};
    fmpz_mpoly_set_fmpz(out.above.raw(), fmpq_numref(value.raw()), ring.context());
    fmpz_mpoly_set_fmpz(out.below.raw(), fmpq_denref(value.raw()), ring.context());
    return out;
}

std::optional<Fraction> generator(Ring& ring, const std::string& name) {
    const slong index = ring.index(name);
    if (index < 0) return {};
    Fraction out = constant(ring, Rational("1", 0));
    fmpz_mpoly_gen(out.above.raw(), index, ring.context());
    return out;
}

std::optional<Fraction> whole_power(Ring& ring, Fraction base, long exponent) {
    if (exponent < 0) {
        if (base.above.is_zero()) return {};
        std::swap(base.above, base.below);
        exponent = -exponent;
    }
    if (exponent > kMaxDegree) return {};
    std::optional<Fraction> out = constant(ring, Rational("1", 0));
    for (long i = 0; i < exponent && out; ++i) out = multiply(*out, base);
    return out;
}

std::optional<Fraction> to_fraction(Ring& ring, const NodePtr& node);

std::optional<Fraction> radical(Ring& ring, const Radical& radical) {
    std::optional<Fraction> out = constant(ring, Rational("1", 0));
    for (const RootPart& part : prime_roots(radical.radicand, radical.degree)) {
        std::optional<Fraction> root = generator(ring, part.name);
        const long power = static_cast<long>(part.exponent) * radical.exponent;
        if (root) root = whole_power(ring, std::move(*root), power);
        out = root && out ? multiply(*out, *root) : std::nullopt;
    }
    return out;
}

std::optional<Fraction> combine(Ring& ring, const NodePtr& node) {
    std::optional<Fraction> out;
    for (const NodePtr& kid : node->kids) {
        std::optional<Fraction> next = to_fraction(ring, kid);
        if (!next) return {};
        if (!out) {
            out = std::move(next);
        } else {
            out = node->kind == Kind::kAdd ? sum(*out, *next, false) : multiply(*out, *next);
        }
        if (!out) return {};
    }
    return out;
}

std::optional<Fraction> to_fraction(Ring& ring, const NodePtr& node) {
    if (const std::optional<NodePtr> other = rewritten(node)) return to_fraction(ring, *other);
    switch (node->kind) {
        case Kind::kNumber:
            if (node->value.bits() > kMaxCoefficientBits) return {};
            return constant(ring, node->value);
        case Kind::kSymbol:
            return generator(ring, node->text);
        case Kind::kAdd:
        case Kind::kMul:
            return combine(ring, node);
        case Kind::kPow:
            if (is_number(node->kids[1]) && node->kids[1]->value.is_integer()) {
                std::optional<Fraction> base = to_fraction(ring, node->kids[0]);
                const long exponent = node->kids[1]->value.to_long(kMaxDegree + 1);
                return base ? whole_power(ring, std::move(*base), exponent) : std::nullopt;
            }
            if (const std::optional<Radical> root = radical_of(*node)) return radical(ring, *root);
            break;
        default:
            break;
    }
    return generator(ring, "f " + print(node));
}

void collect_variables(const NodePtr& node, std::set<std::string>& out) {
    if (node->kind == Kind::kSymbol && !is_constant_name(node->text)) out.insert(node->text);
    for (const NodePtr& kid : node->kids) collect_variables(kid, out);
}

}  // namespace

std::vector<std::string> variables_of(const NodePtr& a, const NodePtr& b) {
    std::set<std::string> names;
    collect_variables(a, names);
    collect_variables(b, names);
    return {names.begin(), names.end()};
}

bool has_symbol(const NodePtr& node, std::string_view name) {
    if (is_symbol(node, name)) return true;
    return std::any_of(node->kids.begin(), node->kids.end(), [name](const NodePtr& kid) {
        return has_symbol(kid, name);
    });
}

Difference algebraic_difference(const NodePtr& gold, const NodePtr& answer, Budget& budget) {
    if (variables_of(gold, answer).size() > kMaxVariables) return Difference::kUnknown;
    Generators generators;
    collect(gold, generators);
    collect(answer, generators);
    if (generators.size() > kMaxGenerators) return Difference::kUnknown;
    // "inf" is no number: infinity minus infinity is not zero.
    if (generators.contains("inf")) return Difference::kUnknown;
    Ring ring(std::move(generators));
    const std::optional<Fraction> left = to_fraction(ring, gold);
    const std::optional<Fraction> right = left ? to_fraction(ring, answer) : std::nullopt;
    const std::optional<Fraction> difference = right ? sum(*left, *right, true) : std::nullopt;
    budget.operations += ring.work;
    if (!difference) return Difference::kUnknown;
    if (difference->above.is_zero()) return Difference::kZero;
    const bool rational = difference->above.is_constant() && difference->below.is_constant();
    return rational ? Difference::kConstant : Difference::kUnknown;
}

}  // namespace veritune::verify::math
