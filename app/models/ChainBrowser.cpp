// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/ChainBrowser.h"

#include "app/StoreReader.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace veritune::app {
namespace {

/// More siblings than this are not read as a whole (a group has 8 to 64).
constexpr std::int64_t kMaxGroup = 256;
constexpr std::int64_t kMaxHistory = 10'000;

std::string textField(const util::Json& object, const char* key) {
    if (!object.is_object()) return {};
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

ChainBrowser::ChainBrowser(QObject* parent)
    : QObject(parent) {
    connect(&m_list, &ChainListModel::failed, this, &ChainBrowser::failed);
    connect(&m_tokenizer, &TokenizerLoader::changed, this, &ChainBrowser::tokenizerChanged);
}

void ChainBrowser::setReader(StoreReader* reader, const std::string& projectDir) {
    m_reader = reader;
    m_projectDir = projectDir;
    m_runs.clear();
    m_runsKnown = false;
    m_run = 0;
    m_stages.clear();
    m_marked.clear();
    m_tokenizer.clear();
    m_list.setReader(reader);
    closeChain();
    emit runsChanged();
    emit runChanged();
    emit stagesChanged();
}

void ChainBrowser::reloadRuns(std::int64_t prefer) {
    if (!m_reader) return;
    using Runs = std::vector<store::RunRecord>;
    m_reader->query<Runs>(
        this,
        [](store::Project& project) { return project.reader().list_runs(); },
        [this, prefer](util::Result<Runs> runs) {
            m_runsKnown = true;
            if (!runs) {
                emit runsChanged();
                return emit failed(runs.error());
            }
            m_runs = std::move(*runs);
            emit runsChanged();
            const auto has = [this](std::int64_t id) {
                return std::any_of(
                    m_runs.begin(), m_runs.end(), [id](const auto& run) { return run.id == id; });
            };
            std::int64_t next = has(prefer) ? prefer : has(m_run) ? m_run : 0;
            if (next == 0 && !m_runs.empty()) next = m_runs.front().id;
            if (next != m_run) selectRun(next);
        },
        QStringLiteral("runs"));
}

const store::RunRecord* ChainBrowser::run() const {
    const auto it = std::find_if(
        m_runs.begin(), m_runs.end(), [this](const auto& run) { return run.id == m_run; });
    return it == m_runs.end() ? nullptr : &*it;
}

void ChainBrowser::selectRun(std::int64_t id) {
    m_run = id;
    m_stages.clear();
    closeChain();
    m_tokenizer.clear();
    if (const store::RunRecord* record = run()) {
        m_tokenizer.load(record->recipe,
                         m_projectDir + "/runs/" + std::to_string(id),
                         textField(record->fingerprint, "tokenizer_sha256"));
    }
    ChainQuery query;
    query.run = id;
    query.newestFirst = m_list.query().newestFirst;
    m_list.setQuery(std::move(query));
    m_notes.clear();
    emit runChanged();
    readStages();
    readNotes();
}

void ChainBrowser::setFilter(ChainQuery query) {
    query.run = m_run;
    m_list.setQuery(std::move(query));
}

void ChainBrowser::refresh() {
    reloadRuns();
    readStages();
    m_list.reload();
}

void ChainBrowser::readStages() {
    if (!m_reader || m_run == 0) return emit stagesChanged();
    using Stages = std::vector<store::StageInfo>;
    m_reader->query<Stages>(
        this,
        [run = m_run](store::Project& project) { return project.reader().stages(run); },
        [this, run = m_run](util::Result<Stages> stages) {
            if (run != m_run) return;
            if (stages) m_stages = std::move(*stages);
            emit stagesChanged();
            if (!stages) emit failed(stages.error());
        },
        QStringLiteral("stages"));
}

void ChainBrowser::closeChain() {
    m_chain = 0;
    m_document.reset();
    m_earlier.reset();
    m_group.clear();
    m_history.clear();
    emit documentChanged();
    emit groupChanged();
    emit historyChanged();
}

void ChainBrowser::openChain(std::int64_t chain) {
    if (!m_reader || chain == 0) return closeChain();
    m_chain = chain;
    m_reader->query<ChainDocumentPtr>(
        this,
        [chain, tokenizer = m_tokenizer.tokenizer(), trouble = m_tokenizer.trouble()](
            store::Project& project) -> util::Result<ChainDocumentPtr> {
            VT_ASSIGN(store::StoredChain stored, project.reader().chain(chain));
            return ChainDocument::make(std::move(stored), tokenizer, trouble);
        },
        [this, chain](util::Result<ChainDocumentPtr> document) {
            if (chain != m_chain) return;
            if (!document) return emit failed(document.error());
            const ChainDocumentPtr before = std::exchange(m_document, std::move(*document));
            const bool sameTask = before && before->chain().stage == m_document->chain().stage &&
                                  before->chain().step == m_document->chain().step &&
                                  before->record().phase == m_document->record().phase &&
                                  before->record().problem_id == m_document->record().problem_id;
            if (!sameTask) {
                m_group.clear();
                emit groupChanged();
            }
            emit documentChanged();
            readGroup();
            readHistory();
        },
        QStringLiteral("chain"));
}

void ChainBrowser::openEarlier(std::int64_t chain) {
    m_earlier.reset();
    m_changes.clear();
    if (!m_reader || chain == 0 || !m_document) return emit earlierChanged();
    using Comparison = std::pair<ChainDocumentPtr, std::vector<DiffPiece>>;
    m_reader->query<Comparison>(
        this,
        [chain, now = m_document, tokenizer = m_tokenizer.tokenizer()](
            store::Project& project) -> util::Result<Comparison> {
            VT_ASSIGN(store::StoredChain stored, project.reader().chain(chain));
            Comparison result;
            result.first = ChainDocument::make(std::move(stored), tokenizer);
            if (!result.first->isTooLarge() && !now->isTooLarge()) {
                result.second =
                    wordDiff(result.first->record().completion, now->record().completion);
            }
            return result;
        },
        [this, now = m_document](util::Result<Comparison> result) {
            if (now != m_document) return;
            if (!result) return emit failed(result.error());
            std::tie(m_earlier, m_changes) = std::move(*result);
            emit earlierChanged();
        },
        QStringLiteral("earlier"));
}

void ChainBrowser::readNotes() {
    if (!m_reader || m_run == 0) return;
    using Notes = std::vector<store::ChainNote>;
    m_reader->query<Notes>(
        this,
        [run = m_run](store::Project& project) { return project.reader().chain_notes(run); },
        [this, run = m_run](util::Result<Notes> notes) {
            if (run != m_run) return;
            if (!notes) return emit failed(notes.error());
            m_notes = std::move(*notes);
            emit notesChanged();
        },
        QStringLiteral("notes"));
}

const store::ChainNote* ChainBrowser::note(const store::ChainKey& key) const {
    const auto it = std::find_if(
        m_notes.begin(), m_notes.end(), [&key](const auto& note) { return note.key == key; });
    return it == m_notes.end() ? nullptr : &*it;
}

store::ChainKey ChainBrowser::openKey() const {
    if (!m_document) return {};
    const store::StoredChain& chain = m_document->chain();
    return {.stage = chain.stage,
            .step = chain.step,
            .phase = chain.record.phase,
            .problem_id = chain.record.problem_id,
            .sample = chain.record.sample};
}

void ChainBrowser::openMarked(const QList<std::int64_t>& chains) {
    using Documents = std::vector<ChainDocumentPtr>;
    if (!m_reader || chains.isEmpty()) {
        m_marked.clear();
        return emit markedChanged();
    }
    m_reader->query<Documents>(
        this,
        [chains,
         tokenizer = m_tokenizer.tokenizer()](store::Project& project) -> util::Result<Documents> {
            Documents documents;
            for (const std::int64_t chain : chains) {
                util::Result<store::StoredChain> stored = project.reader().chain(chain);
                if (!stored && stored.error().code == util::ErrorCode::kNotFound) continue;
                if (!stored) return stored.error();
                documents.push_back(ChainDocument::make(std::move(*stored), tokenizer));
            }
            return documents;
        },
        [this](util::Result<Documents> documents) {
            if (!documents) return emit failed(documents.error());
            m_marked = std::move(*documents);
            emit markedChanged();
        },
        QStringLiteral("marked"));
}

void ChainBrowser::readGroup() {
    if (!m_reader || !m_document) return;
    const store::StoredChain& open = m_document->chain();
    store::ChainPageRequest request;
    request.filter = {.stage = open.stage,
                      .min_step = open.step,
                      .max_step = open.step,
                      .phase = open.record.phase,
                      .status = std::nullopt,
                      .problem_id = open.record.problem_id};
    request.limit = kMaxGroup;
    using Group = std::vector<ChainDocumentPtr>;
    m_reader->query<Group>(
        this,
        [run = m_run, request, tokenizer = m_tokenizer.tokenizer()](
            store::Project& project) -> util::Result<Group> {
            VT_ASSIGN(const std::vector<store::ChainSummary> rows,
                      project.reader().chains(run, request));
            Group group;
            for (const store::ChainSummary& row : rows) {
                VT_ASSIGN(store::StoredChain stored, project.reader().chain(row.id));
                group.push_back(ChainDocument::make(std::move(stored), tokenizer));
            }
            return group;
        },
        [this, chain = m_chain](util::Result<Group> group) {
            if (chain != m_chain) return;
            if (!group) return emit failed(group.error());
            m_group = std::move(*group);
            emit groupChanged();
        },
        QStringLiteral("group"));
}

void ChainBrowser::readHistory() {
    if (!m_reader || !m_document) return;
    const data::ChainRecord& record = m_document->record();
    store::ChainPageRequest request;
    request.filter.phase = record.phase;
    request.filter.problem_id = record.problem_id;
    request.limit = kMaxHistory;
    using History = std::vector<store::ChainSummary>;
    m_reader->query<History>(
        this,
        [run = m_run, request](store::Project& project) {
            return project.reader().chains(run, request);
        },
        [this, chain = m_chain](util::Result<History> history) {
            if (chain != m_chain) return;
            if (!history) return emit failed(history.error());
            m_history = std::move(*history);
            emit historyChanged();
        },
        QStringLiteral("history"));
}

StageRules ChainBrowser::rules() const {
    const store::RunRecord* record = run();
    if (record == nullptr || !m_document) return {};
    return stageRules(record->recipe, m_document->chain().stage);
}

std::optional<bool> ChainBrowser::groupRewardsEqual() const {
    if (m_group.size() < 2) return std::nullopt;
    const double first = m_group.front()->record().reward;
    return std::all_of(m_group.begin(), m_group.end(), [first](const ChainDocumentPtr& chain) {
        return chain->record().reward == first;
    });
}

void ChainBrowser::tokenizerChanged() {
    if (m_chain != 0) openChain(m_chain);
}

}  // namespace veritune::app
