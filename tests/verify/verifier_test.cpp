// SPDX-License-Identifier: Apache-2.0
#include "core/verify/verifier.h"

#include "core/verify/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace veritune::verify {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using util::Json;

VerifyRequest request_of(const Verifier& verifier, const SelfTest& test) {
    return {.problem_id = "self-test",
            .verifier = std::string(verifier.id()),
            .params = test.params,
            .gold = test.gold,
            .prompt = test.prompt,
            .completion = test.completion,
            .finish_reason = test.finish_reason,
            .think_tags = false,
            .profile = test.profile};
}

TEST(AllVerifiers, ShipTwentyOfEachKindAndPassThemAll) {
    for (const Verifier* verifier : all_verifiers()) {
        if (verifier->runs_programs()) continue;  // tests/sandbox has them
        int accepted = 0;
        int refused = 0;
        for (const SelfTest& test : verifier->self_tests()) {
            const Verdict verdict = verify_request(request_of(*verifier, test));
            (test.accept ? accepted : refused) += 1;
            EXPECT_EQ(verdict.status == VerdictStatus::kCorrect, test.accept)
                << verifier->id() << ": \"" << test.completion << "\" gold " << test.gold << ": "
                << status_name(verdict.status) << " " << verdict.reason;
            EXPECT_FALSE(is_masked(verdict.status)) << test.completion << " " << verdict.reason;
            EXPECT_EQ(verdict.score, test.accept ? 1.0 : 0.0);
            EXPECT_EQ(verdict.reason.empty(), test.accept);
        }
        EXPECT_GE(accepted, 20) << verifier->id();
        EXPECT_GE(refused, 20) << verifier->id();
    }
}

TEST(AllVerifiers, DescribeThemselves) {
    std::set<std::string> ids;
    for (const Verifier* verifier : all_verifiers()) {
        ids.emplace(verifier->id());
        EXPECT_FALSE(verifier->summary().empty());
        EXPECT_GE(verifier->version(), 1);
        // A schema that our own checker cannot read would refuse every request.
        for (const Json& schema : {verifier->params_schema(), verifier->gold_schema()}) {
            // Some golds may be null: then there is no error at all.
            const util::Status status = check_schema(schema, nullptr, "value");
            if (!status) {
                EXPECT_EQ(status.error().code, util::ErrorCode::kInvalidArgument) << verifier->id();
            }
        }
        EXPECT_EQ(find_verifier(verifier->id()).value(), verifier);
    }
    EXPECT_EQ(ids.size(), all_verifiers().size());
}

TEST(FindVerifier, NamesTheKnownOnes) {
    const util::Result<const Verifier*> found = find_verifier("maths");
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().code, util::ErrorCode::kNotFound);
    EXPECT_THAT(found.error().message, HasSubstr("chain_arithmetic, integer"));
}

TEST(VerifierHash, ChangesWithParamsProfileAndVerifier) {
    const Verifier& chain = *find_verifier("chain_arithmetic").value();
    const Verifier& integer = *find_verifier("integer").value();
    const std::set<std::string> hashes = {verifier_hash(chain, {{"family", "mod"}}, "raw"),
                                          verifier_hash(chain, {{"family", "bool"}}, "raw"),
                                          verifier_hash(chain, {{"family", "mod"}}, "json"),
                                          verifier_hash(integer, {{"family", "mod"}}, "raw")};
    EXPECT_EQ(hashes.size(), 4U);
    EXPECT_EQ(hashes.begin()->size(), 64U);
}

VerifyRequest good_request() {
    return {.problem_id = "p",
            .verifier = "chain_arithmetic",
            .params = {{"family", "mod"}},
            .gold = "6",
            .prompt = "6+4*7-4?",
            .completion = "6+4=0;0*7=0;0-4=6;#6$",
            .finish_reason = FinishReason::kStop,
            .think_tags = false,
            .profile = "raw"};
}

TEST(VerifyRequest, FillsTheVerdict) {
    const VerifyRequest request = good_request();
    const Verdict verdict = verify_request(request);
    EXPECT_EQ(verdict.status, VerdictStatus::kCorrect);
    EXPECT_EQ(verdict.verifier_hash,
              verifier_hash(*find_verifier("chain_arithmetic").value(), request.params, "raw"));
    EXPECT_GE(verdict.micros, 0);
    EXPECT_EQ(verdict.extracted, "6");
    EXPECT_EQ(verdict.method, "exact");
}

TEST(VerifyRequest, BlamesTheDataSetForItsOwnFaults) {
    const auto reason = [](const VerifyRequest& request) {
        const Verdict verdict = verify_request(request);
        EXPECT_EQ(verdict.status, VerdictStatus::kInvalidGold);
        EXPECT_EQ(verdict.score, 0.0);
        return verdict.reason;
    };
    VerifyRequest request = good_request();
    request.verifier = "nobody";
    EXPECT_EQ(reason(request), "unknown_verifier");
    request = good_request();
    request.params["family"] = "Mod";
    EXPECT_THAT(reason(request), StartsWith("bad_params: params.family"));
    request.params = nullptr;
    EXPECT_THAT(reason(request), StartsWith("bad_params: "));
    request = good_request();
    request.params["extra"] = 1;
    EXPECT_THAT(reason(request), StartsWith("bad_params: "));
    request = good_request();
    request.gold = nullptr;
    EXPECT_THAT(reason(request), StartsWith("bad_gold: "));
    request = good_request();
    request.profile = "reward_lenient";
    EXPECT_EQ(reason(request), "unknown_profile");
}

// Whoever wrote the wrong completion, the gold's fault comes first: it must never cost the model a
// reward.
TEST(VerifyRequest, LooksAtTheGoldBeforeTheCompletion) {
    VerifyRequest request = good_request();
    request.gold = "12";
    request.completion = "nonsense";
    EXPECT_EQ(verify_request(request).status, VerdictStatus::kInvalidGold);
}

TEST(VerifyRequest, MasksAnAbortedChain) {
    VerifyRequest request = good_request();
    request.finish_reason = FinishReason::kAbort;
    const Verdict verdict = verify_request(request);
    EXPECT_EQ(verdict.status, VerdictStatus::kInternalError);
    EXPECT_EQ(verdict.reason, "aborted");
}

TEST(VerifyRequest, PaysNothingForACompletionOverTheLimit) {
    VerifyRequest request = good_request();
    request.completion = std::string(kMaxCompletionBytes + 1, '6');
    const Verdict verdict = verify_request(request);
    EXPECT_EQ(verdict.status, VerdictStatus::kBudgetExceeded);
    EXPECT_EQ(verdict.reason, "completion_too_long");
}

TEST(VerifyRequest, GivesTextsThatCanBeStored) {
    for (const char* bad : {"\xFF\xFE;#\xC3", "6+4=\xE2\x88;#6$", "#\xED\xA0\x80$"}) {
        VerifyRequest request = good_request();
        request.completion = bad;
        const Verdict verdict = verify_request(request);
        EXPECT_EQ(verdict.score, 0.0);
        const Json json = verdict_to_json(verdict);
        EXPECT_EQ(Json::parse(json.dump()), json);  // dump() throws on bad UTF-8
    }
}

}  // namespace
}  // namespace veritune::verify
