// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/device_fault.h"
#include "core/engine/runtime_dir.h"

#include <cstdint>
#include <optional>
#include <string>

namespace veritune::engine {

/// Puts together what the driver says about the card (Xid) and what our own work met, and says
/// whether the engine has to end. A fault of the card itself ends it at once. A program fault may
/// be another program's on the same card, so it only explains: it counts when our work fails too.
/// threads  one owner, the control thread; source  reliability.md 7; test  card_watch_test.cpp
class CardWatch {
  public:
    /// How long a program fault explains a failure of our work: longer than the watchdog's least
    /// silence, so that it still explains work that hangs.
    static constexpr std::int64_t kExplainsUs = 600'000'000;

    /// A number that is no fault of ours is forgotten; of several the gravest is kept.
    void heard(int xid, std::int64_t monotonic_us);
    /// work_failed  why our work cannot go on in this process; empty = it goes on
    /// returns  code kExitRestart or kExitCard with the reason; nullopt = go on
    std::optional<EngineExit> verdict(const std::string& work_failed,
                                      std::int64_t monotonic_us) const;

  private:
    std::optional<XidFault> fault_;
    std::int64_t heard_us_ = 0;
};

/// "the card reports a memory error (Xid 48)"
std::string xid_words(const XidFault& fault);

}  // namespace veritune::engine
