// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/PhaseBar.h"

#include "app/PlainText.h"
#include "app/Theme.h"

#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace veritune::app {

PhaseBar::PhaseBar(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&context.theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void PhaseBar::setTimes(double generate, double verify, double update) {
    const double given[3] = {generate, verify, update};
    for (int i = 0; i < 3; ++i)
        m_seconds[i] = std::isfinite(given[i]) ? std::max(0.0, given[i]) : 0.0;
    describe();
    QWidget::update();
}

void PhaseBar::setPhase(const QString& phase) {
    static const QStringList order = {
        QStringLiteral("generate"), QStringLiteral("verify"), QStringLiteral("update")};
    m_phase = phase;
    m_now = static_cast<int>(order.indexOf(phase));
    describe();
    QWidget::update();
}

QStringList PhaseBar::words() const { return {tr("Generate"), tr("Verify"), tr("Update")}; }

void PhaseBar::describe() {
    const QStringList names = words();
    QStringList parts;
    for (int i = 0; i < 3; ++i)
        parts.append(names[i] + u' ' + QLocale().toString(m_seconds[i], 'g', 3) +
                     QStringLiteral(" s"));
    setAccessibleName(parts.join(QStringLiteral(", ")));
    setPlainToolTip(this,
                    tr("Seconds of the newest step. %1").arg(parts.join(QStringLiteral(", "))));
}

QSize PhaseBar::sizeHint() const {
    return {qMax(360, minimumSizeHint().width()), minimumSizeHint().height()};
}

/// As wide as its three words with "100 %" each, so that it never has to move when figures change.
QSize PhaseBar::minimumSizeHint() const {
    QFont bold = m_context.theme.small();
    bold.setWeight(QFont::DemiBold);
    const QFontMetrics metrics(bold);
    int wide = 0;
    for (const QString& word : words()) {
        wide += 8 + kGap1 + kGap3 + metrics.horizontalAdvance(word + QStringLiteral(" 100\u202f%"));
    }
    return {wide, metrics.height() + 8 + kGap2};
}

void PhaseBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_context.theme.colors();
    const double total = m_seconds[0] + m_seconds[1] + m_seconds[2];
    const QRectF groove(0, height() - 8, width(), 8);
    QPainterPath clip;
    clip.addRoundedRect(groove, 4, 4);
    painter.setClipPath(clip);
    painter.fillRect(groove, colors.raised);
    const QColor inks[3] = {colors.series[0], colors.series[3], colors.series[2]};
    double x = 0;
    for (int i = 0; i < 3 && total > 0; ++i) {
        const double wide = m_seconds[i] / total * width();
        const QRectF part = isRightToLeft() ? QRectF(width() - x - wide, groove.top(), wide, 8)
                                            : QRectF(x, groove.top(), wide, 8);
        painter.fillRect(part.adjusted(i > 0 ? 1 : 0, 0, 0, 0), inks[i]);
        x += wide;
    }
    painter.setClipping(false);
    const QStringList names = words();
    QFont font = m_context.theme.small();
    int left = 0;
    for (int i = 0; i < 3; ++i) {
        font.setWeight(i == m_now ? QFont::DemiBold : QFont::Normal);
        painter.setFont(font);
        const QString text =
            total > 0 ? names[i] + u' ' + QLocale().toString(m_seconds[i] / total * 100, 'f', 0) +
                            QStringLiteral("\u202f%")
                      : names[i];
        const int wide = QFontMetrics(font).horizontalAdvance(text);
        const QRect dot = QStyle::visualRect(
            layoutDirection(), rect(), QRect(left, (height() - 8 - kGap2) / 2 - 1, 8, 8));
        painter.setPen(Qt::NoPen);
        painter.setBrush(inks[i]);
        painter.drawRoundedRect(dot, 2, 2);
        const QRect box =
            QStyle::visualRect(layoutDirection(),
                               rect(),
                               QRect(left + 8 + kGap1 + 2, 0, wide + 2, height() - 8 - kGap1));
        painter.setPen(i == m_now ? colors.text : colors.textMuted);
        painter.drawText(box, Qt::AlignVCenter | Qt::AlignLeading, text);
        left += 8 + kGap1 + wide + kGap3;
    }
}

}  // namespace veritune::app
