// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/Cards.h"

#include "app/ErrorText.h"
#include "app/Icons.h"
#include "app/Theme.h"
#include "app/widgets/FlowLayout.h"

#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QPainter>
#include <QPainterPath>
#include <QToolButton>

#include <cmath>

namespace veritune::app {
namespace {

struct Tone {
    QColor strong;
    QColor soft;
    QString iconName;
};

Tone toneOf(Severity severity, const Colors& colors) {
    switch (severity) {
        case Severity::kGood:
            return {colors.good, colors.goodSoft, QStringLiteral("check-circle")};
        case Severity::kWarn:
            return {colors.warn, colors.warnSoft, QStringLiteral("warning")};
        case Severity::kBad:
            return {colors.bad, colors.badSoft, QStringLiteral("cross-circle")};
        case Severity::kInfo:
            break;
    }
    return {colors.accent, colors.accentSoft, QStringLiteral("info")};
}

constexpr int kWordsWidth = 400;
constexpr int kIconSide = 18;
constexpr auto kSizes = "veritune_sizes";  // of an icon button: icon, and the button at least

void paintRounded(
    QPainter& painter, const QRectF& box, const QColor& fill, const QColor& line, qreal radius) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(line, 1));
    painter.setBrush(fill);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
}

}  // namespace

// --- Card ----------------------------------------------------------------------------------------

Card::Card(AppContext& context, QWidget* parent)
    : QFrame(parent),
      m_context(context) {
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(kGap3, kGap3, kGap3, kGap3);
    outer->setSpacing(kGap2);
    m_head = new QHBoxLayout;
    m_head->setSpacing(kGap2);
    outer->addLayout(m_head);
    m_body = new QVBoxLayout;
    m_body->setSpacing(kGap2);
    outer->addLayout(m_body, 1);
    connect(&context.theme, &Theme::changed, this, [this] {
        if (m_heading) m_heading->setFont(m_context.theme.heading());
        update();
    });
}

void Card::setHeading(const QString& text) {
    if (!m_heading) {
        m_heading = new PlainLabel(this);
        m_heading->setFont(m_context.theme.heading());
        m_heading->setWordWrap(true);
        m_head->insertWidget(0, m_heading, 1);
    }
    m_heading->setText(text);
    setAccessibleName(text);
}

void Card::addHeadingWidget(QWidget* widget) { m_head->addWidget(widget); }

void Card::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Colors& colors = m_context.theme.colors();
    paintRounded(painter, rect(), colors.surface, colors.border, kCardRadius);
}

// --- buttons -------------------------------------------------------------------------------------

QPushButton* makeButton(ButtonRole role, const QString& objectName, QWidget* parent) {
    auto* button = new QPushButton(parent);
    button->setObjectName(objectName);
    button->setProperty("veritune_role", static_cast<int>(role));
    button->setCursor(Qt::PointingHandCursor);
    button->setAutoDefault(false);
    return button;
}

QToolButton* makeIconButton(AppContext& context,
                            const QString& iconName,
                            const QString& objectName,
                            QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setObjectName(objectName);
    button->setIcon(icon(iconName, context.theme));
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    setIconButtonSize(context, button, kIconSide, kControlHeight);
    QObject::connect(&context.theme, &Theme::changed, button, [&context, button] {
        const QPoint sizes = button->property(kSizes).toPoint();
        setIconButtonSize(context, button, sizes.x(), sizes.y());
        button->update();
    });
    return button;
}

void setIconButtonSize(AppContext& context, QToolButton* button, int icon, int least) {
    button->setProperty(kSizes, QPoint(icon, least));
    const int side = context.theme.scaled(icon);
    button->setIconSize({side, side});
    const int around = qMax(least, side + least - icon);
    button->setMinimumSize(qMin(least, around), qMin(least, around));
    if (button->toolButtonStyle() == Qt::ToolButtonIconOnly) button->setFixedSize(around, around);
}

void setIconButtonText(QToolButton* button, const QString& text) {
    button->setAccessibleName(text);
    setPlainToolTip(button, text);
}

// --- EmptyState ----------------------------------------------------------------------------------

EmptyState::EmptyState(AppContext& context,
                       const QString& iconName,
                       const QString& objectName,
                       QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_iconName(iconName) {
    setObjectName(objectName);
    m_icon = new PlainLabel(this);
    m_title = new PlainLabel(this);
    m_hint = new PlainLabel(this);
    m_action = makeButton(ButtonRole::kPrimary, objectName + QStringLiteral(".action"), this);
    m_icon->setAlignment(Qt::AlignCenter);
    for (PlainLabel* label : {m_title, m_hint}) {
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
    }
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    // Labels without an alignment of their own: only then does the layout ask how high they are at
    // this width.
    auto* middle = new QWidget(this);
    m_middle = middle;
    auto* words = new QVBoxLayout(middle);
    words->setContentsMargins(0, 0, 0, 0);
    words->setSpacing(kGap3);
    words->addWidget(m_icon);
    words->addWidget(m_title);
    words->addWidget(m_hint);
    words->addWidget(m_action, 0, Qt::AlignHCenter);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(middle, 100);
    row->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kGap4, kGap4, kGap4, kGap4);
    column->addStretch(2);
    column->addLayout(row);
    column->addStretch(3);
    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionTriggered);
    connect(&context.theme, &Theme::changed, this, &EmptyState::repaintIcon);
    repaintIcon();
}

