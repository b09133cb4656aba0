// SPDX-License-Identifier: Apache-2.0
#include "core/engine/codec.h"

#include "core/engine/fields.h"

#include <array>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

namespace veritune::engine {

namespace {

using util::Error;
using util::ErrorCode;
using util::fail;
using util::Json;
using util::Result;

constexpr std::array<std::string_view, std::variant_size_v<Request>> kRequestNames{"hello",
                                                                                   "get_state",
                                                                                   "start_run",
                                                                                   "resume_run",
                                                                                   "stop_run",
                                                                                   "pause_run",
                                                                                   "checkpoint_now",
                                                                                   "generate",
                                                                                   "evaluate",
                                                                                   "cancel",
                                                                                   "model_info",
                                                                                   "shutdown",
                                                                                   "verify_chain",
                                                                                   "annotate_chain",
                                                                                   "replay_step",
                                                                                   "edit_dataset",
                                                                                   "undo_edit",
                                                                                   "check_import",
                                                                                   "check_golds"};
constexpr std::array<std::string_view, std::variant_size_v<Notice>> kNoticeNames{
    "step_done",
    "progress",
    "stage_changed",
    "run_state_changed",
    "event",
    "token_text",
    "log",
    "resync"};
constexpr std::array<std::pair<StopMode, std::string_view>, 2> kStopModes{
    {{StopMode::kStopKeep, "stop_keep"}, {StopMode::kCancel, "cancel"}}};

// ---- values to JSON ----

Json number_to_json(double value) {
    if (std::isfinite(value)) return value;
    if (std::isnan(value)) return "NaN";
    return value > 0 ? "Infinity" : "-Infinity";
}

/// Archive that writes fields into a JSON object.
class Encoder {
  public:
    void operator()(const char* key, double& value) { out_[key] = number_to_json(value); }
    void operator()(const char* key, Json& value) { out_[key] = value; }
    void operator()(const char* key, StopMode& value) {
        for (const auto& [mode, name] : kStopModes) {
            if (mode == value) out_[key] = std::string(name);
        }
    }
    void operator()(const char* key, std::optional<bool>& value) {
        if (value) out_[key] = *value;
    }
    void operator()(const char* key, ModelRef& value) {
        Encoder inner;
        visit(inner, value);
        out_[key] = std::move(inner.out_);
    }
    template <typename T>
    requires std::is_same_v<T, ChatMessage> || std::is_same_v<T, ReplayedChain>
    void operator()(const char* key, std::vector<T>& value) {
        Json list = Json::array();
        for (T& entry : value) {
            Encoder inner;
            visit(inner, entry);
            list.push_back(std::move(inner.out_));
        }
        out_[key] = std::move(list);
    }
    void operator()(const char* key, MetricList& value) {
        // Pairs in a list, not an object: order and repeated names are kept.
        Json list = Json::array();
        for (const auto& [name, number] : value) {
            list.push_back(Json::array({name, number_to_json(number)}));
        }
        out_[key] = std::move(list);
    }
    template <typename T>
    requires std::is_same_v<T, std::string> || std::is_same_v<T, bool> ||
        std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::uint64_t>
    void operator()(const char* key, T& value) { out_[key] = value; }
    Json take() { return std::move(out_); }

