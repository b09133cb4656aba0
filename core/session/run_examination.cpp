// SPDX-License-Identifier: Apache-2.0
#include "core/session/run_examination.h"

#include <algorithm>
#include <string>

namespace veritune::session {
namespace {

/// Chains are looked for in so many steps from a finding's first one.
constexpr std::int64_t kProofSteps = 5;
constexpr std::int64_t kProofChains = 500;

std::vector<std::string> watched_metrics() {
    std::vector<std::string> names{"step_time"};
    for (const train::DoctorRule& rule : train::doctor_rules()) names.emplace_back(rule.metric);
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace

util::Status RunExamination::add_steps(const store::RunReader& reader) {
    VT_ASSIGN(const std::vector<store::StageInfo> stages, reader.stages(run_));
    for (const store::StageInfo& stage : stages) {
        doctor_.add_stage(stage.record.stage, stage.record.type);
    }
    const std::vector<std::string> watched = watched_metrics();
    VT_ASSIGN(const std::vector<store::StepInfo> steps, reader.steps(run_, seq_));
    for (const store::StepInfo& info : steps) {
        seq_ = info.seq;
        train::DoctorStep step{.stage = info.stage, .step = info.step, .metrics = {}};
        VT_ASSIGN(const auto metrics, reader.step_metrics(run_, info.stage, info.step));
        for (const auto& metric : metrics) {
            if (std::ranges::binary_search(watched, metric.first)) step.metrics.push_back(metric);
        }
        doctor_.add_step(step);
    }
    return {};
}

util::Status RunExamination::add_chains(const store::RunReader& reader,
                                        const train::DoctorFinding& finding,
                                        train::RunDoctor& doctor) const {
    VT_ASSIGN(const std::vector<store::ChainSummary> chains,
              reader.chains(run_,
                            {.filter = {.stage = finding.stage,
                                        .min_step = finding.first_step - kProofSteps,
                                        .max_step = finding.first_step,
                                        .phase = "train"},
                             .limit = kProofChains,
                             .descending = true}));
    for (const store::ChainSummary& chain : chains) {
        doctor.add_chain({.stage = chain.key.stage,
                          .step = chain.key.step,
                          .phase = chain.key.phase,
                          .problem_id = chain.key.problem_id,
                          .sample = chain.key.sample,
                          .status = chain.status,
                          .finish_reason = chain.finish_reason});
    }
    return {};
}

util::Result<std::vector<train::DoctorFinding>> RunExamination::update(
    const store::RunReader& reader) {
    VT_TRY(add_steps(reader));
    VT_ASSIGN(const std::vector<store::EventInfo> events, reader.events(run_, event_));
    for (const store::EventInfo& event : events) {
        event_ = event.id;
        doctor_.add_event({.stage = event.record.stage,
                           .step = event.record.step,
                           .kind = event.record.kind,
                           .severity = event.record.severity,
                           .message = event.record.message});
    }
    // The chains of a healthy run are never read.
    train::RunDoctor with_chains = doctor_;
    for (const train::DoctorFinding& finding : doctor_.findings()) {
        if (!finding.metric.empty()) VT_TRY(add_chains(reader, finding, with_chains));
    }
    return with_chains.findings();
}

}  // namespace veritune::session