void EmptyState::setTexts(const QString& title, const QString& hint, const QString& action) {
    m_title->setText(title);
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
    m_action->setText(action);
    m_action->setAccessibleName(action);
    m_action->setVisible(!action.isEmpty());
    setAccessibleName(title);
}

void EmptyState::repaintIcon() {
    m_middle->setMaximumWidth(m_context.theme.scaled(520));
    m_title->setFont(m_context.theme.heading());
    m_icon->setPixmap(iconPixmap(m_iconName,
                                 m_context.theme.colors().textMuted,
                                 m_context.theme.scaled(48),
                                 devicePixelRatioF()));
}

// --- Banner --------------------------------------------------------------------------------------

Banner::Banner(AppContext& context, const QString& objectName, QWidget* parent)
    : QFrame(parent),
      m_context(context) {
    setObjectName(objectName);
    m_icon = new PlainLabel(this);
    m_title = new PlainLabel(this);
    m_detail = new PlainLabel(this);
    m_action = makeButton(ButtonRole::kNormal, objectName + QStringLiteral(".action"), this);
    m_copyButton =
        makeIconButton(context, QStringLiteral("copy"), objectName + QStringLiteral(".copy"), this);
    m_close = makeIconButton(
        context, QStringLiteral("close"), objectName + QStringLiteral(".close"), this);
    for (PlainLabel* label : {m_title, m_detail}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(kGap3, kGap2, kGap2, kGap2);
    row->setSpacing(kGap2);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_title);
    words->addWidget(m_detail);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    row->addWidget(m_action, 0, Qt::AlignVCenter);
    row->addWidget(m_copyButton, 0, Qt::AlignVCenter);
    row->addWidget(m_close, 0, Qt::AlignVCenter);
    m_action->hide();
    m_copyButton->hide();
    connect(m_action, &QPushButton::clicked, this, &Banner::actionTriggered);
    connect(m_close, &QToolButton::clicked, this, &Banner::hide);
    connect(m_copyButton, &QToolButton::clicked, this, [this] {
        QApplication::clipboard()->setText(m_copy);
    });
    connect(&context.theme, &Theme::changed, this, [this] {
        if (isVisible()) show(m_severity, m_title->text(), m_detail->text());
    });
    hide();
}

void Banner::show(Severity severity, const QString& title, const QString& detail) {
    m_severity = severity;
    QFont bold = m_context.theme.body();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_title->setText(title);
    m_detail->setText(detail);
    m_detail->setVisible(!detail.isEmpty());
    const Tone tone = toneOf(severity, m_context.theme.colors());
    m_icon->setPixmap(
        iconPixmap(tone.iconName, tone.strong, m_context.theme.scaled(20), devicePixelRatioF()));
    setIconButtonText(m_copyButton, tr("Copy the details, without any content"));
    setIconButtonText(m_close, tr("Dismiss this message"));
    setAccessibleName(text());
    emit visibilityChanged(true);
    QFrame::show();
    update();
}

void Banner::hide() {
    QFrame::hide();
    emit visibilityChanged(false);
}

void Banner::showError(const util::Error& error, const QString& what) {
    ErrorWords words = errorWords(error);
    if (!what.isEmpty()) {
        words.detail = words.title + u". " + words.detail;
        words.title = what;
    }
    m_copy = errorDetails(error);
    m_copyButton->show();
    const QString detail =
        words.remedy.isEmpty() ? words.detail : words.detail + u'\n' + words.remedy;
    show(error.code == util::ErrorCode::kCancelled ? Severity::kInfo : Severity::kBad,
         words.title,
         detail);
}

void Banner::setAction(const QString& text) {
    m_action->setText(text);
    m_action->setAccessibleName(text);
    m_action->setVisible(!text.isEmpty());
}

void Banner::setClosable(bool on) {
    m_closable = on;
    m_close->setVisible(on);
}

QString Banner::text() const {
    return m_detail->text().isEmpty() ? m_title->text() : m_title->text() + u' ' + m_detail->text();
}

void Banner::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Tone tone = toneOf(m_severity, m_context.theme.colors());
    paintRounded(painter, rect(), tone.soft, tone.soft, kCardRadius);
    QPainterPath clip;
    clip.addRoundedRect(QRectF(rect()), kCardRadius, kCardRadius);
    painter.setClipPath(clip);
    painter.fillRect(QRectF(isRightToLeft() ? width() - 4 : 0, 0, 4, height()), tone.strong);
}

