// SPDX-License-Identifier: Apache-2.0
// docs/error-codes.md names every code, and each example is a message that the program really has.
#include "core/util/result.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace veritune::util {
namespace {

std::string read(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

std::vector<std::string> cells(const std::string& row) {
    std::vector<std::string> list;
    std::istringstream stream(row);
    for (std::string cell; std::getline(stream, cell, '|');) {
        const std::size_t begin = cell.find_first_not_of(' ');
        const std::size_t end = cell.find_last_not_of(' ');
        list.push_back(begin == std::string::npos ? "" : cell.substr(begin, end - begin + 1));
    }
    return list;
}

/// All of core, with string literals that continue on the next line joined.
std::string joined_sources() {
    std::string all;
    const std::filesystem::path root = std::filesystem::path(VERITUNE_SOURCE_DIR) / "core";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.path().extension() != ".cpp") continue;
        const std::string text = read(entry.path());
        bool quoted = false;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '"' && (i == 0 || text[i - 1] != '\\')) {
                quoted = !quoted;
                if (!quoted) {
                    // "one " <newline> "two" is one literal.
                    const std::size_t next = text.find_first_not_of(" \n", i + 1);
                    if (next != std::string::npos && text[next] == '"') {
                        i = next;
                        quoted = true;
                        continue;
                    }
                }
            }
            all += text[i];
        }
    }
    return all;
}

TEST(ErrorCodes, ThePageNamesEveryCodeWithAnExampleAndANextStep) {
    const std::string page =
        read(std::filesystem::path(VERITUNE_SOURCE_DIR) / "docs" / "error-codes.md");
    const std::string sources = joined_sources();
    for (int i = 0; i <= static_cast<int>(ErrorCode::kInternal); ++i) {
        const std::string name(error_code_name(static_cast<ErrorCode>(i)));
        SCOPED_TRACE(name);
        const std::size_t begin = page.find("\n| `" + name + "` |");
        ASSERT_NE(begin, std::string::npos);
        const std::vector<std::string> row =
            cells(page.substr(begin + 1, page.find('\n', begin + 1) - begin - 1));
        ASSERT_GE(row.size(), 6U);
        for (std::size_t cell = 1; cell < 6; ++cell) EXPECT_FALSE(row[cell].empty()) << cell;
        const std::string example = row[3].substr(1, row[3].size() - 2);
        ASSERT_GE(example.size(), 10U);
        EXPECT_NE(sources.find(example), std::string::npos) << "no such message: " << example;
    }
}

}  // namespace
}  // namespace veritune::util
