// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engine_server.h"

#include "core/engine/codec.h"
#include "core/engine/lane.h"
#include "core/engine/socket.h"
#include "core/util/clock.h"
#include "core/util/log.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <deque>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace veritune::engine {

namespace {

using util::Error;
using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

struct Client {
    Fd fd;
    std::uint64_t id = 0;
    std::string in;           ///< bytes without a whole line yet
    std::size_t scanned = 0;  ///< of `in`: no '\n' before it
    std::deque<std::string> out;
    std::size_t out_bytes = 0;
    std::size_t sent = 0;  ///< of the first line
    bool greeted = false;
    bool closing = false;  ///< close once `out` is sent
    bool gone = false;
    int pending = 0;           ///< requests in a lane
    std::int64_t dropped = 0;  ///< notices since the last Resync
};

/// What workers and the backend hand to the socket thread.
struct Outgoing {
    std::uint64_t client = 0;  ///< 0 = every client
    std::string line;
};

/// Runs one request on the backend and encodes the answer.
class Caller {
  public:
    explicit Caller(Engine& backend)
        : backend_(backend) {}

    Result<Reply> operator()(const Hello& r) const { return wrap(backend_.hello(r)); }
    Result<Reply> operator()(const GetState&) const { return wrap(backend_.get_state()); }
    Result<Reply> operator()(const StartRun& r) const { return wrap(backend_.start_run(r)); }
    Result<Reply> operator()(const ResumeRun& r) const { return wrap(backend_.resume_run(r)); }
    Result<Reply> operator()(const StopRun& r) const { return wrap(backend_.stop_run(r)); }
    Result<Reply> operator()(const PauseRun& r) const { return wrap(backend_.pause_run(r)); }
    Result<Reply> operator()(const CheckpointNow& r) const {
        return wrap(backend_.checkpoint_now(r));
    }
    Result<Reply> operator()(const Generate& r) const { return wrap(backend_.generate(r)); }
    Result<Reply> operator()(const Evaluate& r) const { return wrap(backend_.evaluate(r)); }
    Result<Reply> operator()(const Cancel& r) const { return wrap(backend_.cancel(r)); }
    Result<Reply> operator()(const GetModelInfo& r) const { return wrap(backend_.model_info(r)); }
    Result<Reply> operator()(const VerifyChain& r) const { return wrap(backend_.verify_chain(r)); }
    Result<Reply> operator()(const AnnotateChain& r) const {
        return wrap(backend_.annotate_chain(r));
    }
    Result<Reply> operator()(const ReplayStep& r) const { return wrap(backend_.replay_step(r)); }
    Result<Reply> operator()(const EditDataset& r) const { return wrap(backend_.edit_dataset(r)); }
    Result<Reply> operator()(const UndoEdit& r) const { return wrap(backend_.undo_edit(r)); }
    Result<Reply> operator()(const CheckImport& r) const { return wrap(backend_.check_import(r)); }
    Result<Reply> operator()(const CheckGolds& r) const { return wrap(backend_.check_golds(r)); }
    Result<Reply> operator()(const Shutdown&) const { return wrap(backend_.shutdown()); }

  private:
    template <typename T>
    static Result<Reply> wrap(Result<T> result) {
        if (!result) return result.error();
        if constexpr (std::is_void_v<T>) {
            return Reply(Accepted{});
        } else {
            return Reply(*std::move(result));
        }
    }

    Engine& backend_;
};

std::string answer(Engine& backend, std::int64_t id, const Request& request) {
    const Result<Reply> reply = std::visit(Caller(backend), request);
    if (!reply) return encode_error(id, reply.error());
    std::string line = encode_reply(id, *reply);
    if (line.size() <= kMaxLineBytes) return line;
    return encode_error(id,
                        fail(ErrorCode::kUnsupported, "the answer is too long for one message"));
}

bool is_long(const Request& request) {
    return std::holds_alternative<Generate>(request) || std::holds_alternative<Evaluate>(request) ||
           std::holds_alternative<ReplayStep>(request) ||
           std::holds_alternative<EditDataset>(request) ||
           std::holds_alternative<UndoEdit>(request) ||
           std::holds_alternative<CheckImport>(request) ||
           std::holds_alternative<CheckGolds>(request);
}

}  // namespace

