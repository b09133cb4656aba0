// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace veritune::sandbox {

enum class Profile {
    kProgram,  ///< an untrusted program behind the Python driver
    kWorker,   ///< `veritune verify --worker`
};

/// What a jail is built from (docs/sandbox.md, Rungs).
enum class Rung {
    kNone,        ///< "0": programs are off
    kLandlock,    ///< "B": weaker, only where an administrator allowed it
    kBubblewrap,  ///< "A"
};
const char* rung_name(Rung rung);  ///< "0", "B", "A"

/// Where a jail's parts are. All absolute.
struct JailPaths {
    std::string bwrap = "/usr/bin/bwrap";
    std::string job_dir;  ///< sandbox-init and driver.py; appears as /job
    std::string app_dir;  ///< folder of `veritune`; appears as /app in the worker profile
};

/// A started jail and our ends of its pipes.
struct JailProcess {
    pid_t pid = -1;  ///< rung A: bubblewrap; rung B: sandbox-init, leader of its own process group
    int in = -1;     ///< write: stdin of sandbox-init
    int out = -1;    ///< read: its frames
    int err = -1;    ///< read: what bubblewrap and it complain about
};

/// The arguments of bubblewrap after argv[0], the same for every jail of a profile (6.2).
/// allowlist_fd  the number under which bubblewrap finds the filter
std::string jail_arguments(const JailPaths& paths, Profile profile, int allowlist_fd);

/// Starts bubblewrap with an empty environment, no descriptor but the pipes, and the filter.
/// errors  kIoError, kUnavailable (no further process or descriptor)
util::Result<JailProcess> start_jail(const JailPaths& paths,
                                     Profile profile,
                                     const std::string& allowlist);

/// The same on rung B: sandbox-init in a session and a process group of its own, behind Landlock
/// and the filter; it dies with us. What fails after the fork is said on its stderr.
/// abi     version of Landlock to use, see landlock.h
util::Result<JailProcess> start_landlock_jail(const JailPaths& paths,
                                              Profile profile,
                                              const std::string& allowlist,
                                              int abi);

}  // namespace veritune::sandbox
