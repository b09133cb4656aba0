// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/TokenizerLoader.h"

#include "app/PlainText.h"
#include "core/util/file_system.h"

#include <QCoreApplication>
#include <QDir>
#include <QPointer>
#include <QThreadPool>

#include <utility>

namespace veritune::app {

std::vector<std::string> tokenizerFolders(const util::Json& recipe, const std::string& runDir) {
    std::vector<std::string> folders;
    const auto model = recipe.is_object() ? recipe.find("model") : recipe.end();
    if (recipe.is_object() && model != recipe.end() && model->is_object()) {
        const auto path = model->find("path");
        if (path != model->end() && path->is_string() &&
            !path->get_ref<const std::string&>().empty()) {
            folders.push_back(path->get<std::string>());
        }
    }
    const QDir checkpoints(fromUtf8(runDir) + QStringLiteral("/checkpoints"));
    const QStringList names =
        checkpoints.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    for (const QString& name : names) {
        if (QFileInfo::exists(checkpoints.filePath(name) + QStringLiteral("/tokenizer.json"))) {
            folders.push_back(checkpoints.filePath(name).toStdString());
            break;
        }
    }
    return folders;
}

TokenizerLoader::TokenizerLoader(QObject* parent)
    : QObject(parent) {}

TokenizerLoader::Loaded TokenizerLoader::read(const std::vector<std::string>& folders,
                                              const std::string& expectedHash) {
    Loaded loaded;
    const std::unique_ptr<util::FileSystem> fs = util::make_posix_file_system();
    for (const std::string& folder : folders) {
        auto tokenizer = text::load_tokenizer(*fs, folder);
        if (!tokenizer) {
            if (loaded.message.empty()) loaded.message = util::to_string(tokenizer.error());
            continue;
        }
        if (!expectedHash.empty() && (*tokenizer)->hash() != expectedHash) {
            loaded.trouble = Trouble::kOther;
            continue;
        }
        loaded.tokenizer = std::move(*tokenizer);
        loaded.trouble = Trouble::kNone;
        return loaded;
    }
    return loaded;
}

void TokenizerLoader::clear() {
    ++m_generation;
    m_tokenizer.reset();
    m_trouble = Trouble::kNone;
    m_message.clear();
}

void TokenizerLoader::load(const util::Json& recipe,
                           const std::string& runDir,
                           const std::string& expectedHash) {
    clear();
    const std::int64_t generation = m_generation;
    QPointer<TokenizerLoader> self(this);
    QThreadPool::globalInstance()->start([self, generation, recipe, runDir, expectedHash] {
        Loaded loaded = read(tokenizerFolders(recipe, runDir), expectedHash);
        QMetaObject::invokeMethod(
            qApp,
            [self, generation, loaded = std::move(loaded)] {
                if (!self || self->m_generation != generation) return;
                self->m_tokenizer = loaded.tokenizer;
                self->m_trouble = loaded.trouble;
                self->m_message = loaded.message;
                emit self->changed();
            },
            Qt::QueuedConnection);
    });
}

QString TokenizerLoader::trouble() const {
    switch (m_trouble) {
        case Trouble::kNone:
            return {};
        case Trouble::kNotFound:
            if (m_message.empty()) {
                return tr(
                    "The run does not name a folder with a tokenizer; tokens are shown as "
                    "numbers.");
            }
            //: %1 an error in English
            return tr("The model's tokenizer could not be read, so tokens are shown as numbers: %1")
                .arg(oneLine(m_message, 300));
        case Trouble::kOther:
            return tr(
                "The model folder holds another tokenizer than the one this run used; tokens "
                "are shown as numbers.");
    }
    return {};
}

}  // namespace veritune::app
