// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QPointer>
#include <QSet>
#include <QString>

class QWidget;

namespace veritune::app {

/// Presses a key as the keyboard would: shortcuts first, then what has the focus, in the window or
/// dialog that has it (`window` when none has).
void pressKeys(QWidget& window, const QString& keys);

/// Walks through the window with Tab, one press per step, so that the window works in between.
/// To a control: until it has the focus, and back and forth once, to see that it shows it. Around
/// (no name): until the first control comes again; every control that is on screen and can be used
/// must have had the focus (or one of its group, where arrow keys choose) and have shown it.
/// threads  GUI thread
class TabWalk {
  public:
    TabWalk(QWidget& window, QString name);
    /// True when the walk is over; then `fault` says what was wrong, empty when nothing.
    bool step(QString& fault);

  private:
    struct Focused {
        QPointer<QWidget> widget;
        QPoint at;
        QImage look;
    };
    static Focused focusedNow();
    static QString unseen(const Focused& before);
    QString missed() const;
    bool stepTo(QString& fault);
    bool stepAround(QString& fault);

    QWidget& m_window;
    QString m_name;
    int m_presses = 0;
    bool m_isBack = false;
    Focused m_before;
    QString m_unseen;
    const QWidget* m_first = nullptr;
    QSet<const QWidget*> m_reached;
};

}  // namespace veritune::app
