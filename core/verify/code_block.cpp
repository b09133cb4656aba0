// SPDX-License-Identifier: Apache-2.0
#include "core/verify/code_block.h"

#include <algorithm>
#include <optional>

namespace veritune::verify {

namespace {

struct Fence {
    std::size_t indent = 0;
    std::size_t ticks = 0;
    std::string_view info;  ///< first word behind the ticks
};

std::optional<Fence> read_fence(std::string_view line) {
    Fence fence;
    fence.indent = std::min(line.find_first_not_of(" \t"), line.size());
    line.remove_prefix(fence.indent);
    fence.ticks = std::min(line.find_first_not_of('`'), line.size());
    if (fence.ticks < 3) return std::nullopt;
    line.remove_prefix(fence.ticks);
    if (line.find('`') != std::string_view::npos) return std::nullopt;  // code within a sentence
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    fence.info = line.substr(0, std::min(line.find_first_of(" \t\r"), line.size()));
    return fence;
}

bool is_python(std::string_view info) {
    std::string lower(info);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower == "python" || lower == "py" || lower == "python3";
}

std::string without_indent(std::string_view code, std::size_t indent) {
    std::string out;
    while (!code.empty()) {
        const std::size_t end = std::min(code.find('\n'), code.size());
        std::string_view line = code.substr(0, end);
        const std::size_t space = std::min(line.find_first_not_of(" \t"), line.size());
        line.remove_prefix(std::min(space, indent));
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        out.append(line);
        if (end < code.size()) out += '\n';
        code.remove_prefix(std::min(end + 1, code.size()));
    }
    return out;
}

}  // namespace

CodeBlock find_code(std::string_view answer) {
    std::optional<Fence> open;
    std::size_t begin = 0;
    std::optional<CodeBlock> python;
    std::optional<CodeBlock> any;
    const auto close = [&](std::size_t end) {
        CodeBlock block{.code = without_indent(answer.substr(begin, end - begin), open->indent),
                        .span = {begin, end},
                        .rule = is_python(open->info) ? "E8.python" : "E8.fence"};
        (is_python(open->info) ? python : any) = std::move(block);
        open.reset();
    };
    for (std::size_t pos = 0; pos < answer.size();) {
        const std::size_t end = std::min(answer.find('\n', pos), answer.size());
        const auto fence = read_fence(answer.substr(pos, end - pos));
        if (fence && !open) {
            open = fence;
            begin = std::min(end + 1, answer.size());
        } else if (fence && fence->info.empty() && fence->ticks >= open->ticks) {
            close(pos);
        }
        pos = end + 1;
    }
    if (open) close(answer.size());
    if (python) return *python;
    if (any) return *any;
    return {.code = without_indent(answer, 0), .span = {0, answer.size()}, .rule = "E8.raw"};
}

}  // namespace veritune::verify
