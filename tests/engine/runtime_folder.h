// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/temp_dir.h"

#include <cstdlib>
#include <string>

namespace veritune::test {

/// A private XDG_RUNTIME_DIR while it lives.
class RuntimeFolder {
  public:
    RuntimeFolder() { ::setenv("XDG_RUNTIME_DIR", temp_.path().c_str(), 1); }
    ~RuntimeFolder() { ::unsetenv("XDG_RUNTIME_DIR"); }
    RuntimeFolder(const RuntimeFolder&) = delete;
    RuntimeFolder& operator=(const RuntimeFolder&) = delete;
    const TempDir& temp() const { return temp_; }

  private:
    TempDir temp_;
};

inline const std::string kProjectId = "0123456789abcdef0123456789abcdef";

}  // namespace veritune::test
