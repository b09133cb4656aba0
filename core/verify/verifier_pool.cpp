// SPDX-License-Identifier: Apache-2.0
#include "core/verify/verifier_pool.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>

namespace veritune::verify {

namespace {

/// Requests taken at once: long enough that threads do not fight for the counter, short enough that
/// one slow answer does not hold many others back.
constexpr std::size_t kBlock = 16;

}  // namespace

VerifierPool::VerifierPool(int threads)
    : threads_(std::max(threads, 1)) {}

std::vector<Verdict> VerifierPool::verify(const std::vector<VerifyRequest>& requests) const {
    std::vector<Verdict> verdicts(requests.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&requests, &verdicts, &next] {
        while (true) {
            const std::size_t begin = next.fetch_add(kBlock, std::memory_order_relaxed);
            if (begin >= requests.size()) return;
            const std::size_t end = std::min(begin + kBlock, requests.size());
            for (std::size_t i = begin; i < end; ++i) verdicts[i] = verify_request(requests[i]);
        }
    };
    const std::size_t blocks = (requests.size() + kBlock - 1) / kBlock;
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

}  // namespace veritune::verify
