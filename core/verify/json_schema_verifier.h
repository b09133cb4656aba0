// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// One JSON value. Duplicate keys, NaN, a trailing comma, two values, bad UTF-8 are no JSON.
/// params  schema: json_schema_checker.h; fields: {field: {"verifier", "params", "weight"}} for the
///   fields of the gold (a name, or a JSON pointer "/a/0"; without an entry a field is compared as
///   JSON, 1 = 1.0); partial (default false): the weighted share of right fields is the score
/// gold    null: only the schema counts; else an object {field: gold}
/// accepts  the value alone or in one Markdown fence
/// reasons  incorrect: not_json: ..., wrong_shape: ..., wrong_fields: names, answer_too_long ·
///   budget_exceeded: answer_too_long, too_many_steps, a field's · invalid_gold: bad_gold,
///   bad_params
class JsonSchemaVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "json_schema"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "One JSON value that fits a schema and, where given, the expected fields.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    bool partial_credit() const override { return true; }
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    /// Steps of the schema on the gold's own value.
    double gold_cost(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
