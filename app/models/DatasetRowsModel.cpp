// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/DatasetRowsModel.h"

#include "app/PlainText.h"
#include "app/models/BenchWords.h"
#include "app/widgets/Cards.h"
#include "app/widgets/RowTable.h"
#include "core/store/project.h"

#include <QLocale>

#include <algorithm>
#include <utility>

namespace veritune::app {
namespace {

constexpr std::int64_t kMostRefreshed = 10'000;

struct Counted {
    store::RowCounts counts;
    std::int64_t matching = 0;
};

}  // namespace

DatasetRowsModel::DatasetRowsModel(QObject* parent)
    : QAbstractTableModel(parent) {}

void DatasetRowsModel::setReader(StoreReader* reader) {
    m_reader = reader;
    m_query = {};
    start();
}

void DatasetRowsModel::setQuery(const RowQuery& query) {
    if (query == m_query) return;
    m_query = query;
    start();
}

void DatasetRowsModel::start() {
    beginResetModel();
    m_rows.clear();
    m_next.reset();
    m_total.reset();
    m_counts = {};
    ++m_generation;
    m_isLoading = false;
    m_isComplete = !m_reader || m_query.dataset.empty();
    endResetModel();
    if (m_isComplete) {
        emit loaded();
        return;
    }
    fetch(kPage);
    count();
}

void DatasetRowsModel::count() {
    const std::int64_t generation = m_generation;
    m_reader->query<Counted>(
        this,
        [query = m_query](store::Project& project) -> util::Result<Counted> {
            const store::DatasetReader& reader = project.dataset_reader();
            Counted found;
            VT_ASSIGN(found.counts, reader.counts(query.dataset));
            found.matching = found.counts.total;
            if (query.filter != data::RowFilter{}) {
                VT_ASSIGN(found.matching, reader.count(query.dataset, query.filter));
            }
            return found;
        },
        [this, generation](util::Result<Counted> found) {
            if (generation != m_generation || !found) return;
            m_counts = found->counts;
            m_total = found->matching;
            emit loaded();
        },
        QStringLiteral("count"));
}

void DatasetRowsModel::fetch(std::int64_t limit) {
    if (m_isLoading || m_isComplete || !m_reader) return;
    m_isLoading = true;
    const std::int64_t generation = m_generation;
    m_reader->query<store::RowPage>(
        this,
        [query = m_query, after = m_next, limit](store::Project& project) {
            return project.dataset_reader().page({.dataset = query.dataset,
                                                  .filter = query.filter,
                                                  .sort = query.sort,
                                                  .descending = query.descending,
                                                  .after = after,
                                                  .limit = limit});
        },
        [this, generation, limit](util::Result<store::RowPage> page) {
            if (generation != m_generation) return;
            m_isLoading = false;
            if (!page) {
                m_isComplete = true;
                emit failed(page.error());
                return;
            }
            const auto got = static_cast<std::int64_t>(page->rows.size());
            m_next = page->next;
            m_isComplete = !m_next;
            if (got > 0) {
                const auto first = static_cast<int>(m_rows.size());
                beginInsertRows({}, first, first + static_cast<int>(got) - 1);
                std::move(page->rows.begin(), page->rows.end(), std::back_inserter(m_rows));
                endInsertRows();
            }
            // A search comes back after so many rows, to let other reads pass, and goes on.
            if (got < limit) fetch(limit - got);
            emit loaded();
        });
}

void DatasetRowsModel::refresh() {
    if (!m_reader || m_query.dataset.empty()) return;
    const std::int64_t generation = ++m_generation;
    m_isLoading = true;
    const std::int64_t limit =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(m_rows.size()), kPage, kMostRefreshed);
    m_reader->query<store::RowPage>(
        this,
        [query = m_query, limit](store::Project& project) {
            return project.dataset_reader().page({.dataset = query.dataset,
                                                  .filter = query.filter,
                                                  .sort = query.sort,
                                                  .descending = query.descending,
                                                  .limit = limit});
        },
        [this, generation](util::Result<store::RowPage> page) {
            if (generation != m_generation) return;
            m_isLoading = false;
            if (!page) {
                emit failed(page.error());
                return;
            }
            adopt(std::move(*page));
            emit loaded();
        },
        QStringLiteral("refresh"));
    count();
}

