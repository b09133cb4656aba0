// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

#include <vector>

namespace veritune::verify {

/// Verifies a batch of requests on `threads` threads; verdicts come back in the order of the
/// requests, whatever the number of threads. threads  one caller at a time
class VerifierPool {
  public:
    explicit VerifierPool(int threads);
    std::vector<Verdict> verify(const std::vector<VerifyRequest>& requests) const;

  private:
    int threads_;
};

}  // namespace veritune::verify
