// SPDX-License-Identifier: Apache-2.0
#include "core/store/paths.h"

namespace veritune::store {

bool is_inside(std::string_view path) {
    constexpr std::size_t kMaxBytes = 1024;
    if (path.size() > kMaxBytes || path.find('\0') != std::string_view::npos) return false;
    for (;;) {
        const std::size_t slash = path.find('/');
        const std::string_view part = path.substr(0, slash);
        if (part.empty() || part == "." || part == "..") return false;
        if (slash == std::string_view::npos) return true;
        path.remove_prefix(slash + 1);
    }
}

util::Error path_leaves(std::string_view what, std::string_view folder) {
    std::string message = "the path of ";
    message.append(what).append(" leaves ").append(folder);
    return util::fail(util::ErrorCode::kInvalidArgument, std::move(message));
}

}  // namespace veritune::store
