// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engine_client.h"

#include "core/engine/codec.h"
#include "core/engine/socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <utility>

namespace veritune::engine {

namespace {

using util::Error;
using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

constexpr std::int64_t kNoTimeout = -1;

Error no_answer() {
    return fail(ErrorCode::kUnavailable,
                "the engine does not answer in time; it may be busy or stuck");
}

Status to_status(const Result<Accepted>& result) {
    return result ? Status{} : Status{result.error()};
}

}  // namespace

/// Socket, reader thread and the requests that wait for an answer.
struct EngineClient::Connection {
    using Answer = std::optional<Result<util::Json>>;

    Fd socket;
    ClientOptions options;
    HelloReply server;
    std::function<void(const Notice&)> on_notice;
    std::function<void(const Error&)> on_gone;

    std::mutex send_mutex;
    std::mutex mutex;  // all below
    std::condition_variable changed;
    std::map<std::int64_t, Answer> waiting;
    std::int64_t next_id = 1;
    std::optional<Error> gone;
    std::thread reader;

    ~Connection() {
        ::shutdown(socket.get(), SHUT_RDWR);
        if (reader.joinable()) reader.join();
    }

    Result<util::Json> call(const Request& request, std::int64_t timeout_ms);
    Status send(const std::string& line);
    Result<util::Json> wait_for(std::int64_t id, std::int64_t timeout_ms);
    void read_all();
    void take_line(std::string_view line);
    void answer(std::int64_t id, Result<util::Json> result);
    void fail_all(const Error& reason);
};

Result<util::Json> EngineClient::Connection::call(const Request& request, std::int64_t timeout_ms) {
    if (std::this_thread::get_id() == reader.get_id()) {
        return fail(ErrorCode::kInternal, "a request was made from inside a notice handler");
    }
    std::int64_t id = 0;
    {
        const std::lock_guard lock(mutex);
        if (gone) return *gone;
        id = next_id++;
        waiting.emplace(id, std::nullopt);
    }
    const std::string line = encode_request(id, request);
    Status sent =
        line.size() > kMaxLineBytes
            ? Status(fail(ErrorCode::kInvalidArgument, "the request is longer than 8 MiB"))
            : send(line);
    if (sent) return wait_for(id, timeout_ms);
    const std::lock_guard lock(mutex);
    waiting.erase(id);
    return sent.error();
}

Status EngineClient::Connection::send(const std::string& line) {
    const std::lock_guard lock(send_mutex);
    std::size_t done = 0;
    while (done < line.size()) {
        const ssize_t count =
            ::send(socket.get(), line.data() + done, line.size() - done, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            // Half a line is out: nothing sensible can follow it.
            ::shutdown(socket.get(), SHUT_RDWR);
            return no_answer();
        }
        if (count < 0) return fail(ErrorCode::kUnavailable, "the engine has ended");
        done += static_cast<std::size_t>(count);
    }
    return {};
}

Result<util::Json> EngineClient::Connection::wait_for(std::int64_t id, std::int64_t timeout_ms) {
    std::unique_lock lock(mutex);
    const auto is_answered = [&] { return waiting.at(id).has_value(); };
    if (timeout_ms == kNoTimeout) {
        changed.wait(lock, is_answered);
    } else {
        changed.wait_for(lock, std::chrono::milliseconds(timeout_ms), is_answered);
    }
    Answer answer = std::move(waiting.at(id));
    waiting.erase(id);
    return answer ? *std::move(answer) : Result<util::Json>(no_answer());
}

void EngineClient::Connection::read_all() {
    std::string in;
    std::size_t scanned = 0;
    std::array<char, 65536> buffer;
    for (;;) {
        const ssize_t count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        in.append(buffer.data(), static_cast<std::size_t>(count));
        std::size_t begin = 0;
        for (;;) {
            const std::size_t end = in.find('\n', std::max(begin, scanned));
            scanned = end == std::string::npos ? in.size() : end + 1;
            if (end == std::string::npos) break;
            take_line(std::string_view(in).substr(begin, end - begin));
            begin = end + 1;
        }
        in.erase(0, begin);
        scanned -= begin;
        if (in.size() > kMaxLineBytes) break;
    }
    fail_all(fail(ErrorCode::kUnavailable, "the engine has ended or closed the connection"));
}

void EngineClient::Connection::take_line(std::string_view line) {
    std::variant<Message, DecodeError> decoded = decode(line);
    // Engine and client have one version; a line we cannot read is a notice we can do without.
    Message* message = std::get_if<Message>(&decoded);
    if (message == nullptr) return;
    if (NoticeMessage* notice = std::get_if<NoticeMessage>(message)) {
        on_notice(notice->notice);
    } else if (ReplyMessage* reply = std::get_if<ReplyMessage>(message)) {
        answer(reply->id, std::move(reply->result));
    } else if (ErrorMessage* error = std::get_if<ErrorMessage>(message)) {
        answer(error->id, std::move(error->error));
    }
}

void EngineClient::Connection::answer(std::int64_t id, Result<util::Json> result) {
    {
        const std::lock_guard lock(mutex);
        const auto slot = waiting.find(id);
        if (slot == waiting.end() || slot->second) return;
        slot->second.emplace(std::move(result));
    }
    changed.notify_all();
}

void EngineClient::Connection::fail_all(const Error& reason) {
    {
        const std::lock_guard lock(mutex);
        gone = reason;
        for (auto& [id, slot] : waiting) {
            if (!slot) slot.emplace(reason);
        }
    }
    changed.notify_all();
    on_gone(reason);
}

EngineClient::EngineClient(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)) {
    connection_->on_notice = [this](const Notice& notice) { publish(notice); };
    connection_->on_gone = [this](const Error& reason) { emit_disconnected(reason); };
    Connection* raw = connection_.get();
    // Under the lock, so that call() never sees a thread that is not there yet.
    const std::lock_guard lock(raw->mutex);
    raw->reader = std::thread([raw] { raw->read_all(); });
}

