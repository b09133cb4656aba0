// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/models/ChainDocument.h"
#include "app/models/ChainListModel.h"
#include "app/models/ChainWords.h"
#include "app/models/TextDiff.h"
#include "app/models/TokenizerLoader.h"
#include "core/store/records.h"

#include <QList>
#include <QObject>
#include <QPointer>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace veritune::app {

class StoreReader;

using ChainDocumentPtr = std::shared_ptr<const ChainDocument>;

/// What the inspector looks at: a run, a list of its chains, one chain, the chains of its task, and
/// the same task over the steps. Reads everything on the store's thread; has no widgets.
/// threads  GUI thread; test  chain_browser_test.cpp
class ChainBrowser final : public QObject {
    Q_OBJECT
  public:
    explicit ChainBrowser(QObject* parent = nullptr);

    /// Another project: forgets everything. projectDir is where runs/<id>/ lie.
    void setReader(StoreReader* reader, const std::string& projectDir);
    /// Reads the runs; goes to `prefer`, else stays, else takes the newest.
    void reloadRuns(std::int64_t prefer = 0);
    void selectRun(std::int64_t run);
    /// Lists these chains of the run (query.run is filled in).
    void setFilter(ChainQuery query);
    /// Reads the steps again that came in the meantime; the open chain stays.
    void refresh();
    void openChain(std::int64_t chain);
    void closeChain();
    /// The chain that the open one is compared with over time; 0 = none.
    void openEarlier(std::int64_t chain);

    const std::vector<store::RunRecord>& runs() const { return m_runs; }
    bool areRunsKnown() const { return m_runsKnown; }
    const store::RunRecord* run() const;
    const std::vector<store::StageInfo>& stages() const { return m_stages; }
    ChainListModel& list() { return m_list; }
    const TokenizerLoader& tokenizer() const { return m_tokenizer; }
    /// Null while nothing is open.
    const ChainDocumentPtr& document() const { return m_document; }
    const ChainDocumentPtr& earlier() const { return m_earlier; }
    /// From the earlier chain's completion to the open one's.
    const std::vector<DiffPiece>& changes() const { return m_changes; }
    /// Reads the chains that are marked for comparison, in this order; gone ones are left out.
    void openMarked(const QList<std::int64_t>& chains);
    const std::vector<ChainDocumentPtr>& marked() const { return m_marked; }
    /// Marks and notes of people on chains of this run.
    void readNotes();
    const store::ChainNote* note(const store::ChainKey& key) const;
    store::ChainKey openKey() const;
    const std::string& projectDir() const { return m_projectDir; }
    std::int64_t chain() const { return m_chain; }
    StageRules rules() const;
    /// All chains of the open chain's task in its step, by sample.
    const std::vector<ChainDocumentPtr>& group() const { return m_group; }
    std::optional<bool> groupRewardsEqual() const;
    /// The same task over the run, oldest first, same phase.
    const std::vector<store::ChainSummary>& history() const { return m_history; }

  signals:
    void runsChanged();
    void runChanged();
    void stagesChanged();
    void documentChanged();
    void earlierChanged();
    void groupChanged();
    void historyChanged();
    void markedChanged();
    void notesChanged();
    void failed(const veritune::util::Error& error);

  private:
    void readStages();
    void readGroup();
    void readHistory();
    void tokenizerChanged();

    QPointer<StoreReader> m_reader;
    std::string m_projectDir;
    std::vector<store::RunRecord> m_runs;
    bool m_runsKnown = false;
    std::int64_t m_run = 0;
    std::vector<store::StageInfo> m_stages;
    ChainListModel m_list;
    TokenizerLoader m_tokenizer;
    std::int64_t m_chain = 0;
    ChainDocumentPtr m_document;
    ChainDocumentPtr m_earlier;
    std::vector<DiffPiece> m_changes;
    std::vector<ChainDocumentPtr> m_group;
    std::vector<ChainDocumentPtr> m_marked;
    std::vector<store::ChainNote> m_notes;
    std::vector<store::ChainSummary> m_history;
};

}  // namespace veritune::app
