// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <functional>
#include <stop_token>

namespace veritune::curate {

/// What the caller of a long operation sees of it and how it ends it. Every operation looks at
/// `stop` at least once in 50 ms and then fails with kCancelled.
struct Watch {
    std::function<void(double fraction)> progress{};  ///< on the calling thread; may be empty
    std::stop_token stop{};

    /// Tells the fraction; kCancelled when the caller wants the end.
    util::Status at(double fraction) const {
        if (stop.stop_requested()) {
            return util::fail(util::ErrorCode::kCancelled, "the curation was stopped");
        }
        if (progress) progress(fraction);
        return {};
    }
};

}  // namespace veritune::curate
