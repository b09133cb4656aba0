// SPDX-License-Identifier: Apache-2.0
#include "core/verify/self_test_table.h"
#include "core/verify/z3_verifier.h"

namespace veritune::verify {

std::vector<SelfTest> Z3Verifier::self_tests() const {
    return self_tests_of({
        {R"({"x":3,"y":7})",
         R"js({"variables":{"x":"int","y":"int"},"constraints":[["=",["+","x","y"],10],["<","x","y"],[">","x",2],["!=",["mod","y",2],0]],"unique":true})js",
         {"{\"x\":3,\"y\":7}",
          "x = 3, y = 7",
          "x: 3\ny: 7",
          "y=7; x=3",
          "{\"y\": \"7\", \"x\": \"3\"}",
          "So the values are {\"x\": 3, \"y\": 7}.",
          "x = 3.0, y = 7"},
         {"x = 4, y = 6",
          "x = 3",
          "x = 3, y = 7, z = 1",
          "x = 3, y = 7, x = 3",
          "3, 7",
          "sat",
          "unsat",
          "",
          "{\"x\":3}",
          "x = 7, y = 3",
          "x = 3, y = seven",
          "x = 3.5, y = 6.5",
          "x = 3 or 4, y = 7"}},
        {"null",
         R"js({"variables":{"a":"real","b":"real"},"constraints":[["=",["*",3,"a"],1],["<","a","b"],["<=","b",["/",1,2]]]})js",
         {"a = 1/3, b = 1/2", "a = 1/3\nb = 0.5", "{\"a\":\"1/3\",\"b\":0.4}"},
         {"a = 0.333, b = 0.5", "a = 1/3, b = 1/3", "a = 1/3, b = 0.6"}},
        {R"({"k":90})",
         R"js({"variables":{"k":["bv",8]},"constraints":[["=",["bvxor","k",["bv","0xff",8]],["bv",165,8]],["bvult","k",["bv",128,8]]]})js",
         {"k = 90", "k = 0x5a", "{\"k\":90}", "k: #b01011010"},
         {"k = 165", "k = 91", "k = 346", "k = -1"}},
        {R"("unsat")",
         R"js({"variables":{"p":"bool","q":"bool"},"constraints":[["or","p","q"],["not","p"],["->","q","p"]]})js",
         {"unsat", "Unsatisfiable", "no", "The constraints are not satisfiable."},
         {"sat", "satisfiable", "p = true, q = false", "sat or unsat"}},
        {R"("sat")",
         R"js({"sorts":["U"],"variables":{"a":"U","b":"U"},"functions":{"f":[["U"],"U"]},"constraints":[["=",["f",["f","a"]],"a"],["!=",["f","a"],"a"],["=","b",["f","a"]]]})js",
         {"sat", "yes", "It is satisfiable."},
         {"unsat", "no"}},
        {R"({"x":2})",
         R"js({"variables":{"x":"int","h":"int"},"constraints":[["=",["*",2,"h"],"x"],[">","x",0],["<","x",4]],"ask":["x"],"unique":true})js",
         {"\\boxed{x = 2}", "The answer is $x = 2$.", "\\boxed{\\text{x: 2}}"},
         {"\\boxed{x = 3}", "\\boxed{x = 4}", "\\boxed{h = 1}", "\\boxed{2}"},
         "reward_strict"},
    });
}

}  // namespace veritune::verify
