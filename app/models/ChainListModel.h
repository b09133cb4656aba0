// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/project.h"
#include "core/store/records.h"
#include "core/util/result.h"

#include <QAbstractListModel>
#include <QPointer>
#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace veritune::app {

class StoreReader;
class Theme;

/// Which chains to list.
struct ChainQuery {
    std::int64_t run = 0;  ///< 0 = none: an empty list
    store::ChainFilter filter;
    bool newestFirst = true;
    QString text;  ///< somewhere in task or text, upper or lower case; empty = any

    bool isSame(const ChainQuery& other) const;
    /// Texts are looked at one by one: the database cannot choose by them.
    bool needsScan() const { return !text.isEmpty(); }
};

/// A part of a list and where to go on.
struct ChainPage {
    std::vector<store::ChainSummary> rows;
    std::optional<store::ChainKey> last;  ///< of what was looked at; nullopt = nothing more there
    bool complete = false;
};
/// At most `limit` rows behind `after`; a search in texts looks at a bounded number of chains and
/// then returns with what it has. threads  the store's
util::Result<ChainPage> readChainPage(store::Project& project,
                                      const ChainQuery& query,
                                      const std::optional<store::ChainKey>& after,
                                      std::int64_t limit);

/// The chains of a run, page by page: rows are read when they come into sight, by key, so that row
/// 30,000 costs what row 1 costs.
/// roles  DisplayRole: the row as one sentence (also what a screen reader says); ChainIdRole
/// threads  GUI thread; test  chain_list_test.cpp
class ChainListModel final : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role { ChainIdRole = Qt::UserRole + 1 };
    static constexpr int kPage = 500;

    explicit ChainListModel(QObject* parent = nullptr);

    /// Forgets everything; null = no project.
    void setReader(StoreReader* reader);
    /// Starts over when the query differs.
    void setQuery(ChainQuery query);
    const ChainQuery& query() const { return m_query; }
    /// Reads again, e.g. after new steps.
    void reload();
    /// Reads all pages that are left (at most 10,000 rows at a time).
    void fetchAll();

    const store::ChainSummary* at(int row) const;
    int rowOf(std::int64_t chain) const;  ///< among the rows read so far; -1 = not there
    bool isLoading() const { return m_loading; }
    bool isComplete() const { return m_complete; }
    /// Rows that match in all; nullopt = being counted, or being searched for.
    std::optional<std::int64_t> total() const { return m_total; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

    /// "✓ mod-train-7, sample 3 · step 17 · reward 1.00 · answer 3" in words.
    static QString sentence(const store::ChainSummary& chain);

  signals:
    /// A page arrived, or the first page turned out to be empty.
    void loaded();
    void totalChanged();
    void failed(const veritune::util::Error& error);

  private:
    void start();
    void fetch(std::int64_t limit);
    void append(ChainPage page, std::int64_t limit);
    void count();

    QPointer<StoreReader> m_reader;
    ChainQuery m_query;
    std::vector<store::ChainSummary> m_rows;
    std::optional<store::ChainKey> m_last;
    std::optional<std::int64_t> m_total;
    std::int64_t m_generation = 0;  ///< answers to older queries are dropped
    bool m_loading = false;
    bool m_complete = true;
    bool m_wantsAll = false;
};

}  // namespace veritune::app