  private:
    Json out_ = Json::object();
};

template <typename Variant>
Json fields_to_json(Variant message) {
    Encoder encoder;
    std::visit([&](auto& value) { visit(encoder, value); }, message);
    return encoder.take();
}

std::string to_line(const Json& envelope) {
    return envelope.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// ---- JSON to values ----

/// Archive that reads fields; remembers the first one that is missing or wrong.
class Decoder {
  public:
    explicit Decoder(const Json& object)
        : in_(object) {}

    template <typename T>
    void operator()(const char* key, T& value) {
        if (!fault_.empty()) return;
        const auto found = in_.find(key);
        if constexpr (std::is_same_v<T, std::optional<bool>>) {
            if (found == in_.end()) return;
        }
        if (found == in_.end()) {
            fault_ = std::string(key) + " is missing";
        } else if (!read(*found, value)) {
            fault_ = std::string(key) + " has a wrong type or range" +
                     (inner_.empty() ? "" : " (" + inner_ + ")");
        }
    }
    const std::string& fault() const { return fault_; }

  private:
    static bool read(const Json& from, std::string& to) {
        if (!from.is_string()) return false;
        to = from.get_ref<const std::string&>();
        return true;
    }
    static bool read(const Json& from, bool& to) {
        if (!from.is_boolean()) return false;
        to = from.get<bool>();
        return true;
    }
    static bool read(const Json& from, std::int64_t& to) {
        // A large positive number is unsigned in nlohmann's eyes; get<int64_t> would wrap it.
        if (!from.is_number_integer()) return false;
        if (from.is_number_unsigned() &&
            from.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
            return false;
        }
        to = from.get<std::int64_t>();
        return true;
    }
    static bool read(const Json& from, std::uint64_t& to) {
        if (!from.is_number_integer()) return false;
        if (!from.is_number_unsigned() && from.get<std::int64_t>() < 0) return false;
        to = from.get<std::uint64_t>();
        return true;
    }
    static bool read(const Json& from, double& to) {
        if (from.is_number()) {
            to = from.get<double>();
            return true;
        }
        if (from == "NaN") {
            to = std::numeric_limits<double>::quiet_NaN();
        } else if (from == "Infinity") {
            to = std::numeric_limits<double>::infinity();
        } else if (from == "-Infinity") {
            to = -std::numeric_limits<double>::infinity();
        } else {
            return false;
        }
        return true;
    }
    static bool read(const Json& from, Json& to) {
        to = from;
        return true;
    }
    static bool read(const Json& from, std::optional<bool>& to) {
        return from.is_null() || read(from, to.emplace());
    }
    static bool read(const Json& from, StopMode& to) {
        for (const auto& [mode, name] : kStopModes) {
            if (from != std::string(name)) continue;
            to = mode;
            return true;
        }
        return false;
    }
    template <typename T>
    bool read_object(const Json& from, T& to) {
        if (!from.is_object()) return false;
        Decoder inner(from);
        visit(inner, to);
        inner_ = inner.fault_;
        return inner_.empty();
    }
    bool read(const Json& from, ModelRef& to) { return read_object(from, to); }
    template <typename T>
    requires std::is_same_v<T, ChatMessage> || std::is_same_v<T, ReplayedChain>
    bool read(const Json& from, std::vector<T>& to) {
        if (!from.is_array()) return false;
        for (const Json& entry : from) {
            if (!read_object(entry, to.emplace_back())) return false;
        }
        return true;
    }
    static bool read(const Json& from, MetricList& to) {
        if (!from.is_array()) return false;
        for (const Json& pair : from) {
            if (!pair.is_array() || pair.size() != 2) return false;
            auto& [name, value] = to.emplace_back();
            if (!read(pair[0], name) || !read(pair[1], value)) return false;
        }
        return true;
    }

    const Json& in_;
    std::string fault_;
    std::string inner_;
};

template <typename T>
Result<T> read_fields(const Json& object, std::string_view what) {
    T value;
    if (!object.is_object()) {
        return fail(ErrorCode::kInvalidArgument, "the fields are not an object", std::string(what));
    }
    Decoder decoder(object);
    visit(decoder, value);
    if (decoder.fault().empty()) return value;
    return fail(ErrorCode::kInvalidArgument, decoder.fault(), std::string(what));
}

/// Reads alternative `index` of the variant.
template <typename Variant, std::size_t I = 0>
Result<Variant> read_alternative(std::size_t index, const Json& params, std::string_view method) {
    if constexpr (I == std::variant_size_v<Variant>) {
        return fail(ErrorCode::kInternal, "no such alternative", std::string(method));
    } else {
        if (index != I) return read_alternative<Variant, I + 1>(index, params, method);
        auto value = read_fields<std::variant_alternative_t<I, Variant>>(params, method);
        if (!value) return value.error();
        return Variant(std::in_place_index<I>, *std::move(value));
    }
}

template <std::size_t N>
std::optional<std::size_t> find_name(const std::array<std::string_view, N>& names,
                                     std::string_view name) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name) return i;
    }
    return std::nullopt;
}

/// JSON-RPC wants a number; the name in `data` is what we read back.
int rpc_code(ErrorCode code) {
    switch (code) {
        case ErrorCode::kCorruptData:
            return -32700;
        case ErrorCode::kUnsupported:
            return -32601;
        case ErrorCode::kInvalidArgument:
            return -32602;
        case ErrorCode::kInternal:
            return -32603;
        default:
            return -32000;
    }
}

Error error_from_json(const Json& error) {
    Error result =
        fail(ErrorCode::kInternal, "the engine reports an error that it does not explain");
    if (!error.is_object()) return result;
    if (const auto text = error.find("message"); text != error.end() && text->is_string()) {
        result.message = text->get<std::string>();
    }
    const auto data = error.find("data");
    if (data == error.end() || !data->is_object()) return result;
    if (const auto name = data->find("code"); name != data->end() && name->is_string()) {
        result.code = util::error_code_from_name(name->get_ref<const std::string&>())
                          .value_or(ErrorCode::kInternal);
    }
    if (const auto text = data->find("context"); text != data->end() && text->is_string()) {
        result.context = text->get<std::string>();
    }
    return result;
}

using Decoded = std::variant<Message, DecodeError>;

Decoded refuse(std::int64_t id, Error error) { return DecodeError{id, std::move(error)}; }

