// SPDX-License-Identifier: Apache-2.0
#include "core/engine/fake_engine.h"

#include "core/engine/codec.h"

#include <algorithm>
#include <utility>

namespace veritune::engine {

using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

void FakeEngine::set_script(Script script) {
    const std::lock_guard lock(mutex_);
    script_ = std::move(script);
}

void FakeEngine::set_hello(HelloReply reply) {
    const std::lock_guard lock(mutex_);
    hello_ = std::move(reply);
}

void FakeEngine::set_state(EngineState state) {
    const std::lock_guard lock(mutex_);
    state_ = std::move(state);
}

void FakeEngine::set_model(ModelInfo info) {
    const std::lock_guard lock(mutex_);
    model_ = std::move(info);
}

std::vector<Request> FakeEngine::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

Result<int> FakeEngine::replay(std::string_view jsonl) {
    int count = 0;
    for (int number = 1; !jsonl.empty(); ++number) {
        const std::size_t end = std::min(jsonl.find('\n'), jsonl.size());
        const std::string_view line = jsonl.substr(0, end);
        jsonl.remove_prefix(std::min(end + 1, jsonl.size()));
        if (line.empty()) continue;
        const std::variant<Message, DecodeError> decoded = decode(line);
        const Message* message = std::get_if<Message>(&decoded);
        const NoticeMessage* notice =
            message != nullptr ? std::get_if<NoticeMessage>(message) : nullptr;
        if (notice == nullptr) {
            return fail(ErrorCode::kCorruptData,
                        "the recording holds a line that is not a notice",
                        "line " + std::to_string(number));
        }
        publish(notice->notice);
        ++count;
    }
    return count;
}

template <typename R>
std::optional<Result<R>> FakeEngine::scripted(const Request& request) {
    Script script;
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
        script = script_;
    }
    if (!script) return std::nullopt;
    std::optional<Result<Reply>> answer = script(request);
    if (!answer) return std::nullopt;
    if (!*answer) return Result<R>(answer->error());
    R* value = std::get_if<R>(&**answer);
    VT_CHECK(value != nullptr);  // the test's script answers with the wrong type
    return Result<R>(std::move(*value));
}

Result<HelloReply> FakeEngine::hello(const Hello& request) {
    if (auto answer = scripted<HelloReply>(request)) return *std::move(answer);
    const std::lock_guard lock(mutex_);
    return hello_;
}

Result<EngineState> FakeEngine::get_state() {
    if (auto answer = scripted<EngineState>(GetState{})) return *std::move(answer);
    const std::lock_guard lock(mutex_);
    return state_;
}

Result<RunStarted> FakeEngine::start_run(const StartRun& request) {
    if (auto answer = scripted<RunStarted>(request)) return *std::move(answer);
    std::int64_t run = 0;
    {
        const std::lock_guard lock(mutex_);
        if (state_.run != 0) return fail(ErrorCode::kBusy, "another run is active");
        run = next_run_++;
        state_.run = run;
        state_.run_state = "running";
    }
    publish(RunStateChanged{.run = run, .state = "running"});
    return RunStarted{run};
}

Result<RunStarted> FakeEngine::resume_run(const ResumeRun& request) {
    if (auto answer = scripted<RunStarted>(request)) return *std::move(answer);
    {
        const std::lock_guard lock(mutex_);
        if (state_.run != 0 && state_.run != request.run) {
            return fail(ErrorCode::kBusy, "another run is active");
        }
        state_.run = request.run;
        state_.run_state = "running";
    }
    publish(RunStateChanged{.run = request.run, .state = "running"});
    return RunStarted{request.run};
}

Status FakeEngine::change_run(std::int64_t run,
                              const Request& request,
                              std::string_view new_state) {
    if (auto answer = scripted<Accepted>(request)) {
        return *answer ? Status{} : Status{answer->error()};
    }
    {
        const std::lock_guard lock(mutex_);
        if (run == 0 || state_.run != run) {
            return fail(ErrorCode::kNotFound, "this run is not active");
        }
        if (new_state.empty()) return {};
        state_.run_state = new_state;
        if (new_state == "stopped") state_.run = 0;
    }
    publish(RunStateChanged{.run = run, .state = std::string(new_state)});
    return {};
}

