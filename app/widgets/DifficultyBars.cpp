// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/DifficultyBars.h"

#include "app/Theme.h"
#include "app/widgets/SpokenRole.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>

namespace veritune::app {
namespace {

constexpr int kBarsHeight = 112;
constexpr int kWidestBar = 56;

QString number(std::int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); }

}  // namespace

DifficultyBars::DifficultyBars(AppContext& context, const QString& objectName, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setObjectName(objectName);
    setSpokenRole(this, QAccessible::Chart);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&context.theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void DifficultyBars::set(const Difficulty& difficulty) {
    m_difficulty = difficulty;
    describe();
    updateGeometry();
    update();
}

void DifficultyBars::retranslate() {
    describe();
    update();
}

void DifficultyBars::describe() {
    setAccessibleName(tr("Problems by how often they were solved"));
    setAccessibleDescription(spoken());
}

QString DifficultyBars::label(std::size_t bar) const {
    const auto at = static_cast<std::int64_t>(bar);
    if (m_difficulty.isExact()) {
        //: right answers of all samples of a problem
        return tr("%1 of %2").arg(number(at), number(m_difficulty.samples));
    }
    if (bar == 0) return tr("never", "a problem is solved");
    if (bar + 1 == m_difficulty.bars.size()) return tr("always", "a problem is solved");
    const auto fifths = static_cast<std::int64_t>(Difficulty::kFifths);
    //: at most so many percent of the samples are right
    return tr("to %1 %").arg(number(at * 100 / fifths));
}

QString DifficultyBars::spoken() const {
    QStringList parts;
    for (std::size_t i = 0; i < m_difficulty.bars.size(); ++i)
        parts << label(i) + QStringLiteral(": ") + number(m_difficulty.bars[i]);
    return parts.join(QStringLiteral(", "));
}

QSize DifficultyBars::sizeHint() const {
    const int line = QFontMetrics(m_context.theme.small()).height();
    return {minimumSizeHint().width(), kBarsHeight + 2 * line + 2 * kGap1};
}

QSize DifficultyBars::minimumSizeHint() const {
    const QFontMetrics metrics(m_context.theme.small());
    int widest = 0;
    for (std::size_t i = 0; i < m_difficulty.bars.size(); ++i)
        widest = std::max(widest, metrics.horizontalAdvance(label(i)));
    const int bars = std::max<int>(1, static_cast<int>(m_difficulty.bars.size()));
    return {bars * (widest + kGap2), kBarsHeight + 2 * metrics.height() + 2 * kGap1};
}

void DifficultyBars::paintEvent(QPaintEvent*) {
    if (m_difficulty.bars.empty()) return;
    const Colors& colors = m_context.theme.colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(m_context.theme.small());
    const int line = QFontMetrics(m_context.theme.small()).height();
    const int base = line + kGap1 + kBarsHeight;
    const std::size_t count = m_difficulty.bars.size();
    const double slot = static_cast<double>(width()) / static_cast<double>(count);
    const double wide = std::min<double>(slot - kGap2, m_context.theme.scaled(kWidestBar));
    const auto most = static_cast<double>(std::max<std::int64_t>(
        1, *std::max_element(m_difficulty.bars.begin(), m_difficulty.bars.end())));
    for (std::size_t i = 0; i < count; ++i) {
        const double left = slot * static_cast<double>(i);
        const double middle = left + slot / 2;
        const std::int64_t value = m_difficulty.bars[i];
        // One of many is still to be seen.
        const double tall =
            value == 0 ? 0.0 : std::max(2.0, kBarsHeight * static_cast<double>(value) / most);
        const bool isEnd = i == 0 || i + 1 == count;
        painter.setPen(Qt::NoPen);
        painter.setBrush(isEnd ? colors.neutral : colors.accent);
        painter.drawRoundedRect(QRectF(middle - wide / 2, base - tall, wide, tall), 2, 2);
        painter.setPen(value == 0 ? colors.textMuted : colors.text);
        painter.drawText(QRectF(left, base - tall - line - 2, slot, line),
                         Qt::AlignHCenter | Qt::AlignBottom,
                         number(value));
        painter.setPen(colors.textMuted);
        painter.drawText(QRectF(left, base + kGap1, slot, line), Qt::AlignCenter, label(i));
    }
    painter.setPen(colors.border);
    painter.drawLine(QPointF(0, base + 0.5), QPointF(width(), base + 0.5));
}

}  // namespace veritune::app
