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
    const store::ChainFilter& a = filter;
    const store::ChainFilter& b = other.filter;
    return run == other.run && newestFirst == other.newestFirst && a.stage == b.stage &&
           a.min_step == b.min_step && a.max_step == b.max_step && a.phase == b.phase &&
           a.status == b.status && a.problem_id == b.problem_id;
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
    store::ChainPageRequest request;
    request.filter = m_query.filter;
    request.limit = limit;
    request.descending = m_query.newestFirst;
    if (!m_rows.empty()) request.after = m_rows.back().key;
    using Page = std::vector<store::ChainSummary>;
    const std::int64_t generation = m_generation;
    m_reader->query<Page>(
        this,
        [run = m_query.run, request](store::Project& project) {
            return project.reader().chains(run, request);
        },
        [this, generation, limit](util::Result<Page> page) {
            if (generation != m_generation) return;
            m_loading = false;
            if (!page) {
                m_complete = true;
                emit failed(page.error());
                return;
            }
            m_complete = static_cast<std::int64_t>(page->size()) < limit;
            if (!page->empty()) {
                const int first = static_cast<int>(m_rows.size());
                beginInsertRows({}, first, first + static_cast<int>(page->size()) - 1);
                std::move(page->begin(), page->end(), std::back_inserter(m_rows));
                endInsertRows();
            }
            emit loaded();
            if (m_wantsAll) fetch(kLargePage);
        });
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
