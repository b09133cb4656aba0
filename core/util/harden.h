// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <string>
#include <vector>

namespace veritune::util {

/// The first call of every main (the sandbox supervisor: after its namespaces, whose files a
/// non-dumpable process cannot open). In this order: umask 077; PR_SET_NO_NEW_PRIVS; not dumpable,
/// so that other processes of the user cannot read our memory (unless built with
/// VERITUNE_DEBUGGABLE); no core files; every descriptor but 0, 1, 2 and keep_fds closed; the
/// `local` filter, unless this process has inherited it. errors   kUnsupported (kernel without the
/// mechanism), kPermissionDenied, kInternal. A main then prints the error
///          and exits with 3: an unhardened program does not run.
/// threads  call before starting any; the filter reaches running threads too (TSYNC)
/// test     harden_test.cpp
Status harden_process(const std::vector<int>& keep_fds = {});

/// Only the filter: socket() and socketpair() for AF_UNIX alone, io_uring refused, all with EACCES
/// (libraries probe and go on); calls of a foreign architecture or the x32 numbers end the process.
/// Inherited by every child, cannot be taken off again.
Status install_local_filter();

/// One try at a way out of the machine. refused = the kernel answered EACCES, the filter's own
/// word; any other answer (also "not supported") means that no filter of ours stands in this way.
struct NetworkProbe {
    std::string name;  ///< "AF_INET", "socketpair AF_TIPC", "io_uring_setup"
    bool refused = false;
};

/// Tries 12 socket families other than AF_UNIX, socketpair and io_uring; opened descriptors are
/// closed at once.
std::vector<NetworkProbe> probe_network();

/// What `--self-test-network` of each program prints: one line a way out ("refused      AF_INET"),
/// then the kernel's own two lines of /proc/self/status, then the sum. Ends with a newline.
struct NetworkSelfTest {
    std::string text;
    bool passed = false;  ///< every way refused, filter and no_new_privs confirmed
};
/// errors   none; call it after harden_process()
NetworkSelfTest network_self_test();
/// `--self-test-network` stands among the arguments; a main asks before it parses anything else.
bool wants_network_self_test(int argc, const char* const* argv);

/// What the kernel says about this process.
struct ProcessGuards {
    bool no_new_privs = false;
    bool seccomp_filter = false;
    bool dumpable = true;
    bool core_files = true;
};
ProcessGuards read_process_guards();

}  // namespace veritune::util
