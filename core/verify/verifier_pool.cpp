// SPDX-License-Identifier: Apache-2.0
#include "core/verify/verifier_pool.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <utility>

namespace veritune::verify {

namespace {

/// Requests taken at once: long enough that threads do not fight for the counter, short enough that
/// one slow answer does not hold many others back.
constexpr std::size_t kBlock = 16;

}  // namespace

VerifierPool::VerifierPool(int threads, RequestVerifier* verifier)
    : threads_(std::max(threads, 1)),
      verifier_(verifier) {}

Verdict VerifierPool::verify_one(const VerifyRequest& request) const {
    return verifier_ != nullptr ? verifier_->verify(request) : verify_request(request);
}

std::vector<Verdict> VerifierPool::verify(const std::vector<VerifyRequest>& requests) const {
    std::vector<Verdict> verdicts(requests.size());
    std::atomic<std::size_t> next{0};
    // Elsewhere a verdict costs a message or a program: then every one is handed out by itself.
    const std::size_t block = verifier_ != nullptr ? 1 : kBlock;
    const auto work = [this, block, &requests, &verdicts, &next] {
        while (true) {
            const std::size_t begin = next.fetch_add(block, std::memory_order_relaxed);
            if (begin >= requests.size()) return;
            const std::size_t end = std::min(begin + block, requests.size());
            for (std::size_t i = begin; i < end; ++i) verdicts[i] = verify_one(requests[i]);
        }
    };
    const std::size_t blocks = (requests.size() + block - 1) / block;
    const std::size_t wanted = std::min(static_cast<std::size_t>(threads_), blocks);
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < wanted; ++i) {
        // A machine that gives no further thread is slower, but the verdicts are the same.
        try {
            helpers.emplace_back(work);
        } catch (const std::system_error&) {
            break;
        }
    }
    work();
    helpers.clear();
    return verdicts;
}

VerifyQueue::VerifyQueue(const VerifierPool& pool, std::size_t count)
    : pool_(pool),
      verdicts_(count) {
    for (Verdict& verdict : verdicts_) verdict.reason = "not_submitted";
    const std::size_t wanted = std::min(static_cast<std::size_t>(pool.threads()), count);
    for (std::size_t i = 0; i < wanted; ++i) {
        // Without any thread wait() does the work.
        try {
            threads_.emplace_back([this] { work(); });
        } catch (const std::system_error&) {
            break;
        }
    }
}

VerifyQueue::~VerifyQueue() {
    {
        const std::lock_guard lock(mutex_);
        queue_.clear();
        closed_ = true;
    }
    changed_.notify_all();
}

void VerifyQueue::submit(std::size_t index, VerifyRequest request) {
    VT_CHECK(index < verdicts_.size());
    {
        const std::lock_guard lock(mutex_);
        VT_CHECK(!closed_);
        queue_.push_back({.index = index, .request = std::move(request)});
    }
    changed_.notify_one();
}

bool VerifyQueue::take(Item& item) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (queue_.empty()) return false;
    item = std::move(queue_.front());
    queue_.pop_front();
    return true;
}

void VerifyQueue::work() {
    for (Item item; take(item);) verdicts_[item.index] = pool_.verify_one(item.request);
}

std::vector<Verdict> VerifyQueue::wait() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
    work();
    threads_.clear();
    return std::move(verdicts_);
}

}  // namespace veritune::verify
