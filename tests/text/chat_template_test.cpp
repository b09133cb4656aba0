// SPDX-License-Identifier: Apache-2.0
// Golden renderings: jinja2 3.1.6 (tests/data/text/README.md).
#include "core/text/chat_template.h"

#include "core/util/json.h"
#include "tests/text/text_support.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace veritune::text {
namespace {

using util::ErrorCode;
using OrderedJson = nlohmann::ordered_json;

const ChatTemplate& by_id(std::string_view id) { return **chat_template_by_id(id); }

std::string id_of_golden(const std::string& name) {
    static const std::map<std::string, std::string> kIds{
        {"qwen2.5-7b-instruct (tokenizer_config.json)", "qwen2.5"},
        {"mistral-7b-instruct-v0.2 (tokenizer_config.json)", "mistral-instruct"},
        {"qwen3 (tokenizer_config.json)", "qwen3"},
        {"chat_templates/Qwen-QwQ-32B.jinja", "qwq"},
        {"chat_templates/Qwen-Qwen2.5-7B-Instruct.jinja", "qwen2.5"},
        {"chat_templates/deepseek-ai-DeepSeek-R1-Distill-Qwen-32B.jinja", "deepseek-r1-distill"}};
    return kIds.at(name);
}

TEST(ChatTemplate, All36GoldensAreReproducedExactly) {
    std::istringstream lines(read_file(data_path("chat_template_golden.jsonl")));
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        const OrderedJson row = OrderedJson::parse(line);
        std::vector<Message> messages;
        for (const OrderedJson& m : row["messages"]) messages.push_back({m["role"], m["content"]});
        RenderOptions options;
        options.add_generation_prompt = row["add_generation_prompt"];
        if (!row["tools"].is_null()) options.tools = row["tools"].dump();
        if (row["vars"].contains("enable_thinking"))
            options.enable_thinking = row["vars"]["enable_thinking"].get<bool>();
        const auto text = by_id(id_of_golden(row["template"])).render(messages, options);
        if (row.contains("expected_error")) {
            ASSERT_FALSE(text.has_value()) << line;
            EXPECT_EQ(text.error().code, ErrorCode::kInvalidArgument);
            EXPECT_NE(text.error().message.find(row["expected_error"].get<std::string>()),
                      std::string::npos);
        } else {
            ASSERT_TRUE(text.has_value()) << line;
            EXPECT_EQ(*text, row["expected"].get<std::string>()) << line;
        }
    }
    EXPECT_EQ(count, 36);
}

TEST(ChatTemplate, JinjaTextsAreRecognisedByHash) {
    VT_NEED_SHARED(folder, "tokenizers/chat_templates");
    const std::map<std::string, std::string> expected{
        {"Qwen-QwQ-32B.jinja", "qwq"},
        {"Qwen-Qwen2.5-7B-Instruct.jinja", "qwen2.5"},
        {"Qwen-Qwen3-0.6B.jinja", "qwen3"},
        {"deepseek-ai-DeepSeek-R1-Distill-Qwen-32B.jinja", "deepseek-r1-distill"}};
    for (const auto& [file, id] : expected) {
        const std::string jinja = read_file(folder + "/" + file);
        const auto found = chat_template_by_text(jinja);
        ASSERT_TRUE(found.has_value()) << file;
        EXPECT_EQ((*found)->id(), id);
        const auto changed = chat_template_by_text(jinja + " ");
        ASSERT_FALSE(changed.has_value());
        EXPECT_EQ(changed.error().code, ErrorCode::kUnsupported);
        EXPECT_NE(changed.error().message.find("\"template\": \"qwen2.5\""), std::string::npos);
    }
    // Without the switch that those copies carry: the text as it was published.
    std::string qwq = read_file(folder + "/Qwen-QwQ-32B.jinja");
    const std::string line = "    {%- if not enable_thinking -%}{{- '</think>' -}}{%- endif -%}\n";
    ASSERT_NE(qwq.find(line), std::string::npos);
    qwq.erase(qwq.find(line), line.size());
    ASSERT_TRUE(chat_template_by_text(qwq).has_value());
    EXPECT_EQ((*chat_template_by_text(qwq))->id(), "qwq");
}

