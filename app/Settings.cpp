// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Settings.h"

#include <QDir>
#include <QSettings>
#include <QUrl>

#include <array>

namespace veritune::app {
namespace {

struct Row {
    Setting setting;
    const char* key;
    QVariant (*fallback)();
};

// The only place that knows a key.
constexpr std::array kRows = {
    Row{Setting::kColorScheme,
        "appearance/scheme",
        [] { return QVariant(QStringLiteral("system")); }},
    Row{Setting::kTextScale, "appearance/text_scale", [] { return QVariant(100); }},
    Row{Setting::kReducedMotion, "appearance/reduced_motion", [] { return QVariant(false); }},
    Row{Setting::kLanguage, "language", [] { return QVariant(QString()); }},
    Row{Setting::kExpert, "expert", [] { return QVariant(false); }},
    Row{Setting::kRecentProjects, "recent/projects", [] { return QVariant(QStringList()); }},
    Row{Setting::kRememberRecent, "recent/remember", [] { return QVariant(true); }},
    Row{Setting::kLastProject, "recent/last", [] { return QVariant(QString()); }},
    Row{Setting::kWindowGeometry, "window/geometry", [] { return QVariant(QByteArray()); }},
    Row{Setting::kHelpVisible, "window/help", [] { return QVariant(false); }},
    Row{Setting::kRailCollapsed, "window/rail_collapsed", [] { return QVariant(false); }},
    Row{Setting::kChartSettings, "charts", [] { return QVariant(QString()); }},
    Row{Setting::kChainFilters, "chain_filters", [] { return QVariant(QString()); }},
    Row{Setting::kTourSeen, "tour_seen", [] { return QVariant(false); }},
    Row{Setting::kColumnStates, "columns", [] { return QVariant(QString()); }},
};

const Row& rowOf(Setting setting) {
    for (const Row& row : kRows) {
        if (row.setting == setting) return row;
    }
    Q_ASSERT_X(false, "Settings", "a setting is missing in the table");
    return kRows[0];
}

QString keyOf(Setting setting) { return QString::fromLatin1(rowOf(setting).key); }

/// Map names may hold '/', which QSettings would read as a group.
QString entryKey(Setting map, const QString& name) {
    return keyOf(map) + u'/' + QString::fromLatin1(QUrl::toPercentEncoding(name));
}

QString usualFile() {
    const QString home = qEnvironmentVariable("VERITUNE_HOME");
    if (!home.isEmpty()) return home + QStringLiteral("/config/veritune.ini");
    QString config = qEnvironmentVariable("XDG_CONFIG_HOME");
    if (config.isEmpty()) config = QDir::homePath() + QStringLiteral("/.config");
    return config + QStringLiteral("/veritune/veritune.ini");
}

}  // namespace

Settings::Settings(const QString& file, QObject* parent)
    : QObject(parent),
      m_store(
          std::make_unique<QSettings>(file.isEmpty() ? usualFile() : file, QSettings::IniFormat)) {}

Settings::~Settings() = default;

QVariant Settings::get(Setting key) const {
    const Row& row = rowOf(key);
    const QVariant fallback = row.fallback();
    QVariant value = m_store->value(QString::fromLatin1(row.key), fallback);
    // A file edited by hand may hold anything.
    return value.convert(fallback.metaType()) ? value : fallback;
}

void Settings::set(Setting key, const QVariant& value) {
    if (get(key) == value) return;
    m_store->setValue(keyOf(key), value);
    emit changed(key);
}

QString Settings::entry(Setting map, const QString& name) const {
    return m_store->value(entryKey(map, name)).toString();
}

void Settings::setEntry(Setting map, const QString& name, const QString& value) {
    if (value.isEmpty()) {
        m_store->remove(entryKey(map, name));
    } else {
        m_store->setValue(entryKey(map, name), value);
    }
    emit changed(map);
}

QString Settings::fileName() const { return m_store->fileName(); }

}  // namespace veritune::app
