// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Style.h"

#include "app/Icons.h"
#include "app/Theme.h"
#include "app/widgets/Cards.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QPainter>
#include <QPushButton>
#include <QStyleFactory>
#include <QStyleOption>

namespace veritune::app {
namespace {

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
    if (auto* view = qobject_cast<QAbstractItemView*>(widget)) {
        view->viewport()->setAttribute(Qt::WA_Hover);
        view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    }
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
            return 18;
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
        case CT_PushButton:
            result.rwidth() += kGap2;
            result.setHeight(qMax(result.height(), kControlHeight));
            break;
        case CT_LineEdit:
        case CT_ComboBox:
        case CT_SpinBox:
            result.setHeight(qMax(result.height() + 2, kControlHeight));
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

QRect Style::subElementRect(SubElement element,
                            const QStyleOption* option,
                            const QWidget* widget) const {
    QRect rect = QProxyStyle::subElementRect(element, option, widget);
    if (element == SE_LineEditContents) rect.adjust(kGap1, 0, -kGap1, 0);
    return rect;
}

QRect Style::subControlRect(ComplexControl control,
                            const QStyleOptionComplex* option,
                            SubControl part,
                            const QWidget* widget) const {
    const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
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
        case CE_PushButtonLabel: {
            const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
            if (!button) break;
            QStyleOptionButton copy(*button);
            const Colors& colors = m_theme.colors();
            if (has(*option, State_Enabled)) {
                if (roleOf(widget) == ButtonRole::kPrimary)
                    copy.palette.setColor(QPalette::ButtonText, colors.onAccent);
                if (roleOf(widget) == ButtonRole::kDanger)
                    copy.palette.setColor(QPalette::ButtonText, colors.bad);
                if (roleOf(widget) == ButtonRole::kQuiet)
                    copy.palette.setColor(QPalette::ButtonText, colors.accent);
            }
            QProxyStyle::drawControl(element, &copy, painter, widget);
            return;
        }
        default:
            break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawComboBox(const QStyleOptionComplex& option, QPainter& painter) const {
    const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(&option);
    if (!combo) return;
    drawField(option, painter);
    const Colors& colors = m_theme.colors();
    QRect mark(
        option.rect.right() - 24, option.rect.top() + (option.rect.height() - 16) / 2, 16, 16);
    mark = visualRect(option.direction, option.rect, mark);
    const QColor color = has(option, State_Enabled) ? colors.textMuted : colors.border;
    painter.drawPixmap(
        mark,
        iconPixmap(
            QStringLiteral("chevron-down"), color, 16, painter.device()->devicePixelRatioF()));
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
                const QRect mark(box.center().x() - 5, box.center().y() - 5, 12, 12);
                painter->drawPixmap(mark,
                                    iconPixmap(name,
                                               isOn ? colors.textMuted : colors.border,
                                               12,
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
        default:
            QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

}  // namespace veritune::app
