// SPDX-License-Identifier: Apache-2.0
#include "tests/support/temp_dir.h"

#include "core/util/result.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace veritune::test {

TempDir::TempDir() {
    std::error_code error;
    path_ = (std::filesystem::temp_directory_path(error) / "veritune-test-XXXXXX").string();
    VT_CHECK(!error);
    VT_CHECK(::mkdtemp(path_.data()) != nullptr);
}

TempDir::~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace veritune::test
