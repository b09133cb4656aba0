// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace veritune::test {

/// An empty folder that is gone with the object.
class ScratchDir {
  public:
    ScratchDir() {
        std::string pattern = ::testing::TempDir() + "veritune-XXXXXX";
        path_ = ::mkdtemp(pattern.data());
    }
    ~ScratchDir() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchDir(const ScratchDir&) = delete;
    ScratchDir& operator=(const ScratchDir&) = delete;

    std::string write(const std::string& name, std::string_view bytes) const {
        std::ofstream file(path_ + "/" + name, std::ios::binary);
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        EXPECT_TRUE(file.good());
        return path_ + "/" + name;
    }
    std::string path(const std::string& name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

/// A file of the public data beside the checkout (VERITUNE_DATA overrides the folder); empty when
/// it is not there.
inline std::string shared_data(const std::string& name) {
    const char* override_dir = std::getenv("VERITUNE_DATA");
    const std::string root = override_dir != nullptr
                                 ? override_dir
                                 : std::string(VERITUNE_SOURCE_DIR) + "/../shared/data";
    const std::string path = root + "/" + name;
    return std::filesystem::exists(path) ? path : std::string();
}

}  // namespace veritune::test
