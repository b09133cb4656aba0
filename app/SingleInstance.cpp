// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/SingleInstance.h"

#include "app/PlainText.h"
#include "core/engine/runtime_dir.h"

#include <QFile>
#include <QLockFile>
#include <QSocketNotifier>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace veritune::app {
namespace {

bool fillAddress(const QString& path, sockaddr_un& address) {
    const QByteArray bytes = QFile::encodeName(path);
    if (bytes.size() >= static_cast<qsizetype>(sizeof address.sun_path)) return false;
    address.sun_family = AF_UNIX;
    std::copy(bytes.begin(), bytes.end() + 1, address.sun_path);
    return true;
}

int makeSocket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

/// A connection is the whole message.
void knock(const QString& path) {
    sockaddr_un address{};
    const int fd = makeSocket();
    if (fd < 0) return;
    if (fillAddress(path, address)) {
        (void)::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    ::close(fd);
}

}  // namespace

SingleInstance::SingleInstance(QObject* parent)
    : QObject(parent) {}

SingleInstance::~SingleInstance() { release(); }

bool SingleInstance::claim(const store::ProjectInfo& project) {
    release();
    if (project.id.empty()) return true;
    const auto dir = engine::runtime_dir(project.id);
    if (!dir) return true;  // no folder to agree in: better two windows than none
    const QString base = fromUtf8(*dir);
    m_lock = std::make_unique<QLockFile>(base + QStringLiteral("/studio.lock"));
    m_lock->setStaleLockTime(0);
    const QString path = base + QStringLiteral("/studio.sock");
    if (!m_lock->tryLock(0)) {
        m_lock.reset();
        knock(path);
        return false;
    }
    listen(path);
    return true;
}

void SingleInstance::listen(const QString& path) {
    sockaddr_un address{};
    if (!fillAddress(path, address)) return;
    QFile::remove(path);
    m_socket = makeSocket();
    if (m_socket < 0) return;
    if (::bind(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(m_socket, 4) != 0) {
        ::close(std::exchange(m_socket, -1));
        return;
    }
    m_path = path;
    m_notifier = std::make_unique<QSocketNotifier>(m_socket, QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        const int peer = ::accept4(m_socket, nullptr, nullptr, SOCK_CLOEXEC);
        if (peer < 0) return;
        ::close(peer);
        emit raiseRequested();
    });
}

void SingleInstance::release() {
    m_notifier.reset();
    if (m_socket >= 0) {
        ::close(std::exchange(m_socket, -1));
        QFile::remove(m_path);
    }
    m_lock.reset();
}

}  // namespace veritune::app
