// SPDX-License-Identifier: Apache-2.0
#include "core/verify/format_verifier.h"
#include "core/verify/self_test_table.h"

namespace veritune::verify {

std::vector<SelfTest> FormatVerifier::self_tests() const {
    return self_tests_of({
        {"null",
         R"({"think":"required","answer_tag":true})",
         {"<think>one and one</think><answer>2</answer>",
          "<think>\none and one\n</think>\n\n<answer>2</answer>",
          "  <think>x</think> So it is <answer>2</answer>.",
          "<think>\xE4\xBD\xA0</think><answer>\xE4\xBD\xA0</answer>"},
         {"<answer>2</answer>",
          "<think>one and one<answer>2</answer>",
          "<think></think><answer>2</answer>",
          "<think>a</think><answer></answer>",
          "<think>a</think><answer>2</answer><answer>3</answer>",
          "<think>a</think><think>b</think><answer>2</answer>",
          "Hello <think>a</think><answer>2</answer>",
          "<think>a</think>2",
          "<think>a</think></answer>2<answer>",
          "",
          "a</think><answer>2</answer>"}},
        {"null",
         R"({"boxed":true,"max_lines":2})",
         {"\\boxed{2}", "It is $\\boxed{\\frac{1}{2}}$.", "first\n\\boxed{x}", "\\boxed{\\}}"},
         {"2",
          "\\boxed{2} or \\boxed{3}",
          "\\boxed{2",
          "\\boxed{}",
          "a\nb\n\\boxed{2}",
          "\\boxed 2"}},
        {"null",
         R"({"min_chars":5,"max_chars":10})",
         {"12345", "1234567890", "two words", "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F!"},
         {"1234", "12345678901", "\xC3\xA4\xC3\xB6\xC3\xBC"}},
        {"null",
         R"({"language":"de"})",
         {"Das ist die Antwort und der Grund.",
          "42",
          "Wir rechnen: eine Zahl mit der anderen.",
          "Ja."},
         {"This is the answer and the reason.",
          "Voici le r\xC3\xA9sultat et les raisons dans le texte.",
          "one two three four five six seven eight nine ten one two three four five six seven "
          "eight "
          "nine ten"}},
        {"null",
         R"({"script":"latin","forbid":["As an AI"],"think":"forbidden"})",
         {"Every letter here is Latin.", "12 + 3", "\xC3\x89t\xC3\xA9"},
         {"\xE8\xBF\x99\xE6\x98\xAF",
          "As an AI I cannot say",
          "<think>a</think>b",
          "abc \xD0\xB4\xD0\xB0"}},
        {"null",
         R"({"script":"han"})",
         {"\xE7\xAD\x94\xE6\xA1\x88\xE6\x98\xAF 42"},
         {"The answer is 42"}},
    });
}

}  // namespace veritune::verify
