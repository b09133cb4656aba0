// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/SelfCheck.h"

#include "app/PlainText.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace veritune::app {

QList<CheckRow> parseDoctor(const QByteArray& json) {
    QList<CheckRow> rows;
    const QJsonObject result =
        QJsonDocument::fromJson(json).object().value(QStringLiteral("result")).toObject();
    for (const QJsonValue& value : result.value(QStringLiteral("checks")).toArray()) {
        const QJsonObject check = value.toObject();
        rows.append({visibleText(check.value(QStringLiteral("name")).toString()),
                     check.value(QStringLiteral("level")).toString(),
                     visibleText(check.value(QStringLiteral("detail")).toString()),
                     visibleText(check.value(QStringLiteral("next_step")).toString())});
    }
    return rows;
}

SelfCheck::SelfCheck(QObject* parent)
    : QObject(parent) {
    connect(&m_process, &QProcess::finished, this, &SelfCheck::finished);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) finished();
    });
}

SelfCheck::~SelfCheck() {
    // The end of the process must not reach a page that is half gone.
    m_process.disconnect(this);
    m_process.kill();
}

void SelfCheck::run() {
    if (isRunning()) return;
    m_process.start(QCoreApplication::applicationDirPath() + QStringLiteral("/veritune"),
                    {QStringLiteral("doctor"), QStringLiteral("--json")});
    emit changed();
}

void SelfCheck::finished() {
    m_rows = parseDoctor(m_process.readAllStandardOutput());
    m_problem =
        m_rows.isEmpty()
            ? tr("The self-check could not run: the program \"veritune\" is not beside this one.")
            : QString();
    emit changed();
}

QString SelfCheck::worst() const {
    QString worst;
    for (const CheckRow& row : m_rows) {
        if (row.level == QStringLiteral("bad")) return row.level;
        if (worst.isEmpty() || row.level == QStringLiteral("warn")) worst = row.level;
    }
    return worst;
}

const CheckRow* SelfCheck::row(const QString& name) const {
    for (const CheckRow& row : m_rows) {
        if (row.name == name) return &row;
    }
    return nullptr;
}

}  // namespace veritune::app
