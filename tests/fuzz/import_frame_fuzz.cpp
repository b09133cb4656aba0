// SPDX-License-Identifier: Apache-2.0
// What a parse worker may send: no bytes break the reader, and it does not take memory for
// promises.
#include "core/data/import_frames.h"
#include "tests/fuzz/fuzz_target.h"

VT_FUZZ_TARGET(import_frame) {
    using namespace veritune;
    data::FrameDecoder decoder;
    const std::size_t half = input.size() / 2;
    for (const std::string_view piece : {input.substr(0, half), input.substr(half)}) {
        decoder.feed(piece);
        while (true) {
            const auto message = decoder.next();
            if (!message) return;
            if (!*message) break;
            (void)data::unpack_entries((*message)->payload,
                                       [](std::int64_t, std::string_view) { return true; });
            // An honest message survives the way.
            data::FrameDecoder again;
            again.feed(data::encode_message((*message)->type, (*message)->payload));
            const auto same = again.next();
            fuzz::require(same && *same && (*same)->payload == (*message)->payload, "same message");
        }
    }
}
