// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"
#include "app/models/DatasetEdits.h"
#include "core/data/import.h"

#include <QAbstractTableModel>
#include <QDialog>
#include <QHash>
#include <QTimer>

#include <optional>
#include <string>
#include <vector>

class QComboBox;
class QGridLayout;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QVBoxLayout;

namespace veritune::app {

class Banner;
class NoteLine;
class RowTable;
class SegmentBar;

/// The first rows of an import as they would come in.
class ImportPreviewModel final : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { kLine, kQuestion, kGold, kVerifier, kLevel, kTopic, kColumns };
    using QAbstractTableModel::QAbstractTableModel;
    void set(std::vector<data::PreviewRow> rows);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::vector<data::PreviewRow> m_rows;
};

/// Shows what a file would become and lets a person say what its columns mean; nothing is written
/// until it is accepted. Every change runs the dry run again, in the engine.
/// threads  GUI thread
class ImportDialog final : public QDialog {
    Q_OBJECT
  public:
    /// edits  outlives the dialog. taken  names that the project has already
    ImportDialog(AppContext& context,
                 DatasetEdits& edits,
                 const QString& path,
                 const QStringList& taken,
                 QWidget* parent = nullptr);

  signals:
    /// The person agrees: the edit that brings the rows in.
    void accepted(const veritune::data::Edit& edit);

  private:
    void buildHead(QVBoxLayout& column);
    void buildOptions(QVBoxLayout& column);
    void buildResult(QVBoxLayout& column);
    void buildButtons(QVBoxLayout& column);
    QComboBox* combo(const char* part);
    void recheck();
    void adopt(data::DryRun report);
    void fillOptions();
    void showReport();
    void showErrors();
    void saveErrors();
    void accept() override;
    data::ImportRequest request() const;
    QString nameProblem() const;
    void showState();
    void texts();

    AppContext& m_context;
    DatasetEdits& m_edits;
    data::ImportRequest m_request;  ///< what a person has said so far
    QStringList m_taken;
    std::optional<data::DryRun> m_report;
    bool m_isChecking = false;
    bool m_isFilling = false;
    bool m_isVerifierChosen = false;
    int m_ticket = 0;
    QTimer m_again;
    ImportPreviewModel m_preview;
    PlainLabel* m_title;
    PlainLabel* m_file;
    Banner* m_banner;
    QLineEdit* m_name;
    PlainLabel* m_nameLabel;
    NoteLine* m_nameNote;
    QList<PlainLabel*> m_labels;
    QComboBox* m_preset;
    QComboBox* m_verifier;
    QComboBox* m_encoding;
    QComboBox* m_delimiter;
    QComboBox* m_decimal;
    QSpinBox* m_val;
    QSpinBox* m_test;
    QHash<QString, QComboBox*> m_columns;  ///< by our field
    QGridLayout* m_grid;
    QProgressBar* m_progress;
    NoteLine* m_summary;
    QWidget* m_notes;
    QList<NoteLine*> m_noteLines;
    SegmentBar* m_mode;
    QStackedWidget* m_stack;
    RowTable* m_table;
    QListWidget* m_errors;
    QPushButton* m_saveErrors;
    QPushButton* m_cancel;
    QPushButton* m_accept;
};

}  // namespace veritune::app
