// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <ATen/core/Tensor.h>

#include <new>
#include <string>
#include <string_view>

namespace veritune::train {

/// Runs `body`, which returns a Result, and turns what the tensor library throws into an Error:
/// kOutOfMemory when memory is gone, kInternal otherwise. `what` names the work in the message.
template <class Body>
auto catch_torch(const char* what, Body body) -> decltype(body()) {
    try {
        return body();
    } catch (const c10::OutOfMemoryError&) {
        return util::fail(util::ErrorCode::kOutOfMemory,
                          std::string(what) + ": no device memory left");
    } catch (const std::bad_alloc&) {
        return util::fail(util::ErrorCode::kOutOfMemory, std::string(what) + ": no memory left");
    } catch (const c10::Error& error) {
        // The CPU's allocator has no type of its own for this.
        if (std::string_view(error.what_without_backtrace()).find("can't allocate memory") !=
            std::string_view::npos) {
            return util::fail(util::ErrorCode::kOutOfMemory,
                              std::string(what) + ": no memory left");
        }
        return util::fail(util::ErrorCode::kInternal,
                          std::string(what) + ": " + error.what_without_backtrace());
    }
}

}  // namespace veritune::train
