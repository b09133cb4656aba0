// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/tokenizer.h"
#include "core/util/json.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace veritune::app {

/// Where the tokenizer of a run may lie, best first: the recipe's model, then the run's own
/// checkpoints (they carry a copy of it). `runDir` = PROJECT/runs/<id>.
std::vector<std::string> tokenizerFolders(const util::Json& recipe, const std::string& runDir);

/// Loads the tokenizer of a run on a worker: 150,000 entries take about a second.
/// threads  GUI thread
class TokenizerLoader final : public QObject {
    Q_OBJECT
  public:
    explicit TokenizerLoader(QObject* parent = nullptr);

    /// expectedHash  of the run's fingerprint; a tokenizer with another hash is not used. Empty =
    /// unknown.
    void load(const util::Json& recipe, const std::string& runDir, const std::string& expectedHash);
    void clear();
    /// Null while loading and when there is none.
    std::shared_ptr<const text::Tokenizer> tokenizer() const { return m_tokenizer; }
    /// Why there is none; empty while loading.
    QString trouble() const;

  signals:
    void changed();

  private:
    enum class Trouble { kNone, kNotFound, kOther };
    struct Loaded {
        std::shared_ptr<const text::Tokenizer> tokenizer;
        Trouble trouble = Trouble::kNotFound;
        std::string message;
    };
    static Loaded read(const std::vector<std::string>& folders, const std::string& expectedHash);

    std::shared_ptr<const text::Tokenizer> m_tokenizer;
    Trouble m_trouble = Trouble::kNone;
    std::string m_message;
    std::int64_t m_generation = 0;
};

}  // namespace veritune::app
