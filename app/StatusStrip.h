// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

class QPushButton;
class QToolButton;

namespace veritune::app {

class ProjectSession;

/// The bar at the bottom: engine, device, free disk of the project, the last announcement, privacy
/// shield.
class StatusStrip final : public QWidget {
    Q_OBJECT
  public:
    explicit StatusStrip(AppContext& context, QWidget* parent = nullptr);
    void setSession(ProjectSession* session);
    /// Shown for some seconds and announced once to screen readers.
    void announce(const QString& sentence);

  signals:
    void engineClicked();
    void privacyClicked();

  protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    void retranslate();
    void showEngine();
    void showPrivacy();
    void measureDisk();
    QString engineWords() const;

    AppContext& m_context;
    QPointer<ProjectSession> m_session;
    QToolButton* m_engine;
    PlainLabel* m_device;
    ElidedLabel* m_message;
    PlainLabel* m_disk;
    QToolButton* m_privacy;
    QTimer m_diskTimer;
    QTimer m_messageTimer;
};

}  // namespace veritune::app
