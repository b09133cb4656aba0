// SPDX-License-Identifier: Apache-2.0
#include "core/text/chat_template.h"

#include "core/text/chat_pieces.h"
#include "core/text/tokenizer_json.h"
#include "core/util/hash.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace veritune::text {

void ChatPieces::add(std::string_view text, bool parse_special) {
    if (text.empty()) return;
    if (!pieces_.empty() && pieces_.back().parse_special == parse_special) {
        pieces_.back().text += text;
    } else {
        pieces_.push_back({std::string(text), parse_special});
    }
}

void ChatPieces::markup(std::string_view text) { add(text, true); }

void ChatPieces::content(std::string_view text) { add(text, false); }

void ChatPieces::reasoning(std::string_view text) {
    while (true) {
        const std::size_t open = text.find(kThinkOpen);
        const std::size_t close = text.find(kThinkClose);
        const std::size_t at = std::min(open, close);
        content(text.substr(0, at));
        if (at == std::string_view::npos) return;
        const std::string_view tag = open < close ? kThinkOpen : kThinkClose;
        markup(tag);
        text.remove_prefix(at + tag.size());
    }
}

namespace {

using util::ErrorCode;
using OrderedJson = nlohmann::ordered_json;
using Messages = std::vector<Message>;
using Pieces = util::Result<std::vector<TextPiece>>;

constexpr std::string_view kToolsHead =
    "# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are "
    "provided with "
    "function signatures within <tools></tools> XML tags:\n<tools>";
constexpr std::string_view kToolsTail =
    "\n</tools>\n\nFor each function call, return a json object with function name and arguments "
    "within "
    "<tool_call></tool_call> XML tags:\n<tool_call>\n{\"name\": <function-name>, \"arguments\": "
    "<args-json-object>}\n</tool_call><|im_end|>\n";
constexpr std::string_view kQwenSystem =
    "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.";
constexpr int kMaxToolDepth = 64;

util::Error refuse(std::string_view id, const std::string& why) {
    return util::fail(ErrorCode::kInvalidArgument, "chat template " + std::string(id) + ": " + why);
}

std::string_view strip_newlines_left(std::string_view text) {
    return text.substr(std::min(text.find_first_not_of('\n'), text.size()));
}

std::string_view strip_newlines_right(std::string_view text) {
    return text.substr(0, text.find_last_not_of('\n') + 1);
}

/// Python's text.split(mark)[-1] and [0].
std::string_view after_last(std::string_view text, std::string_view mark) {
    const std::size_t at = text.rfind(mark);
    return at == std::string_view::npos ? text : text.substr(at + mark.size());
}
std::string_view before_first(std::string_view text, std::string_view mark) {
    return text.substr(0, text.find(mark));
}

/// As Python's json.dumps(value, ensure_ascii=False): ", " and ": " between things.
bool print_json(const OrderedJson& value, std::string& out, int depth) {
    if (depth > kMaxToolDepth) return false;
    if (!value.is_structured()) return out += value.dump(), true;
    const bool is_object = value.is_object();
    out += is_object ? '{' : '[';
    bool first = true;
    for (const auto& [key, entry] : value.items()) {
        if (!first) out += ", ";
        first = false;
        if (is_object) out += OrderedJson(key).dump() + ": ";
        if (!print_json(entry, out, depth + 1)) return false;
    }
    out += is_object ? '}' : ']';
    return true;
}

util::Result<std::vector<std::string>> print_tools(std::string_view id, const std::string& tools) {
    std::vector<std::string> lines;
    if (tools.empty()) return lines;
    const OrderedJson list = OrderedJson::parse(tools, nullptr, false);
    if (list.is_discarded() || !list.is_array()) return refuse(id, "tools must be a JSON array");
    for (const OrderedJson& tool : list) {
        std::string line;
        if (!print_json(tool, line, 0)) return refuse(id, "a tool description is nested too deep");
        lines.push_back(std::move(line));
    }
    return lines;
}

util::Status check_roles(std::string_view id, const Messages& messages) {
    if (messages.empty()) return refuse(id, "there are no messages");
    for (const Message& message : messages) {
        static constexpr std::array<std::string_view, 4> kRoles{
            "system", "user", "assistant", "tool"};
        if (std::ranges::find(kRoles, message.role) != kRoles.end()) continue;
        return refuse(id, "a message has an unknown role; known are system, user, assistant, tool");
    }
    return {};
}

class NoTemplate final : public ChatTemplate {
  public:
    std::string_view id() const override { return "none"; }
    std::string_view end_of_turn() const override { return {}; }
    bool has_think_tags() const override { return false; }
    bool opens_think_in_prompt() const override { return false; }
    Pieces segments(const Messages& messages, const RenderOptions&) const override {
        VT_TRY(check_roles(id(), messages));
        ChatPieces out;
        for (const Message& message : messages) out.content(message.content);
        return std::move(out).take();
    }
};

/// What Qwen2.5, Qwen3 and QwQ share: <|im_start|>role\n...<|im_end|>\n, tools in the first system
/// message, runs of tool messages in one user turn.
class QwenTemplate : public ChatTemplate {
  public:
    std::string_view end_of_turn() const override { return "<|im_end|>"; }
    Pieces segments(const Messages& messages, const RenderOptions& options) const override {
        VT_TRY(check_roles(id(), messages));
        VT_ASSIGN(const std::vector<std::string> tools, print_tools(id(), options.tools));
        ChatPieces out;
        const bool own_system = messages[0].role == "system";
        if (!tools.empty()) {
            put_tools(own_system ? &messages[0].content : nullptr, tools, out);
        } else {
            put_first(own_system ? &messages[0].content : nullptr, out);
        }
        for (std::size_t i = 0; i < messages.size(); ++i) {
            const Message& message = messages[i];
            if (message.role == "assistant") {
                put_assistant(messages, i, out);
            } else if (message.role == "tool") {
                put_tool(messages, i, out);
            } else if (message.role == "user" || i > 0) {
                out.markup("<|im_start|>" + message.role + "\n");
                out.content(message.content);
                out.markup("<|im_end|>\n");
            }
        }
        if (options.add_generation_prompt) put_prompt(options.enable_thinking.value_or(true), out);
        return std::move(out).take();
    }

