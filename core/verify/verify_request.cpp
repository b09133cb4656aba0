// SPDX-License-Identifier: Apache-2.0
#include "core/util/hash.h"
#include "core/verify/schema.h"
#include "core/verify/verifier.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

/// Everything about (verifier, params, profile) that is the same for all chains of a run.
struct Setup {
    const Verifier* verifier = nullptr;  ///< nullptr: `fault` says why
    Json gold_schema;
    std::string hash;
    std::string fault;
};

/// Params differ from problem to problem in some data sets, so the memory is bounded.
constexpr std::size_t kMaxSetups = 256;
constexpr std::size_t kMaxRounds = 4;
/// What a gold may use of a budget by itself.
constexpr double kMaxGoldCost = 0.5;
/// A reason is stored with every chain; a schema's sentence may quote a long list.
constexpr std::size_t kMaxReasonBytes = 512;
constexpr std::size_t kMaxExtractedBytes = std::size_t{64} << 10;

Setup make_setup(const VerifyRequest& request) {
    Setup setup;
    const util::Result<const Verifier*> verifier = find_verifier(request.verifier);
    if (!verifier) {
        setup.fault = "unknown_verifier";
        return setup;
    }
    const std::vector<std::string> profiles = text::extraction_profiles();
    if (std::find(profiles.begin(), profiles.end(), request.profile) == profiles.end()) {
        setup.fault = "unknown_profile";
        return setup;
    }
    const util::Status params =
        check_schema((*verifier)->params_schema(), request.params, "params");
    if (!params) {
        setup.fault = "bad_params: " + params.error().message;
        return setup;
    }
    setup.gold_schema = (*verifier)->gold_schema();
    setup.hash = verifier_hash(**verifier, request.params, request.profile);
    setup.verifier = *verifier;
    return setup;
}

/// A memory per thread: no lock on the way of a verdict, and nothing in it can change one.
const Setup& setup_of(const VerifyRequest& request) {
    thread_local std::unordered_map<std::string, Setup> setups;
    std::string key = request.verifier;
    key += '\n';
    key += request.profile;
    key += '\n';
    key += util::canonical_json(request.params);
    const auto found = setups.find(key);
    if (found != setups.end()) return found->second;
    if (setups.size() >= kMaxSetups) setups.clear();
    return setups.emplace(std::move(key), make_setup(request)).first->second;
}

Verdict blame(VerdictStatus status, std::string reason) {
    Verdict verdict;
    verdict.status = status;
    verdict.reason = std::move(reason);
    return verdict;
}

bool is_ascii(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

/// At most max_bytes, bad or cut UTF-8 as U+FFFD: a verdict goes into JSON and the database.
void make_storable(std::string& text, std::size_t max_bytes) {
    if (text.size() > max_bytes) text.resize(max_bytes);
    if (is_ascii(text)) return;
    text = Json::parse(util::canonical_json(text)).get<std::string>();
}

/// A verdict that contradicts itself is our bug and must not become a reward.
bool is_consistent(const Verifier& verifier, const Verdict& verdict) {
    using enum VerdictStatus;
    switch (verdict.status) {
        case kCorrect:
            return verdict.score == 1.0 && verdict.reason.empty();
        case kPartial:
            return verifier.partial_credit() && verdict.score > 0.0 && verdict.score < 1.0;
        case kIncorrect:
        case kNoAnswer:
        case kBudgetExceeded:
        case kInvalidGold:
        case kSandboxError:
        case kInternalError:
            return verdict.score == 0.0 && !verdict.reason.empty();
    }
    return false;
}

Advance judge(const VerifyRequest& request,
              const Setup& setup,
              const std::vector<ProgramResult>& results) {
    using enum VerdictStatus;
    if (setup.verifier == nullptr) return blame(kInvalidGold, setup.fault);
    const util::Status gold = check_schema(setup.gold_schema, request.gold, "gold");
    if (!gold) return blame(kInvalidGold, "bad_gold: " + gold.error().message);
    if (request.finish_reason == FinishReason::kAbort) return blame(kInternalError, "aborted");
    if (request.completion.size() > kMaxCompletionBytes) {
        return blame(kBudgetExceeded, "completion_too_long");
    }
    Advance next = setup.verifier->advance(request, results);
    if (std::holds_alternative<ProgramJob>(next)) return next;
    Verdict& verdict = std::get<Verdict>(next);
    if (!is_consistent(*setup.verifier, verdict)) {
        return blame(kInternalError, "inconsistent_verdict");
    }
    return next;
}

/// An exception inside a verifier is our fault, never the answer's.
Advance judge_safely(const VerifyRequest& request, const std::vector<ProgramResult>& results) {
    try {
        const Setup& setup = setup_of(request);
        Advance next = judge(request, setup, results);
        if (std::holds_alternative<ProgramJob>(next)) return next;
        Verdict& verdict = std::get<Verdict>(next);
        verdict.verifier_hash = setup.hash;
        make_storable(verdict.reason, kMaxReasonBytes);
        make_storable(verdict.extracted, kMaxExtractedBytes);
        make_storable(verdict.answer_normal, kMaxExtractedBytes);
        make_storable(verdict.gold_normal, kMaxExtractedBytes);
        for (VerdictStep& step : verdict.steps) {
            make_storable(step.what, kMaxReasonBytes);
            make_storable(step.detail, kMaxReasonBytes);
        }
        return next;
    } catch (const std::exception&) {
        return blame(VerdictStatus::kInternalError, "exception");
    }
}

}  // namespace

