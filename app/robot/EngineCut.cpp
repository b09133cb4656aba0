// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/robot/EngineCut.h"

#include <QDir>

#include <sys/socket.h>
#include <sys/un.h>

namespace veritune::app {
namespace {

/// The socket at the other end is an engine's, by the name that engines give theirs.
bool isEngine(int fd) {
    sockaddr_un peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return false;
    if (peer.sun_family != AF_UNIX) return false;
    return QByteArray(peer.sun_path).endsWith("/engine.sock");
}

}  // namespace

bool cutEngine(QString& why) {
    int cut = 0;
    for (const QString& name :
         QDir(QStringLiteral("/proc/self/fd"))
             .entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System)) {
        const int fd = name.toInt();
        if (isEngine(fd) && ::shutdown(fd, SHUT_RDWR) == 0) ++cut;
    }
    if (cut == 0) why = QStringLiteral("no connection to an engine is open");
    return cut > 0;
}

}  // namespace veritune::app
