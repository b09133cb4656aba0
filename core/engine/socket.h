// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <string>

/// Descriptors and AF_UNIX sockets; private to core/engine.
namespace veritune::engine {

/// Owns a descriptor; -1 = none.
class Fd {
  public:
    Fd() = default;
    explicit Fd(int fd)
        : fd_(fd) {}
    Fd(Fd&& other) noexcept
        : fd_(other.release()) {}
    Fd& operator=(Fd&& other) noexcept;
    ~Fd();
    int get() const { return fd_; }
    bool valid() const { return fd_ >= 0; }
    int release();

  private:
    int fd_ = -1;
};

/// "cannot ACTION: reason of errno", kIoError or kPermissionDenied.
util::Error errno_error(const std::string& action, const std::string& path);

/// A listening socket, mode 0600, non-blocking; a file left at the path is replaced.
util::Result<Fd> listen_at(const std::string& path);
/// A blocking connection to a socket of the same user.
/// errors  kUnavailable when nobody listens
util::Result<Fd> connect_to(const std::string& path);
/// The process at the other end belongs to our user (SO_PEERCRED).
bool is_same_user(int socket);

}  // namespace veritune::engine
