// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

namespace veritune::cli {

/// How often Ctrl-C was pressed.
/// threads  any; add() is safe in a signal handler
class Interrupts {
  public:
    int count() const { return count_.load(std::memory_order_relaxed); }
    void add() { count_.fetch_add(1, std::memory_order_relaxed); }

  private:
    std::atomic<int> count_{0};
};

/// While it lives, SIGINT counts instead of ending the program; blocking reads then return EINTR.
/// Verbs that have nothing to clean up leave SIGINT alone. One at a time.
class CatchInterrupts {
  public:
    explicit CatchInterrupts(Interrupts& interrupts);
    ~CatchInterrupts();
    CatchInterrupts(const CatchInterrupts&) = delete;
    CatchInterrupts& operator=(const CatchInterrupts&) = delete;
};

}  // namespace veritune::cli
