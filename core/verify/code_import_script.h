// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace veritune::verify {

/// Python text that turns asserts into cases. Runs in a jail.
extern const char* const kAssertScript;

}  // namespace veritune::verify
