// SPDX-License-Identifier: Apache-2.0
#include "core/engine/codec.h"
#include "core/engine/engine_client.h"
#include "core/engine/engine_server.h"
#include "core/engine/fake_engine.h"
#include "core/engine/socket.h"
#include "core/util/rng.h"
#include "tests/engine/runtime_folder.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace veritune::engine {
namespace {

using test::kProjectId;
using util::ErrorCode;

/// Lets a test wait for what another thread counts.
class Counter {
  public:
    void add() {
        {
            const std::lock_guard lock(mutex_);
            ++count_;
        }
        changed_.notify_all();
    }
    bool wait_for(int count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return count_ >= count; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

class ServerTest : public testing::Test {
  protected:
    ServerTest() {
        backend_.set_hello({.version = "test",
                            .project_id = kProjectId,
                            .project_dir = address_.project_dir,
                            .pid = 1});
    }
    void start(const ServerOptions& options = {}) {
        server_ = EngineServer::start(backend_, address_, options).value();
    }
    std::unique_ptr<EngineClient> client() { return EngineClient::connect(address_).value(); }
    /// A connection that speaks no protocol by itself.
    Fd raw() { return connect_to(socket_path(runtime_dir(kProjectId).value())).value(); }

    test::RuntimeFolder folder_;
    EngineAddress address_{.project_dir = "/projects/one", .project_id = kProjectId};
    FakeEngine backend_;
    std::unique_ptr<EngineServer> server_;
};

void send_all(const Fd& fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

/// One line; empty at the end of the connection.
std::string read_line(const Fd& fd) {
    std::string line;
    char c = 0;
    while (::recv(fd.get(), &c, 1, 0) == 1) {
        if (c == '\n') return line;
        line += c;
    }
    return {};
}

util::Error error_of(const std::string& line) {
    const auto decoded = decode(line);
    const Message* message = std::get_if<Message>(&decoded);
    const ErrorMessage* error = message != nullptr ? std::get_if<ErrorMessage>(message) : nullptr;
    if (error == nullptr) ADD_FAILURE() << "not an error: " << line;
    return error != nullptr ? error->error : util::Error{};
}

TEST_F(ServerTest, EveryRequestReachesTheBackendAndItsAnswerTheClient) {
    start();
    backend_.set_state({.run = 0, .device = "cpu"});
    backend_.set_model({.architecture = "Tiny"});
    const auto engine = client();
    EXPECT_EQ(engine->server().project_dir, "/projects/one");
    EXPECT_EQ(engine->hello({})->version, "test");
    EXPECT_EQ(engine->get_state()->device, "cpu");
    EXPECT_EQ(engine->start_run({.name = "a", .recipe = {{"seed", 7}}})->run, 1);
    EXPECT_TRUE(engine->pause_run({.run = 1}));
    EXPECT_EQ(engine->resume_run({.run = 1})->run, 1);
    EXPECT_TRUE(engine->checkpoint_now({.run = 1}));
    EXPECT_TRUE(engine->stop_run({.run = 1, .mode = StopMode::kCancel}));
    EXPECT_EQ(engine->generate({.prompt = "hello"})->text, "hello");
    EXPECT_EQ(engine->evaluate({})->metrics.size(), 1u);
    EXPECT_TRUE(engine->cancel({.request = "x"}));
    EXPECT_EQ(engine->model_info({})->architecture, "Tiny");
    EXPECT_TRUE(engine->shutdown());
    const std::vector<Request> requests = backend_.requests();
    ASSERT_EQ(requests.size(), 13u);  // with the client's own Hello
    EXPECT_EQ(std::get<StartRun>(requests[3]).recipe["seed"], 7);
    EXPECT_EQ(std::get<StopRun>(requests[7]).mode, StopMode::kCancel);
}

TEST_F(ServerTest, ErrorsArriveWithCodeMessageAndContext) {
    start();
    backend_.set_script([](const Request& request) -> std::optional<util::Result<Reply>> {
        if (std::holds_alternative<Hello>(request)) return std::nullopt;
        return util::Result<Reply>(util::fail(ErrorCode::kDiskFull, "no room", "/projects"));
    });
    const util::Error error = client()->start_run({}).error();
    EXPECT_EQ(error.code, ErrorCode::kDiskFull);
    EXPECT_EQ(error.message, "no room");
    EXPECT_EQ(error.context, "/projects");
}

TEST_F(ServerTest, NoticesReachEveryClientInOrder) {
    start();
    const auto a = client();
    const auto b = client();
    EXPECT_EQ(server_->client_count(), 2);
    Counter count;
    std::string heard_a;
    std::string heard_b;
    const auto handler_a = a->handle_step_done([&](const StepDone& n) {
        heard_a += std::to_string(n.step) + " ";
        count.add();
    });
    const auto handler_b = b->handle_step_done([&](const StepDone& n) {
        heard_b += std::to_string(n.step) + " ";
        count.add();
    });
    for (std::int64_t n = 1; n <= 4; ++n) backend_.publish(StepDone{.step = n});
    ASSERT_TRUE(count.wait_for(8));
    EXPECT_EQ(heard_a, "1 2 3 4 ");
    EXPECT_EQ(heard_b, "1 2 3 4 ");
}

TEST_F(ServerTest, TokensOfAGenerationStreamBeforeItsResult) {
    start();
    const auto engine = client();
    std::string streamed;
    const auto handler = engine->handle_token_text([&](const TokenText& n) { streamed += n.text; });
    EXPECT_EQ(engine->generate({.request = "g", .prompt = "a b c d"})->text, "a b c d");
    EXPECT_EQ(streamed, "a b c d");
}

TEST_F(ServerTest, CancelOvertakesARunningGeneration) {
    start();
    std::promise<void> started;
    std::promise<void> cancelled;
    backend_.set_script([&](const Request& request) -> std::optional<util::Result<Reply>> {
        if (std::holds_alternative<Generate>(request)) {
            started.set_value();
            cancelled.get_future().wait();
            return util::Result<Reply>(util::fail(ErrorCode::kCancelled, "cancelled"));
        }
        if (std::holds_alternative<Cancel>(request)) cancelled.set_value();
        return std::nullopt;
    });
    const auto engine = client();
    auto result =
        std::async(std::launch::async, [&] { return engine->generate({.request = "g"}); });
    started.get_future().wait();
    EXPECT_TRUE(engine->get_state());
    EXPECT_TRUE(engine->cancel({.request = "g"}));
    EXPECT_EQ(result.get().error().code, ErrorCode::kCancelled);
}

TEST_F(ServerTest, ClientThatDoesNotReadLosesNoticesAndIsToldOnce) {
    start({.max_queued_bytes = 20000, .socket_buffer_bytes = 4096});
    const Fd slow = raw();
    send_all(slow, encode_request(1, Hello{}));
    read_line(slow);
    const auto quick = client();
    Counter count;
    const auto handler = quick->handle_log([&](const Log&) { count.add(); });
    // The slow client reads nothing; the quick one gets everything, because we wait for it each
    // time.
    constexpr int kNotices = 400;
    for (int n = 1; n <= kNotices; ++n) {
        backend_.publish(Log{.level = "info", .area = "t", .message = std::string(500, 'x')});
        ASSERT_TRUE(count.wait_for(n));
    }
    int received = 0;
    std::int64_t dropped = 0;
    while (dropped == 0) {
        const auto decoded = decode(read_line(slow));
        const Notice& notice = std::get<NoticeMessage>(std::get<Message>(decoded)).notice;
        if (const Resync* resync = std::get_if<Resync>(&notice)) {
            dropped = resync->dropped;
        } else {
            ++received;
        }
    }
    EXPECT_EQ(received + dropped, kNotices);
    EXPECT_LT(received, 200);
    // Afterwards it is a client like any other.
    backend_.publish(Log{.message = "after"});
    EXPECT_NE(read_line(slow).find("after"), std::string::npos);
}

TEST_F(ServerTest, EngineDeathIsUnavailableForAllWhoWait) {
    start();
    std::promise<void> started;
    std::promise<void> release;
    backend_.set_script([&](const Request& request) -> std::optional<util::Result<Reply>> {
        if (std::holds_alternative<Generate>(request)) {
            started.set_value();
            release.get_future().wait();
        }
        return std::nullopt;
    });
    const auto engine = client();
    std::promise<util::Error> gone;
    const auto handler =
        engine->handle_disconnected([&](const util::Error& reason) { gone.set_value(reason); });
    auto result = std::async(std::launch::async, [&] { return engine->generate({}); });
    started.get_future().wait();
    EXPECT_TRUE(engine->connected());
    // The server waits for the running request before it ends; whether its answer still arrives is
    // open.
    std::thread stopper([&] { server_.reset(); });
    release.set_value();
    stopper.join();
    EXPECT_EQ(gone.get_future().get().code, ErrorCode::kUnavailable);
    static_cast<void>(result.get());
    EXPECT_FALSE(engine->connected());
    EXPECT_EQ(engine->get_state().error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(EngineClient::connect(address_).error().code, ErrorCode::kUnavailable);
}

TEST_F(ServerTest, KilledEngineIsUnavailable) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        backend_.set_script([&](const Request& request) -> std::optional<util::Result<Reply>> {
            if (std::holds_alternative<Generate>(request) && ::write(ends[1], "g", 1) == 1) {
                for (;;) ::pause();
            }
            return std::nullopt;
        });
        start();
        if (::write(ends[1], "r", 1) != 1) ::_exit(1);
        for (;;) ::pause();
    }
    char word = 0;
    ASSERT_EQ(::read(ends[0], &word, 1), 1);
    const auto engine = client();
    auto result = std::async(std::launch::async, [&] { return engine->generate({}); });
    ASSERT_EQ(::read(ends[0], &word, 1), 1);
    ::kill(child, SIGKILL);
    EXPECT_EQ(result.get().error().code, ErrorCode::kUnavailable);
    ::waitpid(child, nullptr, 0);
    ::close(ends[0]);
    ::close(ends[1]);
    // The stale socket file is replaced by the next engine.
    EXPECT_EQ(EngineClient::connect(address_).error().code, ErrorCode::kUnavailable);
    start();
    EXPECT_TRUE(client()->get_state());
}

TEST_F(ServerTest, StuckEngineTimesOut) {
    start();
    std::promise<void> release;
    backend_.set_script([&](const Request& request) -> std::optional<util::Result<Reply>> {
        if (std::holds_alternative<GetState>(request)) release.get_future().wait();
        return std::nullopt;
    });
    const auto engine = EngineClient::connect(address_, {.request_timeout_ms = 30}).value();
    EXPECT_EQ(engine->get_state().error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE(engine->connected());
    release.set_value();
    // The late answer of the first request is not taken for that of the second.
    backend_.set_script({});
    const auto patient = client();
    EXPECT_EQ(patient->start_run({})->run, 1);
}

TEST_F(ServerTest, CopyOfTheProjectIsBusy) {
    start();
    const EngineAddress copy{.project_dir = "/projects/copy", .project_id = kProjectId};
    const util::Error error = EngineClient::connect(copy).error();
    EXPECT_EQ(error.code, ErrorCode::kBusy);
    EXPECT_EQ(error.context, "/projects/one");
}

TEST_F(ServerTest, FirstMessageHasToBeHello) {
    start();
    const Fd fd = raw();
    send_all(fd, encode_request(5, Shutdown{}));
    EXPECT_EQ(error_of(read_line(fd)).code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(read_line(fd), "");
    EXPECT_TRUE(backend_.requests().empty());
}

TEST_F(ServerTest, OtherProtocolVersionsAreRefused) {
    start();
    const Fd fd = raw();
    send_all(fd, encode_request(5, Hello{.protocol = kProtocolVersion + 1}));
    EXPECT_EQ(error_of(read_line(fd)).code, ErrorCode::kUnsupported);
    EXPECT_EQ(read_line(fd), "");
    EXPECT_TRUE(backend_.requests().empty());
}

TEST_F(ServerTest, HostileLinesAreAnsweredAndTheConnectionStays) {
    start();
    const Fd fd = raw();
    send_all(fd, encode_request(1, Hello{}));
    read_line(fd);
    for (const auto& [line, code] :
         {std::pair<std::string, ErrorCode>{"", ErrorCode::kCorruptData},
          {"garbage \xff", ErrorCode::kCorruptData},
          {std::string(100, '['), ErrorCode::kCorruptData},
          {"{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"rm_rf\"}", ErrorCode::kUnsupported},
          {"{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"pause_run\"}", ErrorCode::kInvalidArgument},
          {"{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}", ErrorCode::kInvalidArgument}}) {
        send_all(fd, line + "\n");
        EXPECT_EQ(error_of(read_line(fd)).code, code) << line;
    }
    send_all(fd, encode_request(3, GetState{}));
    EXPECT_NE(read_line(fd).find("\"result\""), std::string::npos);
}

TEST_F(ServerTest, LineBeyondTheLimitEndsTheConnection) {
    start();
    const Fd fd = raw();
    send_all(fd, encode_request(1, Hello{}));
    read_line(fd);
    send_all(fd, std::string(kMaxLineBytes + 100000, 'x'));
    EXPECT_EQ(error_of(read_line(fd)).code, ErrorCode::kCorruptData);
    EXPECT_EQ(read_line(fd), "");
    EXPECT_TRUE(client()->get_state());
}

TEST_F(ServerTest, LongMessagesPassWhole) {
    start();
    const std::string text(5u << 20, 'y');
    EXPECT_EQ(client()->generate({.prompt = text, .stream = false})->text, text);
    const auto engine = client();
    EXPECT_EQ(engine->generate({.prompt = std::string(kMaxLineBytes, 'y')}).error().code,
              ErrorCode::kInvalidArgument);
    EXPECT_TRUE(engine->get_state());
}

TEST_F(ServerTest, MessagesMayComeInAnyPieces) {
    start();
    const Fd fd = raw();
    const std::string both = encode_request(1, Hello{}) + encode_request(2, GetState{});
    for (const char c : both) send_all(fd, std::string(1, c));
    EXPECT_NE(read_line(fd).find("\"id\":1"), std::string::npos);
    EXPECT_NE(read_line(fd).find("\"id\":2"), std::string::npos);
}

TEST_F(ServerTest, FloodOfRequestsIsAnsweredOneByOne) {
    start({.max_pending = 3});
    const Fd fd = raw();
    constexpr int kRequests = 500;
    std::thread sender([&] {
        send_all(fd, encode_request(1, Hello{}));
        for (int id = 2; id <= kRequests; ++id) send_all(fd, encode_request(id, GetState{}));
    });
    for (int id = 1; id <= kRequests; ++id) {
        EXPECT_NE(read_line(fd).find("\"id\":" + std::to_string(id) + ","), std::string::npos);
    }
    sender.join();
}

TEST_F(ServerTest, ClientsBeyondTheLimitAreTurnedAway) {
    start({.max_clients = 2});
    const auto a = client();
    auto b = client();
    EXPECT_EQ(EngineClient::connect(address_).error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE(a->get_state());
    b.reset();
    // The server notices the closed socket before it accepts the next one.
    EXPECT_TRUE(EngineClient::connect(address_));
}

TEST_F(ServerTest, RandomBytesNeverEndTheServer) {
    start();
    for (std::uint64_t round = 0; round < 200; ++round) {
        util::Rng rng(99, util::RngStream::kTest, round);
        const Fd fd = raw();
        if (rng.below(2) == 0) send_all(fd, encode_request(1, Hello{}));
        std::string noise(rng.below(2000), '\0');
        for (char& c : noise) c = static_cast<char>(rng.next_u32());
        send_all(fd, noise);
    }
    EXPECT_TRUE(client()->get_state());
}

TEST_F(ServerTest, SocketIsPrivateAndGoneAtTheEnd) {
    start();
    const std::string path = socket_path(runtime_dir(kProjectId).value());
    struct stat info {};
    ASSERT_EQ(::lstat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0600u);
    const std::int64_t idle = server_->idle_since_us();
    EXPECT_GT(idle, 0);
    server_.reset();
    EXPECT_NE(::lstat(path.c_str(), &info), 0);
}

/// Root may open anything, so the other user is played by a child that gives up root after the
/// socket is opened to all.
TEST_F(ServerTest, OtherUsersAreRefusedBeforeAByteIsRead) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
    start();
    const std::string path = socket_path(runtime_dir(kProjectId).value());
    for (std::string at = path; at.size() > folder_.temp().path().size();
         at = at.substr(0, at.rfind('/'))) {
        ASSERT_EQ(::chmod(at.c_str(), 0777), 0);
    }
    ASSERT_EQ(::chmod(folder_.temp().path().c_str(), 0777), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(9);
        const auto checked = connect_to(path);
        if (checked || checked.error().code != ErrorCode::kPermissionDenied) ::_exit(1);
        // A client that does not check either: it is cut off without an answer.
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        const Fd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
        if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            ::_exit(2);
        }
        send_all(fd, encode_request(1, Hello{}));
        ::_exit(read_line(fd).empty() ? 0 : 3);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_TRUE(backend_.requests().empty());
}

TEST_F(ServerTest, RequestsFromInsideAHandlerAreABugThatIsReported) {
    start();
    const auto engine = client();
    std::promise<ErrorCode> code;
    const auto handler =
        engine->handle_log([&](const Log&) { code.set_value(engine->get_state().error().code); });
    backend_.publish(Log{});
    EXPECT_EQ(code.get_future().get(), ErrorCode::kInternal);
}

}  // namespace
}  // namespace veritune::engine
