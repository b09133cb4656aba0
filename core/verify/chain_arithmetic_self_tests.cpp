// SPDX-License-Identifier: Apache-2.0
#include "core/verify/chain_arithmetic_verifier.h"

namespace veritune::verify {

namespace {

/// Prompt, gold and completion of one family; an empty prompt is an unknown one.
struct Case {
    const char* family;
    const char* prompt;
    const char* gold;
    const char* completion;
};

constexpr Case kAccepted[] = {
    {"mod", "6+4*7-4?", "6", "6+4=0;0*7=0;0-4=6;#6$"},
    {"mod", "", "6", "6+4=0;0*7=0;0-4=6;#6$"},
    {"mod", "0+0?", "0", "0+0=0;#0$"},
    {"mod", "9*9?", "1", "9*9=1;#1$"},
    {"mod", "0-1?", "9", "0-1=9;#9$"},
    {"mod", "9+9+9+9?", "6", "9+9=8;8+9=7;7+9=6;#6$"},
    {"mod", "3*3*3*3*3*3*3*3?", "1", "3*3=9;9*3=7;7*3=1;1*3=3;3*3=9;9*3=7;7*3=1;#1$"},
    {"mod", "5-7-7-7?", "4", "5-7=8;8-7=1;1-7=4;#4$"},
    {"mod", "2*0+8?", "8", "2*0=0;0+8=8;#8$"},
    {"mod", "", "8", "2*0=0;0+8=8;#8$"},
    {"bool", "T&F|T^F?", "T", "T&F=F;F|T=T;T^F=T;#T$"},
    {"bool", "", "T", "T&F=F;F|T=T;T^F=T;#T$"},
    {"bool", "T^T?", "F", "T^T=F;#F$"},
    {"bool", "F^F?", "F", "F^F=F;#F$"},
    {"bool", "F|F&T?", "F", "F|F=F;F&T=F;#F$"},
    {"bool", "T|F&T^T?", "F", "T|F=T;T&T=T;T^T=F;#F$"},
    {"trace", "x=6;+4;*7;-4?", "6", "x=0;x=0;x=6;#6$"},
    {"trace", "", "6", "x=0;x=0;x=6;#6$"},
    {"trace", "x=0;-1?", "9", "x=9;#9$"},
    {"trace", "x=9;*9;*9?", "9", "x=1;x=9;#9$"},
    {"trace", "x=5;+5;+5;+5;+5;+5;+5;+5?", "0", "x=0;x=5;x=0;x=5;x=0;x=5;x=0;#0$"},
};

constexpr Case kRefused[] = {
    {"mod", "6+4*7-4?", "6", ""},
    {"mod", "6+4*7-4?", "6", "#6$"},  // answer without a proof
    {"mod", "", "6", "#6$"},
    {"mod", "6+4*7-4?", "6", "6+4=0;0*7=0;0-4=6;#6"},      // no end
    {"mod", "6+4*7-4?", "6", "6+4=0;0*7=0;0-4=6;6$"},      // no '#'
    {"mod", "6+4*7-4?", "6", "6+4=0;0*7=0;0-4=6;#6$#6$"},  // two answers
    {"mod", "6+4*7-4?", "6", "6+4=0;0*7=0;0-4=6;#4#6$"},
    {"mod", "6+4*7-4?", "6", "6+4=0;0*7=0;0-4=6;#6$$"},
    {"mod", "6+4*7-4?", "6", "6+4=0;0*7=0;0-4=6;#6$ "},
    {"mod", "6+4*7-4?", "6", "6+4=0;0*7=0;0-4=4;#6$"},        // wrong last step, right answer
    {"mod", "6+4*7-4?", "6", "6+4=1;1*7=7;7-4=3;#6$"},        // right answer by luck
    {"mod", "6+4*7-4?", "6", "6+4=0;0*7=0;0-4=6;#7$"},        // wrong answer after a right chain
    {"mod", "6+4*7-4?", "6", "6+4=0;0-4=6;#6$"},              // a step skipped
    {"mod", "6+4*7-4?", "6", "6+4=0;0*7=0;0-4=6;6+0=6;#6$"},  // a step too many
    {"mod", "6+4*7-4?", "6", "4+6=0;0*7=0;0-4=6;#6$"},        // operands swapped
    {"mod", "6+4*7-4?", "6", "6+4=0;0+0=0;0-4=6;#6$"},        // another operation, same value
    {"mod", "6+4*7-4?", "6", "6+4=0;7*0=0;0-4=6;#6$"},
    {"mod", "6+4*7-4?", "6", "6 + 4 = 0;0*7=0;0-4=6;#6$"},  // not canonical
    {"mod", "6+4*7-4?", "6", " 6+4=0;0*7=0;0-4=6;#6$"},
    {"mod", "6+4*7-4?", "6", "6+4=10;0*7=0;0-4=6;#6$"},
    {"mod", "6+4*7-4?", "6", "6+4=0;0*7=0;0-4=-4;#6$"},
    {"mod", "6+4*7-4?", "6", "6+4=0;0*7=0;0-4=6#6$"},  // no ';' before '#'
    {"mod", "6+4*7-4?", "6", "6+4=0;;0*7=0;0-4=6;#6$"},
    {"mod", "6+4*7-4?", "6", "6+4*7-4?6+4=0;0*7=0;0-4=6;#6$"},  // prompt repeated
    {"mod", "6+4*7-4?", "6", "The answer is 6."},
    {"mod", "6+4*7-4?", "6", "6+4=0;0*7=0;0-4=6;#06$"},
    {"mod", "", "6", "6+4=0;1*7=7;7-1=6;#6$"},  // steps not linked
    {"mod", "", "6", "6+4=0;0*7=0;0-4=6;#0$"},
    {"bool", "T&F|T^F?", "T", "#T$"},
    {"bool", "T&F|T^F?", "T", "T&F=T;T|T=T;T^F=T;#T$"},  // guess with a wrong step
    {"bool", "T&F|T^F?", "T", "T&F=F;F|T=T;T^F=T;#F$"},
    {"bool", "T&F|T^F?", "T", "t&f=f;f|t=t;t^f=t;#t$"},
    {"trace", "x=6;+4;*7;-4?", "6", "x=6;x=0;x=0;x=6;#6$"},  // start value repeated
    {"trace", "x=6;+4;*7;-4?", "6", "x=0;x=1;x=6;#6$"},
    {"trace", "x=6;+4;*7;-4?", "6", "6+4=0;0*7=0;0-4=6;#6$"},  // form of another family
};

SelfTest self_test(const Case& row, bool accept) {
    return {.gold = row.gold,
            .completion = row.completion,
            .accept = accept,
            .params = {{"family", row.family}},
            .profile = "raw",
            .prompt = row.prompt,
            .finish_reason = FinishReason::kStop};
}

}  // namespace

std::vector<SelfTest> ChainArithmeticVerifier::self_tests() const {
    std::vector<SelfTest> tests;
    for (const Case& row : kAccepted) tests.push_back(self_test(row, true));
    for (const Case& row : kRefused) tests.push_back(self_test(row, false));
    // Complete to the eye, but the sampler ran out of tokens: the model did not end it by itself.
    SelfTest cut = self_test(kAccepted[0], false);
    cut.finish_reason = FinishReason::kLength;
    tests.push_back(std::move(cut));
    SelfTest number = self_test(kAccepted[0], true);
    number.gold = 6;
    tests.push_back(std::move(number));
    return tests;
}

}  // namespace veritune::verify
