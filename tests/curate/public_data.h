// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace veritune::curate {

/// One text key of every row of a public JSONL file beside the checkout (VERITUNE_DATA overrides
/// its folder); empty when it is not there.
inline std::vector<std::string> public_texts(const std::string& name, const char* key) {
    const char* place = std::getenv("VERITUNE_DATA");  // NOLINT(concurrency-mt-unsafe)
    const std::string folder = place != nullptr ? place : VERITUNE_SOURCE_DIR "/../shared/data";
    std::ifstream in(folder + "/" + name);
    std::vector<std::string> texts;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty()) texts.push_back(util::Json::parse(line).at(key).get<std::string>());
    }
    return texts;
}

}  // namespace veritune::curate

/// The texts, or a test that is skipped.
#define VT_NEED_TEXTS(variable, name, key)                                                    \
    const std::vector<std::string> variable = veritune::curate::public_texts(name, key);      \
    if (variable.empty()) {                                                                   \
        GTEST_SKIP() << name << " is not in ../shared/data (set VERITUNE_DATA to its place)"; \
    }