struct EngineServer::Impl {
    Impl(Engine& engine, const ServerOptions& server_options)
        : backend(engine),
          options(server_options) {}

    Engine& backend;
    ServerOptions options;
    std::string path;
    Fd listener;
    Fd wake;
    std::mutex mutex;  // inbox only
    std::vector<Outgoing> inbox;
    std::size_t inbox_bytes = 0;
    std::int64_t inbox_dropped = 0;
    std::atomic<bool> stopping{false};
    std::atomic<int> greeted{0};
    std::atomic<std::int64_t> idle_since_us{0};
    std::vector<Client> clients;  // socket thread only
    std::uint64_t next_client = 1;
    bool accept_paused = false;
    std::unique_ptr<Handler> notices;
    std::unique_ptr<Lane> short_lane;
    std::unique_ptr<Lane> long_lane;
    std::thread thread;

    Status open(const EngineAddress& address);
    void stop();

    void post_reply(std::uint64_t client, std::string line);
    void post_notice(const Notice& notice);
    void wake_up() const;

    void loop();
    void poll_once();
    void accept_clients();
    void take_inbox();
    void deliver(Client& client, const Outgoing& item);
    void read_from(Client& client);
    void take_lines(Client& client);
    void handle_line(Client& client, std::string_view line);
    bool greet(Client& client, const RequestMessage& message);
    void queue(Client& client, std::string line) const;
    void refuse(Client& client, std::int64_t id, const Error& error) const;
    void write_to(Client& client) const;
    void remove_gone();
    bool wants_input(const Client& client) const;
};

// ---- any thread ----

void EngineServer::Impl::wake_up() const {
    const std::uint64_t one = 1;
    // Only fails when the counter is full, and then the thread is awake anyway.
    static_cast<void>(::write(wake.get(), &one, sizeof one));
}

void EngineServer::Impl::post_reply(std::uint64_t client, std::string line) {
    {
        const std::lock_guard lock(mutex);
        inbox.push_back({client, std::move(line)});
    }
    wake_up();
}

void EngineServer::Impl::post_notice(const Notice& notice) {
    std::string line = encode_notice(notice);
    {
        const std::lock_guard lock(mutex);
        if (inbox_bytes + line.size() > options.max_queued_bytes) {
            ++inbox_dropped;
        } else {
            inbox_bytes += line.size();
            inbox.push_back({0, std::move(line)});
        }
    }
    wake_up();
}

// ---- start and stop ----

Status EngineServer::Impl::open(const EngineAddress& address) {
    VT_ASSIGN(const std::string dir, runtime_dir(address.project_id));
    path = socket_path(dir);
    wake = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake.valid()) return errno_error("make the engine's wake-up counter", path);
    VT_ASSIGN(listener, listen_at(path));
    idle_since_us = util::system_clock().monotonic_us();
    short_lane = std::make_unique<Lane>();
    long_lane = std::make_unique<Lane>();
    thread = std::thread([this] { loop(); });
    notices = backend.handle_notice([this](const Notice& notice) { post_notice(notice); });
    return {};
}

void EngineServer::Impl::stop() {
    notices.reset();
    if (short_lane) short_lane->stop();
    if (long_lane) long_lane->stop();
    stopping = true;
    if (thread.joinable()) {
        wake_up();
        thread.join();
    }
    if (listener.valid()) ::unlink(path.c_str());
}

// ---- socket thread ----

bool EngineServer::Impl::wants_input(const Client& client) const {
    return !client.closing && client.pending < options.max_pending &&
           client.out_bytes <= options.max_queued_bytes;
}

void EngineServer::Impl::loop() {
    while (!stopping) poll_once();
    take_inbox();
    for (Client& client : clients) write_to(client);
    clients.clear();
}