EngineClient::~EngineClient() {
    VT_CHECK(std::this_thread::get_id() != connection_->reader.get_id());
}

Result<std::unique_ptr<EngineClient>> EngineClient::connect(const EngineAddress& address,
                                                            const ClientOptions& options) {
    VT_ASSIGN(const std::string dir, runtime_dir(address.project_id));
    auto connection = std::make_unique<Connection>();
    VT_ASSIGN(connection->socket, connect_to(socket_path(dir)));
    connection->options = options;
    // A stuck engine must not hold up a client that only wants to send.
    const timeval timeout{.tv_sec = options.connect_timeout_ms / 1000,
                          .tv_usec = options.connect_timeout_ms % 1000 * 1000};
    ::setsockopt(connection->socket.get(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    std::unique_ptr<EngineClient> client(new EngineClient(std::move(connection)));
    VT_ASSIGN(
        client->connection_->server,
        client->call<HelloReply>(Hello{.client = options.client}, options.connect_timeout_ms));
    const HelloReply& server = client->server();
    if (server.protocol != kProtocolVersion) {
        return fail(ErrorCode::kUnsupported, "the engine speaks another protocol version");
    }
    if (server.project_dir == address.project_dir) return client;
    return fail(
        ErrorCode::kBusy,
        "an engine works on a copy of this project; end it first, since both copies have one"
        " identity",
        server.project_dir);
}

const HelloReply& EngineClient::server() const { return connection_->server; }

bool EngineClient::connected() const {
    const std::lock_guard lock(connection_->mutex);
    return !connection_->gone.has_value();
}

template <typename R>
Result<R> EngineClient::call(const Request& request, std::int64_t timeout_ms) {
    VT_ASSIGN(const util::Json result, connection_->call(request, timeout_ms));
    return decode_reply<R>(result);
}

Result<HelloReply> EngineClient::hello(const Hello& request) {
    return call<HelloReply>(request, connection_->options.request_timeout_ms);
}

Result<EngineState> EngineClient::get_state() {
    return call<EngineState>(GetState{}, connection_->options.request_timeout_ms);
}

Result<RunStarted> EngineClient::start_run(const StartRun& request) {
    return call<RunStarted>(request, connection_->options.request_timeout_ms);
}

Result<RunStarted> EngineClient::resume_run(const ResumeRun& request) {
    return call<RunStarted>(request, connection_->options.request_timeout_ms);
}

Status EngineClient::stop_run(const StopRun& request) {
    return to_status(call<Accepted>(request, connection_->options.request_timeout_ms));
}

Status EngineClient::pause_run(const PauseRun& request) {
    return to_status(call<Accepted>(request, connection_->options.request_timeout_ms));
}

Status EngineClient::checkpoint_now(const CheckpointNow& request) {
    return to_status(call<Accepted>(request, connection_->options.request_timeout_ms));
}

Result<Generated> EngineClient::generate(const Generate& request) {
    return call<Generated>(request, kNoTimeout);
}

Result<Evaluated> EngineClient::evaluate(const Evaluate& request) {
    return call<Evaluated>(request, kNoTimeout);
}

Status EngineClient::cancel(const Cancel& request) {
    return to_status(call<Accepted>(request, connection_->options.request_timeout_ms));
}

Result<ModelInfo> EngineClient::model_info(const GetModelInfo& request) {
    return call<ModelInfo>(request, connection_->options.request_timeout_ms);
}

Result<ChainVerdict> EngineClient::verify_chain(const VerifyChain& request) {
    return call<ChainVerdict>(request, connection_->options.request_timeout_ms);
}

Status EngineClient::annotate_chain(const AnnotateChain& request) {
    return to_status(call<Accepted>(request, connection_->options.request_timeout_ms));
}

Result<DatasetEdited> EngineClient::edit_dataset(const EditDataset& request) {
    return call<DatasetEdited>(request, kNoTimeout);
}

Result<DatasetEdited> EngineClient::undo_edit(const UndoEdit& request) {
    return call<DatasetEdited>(request, kNoTimeout);
}

Result<ImportChecked> EngineClient::check_import(const CheckImport& request) {
    return call<ImportChecked>(request, kNoTimeout);
}

Result<GoldsChecked> EngineClient::check_golds(const CheckGolds& request) {
    return call<GoldsChecked>(request, kNoTimeout);
}

Result<Replayed> EngineClient::replay_step(const ReplayStep& request) {
    return call<Replayed>(request, kNoTimeout);
}

Status EngineClient::shutdown() {
    return to_status(call<Accepted>(Shutdown{}, connection_->options.request_timeout_ms));
}

}  // namespace veritune::engine
