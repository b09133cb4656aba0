// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Style.h"

#include "app/Icons.h"
#include "app/PlainText.h"
#include "app/Theme.h"
#include "app/widgets/Cards.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QHelpEvent>
#include <QPainter>
#include <QPushButton>
#include <QStyleFactory>
#include <QStyleOption>
#include <QToolButton>
#include <QToolTip>

namespace veritune::app {
namespace {

constexpr int kIconGap = 6;  // between the icon and the text of a button

ButtonRole roleOf(const QWidget* widget) {
    const QVariant role = widget ? widget->property("veritune_role") : QVariant();
    return role.isValid() ? static_cast<ButtonRole>(role.toInt()) : ButtonRole::kNormal;
}

void roundRect(QPainter& painter,
               const QRectF& box,
               const QColor& fill,
               const QColor& line,
               qreal radius = kRadius) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(fill);
    painter.setPen(line.isValid() ? QPen(line, 1) : QPen(Qt::NoPen));
    const qreal inset = line.isValid() ? 0.5 : 0.0;
    painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), radius, radius);
    painter.restore();
}

bool has(const QStyleOption& option, QStyle::StateFlag flag) { return option.state.testFlag(flag); }

}  // namespace

Style::Style(const Theme& theme)
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))),
      m_theme(theme) {}

void Style::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    if (qobject_cast<QPushButton*>(widget) || qobject_cast<QComboBox*>(widget))
        widget->setAttribute(Qt::WA_Hover);
    // Words change with the language and grow with the text; Qt would keep the first width.
    if (auto* combo = qobject_cast<QComboBox*>(widget)) combo->installEventFilter(this);
    if (auto* combo = qobject_cast<QComboBox*>(widget);
        combo && combo->sizeAdjustPolicy() == QComboBox::AdjustToContentsOnFirstShow)
        combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    if (auto* view = qobject_cast<QAbstractItemView*>(widget)) {
        view->viewport()->setAttribute(Qt::WA_Hover);
        view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    }
}

bool Style::eventFilter(QObject* watched, QEvent* event) {
    auto* combo = qobject_cast<QComboBox*>(watched);
    if (!combo || event->type() != QEvent::ToolTip || !combo->toolTip().isEmpty())
        return QProxyStyle::eventFilter(watched, event);
    QStyleOptionComboBox option;
    option.initFrom(combo);
    const int room = subControlRect(CC_ComboBox, &option, SC_ComboBoxEditField, combo).width();
    if (combo->fontMetrics().horizontalAdvance(combo->currentText()) <= room)
        return QProxyStyle::eventFilter(watched, event);
    const QPoint at = static_cast<QHelpEvent*>(event)->globalPos();
    QToolTip::showText(at, plainTip(combo->currentText()), combo);
    return true;
}

