// SPDX-License-Identifier: Apache-2.0
#include "core/verify/code_python_verifier.h"

#include "core/text/answer_extractor.h"
#include "core/text/utf8.h"
#include "core/util/hash.h"
#include "core/util/rng.h"
#include "core/verify/answer_reading.h"
#include "core/verify/code_block.h"
#include "core/verify/code_gold.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;
using Outcome = ProgramResult::Outcome;

constexpr std::size_t kShownBytes = 200;

bool is_time_limit(const ProgramResult& result) {
    if (result.outcome == Outcome::kWallLimit) return true;
    return std::any_of(result.cases.begin(), result.cases.end(), [](const CaseResult& c) {
        return c.end == CaseEnd::kCpuLimit || c.end == CaseEnd::kWallLimit;
    });
}

/// The order in which the cases run: a program cannot tell them apart by their place.
std::vector<std::int64_t> case_order(const VerifyRequest& request, std::size_t count) {
    const std::string hash = util::sha256_hex(request.problem_id);
    const std::uint64_t seed = std::stoull(hash.substr(0, 16), nullptr, 16);
    return util::Rng(seed, util::RngStream::kData).permutation(static_cast<std::int64_t>(count));
}

ProgramLimits limits_of(const Json& params) {
    ProgramLimits limits;
    limits.case_cpu_s = params.value("case_cpu_s", limits.case_cpu_s);
    limits.wall_ms = params.value("wall_ms", limits.wall_ms);
    limits.memory_mib = params.value("memory_mib", limits.memory_mib);
    // Processor time decides; the wall clock of a case only ends what sleeps, and has to leave room
    // for a machine that is busy with other things.
    limits.case_wall_ms = std::min(limits.wall_ms, 4000 * limits.case_cpu_s);
    limits.total_cpu_s = std::max(limits.total_cpu_s, 2 * limits.case_cpu_s);
    return limits;
}

std::string shown(std::string_view text) {
    std::string out = text::sanitize_utf8(text.substr(0, kShownBytes));
    if (text.size() > kShownBytes) out += "...";
    return out;
}

std::string quoted_case(const CodeCase& c) {
    return c.kind == CaseKind::kStdio ? "stdin " + shown(c.input) : shown(c.call);
}

/// One case against its expectation. `reason` is empty when it passed.
struct CaseJudgement {
    std::string reason;
    std::string detail;
    std::optional<CodeValue> value;  ///< of a call that returned one
    bool limit = false;
    bool setup_failed = false;
};

CaseJudgement judge_end(const CaseResult& result) {
    CaseJudgement out{.reason = std::string(case_end_name(result.end)),
                      .detail = shown(result.detail),
                      .value = std::nullopt};
    out.limit = result.end == CaseEnd::kCpuLimit || result.end == CaseEnd::kWallLimit ||
                result.end == CaseEnd::kOutputLimit || result.end == CaseEnd::kNotRun;
    out.setup_failed = result.end == CaseEnd::kPreludeRaised;
    const bool raised = result.end == CaseEnd::kRaised || result.end == CaseEnd::kProgramRaised;
    if (raised && result.detail.rfind("MemoryError", 0) == 0) {
        out.reason = "memory_limit";
        out.limit = true;
    }
    return out;
}

CaseJudgement judge_case(const CodeGold& gold, const CodeCase& expected, const CaseResult& result) {
    if (result.end != CaseEnd::kValue) return judge_end(result);
    CaseJudgement out;
    if (expected.kind == CaseKind::kStdio) {
        if (equal_output(text::sanitize_utf8(result.out), expected.expected_stdout, gold.numeric)) {
            return out;
        }
        out.reason = "wrong_output";
        out.detail = "got " + shown(result.out) + ", expected " + shown(expected.expected_stdout);
        return out;
    }
    auto value = parse_code_value(result.value);
    if (!value) {
        out.reason = "bad_frame";
        return out;
    }
    out.value = std::move(value).value();
    if (!expected.predicate.empty()) return out;
    if (!equal_values(*out.value, expected.expected, expected.compare)) {
        out.reason = "wrong_value";
        out.detail = "got " + shown(python_literal(*out.value)) + ", expected " +
                     shown(python_literal(expected.expected));
    }
    return out;
}

/// One verdict on its way: what a request and the results so far say.
class CodeJudge {
  public:
    CodeJudge(const VerifyRequest& request, CodeGold gold, Verdict verdict, std::string program)
        : request_(request),
          gold_(std::move(gold)),
          verdict_(std::move(verdict)),
          program_(std::move(program)),
          order_(case_order(request, gold_.cases.size())) {}

    Advance advance(const std::vector<ProgramResult>& results) {
        std::size_t used = 0;
        const ProgramResult* run = take(results, used);
        if (run == nullptr) return program_job(used == 1);
        judge_cases(*run);
        if (auto end = gold_fault("setup_failed")) return *end;
        if (const Advance* job = predicate_round(results, used)) return *job;
        if (auto end = gold_fault("checker_failed")) return *end;
        return conclude();
    }

