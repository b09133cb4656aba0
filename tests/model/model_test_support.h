// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/file_system.h"
#include "core/util/json.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

namespace veritune::model {

/// A new folder that goes away with the test.
class ModelFilesTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = ::testing::TempDir() + "/veritune-model-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        fs_ = util::make_posix_file_system();
    }
    void TearDown() override { EXPECT_TRUE(util::remove_tree(*fs_, folder_).has_value()); }

    std::string path(std::string_view name) const { return util::join_path(folder_, name); }
    void put(std::string_view name, std::string_view bytes) const {
        std::ofstream(path(name), std::ios::binary)
            .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }

    std::string folder_;
    std::unique_ptr<util::FileSystem> fs_;
};

/// A safetensors file: the length of `header` (or a lie), the header, the data.
inline std::string safetensors_bytes(std::string_view header,
                                     std::string_view data,
                                     std::uint64_t claimed_length) {
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &claimed_length, 8);
    return bytes.append(header).append(data);
}

inline std::string safetensors_bytes(std::string_view header, std::string_view data) {
    return safetensors_bytes(header, data, header.size());
}

/// tests/data/models/<name>, made by tests/golden/make_model_goldens.py.
inline std::string golden_folder(std::string_view name) {
    return std::string(VERITUNE_SOURCE_DIR "/tests/data/models/").append(name);
}

inline util::Json golden_json(std::string_view name) {
    const std::unique_ptr<util::FileSystem> fs = util::make_posix_file_system();
    const auto text = fs->read(util::join_path(golden_folder(name), "goldens.json"), 1 << 20);
    VT_CHECK(text.has_value());
    return util::parse_json(*text, "goldens.json").value();
}

inline constexpr const char* kGoldenModels[] = {"qwen2", "qwen3", "llama", "llama_bias", "mistral"};

}  // namespace veritune::model
