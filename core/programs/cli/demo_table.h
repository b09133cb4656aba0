// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/programs/cli/terminal_text.h"
#include "core/store/records.h"
#include "core/util/json.h"

#include <cstdint>
#include <string>
#include <vector>

/// The demonstration's report: final held-out figures of every stage and what they mean.
/// threads  pure; test  demo_table_test.cpp
namespace veritune::cli {

/// Figures of one stage's final held-out evaluation; NaN where the stage has none.
struct DemoRow {
    std::string stage;
    double pass1 = 0.0;
    double ci_low = 0.0;  ///< of pass1, 95 %
    double ci_high = 0.0;
    double pass8 = 0.0;
    double greedy = 0.0;
    double samples = 0.0;
    double seconds = 0.0;
};

/// From the stages' summaries, in their order; stages without a final evaluation are left out.
std::vector<DemoRow> demo_rows(const std::vector<store::StageInfo>& stages);

std::string render_demo_table(const std::vector<DemoRow>& rows);

/// Two or three sentences that say what the numbers show. Learning is real when the interval of
/// `vrl` lies above that of `cold_start`; a control rises when its interval lies above it.
std::vector<std::string> demo_sentences(const std::vector<DemoRow>& rows);

/// {"seed","rows":[{"stage","pass@1","ci_low","ci_high","pass@8","greedy","samples","seconds"}],"wall_s"}
util::Json demo_json(const std::vector<DemoRow>& rows, std::uint64_t seed, double wall_s);

}  // namespace veritune::cli
