// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/HeatStrip.h"

#include "app/Theme.h"

#include <QLocale>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace veritune::app {
namespace {

constexpr int kBarsHeight = 40;
constexpr int kScaleWidth = 96;

QString number(double value) {
    return QLocale().toString(value, 'f', 2).replace(u'-', QChar(0x2212));
}

}  // namespace

HeatStrip::HeatStrip(AppContext& context, const QString& objectName, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setObjectName(objectName);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setVisible(false);
    connect(&context.theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void HeatStrip::setHeat(const TokenHeat& heat, int tokens) {
    m_heat = heat;
    m_tokens = tokens;
    m_token = -1;
    setVisible(heat.kind != HeatKind::kNone);
    setAccessibleName(HeatWords::name(heat.kind));
    setAccessibleDescription(summary());
    updateGeometry();
    update();
}

void HeatStrip::setCurrentToken(int token) {
    if (token == m_token) return;
    m_token = token;
    update();
}

QSize HeatStrip::sizeHint() const {
    const int text = QFontMetrics(m_context.theme.small()).height();
    return {200, kGap2 + text + (m_heat.isRecorded() ? kGap2 + kBarsHeight : 0) + kGap2};
}

QSize HeatStrip::minimumSizeHint() const { return {80, sizeHint().height()}; }

QRect HeatStrip::barArea() const {
    return {kGap3, height() - kGap2 - kBarsHeight, width() - 2 * kGap3, kBarsHeight};
}

QString HeatStrip::summary() const {
    if (!m_heat.isRecorded()) return HeatWords::notRecorded(m_heat.kind);
    double sum = 0.0;
    int count = 0;
    for (const float value : m_heat.values) {
        if (!std::isfinite(value)) continue;
        sum += value;
        ++count;
    }
    if (count == 0) return HeatWords::notRecorded(m_heat.kind);
    //: %1 what is measured, %2 a number, %n tokens
    return tr("%1: mean %2 over %n tokens", nullptr, count)
        .arg(HeatWords::name(m_heat.kind), number(sum / count));
}

int HeatStrip::tokenAt(int x) const {
    const QRect area = barArea();
    if (m_tokens <= 0 || !m_heat.isRecorded() || area.width() <= 0) return -1;
    const int token =
        static_cast<int>(static_cast<std::int64_t>(x - area.left()) * m_tokens / area.width());
    return x < area.left() || token >= m_tokens ? -1 : token;
}

void HeatStrip::paintEvent(QPaintEvent*) {
    const Colors& colors = m_context.theme.colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(colors.border);
    painter.drawLine(0, 0, width(), 0);
    paintScale(painter);
    if (m_heat.isRecorded()) paintBars(painter);
}

void HeatStrip::paintScale(QPainter& painter) const {
    const Colors& colors = m_context.theme.colors();
    painter.setFont(m_context.theme.small());
    painter.setPen(colors.textMuted);
    const QFontMetrics metrics(m_context.theme.small());
    const QRect line(kGap3, kGap2, width() - 2 * kGap3, metrics.height());
    if (!m_heat.isRecorded()) {
        painter.drawText(line,
                         Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(summary(), Qt::ElideRight, line.width()));
        return;
    }
    const QString high = number(m_heat.high);
    const QString low = number(m_heat.low);
    int right = line.right() - metrics.horizontalAdvance(high);
    painter.drawText(
        QRect(right, line.top(), line.right() - right + 1, line.height()), Qt::AlignVCenter, high);
    const QRect scale(right - kGap2 - kScaleWidth, line.center().y() - 4, kScaleWidth, 8);
    for (int x = 0; x < kScaleWidth; ++x) {
        const double at = static_cast<double>(x) / (kScaleWidth - 1);
        const double strength = m_heat.isDiverging ? 2.0 * at - 1.0 : at;
        painter.fillRect(scale.left() + x,
                         scale.top(),
                         1,
                         scale.height(),
                         heatColor(strength, m_heat.isDiverging, m_context.theme));
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(colors.border);
    painter.drawRect(QRectF(scale).adjusted(-0.5, -0.5, 0.5, 0.5));
    painter.setPen(colors.textMuted);
    right = scale.left() - kGap2 - metrics.horizontalAdvance(low);
    painter.drawText(QRect(right, line.top(), metrics.horizontalAdvance(low) + 2, line.height()),
                     Qt::AlignVCenter,
                     low);
    const QRect text(line.left(), line.top(), right - kGap2 - line.left(), line.height());
    painter.drawText(text,
                     Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(summary(), Qt::ElideRight, text.width()));
}

void HeatStrip::paintBars(QPainter& painter) const {
    const Colors& colors = m_context.theme.colors();
    const QRect area = barArea();
    const qreal zero = m_heat.isDiverging ? area.center().y() : area.bottom();
    painter.setPen(colors.grid);
    painter.drawLine(QPointF(area.left(), zero + 0.5), QPointF(area.right(), zero + 0.5));
    painter.setRenderHint(QPainter::Antialiasing, false);
    const int columns = std::min(area.width(), m_tokens);
    const qreal step = static_cast<qreal>(area.width()) / std::max(columns, 1);
    const qreal gap = step > 4 ? 1.0 : 0.0;
    for (int column = 0; column < columns; ++column) {
        const auto from =
            static_cast<std::size_t>(static_cast<std::int64_t>(column) * m_tokens / columns);
        const auto to =
            static_cast<std::size_t>(static_cast<std::int64_t>(column + 1) * m_tokens / columns);
        double strongest = 0.0;
        for (std::size_t i = from; i < to; ++i) {
            const double strength = m_heat.strength(i);
            if (std::fabs(strength) > std::fabs(strongest)) strongest = strength;
        }
        const qreal full = m_heat.isDiverging ? area.height() / 2.0 : area.height();
        const qreal size = std::max(1.0, std::fabs(strongest) * full);
        const QRectF bar(area.left() + column * step,
                         strongest < 0 ? zero : zero - size,
                         std::max(1.0, step - gap),
                         size);
        QColor color =
            m_heat.isDiverging ? (strongest < 0 ? colors.bad : colors.good) : colors.accent;
        const bool isCurrent = m_token >= static_cast<int>(from) && m_token < static_cast<int>(to);
        if (isCurrent) color = colors.text;
        painter.fillRect(bar, color);
    }
}

void HeatStrip::mouseMoveEvent(QMouseEvent* event) {
    const int token = tokenAt(event->pos().x());
    if (token == m_token) return;
    setCurrentToken(token);
    emit tokenChanged(token);
}

void HeatStrip::mousePressEvent(QMouseEvent* event) { mouseMoveEvent(event); }

void HeatStrip::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    setCurrentToken(-1);
    emit tokenChanged(-1);
}

}  // namespace veritune::app
