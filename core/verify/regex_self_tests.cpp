// SPDX-License-Identifier: Apache-2.0
#include "core/verify/regex_verifier.h"
#include "core/verify/self_test_table.h"

namespace veritune::verify {

std::vector<SelfTest> RegexVerifier::self_tests() const {
    return self_tests_of({
        {R"js("[A-Z]{2}-\\d{4}")js",
         "{}",
         {"AB-1234", " XY-0000\n", "ZZ-9999", "QQ-1000"},
         {"ab-1234",
          "AB-123",
          "AB-12345",
          "xAB-1234",
          "AB-1234x",
          "AB1234",
          "",
          "AB-1234 AB-1234"}},
        {R"js("yes|no")js",
         R"({"ignore_case":true})",
         {"yes", "No", "YES", "nO"},
         {"yes or no", "maybe", "yess", "y"}},
        {R"js({"pattern":"(\\w+)\\s\\1","example":"ha ha"})js",
         "{}",
         {"ha ha", "b\xC3\xA4r b\xC3\xA4r", "x x"},
         {"ha ho", "ha ha ha"}},
        {R"js("\\p{Lu}\\p{Ll}+")js",
         R"({"example":"Anna"})",
         {"Anna", "\xC3\x84nne", "\xC3\x89mile"},
         {"anna", "ANNA", "Anna1"}},
        {R"js("\\d{3}(?:\\.\\d+)?")js",
         "{}",
         {"123", "123.5", "000.00", "\xD9\xA1\xD9\xA2\xD9\xA3"},
         {"12", "123."}},
        {R"js("(a+)+b")js",
         R"({"example":"aab"})",
         {"aab", "ab"},
         {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"}},
        {R"js("42")js",
         "{}",
         {"\\boxed{42}", "The answer is 42."},
         {"\\boxed{43}"},
         "reward_strict"},
    });
}

}  // namespace veritune::verify
