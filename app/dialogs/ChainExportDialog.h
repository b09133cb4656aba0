// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/models/ChainBrowser.h"
#include "app/models/ChainExport.h"

#include <QDialog>

#include <atomic>
#include <memory>
#include <optional>

class QCheckBox;
class QPushButton;
class QRadioButton;

namespace veritune::app {

class PlainLabel;

/// What can be exported.
struct ChainExportScope {
    std::string projectDir;
    ChainQuery query;                   ///< the list as filtered
    std::optional<std::int64_t> total;  ///< its rows; nullopt = not counted yet
    ChainDocumentPtr chain;             ///< the open chain
};

/// Asks which chains and how much of them, then for a file, and writes it on a worker.
/// threads  GUI thread
class ChainExportDialog final : public QDialog {
    Q_OBJECT
  public:
    ChainExportDialog(AppContext& context, ChainExportScope scope, QWidget* parent = nullptr);
    ~ChainExportDialog() override;

  signals:
    /// The file is there; one sentence about it.
    void finishedWith(const QString& sentence);
    void failed(const veritune::util::Error& error);

  private:
    void chooseFile();
    void write(const QString& path);
    ChainQuery chosenQuery() const;

    ChainExportScope m_scope;
    std::shared_ptr<std::atomic<bool>> m_cancelled = std::make_shared<std::atomic<bool>>(false);
    PlainLabel* m_title;
    QRadioButton* m_one;
    QRadioButton* m_task;
    QRadioButton* m_list;
    QCheckBox* m_texts;
    QCheckBox* m_tokens;
    PlainLabel* m_state;
    QPushButton* m_save;
    QPushButton* m_cancel;
};

}  // namespace veritune::app
