// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verdict.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::verify {

struct SelfTest {
    util::Json gold;
    std::string completion;
    bool accept = true;
    util::Json params = util::Json::object();
    std::string profile = "raw";
};

/// A pure function from request to verdict: no clock, locale, environment, thread count or pointer order may reach
/// the result; budgets count operations.
/// threads  stateless, any thread
class Verifier {
  public:
    virtual ~Verifier() = default;
    virtual std::string_view id() const = 0;
    virtual int version() const = 0;
    virtual std::string_view summary() const = 0;      ///< one sentence for `verify list`
    virtual util::Json params_schema() const = 0;      ///< JSON-schema subset
    virtual util::Json gold_schema() const = 0;
    virtual bool partial_credit() const { return false; }
    /// params and gold are already checked against the schemas.
    virtual Verdict verify(const VerifyRequest& request) const = 0;
    /// At least 20 accepted and 20 refused.
    virtual std::vector<SelfTest> self_tests() const = 0;
};

/// All built-in verifiers; adding one = one line in verifier_registry.cpp.
const std::vector<const Verifier*>& all_verifiers();
/// kNotFound names the known ids.
util::Result<const Verifier*> find_verifier(std::string_view id);
/// SHA-256 of id, version, canonical params and extraction profile; stored with every reward.
std::string verifier_hash(const Verifier& verifier, const util::Json& params, std::string_view profile);

/// The whole path: look up, check params and gold, verify, blame, hash, time. Never fails: an unknown verifier or bad
/// params are `invalid_gold` with the reason; a thrown exception is `internal_error`.
Verdict verify_request(const VerifyRequest& request);

/// The gold against itself through the whole path: correct, or the reason.  For import.
Verdict check_gold(const VerifyRequest& request);

}  // namespace veritune::verify
