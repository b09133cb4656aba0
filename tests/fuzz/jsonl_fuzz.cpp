// SPDX-License-Identifier: Apache-2.0
// Rows of a data set from outside: an accepted problem is written and read again as the same one.
#include "core/data/dataset.h"
#include "core/data/jsonl.h"
#include "tests/fuzz/fuzz_target.h"

VT_FUZZ_TARGET(jsonl) {
    using namespace veritune;
    for (std::size_t begin = 0; begin < input.size();) {
        const std::size_t end = std::min(input.find('\n', begin), input.size());
        const std::string_view line = input.substr(begin, end - begin);
        begin = end + 1;
        if (data::is_blank_line(line)) continue;
        const auto row = data::parse_jsonl_row(line);
        if (!row) continue;
        const auto problem = data::problem_from_json(*row);
        if (!problem) continue;
        const auto again = data::problem_from_json(data::problem_to_json(*problem));
        fuzz::require(again.has_value(), "a problem we wrote can be read");
        fuzz::require(data::problem_to_json(*again) == data::problem_to_json(*problem),
                      "and is the same");
    }
}
