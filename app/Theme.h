// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>

#include <array>

namespace veritune::app {

enum class ColorScheme { kSystem, kLight, kDark, kHighContrast };

/// The grid: every margin and gap is a multiple of 4 px; these are the only ones in use.
inline constexpr int kGap1 = 4;    ///< inside a control
inline constexpr int kGap2 = 8;    ///< between related things
inline constexpr int kGap3 = 16;   ///< between things; inside a card
inline constexpr int kGap4 = 24;   ///< around a page
inline constexpr int kGap5 = 32;   ///< between sections
inline constexpr int kRadius = 6;  ///< corners of buttons and fields
inline constexpr int kCardRadius = 10;
inline constexpr int kControlHeight = 32;

/// Colours by meaning. Every text colour has a contrast of 4.5:1 or more on window, surface and
/// raised (test: theme_test.cpp).
struct Colors {
    QColor window;      ///< behind cards
    QColor surface;     ///< cards, tables, fields
    QColor raised;      ///< hover, header rows, the rail
    QColor border;      ///< hairlines
    QColor text;        ///< what is read
    QColor textMuted;   ///< captions, units, hints
    QColor accent;      ///< the one accent: primary button, focus, selection mark, links
    QColor onAccent;    ///< text on accent
    QColor accentSoft;  ///< selected row, chosen card
    QColor good;        ///< correct
    QColor goodSoft;
    QColor bad;  ///< incorrect, failed
    QColor badSoft;
    QColor warn;  ///< needs a look
    QColor warnSoft;
    QColor neutral;                ///< not scored
    std::array<QColor, 8> series;  ///< curves, Okabe-Ito order, tuned per scheme
    QColor grid;                   ///< lines of a plot
};

/// Colours and fonts of the whole program. Widgets that paint themselves read colors() in
/// paintEvent and call update() on changed(); all others follow the palette by themselves.
/// threads  GUI thread
class Theme final : public QObject {
    Q_OBJECT
  public:
    explicit Theme(QObject* parent = nullptr);

    /// kSystem follows the desktop (portal over D-Bus, else the palette's luminance).
    void setScheme(ColorScheme scheme);
    ColorScheme scheme() const;    ///< as chosen
    ColorScheme resolved() const;  ///< never kSystem
    bool isDark() const;
    /// Text size in percent of the desktop's, 75..200.
    void setTextScale(int percent);
    int textScale() const;
    /// A length of icons and columns that grows with the text; gaps do not.
    int scaled(int pixels) const;
    /// No animations (desktop setting, robot, or chosen).
    void setReducedMotion(bool on);
    bool reducedMotion() const;

    const Colors& colors() const;
    /// Blend from no to full of a value in -1..1 (diverging: bad, surface, good) for heat maps.
    QColor heat(double value) const;
    QFont body() const;
    QFont small() const;    ///< captions
    QFont title() const;    ///< one per page
    QFont heading() const;  ///< of a card
    QFont figure() const;   ///< a big number
    QFont mono() const;

  signals:
    void changed();

  private:
    void apply();
    void watchDesktop();

  private slots:
    void desktopChanged();

  private:
    ColorScheme m_scheme = ColorScheme::kSystem;
    ColorScheme m_resolved = ColorScheme::kLight;
    int m_textScale = 100;
    bool m_reducedMotion = false;
    QFont m_base;
    Colors m_colors;
};

}  // namespace veritune::app
