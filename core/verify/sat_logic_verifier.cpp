// SPDX-License-Identifier: Apache-2.0
#include "core/verify/sat_logic_verifier.h"

#include "core/text/utf8.h"
#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/instance.h"
#include "core/verify/text_exact_verifier.h"

#include <algorithm>
#include <map>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

constexpr int kMaxDepth = 64;
constexpr long kMaxNumber = 1'000'000;

struct Problem {
    std::map<std::string, Json> domains;  ///< name -> array of values
    Json constraints;
    bool unique = false;
    std::string fault;
};
using Values = std::map<std::string, Json>;

/// Evaluates constraints; a term of the wrong kind or an unknown name is a fault of the instance.
class Evaluator {
  public:
    explicit Evaluator(const Values& values)
        : values_(values) {}
    bool failed() const { return failed_; }

    bool truth(const Json& c, int depth) {
        if (depth > kMaxDepth) return fail();
        if (c.is_boolean()) return c.get<bool>();
        if (c.is_string()) {
            const auto found = values_.find(c.get<std::string>());
            if (found == values_.end() || !found->second.is_boolean()) return fail();
            return found->second.get<bool>();
        }
        if (!c.is_array() || c.size() < 2 || !c[0].is_string()) return fail();
        return connective(c, c[0].get<std::string>(), depth);
    }

  private:
    bool fail() {
        failed_ = true;
        return false;
    }
    bool connective(const Json& c, const std::string& op, int depth) {
        if (op == "not" && c.size() == 2) return !truth(c[1], depth + 1);
        if (op == "distinct") return distinct(c, depth);
        if (op == "and" || op == "or" || op == "xor") {
            std::size_t count = 0;
            for (std::size_t i = 1; i < c.size(); ++i) count += truth(c[i], depth + 1) ? 1 : 0;
            if (op == "xor") return count % 2 == 1;
            return op == "and" ? count == c.size() - 1 : count > 0;
        }
        if (c.size() != 3) return fail();
        if (op == "->" || op == "<=>") {
            const bool left = truth(c[1], depth + 1);
            const bool right = truth(c[2], depth + 1);
            return op == "->" ? !left || right : left == right;
        }
        const Json left = term(c[1], depth + 1);
        const Json right = term(c[2], depth + 1);
        if (op == "=") return left == right;
        if (op == "!=") return left != right;
        if (!left.is_number_integer() || !right.is_number_integer()) return fail();
        if (op == "<") return left < right;
        return op == "<=" ? left <= right : fail();
    }
    bool distinct(const Json& c, int depth) {
        std::vector<Json> terms;
        for (std::size_t i = 1; i < c.size(); ++i) terms.push_back(term(c[i], depth + 1));
        std::sort(terms.begin(), terms.end());
        return std::adjacent_find(terms.begin(), terms.end()) == terms.end();
    }
    Json term(const Json& t, int depth) {
        if (depth > kMaxDepth) return fail();
        if (t.is_boolean() || small_int(t, -kMaxNumber, kMaxNumber)) return t;
        if (t.is_string()) {
            const auto found = values_.find(t.get<std::string>());
            return found == values_.end() ? Json(fail()) : found->second;
        }
        if (!t.is_array() || t.size() < 2 || !t[0].is_string()) return fail();
        const std::string op = t[0].get<std::string>();
        if (op == "value" && t.size() == 2) return t[1];
        const Json left = term(t[1], depth + 1);
        const Json right = t.size() == 3 ? term(t[2], depth + 1) : Json(fail());
        const std::optional<long> a = small_int(left, -kMaxNumber, kMaxNumber);
        const std::optional<long> b = small_int(right, -kMaxNumber, kMaxNumber);
        if (!a || !b) return fail();
        if (op == "+") return *a + *b;
        if (op == "-") return *a - *b;
        return op == "*" ? Json(*a * *b) : Json(fail());
    }

    const Values& values_;
    bool failed_ = false;
};

Problem read_problem(const Json& data) {
    Problem problem;
    const Json variables = data.value("variables", Json());
    if (variables.is_array()) {
        for (const Json& name : variables) {
            if (!name.is_string()) problem.fault = "a variable's name is no text";
            if (name.is_string()) problem.domains[name.get<std::string>()] = {true, false};
        }
    } else if (variables.is_object()) {
        for (const auto& [name, domain] : variables.items()) {
            if (!domain.is_array() || domain.empty()) problem.fault = "a domain is no list";
            problem.domains[name] = domain;
        }
    }
    if (problem.domains.empty() || problem.domains.size() > 1024) {
        problem.fault = "needs 1 to 1,024 variables";
    }
    problem.constraints = data.value("constraints", Json());
    if (!problem.constraints.is_array()) problem.fault = "constraints are no list";
    problem.unique = data.value("unique", Json(false)) == Json(true);
    if (!problem.fault.empty()) return problem;
    Values first;
    for (const auto& [name, domain] : problem.domains) first[name] = domain[0];
    Evaluator evaluator(first);
    for (const Json& c : problem.constraints) evaluator.truth(c, 0);
    if (evaluator.failed()) problem.fault = "a constraint is malformed or names no variable";
    return problem;
}