  protected:
    /// system = the first message's content, or null.
    virtual void put_first(const std::string* system, ChatPieces& out) const {
        if (system == nullptr) return;
        out.markup("<|im_start|>system\n");
        out.content(*system);
        out.markup("<|im_end|>\n");
    }
    virtual void put_tools_intro(const std::string* system, ChatPieces& out) const {
        if (system != nullptr) out.content(*system);
        out.markup("\n\n");
    }
    virtual void put_assistant(const Messages& messages, std::size_t i, ChatPieces& out) const = 0;
    virtual void put_prompt(bool thinking, ChatPieces& out) const = 0;

    static void put_turn(std::string_view content, ChatPieces& out) {
        out.markup("<|im_start|>assistant\n");
        out.reasoning(content);
        out.markup("<|im_end|>\n");
    }

  private:
    void put_tools(const std::string* system,
                   const std::vector<std::string>& tools,
                   ChatPieces& out) const {
        out.markup("<|im_start|>system\n");
        put_tools_intro(system, out);
        out.markup(kToolsHead);
        for (const std::string& tool : tools) {
            out.markup("\n");
            out.content(tool);
        }
        out.markup(kToolsTail);
    }

    static void put_tool(const Messages& messages, std::size_t i, ChatPieces& out) {
        if (i == 0 || messages[i - 1].role != "tool") out.markup("<|im_start|>user");
        out.markup("\n<tool_response>\n");
        out.content(messages[i].content);
        out.markup("\n</tool_response>");
        if (i + 1 == messages.size() || messages[i + 1].role != "tool") out.markup("<|im_end|>\n");
    }
};

class Qwen25Template final : public QwenTemplate {
  public:
    std::string_view id() const override { return "qwen2.5"; }
    bool has_think_tags() const override { return false; }
    bool opens_think_in_prompt() const override { return false; }

