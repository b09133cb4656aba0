// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/sandbox_client.h"

#include <string>
#include <vector>

namespace veritune::verify {

/// One thing that a program must not be able to do, tried by a program in a jail.
struct SandboxProbe {
    std::string what;  ///< "read /home"
    bool stopped = false;
    std::string stopped_by;  ///< "FileNotFoundError: [Errno 2] ...", "output_limit"
};

/// The self-test of `veritune doctor`: reads, writes, sockets, processes, memory, time, output.
/// Takes about two seconds. Empty when no program can be run at all.
std::vector<SandboxProbe> probe_sandbox(ProgramRunner& runner);

/// Starts the supervisor when the first program comes: verbs that meet none pay nothing.
/// threads  any
class LazySandbox final : public ProgramRunner {
  public:
    explicit LazySandbox(SandboxOptions options)
        : options_(std::move(options)) {}
    ProgramResult run(const ProgramJob& job) override;

  private:
    SandboxOptions options_;
    std::mutex mutex_;  ///< of the rest
    std::unique_ptr<SandboxClient> client_;
    std::string fault_;
};

}  // namespace veritune::verify
