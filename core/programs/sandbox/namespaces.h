// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

namespace veritune::sandbox {

/// Root gives itself up for good and becomes uid and gid 65534 without groups; another user stays
/// who he is. RLIMIT_NPROC means nothing for root: no jail is ever started by it.
/// errors  kPermissionDenied
util::Status leave_root();

/// An own user namespace and an empty network namespace, in which every jail lives (bubblewrap's
/// own
/// --unshare-net needs a netlink socket, which the local filter refuses). Inside, our id is 65534:
/// with 0 bubblewrap 0.8 fails after the capabilities are gone.
/// errors  kUnsupported or kPermissionDenied with the cause and what to do about it
/// threads  call before any is started and before harden_process(): the files of a process that is
///          not dumpable cannot be opened
util::Status enter_namespaces();

/// Every capability of the new user namespace is dropped, also from the bounding set.
util::Status drop_capabilities();

}  // namespace veritune::sandbox
