// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/CommandRegistry.h"

namespace veritune::app {

CommandRegistry::CommandRegistry(QObject* parent)
    : QObject(parent) {}

void CommandRegistry::add(QObject* owner, Command command) {
    m_entries.append({owner, std::move(command), nullptr});
}

void CommandRegistry::addSource(QObject* owner, std::function<QList<Command>()> source) {
    m_entries.append({owner, {}, std::move(source)});
}

void CommandRegistry::addReader(QObject* owner,
                                std::function<std::optional<Command>(const QString&)> reader) {
    m_readers.append({owner, std::move(reader)});
}

QList<Command> CommandRegistry::commandsFor(const QString& text) const {
    QList<Command> all;
    for (const Reader& reader : m_readers) {
        if (!reader.owner) continue;
        if (std::optional<Command> command = reader.read(text)) all.append(*std::move(command));
    }
    return all;
}

QList<Command> CommandRegistry::commands() const {
    QList<Command> all;
    for (const Entry& entry : m_entries) {
        if (!entry.owner) continue;
        const QList<Command> mine = entry.source ? entry.source() : QList<Command>{entry.command};
        for (const Command& command : mine) {
            if (!command.isEnabled || command.isEnabled()) all.append(command);
        }
    }
    return all;
}

}  // namespace veritune::app
