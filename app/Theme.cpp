// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Theme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QFontDatabase>

namespace veritune::app {
namespace {

// Okabe and Ito's palette, which people with any colour vision can tell apart; darkened or
// lightened until a 1 px line has a contrast of 3:1 on the scheme's surface.
constexpr std::array<QRgb, 8> kSeriesLight = {
    0xff1f66b0, 0xffc2500f, 0xff00805f, 0xff9b4480, 0xff8a6d00, 0xff2b86a8, 0xff5b5b5b, 0xff7a3e12};
constexpr std::array<QRgb, 8> kSeriesDark = {
    0xff6fb2ff, 0xffff9a52, 0xff3fc9a0, 0xffe48fc6, 0xffe6c229, 0xff7fd3ee, 0xffb4b8c0, 0xffd0956a};

std::array<QColor, 8> series(const std::array<QRgb, 8>& from) {
    std::array<QColor, 8> colors;
    for (std::size_t i = 0; i < from.size(); ++i) colors[i] = QColor::fromRgb(from[i]);
    return colors;
}

Colors lightColors() {
    return {.window = QColor::fromRgb(0xfff5f6f8U),
            .surface = QColor::fromRgb(0xffffffffU),
            .raised = QColor::fromRgb(0xffeceef2U),
            .border = QColor::fromRgb(0xffd9dde4U),
            .text = QColor::fromRgb(0xff1b2130U),
            .textMuted = QColor::fromRgb(0xff596274U),
            .accent = QColor::fromRgb(0xff2f5fd0U),
            .onAccent = QColor::fromRgb(0xffffffffU),
            .accentSoft = QColor::fromRgb(0xffe4ebfbU),
            .good = QColor::fromRgb(0xff11734bU),
            .goodSoft = QColor::fromRgb(0xffdff3e9U),
            .bad = QColor::fromRgb(0xffb3261eU),
            .badSoft = QColor::fromRgb(0xfffbe6e4U),
            .warn = QColor::fromRgb(0xff8a5a00U),
            .warnSoft = QColor::fromRgb(0xfffbf0d5U),
            .neutral = QColor::fromRgb(0xff596274U),
            .series = series(kSeriesLight),
            .grid = QColor::fromRgb(0xffe6e9eeU)};
}

Colors darkColors() {
    return {.window = QColor::fromRgb(0xff14171dU),
            .surface = QColor::fromRgb(0xff1c2028U),
            .raised = QColor::fromRgb(0xff272c36U),
            .border = QColor::fromRgb(0xff363c48U),
            .text = QColor::fromRgb(0xffe8eaefU),
            .textMuted = QColor::fromRgb(0xffa3abbaU),
            .accent = QColor::fromRgb(0xff86abffU),
            .onAccent = QColor::fromRgb(0xff0d1b3dU),
            .accentSoft = QColor::fromRgb(0xff243457U),
            .good = QColor::fromRgb(0xff5fd3a0U),
            .goodSoft = QColor::fromRgb(0xff17382cU),
            .bad = QColor::fromRgb(0xffff8f86U),
            .badSoft = QColor::fromRgb(0xff472322U),
            .warn = QColor::fromRgb(0xfff2c05cU),
            .warnSoft = QColor::fromRgb(0xff40331aU),
            .neutral = QColor::fromRgb(0xffa3abbaU),
            .series = series(kSeriesDark),
            .grid = QColor::fromRgb(0xff2b303aU)};
}

Colors highContrastColors() {
    Colors colors = darkColors();
    colors.window = QColor::fromRgb(0xff000000U);
    colors.surface = QColor::fromRgb(0xff000000U);
    colors.raised = QColor::fromRgb(0xff1a1a1aU);
    colors.border = QColor::fromRgb(0xffffffffU);
    colors.text = QColor::fromRgb(0xffffffffU);
    colors.textMuted = QColor::fromRgb(0xffe0e0e0U);
    colors.accent = QColor::fromRgb(0xffffe14aU);
    colors.onAccent = QColor::fromRgb(0xff000000U);
    colors.accentSoft = QColor::fromRgb(0xff3a3400U);
    colors.good = QColor::fromRgb(0xff6dffb0U);
    colors.goodSoft = QColor::fromRgb(0xff00331cU);
    colors.bad = QColor::fromRgb(0xffff9d95U);
    colors.badSoft = QColor::fromRgb(0xff4a0b06U);
    colors.warn = QColor::fromRgb(0xffffd24dU);
    colors.warnSoft = QColor::fromRgb(0xff3d2d00U);
    colors.neutral = QColor::fromRgb(0xffe0e0e0U);
    colors.grid = QColor::fromRgb(0xff4d4d4dU);
    return colors;
}

QPalette paletteOf(const Colors& c) {
    QPalette palette(c.raised, c.window);
    palette.setColor(QPalette::Window, c.window);
    palette.setColor(QPalette::WindowText, c.text);
    palette.setColor(QPalette::Base, c.surface);
    palette.setColor(QPalette::AlternateBase, c.window);
    palette.setColor(QPalette::Text, c.text);
    palette.setColor(QPalette::Button, c.surface);
    palette.setColor(QPalette::ButtonText, c.text);
    palette.setColor(QPalette::BrightText, c.bad);
    palette.setColor(QPalette::Highlight, c.accentSoft);
    palette.setColor(QPalette::HighlightedText, c.text);
    palette.setColor(QPalette::Link, c.accent);
    palette.setColor(QPalette::LinkVisited, c.accent);
    palette.setColor(QPalette::ToolTipBase, c.raised);
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::PlaceholderText, c.textMuted);
    palette.setColor(QPalette::Light, c.surface);
    palette.setColor(QPalette::Midlight, c.raised);
    palette.setColor(QPalette::Mid, c.border);
    palette.setColor(QPalette::Dark, c.border);
    palette.setColor(QPalette::Shadow, c.border);
    QColor off = c.textMuted;
    off.setAlphaF(0.6F);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, off);
    }
    return palette;
}

