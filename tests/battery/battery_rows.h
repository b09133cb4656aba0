// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"

#include <fstream>
#include <string>
#include <vector>

namespace veritune::verify {

/// Rows whose verifier runs programs need a jail.
enum class Part { kWithoutPrograms, kPrograms };

/// Rows of tests/data/verify, in the form of `veritune verify run`.
inline std::vector<util::Json> rows_of(const std::string& name, Part part) {
    std::ifstream in(VERITUNE_SOURCE_DIR "/tests/data/verify/" + name);
    std::vector<util::Json> rows;
    for (std::string line; std::getline(in, line);) {
        util::Json row = util::Json::parse(line);
        const bool program = row.at("verifier") == "code_python";
        if (program == (part == Part::kPrograms)) rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace veritune::verify
