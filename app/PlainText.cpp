// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/PlainText.h"

#include <QEvent>
#include <QResizeEvent>

namespace veritune::app {
namespace {

bool isInvisible(char32_t c) {
    return c == 0x00ad || c == 0x061c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

void appendMark(QString& out, char32_t c) {
    if (c < 0x20) {
        out += QChar(static_cast<char16_t>(0x2400 + c));
    } else if (c == 0x7f) {
        out += QChar(0x2421);
    } else {
        out += u"<U+" +
               QString::number(static_cast<uint>(c), 16).toUpper().rightJustified(4, u'0') + u'>';
    }
}

bool needsMark(char32_t c) {
    return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || isInvisible(c) ||
           c == 0x2028 || c == 0x2029;
}

}  // namespace

PlainLabel::PlainLabel(QWidget* parent)
    : QLabel(parent) {
    setTextFormat(Qt::PlainText);
}

PlainLabel::PlainLabel(const QString& text, QWidget* parent)
    : PlainLabel(parent) {
    setText(text);
}

bool PlainLabel::event(QEvent* event) {
    if (event->type() == QEvent::Polish || event->type() == QEvent::LayoutDirectionChange)
        alignToSide();
    return QLabel::event(event);
}

void PlainLabel::alignToSide() {
    if (!(alignment() & Qt::AlignAbsolute)) m_wanted = alignment();
    const Qt::Alignment sides = m_wanted & (Qt::AlignLeft | Qt::AlignRight);
    if (!sides) return;
    const bool isAtLeft = sides.testFlag(Qt::AlignLeft) != isRightToLeft();
    setAlignment((m_wanted & Qt::AlignVertical_Mask) | Qt::AlignAbsolute |
                 (isAtLeft ? Qt::AlignLeft : Qt::AlignRight));
}

ElidedLabel::ElidedLabel(Qt::TextElideMode mode, QWidget* parent)
    : PlainLabel(parent),
      m_mode(mode) {
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void ElidedLabel::setFullText(const QString& text) {
    m_full = text;
    setAccessibleName(text);
    elide();
}

QString ElidedLabel::fullText() const { return m_full; }

QSize ElidedLabel::minimumSizeHint() const {
    return {fontMetrics().averageCharWidth() * 4, fontMetrics().height()};
}

void ElidedLabel::resizeEvent(QResizeEvent* event) {
    PlainLabel::resizeEvent(event);
    elide();
}

void ElidedLabel::changeEvent(QEvent* event) {
    PlainLabel::changeEvent(event);
    if (event->type() == QEvent::FontChange) elide();
}

void ElidedLabel::elide() {
    const QString shown = fontMetrics().elidedText(m_full, m_mode, contentsRect().width());
    setText(shown);
    setPlainToolTip(this, shown == m_full ? QString() : m_full);
}

QString plainTip(const QString& text) {
    return text.isEmpty() ? QString() : Qt::convertFromPlainText(text, Qt::WhiteSpaceNormal);
}

void setPlainToolTip(QWidget* widget, const QString& text) { widget->setToolTip(plainTip(text)); }

QString visibleText(const QString& text) {
    bool clean = true;
    for (const QChar c : text) clean = clean && !needsMark(c.unicode()) && !c.isHighSurrogate();
    if (clean) return text;
    QString out;
    out.reserve(text.size());
    const auto points = text.toUcs4();
    for (const char32_t c : points) {
        if (needsMark(c)) {
            appendMark(out, c);
        } else {
            out += QString::fromUcs4(&c, 1);
        }
    }
    return out;
}

QString visibleText(std::string_view utf8) { return visibleText(fromUtf8(utf8)); }

QString oneLine(std::string_view utf8, int max) {
    // Four bytes at most make a character: no more of a 10 MB line is ever looked at.
    const bool cut = utf8.size() > static_cast<std::size_t>(max) * 4;
    QString text = visibleText(utf8.substr(0, static_cast<std::size_t>(max) * 4));
    text.replace(u'\n', QChar(0x23ce));
    text.replace(u'\t', u' ');
    if (cut || text.size() > max) text = text.left(max) + QChar(0x2026);
    return text;
}

QString fromUtf8(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString leftToRight(const QString& text) {
    return QChar(0x2066) + text + QChar(0x2069);  // isolates; U+200E would stop at the first digit
}

QString escapeMnemonic(const QString& text) {
    return QString(text).replace(QStringLiteral("&"), QStringLiteral("&&"));
}

}  // namespace veritune::app
