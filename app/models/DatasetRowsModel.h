// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/StoreReader.h"
#include "core/store/dataset_reader.h"
#include "core/util/result.h"

#include <QAbstractTableModel>
#include <QPointer>
#include <QString>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace veritune::app {

/// What is listed of a data set.
struct RowQuery {
    std::string dataset;  ///< empty = none
    data::RowFilter filter;
    store::RowSort sort = store::RowSort::kOrder;
    bool descending = false;
    bool operator==(const RowQuery&) const = default;
};

/// The rows of a data set, page by page: read when they come into sight, by key, so that the last
/// of a million rows costs what the first does. An edit changes what is shown in place. threads GUI
/// thread; test  dataset_model_test.cpp
class DatasetRowsModel final : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column {
        kStatus,
        kId,
        kQuestion,
        kGold,
        kVerifier,
        kSplit,
        kLevel,
        kTags,
        kFindings,
        kColumns
    };
    static constexpr int kPage = 500;

    explicit DatasetRowsModel(QObject* parent = nullptr);
    void setReader(StoreReader* reader);
    void setQuery(const RowQuery& query);
    const RowQuery& query() const { return m_query; }
    /// After an edit: what was read is read again; rows that stay keep their place.
    void refresh();

    const store::RowSummary* at(int row) const;
    int rowOf(std::int64_t id) const;  ///< among the rows read so far; -1 = not there
    bool isLoading() const { return m_isLoading; }
    bool isComplete() const { return m_isComplete; }
    /// Rows that match; nullopt = being counted.
    std::optional<std::int64_t> total() const { return m_total; }
    const store::RowCounts& counts() const { return m_counts; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    void sort(int column, Qt::SortOrder order) override;
    void retranslate();

    static QString statusWord(data::RowStatus status);
    static QString splitWord(data::Split split);

  signals:
    /// A page arrived, the first one was empty, or the counts are new.
    void loaded();
    void failed(const veritune::util::Error& error);

  private:
    void start();
    void fetch(std::int64_t limit);
    void count();
    void adopt(store::RowPage page);

    QPointer<StoreReader> m_reader;
    RowQuery m_query;
    std::vector<store::RowSummary> m_rows;
    std::optional<store::RowCursor> m_next;
    std::optional<std::int64_t> m_total;
    store::RowCounts m_counts;
    std::int64_t m_generation = 0;  ///< answers to older queries are dropped
    bool m_isLoading = false;
    bool m_isComplete = true;
};

}  // namespace veritune::app
