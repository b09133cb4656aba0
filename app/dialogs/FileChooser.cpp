// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/dialogs/FileChooser.h"

#include <QFileDialog>

namespace veritune::app {
namespace {

QFileDialog* makeDialog(QWidget* parent,
                        const QString& title,
                        const QString& start,
                        std::function<void(QString)> done) {
    auto* dialog = new QFileDialog(parent, title, start);
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setOption(QFileDialog::DontUseCustomDirectoryIcons);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(QStringLiteral("chooser"));
    QObject::connect(
        dialog, &QFileDialog::fileSelected, parent, [done = std::move(done)](const QString& path) {
            done(path);
        });
    return dialog;
}

}  // namespace

void chooseFolder(QWidget* parent,
                  const QString& title,
                  const QString& start,
                  std::function<void(QString)> done) {
    QFileDialog* dialog = makeDialog(parent, title, start, std::move(done));
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->open();
}

void chooseFile(QWidget* parent,
                const QString& title,
                const QString& start,
                const QString& filter,
                std::function<void(QString)> done) {
    QFileDialog* dialog = makeDialog(parent, title, start, std::move(done));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilter(filter);
    dialog->open();
}

void chooseSave(QWidget* parent,
                const QString& title,
                const QString& start,
                const QString& suffix,
                std::function<void(QString)> done) {
    QFileDialog* dialog = makeDialog(parent, title, start, std::move(done));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->open();
}

}  // namespace veritune::app
