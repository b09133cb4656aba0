// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/forms/OptionCard.h"

#include "app/Icons.h"
#include "app/Theme.h"

#include <QPainter>
#include <QStyle>

namespace veritune::app {
namespace {

constexpr int kIcon = 24;
constexpr int kMark = 18;

}  // namespace

OptionCard::OptionCard(AppContext& context,
                       const QString& iconName,
                       const QString& objectName,
                       QWidget* parent)
    : QAbstractButton(parent),
      m_context(context),
      m_iconName(iconName) {
    setObjectName(objectName);
    setCheckable(true);
    setAutoExclusive(true);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&context.theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void OptionCard::setTexts(const QString& title, const QString& sentence) {
    // Not the button's own text: it wraps here, and a checker of clipped texts measures one line.
    m_title = title;
    m_sentence = sentence;
    setAccessibleName(title);
    setAccessibleDescription(sentence);
    updateGeometry();
    update();
}

int OptionCard::iconSide() const { return m_context.theme.scaled(kIcon); }
int OptionCard::markSide() const { return m_context.theme.scaled(kMark); }

int OptionCard::textLeft() const {
    return kGap3 + (m_iconName.isEmpty() ? 0 : iconSide() + kGap3 - kGap1);
}

QFont OptionCard::titleFont() const {
    QFont font = m_context.theme.body();
    font.setWeight(QFont::DemiBold);
    return font;
}

int OptionCard::heightForWidth(int width) const {
    const int inner = width - textLeft() - kGap3 - markSide() - kGap2;
    const QFontMetrics title(titleFont());
    const QFontMetrics small(m_context.theme.body());
    int height = title.boundingRect(0, 0, inner, 10000, Qt::TextWordWrap, m_title).height();
    if (!m_sentence.isEmpty()) {
        height += 2 + small.boundingRect(0, 0, inner, 10000, Qt::TextWordWrap, m_sentence).height();
    }
    return qMax(height, m_iconName.isEmpty() ? 0 : iconSide()) + 2 * kGap3 - kGap1;
}

QSize OptionCard::sizeHint() const {
    const int width = 220 * m_context.theme.textScale() / 100;
    return {width, heightForWidth(width)};
}

QSize OptionCard::minimumSizeHint() const { return {140, 48}; }

void OptionCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_context.theme.colors();
    QColor fill = isChecked() ? colors.accentSoft : underMouse() ? colors.raised : colors.surface;
    if (!isEnabled()) fill = colors.window;
    const QColor line = isChecked() || hasFocus() ? colors.accent : colors.border;
    painter.setPen(QPen(line, hasFocus() ? 2 : 1));
    painter.setBrush(fill);
    const qreal inset = hasFocus() ? 1 : 0.5;
    painter.drawRoundedRect(
        QRectF(rect()).adjusted(inset, inset, -inset, -inset), kCardRadius, kCardRadius);
    const auto place = [this](const QRect& box) {
        return QStyle::visualRect(layoutDirection(), rect(), box);
    };
    const qreal ratio = devicePixelRatioF();
    const int top = kGap3 - kGap1 / 2;
    if (!m_iconName.isEmpty()) {
        painter.drawPixmap(
            place({kGap3, top, iconSide(), iconSide()}),
            iconPixmap(
                m_iconName, isChecked() ? colors.accent : colors.textMuted, iconSide(), ratio));
    }
    if (isChecked()) {
        const int mark = markSide();
        painter.drawPixmap(place({width() - kGap3 - mark + kGap1, top, mark, mark}),
                           iconPixmap(QStringLiteral("check-circle"), colors.accent, mark, ratio));
    }
    const int inner = width() - textLeft() - kGap3 - markSide() - kGap2;
    const int flags = Qt::TextWordWrap | Qt::AlignLeading | Qt::AlignTop;
    QRect box(textLeft(), top, inner, height() - top);
    painter.setFont(titleFont());
    painter.setPen(isEnabled() ? colors.text : colors.textMuted);
    QRect used;
    painter.drawText(place(box), flags, m_title, &used);
    if (m_sentence.isEmpty()) return;
    box.setTop(used.bottom() + 3);
    painter.setFont(m_context.theme.body());
    painter.setPen(colors.textMuted);
    painter.drawText(place(box), flags, m_sentence);
}

void OptionCard::enterEvent(QEnterEvent* event) {
    QAbstractButton::enterEvent(event);
    update();
}

void OptionCard::leaveEvent(QEvent* event) {
    QAbstractButton::leaveEvent(event);
    update();
}

}  // namespace veritune::app
