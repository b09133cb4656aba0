// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/SegmentBar.h"

#include "app/PlainText.h"
#include "app/Theme.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPainter>
#include <QRadioButton>

namespace veritune::app {
namespace {

/// A radio button that looks like a part of a bar.
class Segment final : public QRadioButton {
  public:
    Segment(AppContext& context, QWidget* parent)
        : QRadioButton(parent),
          m_context(context) {
        setCursor(Qt::PointingHandCursor);
        setFocusPolicy(Qt::StrongFocus);
    }

    QSize sizeHint() const override {
        const QFontMetrics metrics(wideFont());
        return {metrics.horizontalAdvance(text()) + 2 * (kGap2 + kGap1),
                std::max(kControlHeight - 2 * kGap1, metrics.height() + kGap1 * 2)};
    }
    QSize minimumSizeHint() const override { return sizeHint(); }
    bool hitButton(const QPoint& pos) const override { return rect().contains(pos); }

  protected:
    void paintEvent(QPaintEvent*) override {
        const Colors& colors = m_context.theme.colors();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF box = QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5);
        if (isChecked()) {
            painter.setPen(QPen(hasFocus() ? colors.accent : colors.border, hasFocus() ? 2 : 1));
            painter.setBrush(colors.surface);
            painter.drawRoundedRect(box, kRadius - 1, kRadius - 1);
        } else if (underMouse() && isEnabled()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(colors.surface);
            painter.setOpacity(0.5);
            painter.drawRoundedRect(box, kRadius - 1, kRadius - 1);
            painter.setOpacity(1.0);
        }
        if (hasFocus() && !isChecked()) {
            painter.setPen(QPen(colors.accent, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(box, kRadius - 1, kRadius - 1);
        }
        painter.setFont(isChecked() ? wideFont() : m_context.theme.body());
        painter.setPen(isChecked() ? colors.text : colors.textMuted);
        painter.setOpacity(isEnabled() ? 1.0 : 0.5);
        painter.drawText(rect(), Qt::AlignCenter, text());
    }
    void enterEvent(QEnterEvent* event) override {
        QRadioButton::enterEvent(event);
        update();
    }
    void leaveEvent(QEvent* event) override {
        QRadioButton::leaveEvent(event);
        update();
    }

  private:
    QFont wideFont() const {
        QFont font = m_context.theme.body();
        font.setWeight(QFont::DemiBold);
        return font;
    }
    AppContext& m_context;
};

}  // namespace

SegmentBar::SegmentBar(AppContext& context,
                       const QString& objectName,
                       const QStringList& parts,
                       QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_group(new QButtonGroup(this)) {
    setObjectName(objectName);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(2, 2, 2, 2);
    row->setSpacing(0);
    for (const QString& part : parts) {
        auto* segment = new Segment(context, this);
        segment->setObjectName(objectName + u'.' + part);
        m_group->addButton(segment, m_group->buttons().size());
        row->addWidget(segment);
    }
    setCurrent(0);
    connect(m_group, &QButtonGroup::idClicked, this, &SegmentBar::chosen);
    connect(&context.theme, &Theme::changed, this, [this] {
        for (QAbstractButton* button : m_group->buttons()) button->updateGeometry();
        update();
    });
}

void SegmentBar::setTexts(const QStringList& texts, const QStringList& tips) {
    for (int i = 0; i < m_group->buttons().size() && i < texts.size(); ++i) {
        QAbstractButton* button = m_group->button(i);
        button->setText(texts[i]);
        button->setAccessibleName(texts[i]);
        if (i < tips.size()) setPlainToolTip(button, tips[i]);
        button->updateGeometry();
    }
}

int SegmentBar::current() const { return m_group->checkedId(); }

void SegmentBar::setCurrent(int index) {
    if (QAbstractButton* button = m_group->button(index)) button->setChecked(true);
}

void SegmentBar::setSegmentEnabled(int index, bool on) {
    if (QAbstractButton* button = m_group->button(index)) button->setEnabled(on);
}

void SegmentBar::paintEvent(QPaintEvent*) {
    const Colors& colors = m_context.theme.colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors.border, 1));
    painter.setBrush(colors.raised);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
}

}  // namespace veritune::app
