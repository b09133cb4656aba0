// SPDX-License-Identifier: Apache-2.0
// A line of the engine's protocol, from either side: what is understood is written as one line and
// understood again.
#include "core/engine/codec.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

/// Which type a result has follows from the request; a hostile engine may send any.
void read_as_every_reply(const veritune::util::Json& result) {
    using namespace veritune::engine;
    (void)decode_reply<HelloReply>(result);
    (void)decode_reply<EngineState>(result);
    (void)decode_reply<RunStarted>(result);
    (void)decode_reply<Generated>(result);
    (void)decode_reply<Evaluated>(result);
    (void)decode_reply<ModelInfo>(result);
    (void)decode_reply<ChainVerdict>(result);
    (void)decode_reply<Replayed>(result);
}

}  // namespace

VT_FUZZ_TARGET(protocol) {
    using namespace veritune;
    const auto decoded = engine::decode(input);
    if (std::holds_alternative<engine::DecodeError>(decoded)) return;
    const auto& message = std::get<engine::Message>(decoded);
    std::string line;
    if (const auto* request = std::get_if<engine::RequestMessage>(&message)) {
        line = engine::encode_request(request->id, request->request);
    } else if (const auto* error = std::get_if<engine::ErrorMessage>(&message)) {
        line = engine::encode_error(error->id, error->error);
    } else if (const auto* notice = std::get_if<engine::NoticeMessage>(&message)) {
        line = engine::encode_notice(notice->notice);
    } else {
        read_as_every_reply(std::get<engine::ReplyMessage>(message).result);
        return;
    }
    fuzz::require(line.find('\n') == line.size() - 1, "one line");
    const auto again = engine::decode(std::string_view(line).substr(0, line.size() - 1));
    fuzz::require(std::holds_alternative<engine::Message>(again), "our own line is understood");
}
