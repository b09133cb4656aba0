// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"

#include <QFrame>
#include <QPushButton>

class QBoxLayout;
class QToolButton;
class QVBoxLayout;

namespace veritune::app {
class FlowLayout;
}
namespace veritune::util {
struct Error;
}

/// The building blocks that every page is made of.
namespace veritune::app {

/// A rounded surface with an optional heading.
class Card : public QFrame {
    Q_OBJECT
  public:
    explicit Card(AppContext& context, QWidget* parent = nullptr);
    /// The layout for the content (margins kGap3, spacing kGap2).
    QVBoxLayout* body() const { return m_body; }
    void setHeading(const QString& text);
    /// Widgets at the right end of the heading's line.
    void addHeadingWidget(QWidget* widget);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    AppContext& m_context;
    QBoxLayout* m_head = nullptr;
    PlainLabel* m_heading = nullptr;
    QVBoxLayout* m_body = nullptr;
};

/// How a button looks.
enum class ButtonRole { kNormal, kPrimary, kQuiet, kDanger };
QPushButton* makeButton(ButtonRole role, const QString& objectName, QWidget* parent = nullptr);
/// A square button with an icon only; text becomes its accessible name and tooltip.
QToolButton* makeIconButton(AppContext& context,
                            const QString& iconName,
                            const QString& objectName,
                            QWidget* parent = nullptr);
void setIconButtonText(QToolButton* button, const QString& text);
/// Other sizes than the usual ones: the icon at 100 % text, which grows with the text, and the
/// least side of the button.
void setIconButtonSize(AppContext& context, QToolButton* button, int icon, int least);

/// What a page shows when there is nothing: one icon, one sentence, exactly one action.
class EmptyState : public QWidget {
    Q_OBJECT
  public:
    EmptyState(AppContext& context,
               const QString& iconName,
               const QString& objectName,
               QWidget* parent = nullptr);
    /// hint may be empty; no action text = no button.
    void setTexts(const QString& title, const QString& hint, const QString& action);
    QPushButton* actionButton() const { return m_action; }

  signals:
    void actionTriggered();

  private:
    AppContext& m_context;
    QString m_iconName;
    PlainLabel* m_icon;
    PlainLabel* m_title;
    PlainLabel* m_hint;
    QPushButton* m_action;
    QWidget* m_middle;
    void repaintIcon();
};

enum class Severity { kInfo, kGood, kWarn, kBad };

/// One inline message on the thing that it is about; hidden until shown.
class Banner : public QFrame {
    Q_OBJECT
  public:
    Banner(AppContext& context, const QString& objectName, QWidget* parent = nullptr);
    void show(Severity severity, const QString& title, const QString& detail = {});
    /// `what` says what could not be done, when the error alone does not; it becomes the title.
    void showError(const util::Error& error, const QString& what = {});
    /// One action at the right; empty text removes it.
    void setAction(const QString& text);
    bool isClosable() const { return m_closable; }
    void setClosable(bool on);
    QString text() const;

    /// Also for a banner inside a box that is hidden with it.
    void hide();

  signals:
    void actionTriggered();
    void visibilityChanged(bool isVisible);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    AppContext& m_context;
    Severity m_severity = Severity::kInfo;
    bool m_closable = true;
    QString m_copy;
    PlainLabel* m_icon;
    PlainLabel* m_title;
    PlainLabel* m_detail;
    QPushButton* m_action;
    QToolButton* m_copyButton;
    QToolButton* m_close;
};

/// The header of a page: title, a sentence below it, actions at the end; where the words would
/// become too narrow, the actions go below them.
class PageHeader : public QWidget {
    Q_OBJECT
  public:
    explicit PageHeader(AppContext& context, QWidget* parent = nullptr);
    void setTexts(const QString& title, const QString& subtitle = {});
    void addAction(QWidget* widget);

  private:
    void restyle();
    void fitWords();
    AppContext& m_context;
    QWidget* m_words;
    PlainLabel* m_title;
    PlainLabel* m_subtitle;
    FlowLayout* m_row;
};

/// A small label with a colour, a mark and a word: states and verdicts (never colour alone).
class Pill : public QWidget {
    Q_OBJECT
  public:
    explicit Pill(AppContext& context, QWidget* parent = nullptr);
    void set(Severity severity, const QString& iconName, const QString& text);
    void setNeutral(const QString& iconName, const QString& text);
    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    AppContext& m_context;
    Severity m_severity = Severity::kInfo;
    bool m_neutral = true;
    QString m_iconName;
    QString m_text;
};

/// A tiny curve without axes, for lists and strips. Values of NaN leave a gap.
class Sparkline : public QWidget {
    Q_OBJECT
  public:
    explicit Sparkline(AppContext& context, QWidget* parent = nullptr);
    void setValues(const QList<double>& values);
    QSize sizeHint() const override { return {96, 28}; }
    static void paint(QPainter& painter,
                      const QRectF& box,
                      const QList<double>& values,
                      const QColor& color);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    AppContext& m_context;
    QList<double> m_values;
};

}  // namespace veritune::app
