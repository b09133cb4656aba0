// SPDX-License-Identifier: Apache-2.0
#include "core/verify/plan_verifier.h"
#include "core/verify/self_test_table.h"

namespace veritune::verify {

namespace {

const char* const kBlocks =
    R"js({"kind":"strips","init":["on a b","clear a","table b","hand"],"goal":["on b a"],"actions":[{"name":"unstack","params":["?x","?y"],"pre":["on ?x ?y","clear ?x","hand"],"add":["holding ?x","clear ?y"],"del":["on ?x ?y","clear ?x","hand"]},{"name":"pick-up","params":["?x"],"pre":["table ?x","clear ?x","hand"],"add":["holding ?x"],"del":["table ?x","clear ?x","hand"]},{"name":"put-down","params":["?x"],"pre":["holding ?x"],"add":["table ?x","clear ?x","hand"],"del":["holding ?x"]},{"name":"stack","params":["?x","?y"],"pre":["holding ?x","clear ?y"],"add":["on ?x ?y","clear ?x","hand"],"del":["holding ?x","clear ?y"]}]})js";

}  // namespace

std::vector<SelfTest> PlanVerifier::self_tests() const {
    return self_tests_of({
        {R"(["unstack a b","put-down a","pick-up b","stack b a"])",
         kBlocks,
         {"unstack a b\nput-down a\npick-up b\nstack b a",
          "[\"unstack a b\",\"put-down a\",\"pick-up b\",\"stack b a\"]",
          "1. (unstack a b)\n2. (put-down a)\n3. (pick-up b)\n4. (stack b a)",
          "The plan is:\nunstack(a, b)\nput-down(a)\npick-up(b)\nstack(b, a)",
          "UNSTACK A B; PUT-DOWN A; PICK-UP B; STACK B A",
          "{\"plan\": "
          "[[\"unstack\",\"a\",\"b\"],[\"put-down\",\"a\"],[\"pick-up\",\"b\"],[\"stack\",\"b\","
          "\"a\"]]}",
          "unstack a b\nstack a b\nunstack a b\nput-down a\npick-up b\nstack b a"},
         {"pick-up b\nstack b a",
          "unstack a b\nput-down a\npick-up b",
          "unstack a b\npick-up b\nstack b a",
          "unstack a c\nput-down a\npick-up b\nstack b a",
          "unstack a\nput-down a\npick-up b\nstack b a",
          "teleport b a",
          "stack b a",
          "",
          "[]",
          "I cannot do that.",
          "put-down a\nunstack a b\npick-up b\nstack b a"}},
        {"null",
         R"js({"kind":"hanoi","disks":2,"shortest":true})js",
         {"A -> B\nA -> C\nB -> C",
          "move A B\nmove A C\nmove B C",
          "[[\"A\",\"B\"],[\"A\",\"C\"],[\"B\",\"C\"]]",
          "1. Move disk 1 from peg A to peg B.\n2. Move disk 2 from peg A to peg C.\n3. Move disk "
          "1 from peg B to peg C."},
         {"A -> C\nA -> B\nB -> C",
          "A -> C\nC -> B\nA -> C\nB -> C",
          "A -> B\nA -> C",
          "Move disk 2 from A to C",
          "B -> C",
          "A -> D"}},
        {"null",
         R"js({"kind":"jugs","capacities":[3,5],"goal":4})js",
         {"fill 2\npour 2 1\nempty 1\npour 2 1\nfill 2\npour 2 1",
          "Fill jug 2.\nPour jug 2 into jug 1.\nEmpty jug 1.\nPour jug 2 into jug 1.\nFill jug "
          "2.\nPour jug 2 into jug 1.",
          "[\"fill 1\",\"pour 1 2\",\"fill 1\",\"pour 1 2\",\"empty 2\",\"pour 1 2\",\"fill "
          "1\",\"pour 1 2\"]"},
         {"fill 2",
          "fill 3",
          "pour 2 2",
          "fill 2\npour 2 1\nempty 1\npour 2 1\nfill 2",
          "drink 1"}},
        {R"(["goat","alone","wolf","goat","cabbage","alone","goat"])",
         R"js({"kind":"river","items":["wolf","goat","cabbage"],"conflicts":[["wolf","goat"],["goat","cabbage"]]})js",
         {"take goat\nreturn alone\ntake wolf\ntake goat\ntake cabbage\nreturn alone\ntake goat",
          "cross with goat; cross alone; cross with cabbage; cross with goat; cross with wolf; "
          "cross alone; cross with goat",
          "[\"goat\",\"\",\"wolf\",\"goat\",\"cabbage\",\"\",\"goat\"]"},
         {"take wolf\nreturn alone\ntake goat",
          "take goat",
          "take goat and wolf",
          "take goat\nreturn alone\ntake goat",
          "take duck"}},
        {"null",
         R"js({"kind":"sokoban","rows":["######","#@$ .#","######"]})js",
         {"RR", "r, r", "right\nright", "[\"right\",\"right\"]"},
         {"R", "RRR", "LRR", "RRX"}},
        {"null",
         R"js({"kind":"sokoban","rows":["#####","#@$.#","#####"],"max_steps":1})js",
         {"\\boxed{R}"},
         {"\\boxed{RL}"},
         "reward_strict"},
    });
}

}  // namespace veritune::verify
