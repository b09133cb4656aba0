// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/preset_rows.h"

/// One reader for each shape of rows; the table of presets (preset_table.cpp) names them. All of
/// them: errors  kCorruptData, one sentence naming the column and the remedy. Private to core/data.
namespace veritune::data {

using PresetReader = util::Result<DatasetRow>(RowContext& context,
                                              const util::Json& record,
                                              std::int64_t line);

PresetReader read_table;
PresetReader read_own;
PresetReader read_gsm8k;
PresetReader read_math;
PresetReader read_knights;
PresetReader read_medcalc;
PresetReader read_legalbench;
PresetReader read_reasoning_gym;
PresetReader read_choice;
PresetReader read_trl;
PresetReader read_openai_chat;
PresetReader read_open_r1;
PresetReader read_verl;
PresetReader read_prompt_completion;

}  // namespace veritune::data