Status FakeEngine::stop_run(const StopRun& request) {
    return change_run(request.run, request, "stopped");
}

Status FakeEngine::pause_run(const PauseRun& request) {
    return change_run(request.run, request, "paused");
}

Status FakeEngine::checkpoint_now(const CheckpointNow& request) {
    return change_run(request.run, request, "");
}

Result<Generated> FakeEngine::generate(const Generate& request) {
    if (auto answer = scripted<Generated>(request)) return *std::move(answer);
    const std::string text =
        request.messages.empty() ? request.prompt : request.messages.back().content;
    Generated result{.finish_reason = "stop"};
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at + 1), text.size());
        {
            const std::lock_guard lock(mutex_);
            if (std::erase(cancelled_, request.request) > 0) {
                return fail(ErrorCode::kCancelled, "the generation was cancelled");
            }
        }
        result.text += text.substr(at, end - at);
        ++result.completion_tokens;
        if (request.stream) {
            publish(TokenText{.request = request.request,
                              .text = text.substr(at, end - at),
                              .tokens = result.completion_tokens});
        }
        at = end;
    }
    result.prompt_tokens = result.completion_tokens;
    return result;
}

Result<Evaluated> FakeEngine::evaluate(const Evaluate& request) {
    if (auto answer = scripted<Evaluated>(request)) return *std::move(answer);
    const std::lock_guard lock(mutex_);
    return Evaluated{.run = next_run_++, .metrics = {{"pass@1", 0.5}}};
}

Status FakeEngine::cancel(const Cancel& request) {
    if (auto answer = scripted<Accepted>(request)) {
        return *answer ? Status{} : Status{answer->error()};
    }
    const std::lock_guard lock(mutex_);
    cancelled_.push_back(request.request);
    return {};
}

Result<ModelInfo> FakeEngine::model_info(const GetModelInfo& request) {
    if (auto answer = scripted<ModelInfo>(request)) return *std::move(answer);
    const std::lock_guard lock(mutex_);
    return model_;
}

Result<ChainVerdict> FakeEngine::verify_chain(const VerifyChain& request) {
    if (auto answer = scripted<ChainVerdict>(request)) return *std::move(answer);
    return ChainVerdict{.status = "correct", .score = 1.0};
}

Status FakeEngine::annotate_chain(const AnnotateChain& request) {
    if (auto answer = scripted<Accepted>(request)) {
        return *answer ? Status{} : Status{answer->error()};
    }
    return {};
}

Result<Replayed> FakeEngine::replay_step(const ReplayStep& request) {
    if (auto answer = scripted<Replayed>(request)) return *std::move(answer);
    return Replayed{.from = "start of " + request.stage};
}

Result<DatasetEdited> FakeEngine::edit_dataset(const EditDataset& request) {
    if (auto answer = scripted<DatasetEdited>(request)) return *std::move(answer);
    const util::Json& edit = request.edit;
    const bool named = edit.is_object() && edit.contains("dataset") && edit["dataset"].is_string();
    return DatasetEdited{.edit = 1,
                         .dataset = named ? edit["dataset"].get<std::string>() : std::string(),
                         .rows = 1,
                         .label = "Edit"};
}

Result<DatasetEdited> FakeEngine::undo_edit(const UndoEdit& request) {
    if (auto answer = scripted<DatasetEdited>(request)) return *std::move(answer);
    return DatasetEdited{.edit = 1, .dataset = request.dataset, .rows = 1, .label = "Edit"};
}

Result<ImportChecked> FakeEngine::check_import(const CheckImport& request) {
    if (auto answer = scripted<ImportChecked>(request)) return *std::move(answer);
    return ImportChecked{};
}

Result<GoldsChecked> FakeEngine::check_golds(const CheckGolds& request) {
    if (auto answer = scripted<GoldsChecked>(request)) return *std::move(answer);
    return GoldsChecked{};
}

Status FakeEngine::shutdown() {
    if (auto answer = scripted<Accepted>(Shutdown{})) {
        return *answer ? Status{} : Status{answer->error()};
    }
    return {};
}

}  // namespace veritune::engine
