// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/progress_view.h"

#include <gtest/gtest.h>

#include <sstream>

namespace veritune::cli {
namespace {

RunProgress half_way() {
    RunProgress progress{.run = 3, .name = "demo", .state = "running", .elapsed_seconds = 82};
    StageProgress cold{.id = "cold_start", .type = "cold_start", .state = "done"};
    cold.step = cold.total_steps = 700;
    cold.seconds = 77;
    cold.curve_name = "loss";
    cold.curve = {{1, 2.0}, {350, 1.0}, {700, 0.5}};
    cold.heldout = {{700, 0.465}};
    StageProgress vrl{.id = "vrl", .type = "vrl", .state = "running"};
    vrl.step = 12;
    vrl.total_steps = 40;
    vrl.seconds = 26;
    vrl.seconds_left = 61;
    vrl.phase = "generate";
    vrl.fraction = 0.456;
    vrl.curve_name = "reward";
    vrl.curve = {{11, 0.5}, {12, 0.71}};
    vrl.heldout = {{0, 0.465}, {10, 0.663}};
    progress.stages = {cold, vrl, {.id = "rft", .type = "rejection_sampling"}};
    return progress;
}

TEST(ProgressView, ShowsOneLineAStage) {
    EXPECT_EQ(render_progress(half_way(), {.unicode = true, .color = false, .width = 120}),
              "Run 3  demo  running  1:22\n"
              "\u2714 cold_start    700/700  1:17         loss \u2588\u2583\u2581 0.500  held-out "
              "\u2585 0.465\n"
              "\u25b6 vrl             12/40  0:26 + 1:01  reward \u2581\u2588 0.710  held-out "
              "\u2581\u2588 0.663  generate 45 %\n"
              "\u00b7 rft         waiting\n");
}

TEST(ProgressView, UsesAsciiWhereTheTerminalNeedsIt) {
    const std::string text =
        render_progress(half_way(), {.unicode = false, .color = false, .width = 120});
    for (const char c : text) EXPECT_LT(static_cast<unsigned char>(c), 0x80) << text;
    EXPECT_NE(text.find("> vrl"), std::string::npos);
    EXPECT_NE(text.find("reward _# 0.710"), std::string::npos);
}

TEST(ProgressView, NeverExceedsTheWidth) {
    RunProgress progress = half_way();
    progress.notice = std::string(300, 'n');
    for (const int width : {20, 40, 79}) {
        std::istringstream lines(
            render_progress(progress, {.unicode = true, .color = false, .width = width}));
        for (std::string line; std::getline(lines, line);) {
            EXPECT_LE(text_width(line), static_cast<std::size_t>(width)) << line;
        }
    }
}

TEST(ProgressView, ColoursTheMarksOnly) {
    const std::string text =
        render_progress(half_way(), {.unicode = true, .color = true, .width = 120});
    EXPECT_NE(text.find("\x1b[32m\u2714\x1b[0m cold_start"), std::string::npos) << text;
    EXPECT_NE(text.find("\x1b[36m\u25b6\x1b[0m vrl"), std::string::npos) << text;
}

TEST(ProgressView, DefusesNamesOfRunsAndMessages) {
    RunProgress progress = half_way();
    progress.name = "x\x1b[2J";
    progress.notice = "y\x1b]0;t\x07";
    const std::string text =
        render_progress(progress, {.unicode = true, .color = false, .width = 120});
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
    EXPECT_EQ(text.find('\x07'), std::string::npos) << text;
}

TEST(ProgressView, SaysHowAStageEndedWhenItWasNotDone) {
    RunProgress progress = half_way();
    progress.stages[1].state = "rolled_back";
    const std::string text =
        render_progress(progress, {.unicode = false, .color = false, .width = 120});
    EXPECT_NE(text.find("held-out _# 0.663  rolled_back"), std::string::npos) << text;
}

TEST(ProgressLine, DescribesTheStageUnderWay) {
    EXPECT_EQ(render_progress_line(half_way()),
              "vrl 12/40, reward 0.710, held-out pass@1 0.663, generate 45 %, 1:01 left");
    EXPECT_EQ(render_progress_line({.run = 1}), "");
}

TEST(ProgressScreen, DrawsOverWhatItDrew) {
    std::ostringstream out;
    std::ostringstream err;
    Output output(out, err, {});
    ProgressScreen screen(output);
    screen.draw("a\nb\n");
    screen.draw("c\n");
    screen.clear();
    screen.clear();
    screen.draw("d\n");
    EXPECT_EQ(err.str(), "a\nb\n\x1b[2A\r\x1b[Jc\n\x1b[1A\r\x1b[Jd\n");
    EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace veritune::cli
