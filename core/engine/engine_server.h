// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "core/engine/runtime_dir.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace veritune::engine {

struct ServerOptions {
    std::size_t max_queued_bytes =
        4u << 20;  ///< outgoing, per client; beyond it notices are dropped and one Resync sent
    int max_clients = 32;
    int max_pending = 64;  ///< unanswered requests per client; beyond it we stop reading from it
    int socket_buffer_bytes = 0;  ///< SO_SNDBUF; 0 = the system's (tests make it small)
};

/// Serves an Engine on the project's socket. Its own thread does all socket work; one worker runs
/// short requests and one runs Generate and Evaluate, so that Cancel and StopRun are never behind
/// them. A connection is looked at only if SO_PEERCRED says it is the same user; the first message
/// has to be Hello. threads  start and stop from one thread
class EngineServer {
  public:
    /// Binds and listens. The caller holds the project lock: a socket left there is stale and is
    /// replaced. backend  outlives the server; its notices go to every client errors  as
    /// runtime_dir(); kIoError
    static util::Result<std::unique_ptr<EngineServer>> start(Engine& backend,
                                                             const EngineAddress& address,
                                                             const ServerOptions& options = {});
    /// Stops taking requests, waits for the running ones (cancel them first), flushes what can be
    /// sent at once, removes the socket.
    ~EngineServer();
    EngineServer(const EngineServer&) = delete;
    EngineServer& operator=(const EngineServer&) = delete;

    /// Clients that have said Hello.
    int client_count() const;
    /// Time on the monotonic clock when the last client left (or start): for ending an idle engine.
    std::int64_t idle_since_us() const;

  private:
    struct Impl;
    explicit EngineServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace veritune::engine
