// SPDX-License-Identifier: Apache-2.0
#include "core/verify/sat_logic_verifier.h"
#include "core/verify/self_test_table.h"

namespace veritune::verify {

std::vector<SelfTest> SatLogicVerifier::self_tests() const {
    return self_tests_of({
        {R"({"p":true,"q":false})",
         R"js({"variables":["p","q"],"constraints":[["or","p","q"],["->","p",["not","q"]],["xor","p","q"]]})js",
         {"p = true, q = false",
          "{\"p\":true,\"q\":false}",
          "p: T\nq: F",
          "p=1; q=0",
          "p = false, q = true",
          "q: true\np: false",
          "{\"q\":1,\"p\":0}",
          "{\"p\":\"yes\",\"q\":\"no\"}",
          "```json\n{\"p\": false, \"q\": true}\n```"},
         {"p = true, q = true",
          "p = false, q = false",
          "p = true",
          "p = true, q = false, p = true",
          "p",
          "",
          "p = maybe, q = true",
          "p = true, q = false, r = true",
          "{\"p\":true}",
          "true, false",
          "{\"p\":true,\"q\":\"true\"}",
          "p and not q"}},
        {"null",
         R"js({"variables":{"x":[1,2,3],"y":[1,2,3],"z":[1,2,3]},"constraints":[["distinct","x","y","z"],["<","x","y"],["=",["+","x","y"],"z"]]})js",
         {"x=1, y=2, z=3",
          "{\"x\":1,\"y\":2,\"z\":3}",
          "x: 1\ny: 2\nz: 3",
          "z = 3; y = 2; x = 1",
          "{\"x\":\"1\",\"y\":\"2\",\"z\":\"3\"}"},
         {"x=2, y=1, z=3", "x=1, y=2", "x=1, y=2, z=4", "x=1, y=1, z=2"}},
        {R"js({"variables":{"a":["red","green"],"b":["red","green"]},"constraints":[["!=","a","b"],["=","a",["value","red"]]],"unique":true,"solution":{"a":"red","b":"green"}})js",
         "{}",
         {"a = red, b = green",
          "a: Red\nb: Green",
          "{\"a\":\"RED\",\"b\":\"green\"}",
          "b=green, a=red"},
         {"a = green, b = red", "a = red, b = red", "a = red, b = blue"}},
        {R"({"p":true})",
         R"js({"variables":["p"],"constraints":["p"]})js",
         {"\\boxed{p: true}",
          "The answer is p: true",
          "\\boxed{p = true}",
          "The answer is $p = true$."},
         {"\\boxed{p: false}"},
         "reward_strict"},
    });
}

}  // namespace veritune::verify
