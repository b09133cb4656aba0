// SPDX-License-Identifier: Apache-2.0
#include "core/verify/citation_verifier.h"
#include "core/verify/self_test_table.h"

namespace veritune::verify {

std::vector<SelfTest> CitationVerifier::self_tests() const {
    return self_tests_of({
        {R"js("lease")js",
         R"js({"sources":{"lease":"The tenant shall pay rent on the first day of each month. The landlord's duty to repair \u2014 as agreed \u2014 remains. \u201cRent\u201d means the monthly sum.","other":"Other words of another text."}})js",
         {"The lease says \"The tenant shall pay rent\".",
          "\xE2\x80\x9Cthe tenant  shall pay rent on the first day\xE2\x80\x9D",
          "\xC2\xABThe tenant shall pay rent\xC2\xBB",
          "\xE2\x80\x9EThe tenant shall pay rent\xE2\x80\x9C",
          "\"The tenant shall ... each month\"",
          "\"The tenant shall \xE2\x80\xA6 each month.\"",
          "\"The tenant shall [...] first day\"",
          "\"The landlord\xE2\x80\x99s duty to repair - as agreed\"",
          "\"The tenant shall pay rent\" and \"rent\" alone",
          "\"means the monthly sum\" and \"on the first day\"",
          "\xC2\xBB"
          "first day of each month\xC2\xAB",
          "\"TENANT SHALL PAY\""},
         {"The tenant shall pay rent.",
          "\"The tenant shall not pay rent\"",
          "\"each month ... The tenant shall\"",
          "\"other words of another text\"",
          "\"The tenant shall pay rent\" and \"the tenant may leave now\"",
          "\"rent\"",
          "\"The tenant shall pay rent",
          "",
          "\"he tenant shall pay ren\"",
          "\"The tenant shall pay rent on the last day\"",
          "'The tenant shall pay rent'",
          "\"The tenant ... pays the rent\"",
          "\"tenant pay rent first month\""}},
        {R"js(["a","b"])js",
         R"js({"sources":{"a":"Alpha beta gamma delta.","b":"One two three four."},"min_quotes":2})js",
         {"\"alpha beta gamma\" \"one two three\"",
          "\"Alpha beta gamma\", \"gamma delta.\", \"two three four\""},
         {"\"alpha beta gamma\"",
          "\"alpha beta gamma one two\" \"two three four\"",
          "\"five six seven\" \"eight nine ten\""}},
        {"null",
         R"js({"sources":{"a":"Alpha beta gamma delta epsilon zeta."},"must_cover":"gamma delta epsilon","min_words":2})js",
         {"\"beta gamma delta epsilon\"",
          "\"gamma delta\" \"epsilon zeta\"",
          "\"gamma delta epsilon\"",
          "\"Alpha beta gamma delta epsilon zeta.\"",
          "\"beta gamma\" \"delta epsilon zeta\"",
          "\"alpha beta\" \"gamma delta epsilon\""},
         {"\"alpha beta gamma\"", "\"beta gamma\" \"epsilon zeta\"", "\"gamma ... epsilon\""}},
        {"null",
         R"js({"sources":{"a":"Alpha beta gamma delta."}})js",
         {"\\boxed{\"beta gamma delta\"}"},
         {"\\boxed{\"beta delta gamma\"}", "\"beta gamma delta\""},
         "reward_strict"},
    });
}

}  // namespace veritune::verify
