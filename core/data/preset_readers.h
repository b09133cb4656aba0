// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/preset_rows.h"

/// One reader for each shape of rows; the table of presets (preset_table.cpp) names them. All of
/// them: errors  kCorruptData, one sentence naming the column and the remedy. Private to core/data.
namespace veritune::data {

util::Result<DatasetRow> read_table(RowContext& context,
                                    const util::Json& record,
                                    std::int64_t line);
util::Result<DatasetRow> read_own(RowContext& context, const util::Json& record, std::int64_t line);
util::Result<DatasetRow> read_gsm8k(RowContext& context,
                                    const util::Json& record,
                                    std::int64_t line);
util::Result<DatasetRow> read_math(RowContext& context,
                                   const util::Json& record,
                                   std::int64_t line);
util::Result<DatasetRow> read_knights(RowContext& context,
                                      const util::Json& record,
                                      std::int64_t line);
util::Result<DatasetRow> read_medcalc(RowContext& context,
                                      const util::Json& record,
                                      std::int64_t line);
util::Result<DatasetRow> read_legalbench(RowContext& context,
                                         const util::Json& record,
                                         std::int64_t line);
util::Result<DatasetRow> read_reasoning_gym(RowContext& context,
                                            const util::Json& record,
                                            std::int64_t line);
util::Result<DatasetRow> read_choice(RowContext& context,
                                     const util::Json& record,
                                     std::int64_t line);
util::Result<DatasetRow> read_trl(RowContext& context, const util::Json& record, std::int64_t line);
util::Result<DatasetRow> read_openai_chat(RowContext& context,
                                          const util::Json& record,
                                          std::int64_t line);
util::Result<DatasetRow> read_open_r1(RowContext& context,
                                      const util::Json& record,
                                      std::int64_t line);
util::Result<DatasetRow> read_verl(RowContext& context,
                                   const util::Json& record,
                                   std::int64_t line);
util::Result<DatasetRow> read_prompt_completion(RowContext& context,
                                                const util::Json& record,
                                                std::int64_t line);

}  // namespace veritune::data