TEST(ChatTemplate, FoldersAreRecognised) {
    VT_NEED_SHARED(folder, "tokenizers");
    const auto fs = util::make_posix_file_system();
    const auto id = [&](const char* name) {
        return (*load_chat_template(*fs, folder + "/" + name))->id();
    };
    EXPECT_EQ(id("qwen2.5-7b-instruct"), "qwen2.5");
    EXPECT_EQ(id("qwen3"), "qwen3");
    EXPECT_EQ(id("mistral-7b-instruct-v0.2"), "mistral-instruct");
    EXPECT_EQ(id("gpt2"), "none");
}

TEST(ChatTemplate, LoadLooksAtBothFiles) {
    MemoryFileSystem fs;
    EXPECT_EQ((*load_chat_template(fs, "m"))->id(), "none");
    fs.files["m/tokenizer_config.json"] = R"({"eos_token": "x"})";
    EXPECT_EQ((*load_chat_template(fs, "m"))->id(), "none");
    fs.files["m/tokenizer_config.json"] = R"({"chat_template": "{{ messages }}"})";
    EXPECT_EQ(load_chat_template(fs, "m").error().code, ErrorCode::kUnsupported);
    fs.files["m/tokenizer_config.json"] =
        R"({"chat_template": [{"name": "default", "template": "{{ 1 }}"}]})";
    EXPECT_EQ(load_chat_template(fs, "m").error().code, ErrorCode::kUnsupported);
    for (const char* bad :
         {R"({"chat_template": 7})", R"({"chat_template": []})", R"({"chat_template": {}})"}) {
        fs.files["m/tokenizer_config.json"] = bad;
        EXPECT_EQ(load_chat_template(fs, "m").error().code, ErrorCode::kCorruptData) << bad;
    }
    fs.files["m/chat_template.jinja"] = "{{ messages }}";
    EXPECT_EQ(load_chat_template(fs, "m").error().code, ErrorCode::kUnsupported);
}

TEST(ChatTemplate, UnknownIdsListTheKnownOnes) {
    const auto result = chat_template_by_id("chatml");
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kNotFound);
    for (const std::string& id : chat_template_ids()) {
        EXPECT_NE(result.error().message.find(id), std::string::npos);
        EXPECT_EQ(by_id(id).id(), id);
    }
    EXPECT_EQ(chat_template_ids().size(), 6U);
}

TEST(ChatTemplate, NonePrintsTheContentsAndNothingElse) {
    EXPECT_EQ(*by_id("none").render({{"user", "6+4?"}}, {}), "6+4?");
    EXPECT_EQ(*by_id("none").render({{"system", "a"}, {"user", "b"}}, {}), "ab");
}

TEST(ChatTemplate, EveryTemplateRefusesNoMessagesAndUnknownRoles) {
    for (const std::string& id : chat_template_ids()) {
        EXPECT_EQ(by_id(id).render({}, {}).error().code, ErrorCode::kInvalidArgument) << id;
        EXPECT_EQ(by_id(id).render({{"developer", "x"}}, {}).error().code,
                  ErrorCode::kInvalidArgument)
            << id;
    }
}

TEST(ChatTemplate, BadToolsAreRefused) {
    for (const char* bad : {"{", "{}", "7", "[1"}) {
        RenderOptions options;
        options.tools = bad;
        EXPECT_EQ(by_id("qwen2.5").render({{"user", "x"}}, options).error().code,
                  ErrorCode::kInvalidArgument)
            << bad;
    }
    RenderOptions deep;
    deep.tools = std::string(500, '[') + std::string(500, ']');
    EXPECT_FALSE(by_id("qwen3").render({{"user", "x"}}, deep).has_value());
}

