// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/dataset_row.h"
#include "core/store/records.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::store {

class ContentCodec;
class Database;

/// A row as a table shows it; the whole row comes with DatasetReader::row().
struct RowSummary {
    std::int64_t row = 0;  ///< row id in the project: stable over edits and undo
    std::string id;        ///< the problem's
    std::string prompt;    ///< first kSummaryBytes, whole characters; a chat's last user message
    std::string gold;      ///< the same of the gold: text as it is, other JSON as JSON
    std::string verifier;
    data::Split split = data::Split::kTrain;
    data::RowStatus status = data::RowStatus::kNew;
    int level = 0;
    std::string topic;
    std::string lang;
    std::string family;
    std::vector<std::string> tags;
    bool has_solution = false;
    std::int64_t open_reviews = 0;
    std::int64_t prompt_bytes = 0;  ///< of the whole prompt
    std::int64_t edited_us = 0;     ///< 0 = as it came
};
inline constexpr std::size_t kSummaryBytes = 300;

enum class RowSort { kOrder, kId, kLevel, kStatus };

/// Where a page begins: after this row.
struct RowCursor {
    std::int64_t row = 0;
    std::string key;  ///< the sort column's value
    bool operator==(const RowCursor&) const = default;
};

struct RowPageRequest {
    std::string dataset;
    data::RowFilter filter;
    RowSort sort = RowSort::kOrder;
    bool descending = false;
    std::optional<RowCursor> after;
    std::int64_t limit = 200;           ///< 1..10000
    std::int64_t max_scanned = 50'000;  ///< rows looked at for a text search or another filter
                                        ///< without an index; then the page comes as it is
};

struct RowPage {
    std::vector<RowSummary> rows;
    std::optional<RowCursor> next;  ///< absent = the end; present with fewer rows than `limit` =
                                    ///< max_scanned was reached: ask again
};

struct RowCounts {
    std::int64_t total = 0;
    std::int64_t by_status[4] = {0, 0, 0, 0};    ///< order of data::RowStatus
    std::int64_t by_split[5] = {0, 0, 0, 0, 0};  ///< order of data::Split
};

/// One entry of a data set's undo stack.
struct EditInfo {
    std::int64_t id = 0;
    std::int64_t time_us = 0;
    std::string user;
    std::string kind;   ///< data::edit_kind_name
    std::string label;  ///< one line without content
    std::int64_t rows = 0;
    bool undone = false;  ///< can be redone
};

/// One link of the chained audit log.
struct AuditEntry {
    std::int64_t id = 0;
    std::int64_t time_us = 0;
    std::string user;
    std::string action;  ///< "edit:set", "undo:set", "export"
    std::string object;  ///< "dataset 3 `sums` (120 rows)"
    std::string before_sha;
    std::string after_sha;
    std::string hash;  ///< SHA-256 over the fields above and the hash before
};

/// Reads data sets page by page; works on a million rows.
/// errors  kNotFound (set or row), kCorruptData, kIoError
/// threads the thread that opened the project
class DatasetReader {
  public:
    DatasetReader(Database& db, const ContentCodec& codec);

    util::Result<RowPage> page(const RowPageRequest& request) const;
    /// Everything of one row.
    util::Result<data::DatasetRow> row(std::int64_t row) const;
    util::Result<std::int64_t> find(std::string_view dataset, std::string_view id) const;
    util::Result<RowCounts> counts(std::string_view dataset) const;
    /// Rows that match, at most `max`.
    util::Result<std::int64_t> count(std::string_view dataset,
                                     const data::RowFilter& filter,
                                     std::int64_t max = 10'000'000) const;
    /// (tag, rows), most used first.
    util::Result<std::vector<std::pair<std::string, std::int64_t>>> tags(
        std::string_view dataset) const;
    /// (value, rows) of verifier, topic, family, lang or level.
    util::Result<std::vector<std::pair<std::string, std::int64_t>>> values(
        std::string_view dataset, std::string_view column) const;
    /// Every matching row in the order of import, after the row id `after`; false stops. One
    /// consistent view.
    util::Status each(std::string_view dataset,
                      const data::RowFilter& filter,
                      const std::function<bool(std::int64_t, data::DatasetRow)>& on_row,
                      std::int64_t after = 0) const;
    /// Problems with status ok (without quarantine), in the order of import: what runs use.
    util::Result<std::vector<data::Problem>> problems(std::string_view dataset) const;
    /// The version: data::dataset_hash over the ok rows.
    util::Result<std::string> version(std::string_view dataset) const;

    /// The same from the rows themselves, whatever was stored.
    util::Result<std::string> compute_version(std::string_view dataset) const;

    /// Newest first.
    util::Result<std::vector<EditInfo>> edits(std::string_view dataset,
                                              std::int64_t limit = 200) const;
    /// Newest first; `before` 0 = from the end.
    util::Result<std::vector<AuditEntry>> audit(std::int64_t before, std::int64_t limit) const;
    /// Number of entries; errors  kCorruptData naming the first entry whose chain is broken
    util::Result<std::int64_t> check_audit() const;

  private:
    Database& db_;
    const ContentCodec& codec_;
};

}  // namespace veritune::store
