// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include <cstdint>
#include <string_view>

namespace veritune::app {

/// What the kernel prints about a process in /proc/PID/status.
struct ProcessFacts {
    QString program;  ///< "veritune-studio"
    qint64 pid = 0;
    qint64 parent = 0;
    bool isKnown = false;  ///< false: the process is gone, or the file does not say it
    int seccomp = 0;       ///< 2 = a filter is installed
    int noNewPrivs = 0;    ///< 1 = set
    /// The network block is confirmed by the kernel.
    bool isConfined() const { return isKnown && seccomp == 2 && noNewPrivs == 1; }
};
/// From the text of a status file. threads  any; test  settings_page_test.cpp
ProcessFacts parseProcessStatus(std::string_view text);
/// Reads /proc/PID/status; pid 0 = this process. Call it on a worker thread.
ProcessFacts readProcess(qint64 pid, const QString& program);
/// This program, the engine (0 = none) and every process below them, in the order of their numbers
/// but for these two. Programs in a jail carry the name that the kernel shows. Worker thread.
QList<ProcessFacts> readProcessTree(qint64 enginePid);

/// Open sockets of this process by family. (No process can look into another of ours.)
struct SocketCount {
    int local = 0;  ///< AF_UNIX
    int other = 0;
};
SocketCount countOwnSockets();

}  // namespace veritune::app