int Style::pixelMetric(PixelMetric metric,
                       const QStyleOption* option,
                       const QWidget* widget) const {
    switch (metric) {
        case PM_ScrollBarExtent:
            return 12;
        case PM_ScrollBarSliderMin:
            return 36;
        case PM_ButtonMargin:
            return kGap3;
        case PM_DefaultFrameWidth:
            return 1;
        case PM_FocusFrameHMargin:
        case PM_FocusFrameVMargin:
            return 3;
        case PM_IndicatorWidth:
        case PM_IndicatorHeight:
        case PM_ExclusiveIndicatorWidth:
        case PM_ExclusiveIndicatorHeight:
            return m_theme.scaled(18);
        case PM_ButtonIconSize:
        case PM_SmallIconSize:
        case PM_ListViewIconSize:
            return m_theme.scaled(16);
        case PM_CheckBoxLabelSpacing:
        case PM_RadioButtonLabelSpacing:
            return kGap2;
        case PM_TabBarTabHSpace:
            return kGap4;
        case PM_TabBarTabVSpace:
            return kGap3;
        case PM_TabBarTabShiftVertical:
        case PM_TabBarTabShiftHorizontal:
        case PM_TabBarBaseOverlap:
            return 0;
        case PM_SplitterWidth:
            return kGap3;
        case PM_ButtonShiftHorizontal:
        case PM_ButtonShiftVertical:
            return 0;
        case PM_HeaderMargin:
            return kGap2;
        default:
            return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint,
                     const QStyleOption* option,
                     const QWidget* widget,
                     QStyleHintReturn* data) const {
    switch (hint) {
        case SH_EtchDisabledText:
        case SH_ScrollBar_Transient:
        case SH_ComboBox_Popup:
            return 0;
        case SH_ItemView_ShowDecorationSelected:
            return 1;
        case SH_Widget_Animation_Duration:
            return m_theme.reducedMotion() ? 0 : 120;
        case SH_BlinkCursorWhenTextSelected:
            return 0;
        case SH_ToolTip_WakeUpDelay:
            return 450;
        default:
            return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize Style::sizeFromContents(ContentsType type,
                              const QStyleOption* option,
                              const QSize& size,
                              const QWidget* widget) const {
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
        case CT_PushButton: {
            const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
            // Qt counts 4 px between icon and text.
            result.rwidth() += kGap2 + (button && !button->icon.isNull() ? kIconGap - 4 : 0);
            result.setHeight(controlHeight(*option));
            break;
        }
        case CT_ToolButton: {
            const auto* button = qstyleoption_cast<const QStyleOptionToolButton*>(option);
            if (button && button->toolButtonStyle == Qt::ToolButtonTextBesideIcon)
                result.rwidth() += kIconGap - 4 + kGap2;
            break;
        }
        case CT_ComboBox:
            result.setWidth(result.width() + m_theme.scaled(16) - 16 + kGap1);
            result.setHeight(controlHeight(*option));
            break;
        case CT_LineEdit:
        case CT_SpinBox:
            result.setHeight(controlHeight(*option));
            break;
        case CT_ItemViewItem:
            result.setHeight(qMax(result.height() + kGap1, 28));
            break;
        case CT_HeaderSection:
            result.setHeight(qMax(result.height(), kControlHeight));
            break;
        default:
            break;
    }
    return result;
}

/// Buttons, fields and choices of one line are equally high.
int Style::controlHeight(const QStyleOption& option) const {
    return qMax(kControlHeight, option.fontMetrics.height() + kGap2 + kGap1);
}

/// The arrow of the sorted column stands at the end of its line, the text has the rest.
QRect Style::headerPart(const QStyleOption& option, bool isArrow) const {
    const auto* head = qstyleoption_cast<const QStyleOptionHeader*>(&option);
    const bool hasArrow = head && head->sortIndicator != QStyleOptionHeader::None;
    const int side = hasArrow ? m_theme.scaled(12) : 0;
    const QRect room = option.rect.adjusted(kGap2, 0, -kGap2, 0);
    const QRect arrow(room.right() + 1 - side, room.center().y() + 1 - side / 2, side, side);
    const QRect text = room.adjusted(0, 0, hasArrow ? -side - kGap1 : 0, 0);
    return visualRect(option.direction, option.rect, isArrow ? arrow : text);
}

QRect Style::subElementRect(SubElement element,
                            const QStyleOption* option,
                            const QWidget* widget) const {
    if (element == SE_HeaderArrow || element == SE_HeaderLabel)
        return headerPart(*option, element == SE_HeaderArrow);
    QRect rect = QProxyStyle::subElementRect(element, option, widget);
    if (element == SE_LineEditContents) rect.adjust(kGap1, 0, -kGap1, 0);
    return rect;
}

QRect Style::subControlRect(ComplexControl control,
                            const QStyleOptionComplex* option,
                            SubControl part,
                            const QWidget* widget) const {
    const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
    if (control == CC_ComboBox && part == SC_ComboBoxEditField) {
        const QRect box =
            option->rect.adjusted(kGap2, 2, -(m_theme.scaled(16) + kGap2 + kGap1), -2);
        return visualRect(option->direction, option->rect, box);
    }
    if (control != CC_ScrollBar || !bar)
        return QProxyStyle::subControlRect(control, option, part, widget);
    // No arrow buttons: the whole length is groove.
    const bool isVertical = bar->orientation == Qt::Vertical;
    const int length = isVertical ? bar->rect.height() : bar->rect.width();
    const int range = bar->maximum - bar->minimum;
    int handle = length;
    if (range > 0) {
        handle = static_cast<int>(static_cast<qint64>(bar->pageStep) * length /
                                  qMax<qint64>(1, static_cast<qint64>(range) + bar->pageStep));
        handle = qBound(qMin(length, 36), handle, length);
    }
    const int start = sliderPositionFromValue(
        bar->minimum, bar->maximum, bar->sliderPosition, length - handle, bar->upsideDown);
    const auto piece = [&](int from, int size) {
        const QRect box = isVertical ? QRect(0, from, bar->rect.width(), size)
                                     : QRect(from, 0, size, bar->rect.height());
        return visualRect(bar->direction, bar->rect, box);
    };
    switch (part) {
        case SC_ScrollBarSlider:
            return piece(start, handle);
        case SC_ScrollBarGroove:
            return bar->rect;
        case SC_ScrollBarSubPage:
            return piece(0, start);
        case SC_ScrollBarAddPage:
            return piece(start + handle, length - start - handle);
        default:
            return {};
    }
}

void Style::drawButton(const QStyleOption& option, QPainter& painter, const QWidget* widget) const {
    const Colors& colors = m_theme.colors();
    const bool isOn = has(option, State_Enabled);
    const bool isHot = isOn && has(option, State_MouseOver);
    const bool isDown = has(option, State_Sunken) || has(option, State_On);
    QColor fill = isDown ? colors.raised : isHot ? colors.raised : colors.surface;
    QColor line = colors.border;
    switch (roleOf(widget)) {
        case ButtonRole::kPrimary:
            fill = isDown  ? colors.accent.darker(118)
                   : isHot ? colors.accent.darker(108)
                           : colors.accent;
            line = QColor();
            if (!isOn) fill = colors.raised;
            break;
        case ButtonRole::kDanger:
            line = isOn ? colors.bad : colors.border;
            break;
        case ButtonRole::kQuiet:
            line = QColor();
            if (!isDown && !isHot) fill = Qt::transparent;
            break;
        case ButtonRole::kNormal:
            break;
    }
    if (has(option, State_On) && roleOf(widget) != ButtonRole::kPrimary) fill = colors.accentSoft;
    roundRect(painter, option.rect, fill, line);
    if (!has(option, State_HasFocus) || !isOn) return;
    // On the accent's own colour only another one is seen.
    const bool isPrimary = roleOf(widget) == ButtonRole::kPrimary;
    const qreal inset = isPrimary ? 3 : 0;
    const QColor ring = isPrimary ? colors.onAccent : colors.accent;
    for (const qreal more : {inset, inset + 1})
        roundRect(painter,
                  QRectF(option.rect).adjusted(more, more, -more, -more),
                  Qt::transparent,
                  ring,
                  kRadius - more);
}

void Style::drawField(const QStyleOption& option, QPainter& painter) const {
    const Colors& colors = m_theme.colors();
    const bool isFocused = has(option, State_HasFocus);
    const bool isOn = has(option, State_Enabled);
    roundRect(painter,
              option.rect,
              isOn ? colors.surface : colors.window,
              isFocused ? colors.accent : colors.border);
    if (isFocused)
        roundRect(painter,
                  QRectF(option.rect).adjusted(1, 1, -1, -1),
                  Qt::transparent,
                  colors.accent,
                  kRadius - 1);
}

void Style::drawIndicator(const QStyleOption& option, QPainter& painter, bool round) const {
    const Colors& colors = m_theme.colors();
    const bool isSet = has(option, State_On) || has(option, State_NoChange);
    const bool isOn = has(option, State_Enabled);
    const QRectF box = QRectF(option.rect).adjusted(1, 1, -1, -1);
    const qreal radius = round ? box.height() / 2 : 4;
    const QColor fill = isSet ? (isOn ? colors.accent : colors.textMuted) : colors.surface;
    roundRect(painter, box, fill, isSet ? fill : colors.textMuted, radius);
    if (!isSet) return;
    if (round) {
        roundRect(painter, box.adjusted(4.5, 4.5, -4.5, -4.5), colors.onAccent, {}, radius);
        return;
    }
    const QString mark =
        has(option, State_NoChange) ? QStringLiteral("minus") : QStringLiteral("check");
    painter.drawPixmap(
        option.rect.adjusted(2, 2, -2, -2),
        iconPixmap(
            mark, colors.onAccent, option.rect.width() - 4, painter.device()->devicePixelRatioF()));
}

void Style::drawPrimitive(PrimitiveElement element,
                          const QStyleOption* option,
                          QPainter* painter,
                          const QWidget* widget) const {
    const Colors& colors = m_theme.colors();
    switch (element) {
        case PE_PanelButtonCommand:
            drawButton(*option, *painter, widget);
            return;
        case PE_PanelButtonTool:
            if (has(*option, State_On)) {
                roundRect(*painter, option->rect, colors.accentSoft, {});
            } else if (has(*option, State_Sunken) ||
                       (has(*option, State_MouseOver) && has(*option, State_Enabled))) {
                roundRect(*painter, option->rect, colors.raised, {});
            }
            return;
        case PE_IndicatorHeaderArrow:
            if (const auto* head = qstyleoption_cast<const QStyleOptionHeader*>(option)) {
                const bool isUp = head->sortIndicator == QStyleOptionHeader::SortUp;
                painter->drawPixmap(
                    option->rect,
                    iconPixmap(isUp ? QStringLiteral("chevron-up") : QStringLiteral("chevron-down"),
                               colors.textMuted,
                               option->rect.width(),
                               painter->device()->devicePixelRatioF()));
            }
            return;
        case PE_FrameDefaultButton:
            return;
        case PE_PanelLineEdit:
            // Inside a spin or combo box the outer control has drawn the field.
            if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
                frame && frame->lineWidth > 0) {
                drawField(*option, *painter);
            }
            return;
        case PE_FrameLineEdit:
            return;
        case PE_IndicatorCheckBox:
            drawIndicator(*option, *painter, false);
            return;
        case PE_IndicatorRadioButton:
            drawIndicator(*option, *painter, true);
            return;
        case PE_IndicatorItemViewItemCheck:
            drawIndicator(*option, *painter, false);
            return;
        case PE_FrameFocusRect:
            if (qobject_cast<const QPushButton*>(widget)) return;  // drawButton() has drawn it
            roundRect(*painter,
                      QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5),
                      Qt::transparent,
                      colors.accent,
                      kRadius - 1);
            return;
        case PE_Frame:
            if (qobject_cast<const QAbstractScrollArea*>(widget)) {
                roundRect(*painter,
                          option->rect,
                          Qt::transparent,
                          has(*option, State_HasFocus) ? colors.accent : colors.border);
                return;
            }
            break;
        case PE_FrameTabWidget:
        case PE_FrameTabBarBase:
            painter->fillRect(
                QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
                colors.border);
            return;
        default:
            break;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void Style::drawHeader(const QStyleOption& option, QPainter& painter) const {
    const Colors& colors = m_theme.colors();
    painter.fillRect(option.rect, colors.surface);
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                     colors.border);
}

void Style::drawTab(const QStyleOption& option, QPainter& painter) const {
    const Colors& colors = m_theme.colors();
    const bool isChosen = has(option, State_Selected);
    if (has(option, State_MouseOver) && !isChosen)
        roundRect(painter, QRectF(option.rect).adjusted(2, 4, -2, -6), colors.raised, {});
    if (isChosen)
        painter.fillRect(QRect(option.rect.left() + kGap2,
                               option.rect.bottom() - 2,
                               option.rect.width() - 2 * kGap2,
                               3),
                         colors.accent);
}

void Style::drawProgress(const QStyleOption& option, QPainter& painter) const {
    const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(&option);
    if (!bar) return;
    const Colors& colors = m_theme.colors();
    QRectF groove(option.rect);
    groove.setHeight(qMin<qreal>(8, groove.height()));
    groove.moveCenter(QRectF(option.rect).center());
    roundRect(painter, groove, colors.raised, {}, 4);
    const double range = bar->maximum - bar->minimum;
    if (range <= 0) return;
    const double share = (bar->progress - bar->minimum) / range;
    if (share <= 0) return;
    QRectF done = groove;
    done.setWidth(qMax(groove.height(), groove.width() * share));
    if (bar->direction == Qt::RightToLeft) done.moveRight(groove.right());
    roundRect(painter, done, colors.accent, {}, 4);
}

void Style::drawControl(ControlElement element,
                        const QStyleOption* option,
                        QPainter* painter,
                        const QWidget* widget) const {
    switch (element) {
        case CE_Header:
            if (const auto* head = qstyleoption_cast<const QStyleOptionHeader*>(option)) {
                // Qt would ask the base style where the parts are.
                QStyleOptionHeader part(*head);
                drawHeader(*option, *painter);
                part.rect = headerPart(*option, false);
                QProxyStyle::drawControl(CE_HeaderLabel, &part, painter, widget);
                part.rect = headerPart(*option, true);
                if (head->sortIndicator != QStyleOptionHeader::None)
                    drawPrimitive(PE_IndicatorHeaderArrow, &part, painter, widget);
                return;
            }
            break;
        case CE_HeaderSection:
            drawHeader(*option, *painter);
            return;
        case CE_HeaderEmptyArea:
            drawHeader(*option, *painter);
            return;
        case CE_TabBarTabShape:
            drawTab(*option, *painter);
            return;
        case CE_ProgressBarGroove:
            return;
        case CE_ProgressBarContents:
            drawProgress(*option, *painter);
            return;
        case CE_Splitter:
            return;
        case CE_ShapedFrame:
            if (const auto* area = qobject_cast<const QAbstractScrollArea*>(widget)) {
                if (area->frameShape() != QFrame::NoFrame)
                    drawPrimitive(PE_Frame, option, painter, widget);
                return;
            }
            break;
        case CE_PushButtonLabel:
            if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) {
                drawPushLabel(*button, *painter, widget);
                return;
            }
            break;
        case CE_ToolButtonLabel:
            if (const auto* button = qstyleoption_cast<const QStyleOptionToolButton*>(option);
                button && button->toolButtonStyle == Qt::ToolButtonTextBesideIcon) {
                drawLabel(*option,
                          {button->text, button->icon, button->iconSize, colorOf(*option, widget)},
                          *painter);
                return;
            }
            break;
        case CE_ComboBoxLabel:
            if (const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option)) {
                drawComboLabel(*combo, *painter);
                return;
            }
            break;
        default:
            break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

QColor Style::colorOf(const QStyleOption& option, const QWidget* widget) const {
    const Colors& colors = m_theme.colors();
    if (!has(option, State_Enabled))
        return option.palette.color(QPalette::Disabled, QPalette::ButtonText);
    switch (roleOf(widget)) {
        case ButtonRole::kPrimary:
            return colors.onAccent;
        case ButtonRole::kDanger:
            return colors.bad;
        case ButtonRole::kQuiet:
            return colors.accent;
        case ButtonRole::kNormal:
            break;
    }
    return colors.text;
}

/// Icon and text side by side in the middle; a text without room ends with an ellipsis. Qt's own
/// leaves 2 px between them and pulls them apart from right to left.
void Style::drawLabel(const QStyleOption& option, const Label& label, QPainter& painter) const {
    const bool isOn = has(option, State_Enabled);
    const int side = label.icon.isNull() ? 0 : label.iconSize.width();
    const int gap = side > 0 && !label.text.isEmpty() ? kIconGap : 0;
    const QFontMetrics metrics(painter.font());
    const QRect room = option.rect.adjusted(kGap1, 0, -kGap1, 0);
    const QString text = metrics.elidedText(
        label.text, Qt::ElideRight, room.width() - side - gap, Qt::TextShowMnemonic);
    const int wide = metrics.size(Qt::TextShowMnemonic, text).width();
    int left = room.left() + qMax(0, (room.width() - side - gap - wide) / 2);
    if (side > 0) {
        const QRect box(left, room.center().y() + 1 - side / 2, side, side);
        const QPixmap pixmap = label.icon.pixmap(label.iconSize,
                                                 painter.device()->devicePixelRatioF(),
                                                 isOn ? QIcon::Normal : QIcon::Disabled,
                                                 has(option, State_On) ? QIcon::On : QIcon::Off);
        painter.drawPixmap(visualRect(option.direction, option.rect, box), pixmap);
        left += side + gap;
    }
    painter.save();
    painter.setPen(label.color);
    const QRect box(left, room.top(), wide + 1, room.height());
    painter.drawText(visualRect(option.direction, option.rect, box),
                     Qt::AlignCenter | Qt::TextShowMnemonic | Qt::TextSingleLine,
                     text);
    painter.restore();
}

void Style::drawPushLabel(const QStyleOptionButton& button,
                          QPainter& painter,
                          const QWidget* widget) const {
    drawLabel(
        button, {button.text, button.icon, button.iconSize, colorOf(button, widget)}, painter);
}

void Style::drawComboLabel(const QStyleOptionComboBox& combo, QPainter& painter) const {
    if (combo.editable) return;
    const QRect field = subControlRect(CC_ComboBox, &combo, SC_ComboBoxEditField, nullptr);
    const QString text =
        QFontMetrics(painter.font()).elidedText(combo.currentText, Qt::ElideRight, field.width());
    painter.save();
    painter.setPen(combo.palette.color(
        has(combo, State_Enabled) ? QPalette::Active : QPalette::Disabled, QPalette::ButtonText));
    const bool isRight = combo.direction == Qt::RightToLeft;
    painter.drawText(field,
                     Qt::AlignVCenter | Qt::AlignAbsolute | Qt::TextSingleLine |
                         (isRight ? Qt::AlignRight : Qt::AlignLeft),
                     text);
    painter.restore();
}

void Style::drawComboBox(const QStyleOptionComplex& option, QPainter& painter) const {
    const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(&option);
    if (!combo) return;
    drawField(option, painter);
    const Colors& colors = m_theme.colors();
    const int side = m_theme.scaled(16);
    QRect mark(option.rect.right() - side - kGap2,
               option.rect.top() + (option.rect.height() - side) / 2,
               side,
               side);
    mark = visualRect(option.direction, option.rect, mark);
    const QColor color = has(option, State_Enabled) ? colors.textMuted : colors.border;
    painter.drawPixmap(
        mark,
        iconPixmap(
            QStringLiteral("chevron-down"), color, side, painter.device()->devicePixelRatioF()));
}

void Style::drawScrollBar(const QStyleOptionComplex& option, QPainter& painter) const {
    const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(&option);
    if (!bar || bar->maximum <= bar->minimum) return;
    const Colors& colors = m_theme.colors();
    QRectF handle = subControlRect(CC_ScrollBar, &option, SC_ScrollBarSlider, nullptr);
    const bool isHot =
        has(option, State_MouseOver) || bar->activeSubControls.testFlag(SC_ScrollBarSlider);
    const qreal inset = isHot ? 2 : 3;
    handle = bar->orientation == Qt::Vertical ? handle.adjusted(inset, 1, -inset, -1)
                                              : handle.adjusted(1, inset, -1, -inset);
    QColor color = colors.textMuted;
    color.setAlphaF(isHot ? 0.75F : 0.4F);
    roundRect(painter, handle, color, {}, qMin(handle.width(), handle.height()) / 2);
}

void Style::drawComplexControl(ComplexControl control,
                               const QStyleOptionComplex* option,
                               QPainter* painter,
                               const QWidget* widget) const {
    switch (control) {
        case CC_ComboBox:
            drawComboBox(*option, *painter);
            return;
        case CC_ScrollBar:
            drawScrollBar(*option, *painter);
            return;
        case CC_SpinBox: {
            drawField(*option, *painter);
            const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
            if (!spin || spin->buttonSymbols == QAbstractSpinBox::NoButtons) return;
            const Colors& colors = m_theme.colors();
            const auto arrow = [&](SubControl part, const QString& name, bool isOn) {
                QRect box = subControlRect(CC_SpinBox, option, part, widget);
                const int side = qMin(m_theme.scaled(12), box.height());
                const QRect mark(
                    box.center().x() - side / 2, box.center().y() - side / 2 + 1, side, side);
                painter->drawPixmap(mark,
                                    iconPixmap(name,
                                               isOn ? colors.textMuted : colors.border,
                                               side,
                                               painter->device()->devicePixelRatioF()));
            };
            arrow(SC_SpinBoxUp,
                  QStringLiteral("chevron-up"),
                  spin->stepEnabled.testFlag(QAbstractSpinBox::StepUpEnabled));
            arrow(SC_SpinBoxDown,
                  QStringLiteral("chevron-down"),
                  spin->stepEnabled.testFlag(QAbstractSpinBox::StepDownEnabled));
            return;
        }
        case CC_ToolButton:
            // A button that opens a menu shows it in its icon; Qt's small arrow would hang out.
            if (const auto* button = qstyleoption_cast<const QStyleOptionToolButton*>(option)) {
                QStyleOptionToolButton plain(*button);
                plain.features &= ~QStyleOptionToolButton::HasMenu;
                QProxyStyle::drawComplexControl(control, &plain, painter, widget);
                return;
            }
            QProxyStyle::drawComplexControl(control, option, painter, widget);
            return;
        default:
            QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

}  // namespace veritune::app
