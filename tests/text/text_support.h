// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/tokenizer.h"
#include "core/util/file_system.h"
#include "core/util/json.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace veritune::text {

/// Files that exist only in the test; reading, and writing through create and rename.
class MemoryFileSystem final : public util::FileSystem {
  public:
    std::map<std::string, std::string> files;

    util::Result<std::string> read(const std::string& path, std::uint64_t max_bytes) override;
    util::Result<std::unique_ptr<util::WritableFile>> create(const std::string& path) override;
    util::Status rename(const std::string& from, const std::string& to) override;
    util::Status remove(const std::string& path) override;
    util::Status make_dir(const std::string&) override { return {}; }
    util::Status sync_dir(const std::string&) override { return {}; }
    util::Result<std::vector<std::string>> list(const std::string& path) override;
    util::Result<util::FileInfo> stat(const std::string& path) override;
    util::Result<std::uint64_t> free_bytes(const std::string&) override { return 1ULL << 40; }
    util::Result<std::unique_ptr<util::FileLock>> lock(const std::string& path,
                                                       std::string_view) override;
};

/// tests/data/text/NAME.
std::string data_path(const std::string& name);
/// ../shared/data/NAME (VERITUNE_DATA overrides ../shared/data); empty when it is not there.
std::string shared_path(const std::string& name);
std::string read_file(const std::string& path);
/// One JSON value per line.
std::vector<util::Json> read_json_lines(const std::string& path);
/// Fails the test when the folder does not load.
std::unique_ptr<Tokenizer> load_or_die(const std::string& folder);
std::unique_ptr<Tokenizer> load_or_die(MemoryFileSystem& fs, const std::string& folder);

}  // namespace veritune::text

/// Skips the test when the shared test data is not there.
#define VT_NEED_SHARED(variable, name)                                                        \
    const std::string variable = veritune::text::shared_path(name);                           \
    if (variable.empty()) {                                                                   \
        GTEST_SKIP() << name << " is not in ../shared/data (set VERITUNE_DATA to its place)"; \
    }
