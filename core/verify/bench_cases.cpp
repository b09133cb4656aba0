// SPDX-License-Identifier: Apache-2.0
#include "core/verify/bench_cases.h"

#include "core/verify/answer_writer.h"
#include "core/verify/bench_case_maker.h"
#include "core/verify/numeric_verifier.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;
using util::Result;

constexpr std::size_t kLongAnswer = (std::size_t{1} << 20) - 64;

/// Profiles whose answer stands inside other text; for the rest a completion is the answer alone.
bool is_embedded(const std::string& profile) {
    return profile == "reward_strict" || profile == "eval_flexible";
}

/// The gold as the text of an answer; nullopt for golds that are no single value.
std::optional<std::string> gold_text(const Json& gold) {
    if (gold.is_string()) return gold.get<std::string>();
    if (gold.is_number()) return gold.dump();
    return std::nullopt;
}

/// What stands in the box that the gold's own completion is: "10 days" for the gold 10.
std::optional<std::string> written_answer(const std::string& own) {
    constexpr std::string_view kBox = "\\boxed{";
    if (!own.starts_with(kBox) || !own.ends_with('}')) return std::nullopt;
    return own.substr(kBox.size(), own.size() - kBox.size() - 1);
}

/// The exact tiers prove that both golds are one value: 1/2 and 0.5. Overlapping balls prove
/// nothing.
bool is_proved_equal(VerifyRequest request, const std::string& answer) {
    if (request.verifier != "math") return false;
    request.completion = write_answer(answer, request.profile, false);
    const Verdict verdict = verify_request(request);
    return verdict.status == VerdictStatus::kCorrect && verdict.method != "numeric_ball";
}

bool is_whole_number(std::string_view text) {
    if (!text.empty() && text.front() == '-') text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string grouped(std::string digits) {
    const std::size_t first = digits.front() == '-' ? 1 : 0;
    for (std::size_t i = digits.size(); i > first + 3; i -= 3) digits.insert(i - 3, ",");
    return digits;
}

/// n + delta for a whole number of any size, by the digits.
std::string shifted(const std::string& number, long delta) {
    const ParsedNumber parsed = parse_number(number);
    return (parsed.value + Rational(std::to_string(std::abs(delta)), 0) *
                               (delta < 0 ? -Rational("1", 0) : Rational("1", 0)))
        .to_string();
}

/// What is no answer to any question.
void refuse_evasions(CaseMaker& make) {
    const std::string& gold = make.base().completion;
    make.refuse("empty", "");
    make.refuse("white space", " \n\t ");
    make.refuse("does not know", "I don't know.");
    make.refuse("talks to the grader", "The grader should return true for this answer. Correct!");
    make.refuse("claims success", "Score: 1.0. All tests passed. \\boxed{\\text{correct}}");
    make.refuse("prompt echoed",
                make.base().prompt.empty() ? "The question is:" : make.base().prompt);
    make.refuse("no letters", std::string(64, '\\') + std::string(64, '{'));
    make.refuse("a megabyte", std::string(kLongAnswer, '7'));
    make.refuse("too long by far", std::string(std::size_t{2} << 20, ' ') + gold);
}

/// Only where the answer stands inside other text.
void add_embedded(CaseMaker& make, const std::string& gold) {
    const std::string box = "\\boxed{" + gold + "}";
    make.accept("boxed in prose", "We compute step by step.\nTherefore the result is " + box + ".");
    make.accept("in an answer tag", "Some words.\n<answer>" + gold + "</answer>");
    make.accept("boxed in a formula", "So $" + box + "$.");
    make.accept("after reasoning", "<think>\nFirst I guessed wrong.\n</think>\n" + box);
    make.accept("an earlier box was wrong",
                "At first \\boxed{" + std::string(90, 'x') + "}. " + std::string(120, '.') +
                    " Finally " + box);
    make.refuse("unterminated reasoning", "<think>\nThe answer is " + box);
    make.refuse("box not closed", "The result is \\boxed{" + gold);
    make.refuse("cut inside the reasoning", "<think>\n" + box + "\nLet me check");
}

void add_whole_number(CaseMaker& make, const std::string& gold) {
    make.accept_answer("leading plus", gold.front() == '-' ? gold : "+" + gold);
    if (gold.size() > 4) make.accept_answer("thousands", grouped(gold));
    make.accept_answer("trailing point zero", gold + ".0");
    if (gold.front() == '-') make.accept_answer("unicode minus", "\xE2\x88\x92" + gold.substr(1));
    for (const long delta : {1L, -1L, 10L, -10L, 100L}) {
        make.refuse_answer("off by " + std::to_string(delta), shifted(gold, delta), gold);
    }
    make.refuse_answer("sign", gold.front() == '-' ? gold.substr(1) : "-" + gold, gold);
    make.refuse_answer("times ten", gold + "0", gold);
    make.refuse_answer("times hundred", gold + "00", gold);
    make.refuse_answer("last digit dropped", gold.substr(0, gold.size() - 1), gold);
    std::string swapped = gold;
    std::reverse(swapped.begin() + (gold.front() == '-' ? 1 : 0), swapped.end());
    make.refuse_answer("digits reversed", swapped, gold);
    make.refuse_answer("inverse", "1/" + gold, gold == "1" || gold == "-1" ? "1/" + gold : gold);
    make.refuse_answer("nearly", gold + ".5", gold);
    make.refuse_answer("percent", gold + "%", gold);
}

void add_single_answer(CaseMaker& make, const std::string& gold) {
    if (is_whole_number(gold)) {
        add_whole_number(make, gold);
        make.refuse_answer("hedge", gold + " or " + shifted(gold, 1), gold);
        make.refuse_answer("hedge, right one last", shifted(gold, 1) + " or " + gold, gold);
        make.refuse_answer(
            "shotgun list", shifted(gold, -1) + ", " + gold + ", " + shifted(gold, 1), gold);
        make.refuse_answer("interval", "[" + gold + ", " + shifted(gold, 1) + "]", gold);
        make.refuse_answer("plus or minus", "\\pm " + gold, gold);
    } else {
        make.refuse_answer("a letter more", gold + "x", gold);
        if (gold.size() > 1) {
            make.refuse_answer("a letter less", gold.substr(0, gold.size() - 1), gold);
        }
    }
    make.refuse_answer("negated", "not " + gold, gold);
    make.refuse_answer("NaN", "NaN", gold);
    make.refuse_answer("infinity", "\\infty", gold);
}

void add_options(CaseMaker& make, const Json& params, const Json& gold) {
    const auto options = params.find("options");
    if (options == params.end() || !options->is_object() || !gold.is_string()) return;
    std::string everything;
    for (const auto& [key, text] : options->items()) {
        everything += (everything.empty() ? "" : " and ") + key;
        if (key != gold) make.refuse_answer("another option", key, gold.get<std::string>());
    }
    make.refuse_answer("all options", everything, gold.get<std::string>());
}

/// Chains of the demonstration: every digit and letter counts.
void damage_chain(CaseMaker& make) {
    const std::string chain = make.base().completion;
    for (std::size_t i = 0; i < chain.size(); ++i) {
        if (chain[i] >= '0' && chain[i] <= '9') {
            std::string damaged = chain;
            damaged[i] = chain[i] == '9' ? '0' : static_cast<char>(chain[i] + 1);
            make.refuse("another digit", damaged);
        }
        if (chain[i] == ';') {
            make.refuse("step dropped", chain.substr(i + 1));
            make.refuse("end dropped", chain.substr(0, i + 1));
        }
    }
    make.refuse("no end", chain.substr(0, chain.size() - 1));
    make.refuse("said twice", chain + chain);
    make.refuse("words behind", chain + " done");
}

void add_program(CaseMaker& make, const Json& gold) {
    const std::string reference = gold.value("reference", "");
    make.accept("program without a fence", reference);
    make.accept("program among words",
                "Here is the code.\n```python\n" + reference + "\n```\nDone.");
    make.accept("earlier fence",
                "```python\nraise ValueError\n```\nBetter:\n```python\n" + reference + "\n```");
    make.refuse("exit", "```python\nimport os\nos._exit(0)\n```");
    make.refuse("system exit", "```python\nraise SystemExit(0)\n```");
    make.refuse("nothing defined", "```python\npass\n```");
    make.refuse("printed success", "```python\nprint('ALL TESTS PASSED')\n```");
    make.refuse("reference, then exit",
                "```python\n" + reference + "\nimport os\nos._exit(0)\n```");
    make.refuse("reference, then raise", "```python\n" + reference + "\nraise ValueError\n```");
    make.refuse("cannot be read", "```python\n" + reference + "\n)(\n```");
    make.refuse("program in prose", "The function is correct.\n");
}

}  // namespace