/// The same rows in the same order change in place: selection and scroll position stay.
void DatasetRowsModel::adopt(store::RowPage page) {
    const bool isSame = page.rows.size() == m_rows.size() &&
                        std::equal(page.rows.begin(),
                                   page.rows.end(),
                                   m_rows.begin(),
                                   [](const auto& a, const auto& b) { return a.row == b.row; });
    m_next = page.next;
    m_isComplete = !m_next;
    if (isSame) {
        m_rows = std::move(page.rows);
        if (!m_rows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(page.rows);
    endResetModel();
}

const store::RowSummary* DatasetRowsModel::at(int row) const {
    if (row < 0 || static_cast<std::size_t>(row) >= m_rows.size()) return nullptr;
    return &m_rows[static_cast<std::size_t>(row)];
}

int DatasetRowsModel::rowOf(std::int64_t id) const {
    const auto it =
        std::find_if(m_rows.begin(), m_rows.end(), [id](const auto& row) { return row.row == id; });
    return it == m_rows.end() ? -1 : static_cast<int>(it - m_rows.begin());
}

int DatasetRowsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int DatasetRowsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumns;
}

QString DatasetRowsModel::statusWord(data::RowStatus status) {
    switch (status) {
        case data::RowStatus::kNew:
            return tr("new", "state of a row");
        case data::RowStatus::kOk:
            return tr("accepted", "state of a row");
        case data::RowStatus::kNeedsReview:
            return tr("to review", "state of a row");
        case data::RowStatus::kRejected:
            return tr("rejected", "state of a row");
    }
    return {};
}

QString DatasetRowsModel::splitWord(data::Split split) {
    switch (split) {
        case data::Split::kTrain:
            return tr("training", "use of a row");
        case data::Split::kVal:
            return tr("held out", "use of a row");
        case data::Split::kTest:
            return tr("test", "use of a row");
        default:
            return fromUtf8(data::split_name(split));
    }
}

QVariant DatasetRowsModel::data(const QModelIndex& index, int role) const {
    const store::RowSummary* row = at(index.row());
    if (!row) return {};
    const int column = index.column();
    // What is empty must not be silent, too.
    if (role == Qt::AccessibleTextRole) {
        const QString text = data(index, Qt::DisplayRole).toString();
        return text.isEmpty() ? QStringLiteral("–") : text;
    }
    if (role == Qt::DisplayRole) {
        switch (column) {
            case kStatus:
                return statusWord(row->status);
            case kId:
                return oneLine(row->id, 80);
            case kQuestion:
                return oneLine(row->prompt);
            case kGold:
                return oneLine(row->gold, 120);
            case kVerifier:
                return row->verifier.empty() ? tr("none", "no verifier")
                                             : BenchWords::verifier(row->verifier);
            case kSplit:
                return splitWord(row->split);
            case kLevel:
                return row->level == 0 ? QString() : QLocale().toString(row->level);
            case kTags: {
                QStringList tags;
                for (const std::string& tag : row->tags) tags << oneLine(tag, 40);
                return tags.join(QStringLiteral(", "));
            }
            case kFindings:
                return row->open_reviews == 0
                           ? QString()
                           : QLocale().toString(static_cast<qlonglong>(row->open_reviews));
            default:
                return {};
        }
    }
    if (role == kRowMarkRole && column == kStatus) {
        switch (row->status) {
            case data::RowStatus::kNew:
                return QStringLiteral("more");
            case data::RowStatus::kOk:
                return QStringLiteral("check-circle");
            case data::RowStatus::kNeedsReview:
                return QStringLiteral("flag");
            case data::RowStatus::kRejected:
                return QStringLiteral("cross-circle");
        }
    }
    if (role == kRowToneRole) {
        if (column == kStatus) {
            if (row->status == data::RowStatus::kNew) return kRowToneMuted;
            return static_cast<int>(row->status == data::RowStatus::kOk ? Severity::kGood
                                    : row->status == data::RowStatus::kNeedsReview
                                        ? Severity::kWarn
                                        : Severity::kBad);
        }
        if (column == kId || column == kVerifier || column == kSplit) return kRowToneMuted;
    }
    if (role == Qt::ToolTipRole && column != kStatus) {
        return plainTip(column == kQuestion ? visibleText(row->prompt)
                                            : data(index, Qt::DisplayRole).toString());
    }
    if (role == Qt::TextAlignmentRole && (column == kLevel || column == kFindings))
        return QVariant(Qt::AlignTrailing | Qt::AlignVCenter);
    return {};
}

QVariant DatasetRowsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    const bool isNumber = section == kLevel || section == kFindings;
    if (role == Qt::TextAlignmentRole)
        return QVariant((isNumber ? Qt::AlignTrailing : Qt::AlignLeading) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case kStatus:
            return tr("State");
        case kId:
            return tr("Id");
        case kQuestion:
            return tr("Question");
        case kGold:
            return tr("Reference answer");
        case kVerifier:
            return tr("Verifier");
        case kSplit:
            return tr("Use");
        case kLevel:
            return tr("Level");
        case kTags:
            return tr("Tags");
        case kFindings:
            return tr("Findings");
        default:
            return {};
    }
}

bool DatasetRowsModel::canFetchMore(const QModelIndex& parent) const {
    return !parent.isValid() && !m_isComplete && !m_isLoading;
}

void DatasetRowsModel::fetchMore(const QModelIndex& parent) {
    if (!parent.isValid()) fetch(kPage);
}

void DatasetRowsModel::sort(int column, Qt::SortOrder order) {
    RowQuery query = m_query;
    query.descending = order == Qt::DescendingOrder;
    switch (column) {
        case kStatus:
            query.sort = store::RowSort::kStatus;
            break;
        case kId:
            query.sort = store::RowSort::kId;
            break;
        case kLevel:
            query.sort = store::RowSort::kLevel;
            break;
        default:
            query.sort = store::RowSort::kOrder;
            break;
    }
    setQuery(query);
}

void DatasetRowsModel::retranslate() {
    emit headerDataChanged(Qt::Horizontal, 0, kColumns - 1);
    if (!m_rows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
}

}  // namespace veritune::app
