// SPDX-License-Identifier: Apache-2.0
#include "core/verify/verifier_pool.h"
#include "tests/verify/problems.h"

#include <gtest/gtest.h>

#include <clocale>
#include <locale>
#include <string>
#include <vector>

namespace veritune::verify {
namespace {

/// Every self-test and a few hundred chains, right and wrong.
std::vector<VerifyRequest> corpus() {
    std::vector<VerifyRequest> requests;
    for (const Verifier* verifier : all_verifiers()) {
        for (const SelfTest& test : verifier->self_tests()) {
            requests.push_back({.problem_id = std::to_string(requests.size()),
                                .verifier = std::string(verifier->id()),
                                .params = test.params,
                                .gold = test.gold,
                                .prompt = test.prompt,
                                .completion = test.completion,
                                .finish_reason = test.finish_reason,
                                .think_tags = false,
                                .profile = test.profile});
        }
    }
    for (const std::string& family : data::generator_families()) {
        for (const data::Problem& problem :
             test::generate({.family = family, .count = 100, .error_rate = 0.2})) {
            requests.push_back(request_for(problem));
            requests.back().completion = problem.solution;
        }
    }
    requests.emplace_back().verifier = "nobody";
    return requests;
}

/// All verdicts as one text, times left out.
std::string transcript(const std::vector<VerifyRequest>& requests, int threads) {
    std::string text;
    for (Verdict& verdict : VerifierPool(threads).verify(requests)) {
        verdict.micros = 0;
        text += verdict_to_json(verdict).dump() + "\n";
    }
    return text;
}

TEST(VerifierPool, GivesTheSameVerdictsOnAnyNumberOfThreads) {
    const std::vector<VerifyRequest> requests = corpus();
    const std::string one = transcript(requests, 1);
    for (const int threads : {2, 4, 8, 0, -1, 64}) {
        EXPECT_EQ(transcript(requests, threads), one) << threads << " threads";
    }
}

TEST(VerifierPool, GivesTheSameVerdictsAHundredTimes) {
    const std::vector<VerifyRequest> requests = corpus();
    const std::string first = transcript(requests, 1);
    for (int i = 0; i < 100; ++i) ASSERT_EQ(transcript(requests, 1 + i % 4), first) << i;
}

/// Groups digits and swaps point and comma, as German does; needs no locale to be installed.
class Grouping : public std::numpunct<char> {
  protected:
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\1"; }
    std::string do_truename() const override { return "wahr"; }
};

TEST(VerifierPool, GivesTheSameVerdictsUnderEveryLocale) {
    const std::vector<VerifyRequest> requests = corpus();
    const std::string plain = transcript(requests, 2);
    const std::locale before = std::locale::global(
        std::locale(std::locale::classic(), new Grouping));  // the locale owns its facet
    EXPECT_EQ(transcript(requests, 2), plain);
    std::locale::global(before);
    // Not every machine has these; "C" always is.
    for (const char* name : {"C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8", "en_US.UTF-8"}) {
        if (std::setlocale(LC_ALL, name) == nullptr) continue;
        EXPECT_EQ(transcript(requests, 2), plain) << name;
    }
    std::setlocale(LC_ALL, "C");
}

TEST(VerifierPool, KeepsTheOrderOfTheRequests) {
    std::vector<VerifyRequest> requests;
    for (int i = 0; i < 1000; ++i) {
        VerifyRequest request;
        request.verifier = "integer";
        request.gold = i;
        request.profile = "raw";
        request.completion = std::to_string(i % 3 == 0 ? i : i + 1);
        requests.push_back(request);
    }
    const std::vector<Verdict> verdicts = VerifierPool(4).verify(requests);
    ASSERT_EQ(verdicts.size(), requests.size());
    for (int i = 0; i < 1000; ++i) {
        const Verdict& verdict = verdicts[static_cast<std::size_t>(i)];
        EXPECT_EQ(verdict.gold_normal, std::to_string(i));
        EXPECT_EQ(verdict.score, i % 3 == 0 ? 1.0 : 0.0);
    }
}

TEST(VerifierPool, VerifiesNothing) { EXPECT_TRUE(VerifierPool(4).verify({}).empty()); }

}  // namespace
}  // namespace veritune::verify
