// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/models/DatasetEdits.h"
#include "app/models/DatasetRowsModel.h"
#include "app/models/DatasetTools.h"
#include "app/views/Page.h"
#include "app/widgets/CurateView.h"
#include "core/store/records.h"

#include <QHash>
#include <QList>
#include <QTimer>

#include <memory>
#include <string>
#include <vector>

class QComboBox;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace veritune::app {

class Banner;
class Card;
class EmptyState;
class NoteLine;
class PageHeader;
class PlainLabel;
class RecordCard;
class RowTable;

/// The data sets of a project: list, rows, one record, and a mode to decide row by row. Every
/// change is an edit that the engine applies and that can be undone.
/// threads  GUI thread; test  datasets_page_test.cpp
class DatasetsPage final : public Page {
    Q_OBJECT
  public:
    DatasetsPage(AppContext& context, QWidget* parent);
    QString title() const override;
    QString help() const override;
    void setSession(ProjectSession* session) override;
    void open(const Route& route) override;
    void leave() override;
    bool dropPaths(const QStringList& paths) override;

  private:
    void buildActions();
    void buildSets();
    QToolButton* menuButton(const char* part, const char* iconName);
    void buildTable();
    void connectTable();
    void buildRecord();
    void buildCurate();
    void layOut();
    void buildKeys();
    void addCommands();
    void connectModels();
    bool canWrite() const;
    void readSets();
    const store::DatasetInfo* info() const;
    void showSets();
    void choose(const std::string& name);
    void readTags();
    void readHistory();
    void fillTagBox();
    void applyFilter();
    /// After an edit or a failed one: everything that is shown is read again.
    void refresh();
    void rowsCame();
    void readRow(int at);
    void readRowById(std::int64_t id);
    std::vector<std::string> chosenIds() const;
    void setChosen(util::Json set);
    void fillChangeMenu();
    void askTag();
    void askReplace();
    void fillToolsMenu();
    void askSplit();
    void askInfo();
    void askCopy();
    void askFreeze();
    void askExport();
    void chooseImport();
    void importFile(const QString& path);
    void askGenerate();
    QString freeName(const QString& base) const;
    void showReport(const ToolReport& report);
    const store::EditInfo* undoable() const;
    const store::EditInfo* redoable() const;
    void undo();
    void redo();
    void fillHistory();
    static QString editText(const store::EditInfo& edit);
    void editCame(const EditOutcome& outcome);
    void startCurating();
    void stopCurating();
    void showCurated();
    void decide(CurateAct act);
    void decideOn(const store::RowSummary& row, CurateAct act);
    void takeBack();
    void toggleTag(const QString& tag);
    void showProgress();
    void showState();
    void showAbout();
    void showActions();
    void name(QPushButton* button, const QString& text, const QString& help);
    void fillFilterBoxes();
    void retranslate() override;
    DatasetRowsModel m_rows;
    DatasetEdits m_edits;
    DatasetTools m_tools;
    std::vector<store::DatasetInfo> m_sets;
    std::vector<store::EditInfo> m_edited;
    QStringList m_tags;
    std::string m_current;
    std::string m_wanted;
    std::string m_imported;  ///< its golds are to be checked
    data::Edit m_pendingEdit;
    std::int64_t m_chosenRow = 0;
    bool m_hasChosenRow = false;
    bool m_isRead = false;
    bool m_isCurating = false;
    int m_curateAt = 0;
    int m_accepted = 0;
    int m_rejected = 0;
    QList<QPair<std::int64_t, CurateAct>> m_curateUndo;
    std::shared_ptr<const data::DatasetRow> m_row;  ///< of curate mode
    QTimer m_filterTimer;
    PageHeader* m_header = nullptr;
    Banner* m_banner = nullptr;
    QPushButton* m_import = nullptr;
    QPushButton* m_generate = nullptr;
    QProgressBar* m_progress = nullptr;
    PlainLabel* m_progressLabel = nullptr;
    QPushButton* m_cancel = nullptr;
    Card* m_setsCard = nullptr;
    QListWidget* m_setList = nullptr;
    Card* m_tableCard = nullptr;
    PlainLabel* m_about = nullptr;
    NoteLine* m_limits = nullptr;
    QLineEdit* m_filter = nullptr;
    QComboBox* m_status = nullptr;
    QComboBox* m_split = nullptr;
    QComboBox* m_tag = nullptr;
    QPushButton* m_curateButton = nullptr;
    QPushButton* m_change = nullptr;
    QPushButton* m_toolsButton = nullptr;
    QToolButton* m_undo = nullptr;
    QToolButton* m_redo = nullptr;
    QToolButton* m_history = nullptr;
    QToolButton* m_columns = nullptr;
    QToolButton* m_copy = nullptr;
    RowTable* m_table = nullptr;
    PlainLabel* m_nothing = nullptr;
    Card* m_recordCard = nullptr;
    RecordCard* m_record = nullptr;
    CurateView* m_curate = nullptr;
    QSplitter* m_split3 = nullptr;
    EmptyState* m_empty = nullptr;
    QStackedWidget* m_pages = nullptr;
};

Page* makeDatasetsPage(AppContext& context, QWidget* parent);

}  // namespace veritune::app