Decoded decode_call(const Json& envelope, std::int64_t id, const std::string& method) {
    static const Json kNoParams = Json::object();
    const auto params = envelope.find("params");
    const Json& fields = params != envelope.end() ? *params : kNoParams;
    if (id != 0) {
        const std::optional<std::size_t> index = find_name(kRequestNames, method);
        if (!index) return refuse(id, fail(ErrorCode::kUnsupported, "unknown method"));
        Result<Request> request = read_alternative<Request>(*index, fields, method);
        if (!request) return refuse(id, request.error());
        return Message(RequestMessage{id, *std::move(request)});
    }
    const std::optional<std::size_t> index = find_name(kNoticeNames, method);
    if (!index) return refuse(0, fail(ErrorCode::kUnsupported, "unknown notice"));
    Result<Notice> notice = read_alternative<Notice>(*index, fields, method);
    if (!notice) return refuse(0, notice.error());
    return Message(NoticeMessage{*std::move(notice)});
}

/// The envelope's id: absent gives 0, anything but a whole number from 1 is an error. An error
/// reply to a request that could not be read has null.
Result<std::int64_t> read_id(const Json& envelope) {
    const auto found = envelope.find("id");
    if (found == envelope.end()) return std::int64_t{0};
    if (found->is_null() && envelope.contains("error")) return std::int64_t{0};
    if (found->is_number_unsigned()) {
        const auto id = found->get<std::uint64_t>();
        if (id >= 1 && id <= std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
            return static_cast<std::int64_t>(id);
        }
    }
    return fail(ErrorCode::kInvalidArgument, "id must be a whole number from 1");
}

Decoded decode_envelope(const Json& envelope) {
    if (!envelope.is_object() || envelope.value("jsonrpc", Json()) != "2.0") {
        return refuse(0, fail(ErrorCode::kInvalidArgument, "this is not a JSON-RPC 2.0 message"));
    }
    const Result<std::int64_t> id = read_id(envelope);
    if (!id) return refuse(0, id.error());
    const auto method = envelope.find("method");
    const auto result = envelope.find("result");
    const auto error = envelope.find("error");
    const int kinds =
        (method != envelope.end()) + (result != envelope.end()) + (error != envelope.end());
    if (kinds != 1) {
        return refuse(*id,
                      fail(ErrorCode::kInvalidArgument, "one of method, result, error is needed"));
    }
    if (error != envelope.end()) return Message(ErrorMessage{*id, error_from_json(*error)});
    if (result != envelope.end()) {
        if (*id == 0) return refuse(0, fail(ErrorCode::kInvalidArgument, "a result needs an id"));
        return Message(ReplyMessage{*id, *result});
    }
    if (!method->is_string()) {
        return refuse(*id, fail(ErrorCode::kInvalidArgument, "method must be text"));
    }
    return decode_call(envelope, *id, method->get_ref<const std::string&>());
}

}  // namespace

std::string_view method_name(const Request& request) { return kRequestNames[request.index()]; }

std::string_view method_name(const Notice& notice) { return kNoticeNames[notice.index()]; }

std::string encode_request(std::int64_t id, const Request& request) {
    return to_line({{"jsonrpc", "2.0"},
                    {"id", id},
                    {"method", std::string(method_name(request))},
                    {"params", fields_to_json(request)}});
}

std::string encode_reply(std::int64_t id, const Reply& reply) {
    return to_line({{"jsonrpc", "2.0"}, {"id", id}, {"result", fields_to_json(reply)}});
}

std::string encode_error(std::int64_t id, const Error& error) {
    const Json data = {{"code", std::string(util::error_code_name(error.code))},
                       {"context", error.context}};
    return to_line(
        {{"jsonrpc", "2.0"},
         {"id", id != 0 ? Json(id) : Json(nullptr)},
         {"error", {{"code", rpc_code(error.code)}, {"message", error.message}, {"data", data}}}});
}

std::string encode_notice(const Notice& notice) {
    return to_line({{"jsonrpc", "2.0"},
                    {"method", std::string(method_name(notice))},
                    {"params", fields_to_json(notice)}});
}

Decoded decode(std::string_view line) {
    const Result<Json> envelope =
        util::parse_json(line, "message", {.max_bytes = kMaxLineBytes, .max_depth = kMaxJsonDepth});
    if (!envelope) {
        // Too long is an argument's fault in parse_json's eyes; on the wire every unreadable line
        // is the same.
        return refuse(
            0, fail(ErrorCode::kCorruptData, envelope.error().message, envelope.error().context));
    }
    return decode_envelope(*envelope);
}

template <typename R>
Result<R> decode_reply(const Json& result) {
    return read_fields<R>(result, "result");
}
template Result<HelloReply> decode_reply(const Json&);
template Result<EngineState> decode_reply(const Json&);
template Result<RunStarted> decode_reply(const Json&);
template Result<Accepted> decode_reply(const Json&);
template Result<Generated> decode_reply(const Json&);
template Result<Evaluated> decode_reply(const Json&);
template Result<ModelInfo> decode_reply(const Json&);
template Result<ChainVerdict> decode_reply(const Json&);
template Result<Replayed> decode_reply(const Json&);
template Result<DatasetEdited> decode_reply(const Json&);
template Result<ImportChecked> decode_reply(const Json&);
template Result<GoldsChecked> decode_reply(const Json&);

}  // namespace veritune::engine
