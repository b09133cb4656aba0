// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace veritune::engine {

/// Hears the critical events (Xid) of one graphics card from its driver, through the driver's own
/// management library. That is opened at run time; without it, without a card or with a driver that
/// reports no events nothing happens but a line in the log. It opens device files only, so it works
/// under the filter against networks.
/// threads  one of its own; take() and listening() from any; the destructor waits for it
/// source   reliability.md 7; NVML's reference, nvmlEventSetWait_v2; test  xid_listener_test.cpp
class XidListener {
  public:
    struct Options {
        std::string library = "libnvidia-ml.so.1";
        /// PCI address of the card in use, "0000:65:00.0"; empty = none. Called once, on the
        /// listener's own thread, because asking the CUDA runtime may take for ever.
        std::function<std::string()> card;
        std::int64_t wait_ms = 500;  ///< one wait of the thread; what an end may take
    };
    explicit XidListener(Options options);
    ~XidListener();
    XidListener(const XidListener&) = delete;
    XidListener& operator=(const XidListener&) = delete;

    /// The numbers heard since the last call, oldest first. A card that the driver has lost counts
    /// as 79, whether the event itself arrived or not.
    std::vector<int> take();
    /// The card's events are registered and the thread waits for them.
    bool listening() const { return listening_; }

  private:
    void listen(const std::stop_token& stop);

    Options options_;
    std::mutex mutex_;
    std::vector<int> heard_;
    std::atomic<bool> listening_{false};
    std::jthread thread_;
};

}  // namespace veritune::engine