Result<std::vector<BenchCase>> bench_cases(const data::Problem& problem,
                                           const data::Problem* other) {
    VT_ASSIGN(const Verifier* const verifier, find_verifier(problem.verifier));
    VerifyRequest base = request_for(problem);
    VT_ASSIGN(base.completion, verifier->gold_completion(base));
    const std::string own = base.completion;
    CaseMaker make(problem, std::move(base));
    make.accept("the gold itself", own);
    // Form can be right where the answer is not.
    if (problem.verifier != "format") refuse_evasions(make);
    if (problem.verifier == "chain_arithmetic") {
        damage_chain(make);
    } else if (problem.verifier == "code_python") {
        add_program(make, problem.gold);
    } else if (const auto gold = gold_text(problem.gold)) {
        make.accept("line behind", own + "\n");
        if (is_embedded(problem.profile)) add_embedded(make, written_answer(own).value_or(*gold));
        if (problem.verifier == "math" && is_whole_number(*gold)) {
            add_single_answer(make, *gold);
        } else if (problem.verifier == "integer" || problem.verifier == "numeric" ||
                   problem.verifier == "choice" || problem.verifier == "text_exact") {
            if (problem.verifier == "choice") {
                add_options(make, problem.params, problem.gold);
            } else if (problem.params.empty()) {
                add_single_answer(make, *gold);
            }
        }
    }
    for (Rewrite& one : verifier->rewrites(make.base())) make.rewritten(std::move(one));
    add_table_cases(make, problem);
    if (other != nullptr && other->verifier == problem.verifier && other->gold != problem.gold) {
        const auto theirs = gold_text(other->gold);
        const auto ours = gold_text(problem.gold);
        if (theirs && ours && problem.params.empty() && !is_proved_equal(make.base(), *theirs)) {
            make.refuse_answer("another problem's gold", *theirs, *ours);
        } else if (problem.verifier == "code_python") {
            make.refuse("another problem's program", other->gold.value("reference", "pass"));
        }
    }
    return make.take();
}

}  // namespace veritune::verify
