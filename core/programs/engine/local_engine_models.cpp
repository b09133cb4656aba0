// SPDX-License-Identifier: Apache-2.0
// Chat and evaluation on any model, adapter or checkpoint.
#include "core/engine/device_fault.h"
#include "core/eval/protocol.h"
#include "core/programs/engine/local_engine.h"
#include "core/programs/engine/problem_source.h"
#include "core/programs/engine/protocol_job.h"
#include "core/rollout/rollout_engine.h"
#include "core/rollout/rollout_group.h"
#include "core/util/clock.h"

#include <algorithm>
#include <utility>

namespace veritune::engine_program {

using util::ErrorCode;
using util::Result;
using util::Status;

namespace {

/// Length of the longest prefix of `text` that ends at a whole UTF-8 character.
std::size_t whole_characters(std::string_view text) {
    std::size_t end = text.size();
    for (std::size_t back = 1; back <= 4 && back <= text.size(); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xC0U) == 0x80U) continue;
        const std::size_t need = byte < 0x80    ? 1
                                 : byte >= 0xF0 ? 4
                                 : byte >= 0xE0 ? 3
                                 : byte >= 0xC0 ? 2
                                                : 1;
        if (need > back) end = text.size() - back;
        break;
    }
    return end;
}

}  // namespace

Result<LocalEngine::Resolved> LocalEngine::resolve_run(const engine::ModelRef& ref) {
    VT_ASSIGN(const store::RunRecord run, store_->reader().run(ref.run));
    VT_ASSIGN(const train::Recipe recipe, train::recipe_from_json(run.recipe));
    VT_ASSIGN(const std::vector<store::CheckpointInfo> all, store_->reader().checkpoints(ref.run));
    VT_ASSIGN(const std::vector<store::StageInfo> stages, store_->reader().stages(ref.run));
    std::string stage = ref.stage;
    for (const store::StageInfo& info : stages) {
        if (ref.stage.empty() && info.record.type != "evaluate" &&
            info.record.stage.rfind("control_", 0) != 0) {
            stage = info.record.stage;
        }
    }
    std::string folder;
    const std::string run_dir = store_->runs().run_dir(ref.run);
    const std::string final_folder = util::join_path(run_dir, "checkpoints/" + stage + "-final");
    if (ref.step < 0 && fs_.stat(final_folder)) folder = final_folder;
    bool best = false;
    for (const store::CheckpointInfo& info : all) {
        if (!folder.empty() && ref.step < 0) break;
        if (info.record.stage != stage || (ref.step >= 0 && info.record.step != ref.step)) continue;
        if (best && !info.record.best) continue;
        folder = util::join_path(run_dir, info.record.path);
        best = info.record.best;
    }
    if (folder.empty()) {
        return util::fail(ErrorCode::kNotFound,
                          "run " + std::to_string(ref.run) + " has no checkpoint of stage `" +
                              stage + "`" +
                              (ref.step >= 0 ? " at step " + std::to_string(ref.step) : ""));
    }
    Resolved resolved{.source = recipe.model, .tokenizer_folder = {}, .lora = recipe.lora};
    if (recipe.lora.enabled) {
        resolved.source.adapter = folder;
    } else {
        resolved.source.init.clear();
        resolved.source.adapter.clear();
        resolved.source.path = folder;
        if (recipe.model.init.empty()) resolved.tokenizer_folder = recipe.model.path;
    }
    return resolved;
}

Result<LocalEngine::Resolved> LocalEngine::resolve(const engine::ModelRef& ref) {
    if (ref.run > 0) return resolve_run(ref);
    if (ref.path.empty()) {
        return util::fail(ErrorCode::kInvalidArgument,
                          "no model is named; give a model folder or a run");
    }
    return Resolved{
        .source = {.path = ref.path, .adapter = ref.adapter}, .tokenizer_folder = {}, .lora = {}};
}

Result<LoadedModel*> LocalEngine::loaded(const engine::ModelRef& ref,
                                         const std::string& chat_template) {
    VT_ASSIGN(Resolved resolved, resolve(ref));
    if (!chat_template.empty()) resolved.source.chat_template = chat_template;
    const std::string key = resolved.source.path + "\n" + resolved.source.init + "\n" +
                            resolved.source.adapter + "\n" + resolved.source.chat_template;
    if (!model_ || model_key_ != key) {
        model_.reset();
        VT_ASSIGN(LoadedModel model,
                  load_model(fs_,
                             {.source = resolved.source,
                              .lora = resolved.lora,
                              .trainable = false,
                              .tokenizer_folder = resolved.tokenizer_folder}));
        model_.emplace(std::move(model));
        model_key_ = key;
    }
    return &*model_;
}