void EngineServer::Impl::poll_once() {
    std::vector<pollfd> fds;
    fds.push_back({wake.get(), POLLIN, 0});
    fds.push_back({listener.get(), static_cast<short>(accept_paused ? 0 : POLLIN), 0});
    for (const Client& client : clients) {
        short events = wants_input(client) ? POLLIN : 0;
        if (!client.out.empty()) events |= POLLOUT;
        fds.push_back({client.fd.get(), events, 0});
    }
    // Without descriptors left, accept would fail in a busy loop: look again a little later.
    constexpr int kPauseMs = 200;
    const int ready = ::poll(fds.data(), fds.size(), accept_paused ? kPauseMs : -1);
    accept_paused = false;
    if (ready < 0 && errno != EINTR) {
        util::log_line(util::LogLevel::kError, "engine", "poll failed");
        return;
    }
    if (fds[0].revents != 0) take_inbox();
    for (std::size_t i = 2; i < fds.size(); ++i) {
        Client& client = clients[i - 2];
        if ((fds[i].revents & POLLIN) != 0) {
            read_from(client);
        } else if ((fds[i].revents & (POLLHUP | POLLERR)) != 0) {
            client.gone = true;
        }
        if (!client.out.empty()) write_to(client);
        // Lines that came while the client was not read: the queue may be shorter now.
        if (!client.in.empty()) take_lines(client);
    }
    remove_gone();
    if (fds[1].revents != 0) accept_clients();
}

void EngineServer::Impl::accept_clients() {
    for (;;) {
        Fd fd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!fd.valid()) {
            accept_paused =
                errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
            if (errno == EINTR || errno == ECONNABORTED) continue;
            return;
        }
        // Before a byte is read.
        if (!is_same_user(fd.get())) {
            util::log_line(util::LogLevel::kWarn, "engine", "refused a client of another user");
            continue;
        }
        if (static_cast<int>(clients.size()) >= options.max_clients) continue;
        if (options.socket_buffer_bytes > 0) {
            ::setsockopt(fd.get(),
                         SOL_SOCKET,
                         SO_SNDBUF,
                         &options.socket_buffer_bytes,
                         sizeof options.socket_buffer_bytes);
        }
        Client client;
        client.fd = std::move(fd);
        client.id = next_client++;
        clients.push_back(std::move(client));
    }
}

void EngineServer::Impl::take_inbox() {
    std::uint64_t count = 0;
    static_cast<void>(::read(wake.get(), &count, sizeof count));
    std::vector<Outgoing> items;
    std::int64_t dropped = 0;
    {
        const std::lock_guard lock(mutex);
        items.swap(inbox);
        inbox_bytes = 0;
        dropped = std::exchange(inbox_dropped, 0);
    }
    for (Client& client : clients) {
        for (const Outgoing& item : items) deliver(client, item);
        if (client.greeted) client.dropped += dropped;
        write_to(client);
    }
}

void EngineServer::Impl::deliver(Client& client, const Outgoing& item) {
    if (item.client == client.id) {
        --client.pending;
        queue(client, item.line);
        // Lines that waited for their turn.
        take_lines(client);
        return;
    }
    if (item.client != 0 || !client.greeted) return;
    // Once one is lost, all until the Resync are: the client reads the database anyway.
    const bool full = client.out_bytes + item.line.size() > options.max_queued_bytes;
    if (full || client.dropped > 0) {
        ++client.dropped;
    } else {
        queue(client, item.line);
    }
}

void EngineServer::Impl::read_from(Client& client) {
    std::array<char, 65536> buffer;
    const ssize_t count = ::recv(client.fd.get(), buffer.data(), buffer.size(), 0);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
        client.gone = true;
        return;
    }
    if (count < 0) return;
    client.in.append(buffer.data(), static_cast<std::size_t>(count));
    take_lines(client);
}

