// SPDX-License-Identifier: Apache-2.0
#include "core/rollout/prompt_format.h"

#include <gmock/gmock.h>

namespace veritune::rollout {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

PromptFormat demo_format() {
    return {text::make_character_tokenizer(text::demo_alphabet()),
            **text::chat_template_by_id("none")};
}

/// The byte-level tokenizer of tests/data/text with Qwen's template.
PromptFormat chat_format() {
    const auto fs = util::make_posix_file_system();
    auto tokenizer = text::load_tokenizer(*fs, VERITUNE_SOURCE_DIR "/tests/data/text/byte_level");
    VT_CHECK(tokenizer.has_value());
    return {std::move(tokenizer).value(), **text::chat_template_by_id("qwen2.5")};
}

data::Problem plain(const std::string& prompt, const std::string& solution = "") {
    data::Problem problem;
    problem.id = "p";
    problem.prompt = prompt;
    problem.solution = solution;
    return problem;
}

TEST(PromptFormat, WritesThePlainPromptOfABaseModel) {
    const PromptFormat format = demo_format();
    EXPECT_THAT(format.encode(plain("6+4?")).value(), ElementsAre(8, 12, 6, 24));
    EXPECT_EQ(format.prompt_text(plain("6+4?")).value(), "6+4?");
    EXPECT_THAT(format.eos_ids(), ElementsAre(1));
}

TEST(PromptFormat, EndsADemonstrationWithEosOnce) {
    const PromptFormat format = demo_format();
    const auto with = format.encode_solution(plain("6+4?", "6+4=0;#0$")).value();
    const auto without = format.encode_solution(plain("6+4?", "6+4=0;#0")).value();
    EXPECT_EQ(with, without);
    EXPECT_EQ(with.back(), 1);
    EXPECT_EQ(std::ranges::count(with, 1), 1);
    EXPECT_EQ(format.completion_text(with), "6+4=0;#0$") << "the grammar's end is text";
    EXPECT_EQ(format.completion_text(std::span(with).first(3)), "6+4");
}

TEST(PromptFormat, RefusesWhatATokenizerCannotWrite) {
    const auto refused = demo_format().encode(plain("what?"));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, util::ErrorCode::kInvalidArgument);
}

TEST(PromptFormat, PutsAPlainPromptIntoAUsersTurn) {
    const PromptFormat format = chat_format();
    data::Problem chat;
    chat.messages = {{.role = "user", .content = "What is 2+2?"}};
    EXPECT_EQ(format.encode(plain("What is 2+2?")).value(), format.encode(chat).value());
    const std::string text = format.prompt_text(chat).value();
    EXPECT_THAT(text, HasSubstr("What is 2+2?"));
    EXPECT_THAT(text, EndsWith("<|im_start|>assistant\n"));
}

TEST(PromptFormat, EndsATurnWithTheTemplatesToken) {
    const PromptFormat format = chat_format();
    const auto end = format.tokenizer().token_to_id("<|im_end|>");
    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(format.eos_ids().front(), *end);
    for (const std::int32_t id : format.tokenizer().eos_ids()) {
        EXPECT_EQ(std::ranges::count(format.eos_ids(), id), 1)
            << "a model's own EOS still ends a chain";
    }
    const auto ids = format.encode_solution(plain("q", "It is 4.")).value();
    EXPECT_EQ(ids.back(), *end);
    EXPECT_EQ(format.completion_text(ids), "It is 4.") << "no special token reaches a verifier";
}

}  // namespace
}  // namespace veritune::rollout
