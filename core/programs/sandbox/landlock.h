// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/programs/sandbox/jail.h"

#include <string>

namespace veritune::sandbox {

/// Version of the kernel's Landlock, asked and never guessed from the kernel's own version; 0 = the
/// kernel has none or it is switched off.  threads  any
int landlock_abi();

/// From here on this process and all that it starts may only read and execute below /usr and the
/// folder of the jail (a worker: the folder of the program too), read /dev/zero and /dev/urandom
/// and read and write /dev/null. From ABI 4 no TCP, from ABI 6 no signal and no abstract socket
/// reaches a process outside. For good. What an older ABI leaves open is refused by the filters
/// (docs/sandbox.md).
/// abi     what the kernel has or less: the rights of a newer one are then not asked for
/// returns empty, or the step that failed with its reason
/// threads  call in the child that becomes a jail, before its filter is loaded
std::string enter_landlock(const JailPaths& paths, Profile profile, int abi);

/// Whether an administrator has allowed rung B on this machine: `rung_b = allow` in a settings file
/// that belongs to root and that nobody else can write.
/// returns empty = allowed, else why not and what to do
std::string rung_b_refusal(const std::string& settings_path);

}  // namespace veritune::sandbox
