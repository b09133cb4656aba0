// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QPointer>
#include <QString>

#include <functional>
#include <optional>

namespace veritune::app {

/// Something a person can do or go to, as the palette (Ctrl+K) lists it.
struct Command {
    QString id;                       ///< "run.pause": unique, never shown
    QString iconName;                 ///< resources/icons; may be empty
    std::function<QString()> text;    ///< translated anew each time the palette opens
    std::function<bool()> isEnabled;  ///< null = always
    std::function<void()> run;
    QKeySequence shortcut;  ///< shown; who adds the command makes it work
};

/// All commands of the window. A source adds its commands and they vanish with it.
class CommandRegistry final : public QObject {
    Q_OBJECT
  public:
    explicit CommandRegistry(QObject* parent = nullptr);
    void add(QObject* owner, Command command);
    /// Things that come and go (runs, projects): asked each time the palette opens.
    void addSource(QObject* owner, std::function<QList<Command>()> source);
    /// What the palette offers for a text that is typed or pasted: a reference to a chain.
    void addReader(QObject* owner, std::function<std::optional<Command>(const QString&)> reader);
    /// Everything enabled now, in order of adding.
    QList<Command> commands() const;
    /// What the readers make of the text.
    QList<Command> commandsFor(const QString& text) const;

  private:
    struct Entry {
        QPointer<QObject> owner;
        Command command;
        std::function<QList<Command>()> source;
    };
    struct Reader {
        QPointer<QObject> owner;
        std::function<std::optional<Command>(const QString&)> read;
    };
    QList<Entry> m_entries;
    QList<Reader> m_readers;
};

}  // namespace veritune::app
