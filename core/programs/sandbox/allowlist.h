// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <string>

namespace veritune::sandbox {

/// The system calls of a jail as BPF bytes (docs/sandbox.md): a fixed list, everything else EPERM,
/// clone3 ENOSYS, sockets and io_uring EACCES (the answer of the local filter, so a worker sees
/// that it is already without a network), foreign calls end the process. The same bytes for all
/// jails. errors  kUnsupported: libseccomp cannot build it here; test  sandbox_test.cpp
util::Result<std::string> build_allowlist();

}  // namespace veritune::sandbox
