// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ProjectSession.h"

#include "app/PlainText.h"

#include <QFileInfo>

namespace veritune::app {

ProjectSession::ProjectSession(store::ProjectInfo info,
                               EngineService::EngineFactory factory,
                               QObject* parent)
    : QObject(parent),
      m_info(std::move(info)),
      m_store(std::make_unique<StoreReader>(m_info.dir)),
      m_engine(std::make_unique<EngineService>(std::move(factory))) {
    const QFileInfo folder(dir());
    const QFileInfo file(dir() + QStringLiteral("/project.sqlite"));
    if (!folder.isWritable() || !file.isWritable()) {
        m_readOnlyReason =
            tr("This project cannot be written by you, so it is shown for reading only.");
    }
}

QString ProjectSession::name() const { return visibleText(m_info.name); }
QString ProjectSession::dir() const { return fromUtf8(m_info.dir); }

}  // namespace veritune::app
