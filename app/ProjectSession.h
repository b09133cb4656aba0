// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/EngineService.h"
#include "app/StoreReader.h"

#include <QObject>
#include <QString>

#include <memory>

namespace veritune::app {

/// One open project: its folder, a reader of its store and the link to its engine. The window has
/// at most one; pages get it through Page::setSession and hold it no longer.
/// threads  GUI thread
class ProjectSession final : public QObject {
    Q_OBJECT
  public:
    ProjectSession(store::ProjectInfo info,
                   EngineService::EngineFactory factory,
                   QObject* parent = nullptr);

    const store::ProjectInfo& info() const { return m_info; }
    QString name() const;
    QString dir() const;
    /// False: the folder cannot be written; edits are off and readOnlyReason() says why.
    bool isWritable() const { return m_readOnlyReason.isEmpty(); }
    QString readOnlyReason() const { return m_readOnlyReason; }
    StoreReader& store() { return *m_store; }
    EngineService& engine() { return *m_engine; }

  private:
    store::ProjectInfo m_info;
    QString m_readOnlyReason;
    std::unique_ptr<StoreReader> m_store;
    std::unique_ptr<EngineService> m_engine;
};

}  // namespace veritune::app