/// The value of a domain that a word means; null: none.
Json value_in(const Json& domain, const Json& given) {
    const bool known = std::find(domain.begin(), domain.end(), given) != domain.end();
    if (known && given.type() == domain[0].type()) return given;
    const std::string text =
        fold_text(given.is_string() ? given.get<std::string>() : given.dump(), {});
    for (const Json& value : domain) {
        const std::string name = value.is_string() ? value.get<std::string>() : value.dump();
        if (fold_text(name, {}) == text) return value;
    }
    const bool truths = domain.size() == 2 && domain[0].is_boolean();
    if (truths && (text == "t" || text == "1" || text == "yes" || text == "wahr")) return true;
    if (truths && (text == "f" || text == "0" || text == "no" || text == "falsch")) return false;
    return nullptr;
}

/// "" or the reason why the text is no assignment.
std::string read_object(const Problem& problem, const Json& object, Values& values) {
    for (const auto& [name, given] : object.items()) {
        const auto domain = problem.domains.find(name);
        if (domain == problem.domains.end()) return "not_an_assignment";
        const Json value = value_in(domain->second, given);
        if (value.is_null()) return "not_an_assignment";
        if (!values.emplace(name, value).second) return "named_twice";
    }
    return values.size() == problem.domains.size() ? "" : "not_everything";
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

/// Markdown, braces around the whole, and the words for ',' and '='.
std::string plain_lines(std::string text) {
    replace_all(text, "**", "");
    replace_all(text, " and ", "\n");
    replace_all(text, ":=", "=");
    std::string_view whole = text::trim(text);
    if (whole.size() > 2 && whole.front() == '{' && whole.back() == '}') {
        whole = whole.substr(1, whole.size() - 2);
    }
    std::string out(whole);
    std::replace(out.begin(), out.end(), ',', '\n');
    std::replace(out.begin(), out.end(), ';', '\n');
    return out;
}

/// Where name and value part: "p = true", "p: true", "p is true"; the length of the sign in second.
std::pair<std::size_t, std::size_t> sign_of(std::string_view line) {
    const std::size_t sign = line.find_first_of("=:");
    if (sign != std::string_view::npos) return {sign, 1};
    return {line.find(" is "), 4};
}

std::string read_lines(const Problem& problem, const std::string& text, Values& values) {
    for (std::string line : lines_of(plain_lines(text))) {
        if (line.starts_with("- ") || line.starts_with("* ")) line.erase(0, 2);
        if (line.ends_with('.')) line.pop_back();
        const auto [sign, length] = sign_of(line);
        if (sign == std::string::npos) return "not_an_assignment";
        const std::string name(text::trim(std::string_view(line).substr(0, sign)));
        const std::string given(text::trim(std::string_view(line).substr(sign + length)));
        const auto domain = problem.domains.find(name);
        const Json value =
            domain == problem.domains.end() ? Json() : value_in(domain->second, given);
        if (value.is_null()) return "not_an_assignment";
        if (!values.emplace(name, value).second) return "named_twice";
    }
    return values.size() == problem.domains.size() ? "" : "not_everything";
}

bool satisfies(const Problem& problem, const Values& values) {
    Evaluator evaluator(values);
    return std::all_of(problem.constraints.begin(),
                       problem.constraints.end(),
                       [&evaluator](const Json& c) { return evaluator.truth(c, 0); }) &&
           !evaluator.failed();
}

}  // namespace

Json SatLogicVerifier::params_schema() const { return instance_params_schema(); }

Json SatLogicVerifier::gold_schema() const { return {{"type", {"object", "null"}}}; }

Verdict SatLogicVerifier::verify(const VerifyRequest& request) const {
    using enum VerdictStatus;
    Verdict verdict;
    verdict.method = "exact";
    const Instance instance = read_instance(request, "constraints");
    const Problem problem = read_problem(instance.data);
    if (!problem.fault.empty()) return bad_params(std::move(verdict), problem.fault);
    verdict.operations = static_cast<std::int64_t>(problem.constraints.size());
    Values gold;
    if (instance.solution.is_object()) {
        const std::string fault = read_object(problem, instance.solution, gold);
        if (!fault.empty() || !satisfies(problem, gold)) return bad_gold(std::move(verdict));
        verdict.gold_normal = Json(gold).dump();
    } else if (problem.unique) {
        return bad_gold(std::move(verdict));
    }
    AnswerReading reading = read_answer(request, std::move(verdict), 64 * problem.domains.size());
    if (reading.decided) return std::move(reading.verdict);
    verdict = std::move(reading.verdict);
    // Extraction drops a leading "p =".
    verdict.extracted = unstripped_answer(request, verdict);
    Values values;
    const std::optional<Json> json = last_json(verdict.extracted);
    std::string fault = json && json->is_object() ? read_object(problem, *json, values)
                                                  : read_lines(problem, verdict.extracted, values);
    if (!fault.empty()) return refuse(std::move(verdict), kIncorrect, fault);
    verdict.answer_normal = Json(values).dump();
    for (const Json& c : problem.constraints) {
        Evaluator evaluator(values);
        const bool right = evaluator.truth(c, 0) && !evaluator.failed();
        if (!right) fault = "violated";
        verdict.steps.push_back(
            {.what = c.dump(), .ok = right, .detail = "", .span = verdict.span});
    }
    if (fault.empty() && problem.unique && values != gold) fault = "wrong_solution";
    if (!fault.empty()) return refuse(std::move(verdict), kIncorrect, fault);
    return accept(std::move(verdict));
}

util::Result<std::string> SatLogicVerifier::gold_completion(const VerifyRequest& request) const {
    const Instance instance = read_instance(request, "constraints");
    if (!instance.solution.is_object()) {
        return util::fail(util::ErrorCode::kInvalidArgument, "no_solution");
    }
    return write_answer(instance.solution.dump(), request.profile, request.think_tags);
}

}  // namespace veritune::verify
