// SPDX-License-Identifier: Apache-2.0
#include "core/programs/engine/protocol_job.h"

#include "core/eval/protocol_runner.h"
#include "core/eval/scoring.h"
#include "core/util/clock.h"
#include "core/util/hash.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <utility>

namespace veritune::engine_program {
namespace {

using train::StageEnd;
using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

constexpr const char* kStage = "evaluate";
constexpr std::uint64_t kWholeBytes = 8ULL << 20;
constexpr std::int64_t kEndBytes = 1LL << 20;

std::string ends_of(const std::string& path, std::uint64_t bytes) {
    std::ifstream in(path, std::ios::binary);
    std::string part(static_cast<std::size_t>(kEndBytes), '\0');
    in.read(part.data(), kEndBytes);
    std::string ends = part.substr(0, static_cast<std::size_t>(in.gcount()));
    in.clear();
    in.seekg(static_cast<std::streamoff>(bytes) - kEndBytes);
    in.read(part.data(), kEndBytes);
    return ends + part.substr(0, static_cast<std::size_t>(in.gcount()));
}

/// The chains that are there already, as completions.
struct StoredChains {
    std::vector<eval::CompletionRow> rows;
    std::set<std::string> done;  ///< problems with all their samples
};

Result<StoredChains> stored_chains(const ProtocolJob& job, std::int64_t samples) {
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < job.problems.size(); ++i) places.emplace(job.problems[i].id, i);
    std::map<std::string, std::int64_t> counts;
    StoredChains stored;
    store::ChainPageRequest page{.filter = {.stage = kStage, .phase = "eval"}};
    for (;;) {
        VT_ASSIGN(const std::vector<store::ChainSummary> chains,
                  job.project.reader().chains(job.run, page));
        for (const store::ChainSummary& summary : chains) {
            const auto place = places.find(summary.key.problem_id);
            if (place == places.end()) continue;
            VT_ASSIGN(const store::StoredChain chain, job.project.reader().chain(summary.id));
            stored.rows.push_back({.problem = place->second,
                                   .sample = summary.key.sample,
                                   .text = chain.record.completion,
                                   .cut_off = chain.record.finish_reason == "length",
                                   .tokens = summary.tokens});
            if (++counts[summary.key.problem_id] == samples)
                stored.done.insert(summary.key.problem_id);
        }
        if (chains.empty()) return stored;
        page.after = chains.back().key;
    }
}

Status record_stage(const ProtocolJob& job, const std::string& state, const Json& summary) {
    return job.sink.stage({.stage = kStage,
                           .type = "evaluate",
                           .total_steps = 1,
                           .state = state,
                           .summary = summary});
}

/// Why sampling is to end before its end; kDone = it is not.
StageEnd wanted_end(const train::RunControl& control) {
    if (control.interrupt) return StageEnd::kInterrupted;
    if (control.pause) return StageEnd::kPaused;
    return control.stop_keep ? StageEnd::kStopped : StageEnd::kDone;
}

std::vector<std::pair<std::string, double>> metrics_of(const data::EvaluationRecord& record) {
    std::vector<std::pair<std::string, double>> metrics;
    for (const data::EvaluationColumn& column : record.columns) {
        const std::string name = "eval/" + column.name;
        metrics.emplace_back(name, column.score);
        metrics.emplace_back(name + "_low", column.low);
        metrics.emplace_back(name + "_high", column.high);
        metrics.emplace_back(name + "/no_answer", column.no_answer_rate);
        metrics.emplace_back(name + "/masked", static_cast<double>(column.masked));
        if (record.samples == 1) continue;
        metrics.emplace_back(name + "/maj@n", column.majority);
        for (const auto& [k, value] : column.pass)
            metrics.emplace_back(name + "/pass@" + std::to_string(k), value);
    }
    metrics.emplace_back("eval/truncated", record.truncation_rate);
    metrics.emplace_back("eval/mean_length", record.mean_tokens);
    return metrics;
}

/// Who is measured, and how, once the model is there.
void describe(const ProtocolJob& job,
              const eval::ProtocolPlan& plan,
              data::EvaluationRecord& record) {
    const rollout::PromptFormat& format = job.model.format;
    record.setup = eval::evaluation_setup(
        plan.protocol, job.problems, std::string(format.chat_template().id()));
    record.protocol_hash = eval::setup_hash(record.setup);
    record.protocol = plan.protocol.id;
    record.problems = std::ssize(job.problems);
    record.samples = plan.protocol.sampling.samples;
    const std::string model = record.subject.value("model", "");
    const std::string adapter = record.subject.value("adapter", "");
    record.subject["model_sha256"] = folder_identity(job.fs, model);
    record.subject["adapter_sha256"] = folder_identity(job.fs, adapter);
    record.subject["quantisation"] =
        job.model.quantised == nullptr
            ? "none"
            : std::string(quant::scheme_name(job.model.quantised->manifest().scheme));
    record.subject["tokenizer_sha256"] = format.tokenizer().hash();
    record.subject["chat_template"] = std::string(format.chat_template().id());
    record.subject["too_long"] = plan.too_long;
}

/// Samples what is missing; kDone when nothing is any more.
Result<StageEnd> sample(const ProtocolJob& job,
                        const eval::ProtocolPlan& plan,
                        std::set<std::string> done) {
    StageEnd end = StageEnd::kDone;
    const Status status = eval::run_protocol(
        job.model.engine(),
        job.model.format,
        job.pool,
        job.problems,
        plan,
        {.done = std::move(done),
         .stop = job.control.cancel.get_token(),
         .progress = [&](double f) { job.sink.progress(kStage, 1, "generate", 0.9 * f); },
         .on_chains = [&](std::vector<data::ChainRecord> chains) -> Status {
             data::StepRecord step;
             step.stage = kStage;
             step.step = 1;
             step.chains = std::move(chains);
             VT_TRY(job.sink.step(step));
             end = wanted_end(job.control);
             if (end == StageEnd::kDone) return {};
             return util::fail(ErrorCode::kCancelled, "the evaluation was stopped");
         }});
    if (end != StageEnd::kDone) return end;
    if (!status) return status.error();
    return StageEnd::kDone;
}

Result<data::EvaluationRecord> score(const ProtocolJob& job, const eval::ProtocolPlan& plan) {
    VT_ASSIGN(const StoredChains stored, stored_chains(job, plan.protocol.sampling.samples));
    const bool think = plan.protocol.prompt.kind != eval::PromptKind::kPlain &&
                       job.model.format.chat_template().has_think_tags();
    return eval::score_completions(
        plan.protocol,
        job.problems,
        stored.rows,
        job.pool,
        {.think_tags = think, .stop = job.control.cancel.get_token(), .progress = [&](double f) {
             job.sink.progress(kStage, 1, "verify", 0.9 + 0.1 * f);
         }});
}

}  // namespace

