// SPDX-License-Identifier: Apache-2.0
#include "core/util/file_system.h"

namespace veritune::util {

namespace {

std::string_view without_trailing_slashes(std::string_view path) {
    while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
    return path;
}

}  // namespace

std::string join_path(std::string_view folder, std::string_view name) {
    if (folder.empty()) return std::string(name);
    std::string path(folder);
    if (path.back() != '/') path += '/';
    return path.append(name);
}

std::string base_name(std::string_view path) {
    path = without_trailing_slashes(path);
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos || path.size() == 1) return std::string(path);
    return std::string(path.substr(slash + 1));
}

std::string parent_path(std::string_view path) {
    path = without_trailing_slashes(path);
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return ".";
    if (slash == 0) return "/";
    return std::string(without_trailing_slashes(path.substr(0, slash)));
}

Status remove_tree(FileSystem& fs, const std::string& path) {
    const Result<FileInfo> info = fs.stat(path);
    if (!info) return info.error().code == ErrorCode::kNotFound ? Status{} : Status{info.error()};
    if (info->is_directory) {
        VT_ASSIGN(const std::vector<std::string> names, fs.list(path));
        for (const std::string& name : names) VT_TRY(remove_tree(fs, join_path(path, name)));
    }
    return fs.remove(path);
}

Status make_dirs(FileSystem& fs, const std::string& path) {
    const Result<FileInfo> info = fs.stat(path);
    if (info && info->is_directory) return {};
    if (!info && info.error().code != ErrorCode::kNotFound) return info.error();
    const std::string parent = parent_path(path);
    if (parent != path && parent != ".") VT_TRY(make_dirs(fs, parent));
    VT_TRY(fs.make_dir(path));
    return fs.sync_dir(parent);
}

}  // namespace veritune::util
