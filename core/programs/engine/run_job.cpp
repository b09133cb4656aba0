// SPDX-License-Identifier: Apache-2.0
#include "core/programs/engine/run_job.h"

#include "core/data/dataset.h"
#include "core/engine/device_fault.h"
#include "core/eval/heldout_evaluator.h"
#include "core/programs/engine/problem_source.h"
#include "core/programs/engine/protocol_job.h"
#include "core/store/model_manifest.h"
#include "core/train/torch_errors.h"
#include "core/util/log.h"
#include "core/util/version.h"
#include "core/verify/bench.h"
#include "core/verify/verifier.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <utility>

extern "C" void omp_set_num_threads(
    int);  // NOLINT: libtorch's own OpenMP runtime, see cmake/VerituneTorch.cmake

namespace veritune::engine_program {
namespace {

using train::StageEnd;
using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

/// With some 15 negatives each they make the 500 that the gate wants.
constexpr std::int64_t kGateProblems = 40;

int use_threads(std::int64_t wanted) {
    const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    const int threads =
        wanted > 0 ? static_cast<int>(std::min<std::int64_t>(wanted, 4LL * cores)) : cores;
    omp_set_num_threads(threads);
    return threads;
}

/// The limits that a stage evaluates with: its own, or those it trains with; for SFT those of the
/// recipe's sampling stage, or else the length of its examples.
train::SamplingConfig evaluation_limits(const train::Recipe& recipe,
                                        const train::StageConfig& stage) {
    train::SamplingConfig sampling;
    if (stage.type == "cold_start") {
        sampling.max_prompt_length = std::min(sampling.max_prompt_length, stage.sft.max_length);
        sampling.max_completion_length =
            std::min(sampling.max_completion_length, stage.sft.max_length);
    }
    const bool samples = stage.type == "vrl" || stage.type == "rejection_sampling";
    const auto sampler = std::ranges::find_if(recipe.stages, [&](const train::StageConfig& other) {
        return samples ? other.id == stage.id
                       : other.type == "vrl" || other.type == "rejection_sampling";
    });
    if (sampler != recipe.stages.end()) {
        sampling = sampler->type == "vrl" ? sampler->vrl.sampling : sampler->rejection.sampling;
    }
    if (stage.eval.max_prompt_length > 0) sampling.max_prompt_length = stage.eval.max_prompt_length;
    if (stage.eval.max_completion_length > 0)
        sampling.max_completion_length = stage.eval.max_completion_length;
    sampling.temperature = stage.eval.temperature;
    return sampling;
}

const char* device_of(const LoadedModel& model) {
    const rollout::QuantisedModel* const weights = model.quantised_weights();
    return weights != nullptr && weights->backend() == decode::Backend::kCuda ? "cuda" : "cpu";
}

bool only_evaluates(const train::Recipe& recipe) {
    return std::ranges::all_of(
        recipe.stages, [](const train::StageConfig& stage) { return stage.type == "evaluate"; });
}

}  // namespace

RunJob::RunJob(store::Project& project,
               engine::Engine& notices,
               util::FileSystem& fs,
               std::int64_t run,
               VerifyService* verifiers,
               const store::DiskRoomOptions& room)
    : project_(project),
      notices_(notices),
      fs_(fs),
      run_(run),
      verifiers_(verifiers),
      sink_(project.runs(), notices, util::system_clock(), run),
      room_(fs, project.info().dir, room) {}

engine::EngineState RunJob::state() const { return sink_.state(); }

engine::Pulse RunJob::pulse() const {
    const engine::EngineState state = sink_.state();
    std::uint64_t heartbeat = control_.heartbeat.load(std::memory_order_relaxed);
    // One pass of a large model over the processor may take minutes; as long as it uses the
    // processor it is no hang. A card that hangs uses it too, so there only host looks count.
    constexpr std::int64_t kSecondUs = 1'000'000;
    if (state.device == "cpu") {
        heartbeat += static_cast<std::uint64_t>(util::process_cpu_us() / kSecondUs);
    }
    return {.armed = state.phase == "generate" || state.phase == "update",
            .heartbeat = heartbeat,
            .median_step_seconds = sink_.median_step_seconds()};
}

std::string RunJob::restart_reason() const {
    const std::lock_guard lock(mutex_);
    return restart_reason_;
}

void RunJob::give_up(const std::string& reason) {
    {
        const std::lock_guard lock(mutex_);
        given_up_ = reason;
    }
    control_.cancel.request_stop();
}

std::string RunJob::given_up() const {
    const std::lock_guard lock(mutex_);
    return given_up_;
}

Result<Json> RunJob::check_models(const train::Recipe& recipe) {
    Json hashes = Json::object();
    for (const std::string& folder : {recipe.model.path, recipe.model.adapter}) {
        if (folder.empty()) continue;
        VT_ASSIGN(const store::ModelManifest manifest,
                  store::check_model(fs_, project_.info().dir, folder, [this] {
                      return !control_.cancel.stop_requested();
                  }));
        hashes[folder] = manifest.hash;
    }
    return hashes;
}

Result<std::optional<data::StepRecord>> RunJob::stored_step(const std::string& stage,
                                                            std::int64_t step) {
    const auto diverged = diverged_.find(stage);
    if (diverged != diverged_.end() && step >= diverged->second) {
        return std::optional<data::StepRecord>();
    }
    return project_.reader().training_step(run_, stage, step);
}

/// Guard evaluations use the first problems, the one at a stage's end the last ones: with enough
/// problems the score that is reported never chose a checkpoint.
Result<train::HeldoutResult> RunJob::evaluate(const train::Recipe& recipe,
                                              const LoadedModel& model,
                                              const verify::VerifierPool& pool,
                                              rollout::RolloutEngine engine,
                                              const train::StageConfig& stage,
                                              train::HeldoutKind kind,
                                              std::stop_token stop) {
    const train::EvalConfig& c = stage.eval;
    const bool final = kind == train::HeldoutKind::kFinal;
    const std::int64_t wanted = final && c.final_problems > 0 ? c.final_problems : c.problems;
    const std::int64_t samples =
        final && c.final_num_samples > 0 ? c.final_num_samples : c.num_samples;
    const auto n = static_cast<std::size_t>(std::min<std::int64_t>(wanted, std::ssize(heldout_)));
    const auto all = std::span<const data::Problem>(heldout_);
    train::SamplingConfig sampling = evaluation_limits(recipe, stage);
    const std::int64_t positions = engine.config().max_position_embeddings;
    if (sampling.max_prompt_length + sampling.max_completion_length > positions) {
        sampling.max_prompt_length = std::min(sampling.max_prompt_length, positions / 2);
        sampling.max_completion_length =
            std::min(sampling.max_completion_length, positions - sampling.max_prompt_length);
    }
    VT_ASSIGN(eval::HeldoutResult result,
              eval::evaluate_heldout(engine,
                                     model.format,
                                     pool,
                                     final ? all.last(n) : all.first(n),
                                     {.num_samples = samples,
                                      .greedy = c.greedy,
                                      .temperature = sampling.temperature,
                                      .max_prompt_length = sampling.max_prompt_length,
                                      .max_completion_length = sampling.max_completion_length,
                                      .max_concurrent_chains = sampling.max_concurrent_chains,
                                      .seed = recipe.seed,
                                      .keep_chains = recipe.store_chains},
                                     stop));
    train::HeldoutResult held;
    held.score.correct = result.correct;
    held.score.samples = result.samples;
    held.metrics = result.metrics();
    held.chains = std::move(result.chains);
    held.summary = {{"pass@1", result.pass1.estimate},
                    {"ci_low", result.pass1.lower},
                    {"ci_high", result.pass1.upper},
                    {"pass@8", result.pass8},
                    {"maj@n", result.maj},
                    {"greedy", result.greedy},
                    {"problems", n},
                    {"num_samples", samples}};
    return held;
}

Result<Json> RunJob::check_gate(const train::Recipe& recipe,
                                const std::vector<data::Problem>& problems) {
    if (problems.empty()) return Json();
    verify::LocalVerifier local(nullptr);
    const verify::BenchReport report =
        verify::run_bench(problems,
                          verifiers_ != nullptr ? verifiers_->verifier() : local,
                          {.threads = use_threads(recipe.threads), .max_problems = kGateProblems});
    Json json = verify::bench_to_json(report);
    json["override"] = recipe.gate_override;
    if (report.red().empty() || !recipe.gate_override.empty()) return json;
    return util::fail(ErrorCode::kInvalidArgument,
                      "the verifier bench of the problems is red: " + report.red() +
                          "; look with `veritune verify bench`, or write the reason to train "
                          "anyway into gate_override");
}

Result<StageEnd> RunJob::execute(const Place& place) {
    VT_ASSIGN(const store::RunRecord row, project_.reader().run(run_));
    VT_ASSIGN(const train::Recipe recipe, train::recipe_from_json(row.recipe));
    const int threads = use_threads(recipe.threads);
    place.sink.progress("", 0, "load", 0.0);
    VT_ASSIGN(const std::vector<data::Problem> demonstrations,
              load_problems(project_, recipe.demonstrations));
    VT_ASSIGN(const std::vector<data::Problem> problems, load_problems(project_, recipe.problems));
    VT_ASSIGN(heldout_, load_problems(project_, recipe.heldout));
    Json models;
    if (place.store_fingerprint) {
        place.sink.progress("", 0, "check", 0.0);
        VT_ASSIGN(models, check_models(recipe));
    }
    place.sink.progress("", 0, "verifiers", 0.0);
    if (verifiers_ != nullptr) {
        VT_TRY(verifiers_->can_judge(problems));
        VT_TRY(verifiers_->can_judge(heldout_));
    }
    Json bench;
    if (place.store_fingerprint) {
        VT_ASSIGN(bench, check_gate(recipe, problems));
    }
    VT_ASSIGN(const std::optional<data::EvaluationRecord> evaluation,
              project_.evaluations().of_run(run_));
    const std::string tokenizer_folder =
        evaluation ? evaluation->subject.value("tokenizer_folder", "") : place.tokenizer_folder;
    VT_ASSIGN(
        LoadedModel model,
        load_model(fs_,
                   {.source = recipe.model,
                    .lora = recipe.lora,
                    .trainable = !evaluation && (!only_evaluates(recipe) ||
                                                 !quant::is_quantised(fs_, recipe.model.path)),
                    .tokenizer_folder = tokenizer_folder,
                    .seed = recipe.seed,
                    .device = recipe.device}));
    sink_.set_device(device_of(model));
    const Json fingerprint = {
        {"program", std::string(util::program_version())},
        {"commit", std::string(util::program_commit())},
        {"libtorch", "2.11.0"},
        {"device", device_of(model)},
        {"threads", threads},
        {"verifier_bench", bench},
        {"verifiers", verifiers_ != nullptr ? verifiers_->describe() : Json{{"workers", "none"}}},
        {"model_manifests", models},
        {"recipe_sha256", train::recipe_hash(recipe)},
        {"tokenizer_sha256", model.format.tokenizer().hash()},
        {"chat_template", std::string(model.format.chat_template().id())},
        {"demonstrations_sha256", data::dataset_hash(demonstrations)},
        {"problems_sha256", data::dataset_hash(problems)},
        {"heldout_sha256", data::dataset_hash(heldout_)}};
    if (place.store_fingerprint) VT_TRY(project_.runs().set_fingerprint(run_, fingerprint));
    const verify::VerifierPool pool(threads,
                                    verifiers_ != nullptr ? &verifiers_->verifier() : nullptr);
    if (evaluation) {
        return evaluate_by_protocol({.project = project_,
                                     .fs = fs_,
                                     .sink = place.sink,
                                     .control = control_,
                                     .model = model,
                                     .pool = pool,
                                     .problems = heldout_,
                                     .run = run_},
                                    *evaluation);
    }
    train::RunContext context{
        .recipe = recipe,
        .fs = fs_,
        .clock = util::system_clock(),
        .sink = place.sink,
        .control = control_,
        .format = model.format,
        .pool = pool,
        .demonstrations = demonstrations,
        .problems = problems,
        .evaluate =
            [&](const model::CausalLm& lm,
                const train::StageConfig& stage,
                train::HeldoutKind kind,
                std::stop_token stop) {
                return evaluate(recipe, model, pool, rollout::RolloutEngine(lm), stage, kind, stop);
            },
        .export_files =
            [&](const std::string& folder) { return export_tokenizer(fs_, model, folder); },
        .run_dir = place.run_dir};
    if (place.store_fingerprint) {
        context.stored_step = [this](const std::string& stage, std::int64_t step) {
            return stored_step(stage, step);
        };
    }
    VT_ASSIGN(const std::vector<store::StageInfo> stages, project_.reader().stages(run_));
    for (const store::StageInfo& stage : stages) {
        if (!place.finished.contains(stage.record.stage)) continue;
        context.stage_cpu_seconds[stage.record.stage] =
            stage.record.summary.value("cpu_seconds", 0.0);
    }
    if (!model.lm) return evaluate_quantised(context, model);
    train::Pipeline pipeline(context, *model.lm);
    return pipeline.run(place.finished);
}

/// Every stage of the recipe is an evaluation.
Result<StageEnd> RunJob::evaluate_quantised(train::RunContext& context, LoadedModel& model) {
    for (const train::StageConfig& stage : context.recipe.stages) {
        VT_ASSIGN(const StageEnd end, train::run_evaluation(context, stage, [&] {
                      return evaluate(context.recipe,
                                      model,
                                      context.pool,
                                      model.engine(),
                                      stage,
                                      train::HeldoutKind::kFinal,
                                      control_.cancel.get_token());
                  }));
        if (end != StageEnd::kDone) return end;
    }
    return StageEnd::kDone;
}

Result<std::map<std::string, std::string>> RunJob::finished_stages() {
    VT_ASSIGN(const std::vector<store::StageInfo> stages, project_.reader().stages(run_));
    std::map<std::string, std::string> finished;
    for (const store::StageInfo& stage : stages) {
        finished[stage.record.stage] = stage.record.state;
    }
    return finished;
}

Result<StageEnd> RunJob::rehearse(train::MetricSink& sink,
                                  const std::string& run_dir,
                                  const std::map<std::string, std::string>& finished) {
    return execute({.sink = sink,
                    .run_dir = run_dir,
                    .finished = finished,
                    .tokenizer_folder = {},
                    .store_fingerprint = false});
}

Status RunJob::between_steps(std::function<Status()> task) {
    return sink_.between_steps(std::move(task));
}

void RunJob::run(bool resume, const std::string& tokenizer_folder) {
    for (;;) {
        const Result<StageEnd> end = attempt(resume, tokenizer_folder);
        const std::string reason = given_up();
        if (!end && !reason.empty()) {
            return conclude(util::fail(ErrorCode::kUnavailable, reason));
        }
        if (!end && keep_for_restart(end.error())) return;
        if (end || end.error().code != ErrorCode::kDiskFull || !wait_for_room(end.error())) {
            return conclude(end);
        }
        resume = true;
    }
}

/// The process is of no use after such an error, so nothing is marked as failed: the next engine
/// finds the run running and goes on.
bool RunJob::keep_for_restart(const util::Error& error) {
    const std::optional<engine::CudaFault> fault = engine::cuda_fault_in(error.message);
    if (!fault || fault->action != engine::FaultAction::kRestart) return false;
    const std::string words = std::string(fault->words) + ": " + util::to_string(error);
    const Status told = sink_.event(
        {.kind = "device_fault", .severity = "bad", .message = words, .detail = Json::object()});
    if (!told) util::log_line(util::LogLevel::kError, "engine", util::to_string(told.error()));
    sink_.close();
    const std::lock_guard lock(mutex_);
    restart_reason_ = words;
    return true;
}

bool RunJob::wait_for_room(const util::Error& reason) {
    room_.give_ballast();
    const std::string words = util::to_string(reason);
    util::log_line(
        util::LogLevel::kWarn, "engine", "run " + std::to_string(run_) + " waits: " + words);
    // Even the small row may not fit yet: the wait needs no row.
    bool told = false;
    std::int64_t waited_ms = 0;
    constexpr std::int64_t kTickMs = 50;
    for (;; waited_ms += kTickMs) {
        if (!told && waited_ms % 1000 == 0) {
            told = project_.runs().set_state(run_, store::RunState::kPaused, words).has_value();
            if (told) {
                notices_.publish(
                    engine::RunStateChanged{.run = run_, .state = "paused", .error = words});
            }
        }
        if (control_.stop_keep || control_.pause || control_.interrupt ||
            control_.cancel.stop_requested()) {
            return false;
        }
        sink_.progress("", 0, "disk_full", 0.0);
        std::this_thread::sleep_for(std::chrono::milliseconds(kTickMs));
        if ((waited_ms + kTickMs) % room_.options().poll_ms != 0) continue;
        if (room_.enough(project_.runs().run_dir(run_))) return true;
    }
}

Result<StageEnd> RunJob::attempt(bool resume, const std::string& tokenizer_folder) {
    VT_TRY(room_.enough(project_.runs().run_dir(run_)));
    room_.take_ballast();
    VT_TRY(project_.runs().set_state(run_, store::RunState::kRunning));
    notices_.publish(engine::RunStateChanged{.run = run_, .state = "running", .error = ""});
    util::log_line(util::LogLevel::kInfo,
                   "engine",
                   "run " + std::to_string(run_) + (resume ? " resumed" : " started"));
    std::map<std::string, std::string> finished;
    if (resume) {
        VT_ASSIGN(finished, finished_stages());
        VT_ASSIGN(const std::vector<store::EventInfo> events, project_.reader().events(run_));
        for (const store::EventInfo& event : events) {
            if (event.record.kind != "replay_diverged") continue;
            const auto [known, added] =
                diverged_.try_emplace(event.record.stage, event.record.step);
            known->second = std::min(known->second, event.record.step);
        }
    }
    return train::catch_torch("the run", [&] {
        return execute({.sink = sink_,
                        .run_dir = project_.runs().run_dir(run_),
                        .finished = finished,
                        .tokenizer_folder = tokenizer_folder});
    });
}

void RunJob::conclude(const Result<StageEnd>& end) {
    sink_.close();
    store::RunState state = store::RunState::kFailed;
    std::string reason;
    if (end) {
        switch (*end) {
            case StageEnd::kDone:
            case StageEnd::kRolledBack:
                state = store::RunState::kDone;
                break;
            case StageEnd::kStopped:
                state = store::RunState::kStopped;
                break;
            case StageEnd::kPaused:
                state = store::RunState::kPaused;
                reason = control_.pause_reason;
                break;
            case StageEnd::kInterrupted:
                state = store::RunState::kInterrupted;
                break;
        }
    } else {
        failure_ = end.error();
        reason = util::to_string(end.error());
        if (end.error().code == ErrorCode::kCancelled) state = store::RunState::kStopped;
        // Room on the disk is something a person can make: the run waits for it.
        if (end.error().code == ErrorCode::kDiskFull) state = store::RunState::kPaused;
        if (control_.interrupt && end.error().code == ErrorCode::kCancelled)
            state = store::RunState::kInterrupted;
    }
    const Status stored = project_.runs().set_state(
        run_,
        state,
        state == store::RunState::kFailed || state == store::RunState::kPaused ? reason : "");
    if (!stored) util::log_line(util::LogLevel::kError, "engine", util::to_string(stored.error()));
    if (!reason.empty())
        util::log_line(
            util::LogLevel::kWarn, "engine", "run " + std::to_string(run_) + ": " + reason);
    notices_.publish(engine::RunStateChanged{
        .run = run_, .state = std::string(store::run_state_name(state)), .error = reason});
}

}  // namespace veritune::engine_program
