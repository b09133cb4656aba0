// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/import.h"
#include "core/util/json.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// From a record of a file to a row of ours, by the table of the presets. Private to core/data.
namespace veritune::data {

/// What holds for all rows of one import.
struct RowContext {
    std::string preset;
    std::map<std::string, std::string> mapping;  ///< our field -> their column
    std::string verifier;                        ///< for rows that do not name one
    util::Json params = util::Json::object();
    std::string profile = "reward_strict";
    std::string id_prefix;
    char decimal_mark = '.';
    bool is_table = false;      ///< cells of text: unquoted, formulas refused
    util::Json templates;       ///< null, a text, or {task: {"base_prompt"}}
    std::int64_t number = 0;    ///< in made ids, where several rows stand in one line; 0 = the line
    std::int64_t unfilled = 0;  ///< rows whose template names a column that is not there
};

/// A value inside an object: the key as it is, else along its dots; null = none.
const util::Json* find_column(const util::Json& record, std::string_view path);

/// The row of one record.
/// returns  status kNew, split train unless the record says more
/// errors   kCorruptData: one sentence naming the column and the remedy
util::Result<DatasetRow> read_row(RowContext& context, const util::Json& record, std::int64_t line);
/// True: the rows of this preset go to ImportHooks::convert as they are.
bool wants_conversion(std::string_view preset);
/// The text of the gold as the suggestion of a verifier looks at it; empty = none.
std::string gold_text(const RowContext& context, const util::Json& record);

/// The preset that fits the columns of a record; "table" when nothing known does.
std::string guess_preset(const util::Json& record);
/// Columns of a table that look like prompt, gold, solution, id, level and topic.
/// sample  some records
std::map<std::string, std::string> guess_mapping(const std::vector<std::string>& columns,
                                                 const std::vector<util::Json>& sample);
/// The content of the last \boxed{} or \fbox{}; empty when there is none.
std::string last_box(std::string_view text);

}  // namespace veritune::data
