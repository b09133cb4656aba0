// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QVariant>

#include <memory>

class QSettings;

namespace veritune::app {

/// Every setting of the window; its key and default stand in one table (Settings.cpp).
enum class Setting {
    kColorScheme,     ///< "system" | "light" | "dark" | "high-contrast"
    kTextScale,       ///< percent
    kReducedMotion,   ///< bool
    kLanguage,        ///< "" = the desktop's, "en", "de", "en_XA", "ar_XB"
    kExpert,          ///< bool: show every field and curve
    kRecentProjects,  ///< string list, newest first
    kRememberRecent,  ///< bool
    kLastProject,     ///< folder
    kWindowGeometry,  ///< bytes
    kHelpVisible,     ///< bool
    kRailCollapsed,   ///< bool
    kChartSettings,   ///< map: chart name -> JSON text
    kChainFilters,    ///< map: name -> JSON text, saved filters
    kTourSeen,        ///< bool
    kColumnStates,    ///< map: table name -> header state
};

/// Kept in $XDG_CONFIG_HOME/veritune/veritune.ini (never secrets); unknown keys of a newer version
/// stay.
/// threads  GUI thread
class Settings final : public QObject {
    Q_OBJECT
  public:
    /// file: empty = the usual place ($VERITUNE_HOME, else XDG).
    explicit Settings(const QString& file = {}, QObject* parent = nullptr);
    ~Settings() override;

    QVariant get(Setting key) const;
    void set(Setting key, const QVariant& value);
    /// One entry of a map setting.
    QString entry(Setting map, const QString& name) const;
    void setEntry(Setting map, const QString& name, const QString& value);
    QString fileName() const;

  signals:
    void changed(veritune::app::Setting key);

  private:
    std::unique_ptr<QSettings> m_store;
};

}  // namespace veritune::app
