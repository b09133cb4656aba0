// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/StatusStrip.h"

#include "app/ErrorText.h"
#include "app/Icons.h"
#include "app/ProjectSession.h"
#include "app/Theme.h"
#include "app/widgets/Cards.h"
#include "core/util/harden.h"

#include <QAccessible>
#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLocale>
#include <QPainter>
#include <QStorageInfo>
#include <QThreadPool>
#include <QToolButton>

namespace veritune::app {

StatusStrip::StatusStrip(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setObjectName(QStringLiteral("status"));
    const auto flat = [&](const QString& iconName, const QString& name) {
        QToolButton* button = makeIconButton(context, iconName, name, this);
        button->setFixedSize(QWIDGETSIZE_MAX, QWIDGETSIZE_MAX);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        setIconButtonSize(context, button, 16, 26);
        return button;
    };
    m_engine = flat(QStringLiteral("cpu"), QStringLiteral("status.engine"));
    m_privacy = flat(QStringLiteral("shield"), QStringLiteral("status.privacy"));
    m_device = new PlainLabel(this);
    m_message = new ElidedLabel(Qt::ElideRight, this);
    m_message->setObjectName(QStringLiteral("status.message"));
    m_disk = new PlainLabel(this);
    for (PlainLabel* label : QList<PlainLabel*>{m_device, m_message, m_disk})
        label->setForegroundRole(QPalette::PlaceholderText);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(kGap2, 2, kGap2, 2);
    row->setSpacing(kGap3);
    row->addWidget(m_engine);
    row->addWidget(m_device);
    row->addWidget(m_message, 1);
    row->addWidget(m_disk);
    row->addWidget(m_privacy);
    connect(m_engine, &QToolButton::clicked, this, &StatusStrip::engineClicked);
    connect(m_privacy, &QToolButton::clicked, this, &StatusStrip::privacyClicked);
    connect(&m_diskTimer, &QTimer::timeout, this, &StatusStrip::measureDisk);
    m_diskTimer.start(30000);
    m_messageTimer.setSingleShot(true);
    connect(&m_messageTimer, &QTimer::timeout, this, [this] { m_message->setFullText({}); });
    connect(&context.theme, &Theme::changed, this, [this] { retranslate(); });
    retranslate();
}

void StatusStrip::setSession(ProjectSession* session) {
    m_session = session;
    if (session) {
        connect(&session->engine(), &EngineService::linkChanged, this, &StatusStrip::showEngine);
        connect(&session->engine(), &EngineService::stateChanged, this, &StatusStrip::showEngine);
    }
    showEngine();
    measureDisk();
}

void StatusStrip::announce(const QString& sentence) {
    m_message->setFullText(sentence);
    m_messageTimer.start(8000);
    QAccessibleEvent event(m_message, QAccessible::NameChanged);
    QAccessible::updateAccessibility(&event);
}

QString StatusStrip::engineWords() const {
    if (!m_session) return tr("No project open");
    const EngineService& engine = m_session->engine();
    switch (engine.link()) {
        case EngineLink::kAbsent:
            return tr("Engine not running");
        case EngineLink::kStarting:
            return tr("Engine is starting");
        case EngineLink::kIdle:
            return tr("Engine ready");
        case EngineLink::kBusy:
            //: %1 is the number of the run, %2 and %3 are numbers of steps
            return tr("Run %1, step %2 of %3")
                .arg(engine.state().run)
                .arg(QLocale().toString(static_cast<qlonglong>(engine.state().step)),
                     QLocale().toString(static_cast<qlonglong>(engine.state().total_steps)));
        case EngineLink::kNotAnswering:
            return tr("Engine does not answer");
        case EngineLink::kLost:
            return tr("Engine was lost");
    }
    return {};
}

void StatusStrip::showEngine() {
    const QString words = engineWords();
    m_engine->setText(words);
    m_engine->setAccessibleName(words);
    m_engine->setVisible(m_session != nullptr);
    QString tip =
        tr("The engine is the program that loads the model and trains. It keeps working when this "
           "window is closed.");
    if (m_session && !m_session->engine().trouble().message.empty())
        tip += u'\n' + errorWords(m_session->engine().trouble()).detail;
    setPlainToolTip(m_engine, tip);
    QString device;
    if (m_session) device = visibleText(m_session->engine().state().device);
    if (device == QStringLiteral("cpu")) device = tr("Computes on the CPU");
    m_device->setText(device);
    m_device->setVisible(!device.isEmpty());
}

void StatusStrip::showPrivacy() {
    const util::ProcessGuards guards = util::read_process_guards();
    const bool isSafe = guards.no_new_privs && guards.seccomp_filter;
    m_privacy->setIcon(
        icon(isSafe ? QStringLiteral("shield") : QStringLiteral("warning"), m_context.theme));
    m_privacy->setText(isSafe ? tr("No network") : tr("Network not blocked"));
    m_privacy->setAccessibleName(m_privacy->text());
    setPlainToolTip(
        m_privacy,
        isSafe ? tr("The kernel refuses every network socket to this program. Click for the proof.")
               : tr("The kernel does not confirm the network block of this program. Click for "
                    "details."));
}

void StatusStrip::measureDisk() {
    if (!m_session) {
        m_disk->clear();
        return;
    }
    QPointer<StatusStrip> self(this);
    // A hung network mount must not hold the window.
    QThreadPool::globalInstance()->start([self, dir = m_session->dir()] {
        const qint64 free = QStorageInfo(dir).bytesAvailable();
        QMetaObject::invokeMethod(
            qApp,
            [self, free] {
                if (!self || free < 0) return;
                self->m_disk->setText(StatusStrip::tr("%1 free", "free disk space")
                                          .arg(leftToRight(QLocale().formattedDataSize(
                                              free, 0, QLocale::DataSizeSIFormat))));
            },
            Qt::QueuedConnection);
    });
}

void StatusStrip::retranslate() {
    showEngine();
    showPrivacy();
    measureDisk();
}

void StatusStrip::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) retranslate();
}

void StatusStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Colors& colors = m_context.theme.colors();
    painter.fillRect(rect(), colors.raised);
    painter.fillRect(QRect(0, 0, width(), 1), colors.border);
}

}  // namespace veritune::app
