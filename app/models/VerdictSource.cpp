// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/VerdictSource.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace veritune::app {

std::string ownProgramDir() { return QCoreApplication::applicationDirPath().toStdString(); }

util::Result<std::shared_ptr<VerdictSource>> VerdictSource::start(const std::string& programDir,
                                                                  int workers) {
    const std::string program = programDir + "/veritune";
    if (!QFileInfo(QString::fromStdString(program)).isExecutable()) {
        return util::Error{util::ErrorCode::kNotFound,
                           "the program veritune, which runs the verifiers, is not beside this one",
                           program};
    }
    std::shared_ptr<VerdictSource> source(new VerdictSource);
    source->m_workers = workers;
    auto sandbox = verify::SandboxClient::start({.program = programDir + "/veritune-sandbox",
                                                 .parallel = 2 * workers,
                                                 .extra_arguments = {}});
    if (sandbox) {
        const verify::SandboxStatus status = (*sandbox)->status();
        if (!status.runs_programs()) source->m_noPrograms = status.reason;
        source->m_sandbox = std::move(sandbox).value();
    } else {
        source->m_noPrograms = sandbox.error().message;
    }
    const auto fleet = [&] {
        return std::make_unique<verify::WorkerFleet>(
            verify::WorkerFleetOptions{.workers = workers, .program = program, .on_crash = {}},
            source->m_sandbox.get());
    };
    source->m_first = fleet();
    source->m_second = fleet();
    return source;
}

}  // namespace veritune::app
