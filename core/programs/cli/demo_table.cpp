// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/demo_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

namespace veritune::cli {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kLabels{{
    {"cold_start", "cold start"},
    {"vrl", "verifiable RL"},
    {"rft", "rejection sampling + SFT"},
    {"control_random", "control: random verdicts"},
    {"control_shuffled", "control: shuffled verdicts"},
    {"control_rft_from_cold", "control: rejection sampling from cold start"},
    {"control_more_sft", "control: more SFT, same compute"},
}};

std::string label_of(const std::string& stage) {
    for (const auto& [id, label] : kLabels) {
        if (id == stage) return std::string(label);
    }
    return printable(stage);
}

double figure(const util::Json& summary, const char* key) {
    const auto found = summary.find(key);
    const bool number = found != summary.end() && found->is_number();
    return number ? found->get<double>() : std::numeric_limits<double>::quiet_NaN();
}

const DemoRow* row_of(const std::vector<DemoRow>& rows, std::string_view stage) {
    const auto found = std::find_if(
        rows.begin(), rows.end(), [&](const DemoRow& row) { return row.stage == stage; });
    return found == rows.end() ? nullptr : &*found;
}

bool lies_above(const DemoRow& row, const DemoRow& base) { return row.ci_low > base.ci_high; }

std::string pass1_of(const DemoRow& row) { return format_number(row.pass1, 3); }

std::string learning_sentence(const DemoRow& cold, const DemoRow& vrl) {
    const std::string figures = "from " + pass1_of(cold) + " to " + pass1_of(vrl);
    if (lies_above(vrl, cold)) {
        return "Learning is real: rewards from the verifier alone took pass@1 on unseen problems " +
               figures + ", and the 95 % intervals do not touch.";
    }
    return "Learning is not shown: pass@1 on unseen problems went " + figures +
           ", and the interval after verifiable RL does not lie above the one before.";
}

std::string control_sentence(const DemoRow& cold, const DemoRow& random) {
    const std::string figures = pass1_of(random) + " against " + pass1_of(cold);
    if (lies_above(random, cold)) {
        return "The control fails: random verdicts raised pass@1 as well (" + figures +
               "), so the gain cannot be credited to the verifier.";
    }
    return "With random verdicts in place of the verifier's it does not rise (" + figures +
           "), so the gain comes from what the verifier knows.";
}

/// Whoever wins is named: the product does not hide that a simpler way may be as good.
std::string rejection_sentence(const DemoRow& rft, const DemoRow* from_cold) {
    std::string text =
        "Rejection sampling from the trained model and SFT on the verified chains "
        "ends at " +
        pass1_of(rft);
    if (from_cold == nullptr) return text + ".";
    text += "; sampling straight from the cold start ends at " + pass1_of(*from_cold);
    if (lies_above(rft, *from_cold)) return text + ", clearly lower.";
    if (lies_above(*from_cold, rft)) return text + ", clearly higher.";
    return text + ", so on this small task the two are not told apart.";
}

util::Json number_or_null(double value) {
    return std::isfinite(value) ? util::Json(value) : util::Json();
}

}  // namespace

std::vector<DemoRow> demo_rows(const std::vector<store::StageInfo>& stages) {
    std::vector<DemoRow> rows;
    for (const store::StageInfo& stage : stages) {
        const util::Json& summary = stage.record.summary;
        if (!summary.is_object() || !summary.contains("pass@1")) continue;
        rows.push_back({.stage = stage.record.stage,
                        .pass1 = figure(summary, "pass@1"),
                        .ci_low = figure(summary, "ci_low"),
                        .ci_high = figure(summary, "ci_high"),
                        .pass8 = figure(summary, "pass@8"),
                        .greedy = figure(summary, "greedy"),
                        .samples = figure(summary, "samples"),
                        .seconds = figure(summary, "seconds")});
    }
    return rows;
}

std::string render_demo_table(const std::vector<DemoRow>& rows) {
    using Align = TextTable::Align;
    TextTable table({{"stage", Align::kLeft},
                     {"pass@1", Align::kRight},
                     {"95 % interval", Align::kRight},
                     {"pass@8", Align::kRight},
                     {"greedy", Align::kRight},
                     {"samples", Align::kRight},
                     {"seconds", Align::kRight}});
    for (const DemoRow& row : rows) {
        const bool counted = std::isfinite(row.samples);
        table.add({label_of(row.stage),
                   pass1_of(row),
                   format_number(row.ci_low, 3) + " - " + format_number(row.ci_high, 3),
                   format_number(row.pass8, 3),
                   format_number(row.greedy, 3),
                   counted ? format_count(std::llround(row.samples)) : "-",
                   format_number(row.seconds, 1)});
    }
    return table.render();
}

std::vector<std::string> demo_sentences(const std::vector<DemoRow>& rows) {
    const DemoRow* cold = row_of(rows, "cold_start");
    const DemoRow* vrl = row_of(rows, "vrl");
    const DemoRow* random = row_of(rows, "control_random");
    const DemoRow* rft = row_of(rows, "rft");
    std::vector<std::string> sentences;
    if (cold != nullptr && vrl != nullptr) sentences.push_back(learning_sentence(*cold, *vrl));
    if (cold != nullptr && random != nullptr) {
        sentences.push_back(control_sentence(*cold, *random));
    } else if (!rows.empty()) {
        sentences.emplace_back(
            "No control was run, so these figures do not yet prove where a gain comes from; the "
            "whole `veritune demo` runs them.");
    }
    if (rft != nullptr) {
        sentences.push_back(rejection_sentence(*rft, row_of(rows, "control_rft_from_cold")));
    }
    return sentences;
}

util::Json demo_json(const std::vector<DemoRow>& rows, std::uint64_t seed, double wall_s) {
    util::Json list = util::Json::array();
    for (const DemoRow& row : rows) {
        list.push_back({{"stage", row.stage},
                        {"pass@1", number_or_null(row.pass1)},
                        {"ci_low", number_or_null(row.ci_low)},
                        {"ci_high", number_or_null(row.ci_high)},
                        {"pass@8", number_or_null(row.pass8)},
                        {"greedy", number_or_null(row.greedy)},
                        {"samples", number_or_null(row.samples)},
                        {"seconds", number_or_null(row.seconds)}});
    }
    return {{"seed", seed}, {"rows", std::move(list)}, {"wall_s", wall_s}};
}

}  // namespace veritune::cli
