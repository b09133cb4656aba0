// SPDX-License-Identifier: Apache-2.0
#include "core/engine/codec.h"

#include "core/util/rng.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace veritune::engine {
namespace {

using util::ErrorCode;
using util::Json;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr std::int64_t kMinInt = std::numeric_limits<std::int64_t>::min();
constexpr std::uint64_t kMaxUint = std::numeric_limits<std::uint64_t>::max();

const ModelRef kModel{.path = "/models/a b", .adapter = "ad", .run = 3, .stage = "vrl", .step = 7};

/// One of each, every field away from its default.
std::vector<Request> all_requests() {
    return {
        Hello{.protocol = 7, .client = "caf\xc3\xa9 \"quoted\"\n"},
        GetState{},
        StartRun{.name = "n", .recipe = {{"stages", Json::array({1, {{"a", 2.5}}})}}},
        ResumeRun{.run = kMinInt},
        StopRun{.run = 2, .mode = StopMode::kCancel},
        PauseRun{.run = 3},
        CheckpointNow{.run = 4},
        Generate{.request = "r1",
                 .model = kModel,
                 .messages = {{"system", "s"}, {"user", "u\xf0\x9f\x98\x80"}},
                 .prompt = "p",
                 .chat_template = "qwen2.5",
                 .enable_thinking = false,
                 .max_new_tokens = 5,
                 .temperature = 0.1,
                 .top_p = 0.9,
                 .top_k = 40,
                 .seed = kMaxUint,
                 .stream = false},
        Evaluate{.request = "r2",
                 .model = kModel,
                 .dataset = "gsm8k",
                 .split = "test",
                 .problems = 10,
                 .num_samples = 8,
                 .greedy = false,
                 .temperature = 0.6,
                 .max_new_tokens = 2048,
                 .seed = 9,
                 .protocol = {{"id", "own_8"}},
                 .resume = 3},
        Cancel{.request = "r1"},
        GetModelInfo{.model = kModel},
        Shutdown{},
        VerifyChain{.chain = 12},
        AnnotateChain{.chain = 13, .flagged = true, .note = "n\xc3\xbc", .disputed = true},
        ReplayStep{.request = "r3", .run = 4, .stage = "vrl", .step = 9},
        EditDataset{.request = "r4", .edit = {{"kind", "freeze"}, {"dataset", "sums"}}},
        UndoEdit{.dataset = "sums", .redo = true},
        CheckImport{.request = "r5", .import = {{"path", "/x.csv"}}, .check_golds = true},
        CheckGolds{.request = "r6", .dataset = "sums"},
    };
}

std::vector<Reply> all_replies() {
    return {
        HelloReply{
            .protocol = 2, .version = "0.1", .project_id = "ab", .project_dir = "/p", .pid = 5},
        EngineState{.run = 1,
                    .run_state = "running",
                    .stage = "vrl",
                    .step = 3,
                    .total_steps = 9,
                    .phase = "update",
                    .fraction = 0.25,
                    .model = "m",
                    .device = "cpu"},
        RunStarted{.run = 8},
        Accepted{},
        Generated{.text = "t",
                  .finish_reason = "length",
                  .prompt_tokens = 1,
                  .completion_tokens = 2,
                  .seconds = 0.5},
        Evaluated{.run = 4, .metrics = {{"pass@1", 0.5}}, .seconds = 1.5},
        ModelInfo{.path = "p",
                  .architecture = "Qwen2ForCausalLM",
                  .parameters = 7'000'000'000,
                  .layers = 28,
                  .hidden_size = 3584,
                  .vocab_size = 152064,
                  .context_length = 32768,
                  .dtype = "bf16",
                  .quantization = "int4",
                  .chat_template = "qwen2.5",
                  .device = "cuda:0",
                  .memory_bytes = 5'000'000'000},
        ChainVerdict{.status = "incorrect",
                     .score = 0.25,
                     .extracted = "4",
                     .span_begin = 3,
                     .span_end = 4,
                     .rule = "E3",
                     .method = "exact",
                     .reason = "wrong_value",
                     .verifier_hash = "ab",
                     .steps = Json::array({{{"what", "6+4=0"}}}),
                     .micros = 12},
        Replayed{.from = "checkpoint vrl 10",
                 .chains = {{"train", "p1", 2, "different", 7}},
                 .note = "another build",
                 .seconds = 1.25},
        DatasetEdited{.edit = 7, .dataset = "sums-2", .rows = 12, .label = "Set split"},
        ImportChecked{.report = {{"rows", 3}}},
        GoldsChecked{.checked = 10, .faults = 1, .seconds = 0.5},
    };
}

std::vector<Notice> all_notices() {
    return {
        StepDone{.run = 1,
                 .stage = "vrl",
                 .step = 2,
                 .total_steps = 3,
                 .seconds = 1e-300,
                 .metrics = {{"z", 1.0 / 3}, {"a", -0.0}, {"a", 2}, {"i", kInf}, {"j", -kInf}}},
        Progress{.run = 1, .stage = "s", .step = 2, .phase = "generate", .fraction = 0.5},
        StageChanged{.run = 1, .stage = "s", .type = "vrl", .state = "done", .total_steps = 9},
        RunStateChanged{.run = 1, .state = "failed", .error = "why"},
        Event{.run = 1,
              .stage = "s",
              .step = 2,
              .kind = "alarm",
              .severity = "bad",
              .message = "m",
              .detail = {{"x", nullptr}}},
        TokenText{.request = "r", .text = " the", .tokens = 12},
        Log{.level = "warn", .area = "train", .message = "m"},
        Resync{.dropped = 77},
    };
}

Message decode_ok(const std::string& line) {
    EXPECT_EQ(line.back(), '\n');
    EXPECT_EQ(line.find('\n'), line.size() - 1) << "a message is one line";
    auto decoded = decode(std::string_view(line).substr(0, line.size() - 1));
    if (const DecodeError* error = std::get_if<DecodeError>(&decoded)) {
        ADD_FAILURE() << line << util::to_string(error->error);
        return {};
    }
    return std::get<Message>(std::move(decoded));
}

util::Error decode_error(std::string_view line, std::int64_t id = 0) {
    const auto decoded = decode(line);
    const DecodeError* error = std::get_if<DecodeError>(&decoded);
    if (error == nullptr) {
        ADD_FAILURE() << "accepted: " << line;
        return {};
    }
    EXPECT_EQ(error->id, id) << line;
    return error->error;
}

TEST(Codec, EveryRequestRoundTrips) {
    const std::vector<Request> requests = all_requests();
    ASSERT_EQ(requests.size(), std::variant_size_v<Request>);
    std::int64_t id = std::numeric_limits<std::int64_t>::max();
    for (const Request& request : requests) {
        const Message message = decode_ok(encode_request(id, request));
        const RequestMessage& back = std::get<RequestMessage>(message);
        EXPECT_EQ(back.id, id--);
        EXPECT_TRUE(back.request == request) << method_name(request);
    }
}

template <typename R>
bool reply_round_trips(const R& reply, const Json& json) {
    const util::Result<R> back = decode_reply<R>(json);
    return back && *back == reply;
}

TEST(Codec, EveryReplyRoundTrips) {
    const std::vector<Reply> replies = all_replies();
    ASSERT_EQ(replies.size(), std::variant_size_v<Reply>);
    for (const Reply& reply : replies) {
        const Message message = decode_ok(encode_reply(5, reply));
        const ReplyMessage& back = std::get<ReplyMessage>(message);
        EXPECT_EQ(back.id, 5);
        const bool same = std::visit(
            [&](const auto& value) { return reply_round_trips(value, back.result); }, reply);
        EXPECT_TRUE(same) << reply.index();
    }
}

TEST(Codec, EveryNoticeRoundTrips) {
    const std::vector<Notice> notices = all_notices();
    ASSERT_EQ(notices.size(), std::variant_size_v<Notice>);
    for (const Notice& notice : notices) {
        const Message message = decode_ok(encode_notice(notice));
        EXPECT_TRUE(std::get<NoticeMessage>(message).notice == notice) << method_name(notice);
    }
}

TEST(Codec, VariantsAreInTheOrderOfTheNames) {
    EXPECT_EQ(method_name(Request(Hello{})), "hello");
    EXPECT_EQ(method_name(Request(Evaluate{})), "evaluate");
    EXPECT_EQ(method_name(Request(GetModelInfo{})), "model_info");
    EXPECT_EQ(method_name(Request(Shutdown{})), "shutdown");
    EXPECT_EQ(method_name(Notice(StepDone{})), "step_done");
    EXPECT_EQ(method_name(Notice(TokenText{})), "token_text");
    EXPECT_EQ(method_name(Notice(Resync{})), "resync");
}

TEST(Codec, NanAndSignOfZeroSurvive) {
    const Message message =
        decode_ok(encode_notice(StepDone{.metrics = {{"kl", kNan}, {"zero", -0.0}}}));
    const MetricList& metrics = std::get<StepDone>(std::get<NoticeMessage>(message).notice).metrics;
    EXPECT_TRUE(std::isnan(metrics[0].second));
    EXPECT_TRUE(std::signbit(metrics[1].second));
}

TEST(Codec, EveryErrorCodeRoundTrips) {
    for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
        const util::Error error{static_cast<ErrorCode>(code), "message", "context"};
        const Message message = decode_ok(encode_error(9, error));
        const ErrorMessage& back = std::get<ErrorMessage>(message);
        EXPECT_EQ(back.id, 9);
        EXPECT_EQ(back.error.code, error.code);
        EXPECT_EQ(back.error.message, "message");
        EXPECT_EQ(back.error.context, "context");
    }
    EXPECT_EQ(std::get<ErrorMessage>(decode_ok(encode_error(0, {}))).id, 0);
}

TEST(Codec, BrokenUtf8IsReplacedOnTheWayOut) {
    const Message message = decode_ok(encode_notice(TokenText{.text = "a\xff\xc3"}));
    EXPECT_EQ(std::get<TokenText>(std::get<NoticeMessage>(message).notice).text,
              "a\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(Codec, UnreadableLinesAreCorrupt) {
    const std::string deep =
        "{\"jsonrpc\":\"2.0\",\"x\":" + std::string(40, '[') + std::string(40, ']') + "}";
    for (const std::string& line : {std::string(),
                                    std::string("\0", 1),
                                    std::string("{"),
                                    std::string("null null"),
                                    std::string("{\"a\":1,\"a\":2}"),
                                    std::string("{\"a\":NaN}"),
                                    std::string("{\"a\":1e999}"),
                                    std::string("{\"a\":\"\xff\"}"),
                                    std::string("{\"a\":\"\\ud800\"}"),
                                    deep,
                                    std::string(kMaxLineBytes + 1, ' ')}) {
        EXPECT_EQ(decode_error(line).code, ErrorCode::kCorruptData) << line.substr(0, 60);
    }
}

TEST(Codec, WrongEnvelopesAreRefused) {
    for (const char* line :
         {"null",
          "[]",
          "{}",
          "\"x\"",
          "{\"jsonrpc\":2.0,\"method\":\"hello\"}",
          "{\"jsonrpc\":\"1.0\",\"method\":\"hello\"}",
          "{\"jsonrpc\":\"2.0\"}",
          "{\"jsonrpc\":\"2.0\",\"result\":{}}",
          "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"get_state\"}",
          "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"get_state\"}",
          "{\"jsonrpc\":\"2.0\",\"id\":-1,\"method\":\"get_state\"}",
          "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"get_state\"}",
          "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"get_state\"}",
          "{\"jsonrpc\":\"2.0\",\"id\":18446744073709551615,\"method\":\"get_state\"}"}) {
        EXPECT_EQ(decode_error(line).code, ErrorCode::kInvalidArgument) << line;
    }
    for (const char* line :
         {"{\"jsonrpc\":\"2.0\",\"id\":4}",
          "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":5}",
          "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"get_state\",\"result\":1}",
          "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"get_state\",\"params\":[]}",
          "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"hello\"}",
          "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"pause_run\",\"params\":"
          "{\"run\":\"1\"}}",
          "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"pause_run\",\"params\":"
          "{\"run\":1.0}}",
          "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"pause_run\",\"params\":"
          "{\"run\":9223372036854775808}}",
          "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"stop_run\",\"params\":"
          "{\"run\":1,\"mode\":\"gently\"}}"}) {
        EXPECT_EQ(decode_error(line, 4).code, ErrorCode::kInvalidArgument) << line;
    }
}

TEST(Codec, UnknownMethodsAreUnsupported) {
    EXPECT_EQ(decode_error("{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"format_disk\"}", 4).code,
              ErrorCode::kUnsupported);
    EXPECT_EQ(decode_error("{\"jsonrpc\":\"2.0\",\"method\":\"hello\"}").code,
              ErrorCode::kUnsupported);
}

TEST(Codec, UnknownFieldsAreIgnoredAndMissingOnesNamed) {
    const Message message = decode_ok(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"pause_run\",\"params\":{\"run\":3,\"new\":[]}}"
        "\n");
    EXPECT_EQ(std::get<PauseRun>(std::get<RequestMessage>(message).request).run, 3);
    const util::Error error =
        decode_error("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"pause_run\",\"params\":{}}", 1);
    EXPECT_EQ(error.message, "run is missing");
    EXPECT_EQ(error.context, "pause_run");
    EXPECT_EQ(decode_reply<RunStarted>(Json::array()).error().code, ErrorCode::kInvalidArgument);
}

TEST(Codec, ErrorsWithoutDetailsAreInternal) {
    const Message message = decode_ok("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":17}\n");
    EXPECT_EQ(std::get<ErrorMessage>(message).error.code, ErrorCode::kInternal);
}

/// Every line, whatever it holds, is answered with a message or an error, and what is accepted can
/// be encoded again.
void decode_and_encode(std::string_view line) {
    const auto decoded = decode(line);
    const Message* message = std::get_if<Message>(&decoded);
    if (message == nullptr) return;
    if (const auto* request = std::get_if<RequestMessage>(message)) {
        decode_ok(encode_request(request->id, request->request));
    } else if (const auto* notice = std::get_if<NoticeMessage>(message)) {
        decode_ok(encode_notice(notice->notice));
    } else if (const auto* error = std::get_if<ErrorMessage>(message)) {
        decode_ok(encode_error(error->id, error->error));
    }
}

void fuzz(std::uint64_t rounds) {
    std::vector<std::string> seeds;
    for (const Request& request : all_requests()) seeds.push_back(encode_request(3, request));
    for (const Reply& reply : all_replies()) seeds.push_back(encode_reply(3, reply));
    for (const Notice& notice : all_notices()) seeds.push_back(encode_notice(notice));
    seeds.push_back(encode_error(3, {}));
    static constexpr std::string_view kTokens[] = {
        "{", "}", "[", "]", "\"", ",", ":", "null", "1e308", "-1", "\\u0000", "\"id\":", "\xff"};
    for (std::uint64_t round = 0; round < rounds; ++round) {
        util::Rng rng(4711, util::RngStream::kTest, round);
        std::string line = seeds[rng.below(seeds.size())];
        line.pop_back();
        for (std::uint64_t i = rng.below(6); i > 0 && !line.empty(); --i) {
            const std::size_t at = rng.below(line.size());
            switch (rng.below(4)) {
                case 0:
                    line[at] = static_cast<char>(rng.next_u32());
                    break;
                case 1:
                    line.erase(at, rng.below(20));
                    break;
                case 2:
                    line.insert(at, kTokens[rng.below(std::size(kTokens))]);
                    break;
                default:
                    line.insert(at, line.substr(rng.below(line.size()), rng.below(30)));
            }
        }
        decode_and_encode(line);
        std::string noise(rng.below(60), '\0');
        for (char& c : noise) c = static_cast<char>(rng.next_u32());
        decode_and_encode(noise);
        if (testing::Test::HasFailure()) {
            ADD_FAILURE() << "seed 4711, round " << round;
            return;
        }
    }
}

TEST(Codec, SurvivesMutatedLines) { fuzz(5000); }

TEST(CodecSlow, SurvivesMutatedLinesForLong) { fuzz(1'000'000); }

}  // namespace
}  // namespace veritune::engine
