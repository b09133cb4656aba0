// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/SelfCheck.h"

#include "app/PlainText.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QRegularExpression>

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

namespace {

/// The doctor's sentence with its figures, said again; empty: not one that is known.
QString known(const CheckRow& row) {
    const bool isOk = row.level == QStringLiteral("ok");
    if (row.name == QStringLiteral("engine") && isOk)
        return SelfCheck::tr("The engine is installed and works.");
    if (row.name == QStringLiteral("network") && isOk)
        return SelfCheck::tr("The network is shut off for every Veritune program.");
    if (row.name == QStringLiteral("sandbox") && isOk)
        return SelfCheck::tr("The sandbox for untrusted programs is available.");
    if (row.name == QStringLiteral("gpu") && row.detail == QStringLiteral("no NVIDIA driver"))
        return SelfCheck::tr(
            "There is no NVIDIA graphics card. The demonstration needs none; a 7B model needs one "
            "with 16 GB or more.");
    static const QRegularExpression disk(QStringLiteral("^([0-9.]+) ([A-Z]+) free in "));
    static const QRegularExpression memory(
        QStringLiteral("^([0-9.]+) ([A-Z]+) free of ([0-9.]+) ([A-Z]+)$"));
    const auto size = [](const QRegularExpressionMatch& found, int at) -> QString {
        const QLocale locale;
        return leftToRight(locale.toString(QLocale::c().toDouble(found.captured(at)), 'f', 1) +
                           QChar(0x00a0) + found.captured(at + 1));
    };
    if (const auto found = disk.match(row.detail); isOk && found.hasMatch()) {
        //: %1 is a size such as 69.8 GB
        return SelfCheck::tr("%1 are free on the disk.").arg(size(found, 1));
    }
    if (const auto found = memory.match(row.detail); isOk && found.hasMatch()) {
        //: %1 and %2 are sizes such as 24.3 GB
        return SelfCheck::tr("%1 of %2 memory are free.").arg(size(found, 1), size(found, 3));
    }
    return {};
}

}  // namespace

QString checkSentence(const CheckRow& row) {
    if (const QString sentence = known(row); !sentence.isEmpty()) return sentence;
    QString text = row.detail;
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    if (row.nextStep.isEmpty()) return text;
    text += text.endsWith(u'.') ? QStringLiteral(" ") : QStringLiteral(". ");
    return text + row.nextStep;
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
