// SPDX-License-Identifier: Apache-2.0
// What is done to a program before it is run: finding it, mutating it, comparing output.
#include "core/verify/code_block.h"
#include "core/verify/code_mutants.h"
#include "core/verify/code_values.h"
#include "tests/fuzz/fuzz_target.h"

VT_FUZZ_TARGET(code_text) {
    using namespace veritune;
    const verify::CodeBlock block = verify::find_code(input);
    fuzz::require(block.span.begin <= block.span.end && block.span.end <= input.size(),
                  "the span lies in the answer");
    fuzz::require(block.code.size() <= input.size(), "code is cut, never made");
    if (input.size() < 4096) {
        for (const verify::CodeMutant& mutant : verify::mutate_python(input)) {
            fuzz::require(mutant.program != input, "a mutant differs");
        }
    }
    const std::size_t half = input.size() / 2;
    fuzz::require(verify::equal_output(input, input, true), "output is equal to itself");
    (void)verify::equal_output(input.substr(0, half), input.substr(half), true);
}
