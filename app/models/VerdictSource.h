// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/result.h"
#include "core/verify/worker_fleet.h"

#include <memory>
#include <string>

namespace veritune::app {

/// Where the window's verdicts come from: two sets of worker processes, in jails where this machine
/// has them. No verifier ever runs in the window itself: a text that ends or stops one costs a
/// worker, and the same case in the other set shows whether a verdict depends on the process.
/// Programs of `veritune` and `veritune-sandbox` are looked for in `programDir`.
/// threads  start() a worker thread (it waits for the first jail); the rest any, at once
class VerdictSource final {
  public:
    /// workers  per set, >= 1. errors  kNotFound: `veritune` is not there
    static util::Result<std::shared_ptr<VerdictSource>> start(const std::string& programDir,
                                                              int workers);
    verify::RequestVerifier& first() { return *m_first; }
    verify::RequestVerifier& second() { return *m_second; }
    int workers() const { return m_workers; }
    /// Empty: programs can be run. Else the missing piece and what to do.
    const std::string& noPrograms() const { return m_noPrograms; }

  private:
    VerdictSource() = default;
    int m_workers = 1;
    std::string m_noPrograms;
    std::unique_ptr<verify::SandboxClient> m_sandbox;
    std::unique_ptr<verify::WorkerFleet> m_first;
    std::unique_ptr<verify::WorkerFleet> m_second;
};

/// The folder of this program, where the others lie, too.
std::string ownProgramDir();

}  // namespace veritune::app