std::string verifier_hash(const Verifier& verifier,
                          const util::Json& params,
                          std::string_view profile) {
    Json identity = {{"id", verifier.id()},
                     {"version", verifier.version()},
                     {"params", params},
                     {"profile", profile}};
    if (std::string library = verifier.library(); !library.empty()) {
        identity["library"] = std::move(library);
    }
    return util::sha256_hex(util::canonical_json(identity));
}

Advance advance_request(const VerifyRequest& request, const std::vector<ProgramResult>& results) {
    return judge_safely(request, results);
}

Verdict finish_request(
    const std::function<Advance(const std::vector<ProgramResult>& results)>& advance,
    ProgramRunner* runner) {
    const auto begin = std::chrono::steady_clock::now();
    const auto timed = [begin](Verdict verdict) {
        const auto taken = std::chrono::steady_clock::now() - begin;
        verdict.micros = std::chrono::duration_cast<std::chrono::microseconds>(taken).count();
        return verdict;
    };
    std::vector<ProgramResult> results;
    while (true) {
        Advance next = advance(results);
        if (auto* verdict = std::get_if<Verdict>(&next)) return timed(std::move(*verdict));
        if (runner == nullptr) return timed(blame(VerdictStatus::kSandboxError, "no_sandbox"));
        // A program and its predicates, each with a second try.
        if (results.size() >= kMaxRounds) {
            return timed(blame(VerdictStatus::kInternalError, "too_many_rounds"));
        }
        results.push_back(runner->run(std::get<ProgramJob>(next)));
        if (results.back().outcome == ProgramResult::Outcome::kSandboxFault) {
            std::string reason = "sandbox: " + results.back().reason;
            make_storable(reason, kMaxReasonBytes);
            return timed(blame(VerdictStatus::kSandboxError, std::move(reason)));
        }
    }
}

Verdict verify_request(const VerifyRequest& request, ProgramRunner* runner) {
    return finish_request(
        [&request](const std::vector<ProgramResult>& results) {
            return judge_safely(request, results);
        },
        runner);
}

namespace {

/// Passes jobs on and remembers the largest share of the processor time that one may use.
class MeasuringRunner final : public ProgramRunner {
  public:
    explicit MeasuringRunner(ProgramRunner& inner)
        : inner_(inner) {}

    ProgramResult run(const ProgramJob& job) override {
        ProgramResult result = inner_.run(job);
        add(result.cpu_us, job.limits.total_cpu_s);
        for (const CaseResult& one : result.cases) add(one.cpu_us, job.limits.case_cpu_s);
        return result;
    }
    double share() const { return share_; }

  private:
    void add(std::int64_t cpu_us, int limit_s) {
        share_ = std::max(share_, static_cast<double>(cpu_us) / (1e6 * limit_s));
    }

    ProgramRunner& inner_;
    double share_ = 0.0;
};

}  // namespace

Verdict check_gold(const VerifyRequest& request, ProgramRunner* runner) {
    VerifyRequest own = request;
    own.finish_reason = FinishReason::kStop;
    own.completion.clear();
    // Verifying the empty completion first checks verifier, params, gold and prompt in one place.
    Verdict verdict = verify_request(own, runner);
    if (is_masked(verdict.status)) return verdict;
    const util::Result<const Verifier*> verifier = find_verifier(own.verifier);
    VT_CHECK(verifier.has_value());
    util::Result<std::string> completion = (*verifier)->gold_completion(own);
    if (!completion) return blame(VerdictStatus::kInvalidGold, completion.error().message);
    own.completion = std::move(completion).value();
    std::optional<MeasuringRunner> measuring;
    if (runner != nullptr) measuring.emplace(*runner);
    verdict = verify_request(own, measuring ? &*measuring : nullptr);
    if (is_masked(verdict.status)) return verdict;
    if (verdict.status != VerdictStatus::kCorrect) {
        verdict.status = VerdictStatus::kInvalidGold;
        verdict.reason = "gold_fails_itself: " + verdict.reason;
        return verdict;
    }
    const double programs = measuring ? measuring->share() : 0.0;
    if (std::max(programs, (*verifier)->gold_cost(own)) <= kMaxGoldCost) return verdict;
    return blame(VerdictStatus::kInvalidGold, "gold_over_half_budget");
}

VerifyRequest request_for(const data::Problem& problem) {
    VerifyRequest request;
    request.problem_id = problem.id;
    request.verifier = problem.verifier;
    request.params = problem.params;
    request.gold = problem.gold;
    request.prompt = problem.prompt;
    request.profile = problem.profile;
    return request;
}

data::GoldCheck import_gold_check(ProgramRunner* runner) {
    return [runner](const data::Problem& problem) -> std::string {
        const Verdict verdict = check_gold(request_for(problem), runner);
        if (verdict.status == VerdictStatus::kCorrect) return {};
        return "the gold does not verify against itself: " + verdict.reason;
    };
}

}  // namespace veritune::verify