  protected:
    void put_first(const std::string* system, ChatPieces& out) const override {
        out.markup("<|im_start|>system\n");
        put_system(system, out);
        out.markup("<|im_end|>\n");
    }
    void put_tools_intro(const std::string* system, ChatPieces& out) const override {
        put_system(system, out);
        out.markup("\n\n");
    }
    void put_assistant(const Messages& messages, std::size_t i, ChatPieces& out) const override {
        out.markup("<|im_start|>assistant\n");
        out.content(messages[i].content);
        out.markup("<|im_end|>\n");
    }
    void put_prompt(bool, ChatPieces& out) const override { out.markup("<|im_start|>assistant\n"); }

  private:
    static void put_system(const std::string* system, ChatPieces& out) {
        if (system != nullptr) {
            out.content(*system);
        } else {
            out.markup(kQwenSystem);
        }
    }
};

class Qwen3Template final : public QwenTemplate {
  public:
    std::string_view id() const override { return "qwen3"; }
    bool has_think_tags() const override { return true; }
    bool opens_think_in_prompt() const override { return false; }

  protected:
    void put_tools_intro(const std::string* system, ChatPieces& out) const override {
        if (system == nullptr) return;
        out.content(*system);
        out.markup("\n\n");
    }

    /// Reasoning is kept only in answers to the last question.
    void put_assistant(const Messages& messages, std::size_t i, ChatPieces& out) const override {
        std::string_view content = messages[i].content;
        std::string_view thought;
        if (content.find(kThinkClose) != std::string_view::npos) {
            thought = strip_newlines_right(before_first(content, kThinkClose));
            thought = strip_newlines_left(after_last(thought, kThinkOpen));
            content = strip_newlines_left(after_last(content, kThinkClose));
        }
        const bool last = i + 1 == messages.size();
        if (i <= last_question(messages) || (!last && thought.empty()))
            return put_turn(content, out);
        out.markup("<|im_start|>assistant\n<think>\n");
        out.reasoning(thought);
        out.markup("\n</think>\n\n");
        out.reasoning(strip_newlines_left(content));
        out.markup("<|im_end|>\n");
    }

    void put_prompt(bool thinking, ChatPieces& out) const override {
        out.markup("<|im_start|>assistant\n");
        if (!thinking) out.markup("<think>\n\n</think>\n\n");
    }

  private:
    static std::size_t last_question(const Messages& messages) {
        for (std::size_t i = messages.size(); i-- > 0;) {
            const std::string_view content = messages[i].content;
            const bool is_tool_result =
                content.starts_with("<tool_response>") && content.ends_with("</tool_response>");
            if (messages[i].role == "user" && !is_tool_result) return i;
        }
        return messages.size() - 1;
    }
};

class QwqTemplate final : public QwenTemplate {
  public:
    std::string_view id() const override { return "qwq"; }
    bool has_think_tags() const override { return true; }
    bool opens_think_in_prompt() const override { return true; }

  protected:
    void put_assistant(const Messages& messages, std::size_t i, ChatPieces& out) const override {
        const std::string_view content = messages[i].content;
        const bool last = i + 1 == messages.size();
        put_turn(last ? content : strip_newlines_left(after_last(content, kThinkClose)), out);
    }
    void put_prompt(bool thinking, ChatPieces& out) const override {
        out.markup("<|im_start|>assistant\n<think>\n");
        if (!thinking) out.markup(kThinkClose);
    }
};

class DeepSeekR1Template final : public ChatTemplate {
  public:
    std::string_view id() const override { return "deepseek-r1-distill"; }
    std::string_view end_of_turn() const override { return "<｜end▁of▁sentence｜>"; }
    bool has_think_tags() const override { return true; }
    bool opens_think_in_prompt() const override { return true; }

