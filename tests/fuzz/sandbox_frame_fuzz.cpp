// SPDX-License-Identifier: Apache-2.0
// Frames and case results out of a jail.
#include "core/verify/program_job.h"
#include "core/verify/sandbox_wire.h"
#include "tests/fuzz/fuzz_target.h"

VT_FUZZ_TARGET(sandbox_frame) {
    using namespace veritune;
    verify::wire::Frame frame;
    std::string_view rest = input;
    while (verify::wire::cut_frame(rest, frame) == verify::wire::Cut::kFrame) {
        fuzz::require(frame.size <= rest.size() && frame.size > 0, "a frame lies in the buffer");
        rest.remove_prefix(frame.size);
        verify::wire::Reader reader(frame.payload);
        (void)reader.raw(verify::wire::kNonceBytes);
        (void)reader.u32();
        (void)verify::decode_case(reader.text());
    }
    const auto result = verify::decode_case(input);
    if (!result) return;
    const auto again = verify::decode_case(verify::encode_case(*result));
    fuzz::require(again.has_value() && again->value == result->value && again->out == result->out,
                  "a case result survives its encoding");
}
