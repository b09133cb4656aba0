// SPDX-License-Identifier: Apache-2.0
// A verify worker answers every frame, and we can read every answer.
#include "core/verify/verify_worker.h"
#include "tests/fuzz/fuzz_target.h"

VT_FUZZ_TARGET(worker_frame) {
    using namespace veritune;
    const auto reply = verify::read_worker_reply(verify::worker_reply(input));
    fuzz::require(reply.has_value(), "a worker's reply can be read");
    // The other side: what a worker that went wrong could send us.
    (void)verify::read_worker_reply(input);
}