// --- PageHeader ----------------------------------------------------------------------------------

PageHeader::PageHeader(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    m_words = new QWidget(this);
    m_title = new PlainLabel(m_words);
    m_subtitle = new PlainLabel(m_words);
    m_title->setWordWrap(true);
    m_subtitle->setWordWrap(true);
    m_subtitle->setForegroundRole(QPalette::PlaceholderText);
    auto* words = new QVBoxLayout(m_words);
    words->setContentsMargins(0, 0, 0, 0);
    words->setSpacing(2);
    words->addWidget(m_title);
    words->addWidget(m_subtitle);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    m_words->setSizePolicy(policy);
    m_row = new FlowLayout(this);
    m_row->setSpacing(kGap2);
    m_row->addWidget(m_words);
    connect(&context.theme, &Theme::changed, this, &PageHeader::restyle);
    restyle();
}

void PageHeader::setTexts(const QString& title, const QString& subtitle) {
    m_title->setText(title);
    m_subtitle->setText(subtitle);
    m_subtitle->setVisible(!subtitle.isEmpty());
    fitWords();
}

void PageHeader::addAction(QWidget* widget) { m_row->addWidget(widget); }

void PageHeader::restyle() {
    m_title->setFont(m_context.theme.title());
    fitWords();
}

/// The actions go to a line of their own before the words get too narrow to read.
void PageHeader::fitWords() {
    const int title = m_title->fontMetrics().horizontalAdvance(m_title->text());
    const int subtitle = m_subtitle->fontMetrics().horizontalAdvance(m_subtitle->text());
    m_words->setMinimumWidth(
        qMin(m_context.theme.scaled(kWordsWidth), qMax(title, subtitle) + kGap1));
}

// --- Pill ----------------------------------------------------------------------------------------

Pill::Pill(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&context.theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void Pill::set(Severity severity, const QString& iconName, const QString& text) {
    m_severity = severity;
    m_neutral = false;
    m_iconName = iconName;
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

void Pill::setNeutral(const QString& iconName, const QString& text) {
    set(Severity::kInfo, iconName, text);
    m_neutral = true;
}

QSize Pill::sizeHint() const {
    const QFontMetrics metrics(m_context.theme.small());
    return {metrics.horizontalAdvance(m_text) + m_context.theme.scaled(14) + 3 * kGap2 + 2,
            qMax(24, metrics.height() + kGap1)};
}

void Pill::paintEvent(QPaintEvent*) {
    if (m_text.isEmpty()) return;
    QPainter painter(this);
    const Colors& colors = m_context.theme.colors();
    Tone tone = toneOf(m_severity, colors);
    if (m_neutral) tone = {colors.textMuted, colors.raised, {}};
    const bool contrast = m_context.theme.resolved() == ColorScheme::kHighContrast;
    paintRounded(painter, rect(), tone.soft, contrast ? tone.strong : tone.soft, height() / 2.0);
    const int side = m_context.theme.scaled(14);
    QRect iconBox(kGap2, (height() - side) / 2, side, side);
    QRect textBox = rect().adjusted(kGap2 + side + kGap1 + 2, 0, -kGap1, 0);
    iconBox = QStyle::visualRect(layoutDirection(), rect(), iconBox);
    textBox = QStyle::visualRect(layoutDirection(), rect(), textBox);
    painter.drawPixmap(iconBox, iconPixmap(m_iconName, tone.strong, side, devicePixelRatioF()));
    painter.setFont(m_context.theme.small());
    painter.setPen(tone.strong);
    painter.drawText(textBox, Qt::AlignVCenter | Qt::AlignLeading, m_text);
}

// --- Sparkline -----------------------------------------------------------------------------------

Sparkline::Sparkline(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void Sparkline::setValues(const QList<double>& values) {
    m_values = values;
    update();
}

void Sparkline::paint(QPainter& painter,
                      const QRectF& box,
                      const QList<double>& values,
                      const QColor& color) {
    double low = INFINITY;
    double high = -INFINITY;
    for (const double value : values) {
        if (!std::isfinite(value)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    if (values.isEmpty() || low > high) return;
    const double span = high > low ? high - low : 1.0;
    const QRectF inner = box.adjusted(3, 4, -3, -4);
    const auto at = [&](qsizetype i) {
        const double x = values.size() > 1
                             ? static_cast<double>(i) / static_cast<double>(values.size() - 1)
                             : 1.0;
        const double y = high > low ? (values[i] - low) / span : 0.5;
        return QPointF(inner.left() + x * inner.width(), inner.bottom() - y * inner.height());
    };
    QPainterPath path;
    bool pen = false;
    QPointF last;
    for (qsizetype i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            pen = false;
            continue;
        }
        last = at(i);
        pen ? path.lineTo(last) : path.moveTo(last);
        pen = true;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(last, 2.5, 2.5);
}

void Sparkline::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paint(painter, rect(), m_values, m_context.theme.colors().accent);
}

}  // namespace veritune::app
