// SPDX-License-Identifier: Apache-2.0
// Every verifier that runs no programs, on any completion: two bytes choose the gold of a
// self-test.
#include "core/verify/verifier.h"
#include "tests/fuzz/fuzz_target.h"

VT_FUZZ_TARGET(answer) {
    using namespace veritune;
    struct Gold {
        const verify::Verifier* verifier;
        verify::SelfTest test;
    };
    static const std::vector<Gold> golds = [] {
        std::vector<Gold> all;
        for (const verify::Verifier* verifier : verify::all_verifiers()) {
            if (verifier->runs_programs()) continue;
            for (const verify::SelfTest& test : verifier->self_tests()) {
                all.push_back({verifier, test});
            }
        }
        return all;
    }();
    if (input.size() < 2) return;
    const std::size_t choice =
        static_cast<unsigned char>(input[0]) * 256U + static_cast<unsigned char>(input[1]);
    const Gold& gold = golds[choice % golds.size()];
    verify::VerifyRequest request;
    request.problem_id = "fuzz";
    request.verifier = gold.verifier->id();
    request.params = gold.test.params;
    request.gold = gold.test.gold;
    request.prompt = gold.test.prompt;
    request.profile = gold.test.profile;
    request.completion = input.substr(2);
    const verify::Verdict verdict = verify::verify_request(request);
    fuzz::require(verdict.reason != "exception" && verdict.reason != "inconsistent_verdict",
                  "a verifier neither throws nor contradicts itself");
    verify::Verdict again = verify::verify_request(request);
    again.micros = verdict.micros;
    fuzz::require(verify::verdict_to_json(again) == verify::verdict_to_json(verdict),
                  "a verdict is a pure function of the request");
}