void EngineServer::Impl::take_lines(Client& client) {
    std::size_t begin = 0;
    while (wants_input(client)) {
        const std::size_t end = client.in.find('\n', std::max(begin, client.scanned));
        client.scanned = end == std::string::npos ? client.in.size() : end + 1;
        const std::size_t length = std::min(end, client.in.size()) - begin;
        if (length > kMaxLineBytes) {
            refuse(client, 0, fail(ErrorCode::kCorruptData, "the message is longer than 8 MiB"));
            client.closing = true;
            break;
        }
        if (end == std::string::npos) break;
        handle_line(client, std::string_view(client.in).substr(begin, length));
        begin = end + 1;
    }
    client.in.erase(0, begin);
    client.scanned -= std::min(client.scanned, begin);
}

void EngineServer::Impl::handle_line(Client& client, std::string_view line) {
    std::variant<Message, DecodeError> decoded = decode(line);
    if (DecodeError* error = std::get_if<DecodeError>(&decoded)) {
        refuse(client, error->id, std::move(error->error));
        client.closing = client.closing || !client.greeted;
        return;
    }
    RequestMessage* message = std::get_if<RequestMessage>(&std::get<Message>(decoded));
    if (message == nullptr) {
        refuse(client, 0, fail(ErrorCode::kInvalidArgument, "a client sends requests only"));
        return;
    }
    if (!client.greeted && !greet(client, *message)) return;
    ++client.pending;
    Lane& lane = is_long(message->request) ? *long_lane : *short_lane;
    lane.add([this, client = client.id, request = std::move(*message)] {
        post_reply(client, answer(backend, request.id, request.request));
    });
}

/// The first message; false: refused.
bool EngineServer::Impl::greet(Client& client, const RequestMessage& message) {
    const Hello* hello = std::get_if<Hello>(&message.request);
    if (hello != nullptr && hello->protocol == kProtocolVersion) {
        client.greeted = true;
        ++greeted;
        return true;
    }
    client.closing = true;
    refuse(client,
           message.id,
           hello == nullptr
               ? fail(ErrorCode::kInvalidArgument, "the first message has to be hello")
               : fail(ErrorCode::kUnsupported,
                      "the engine speaks protocol " + std::to_string(kProtocolVersion) +
                          "; end it and start one of the client's version"));
    return false;
}

void EngineServer::Impl::queue(Client& client, std::string line) const {
    client.out_bytes += line.size();
    client.out.push_back(std::move(line));
}

void EngineServer::Impl::refuse(Client& client, std::int64_t id, const Error& error) const {
    queue(client, encode_error(id, error));
}

void EngineServer::Impl::write_to(Client& client) const {
    while (!client.gone) {
        if (client.out.empty() && client.dropped > 0) {
            queue(client, encode_notice(Resync{std::exchange(client.dropped, 0)}));
        }
        if (client.out.empty()) break;
        const std::string& line = client.out.front();
        const ssize_t count = ::send(
            client.fd.get(), line.data() + client.sent, line.size() - client.sent, MSG_NOSIGNAL);
        if (count < 0) {
            client.gone = errno != EAGAIN && errno != EINTR;
            return;
        }
        client.sent += static_cast<std::size_t>(count);
        if (client.sent < line.size()) continue;
        client.out_bytes -= line.size();
        client.sent = 0;
        client.out.pop_front();
    }
    if (client.closing) client.gone = true;
}

void EngineServer::Impl::remove_gone() {
    for (const Client& client : clients) {
        if (client.gone && client.greeted && --greeted == 0) {
            idle_since_us = util::system_clock().monotonic_us();
        }
    }
    std::erase_if(clients, [](const Client& client) { return client.gone; });
}

// ---- public ----

EngineServer::EngineServer(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}

EngineServer::~EngineServer() { impl_->stop(); }

Result<std::unique_ptr<EngineServer>> EngineServer::start(Engine& backend,
                                                          const EngineAddress& address,
                                                          const ServerOptions& options) {
    std::unique_ptr<EngineServer> server(
        new EngineServer(std::make_unique<Impl>(backend, options)));
    VT_TRY(server->impl_->open(address));
    return server;
}

int EngineServer::client_count() const { return impl_->greeted; }

std::int64_t EngineServer::idle_since_us() const { return impl_->idle_since_us; }

}  // namespace veritune::engine
