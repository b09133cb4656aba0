// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QString>

#include <string_view>

/// Content (text of prompts, chains, data sets, files) is shown as plain text only: Qt opens local
/// files that rich text names. Everything that shows a text uses what is here; the lint refuses the
/// rest (docs/studio.md).
namespace veritune::app {

/// A label that never reads its text as HTML. Its text stands at the side where the window begins
/// (or ends, with AlignRight), whatever script the text is in: figures and names stay in line.
class PlainLabel : public QLabel {
    Q_OBJECT
  public:
    explicit PlainLabel(QWidget* parent = nullptr);
    explicit PlainLabel(const QString& text, QWidget* parent = nullptr);

  protected:
    bool event(QEvent* event) override;

  private:
    void alignToSide();
    Qt::Alignment m_wanted;  ///< as set, before it is turned for the direction
};

/// A label that shortens its text with an ellipsis in the middle or at the end; the whole text is
/// its tooltip and its accessible name.
class ElidedLabel : public PlainLabel {
    Q_OBJECT
  public:
    explicit ElidedLabel(Qt::TextElideMode mode, QWidget* parent = nullptr);
    void setFullText(const QString& text);
    QString fullText() const;
    QSize minimumSizeHint() const override;

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void elide();
    Qt::TextElideMode m_mode;
    QString m_full;
};

/// Text for a tooltip that is shown as it stands; wraps at about 60 characters.
QString plainTip(const QString& text);
void setPlainToolTip(QWidget* widget, const QString& text);

/// UTF-8 from outside -> QString for the screen. Control, zero-width and bidi characters become
/// visible marks (U+2400 block, or the code as in <U+202E>), except \n and \t; bad bytes become
/// U+FFFD.
QString visibleText(std::string_view utf8);
QString visibleText(const QString& text);
/// One line for a table cell: line breaks as ⏎, cut after max characters with an ellipsis.
QString oneLine(std::string_view utf8, int max = 200);
/// QString from UTF-8 that is ours (no marks).
QString fromUtf8(std::string_view utf8);
/// A formula, path or figure that reads from left to right in every language.
QString leftToRight(const QString& text);
/// '&' doubled, for action and tab texts that hold a user's words.
QString escapeMnemonic(const QString& text);

}  // namespace veritune::app
