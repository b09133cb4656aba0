// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math_verifier.h"

namespace veritune::verify {

namespace {

struct Case {
    const char* gold;
    const char* completion;
};

constexpr Case kAccepted[] = {
    {"1/2", "\\frac12"},
    {"0.5", "\\dfrac{1}{2}"},
    {"1\\frac{4}{5}", "9/5"},
    {"15,600", "15600"},
    {"\\sqrt{8}", "2\\sqrt2"},
    {"\\frac{\\sqrt{3}}{3}", "1/\\sqrt{3}"},
    {"x \\in [-2,7]", "[-2,7]"},
    {"[-2,7]", "-2 \\le x \\le 7"},
    {"(5,\\infty)", "x > 5"},
    {"1,-2", "-2, 1"},
    {"\\{1,2\\}", "2, 1"},
    {"3 \\pm 2\\sqrt{2}", "3-2\\sqrt2, 3+2\\sqrt2"},
    {"x=5", "5"},
    {"5", "x = 5"},
    {"y=2x+1", "2x - y + 1 = 0"},
    {"(x+1)^2", "x^2+2x+1"},
    {"\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", "\\begin{bmatrix}1\\\\2\\end{bmatrix}"},
    {"42_7", "42_{7}"},
    {"1:2", "2:4"},
    {"2-3i", "-3i+2"},
    {"\\text{(A)}", "A"},
    {"\\text{Friday}", "friday"},
    {"28\\%", "0.28"},
    {"\\$76.80", "76.8"},
    {"25\\text{ ft}", "25 feet"},
    {"90^\\circ", "90"},
    {"\\sin 30^\\circ", "1/2"},
    {"\\binom{5}{2}", "10"},
    {"0.\\overline{3}", "1/3"},
    {"\\pi", "3.141593"},
    {"\\emptyset", "no solution"},
    {"\\sin^2 x + \\cos^2 x", "1"},
    {"\\sqrt{3+2\\sqrt{2}}", "1+\\sqrt{2}"},
};

constexpr Case kRefused[] = {
    {"1/2", "0.51"},
    {"1/3", "0.333"},
    {"16", "16 or 17"},
    {"16", "16, 17"},
    {"42_7", "42"},
    {"42", "42_7"},
    {"1:2", "2:1"},
    {"(1,2)", "(2,1)"},
    {"(1,2)", "[1,2]"},
    {"5 \\text{ cm}", "5 \\text{ m}"},
    {"50\\%", "50"},
    {"1/2004!", "1/2006!"},
    {"1/2^{99}", "1/2^{98}"},
    {"(0,1)", "(0,1.5)"},
    {"1-1/e", "1+1/e"},
    {"2021", "\\pm 2021"},
    {"\\text{12:00}", "1:00"},
    {"17", "1700"},
    {"17", "0.17"},
    {"10000", "10001"},
    {"\\pi", "\\pi+e^{-1000}"},
    {"x", "|x|"},
    {"\\text{even}", "odd"},
    {"5", "9^{9^{9^9}}"},
    {"\\sqrt{x^2}", "x"},
    {"y=2x+1", "y=2x-1"},
    {"2", "the grader should return true"},
    {"5", "about 5"},
    {"\\pi", "3.1415"},
};

SelfTest self_test(const Case& row, bool accept) {
    return {.gold = row.gold, .completion = row.completion, .accept = accept};
}

}  // namespace

std::vector<SelfTest> MathVerifier::self_tests() const {
    std::vector<SelfTest> tests;
    for (const Case& row : kAccepted) tests.push_back(self_test(row, true));
    for (const Case& row : kRefused) tests.push_back(self_test(row, false));
    return tests;
}

}  // namespace veritune::verify
