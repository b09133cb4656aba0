// SPDX-License-Identifier: Apache-2.0
#include "core/verify/composition_verifier.h"
#include "core/verify/self_test_table.h"

namespace veritune::verify {

namespace {

/// Multiples of ten from 100 to 290, so that each is tried in its own words.
std::vector<std::string> numbers(int from, int step, int count) {
    std::vector<std::string> texts;
    for (int i = 0; i < count; ++i) texts.push_back(std::to_string(from + i * step));
    return texts;
}

std::string part(const std::string& verifier, const std::string& rest) {
    return R"({"verifier":")" + verifier + "\"," + rest + "}";
}

std::string parts(const std::string& first, const std::string& second) {
    return "{\"parts\":[" + first + "," + second + "]}";
}

}  // namespace

std::vector<SelfTest> composition_self_tests(Composition kind) {
    const std::string range = part("numeric", R"("params":{"lower":100,"upper":300},"gold":200)");
    const std::string zero = part("regex", R"("gold":"\\d*0")");
    if (kind == Composition::kAllOf) {
        return self_tests_of(
            {{"null", parts(range, zero), numbers(100, 10, 21), numbers(101, 10, 19)},
             {"null", parts(range, zero), {}, {"310", "90", "x0", ""}}});
    }
    if (kind == Composition::kAnyOf) {
        return self_tests_of(
            {{"null", parts(range, zero), numbers(101, 9, 20), numbers(301, 11, 9)},
             {"null", parts(range, zero), {"310", "0"}, numbers(1, 10, 9)},
             {"null", parts(range, zero), {}, {"x", "-5"}}});
    }
    const std::string weighted =
        parts(part("numeric", R"("params":{"lower":100,"upper":300},"gold":200,"weight":0.75)"),
              part("numeric", R"("params":{"lower":150,"upper":250},"gold":200,"weight":"0.25")"));
    return self_tests_of({{"null", weighted, numbers(150, 5, 21), numbers(301, 7, 15)},
                          {"null", weighted, {}, {"x", "", "99", "-150", "200 or 201"}}});
}

}  // namespace veritune::verify