Result<engine::Generated> LocalEngine::generate(const engine::Generate& request) {
    std::stop_token stop;
    {
        const std::lock_guard lock(mutex_);
        VT_TRY(busy());
        stop = requests_[request.request].get_token();
    }
    auto result = work_->call([&] { return generate_now(request, stop); });
    const std::lock_guard lock(mutex_);
    requests_.erase(request.request);
    const auto fault = engine::cuda_fault_in(result ? "" : result.error().message);
    if (fault && fault->action == engine::FaultAction::kRestart) {
        restart_reason_ = util::to_string(result.error());
    }
    return result;
}

Result<engine::Generated> LocalEngine::generate_now(const engine::Generate& request,
                                                    std::stop_token stop) {
    VT_ASSIGN(LoadedModel* const model, loaded(request.model, request.chat_template));
    data::Problem problem;
    problem.prompt = request.prompt;
    for (const engine::ChatMessage& message : request.messages)
        problem.messages.push_back({message.role, message.content});
    VT_ASSIGN(const std::vector<std::int32_t> prompt, model->format.encode(problem));
    // As long as the model can; a prompt that fills it alone is refused by generate().
    const std::int64_t room = model->config().max_position_embeddings - std::ssize(prompt);
    const std::int64_t length = std::max<std::int64_t>(1, std::min(request.max_new_tokens, room));
    std::vector<std::int32_t> written;
    std::size_t sent = 0;
    const auto on_token = [&](std::int64_t, std::int32_t token) {
        written.push_back(token);
        if (!request.stream) return;
        const std::string text = model->format.completion_text(written);
        const std::size_t whole = whole_characters(text);
        if (whole <= sent) return;
        publish(engine::TokenText{.request = request.request,
                                  .text = text.substr(sent, whole - sent),
                                  .tokens = std::ssize(written)});
        sent = whole;
    };
    rollout::RolloutEngine engine = model->engine();
    VT_ASSIGN(const std::vector<rollout::PromptCompletions> completions,
              engine.generate({prompt},
                              1,
                              {.temperature = request.temperature,
                               .top_p = request.top_p,
                               .top_k = request.top_k,
                               .max_completion_length = length,
                               .max_concurrent_chains = 1,
                               .eos_ids = model->format.eos_ids(),
                               .seed = request.seed,
                               .stream = util::RngStream::kChat},
                              stop,
                              {},
                              on_token));
    const rollout::Completion& completion = completions.front().completions.front();
    return engine::Generated{.text = model->format.completion_text(completion.tokens),
                             .finish_reason = rollout::finish_reason_name(completion.finish_reason),
                             .prompt_tokens = std::ssize(prompt),
                             .completion_tokens = std::ssize(completion.tokens),
                             .seconds = engine.stats().seconds};
}

namespace {

/// An evaluation is a run with one stage, so its chains can be looked at like any other's.
train::Recipe evaluation_recipe(const engine::Evaluate& request,
                                const train::ModelSource& source,
                                const train::LoraConfig& lora) {
    train::Recipe recipe;
    recipe.name = "evaluation of " + request.dataset;
    recipe.seed = request.seed;
    recipe.model = source;
    recipe.lora = lora;
    recipe.lora.enabled = recipe.lora.enabled && !source.adapter.empty();
    recipe.heldout = {.dataset = request.dataset, .split = request.split};
    train::StageConfig stage{.id = "evaluate", .type = "evaluate", .start_from = "base"};
    stage.eval = {.problems = request.problems > 0 ? request.problems : 1'000'000,
                  .num_samples = request.num_samples,
                  .greedy = request.greedy,
                  .temperature = request.temperature,
                  .max_completion_length = request.max_new_tokens};
    recipe.stages.push_back(stage);
    return recipe;
}

}  // namespace

Status LocalEngine::check_evaluation(const engine::Evaluate& request) {
    if (request.resume > 0) {
        VT_ASSIGN(const store::RunRecord run, store_->reader().run(request.resume));
        VT_ASSIGN(const auto evaluation, store_->evaluations().of_run(request.resume));
        if (evaluation && run.state != store::RunState::kDone) return {};
        return util::fail(ErrorCode::kInvalidArgument,
                          "run " + std::to_string(request.resume) +
                              (evaluation ? " is done; there is nothing to resume"
                                          : " is no evaluation by a protocol"));
    }
    if (!request.protocol.empty()) {
        VT_ASSIGN(const eval::Protocol protocol, eval::protocol_from_json(request.protocol));
        if (protocol.prompt.shot_ids.size() > protocol.prompt.examples.size())
            return util::fail(ErrorCode::kInvalidArgument, "the protocol's shots have no texts");
    }
    VT_ASSIGN(const std::vector<data::Problem> problems,
              load_problems(*store_, {.dataset = request.dataset, .split = request.split}));
    return verifiers_ != nullptr ? verifiers_->can_judge(problems) : Status();
}

