// SPDX-License-Identifier: Apache-2.0
#include "core/engine/socket.h"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace veritune::engine {

using util::ErrorCode;
using util::fail;
using util::Result;

Fd& Fd::operator=(Fd&& other) noexcept {
    if (this != &other) {
        if (fd_ >= 0) ::close(fd_);
        fd_ = other.release();
    }
    return *this;
}

Fd::~Fd() {
    if (fd_ >= 0) ::close(fd_);
}

int Fd::release() { return std::exchange(fd_, -1); }

util::Error errno_error(const std::string& action, const std::string& path) {
    const int error_number = errno;
    const char* reason = ::strerrordesc_np(error_number);
    const bool denied = error_number == EACCES || error_number == EPERM;
    return fail(denied ? ErrorCode::kPermissionDenied : ErrorCode::kIoError,
                "cannot " + action + ": " + (reason != nullptr ? reason : "unknown error"),
                path);
}

namespace {

Result<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return fail(ErrorCode::kInvalidArgument, "the path is too long for a socket", path);
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

Result<Fd> listen_at(const std::string& path) {
    VT_ASSIGN(const sockaddr_un address, address_of(path));
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd.valid()) return errno_error("make the engine's socket", path);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        return errno_error("replace the engine's old socket", path);
    }
    if (::bind(fd.get(), generic(address), sizeof address) != 0) {
        return errno_error("bind the engine's socket", path);
    }
    // The folder is 0700 already; this is for people who look.
    if (::chmod(path.c_str(), 0600) != 0) return errno_error("protect the engine's socket", path);
    constexpr int kBacklog = 16;
    if (::listen(fd.get(), kBacklog) != 0)
        return errno_error("listen on the engine's socket", path);
    return fd;
}

Result<Fd> connect_to(const std::string& path) {
    VT_ASSIGN(const sockaddr_un address, address_of(path));
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd.valid()) return errno_error("make a socket", path);
    if (::connect(fd.get(), generic(address), sizeof address) != 0) {
        if (errno == EACCES || errno == EPERM) return errno_error("reach the engine", path);
        return fail(ErrorCode::kUnavailable, "no engine answers for this project", path);
    }
    if (is_same_user(fd.get())) return fd;
    return fail(ErrorCode::kPermissionDenied, "the engine's socket belongs to another user", path);
}

bool is_same_user(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           peer.uid == ::geteuid();
}

}  // namespace veritune::engine