std::string folder_identity(util::FileSystem& fs, const std::string& folder) {
    if (folder.empty()) return {};
    const auto names = fs.list(folder);
    if (!names) return {};
    util::Sha256 sha;
    for (const std::string& name : *names) {
        const std::string path = util::join_path(folder, name);
        const auto info = fs.stat(path);
        if (!info || !info->is_regular) continue;
        sha.update(name + "\n" + std::to_string(info->bytes) + "\n");
        if (info->bytes > kWholeBytes) {
            sha.update(ends_of(path, info->bytes));
        } else if (const auto bytes = fs.read(path, kWholeBytes)) {
            sha.update(*bytes);
        }
    }
    return sha.hex();
}

data::EvaluationRecord planned_evaluation(const eval::Protocol& protocol,
                                          const train::ModelSource& source,
                                          const std::string& tokenizer_folder) {
    data::EvaluationRecord record;
    const std::string& folder = source.adapter.empty() ? source.path : source.adapter;
    record.name = source.init.empty() ? util::base_name(folder) : source.init;
    record.protocol = protocol.id;
    record.samples = protocol.sampling.samples;
    // The hash comes with the model's template; until then nothing compares equal to it.
    record.setup = {{"protocol", eval::protocol_to_json(protocol)}};
    record.subject = {{"model", source.path},
                      {"adapter", source.adapter},
                      {"init", source.init},
                      {"tokenizer_folder", tokenizer_folder}};
    return record;
}

Result<StageEnd> evaluate_by_protocol(const ProtocolJob& job, data::EvaluationRecord record) {
    const std::int64_t start = util::system_clock().monotonic_us();
    VT_ASSIGN(const eval::Protocol protocol,
              eval::protocol_from_json(record.setup.value("protocol", Json())));
    VT_ASSIGN(
        const eval::ProtocolPlan plan,
        eval::plan_protocol(
            protocol, job.model.format, job.problems, job.model.config().max_position_embeddings));
    describe(job, plan, record);
    VT_TRY(job.project.evaluations().record(record));
    VT_TRY(record_stage(job, "running", Json::object()));
    VT_ASSIGN(StoredChains stored, stored_chains(job, plan.protocol.sampling.samples));
    VT_ASSIGN(const StageEnd end, sample(job, plan, std::move(stored.done)));
    if (end != StageEnd::kDone) return end;
    VT_ASSIGN(data::EvaluationRecord scored, score(job, plan));
    record.columns = std::move(scored.columns);
    record.truncation_rate = scored.truncation_rate;
    record.mean_tokens = scored.mean_tokens;
    record.complete = true;
    data::StepRecord step;
    step.stage = kStage;
    step.step = 1;
    step.metrics = metrics_of(record);
    step.seconds = static_cast<double>(util::system_clock().monotonic_us() - start) * 1e-6;
    VT_TRY(job.sink.step(step));
    VT_TRY(job.project.evaluations().record(record));
    VT_TRY(record_stage(job,
                        "done",
                        {{"protocol", record.protocol},
                         {"protocol_hash", record.protocol_hash},
                         {"score", record.columns.front().score},
                         {"low", record.columns.front().low},
                         {"high", record.columns.front().high},
                         {"problems", record.problems},
                         {"num_samples", record.samples},
                         {"seconds", step.seconds}}));
    return StageEnd::kDone;
}

}  // namespace veritune::engine_program
