// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace veritune::engine {

/// Which engine: one per project.
struct EngineAddress {
    std::string project_dir;  ///< store::ProjectInfo::dir
    std::string project_id;   ///< store::ProjectInfo::id; at least 16 hex digits
};

/// The folder of socket and engine.exit: $XDG_RUNTIME_DIR/veritune/<16 hex>, else
/// /tmp/veritune-<uid>/<16 hex>; made when missing, every level checked by lstat: a real folder,
/// ours, mode 0700. errors  kPermissionDenied (somebody else's folder or an open mode),
/// kInvalidArgument (id, or a path too long for a socket)
util::Result<std::string> runtime_dir(std::string_view project_id);
std::string socket_path(const std::string& runtime_dir);

/// Why an engine ended, as it says itself.
struct EngineExit {
    std::int64_t code = 0;
    std::string reason;
    int xid = 0;  ///< the driver's number of a fault of the card (device_fault.h); 0 = none
};
/// One write(2); called by the engine when it ends by itself.
util::Status write_engine_exit(const std::string& runtime_dir, const EngineExit& exit);
/// Empties it; called by the engine once it holds the project lock.
util::Status clear_engine_exit(const std::string& runtime_dir);
/// nullopt: missing or empty (killed, power cut) or unreadable.
std::optional<EngineExit> read_engine_exit(const std::string& runtime_dir);

/// Exit code of an engine that wants to be started again (sticky CUDA error, watchdog, lost
/// supervisor).
inline constexpr std::int64_t kExitRestart = 75;

/// Exit code after a mapped model file was cut short under the engine's feet.
inline constexpr std::int64_t kExitModelChanged = 76;

/// Exit code of an engine whose card cannot be used before a person has done something.
inline constexpr std::int64_t kExitCard = 77;

/// A read beyond the end of a mapped file is SIGBUS. From this call on it writes a note with
/// kExitModelChanged into engine.exit and ends the process with that code: starting again would
/// only meet the same file. threads  call once, before others start
util::Status end_on_changed_model(const std::string& runtime_dir);

enum class AfterDeath {
    kRestart,  ///< start it with --resume-active
    kDone,     ///< it ended on purpose
    kFailed,   ///< do not start it again; the run has failed with the reason
};
/// What a client does that finds a run marked active and no engine answering.
AfterDeath after_death(const std::optional<EngineExit>& exit);

}  // namespace veritune::engine