    Pieces segments(const Messages& messages, const RenderOptions& options) const override {
        VT_TRY(check_roles(id(), messages));
        ChatPieces out;
        out.markup("<｜begin▁of▁sentence｜>");
        const auto system =
            std::find_if(messages.rbegin(), messages.rend(), [](const Message& message) {
                return message.role == "system";
            });
        if (system != messages.rend()) out.content(system->content);
        bool after_tool = false;
        bool first_output = true;
        for (const Message& message : messages) {
            if (message.role == "user") {
                after_tool = false;
                out.markup("<｜User｜>");
                out.content(message.content);
            } else if (message.role == "assistant") {
                put_assistant(message.content, after_tool, out);
                after_tool = false;
            } else if (message.role == "tool") {
                after_tool = true;
                out.markup(first_output ? "<｜tool▁outputs▁begin｜><｜tool▁output▁begin｜>"
                                        : "\n<｜tool▁output▁begin｜>");
                out.content(message.content);
                out.markup("<｜tool▁output▁end｜>");
                first_output = false;
            }
        }
        if (after_tool) out.markup("<｜tool▁outputs▁end｜>");
        if (options.add_generation_prompt && !after_tool) {
            out.markup("<｜Assistant｜><think>\n");
            if (!options.enable_thinking.value_or(true)) out.markup(kThinkClose);
        }
        return std::move(out).take();
    }

  private:
    static void put_assistant(std::string_view content, bool after_tool, ChatPieces& out) {
        out.markup(after_tool ? "<｜tool▁outputs▁end｜>" : "<｜Assistant｜>");
        out.reasoning(after_tool ? content : after_last(content, kThinkClose));
        out.markup("<｜end▁of▁sentence｜>");
    }
};

class MistralTemplate final : public ChatTemplate {
  public:
    std::string_view id() const override { return "mistral-instruct"; }
    std::string_view end_of_turn() const override { return "</s>"; }
    bool has_think_tags() const override { return false; }
    bool opens_think_in_prompt() const override { return false; }

    Pieces segments(const Messages& messages, const RenderOptions&) const override {
        VT_TRY(check_roles(id(), messages));
        ChatPieces out;
        out.markup("<s>");
        for (std::size_t i = 0; i < messages.size(); ++i) {
            const bool user = messages[i].role == "user";
            if (user != (i % 2 == 0)) {
                return refuse(
                    id(), "Conversation roles must alternate user/assistant/user/assistant/...");
            }
            if (!user && messages[i].role != "assistant") {
                return refuse(id(), "Only user and assistant roles are supported!");
            }
            if (user) out.markup("[INST] ");
            out.content(messages[i].content);
            out.markup(user ? " [/INST]" : "</s>");
        }
        return std::move(out).take();
    }
};

const std::array<const ChatTemplate*, 6>& all_templates() {
    static const NoTemplate kNone;
    static const Qwen25Template kQwen25;
    static const Qwen3Template kQwen3;
    static const QwqTemplate kQwq;
    static const DeepSeekR1Template kDeepSeekR1;
    static const MistralTemplate kMistral;
    static const std::array<const ChatTemplate*, 6> kAll{
        &kNone, &kQwen25, &kQwen3, &kQwq, &kDeepSeekR1, &kMistral};
    return kAll;
}

/// SHA-256 of the Jinja text without one newline at its end (Jinja drops it, and so do some
/// copies).
struct KnownHash {
    std::string_view sha256;
    std::string_view id;
};
constexpr std::array<KnownHash, 7> kKnownHashes{{
    {"55b2f4a26ac9ee719330a61a0c39d9e538b0e9322212f048326318cff4f8674a",
     "qwen2.5"},  // Qwen2.5 Instruct
    {"87a2728cb8dc9fe424d624542f6060ec05a1d285ebbec578bb078900e33396b5", "qwen3"},  // Qwen3
    {"cb2d7aa140bed098f4ac8ab1a403980e6768d58ec95ef701668fc7dd017e0762", "qwq"},    // QwQ-32B
    {"94c6035b4f0eb905c95e2b7d8dace8547abca03f7fe3e441ba8a6388b1941272",
     "qwq"},  // the same with an added enable_thinking switch
    {"56a1447ad31926fdc21fb07e56e5642bd9c850c4f52d8c8af7bbe5f079a84f5f",
     "deepseek-r1-distill"},  // DeepSeek-R1-Distill-Qwen
    {"bbe594884b44d740667ee65a70bc8d333a565eab3d63ea59f291ea73ada84ba6",
     "deepseek-r1-distill"},  // the same, re-indented, with an added enable_thinking switch
    {"26a59556925c987317ce5291811ba3b7f32ec4c647c400c6cc7e3a9993007ba7",
     "mistral-instruct"},  // Mistral-7B-Instruct-v0.2
}};

std::string known_ids() {
    std::string text;
    for (const ChatTemplate* one : all_templates())
        text += (text.empty() ? "" : ", ") + std::string(one->id());
    return text;
}

}  // namespace

