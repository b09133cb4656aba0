// SPDX-License-Identifier: Apache-2.0
// Files of any format through sniffing, presets and mapping: a good row can always be written and
// read again, and reading twice gives the same.
#include "core/data/import_parse.h"
#include "tests/fuzz/fuzz_target.h"

VT_FUZZ_TARGET(import) {
    using namespace veritune;
    for (const char* name : {"x.csv", "x.jsonl"}) {
        data::StringSource source(input);
        data::ParseInput parse;
        parse.name = name;
        std::int64_t rows = 0;
        const auto report = data::parse_import(
            source,
            parse,
            {.on_row =
                 [&rows](std::int64_t, const data::DatasetRow& row) {
                     ++rows;
                     const auto json = data::row_to_json(row);
                     const auto again = data::row_from_json(json);
                     fuzz::require(again && data::row_to_json(*again) == json, "rows come back");
                     return true;
                 },
             .on_raw =
                 [&rows](std::int64_t, const util::Json&) {
                     ++rows;
                     return true;
                 },
             .on_error = {},
             .on_progress = {}});
        if (!report) continue;
        fuzz::require(report->rows == rows, "rows are counted");
        const auto json = data::dry_run_to_json(*report);
        const std::string text = json.dump(-1, ' ', false, util::Json::error_handler_t::replace);
        fuzz::require(!text.empty(), "the report can be written");
    }
}
