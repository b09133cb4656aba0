// SPDX-License-Identifier: Apache-2.0
// The presets as a table: name, licence, columns, reader.
#include "core/data/preset_readers.h"
#include "core/data/preset_rows.h"

#include <map>
#include <string>
#include <vector>

namespace veritune::data {

namespace {

using util::Json;
using util::Result;

using Read = Result<DatasetRow> (*)(RowContext&, const Json&, std::int64_t);

struct Rule {
    PresetInfo info;
    Read read;
};

const std::vector<Rule>& rules() {
    static const std::vector<Rule> all = {
        {{.name = "table", .summary = "Any table: say which column is what", .mapping = {}},
         read_table},
        {{.name = "veritune", .summary = "Our own rows, also of a bundle"}, read_own},
        {{.name = "gsm8k",
          .summary = "GSM8K: question, answer with a line #### number",
          .verifier = "integer",
          .licence = "MIT",
          .redistribution = "attribution",
          .mapping = {{"prompt", "question"}, {"gold", "answer"}}},
         read_gsm8k},
        {{.name = "math",
          .summary = "MATH schema: problem, level, type, solution with \\boxed{}",
          .verifier = "math",
          .licence = "disputed (DMCA notice of 2025-01-02)",
          .redistribution = "forbidden",
          .mapping = {{"prompt", "problem"},
                      {"gold", "answer"},
                      {"solution", "solution"},
                      {"level", "level"},
                      {"topic", "type"}}},
         read_math},
        {{.name = "humaneval",
          .summary = "HumanEval: prompt, canonical_solution, test, entry_point",
          .verifier = "code_python",
          .licence = "MIT",
          .redistribution = "attribution",
          .runs_reference = true},
         read_own},
        {{.name = "mbpp",
          .summary = "MBPP: text, code, test_list",
          .verifier = "code_python",
          .licence = "CC BY 4.0",
          .redistribution = "attribution",
          .runs_reference = true},
         read_own},
        {{.name = "legalbench",
          .summary = "LegalBench: a task's table with its prompt template",
          .licence = "per row",
          .redistribution = "internal_only",
          .mapping = {{"gold", "answer"}, {"topic", "task"}}},
         read_legalbench},
        {{.name = "medcalc",
          .summary = "MedCalc-Bench: patient note, question, answer with limits",
          .licence = "CC BY-SA 4.0",
          .redistribution = "share_alike",
          .mapping = {{"prompt", "Patient Note"},
                      {"gold", "Ground Truth Answer"},
                      {"topic", "Calculator Name"}}},
         read_medcalc},
        {{.name = "knights_knaves",
          .summary = "Knights and knaves: quiz, names, statements, solution",
          .verifier = "kk",
          .licence = "MIT",
          .redistribution = "attribution",
          .mapping = {{"id", "id"}, {"prompt", "quiz"}, {"gold", "solution"}}},
         read_knights},
        {{.name = "reasoning_gym",
          .summary = "reasoning-gym dumps: question, answer, metadata",
          .licence = "Apache-2.0",
          .redistribution = "attribution",
          .mapping = {{"prompt", "question"}, {"gold", "answer"}}},
         read_reasoning_gym},
        {{.name = "multiple_choice",
          .summary = "Questions with options A, B, C, ... and the right one",
          .verifier = "choice",
          .mapping = {}},
         read_choice},
        {{.name = "trl",
          .summary = "TRL: prompt (text or messages) with an answer column or a completion"},
         read_trl},
        {{.name = "openai_chat", .summary = "OpenAI chat: messages that end with an answer"},
         read_openai_chat},
        {{.name = "open_r1",
          .summary = "open-r1: problem, solution, answer",
          .verifier = "math",
          .mapping = {{"prompt", "problem"},
                      {"gold", "answer"},
                      {"solution", "solution"},
                      {"topic", "problem_type"}}},
         read_open_r1},
        {{.name = "verl",
          .summary = "verl: data_source, prompt, reward_model.ground_truth",
          .mapping = {{"prompt", "prompt"}, {"gold", "reward_model.ground_truth"}}},
         read_verl},
        {{.name = "prompt_completion",
          .summary = "Prompt and completion as text or messages, optional gold and verifier",
          .mapping = {{"prompt", "prompt"}, {"solution", "completion"}}},
         read_prompt_completion},
    };
    return all;
}

}  // namespace

const std::vector<PresetInfo>& presets() {
    static const std::vector<PresetInfo> all = [] {
        std::vector<PresetInfo> list;
        for (const Rule& rule : rules()) list.push_back(rule.info);
        return list;
    }();
    return all;
}

const PresetInfo* find_preset(std::string_view name) {
    for (const PresetInfo& preset : presets()) {
        if (preset.name == name) return &preset;
    }
    return nullptr;
}

bool wants_conversion(std::string_view preset) {
    const PresetInfo* info = find_preset(preset);
    return info != nullptr && info->runs_reference;
}

Result<DatasetRow> read_row(RowContext& context, const Json& record, std::int64_t line) {
    for (const Rule& rule : rules()) {
        if (rule.info.name == context.preset) return rule.read(context, record, line);
    }
    VT_CHECK(false);
}

}  // namespace veritune::data
