// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/ChainListModel.h"

#include "app/PlainText.h"
#include "app/StoreReader.h"

#include <QLocale>

#include <algorithm>
#include <utility>

namespace veritune::app {
namespace {

constexpr std::int64_t kLargePage = 10'000;

QString statusWord(const std::string& status) {
    if (status == "correct") return ChainListModel::tr("correct");
    if (status == "incorrect") return ChainListModel::tr("incorrect");
    if (status == "partial") return ChainListModel::tr("partly correct");
    if (status == "no_answer") return ChainListModel::tr("no answer");
    if (status == "budget_exceeded") return ChainListModel::tr("over the limit");
    return ChainListModel::tr("not scored");
}

}  // namespace

bool ChainQuery::isSame(const ChainQuery& other) const {
    return run == other.run && newestFirst == other.newestFirst && text == other.text &&
           filter == other.filter;
}

namespace {

/// Chains whose texts one search looks at before other reads get their turn.
constexpr std::int64_t kTextsPerRead = 1000;

util::Result<bool> holdsText(store::Project& project, std::int64_t chain, const QString& text) {
    VT_ASSIGN(const store::StoredChain stored, project.reader().chain(chain));
    return fromUtf8(stored.record.completion).contains(text, Qt::CaseInsensitive) ||
           fromUtf8(stored.record.prompt).contains(text, Qt::CaseInsensitive);
}

}  // namespace

util::Result<ChainPage> readChainPage(store::Project& project,
                                      const ChainQuery& query,
                                      const std::optional<store::ChainKey>& after,
                                      std::int64_t limit) {
    ChainPage result;
    result.last = after;
    store::ChainPageRequest request;
    request.filter = query.filter;
    request.limit = query.needsScan() ? ChainListModel::kPage : limit;
    request.descending = query.newestFirst;
    for (std::int64_t left = kTextsPerRead; left > 0; left -= request.limit) {
        request.after = result.last;
        VT_ASSIGN(std::vector<store::ChainSummary> rows,
                  project.reader().chains(query.run, request));
        const bool isEnd = static_cast<std::int64_t>(rows.size()) < request.limit;
        for (store::ChainSummary& row : rows) {
            result.last = row.key;
            if (query.needsScan()) {
                VT_ASSIGN(const bool holds, holdsText(project, row.id, query.text));
                if (!holds) continue;
            }
            result.rows.push_back(std::move(row));
            if (static_cast<std::int64_t>(result.rows.size()) == limit) break;
        }
        if (static_cast<std::int64_t>(result.rows.size()) == limit) break;
        result.complete = isEnd;
        if (isEnd) break;
    }
    return result;
}

ChainListModel::ChainListModel(QObject* parent)
    : QAbstractListModel(parent) {}

void ChainListModel::setReader(StoreReader* reader) {
    m_reader = reader;
    m_query = {};
    start();
}

void ChainListModel::setQuery(ChainQuery query) {
    if (query.isSame(m_query)) return;
    m_query = std::move(query);
    start();
}

void ChainListModel::reload() { start(); }

void ChainListModel::start() {
    beginResetModel();
    m_rows.clear();
    m_last.reset();
    m_total.reset();
    ++m_generation;
    m_loading = false;
    m_wantsAll = false;
    m_complete = !m_reader || m_query.run == 0;
    endResetModel();
    emit totalChanged();
    if (m_complete) return;
    fetch(kPage);
    count();
}

void ChainListModel::count() {
    if (m_query.needsScan()) return;
    const std::int64_t generation = m_generation;
    m_reader->query<std::int64_t>(
        this,
        [query = m_query](store::Project& project) {
            return project.reader().count_chains(query.run, query.filter);
        },
        [this, generation](util::Result<std::int64_t> total) {
            if (generation != m_generation || !total) return;
            m_total = *total;
            emit totalChanged();
        },
        QStringLiteral("count"));
}

void ChainListModel::fetch(std::int64_t limit) {
    if (m_loading || m_complete || !m_reader) return;
    m_loading = true;
    const std::int64_t generation = m_generation;
    m_reader->query<ChainPage>(
        this,
        [query = m_query, after = m_last, limit](store::Project& project) {
            return readChainPage(project, query, after, limit);
        },
        [this, generation, limit](util::Result<ChainPage> page) {
            if (generation != m_generation) return;
            m_loading = false;
            if (!page) {
                m_complete = true;
                emit failed(page.error());
                return;
            }
            append(std::move(*page), limit);
        });
}

void ChainListModel::append(ChainPage page, std::int64_t limit) {
    m_complete = page.complete;
    m_last = page.last;
    const auto count = static_cast<std::int64_t>(page.rows.size());
    if (count > 0) {
        const int first = static_cast<int>(m_rows.size());
        beginInsertRows({}, first, first + static_cast<int>(count) - 1);
        std::move(page.rows.begin(), page.rows.end(), std::back_inserter(m_rows));
        endInsertRows();
    }
    if (m_complete && m_query.needsScan()) m_total = static_cast<std::int64_t>(m_rows.size());
    emit totalChanged();
    // A search stops after so many chains, to let other reads pass, and goes on by itself.
    if (m_wantsAll || count < limit) fetch(m_wantsAll ? kLargePage : limit - count);
    emit loaded();
}

void ChainListModel::fetchAll() {
    m_wantsAll = true;
    fetch(kLargePage);
}

const store::ChainSummary* ChainListModel::at(int row) const {
    if (row < 0 || static_cast<std::size_t>(row) >= m_rows.size()) return nullptr;
    return &m_rows[static_cast<std::size_t>(row)];
}

int ChainListModel::rowOf(std::int64_t chain) const {
    const auto it = std::find_if(
        m_rows.begin(), m_rows.end(), [chain](const auto& row) { return row.id == chain; });
    return it == m_rows.end() ? -1 : static_cast<int>(it - m_rows.begin());
}

int ChainListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant ChainListModel::data(const QModelIndex& index, int role) const {
    const store::ChainSummary* chain = at(index.row());
    if (!index.isValid() || chain == nullptr) return {};
    if (role == ChainIdRole) return QVariant::fromValue<qlonglong>(chain->id);
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) return sentence(*chain);
    if (role == Qt::ToolTipRole) return plainTip(sentence(*chain));
    return {};
}

bool ChainListModel::canFetchMore(const QModelIndex& parent) const {
    return !parent.isValid() && !m_complete && !m_loading;
}

void ChainListModel::fetchMore(const QModelIndex& parent) {
    if (!parent.isValid()) fetch(kPage);
}

QString ChainListModel::sentence(const store::ChainSummary& chain) {
    const QLocale locale;
    const QString answer = chain.extracted.empty() ? tr("none") : oneLine(chain.extracted, 80);
    //: %1 verdict, %2 problem, %3 sample, %4 step, %5 reward, %6 tokens, %7 answer
    return tr("%1: %2, sample %3, step %4, reward %5, %6 tokens, answer %7")
        .arg(statusWord(chain.status),
             oneLine(chain.key.problem_id, 80),
             locale.toString(static_cast<qlonglong>(chain.key.sample)),
             locale.toString(static_cast<qlonglong>(chain.key.step)),
             locale.toString(chain.reward, 'f', 2),
             locale.toString(static_cast<qlonglong>(chain.tokens)),
             answer);
}

}  // namespace veritune::app
