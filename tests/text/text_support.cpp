// SPDX-License-Identifier: Apache-2.0
#include "tests/text/text_support.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace veritune::text {
namespace {

class MemoryFile final : public util::WritableFile {
  public:
    explicit MemoryFile(std::string& bytes)
        : bytes_(&bytes) {}
    util::Status write(std::string_view bytes) override {
        bytes_->append(bytes);
        return {};
    }
    util::Status sync() override { return {}; }
    util::Status close() override { return {}; }

  private:
    std::string* bytes_;
};

util::Error missing(const std::string& path) {
    return util::fail(util::ErrorCode::kNotFound, "no such file", path);
}

}  // namespace

util::Result<std::string> MemoryFileSystem::read(const std::string& path, std::uint64_t max_bytes) {
    const auto found = files.find(path);
    if (found == files.end()) return missing(path);
    if (found->second.size() > max_bytes) {
        return util::fail(util::ErrorCode::kInvalidArgument, "file too large", path);
    }
    return found->second;
}

util::Result<std::unique_ptr<util::WritableFile>> MemoryFileSystem::create(
    const std::string& path) {
    if (files.contains(path)) return util::fail(util::ErrorCode::kAlreadyExists, "exists", path);
    return std::unique_ptr<util::WritableFile>(std::make_unique<MemoryFile>(files[path]));
}

util::Status MemoryFileSystem::rename(const std::string& from, const std::string& to) {
    const auto found = files.find(from);
    if (found == files.end()) return missing(from);
    files[to] = found->second;
    files.erase(from);
    return {};
}

util::Status MemoryFileSystem::remove(const std::string& path) {
    if (files.erase(path) == 0) return missing(path);
    return {};
}

util::Result<std::vector<std::string>> MemoryFileSystem::list(const std::string& path) {
    std::vector<std::string> names;
    for (const auto& [name, bytes] : files) {
        if (name.starts_with(path + "/")) names.push_back(name.substr(path.size() + 1));
    }
    return names;
}

util::Result<util::FileInfo> MemoryFileSystem::stat(const std::string& path) {
    const auto found = files.find(path);
    if (found == files.end()) return missing(path);
    return util::FileInfo{found->second.size(), false, true};
}

util::Result<std::unique_ptr<util::FileLock>> MemoryFileSystem::lock(const std::string& path,
                                                                     std::string_view) {
    return util::fail(util::ErrorCode::kBusy, "no locks in memory", path);
}

std::string data_path(const std::string& name) {
    return std::string(VERITUNE_SOURCE_DIR) + "/tests/data/text/" + name;
}

std::string shared_path(const std::string& name) {
    const char* place = std::getenv("VERITUNE_DATA");
    const std::string folder =
        place != nullptr ? place : std::string(VERITUNE_SOURCE_DIR) + "/../shared/data";
    const std::string path = folder + "/" + name;
    return std::filesystem::exists(path) ? path : std::string();
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file.good()) << path;
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
}

std::vector<util::Json> read_json_lines(const std::string& path) {
    std::vector<util::Json> rows;
    std::istringstream lines(read_file(path));
    for (std::string line; std::getline(lines, line);) rows.push_back(util::Json::parse(line));
    return rows;
}

std::unique_ptr<Tokenizer> load_or_die(const std::string& folder) {
    const std::unique_ptr<util::FileSystem> fs = util::make_posix_file_system();
    util::Result<std::unique_ptr<Tokenizer>> tokenizer = load_tokenizer(*fs, folder);
    EXPECT_TRUE(tokenizer.has_value()) << to_string(tokenizer.error());
    return std::move(tokenizer).value();
}

std::unique_ptr<Tokenizer> load_or_die(MemoryFileSystem& fs, const std::string& folder) {
    util::Result<std::unique_ptr<Tokenizer>> tokenizer = load_tokenizer(fs, folder);
    EXPECT_TRUE(tokenizer.has_value()) << to_string(tokenizer.error());
    return std::move(tokenizer).value();
}

}  // namespace veritune::text
