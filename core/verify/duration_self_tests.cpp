// SPDX-License-Identifier: Apache-2.0
#include "core/verify/duration_verifier.h"
#include "core/verify/self_test_table.h"

namespace veritune::verify {

std::vector<SelfTest> DurationVerifier::self_tests() const {
    return self_tests_of({
        {R"("34 weeks 3 days")",
         "{}",
         {"34 weeks 3 days",
          "34+3",
          "34w3d",
          "34 weeks and 3 days",
          "34 Wochen, 3 Tage",
          "241 days",
          "241 d",
          "('34 weeks', '3 days')",
          "34w 3d",
          "34 Wochen und 3 Tage"},
         {"34+4",
          "34 weeks",
          "34 weeks 10 days",
          "33+10",
          "34+7",
          "241",
          "3 days 34 weeks",
          "241 hours",
          "8 months",
          "34:03",
          "34 weeks 3 days or 35 weeks",
          "34.5 weeks 3 days",
          "-241 days",
          "soon",
          "34 weeks 3 weeks",
          "34w3",
          "+3",
          "34+"}},
        {"9000",
         R"({"base":"seconds"})",
         {"2:30",
          "02:30:00",
          "2 h 30 min",
          "2.5 hours",
          "150 minutes",
          "9000 s",
          "2 Stunden 30 Minuten",
          "150 min"},
         {"2:31", "2:60", "9000", "2+30", "150", "2:3", "2:30:60", "2 h 90 min"}},
        {"10",
         "{}",
         {"The answer is 10 days", "Answer: 1 week 3 days", "\\boxed{10 days}"},
         {"\\boxed{11 days}"},
         "reward_strict"},
    });
}

}  // namespace veritune::verify
