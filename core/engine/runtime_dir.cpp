// SPDX-License-Identifier: Apache-2.0
#include "core/engine/runtime_dir.h"

#include "core/engine/socket.h"
#include "core/util/file_system.h"
#include "core/util/json.h"

#include <climits>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace veritune::engine {

namespace {

using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

constexpr std::size_t kIdDigits = 16;

/// lstat: a link that somebody else may redirect is not a private folder.
bool is_private(const std::string& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
           info.st_uid == ::geteuid() && (info.st_mode & 07777) == 0700;
}

Status make_private(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        return errno_error("make the engine's folder", path);
    }
    if (is_private(path)) return {};
    return fail(
        ErrorCode::kPermissionDenied,
        "the engine's folder is not private (it has to be a folder of yours with mode 0700)",
        path);
}

std::string base_folder() {
    const char* xdg = std::getenv("XDG_RUNTIME_DIR");
    if (xdg != nullptr && xdg[0] == '/' && is_private(xdg)) {
        return util::join_path(xdg, "veritune");
    }
    return "/tmp/veritune-" + std::to_string(::geteuid());
}

std::string exit_path(const std::string& runtime_dir) {
    return util::join_path(runtime_dir, "engine.exit");
}

Result<Fd> open_exit(const std::string& path) {
    Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd.valid()) return errno_error("write the engine's exit note", path);
    return fd;
}

}  // namespace

Result<std::string> runtime_dir(std::string_view project_id) {
    const std::string_view digits = project_id.substr(0, kIdDigits);
    if (digits.size() != kIdDigits ||
        digits.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
        return fail(ErrorCode::kInvalidArgument, "a project's id starts with 16 hex digits");
    }
    const std::string base = base_folder();
    const std::string dir = util::join_path(base, digits);
    if (socket_path(dir).size() >= sizeof(sockaddr_un::sun_path)) {
        return fail(ErrorCode::kInvalidArgument, "XDG_RUNTIME_DIR is too long for a socket", dir);
    }
    VT_TRY(make_private(base));
    VT_TRY(make_private(dir));
    return dir;
}

std::string socket_path(const std::string& runtime_dir) {
    return util::join_path(runtime_dir, "engine.sock");
}

Status write_engine_exit(const std::string& runtime_dir, const EngineExit& exit) {
    const std::string path = exit_path(runtime_dir);
    VT_ASSIGN(const Fd fd, open_exit(path));
    util::Json note = {{"code", exit.code}, {"reason", exit.reason}};
    if (exit.xid != 0) note["xid"] = exit.xid;
    const std::string text = note.dump(-1, ' ', false, util::Json::error_handler_t::replace);
    // One write: a reader sees all of it or nothing.
    if (::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) return {};
    return errno_error("write the engine's exit note", path);
}

Status clear_engine_exit(const std::string& runtime_dir) {
    VT_ASSIGN(const Fd fd, open_exit(exit_path(runtime_dir)));
    return {};
}

std::optional<EngineExit> read_engine_exit(const std::string& runtime_dir) {
    const Fd fd(
        ::open(exit_path(runtime_dir).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd.valid()) return std::nullopt;
    std::array<char, 8192> buffer{};
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count <= 0) return std::nullopt;
    const std::string_view text(buffer.data(), static_cast<std::size_t>(count));
    const Result<util::Json> note = util::parse_json(text, "engine.exit");
    if (!note) return std::nullopt;
    const Result<std::int64_t> code = util::json_int(*note, "code", "engine.exit", 0, 255);
    const Result<std::string> reason = util::json_string(*note, "reason", "engine.exit");
    if (!code || !reason) return std::nullopt;
    const Result<std::int64_t> xid = util::json_int(*note, "xid", "engine.exit", 1, INT_MAX);
    return EngineExit{*code, *reason, xid ? static_cast<int>(*xid) : 0};
}

namespace {

/// For the handler, which may only use what is async-signal-safe.
int g_exit_note = -1;

void on_bus_error(int) {
    constexpr std::string_view kNote =
        R"({"code":76,"reason":"a file of the model changed while it was in use; put the whole file back, then resume the run"})";
    // Nothing can be done about a note that cannot be written.
    [[maybe_unused]] const ssize_t written = ::write(g_exit_note, kNote.data(), kNote.size());
    ::_exit(static_cast<int>(kExitModelChanged));
}

}  // namespace

Status end_on_changed_model(const std::string& runtime_dir) {
    VT_ASSIGN(Fd fd, open_exit(exit_path(runtime_dir)));
    // Kept for the life of the process.
    g_exit_note = ::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3);
    if (g_exit_note < 0) return errno_error("keep the engine's exit note open", runtime_dir);
    struct sigaction action {};
    action.sa_handler = on_bus_error;
    ::sigaction(SIGBUS, &action, nullptr);
    return {};
}

AfterDeath after_death(const std::optional<EngineExit>& exit) {
    if (!exit || exit->code == kExitRestart) return AfterDeath::kRestart;
    return exit->code == 0 ? AfterDeath::kDone : AfterDeath::kFailed;
}

}  // namespace veritune::engine