Result<std::int64_t> LocalEngine::evaluation_run(const engine::Evaluate& request,
                                                 const Resolved& resolved) {
    VT_TRY(check_evaluation(request));
    if (request.resume > 0) return request.resume;
    train::Recipe recipe = evaluation_recipe(request, resolved.source, resolved.lora);
    std::optional<data::EvaluationRecord> record;
    if (!request.protocol.empty()) {
        VT_ASSIGN(const eval::Protocol protocol, eval::protocol_from_json(request.protocol));
        record = planned_evaluation(protocol, resolved.source, resolved.tokenizer_folder);
        record->dataset = request.dataset;
        record->split = request.split;
        recipe.name = protocol.id + " on " + request.dataset;
        recipe.seed = protocol.sampling.seed;
        recipe.heldout.count = request.problems;
        if (request.model.run > 0)
            record->name = "run " + std::to_string(request.model.run) + " " + record->name;
    }
    VT_ASSIGN(
        const std::int64_t run,
        store_->runs().create_run(
            {.name = recipe.name, .recipe = train::recipe_to_json(recipe), .seed = recipe.seed}));
    if (record) {
        record->run = run;
        VT_TRY(store_->evaluations().record(*record));
    }
    return run;
}

Result<engine::Evaluated> LocalEngine::evaluate(const engine::Evaluate& request) {
    Resolved resolved;
    if (request.resume == 0) {
        const std::lock_guard lock(mutex_);
        VT_TRY(busy());
        VT_ASSIGN(resolved, work_->call([&] { return resolve(request.model); }));
    }
    VT_ASSIGN(const std::shared_ptr<RunJob> job,
              claim([&] { return evaluation_run(request, resolved); }));
    {
        const std::lock_guard lock(mutex_);
        evaluation_ = request.request;
    }
    const std::int64_t start = util::system_clock().monotonic_us();
    auto result = work_->call([&]() -> Result<engine::Evaluated> {
        model_.reset();
        job->run(request.resume > 0, resolved.tokenizer_folder);
        return evaluation_result(*job);
    });
    const std::lock_guard lock(mutex_);
    job_.reset();
    evaluation_.clear();
    if (result)
        result->seconds = static_cast<double>(util::system_clock().monotonic_us() - start) * 1e-6;
    return result;
}

Result<engine::Evaluated> LocalEngine::evaluation_result(const RunJob& job) {
    const std::int64_t run = job.id();
    VT_ASSIGN(const store::RunRecord row, store_->reader().run(run));
    if (row.state == store::RunState::kFailed) {
        // A refusal leaves nothing behind; a run that has chains already is kept.
        (void)store_->runs().discard_run(run);
        return job.failure().value_or(util::fail(ErrorCode::kInternal, row.error));
    }
    if (row.state != store::RunState::kDone)
        return util::fail(ErrorCode::kCancelled,
                          "the evaluation was stopped; `veritune eval run --resume " +
                              std::to_string(run) + "` goes on with it");
    engine::Evaluated evaluated{.run = run, .metrics = {}, .seconds = 0.0};
    VT_ASSIGN(evaluated.metrics, store_->reader().step_metrics(run, "evaluate", 1));
    return evaluated;
}

Status LocalEngine::cancel(const engine::Cancel& request) {
    const std::lock_guard lock(mutex_);
    const auto found = requests_.find(request.request);
    if (found != requests_.end()) found->second.request_stop();
    if (job_ != nullptr && evaluation_ == request.request) job_->control().cancel.request_stop();
    return {};
}

Result<engine::ModelInfo> LocalEngine::model_info(const engine::GetModelInfo& request) {
    const std::lock_guard lock(mutex_);
    VT_TRY(busy());
    return work_->call([&]() -> Result<engine::ModelInfo> {
        VT_ASSIGN(LoadedModel* const model, loaded(request.model, ""));
        const model::ModelConfig& c = model->config();
        const bool card =
            model->quantised != nullptr && model->quantised->backend() == decode::Backend::kCuda;
        const auto bytes = model->quantised != nullptr
                               ? static_cast<std::int64_t>(model->quantised->weight_bytes())
                               : 4 * model::num_parameters(c);
        return engine::ModelInfo{
            .path = request.model.path,
            .architecture = std::string(model::architecture_class(c.architecture)),
            .parameters = model::num_parameters(c),
            .layers = c.num_hidden_layers,
            .hidden_size = c.hidden_size,
            .vocab_size = c.vocab_size,
            .context_length = c.max_position_embeddings,
            .dtype = std::string(model::dtype_name(c.dtype)),
            .quantization =
                model->quantised == nullptr
                    ? "none"
                    : std::string(quant::scheme_name(model->quantised->manifest().scheme)),
            .chat_template = std::string(model->format.chat_template().id()),
            .device = card ? "cuda" : "cpu",
            .memory_bytes = bytes};
    });
}

}  // namespace veritune::engine_program
