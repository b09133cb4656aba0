// SPDX-License-Identifier: Apache-2.0
#include "core/verify/grid_verifier.h"
#include "core/verify/self_test_table.h"

namespace veritune::verify {

namespace {

const char* const kSudoku =
    R"js({"kind":"sudoku","size":4,"givens":[[1,0,0,4],[0,4,1,0],[2,0,0,3],[0,3,2,0]]})js";
const char* const kZebra =
    R"js({"kind":"zebra","categories":{"colour":["red","green","blue"],"person":["Ann","Bob","Cid"],"pet":["cat","dog","fish"]},"clues":[["same","Ann","red"],["left","green","blue"],["at","Bob",3],["next","cat","Ann"],["not-same","fish","Bob"]]})js";

}  // namespace

std::vector<SelfTest> GridVerifier::self_tests() const {
    return self_tests_of({
        {"[[1,2,3,4],[3,4,1,2],[2,1,4,3],[4,3,2,1]]",
         kSudoku,
         {"[[1,2,3,4],[3,4,1,2],[2,1,4,3],[4,3,2,1]]",
          "1234\n3412\n2143\n4321",
          "1 2 3 4\n3 4 1 2\n2 1 4 3\n4 3 2 1",
          "[1,2,3,4]\n[3,4,1,2]\n[2,1,4,3]\n[4,3,2,1]",
          "12|34\n34|12\n--+--\n21|43\n43|21",
          "Here it is:\n| 1 | 2 | 3 | 4 |\n| 3 | 4 | 1 | 2 |\n| 2 | 1 | 4 | 3 |\n| 4 | 3 | 2 | 1 |",
          "{\"grid\": [[1,2,3,4],[3,4,1,2],[2,1,4,3],[4,3,2,1]]}",
          "[\"1234\",\"3412\",\"2143\",\"4321\"]",
          "First try:\n1111\n2222\n3333\n4444\nBetter:\n1,2,3,4\n3,4,1,2\n2,1,4,3\n4,3,2,1"},
         {"[[2,1,3,4],[3,4,1,2],[1,2,4,3],[4,3,2,1]]",
          "[[1,2,3,4],[3,4,1,2],[2,1,4,3]]",
          "[[1,2,3,4],[3,4,1,2],[2,1,4,3],[4,3,2,0]]",
          "[[1,2,3,4],[3,4,1,2],[2,1,4,3],[4,3,2,5]]",
          "[[1,2,3,4],[3,4,1,2],[2,1,4,3],[4,3,1,2]]",
          "1234\n3412\n2143",
          "1234\n3412\n2143\n43.1",
          "1234\n3412\n2143\n4321\n1234",
          "1234341221434321",
          "",
          "The sudoku has no solution.",
          "[[1,2,3,4],[3,4,1,2],[2,1,4,3],[4,3,2,\"x\"]]",
          "[[4,2,3,1],[3,1,4,2],[2,4,1,3],[1,3,2,4]]",
          "[1,2,3,4]"}},
        {"null",
         R"js({"kind":"futoshiki","size":3,"givens":[[0,0,3],[0,0,0],[0,0,0]],"less":[[1,1,1,2],[2,3,2,2]]})js",
         {"123\n231\n312", "[[1,2,3],[2,3,1],[3,1,2]]", "1 2 3\n2 3 1\n3 1 2"},
         {"213\n321\n132", "123\n312\n231", "321\n132\n213"}},
        {"null",
         R"js({"kind":"nonogram","rows":[[1],[3],[1]],"columns":[[1],[3],[1]]})js",
         {".#.\n###\n.#.", "[[0,1,0],[1,1,1],[0,1,0]]", "0 1 0\n1 1 1\n0 1 0"},
         {"#..\n###\n.#.", "###\n###\n###", ".#.\n###"}},
        {"null",
         R"js({"kind":"queens","size":4})js",
         {"[2,4,1,3]",
          "[3,1,4,2]",
          ".Q..\n...Q\nQ...\n..Q.",
          "[[0,1,0,0],[0,0,0,1],[1,0,0,0],[0,0,1,0]]"},
         {"[1,2,3,4]", "[2,4,1]", "[2,4,1,5]", "Q...\n..Q.\n...Q\n.Q.."}},
        {R"({"A":"red","B":"green","C":"red"})",
         R"js({"kind":"colouring","nodes":["A","B","C"],"edges":[["A","B"],["B","C"]],"colours":["red","green"]})js",
         {"{\"A\":\"red\",\"B\":\"green\",\"C\":\"red\"}",
          "A: green\nB: red\nC: green",
          "A = red, B = green, C = red"},
         {"A: red\nB: red\nC: green",
          "A: red\nB: green",
          "A: red\nB: green\nC: blue",
          "A: red, A: red, B: green, C: red"}},
        {R"({"colour":["green","blue","red"],"person":["Cid","Ann","Bob"],"pet":["cat","dog","fish"]})",
         R"js({"kind":"zebra","categories":{"colour":["red","green","blue"],"person":["Ann","Bob","Cid"],"pet":["cat","dog","fish"]},"clues":[["same","Ann","blue"],["left","green","blue"],["at","Bob",3],["next","cat","Ann"],["same","fish","Bob"]]})js",
         {R"({"1":{"colour":"green","person":"Cid","pet":"cat"},"2":{"colour":"blue","person":"Ann","pet":"dog"},"3":{"colour":"red","person":"Bob","pet":"fish"}})",
          "1: green, Cid, cat\n2: blue, Ann, dog\n3: red, Bob, fish"},
         {"1: blue, Cid, cat\n2: green, Ann, dog\n3: red, Bob, fish",
          "1: green, Cid, cat\n2: blue, Ann, dog",
          R"({"colour":["green","green","red"],"person":["Cid","Ann","Bob"],"pet":["cat","dog","fish"]})"}},
        {"null",
         kZebra,
         {R"({"colour":["red","green","blue"],"person":["Ann","Cid","Bob"],"pet":["fish","cat","dog"]})"},
         {R"({"colour":["red","green","blue"],"person":["Ann","Cid","Bob"],"pet":["fish","dog","cat"]})"}},
        {"[[1,2],[2,1]]",
         R"js({"kind":"latin","size":2})js",
         {"\\boxed{[[1,2],[2,1]]}"},
         {"\\boxed{[[1,1],[2,2]]}"},
         "reward_strict"},
    });
}

}  // namespace veritune::verify