QColor mix(const QColor& from, const QColor& to, double share) {
    const auto blend = [share](int a, int b) { return qRound(a + (b - a) * share); };
    return QColor(blend(from.red(), to.red()),
                  blend(from.green(), to.green()),
                  blend(from.blue(), to.blue()));
}

constexpr auto kPortal = "org.freedesktop.portal.Desktop";
constexpr auto kPortalPath = "/org/freedesktop/portal/desktop";
constexpr auto kPortalSettings = "org.freedesktop.portal.Settings";

}  // namespace

Theme::Theme(QObject* parent)
    : QObject(parent),
      m_base(QApplication::font()),
      m_colors(lightColors()) {
    watchDesktop();
    apply();
}

void Theme::setScheme(ColorScheme scheme) {
    m_scheme = scheme;
    if (scheme == ColorScheme::kSystem) {
        desktopChanged();
        return;
    }
    m_resolved = scheme;
    apply();
}

ColorScheme Theme::scheme() const { return m_scheme; }
ColorScheme Theme::resolved() const { return m_resolved; }
bool Theme::isDark() const { return m_resolved != ColorScheme::kLight; }

void Theme::setTextScale(int percent) {
    m_textScale = qBound(75, percent, 200);
    apply();
}
int Theme::textScale() const { return m_textScale; }

int Theme::scaled(int pixels) const { return qRound(pixels * m_textScale / 100.0); }

void Theme::setReducedMotion(bool on) { m_reducedMotion = on; }
bool Theme::reducedMotion() const { return m_reducedMotion; }

const Colors& Theme::colors() const { return m_colors; }

QColor Theme::heat(double value) const {
    const double v = qBound(-1.0, value, 1.0);
    const QColor& end = v < 0 ? m_colors.bad : m_colors.good;
    // Never so strong that the text on it falls below 4.5:1.
    return mix(m_colors.surface, end, qAbs(v) * 0.42);
}

namespace {
QFont sized(const QFont& base, double factor, QFont::Weight weight = QFont::Normal) {
    QFont font = base;
    font.setPointSizeF(base.pointSizeF() * factor);
    font.setWeight(weight);
    return font;
}
}  // namespace

QFont Theme::body() const { return sized(m_base, m_textScale / 100.0); }
QFont Theme::small() const { return sized(body(), 0.9); }
QFont Theme::title() const { return sized(body(), 1.7, QFont::DemiBold); }
QFont Theme::heading() const { return sized(body(), 1.1, QFont::DemiBold); }
QFont Theme::figure() const { return sized(body(), 2.2, QFont::DemiBold); }

QFont Theme::mono() const {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(body().pointSizeF() * 0.95);
    return font;
}

void Theme::apply() {
    switch (m_resolved) {
        case ColorScheme::kDark:
            m_colors = darkColors();
            break;
        case ColorScheme::kHighContrast:
            m_colors = highContrastColors();
            break;
        case ColorScheme::kLight:
        case ColorScheme::kSystem:
            m_colors = lightColors();
            break;
    }
    QApplication::setPalette(paletteOf(m_colors));
    QApplication::setFont(body());
    emit changed();
}

void Theme::watchDesktop() {
    auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return;
    bus.connect(QString::fromLatin1(kPortal),
                QString::fromLatin1(kPortalPath),
                QString::fromLatin1(kPortalSettings),
                QStringLiteral("SettingChanged"),
                this,
                SLOT(desktopChanged()));
}

void Theme::desktopChanged() {
    if (m_scheme != ColorScheme::kSystem) return;
    const auto settle = [this](bool dark) {
        m_resolved = dark ? ColorScheme::kDark : ColorScheme::kLight;
        apply();
    };
    auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        settle(false);
        return;
    }
    auto ask = QDBusMessage::createMethodCall(QString::fromLatin1(kPortal),
                                              QString::fromLatin1(kPortalPath),
                                              QString::fromLatin1(kPortalSettings),
                                              QStringLiteral("Read"));
    ask << QStringLiteral("org.freedesktop.appearance") << QStringLiteral("color-scheme");
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(ask, 2000), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [settle, watcher] {
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        watcher->deleteLater();
        if (reply.isError()) return settle(false);
        QVariant value = reply.value().variant();
        if (value.canConvert<QDBusVariant>()) value = value.value<QDBusVariant>().variant();
        settle(value.toUInt() == 1);
    });
}

}  // namespace veritune::app
