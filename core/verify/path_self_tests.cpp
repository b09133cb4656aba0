// SPDX-License-Identifier: Apache-2.0
#include "core/verify/path_verifier.h"
#include "core/verify/self_test_table.h"

namespace veritune::verify {

namespace {

const char* const kRoads =
    R"js({"kind":"graph","edges":[["Bonn","Ulm",4],["Ulm","Kiel",4],["Bonn","Jena",1],["Jena","Ulm",1],["Kiel","Rom",9]],"start":"Bonn","goal":"Kiel","want":"shortest"})js";
const char* const kMaze = R"js({"kind":"maze","rows":["S.#","#..","#.G"]})js";
const char* const kOneWay =
    R"js({"kind":"graph","directed":true,"edges":[[1,2],[2,3],[3,1],[2,4],[4,2]],"start":1,"goal":1,"visit_all":true,"simple":false,"max_cost":6})js";

}  // namespace

std::vector<SelfTest> PathVerifier::self_tests() const {
    return self_tests_of({
        {R"(["Bonn","Jena","Ulm","Kiel"])",
         kRoads,
         {"[\"Bonn\",\"Jena\",\"Ulm\",\"Kiel\"]",
          "Bonn -> Jena -> Ulm -> Kiel",
          "bonn, jena, ulm, kiel",
          "Bonn \xE2\x86\x92 Jena \xE2\x86\x92 Ulm \xE2\x86\x92 Kiel",
          "{\"path\": [\"Bonn\",\"Jena\",\"Ulm\",\"Kiel\"]}",
          "Path: Bonn -> Jena -> Ulm -> Kiel",
          "1. Bonn\n2. Jena\n3. Ulm\n4. Kiel",
          "The way is [\"Bonn\",\"Jena\",\"Ulm\",\"Kiel\"]."},
         {"Bonn -> Ulm -> Kiel",
          "Kiel -> Ulm -> Jena -> Bonn",
          "Bonn -> Jena -> Ulm",
          "Jena -> Ulm -> Kiel",
          "Bonn -> Kiel",
          "Bonn -> Jena -> Kiel",
          "Bonn -> Jena -> Ulm -> Rom -> Kiel",
          "Bonn -> Jena -> Paris -> Kiel",
          "none",
          "[]",
          "",
          "6",
          "Bonn -> Jena -> Bonn -> Jena -> Ulm -> Kiel",
          "[\"Bonn\",[\"Jena\"],\"Ulm\",\"Kiel\"]"}},
        {"null",
         kMaze,
         {"RDRD",
          "R D D R",
          "right, down, down, right",
          "[\"right\",\"down\",\"right\",\"down\"]",
          "[[1,1],[1,2],[2,2],[3,2],[3,3]]",
          "rechts, runter, runter, rechts",
          "R -> D -> R -> D",
          "RDUDRD"},
         {"DRRD", "RDD", "RRDD", "[[1,1],[2,2],[3,3]]", "RDRDD", "RDXD", "none"}},
        {R"("none")",
         R"js({"kind":"maze","rows":["S#G"]})js",
         {"none", "There is no path.", "[]"},
         {"RR", "[[1,1],[1,3]]"}},
        {"[1,2,4,2,3,1]",
         kOneWay,
         {"1, 2, 4, 2, 3, 1", "[1,2,4,2,3,1]"},
         {"1, 2, 3, 1", "1", "1 -> 3 -> 2 -> 4 -> 2 -> 3 -> 1"}},
        {"null",
         R"js({"kind":"graph","edges":[["a","b"],["b","c"],["a","d"],["d","c"]],"start":"a","goal":"c","avoid":["b"],"simple":true})js",
         {"a, d, c"},
         {"a, b, c", "a, d, a, d, c"}},
        {"null",
         R"js({"kind":"graph","edges":[["a","b"]],"start":"a","goal":"b"})js",
         {"\\boxed{a, b}"},
         {"\\boxed{b, a}"},
         "reward_strict"},
    });
}

}  // namespace veritune::verify
