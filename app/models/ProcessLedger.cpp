// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/ProcessLedger.h"

#include "app/PlainText.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <charconv>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace veritune::app {
namespace {

constexpr int kMostDescriptors = 4096;

/// The number behind "KEY:\t" at the beginning of a line; -1 when there is none.
int numberAfter(std::string_view text, std::string_view key) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        at = end + 1;
        if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != ':')
            continue;
        std::size_t digit = key.size() + 1;
        while (digit < line.size() && (line[digit] == ' ' || line[digit] == '\t')) ++digit;
        int value = -1;
        const auto read = std::from_chars(line.data() + digit, line.data() + line.size(), value);
        return read.ec == std::errc() ? value : -1;
    }
    return -1;
}

}  // namespace

ProcessFacts parseProcessStatus(std::string_view text) {
    ProcessFacts facts;
    const int seccomp = numberAfter(text, "Seccomp");
    const int privileges = numberAfter(text, "NoNewPrivs");
    facts.isKnown = seccomp >= 0 && privileges >= 0;
    facts.seccomp = std::max(0, seccomp);
    facts.noNewPrivs = std::max(0, privileges);
    facts.pid = std::max(0, numberAfter(text, "Pid"));
    facts.parent = std::max(0, numberAfter(text, "PPid"));
    constexpr std::string_view kName = "Name:\t";
    if (text.starts_with(kName)) {
        facts.program = visibleText(text.substr(kName.size(), text.find('\n') - kName.size()));
    }
    return facts;
}

ProcessFacts readProcess(qint64 pid, const QString& program) {
    const QString which = pid == 0 ? QStringLiteral("self") : QString::number(pid);
    QFile file(QStringLiteral("/proc/") + which + QStringLiteral("/status"));
    ProcessFacts facts;
    if (file.open(QIODevice::ReadOnly)) {
        const QByteArray text = file.readAll();
        facts = parseProcessStatus(
            std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
    }
    if (facts.pid == 0) facts.pid = pid;
    if (!program.isEmpty()) facts.program = program;
    return facts;
}

QList<ProcessFacts> readProcessTree(qint64 enginePid) {
    QList<ProcessFacts> tree{readProcess(0, QStringLiteral("veritune-studio"))};
    if (enginePid > 0) tree << readProcess(enginePid, QStringLiteral("veritune-engine"));
    QList<ProcessFacts> others;
    for (const QString& name : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
        bool isNumber = false;
        const qint64 pid = name.toLongLong(&isNumber);
        if (isNumber) others << readProcess(pid, {});
    }
    std::sort(others.begin(), others.end(), [](const ProcessFacts& a, const ProcessFacts& b) {
        return a.pid < b.pid;
    });
    const auto has = [&tree](qint64 pid) {
        return std::any_of(tree.cbegin(), tree.cend(), [pid](const ProcessFacts& known) {
            return known.pid == pid;
        });
    };
    // Numbers start again at some point: a child may stand before its parent.
    for (bool grew = true; grew;) {
        grew = false;
        for (const ProcessFacts& facts : others) {
            if (!facts.isKnown || has(facts.pid) || !has(facts.parent)) continue;
            tree << facts;
            if (facts.program == QLatin1String("veritune-sandbo")) {  // the kernel keeps 15 letters
                tree.back().program = QStringLiteral("veritune-sandbox");
            }
            grew = true;
        }
    }
    return tree;
}

SocketCount countOwnSockets() {
    rlimit limit{};
    const bool known = getrlimit(RLIMIT_NOFILE, &limit) == 0;
    const int most =
        known ? static_cast<int>(std::min<rlim_t>(limit.rlim_cur, kMostDescriptors)) : 1024;
    SocketCount count;
    for (int fd = 0; fd < most; ++fd) {
        int family = 0;
        socklen_t size = sizeof family;
        if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) != 0) continue;
        ++(family == AF_UNIX ? count.local : count.other);
    }
    return count;
}

}  // namespace veritune::app
