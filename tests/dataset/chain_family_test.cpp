// SPDX-License-Identifier: Apache-2.0
#include "core/data/chain_family.h"

#include <gtest/gtest.h>

#include <string>

namespace veritune::data {
namespace {

const ChainFamily& family(std::string_view name) { return *find_chain_family(name); }

TEST(ChainFamily, RendersTheExamplesOfTheDesign) {
    const ChainProgram digits{.start = 6, .ops = {{'+', 4}, {'*', 7}, {'-', 4}}};
    EXPECT_EQ(render_chain_prompt(family("mod"), digits), "6+4*7-4?");
    EXPECT_EQ(render_chain(family("mod"), digits), "6+4=0;0*7=0;0-4=6;#6$");
    EXPECT_EQ(render_chain_prompt(family("trace"), digits), "x=6;+4;*7;-4?");
    EXPECT_EQ(render_chain(family("trace"), digits), "x=0;x=0;x=6;#6$");
    const ChainProgram logic{.start = 1, .ops = {{'&', 0}, {'|', 1}, {'^', 0}}};
    EXPECT_EQ(render_chain_prompt(family("bool"), logic), "T&F|T^F?");
    EXPECT_EQ(render_chain(family("bool"), logic), "T&F=F;F|T=T;T^F=T;#T$");
}

TEST(ChainFamily, ComputesEveryDigitOperationModuloTen) {
    for (int a = 0; a < 10; ++a) {
        for (int b = 0; b < 10; ++b) {
            EXPECT_EQ(apply_chain_op(family("mod"), a, {'+', b}), (a + b) % 10);
            EXPECT_EQ(apply_chain_op(family("mod"), a, {'-', b}), (a + 10 - b) % 10);
            EXPECT_EQ(apply_chain_op(family("trace"), a, {'*', b}), (a * b) % 10);
        }
    }
}

TEST(ChainFamily, ComputesTheTruthTables) {
    for (const bool a : {false, true}) {
        for (const bool b : {false, true}) {
            EXPECT_EQ(apply_chain_op(family("bool"), a, {'&', b}), a && b);
            EXPECT_EQ(apply_chain_op(family("bool"), a, {'|', b}), a || b);
            EXPECT_EQ(apply_chain_op(family("bool"), a, {'^', b}), a != b);
        }
    }
}

TEST(ChainFamily, ParsesBackWhatItRenders) {
    for (const ChainFamily& entry : chain_families()) {
        ChainProgram program{.start = 1, .ops = {}};
        for (const char op : entry.operators) program.ops.push_back({op, 1});
        const std::string prompt = render_chain_prompt(entry, program);
        const std::optional<ChainProgram> parsed = parse_chain_prompt(entry, prompt);
        ASSERT_TRUE(parsed.has_value()) << prompt;
        EXPECT_EQ(render_chain_prompt(entry, *parsed), prompt);
        EXPECT_EQ(parsed->ops.size(), 3U);
    }
}

TEST(ChainFamily, RefusesEveryTextThatIsNoPrompt) {
    for (const char* text : {"",
                             "?",
                             "6?",
                             "6+4",
                             "6+?",
                             "+4?",
                             "6+4*?",
                             "6+4??",
                             "6/4?",
                             "6 +4?",
                             "16+4?",
                             "6+4*7-4=?",
                             "x=6;+4?",
                             "T&F?"}) {
        EXPECT_FALSE(parse_chain_prompt(family("mod"), text).has_value()) << text;
    }
    for (const char* text : {"x=6?",
                             "x=6+4?",
                             "x=6;+4;?",
                             "x=6;+4",
                             "6;+4?",
                             "x=6;;+4?",
                             "6+4?",
                             "x=;+4?",
                             "x=6;4+?"}) {
        EXPECT_FALSE(parse_chain_prompt(family("trace"), text).has_value()) << text;
    }
    for (const char* text : {"T?", "T&?", "T&1?", "t&f?", "T+F?"}) {
        EXPECT_FALSE(parse_chain_prompt(family("bool"), text).has_value()) << text;
    }
}

TEST(ChainFamily, KnowsThreeNames) {
    EXPECT_EQ(chain_families().size(), 3U);
    EXPECT_EQ(find_chain_family("Mod"), nullptr);
    EXPECT_EQ(find_chain_family(""), nullptr);
}

}  // namespace
}  // namespace veritune::data