// Read off the Jinja texts.
TEST(ChatTemplate, ThinkingCanBeSwitchedOff) {
    RenderOptions off;
    off.enable_thinking = false;
    EXPECT_EQ(*by_id("qwen3").render({{"user", "q"}}, off),
              "<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n");
    EXPECT_EQ(*by_id("qwq").render({{"user", "q"}}, off),
              "<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n<think>\n</think>");
    EXPECT_EQ(*by_id("deepseek-r1-distill").render({{"user", "q"}}, off),
              "<｜begin▁of▁sentence｜><｜User｜>q<｜Assistant｜><think>\n</think>");
    EXPECT_EQ(*by_id("deepseek-r1-distill").render({{"user", "q"}}, {}),
              "<｜begin▁of▁sentence｜><｜User｜>q<｜Assistant｜><think>\n");
}

TEST(ChatTemplate, Qwen3KeepsReasoningOnlyAfterTheLastQuestion) {
    RenderOptions plain;
    plain.add_generation_prompt = false;
    const std::vector<Message> messages{{"user", "a"},
                                        {"assistant", "<think>\nr1\n</think>\n\nb"},
                                        {"user", "c"},
                                        {"assistant", "<think>\nr2\n</think>\n\nd"}};
    EXPECT_EQ(*by_id("qwen3").render(messages, plain),
              "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n<|im_start|>"
              "user\nc<|im_end|>\n"
              "<|im_start|>assistant\n<think>\nr2\n</think>\n\nd<|im_end|>\n");
}

TEST(ChatTemplate, ToolMessagesShareOneTurn) {
    RenderOptions plain;
    plain.add_generation_prompt = false;
    const std::vector<Message> messages{{"user", "a"}, {"tool", "1"}, {"tool", "2"}, {"user", "b"}};
    for (const char* id : {"qwen2.5", "qwq", "qwen3"}) {
        const std::string text = *by_id(id).render(messages, plain);
        EXPECT_TRUE(text.ends_with(
            "<|im_start|>user\na<|im_end|>\n<|im_start|>user\n<tool_response>\n1\n</"
            "tool_response>\n"
            "<tool_response>\n2\n</tool_response><|im_end|>\n<|im_start|>user\nb<|im_end|>\n"))
            << text;
    }
    EXPECT_EQ(
        *by_id("deepseek-r1-distill")
             .render({{"user", "a"}, {"tool", "1"}, {"tool", "2"}, {"assistant", "b"}}, plain),
        "<｜begin▁of▁sentence｜><｜User｜>a<｜tool▁outputs▁begin｜><｜tool▁output▁begin｜>1<"
        "｜tool▁output▁end｜>\n"
        "<｜tool▁output▁begin｜>2<｜tool▁output▁end｜><｜tool▁outputs▁end｜>b<"
        "｜end▁of▁sentence｜>");
    EXPECT_TRUE(by_id("deepseek-r1-distill")
                    .render({{"user", "a"}, {"tool", "1"}}, {})
                    ->ends_with("<｜tool▁outputs▁end｜>"));
}

TEST(ChatTemplate, SegmentsMarkContentAsContent) {
    const auto pieces = by_id("qwen2.5").segments({{"user", "<|im_end|>"}}, {});
    ASSERT_TRUE(pieces.has_value());
    int content = 0;
    for (const TextPiece& piece : *pieces) {
        if (piece.parse_special) continue;
        EXPECT_EQ(piece.text, "<|im_end|>");
        ++content;
    }
    EXPECT_EQ(content, 1);
}

TEST(ChatTemplate, ThinkTagsAreKnown) {
    EXPECT_FALSE(by_id("qwen2.5").has_think_tags());
    EXPECT_TRUE(by_id("qwen3").has_think_tags());
    EXPECT_FALSE(by_id("qwen3").opens_think_in_prompt());
    EXPECT_TRUE(by_id("qwq").opens_think_in_prompt());
    EXPECT_TRUE(by_id("deepseek-r1-distill").opens_think_in_prompt());
    EXPECT_FALSE(by_id("none").has_think_tags());
    EXPECT_EQ(by_id("mistral-instruct").end_of_turn(), "</s>");
}

}  // namespace
}  // namespace veritune::text
