// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/command.h"
#include "core/programs/cli/project_access.h"
#include "core/programs/cli/validators.h"
#include "core/programs/cli/waiting.h"

#include <CLI/CLI.hpp>

#include <istream>
#include <iterator>
#include <mutex>
#include <utility>

namespace veritune::cli {
namespace {

constexpr std::uint64_t kMaxPromptBytes = 4u << 20;

class ChatCommand final : public Command {
  public:
    ChatCommand()
        : Command("chat",
                  "Talk to a model, or complete one prompt",
                  "veritune chat --run 3 --prompt question.txt") {}

  private:
    void declare(CLI::App& verb) override {
        engine::Generate& r = request_;
        verb.add_option("--model", r.model.path, "Model folder")->type_name("DIR");
        verb.add_option("--adapter", r.model.adapter, "Adapter folder")->type_name("DIR");
        verb.add_option("--run", r.model.run, "Weights of this run")->check(whole_number(1));
        verb.add_option("--stage", r.model.stage, "Stage of the run (default: the last)");
        verb.add_option("--step", r.model.step, "Checkpoint (default: the best, else the newest)");
        verb.add_option("--prompt", prompt_file_, "Complete this file once; - reads stdin")
            ->type_name("FILE");
        verb.add_flag(
            "--plain", plain_, "Give the prompt to the model as it is, without a template");
        verb.add_option("--template", r.chat_template, "Chat template (default: the model's)");
        verb.add_option("--system", system_, "System message");
        verb.add_option("--temperature", r.temperature, "0 = always the likeliest token")
            ->capture_default_str()
            ->check(CLI::Range(0.0, 10.0));
        verb.add_option("--top-p", r.top_p, "Share of probability to sample from")
            ->capture_default_str()
            ->check(CLI::Range(0.0, 1.0));
        verb.add_option("--top-k", r.top_k, "Most tokens to sample from, 0 = all")
            ->check(whole_number(0));
        verb.add_option("--max-new-tokens", r.max_new_tokens, "Longest answer")
            ->capture_default_str()
            ->check(whole_number(1));
        verb.add_option("--seed", r.seed, "Seed")->capture_default_str();
        verb.add_flag_callback(
            "--think",
            [this] { request_.enable_thinking = true; },
            "Ask for a thinking block, where the template knows one");
        verb.add_flag_callback(
            "--no-think",
            [this] { request_.enable_thinking = false; },
            "Ask for no thinking block");
        itself([this](Context& context) { return chat(context); });
    }

    util::Result<int> chat(Context& context) {
        if (request_.model.path.empty() && request_.model.run == 0) {
            return util::fail(util::ErrorCode::kInvalidArgument,
                              "name the model to talk to: a folder with --model DIR or a run with "
                              "--run ID");
        }
        for (std::string* folder : {&request_.model.path, &request_.model.adapter}) {
            if (!folder->empty()) *folder = absolute_path(context, *folder);
        }
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(const auto engine,
                  reach_engine(context, project->info(), EngineStart::kIfNeeded));
        if (!system_.empty()) request_.messages.push_back({"system", system_});
        if (!prompt_file_.empty()) return once(context, *engine);
        if (context.out.json()) {
            return util::fail(util::ErrorCode::kInvalidArgument,
                              "--json needs --prompt FILE: a conversation has no single result");
        }
        return converse(context, *engine);
    }

    util::Result<std::string> read_prompt(Context& context) const {
        if (prompt_file_ != "-") {
            return context.fs.read(absolute_path(context, prompt_file_), kMaxPromptBytes);
        }
        std::string text(std::istreambuf_iterator<char>(context.in), {});
        if (text.size() <= kMaxPromptBytes) return text;
        return util::fail(util::ErrorCode::kInvalidArgument, "the prompt is longer than 4 MiB");
    }

    util::Result<int> once(Context& context, engine::Engine& engine) {
        VT_ASSIGN(const std::string prompt, read_prompt(context));
        if (plain_) {
            request_.prompt = prompt;
            request_.messages.clear();
        } else {
            request_.messages.push_back({"user", prompt});
        }
        VT_ASSIGN(const engine::Generated done, generate(context, engine));
        context.out.result({{"text", done.text},
                            {"finish_reason", done.finish_reason},
                            {"prompt_tokens", done.prompt_tokens},
                            {"completion_tokens", done.completion_tokens},
                            {"seconds", done.seconds}});
        return kExitOk;
    }

    util::Result<int> converse(Context& context, engine::Engine& engine) {
        context.out.say(
            "Write and press Enter; /new starts over, /quit or Ctrl-D ends, Ctrl-C "
            "stops an answer.");
        const std::vector<engine::ChatMessage> opening = request_.messages;
        std::string line;
        while (context.out.draw("> "), std::getline(context.in, line)) {
            if (line == "/quit") break;
            if (line == "/new") {
                request_.messages = opening;
                continue;
            }
            if (line.empty()) continue;
            request_.messages.push_back({"user", line});
            const auto done = generate(context, engine);
            if (done) {
                request_.messages.push_back({"assistant", done->text});
            } else if (done.error().code == util::ErrorCode::kCancelled) {
                request_.messages.pop_back();
                context.out.say("(stopped; the question was taken back)");
            } else {
                return done.error();
            }
        }
        context.out.say("");
        return kExitOk;
    }

    /// Streams the text as it comes; what the model writes is shown, never obeyed.
    util::Result<engine::Generated> generate(Context& context, engine::Engine& engine) {
        request_.request = request_name(context, "chat");
        request_.stream = !context.out.json();
        Pieces pieces;
        const auto handler = engine.handle_token_text([&](const engine::TokenText& piece) {
            if (piece.request == request_.request) pieces.add(piece.text);
        });
        bool streamed = false;
        const auto tick = [&] {
            const std::string text = pieces.take();
            streamed = streamed || !text.empty();
            context.out.stream(printable(text, true));
        };
        const std::function<util::Result<engine::Generated>()> work = [&] {
            return engine.generate(request_);
        };
        auto done = wait_with_cancel(context, engine, request_.request, work, tick);
        tick();
        if (done && !streamed) context.out.stream(printable(done->text, true));
        context.out.stream("\n");
        if (done) {
            context.out.detail(std::to_string(done->completion_tokens) + " tokens in " +
                               format_number(done->seconds, 1) + " s, " + done->finish_reason);
        }
        return done;
    }

    /// From the engine's reader thread to the verb's.
    class Pieces {
      public:
        void add(const std::string& text) {
            const std::lock_guard lock(mutex_);
            text_ += text;
        }
        std::string take() {
            const std::lock_guard lock(mutex_);
            return std::exchange(text_, {});
        }

      private:
        std::mutex mutex_;
        std::string text_;
    };

    engine::Generate request_;
    std::string prompt_file_;
    std::string system_;
    bool plain_ = false;
};

}  // namespace

std::unique_ptr<Command> make_chat_command() { return std::make_unique<ChatCommand>(); }

}  // namespace veritune::cli
