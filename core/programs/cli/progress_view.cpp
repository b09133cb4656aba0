// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/progress_view.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace veritune::cli {
namespace {

constexpr std::size_t kCurveColumns = 16;
constexpr std::size_t kHeldoutColumns = 8;

struct Mark {
    std::string_view unicode;
    std::string_view ascii;
    std::string_view color;  ///< SGR number
};

Mark mark_of(const std::string& state) {
    if (state == "running") return {"\u25b6", ">", "36"};
    if (state == "done") return {"\u2714", "+", "32"};
    if (state == "failed") return {"\u2718", "x", "31"};
    if (state == "stopped" || state == "rolled_back") return {"\u25a0", "#", "33"};
    return {"\u00b7", ".", "2"};
}

std::vector<double> values_of(const std::map<std::int64_t, double>& series) {
    std::vector<double> values;
    values.reserve(series.size());
    for (const auto& [step, value] : series) values.push_back(value);
    return values;
}

std::string padded(std::string text, std::size_t columns) {
    text.append(columns - std::min(columns, text_width(text)), ' ');
    return text;
}

std::string curve_text(const std::string& name,
                       const std::map<std::int64_t, double>& series,
                       std::size_t columns,
                       bool unicode) {
    if (series.empty()) return {};
    const std::vector<double> values = values_of(series);
    return "  " + name + " " + sparkline(values, columns, unicode) + " " +
           format_number(values.back(), 3);
}

std::string steps_text(const StageProgress& stage) {
    if (stage.total_steps <= 0) return stage.step > 0 ? std::to_string(stage.step) : "";
    return std::to_string(stage.step) + "/" + std::to_string(stage.total_steps);
}

std::string time_text(const StageProgress& stage) {
    if (stage.state == "waiting") return "";
    if (stage.state != "running" || stage.seconds_left < 0.0) return format_duration(stage.seconds);
    return format_duration(stage.seconds) + " + " + format_duration(stage.seconds_left);
}

std::string percent(double share) {
    return std::to_string(static_cast<int>(std::clamp(share, 0.0, 1.0) * 100.0)) + " %";
}

/// Without the mark, which carries the colour and is added after clipping.
std::string stage_text(const StageProgress& stage, std::size_t id_columns, bool unicode) {
    std::string line = padded(stage.id, id_columns);
    if (stage.state == "waiting") return line + "  waiting";
    const std::string steps = steps_text(stage);
    line += "  " + std::string(9 - std::min<std::size_t>(9, steps.size()), ' ') + steps;
    line += "  " + padded(time_text(stage), 11);
    line += curve_text(stage.curve_name, stage.curve, kCurveColumns, unicode);
    line += curve_text("held-out", stage.heldout, kHeldoutColumns, unicode);
    if (stage.state == "running" && !stage.phase.empty()) {
        line += "  " + stage.phase + " " + percent(stage.fraction);
    } else if (stage.state != "running" && stage.state != "done") {
        line += "  " + stage.state;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::string mark_text(const std::string& state, const TextStyle& style) {
    const Mark mark = mark_of(state);
    std::string glyph(style.unicode ? mark.unicode : mark.ascii);
    if (!style.color) return glyph;
    return "\x1b[" + std::string(mark.color) + "m" + glyph + "\x1b[0m";
}

const StageProgress* stage_under_way(const RunProgress& progress) {
    for (const StageProgress& stage : progress.stages) {
        if (stage.state == "running") return &stage;
    }
    return nullptr;
}

}  // namespace

std::string render_progress(const RunProgress& progress, const TextStyle& style) {
    const auto width = static_cast<std::size_t>(std::max(20, style.width));
    std::size_t id_columns = 0;
    for (const StageProgress& stage : progress.stages) {
        id_columns = std::max(id_columns, text_width(stage.id));
    }
    std::string head = "Run " + std::to_string(progress.run);
    if (!progress.name.empty()) head += "  " + printable(progress.name);
    head += "  " + progress.state + "  " + format_duration(progress.elapsed_seconds);
    std::string out = clip_text(head, width, style.unicode) + "\n";
    for (const StageProgress& stage : progress.stages) {
        out += mark_text(stage.state, style) + " ";
        out += clip_text(stage_text(stage, id_columns, style.unicode), width - 2, style.unicode);
        out += "\n";
    }
    if (!progress.notice.empty()) {
        out += clip_text("! " + printable(progress.notice), width, style.unicode) + "\n";
    }
    return out;
}

std::string render_progress_line(const RunProgress& progress) {
    const StageProgress* stage = stage_under_way(progress);
    if (stage == nullptr) return {};
    std::string line = stage->id;
    const std::string steps = steps_text(*stage);
    if (!steps.empty()) line += " " + steps;
    if (!stage->curve.empty()) {
        line += ", " + stage->curve_name + " " + format_number(stage->curve.rbegin()->second, 3);
    }
    if (!stage->heldout.empty()) {
        line += ", held-out pass@1 " + format_number(stage->heldout.rbegin()->second, 3);
    }
    if (!stage->phase.empty()) line += ", " + stage->phase + " " + percent(stage->fraction);
    if (stage->seconds_left >= 0.0) line += ", " + format_duration(stage->seconds_left) + " left";
    return line;
}

void ProgressScreen::draw(const std::string& block) {
    std::string bytes;
    if (lines_ > 0) bytes = "\x1b[" + std::to_string(lines_) + "A\r\x1b[J";
    out_.draw(bytes + block);
    lines_ = static_cast<int>(std::count(block.begin(), block.end(), '\n'));
}

void ProgressScreen::clear() {
    if (lines_ > 0) out_.draw("\x1b[" + std::to_string(lines_) + "A\r\x1b[J");
    lines_ = 0;
}

}  // namespace veritune::cli
