// SPDX-License-Identifier: Apache-2.0
#include "core/util/memory_use.h"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <unistd.h>

namespace veritune::util {
namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// Files of /proc have no size that could be asked for, so they are read line by line.
File open_proc(const char* path) { return File(std::fopen(path, "re")); }

std::optional<std::uint64_t> resident_bytes() {
    const File file = open_proc("/proc/self/statm");
    std::array<char, 256> line{};
    std::uint64_t pages = 0;
    if (!file || std::fgets(line.data(), static_cast<int>(line.size()), file.get()) == nullptr ||
        std::sscanf(line.data(), "%*u %" SCNu64, &pages) != 1) {
        return std::nullopt;
    }
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

std::optional<MemoryUse> memory_use() {
    MemoryUse use;
    const std::optional<std::uint64_t> resident = resident_bytes();
    const File file = open_proc("/proc/meminfo");
    if (!resident || !file) return std::nullopt;
    use.resident_bytes = *resident;
    std::array<char, 256> line{};
    std::uint64_t kib = 0;
    while (std::fgets(line.data(), static_cast<int>(line.size()), file.get()) != nullptr) {
        if (std::sscanf(line.data(), "MemTotal: %" SCNu64, &kib) == 1) use.total_bytes = kib << 10;
        if (std::sscanf(line.data(), "MemAvailable: %" SCNu64, &kib) == 1) {
            use.available_bytes = kib << 10;
        }
    }
    return use.total_bytes > 0 ? std::optional(use) : std::nullopt;
}

}  // namespace veritune::util
