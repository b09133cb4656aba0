// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/messages.h"
#include "core/util/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// JSON-RPC 2.0, one message per line. NaN and infinities travel as "NaN", "Infinity", "-Infinity".
namespace veritune::engine {

struct RequestMessage {
    std::int64_t id = 0;  ///< >= 1, the client's
    Request request;
};
/// The result of a request, still JSON: which type it has follows from the request.
struct ReplyMessage {
    std::int64_t id = 0;
    util::Json result;
};
struct ErrorMessage {
    std::int64_t id = 0;  ///< 0 = the request could not be read
    util::Error error;
};
struct NoticeMessage {
    Notice notice;
};
using Message = std::variant<RequestMessage, ReplyMessage, ErrorMessage, NoticeMessage>;

/// All encoders return one line with its '\n'. Bytes that are not UTF-8 become U+FFFD.
std::string encode_request(std::int64_t id, const Request& request);
std::string encode_reply(std::int64_t id, const Reply& reply);
std::string encode_error(std::int64_t id, const util::Error& error);
std::string encode_notice(const Notice& notice);

/// A line that cannot be read. `id` is the request it belongs to when that much could be read: the
/// receiver answers encode_error(id, error).
struct DecodeError {
    std::int64_t id = 0;
    util::Error error;
};
/// line  without '\n', at most kMaxLineBytes
/// returns  a message, or what is wrong with it: kCorruptData (not JSON, too deep, too long, not
/// UTF-8), kUnsupported
///          (unknown method), kInvalidArgument (fields)
/// Fields that are missing or have the wrong type are errors, unknown ones are ignored.
std::variant<Message, DecodeError> decode(std::string_view line);

/// Types the result of a reply.
template <typename R>
util::Result<R> decode_reply(const util::Json& result);

/// "start_run", "step_done": the method names, in the order of the variants.
std::string_view method_name(const Request& request);
std::string_view method_name(const Notice& notice);

}  // namespace veritune::engine
