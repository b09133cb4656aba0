// SPDX-License-Identifier: Apache-2.0
#include "core/session/places.h"

#include <climits>

#include <array>
#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace veritune::session {
namespace {

constexpr int kMaxDemoProjects = 10000;

}  // namespace

std::optional<std::string> process_variable(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::string program_dir() {
    std::array<char, PATH_MAX> path{};
    const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
    if (length <= 0) return ".";
    return util::parent_path(std::string_view(path.data(), static_cast<std::size_t>(length)));
}

util::Result<std::string> data_home(const Variable& variable) {
    const auto home = variable("VERITUNE_HOME").value_or("");
    if (!home.empty()) return home;
    const auto xdg = variable("XDG_DATA_HOME").value_or("");
    if (!xdg.empty()) return util::join_path(xdg, "veritune");
    const auto user = variable("HOME").value_or("");
    if (!user.empty()) return util::join_path(user, ".local/share/veritune");
    return util::fail(util::ErrorCode::kNotFound,
                      "there is no place for new projects; set VERITUNE_HOME or HOME, or name a "
                      "folder with --project DIR");
}

util::Result<std::string> resource_dir(util::FileSystem& fs,
                                       const Variable& variable,
                                       const std::string& program_dir) {
    const auto named = variable("VERITUNE_RESOURCES").value_or("");
    if (!named.empty()) return named;
    for (const char* relative : {"../../share/veritune", "../../resources", "../../../resources"}) {
        const std::string dir = util::join_path(program_dir, relative);
        const auto recipes = fs.stat(util::join_path(dir, "recipes"));
        if (recipes && recipes->is_directory) return dir;
    }
    return util::fail(util::ErrorCode::kNotFound,
                      "the folder with the product's own files is missing; install the program "
                      "again or set VERITUNE_RESOURCES",
                      program_dir);
}

std::string shipped_cold_start(util::FileSystem& fs,
                               const Variable& variable,
                               const std::string& program_dir) {
    const auto resources = resource_dir(fs, variable, program_dir);
    if (!resources) return {};
    std::string dir = util::join_path(*resources, "demo/cold_start");
    const auto config = fs.stat(util::join_path(dir, "config.json"));
    return config ? dir : std::string();
}

util::Result<std::string> free_demo_dir(util::FileSystem& fs, const std::string& home) {
    for (int n = 1; n <= kMaxDemoProjects; ++n) {
        std::string dir = util::join_path(home, "demo-" + std::to_string(n));
        const auto there = fs.stat(dir);
        if (there) continue;
        if (there.error().code != util::ErrorCode::kNotFound) return there.error();
        return dir;
    }
    return util::fail(util::ErrorCode::kAlreadyExists,
                      "there are too many demonstration projects; delete some or name a folder "
                      "with --project DIR",
                      home);
}

}  // namespace veritune::session