  private:
    /// The result that counts of a job and of its second try; nullptr when one has to run first.
    static const ProgramResult* take(const std::vector<ProgramResult>& results, std::size_t& used) {
        if (used >= results.size()) return nullptr;
        const ProgramResult& first = results[used++];
        if (!is_time_limit(first)) return &first;
        if (used >= results.size()) return nullptr;
        return &results[used++];
    }

    ProgramJob program_job(bool alone) const {
        ProgramJob job{.prelude = gold_.setup,
                       .program = program_,
                       .cases = {},
                       .limits = limits_of(request_.params),
                       .alone = alone};
        for (const std::int64_t i : order_) {
            const CodeCase& c = gold_.cases[static_cast<std::size_t>(i)];
            job.cases.push_back(
                {.kind = c.kind, .setup = c.setup, .call = c.call, .input = c.input});
        }
        return job;
    }

    void judge_cases(const ProgramResult& run) {
        judged_.resize(gold_.cases.size());
        if (run.rung_b) verdict_.method = "execution_rung_b";
        bool cut = false;
        for (std::size_t place = 0; place < order_.size(); ++place) {
            const auto i = static_cast<std::size_t>(order_[place]);
            const CaseResult missing;
            const CaseResult& result = place < run.cases.size() ? run.cases[place] : missing;
            judged_[i] = judge_case(gold_, gold_.cases[i], result);
            verdict_.operations += 1;
            // A jail that its program has ended is the program's fault, not a limit.
            if (run.outcome == Outcome::kJailDied && judged_[i].reason == "not_run") {
                judged_[i] = {.reason = "jail_died", .detail = {}, .value = std::nullopt};
            }
            // The first that is missing was at work when the clock ended the program.
            if (run.outcome == Outcome::kWallLimit && judged_[i].reason == "not_run" && !cut) {
                judged_[i].reason = "wall_limit";
                cut = true;
            }
        }
    }

    /// The predicates of the cases that returned a value, in a second jail that never sees the
    /// program. nullptr when there is nothing (more) to run.
    const Advance* predicate_round(const std::vector<ProgramResult>& results, std::size_t used) {
        std::vector<std::size_t> asked;
        for (std::size_t i = 0; i < gold_.cases.size(); ++i) {
            if (!gold_.cases[i].predicate.empty() && judged_[i].reason.empty()) asked.push_back(i);
        }
        if (asked.empty()) return nullptr;
        const std::size_t first = used;
        const ProgramResult* run = take(results, used);
        if (run == nullptr) {
            next_ = predicate_job(asked, used > first);
            return &next_;
        }
        for (std::size_t k = 0; k < asked.size(); ++k) {
            const CaseResult missing;
            judged_[asked[k]] = judge_predicate(k < run->cases.size() ? run->cases[k] : missing);
        }
        return nullptr;
    }

    ProgramJob predicate_job(const std::vector<std::size_t>& asked, bool alone) const {
        // The reference first: a predicate may ask it, and the checker's own names win.
        ProgramJob job{.prelude = gold_.setup,
                       .program = gold_.reference + "\n" + gold_.checker,
                       .cases = {},
                       .limits = limits_of(request_.params),
                       .alone = alone};
        for (const std::size_t i : asked) {
            job.cases.push_back({.kind = CaseKind::kCall,
                                 .setup = "value = " + python_literal(*judged_[i].value),
                                 .call = gold_.cases[i].predicate,
                                 .input = {}});
        }
        return job;
    }

    static CaseJudgement judge_predicate(const CaseResult& result) {
        if (result.end == CaseEnd::kProgramRaised || result.end == CaseEnd::kPreludeRaised) {
            CaseJudgement out = judge_end(result);
            out.setup_failed = true;
            return out;
        }
        // A predicate that cannot deal with the value has not accepted it.
        if (result.end == CaseEnd::kValue && result.value == R"(["b",true])") return {};
        return {.reason = "predicate_false", .detail = shown(result.detail), .value = std::nullopt};
    }

    std::optional<Verdict> gold_fault(const char* reason) const {
        for (const CaseJudgement& one : judged_) {
            if (one.setup_failed) {
                return refuse(verdict_, VerdictStatus::kInvalidGold, reason);
            }
        }
        return std::nullopt;
    }

