// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/dataset.h"
#include "core/verify/program_job.h"
#include "core/verify/verdict.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace veritune::verify {

struct SelfTest {
    util::Json gold;
    std::string completion;
    bool accept = true;
    util::Json params = util::Json::object();
    std::string profile = "raw";
    std::string prompt = {};  ///< empty = unknown to the verifier
    FinishReason finish_reason = FinishReason::kStop;
};

/// An answer made from the gold by a rule, of which the right verdict is known without asking the
/// verifier. For the bench.
struct Rewrite {
    std::string rule;  ///< "two cells swapped"
    bool accept = false;
    std::string answer;  ///< without the words around an answer that the profile asks for
};

/// What a verifier that runs programs does next: it is done, or a program has to run first.
using Advance = std::variant<Verdict, ProgramJob>;

/// A pure function from request to verdict: no clock, locale, environment, thread count or pointer
/// order may reach the result; budgets count operations. threads  stateless, any thread
class Verifier {
  public:
    virtual ~Verifier() = default;
    virtual std::string_view id() const = 0;
    virtual int version() const = 0;
    virtual std::string_view summary() const = 0;  ///< one sentence for `verify list`
    virtual util::Json params_schema() const = 0;  ///< JSON-schema subset, core/verify/schema.h
    virtual util::Json gold_schema() const = 0;
    virtual bool partial_credit() const { return false; }
    /// params and gold are already checked against the schemas.
    virtual Verdict verify(const VerifyRequest& request) const = 0;
    /// True: advance() may ask for programs, and without a runner every verdict is sandbox_error.
    virtual bool runs_programs() const { return false; }
    /// One step of a verdict that needs programs: a pure function of the request and of the results
    /// of the jobs that earlier steps asked for, in their order.
    virtual Advance advance(const VerifyRequest& request,
                            const std::vector<ProgramResult>& /*results*/) const {
        return verify(request);
    }
    /// A completion that this verifier has to accept, written from the gold (and the prompt, where
    /// it is known) for the request's profile: what check_gold() tries. errors  kInvalidArgument,
    /// message = the machine-readable reason why the gold cannot be written ("bad_gold")
    virtual util::Result<std::string> gold_completion(const VerifyRequest& request) const = 0;
    /// Right and wrong answers of its own kinds of gold, for `veritune verify bench`: rewrites that
    /// every reading accepts, damage that no reading can. A gold that cannot be read gives none.
    virtual std::vector<Rewrite> rewrites(const VerifyRequest& /*request*/) const { return {}; }
    /// Name and version of a library whose version may change verdicts ("z3 4.8.12"); part of the
    /// hash. Empty: none.
    virtual std::string library() const { return {}; }
    /// The share of this verifier's budgets that the gold alone needs, when it is compared with
    /// itself without short cuts: 1 is the whole. check_gold() refuses a gold above 0.5, so that a
    /// later overrun is the answer's fault. Params and gold are those of an accepted request.
    virtual double gold_cost(const VerifyRequest& /*request*/) const { return 0.0; }
    /// At least 20 accepted and 20 refused.
    virtual std::vector<SelfTest> self_tests() const = 0;
};

/// All built-in verifiers; adding one = one line in verifier_registry.cpp.
const std::vector<const Verifier*>& all_verifiers();
/// kNotFound names the known ids.
util::Result<const Verifier*> find_verifier(std::string_view id);
/// SHA-256 of id, version, canonical params and extraction profile; stored with every reward.
std::string verifier_hash(const Verifier& verifier,
                          const util::Json& params,
                          std::string_view profile);

/// A completion longer than this is `budget_exceeded` without a look at it.
inline constexpr std::size_t kMaxCompletionBytes = std::size_t{1} << 20;

/// The whole path: look up, check params and gold, verify, blame, hash, time. Never fails: an
/// unknown verifier or bad params are `invalid_gold` with the reason; a thrown exception is
/// `internal_error`; a chain that was aborted is nobody's answer and `internal_error` with the
/// reason `aborted`. All texts in the verdict are valid UTF-8. threads  any; verdicts are equal but
/// for `micros`
/// runner  where programs run; nullptr: verifiers that need one answer sandbox_error, "no_sandbox"
Verdict verify_request(const VerifyRequest& request, ProgramRunner* runner = nullptr);

/// The same path, one step: a verdict, or the program that has to run before there is one. Call
/// again with the result appended. Workers answer with it, because they cannot reach a sandbox.
Advance advance_request(const VerifyRequest& request, const std::vector<ProgramResult>& results);
/// verify_request() with the steps of `advance`; `runner` may be nullptr. For callers whose steps
/// happen elsewhere.
Verdict finish_request(
    const std::function<Advance(const std::vector<ProgramResult>& results)>& advance,
    ProgramRunner* runner);

/// The gold against itself through the whole path: correct, or invalid_gold with the reason; also
/// "gold_over_half_budget" when the gold alone needs more than half of a budget (gold_cost(), or
/// the processor time of its program). For import. `completion` and `finish_reason` of the request
/// are not looked at. Where the prompt decides the answer (chain_arithmetic) the gold is held
/// against it; without a prompt only the gold's shape is checked.
Verdict check_gold(const VerifyRequest& request, ProgramRunner* runner = nullptr);

/// Everything of a problem that a request needs; the completion stays empty. A chat problem has an
/// empty prompt.
VerifyRequest request_for(const data::Problem& problem);
/// check_gold() in the form that data::import_jsonl() takes.
data::GoldCheck import_gold_check(ProgramRunner* runner = nullptr);

}  // namespace veritune::verify
