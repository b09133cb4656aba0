// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/fault_file_system.h"

#include <string>
#include <string_view>

namespace veritune::fuzz {

/// A folder /f in memory with one or two files: what a loader reads.
class MemoryFolder {
  public:
    void put(std::string_view name, std::string_view bytes) {
        static_cast<void>(fs_.make_dir("/f"));
        const auto file = fs_.create("/f/" + std::string(name));
        if (file) static_cast<void>((*file)->write(bytes));
    }
    util::FileSystem& fs() { return fs_; }
    static std::string path() { return "/f"; }

  private:
    test::FaultFileSystem fs_;
};

}  // namespace veritune::fuzz