    Verdict conclude() {
        std::size_t passed = 0;
        const CaseJudgement* fault = nullptr;
        for (std::size_t i = 0; i < judged_.size(); ++i) {
            const CaseJudgement& one = judged_[i];
            if (one.reason.empty()) ++passed;
            // What kept a case from being run says more than that it was not.
            const bool says_more =
                fault == nullptr || (fault->reason == "not_run" && one.reason != "not_run");
            if (!one.reason.empty() && says_more) fault = &one;
            verdict_.steps.push_back({.what = quoted_case(gold_.cases[i]),
                                      .ok = one.reason.empty(),
                                      .detail = one.reason.empty() || one.detail.empty()
                                                    ? one.reason
                                                    : one.reason + ": " + one.detail,
                                      .span = {}});
        }
        verdict_.answer_normal = std::to_string(passed) + "/" + std::to_string(judged_.size());
        verdict_.gold_normal = std::to_string(judged_.size()) + " cases";
        if (fault == nullptr) {
            if (!gold_.canary) return accept(std::move(verdict_));
            return refuse(
                std::move(verdict_), VerdictStatus::kInvalidGold, std::string(kCanaryPassed));
        }
        if (passed > 0 && request_.params.value("partial", false)) {
            verdict_.status = VerdictStatus::kPartial;
            verdict_.score = static_cast<double>(passed) / static_cast<double>(judged_.size());
            verdict_.reason = fault->reason;
            return std::move(verdict_);
        }
        const auto status =
            fault->limit ? VerdictStatus::kBudgetExceeded : VerdictStatus::kIncorrect;
        return refuse(std::move(verdict_), status, fault->reason);
    }

    const VerifyRequest& request_;
    CodeGold gold_;
    Verdict verdict_;
    std::string program_;
    std::vector<std::int64_t> order_;
    std::vector<CaseJudgement> judged_;  ///< in the gold's order
    Advance next_;
};

Json whole(int low, int high) { return {{"type", "integer"}, {"minimum", low}, {"maximum", high}}; }

}  // namespace

Json CodePythonVerifier::params_schema() const {
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties",
             {{"partial", {{"type", "boolean"}}},
              {"case_cpu_s", whole(1, 60)},
              {"wall_ms", whole(100, 600000)},
              {"memory_mib", whole(64, 16384)}}}};
}

Json CodePythonVerifier::gold_schema() const {
    const Json text = {{"type", "string"}};
    const Json compare = {{"type", {"string", "object"}}};
    const Json one = {{"type", "object"},
                      {"additionalProperties", false},
                      {"properties",
                       {{"setup", text},
                        {"call", text},
                        {"expected", true},
                        {"predicate", text},
                        {"stdin", text},
                        {"expected_stdout", text},
                        {"compare", compare}}}};
    return {{"type", "object"},
            {"required", {"cases"}},
            {"additionalProperties", false},
            {"properties",
             {{"setup", text},
              {"checker", text},
              {"reference", text},
              {"cases", {{"type", "array"}, {"items", one}}},
              {"compare", compare},
              {"visible", {{"type", "integer"}, {"minimum", 0}}},
              {"numeric", {{"type", "boolean"}}},
              {"canary", {{"type", "boolean"}}}}}};
}

Verdict CodePythonVerifier::verify(const VerifyRequest& request) const {
    Advance next = advance(request, {});
    if (auto* verdict = std::get_if<Verdict>(&next)) return std::move(*verdict);
    Verdict verdict;
    verdict.method = "execution";
    return refuse(std::move(verdict), VerdictStatus::kSandboxError, "no_sandbox");
}

Advance CodePythonVerifier::advance(const VerifyRequest& request,
                                    const std::vector<ProgramResult>& results) const {
    Verdict verdict;
    verdict.method = "execution";
    auto gold = read_code_gold(request.gold);
    if (!gold) {
        return refuse(
            std::move(verdict), VerdictStatus::kInvalidGold, "bad_gold: " + gold.error().message);
    }
    if (request.finish_reason == FinishReason::kLength && request.profile != "eval_flexible") {
        return refuse(std::move(verdict), VerdictStatus::kNoAnswer, "cut_off");
    }
    const auto answer = text::extract_answer(
        request.completion, "raw", {.think_tags = request.think_tags, .cut_off = false});
    if (!answer || !answer->found) {
        const std::string reason = answer ? answer->reason : "no_answer";
        return refuse(
            std::move(verdict), VerdictStatus::kNoAnswer, reason.empty() ? "no_answer" : reason);
    }
    CodeBlock block = find_code(answer->text);
    verdict.rule = block.rule;
    // The raw rule may have repaired bad UTF-8; then the place in the completion is unknown.
    const std::size_t raw_size = answer->span.end - answer->span.begin;
    verdict.span =
        raw_size == answer->text.size()
            ? text::Span{answer->span.begin + block.span.begin, answer->span.begin + block.span.end}
            : answer->span;
    verdict.extracted = block.code;
    if (block.code.size() > kMaxAnswerBytes) {
        return refuse(std::move(verdict), VerdictStatus::kBudgetExceeded, "answer_too_long");
    }
    if (text::trim(block.code).empty()) {
        return refuse(std::move(verdict), VerdictStatus::kNoAnswer, "empty_answer");
    }
    CodeJudge judge(request, std::move(gold).value(), std::move(verdict), std::move(block.code));
    return judge.advance(results);
}

util::Result<std::string> CodePythonVerifier::gold_completion(const VerifyRequest& request) const {
    const std::string reference = request.gold.value("reference", "");
    if (reference.empty()) {
        return util::fail(util::ErrorCode::kInvalidArgument, "no_reference");
    }
    return std::string(request.think_tags ? "</think>\n" : "") + "```python\n" + reference +
           (reference.back() == '\n' ? "```\n" : "\n```\n");
}

}  // namespace veritune::verify
