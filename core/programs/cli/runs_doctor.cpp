// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/runs_doctor.h"

#include "core/programs/cli/project_access.h"
#include "core/programs/cli/terminal_text.h"
#include "core/session/run_examination.h"

#include <cmath>

namespace veritune::cli {
namespace {

util::Json number_json(double value) {
    return std::isfinite(value) ? util::Json(value) : util::Json(nullptr);
}

util::Json finding_json(const train::DoctorFinding& finding) {
    util::Json chains = util::Json::array();
    for (const train::DoctorChain& chain : finding.chains) {
        chains.push_back({{"id", chain.id},
                          {"why", chain.why},
                          {"stage", chain.stage},
                          {"step", chain.step},
                          {"phase", chain.phase},
                          {"problem_id", chain.problem_id},
                          {"sample", chain.sample}});
    }
    return {{"rule", finding.rule},
            {"severity", finding.severity},
            {"stage", finding.stage},
            {"first_step", finding.first_step},
            {"worst_step", finding.worst_step},
            {"last_step", finding.last_step},
            {"metric", finding.metric},
            {"value", number_json(finding.value)},
            {"limit", number_json(finding.limit)},
            {"sentence", finding.sentence},
            {"chains", std::move(chains)}};
}

}  // namespace

util::Result<int> examine_run(Context& context, std::int64_t run) {
    VT_ASSIGN(const auto project, open_for_reading(context));
    session::RunExamination examination(run);
    VT_ASSIGN(const auto findings, examination.update(project->reader()));
    util::Json json = util::Json::array();
    for (const train::DoctorFinding& finding : findings) {
        context.out.text(finding.severity + "  " + printable(finding.stage) + "  " +
                         printable(finding.sentence));
        for (const train::DoctorChain& chain : finding.chains) {
            context.out.text("       chain " + std::to_string(chain.id) + ": step " +
                             std::to_string(chain.step) + ", problem " +
                             printable(chain.problem_id) + ", sample " +
                             std::to_string(chain.sample) + " (" + printable(chain.why) + ")");
        }
        json.push_back(finding_json(finding));
    }
    if (findings.empty()) context.out.say("The curves of this run look healthy.");
    context.out.result({{"run", run}, {"findings", std::move(json)}});
    return kExitOk;
}

}  // namespace veritune::cli
