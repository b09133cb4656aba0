// SPDX-License-Identifier: Apache-2.0
#include "core/verify/kk_verifier.h"
#include "core/verify/self_test_table.h"

namespace veritune::verify {

std::vector<SelfTest> KkVerifier::self_tests() const {
    return self_tests_of({
        {"[false,true]",
         R"js({"names":["Zoey","Emily"],"statements":[["and",["telling-truth",1],["telling-truth",0]],["not",["telling-truth",0]]]})js",
         {"Zoey is a knave, and Emily is a knight.",
          "(1) Zoey is a knave\n(2) Emily is a knight",
          "{\"Zoey\":\"knave\",\"Emily\":\"knight\"}",
          "```json\n{\"zoey\": false, \"emily\": true}\n```",
          "Emily is a knight; Zoey is not a knight",
          "Zoey: knave\nEmily: knight",
          "ZOEY IS A KNAVE. EMILY IS A KNIGHT.",
          "Zoey = liar, Emily = knight",
          "Zoey ist ein Schurke, Emily ist ein Ritter",
          "**Zoey** is a knave and **Emily** is a knight"},
         {"Zoey is a knight, and Emily is a knave.",
          "Zoey is a knave.",
          "Zoey and Emily are knights",
          "Zoey and Emily are knaves",
          "Zoey is a knave, Emily is a knight, Zoey is a knight",
          "knave, knight",
          "Nobody knows",
          "Zoey is a knave, the other is a knight",
          "Emily is a knight",
          "",
          "Zoey is a knave or Emily is a knight",
          "{\"Zoey\":\"knave\"}",
          "{\"Zoey\":\"knave\",\"Emily\":\"knight\",\"Bob\":\"knight\"}",
          "{\"Zoey\":1,\"Emily\":0}",
          "Zoey is a knave, Emily is not a knight",
          "Zoey is a knave. Emily says so"}},
        {R"js({"names":["A","B","C"],"statements":[["lying",1],["<=>",["telling-truth",0],["lying",2]],["->",["telling-truth",0],["or",["telling-truth",1],["lying",1]]]],"solution":null})js",
         "{}",
         {"A is a knight, B is a knave, C is a knight", "A and C are knights, B is a knave"},
         {"A is a knight, B is a knight, C is a knight", "A, B, C"}},
        {"null",
         R"js({"names":["A","B"],"statements":[["telling-truth",1],["telling-truth",0]]})js",
         {"A and B are knights",
          "A and B are knaves",
          "A, B: knights",
          "{\"A\":true,\"B\":true}",
          "{\"A\":\"a knave\",\"B\":\"a knave\"}",
          "both A and B are knaves"},
         {"A is a knight and B is a knave", "{\"A\":true,\"B\":false}"}},
        {"[true]",
         R"js({"names":["Ann Lee"],"statements":[["telling-truth",0]]})js",
         {"\\boxed{Ann Lee is a knight}",
          "The answer is: Ann Lee is a knight",
          "\\boxed{Ann Lee = knight}"},
         {"\\boxed{Ann is a knight}"},
         "reward_strict"},
    });
}

}  // namespace veritune::verify
