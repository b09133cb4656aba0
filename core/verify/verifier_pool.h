// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace veritune::verify {

/// Gives the verdict of one request, in this process or elsewhere.  threads  any, at once
class RequestVerifier {
  public:
    virtual ~RequestVerifier() = default;
    virtual Verdict verify(const VerifyRequest& request) = 0;
};

/// In this process; programs run where `runner` says.
class LocalVerifier final : public RequestVerifier {
  public:
    /// runner  outlives the verifier; may be nullptr
    explicit LocalVerifier(ProgramRunner* runner)
        : runner_(runner) {}
    Verdict verify(const VerifyRequest& request) override {
        return verify_request(request, runner_);
    }

  private:
    ProgramRunner* runner_;
};

/// Verifies a batch of requests on `threads` threads; verdicts come back in the order of the
/// requests, whatever the number of threads. threads  one caller at a time
class VerifierPool {
  public:
    /// verifier  outlives the pool; nullptr: in this process, without programs
    explicit VerifierPool(int threads, RequestVerifier* verifier = nullptr);
    std::vector<Verdict> verify(const std::vector<VerifyRequest>& requests) const;
    int threads() const { return threads_; }
    Verdict verify_one(const VerifyRequest& request) const;

  private:
    int threads_;
    RequestVerifier* verifier_;
};

/// Requests that come one by one, as chains end, and are verified while others are still being
/// written. One queue per batch. threads  submit() and wait() by one thread
class VerifyQueue {
  public:
    /// pool  outlives the queue; count  how many verdicts wait() gives
    VerifyQueue(const VerifierPool& pool, std::size_t count);
    ~VerifyQueue();
    VerifyQueue(const VerifyQueue&) = delete;
    VerifyQueue& operator=(const VerifyQueue&) = delete;

    /// index < count, each once
    void submit(std::size_t index, VerifyRequest request);
    /// Verdicts by index; one that was never submitted is internal_error, "not_submitted".
    std::vector<Verdict> wait();

  private:
    struct Item {
        std::size_t index = 0;
        VerifyRequest request;
    };
    void work();
    bool take(Item& item);

    const VerifierPool& pool_;
    std::mutex mutex_;  ///< of queue_ and closed_
    std::condition_variable changed_;
    std::deque<Item> queue_;
    bool closed_ = false;
    std::vector<Verdict> verdicts_;  ///< each entry is written by one thread only
    std::vector<std::jthread> threads_;
};

}  // namespace veritune::verify