util::Result<std::string> ChatTemplate::render(const Messages& messages,
                                               const RenderOptions& options) const {
    VT_ASSIGN(const std::vector<TextPiece> pieces, segments(messages, options));
    std::string text;
    for (const TextPiece& piece : pieces) text += piece.text;
    return text;
}

util::Result<const ChatTemplate*> chat_template_by_id(std::string_view id) {
    for (const ChatTemplate* one : all_templates()) {
        if (one->id() == id) return one;
    }
    return util::fail(ErrorCode::kNotFound,
                      "no chat template has this name; known are " + known_ids());
}

util::Result<const ChatTemplate*> chat_template_by_text(std::string_view jinja) {
    if (jinja.ends_with('\n')) jinja.remove_suffix(1);
    const std::string hash = util::sha256_hex(jinja);
    for (const KnownHash& known : kKnownHashes) {
        if (known.sha256 == hash) return chat_template_by_id(known.id);
    }
    return util::fail(
        ErrorCode::kUnsupported,
        "this chat template is not one of the built-in ones and templates are never executed; name "
        "one in the recipe, for instance \"template\": \"qwen2.5\" (known are " +
            known_ids() + ")",
        "sha256 " + hash);
}

util::Result<const ChatTemplate*> load_chat_template(util::FileSystem& fs,
                                                     const std::string& folder) {
    const TokenizerLimits limits;
    const auto absent = [](const util::Error& error) { return error.code == ErrorCode::kNotFound; };
    const util::Result<std::string> jinja =
        fs.read(util::join_path(folder, "chat_template.jinja"), limits.max_config_bytes);
    if (jinja) return chat_template_by_text(*jinja);
    if (!absent(jinja.error())) return jinja.error();
    const util::Result<std::string> text =
        fs.read(util::join_path(folder, "tokenizer_config.json"), limits.max_config_bytes);
    if (!text && !absent(text.error())) return text.error();
    if (!text) return chat_template_by_id("none");
    VT_ASSIGN(const util::Json config, read_hf_json(*text, "tokenizer_config.json", limits));
    const auto entry = config.find("chat_template");
    if (entry == config.end() || entry->is_null()) return chat_template_by_id("none");
    if (entry->is_string()) return chat_template_by_text(entry->get_ref<const std::string&>());
    // Some models list several: [{"name": "default", "template": "..."}, ...].
    for (const util::Json& one : entry->is_array() ? *entry : util::Json::array()) {
        if (!one.is_object() || !one.contains("template") || !one["template"].is_string()) continue;
        if (one.contains("name") && one["name"] == "default") {
            return chat_template_by_text(one["template"].get_ref<const std::string&>());
        }
    }
    return util::fail(ErrorCode::kCorruptData, "tokenizer_config.json: chat_template must be text");
}

std::vector<std::string> chat_template_ids() {
    std::vector<std::string> ids;
    for (const ChatTemplate* one : all_templates()) ids.emplace_back(one->id());
    return ids;
}

}  // namespace veritune::text
