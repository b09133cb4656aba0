// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/dataset_row.h"
#include "core/store/dataset_reader.h"
#include "core/store/records.h"
#include "core/store/sqlite.h"
#include "core/util/hash.h"

#include <cstdint>
#include <string>
#include <string_view>

/// Tables `dataset`, `problem` and `edit_row` <-> values; private to core/store. Nothing here opens
/// a transaction.
namespace veritune::store {

class ContentCodec;

/// Everything of a row but ids, in the order of both tables: `ext_id, split, ..., review`.
extern const std::string_view kRowColumns;
inline constexpr int kRowColumnCount = 26;

/// One problem row with its texts encoded, ready to be bound.
struct EncodedRow {
    std::int64_t id = 0;
    std::int64_t created_us = 0;
    std::int64_t edited_us = 0;
    std::string tags;     ///< " a b " or ""
    std::string reviews;  ///< reasons in the same form
    std::int64_t open_reviews = 0;
    std::string prompt_sha256;
    std::int64_t prompt_bytes = 0;
    std::string prompt;
    std::string gold;
    std::string params;
    std::string solution;
    std::string review;

    std::size_t bytes() const;  ///< of the texts
};
util::Result<EncodedRow> encode_row(const ContentCodec& codec,
                                    std::int64_t id,
                                    const data::DatasetRow& row);
/// Binds kRowColumnCount values; both stay as they are until the statement has run.
void bind_row(Statement& statement, const data::DatasetRow& row, const EncodedRow& encoded);

struct StoredRow {
    std::int64_t id = 0;
    std::int64_t created_us = 0;
    std::int64_t edited_us = 0;
    data::DatasetRow row;
};
/// `first` = column of ext_id; the id is the problem's, whichever table it comes from.
util::Result<StoredRow> read_row(const Statement& row,
                                 int first,
                                 std::int64_t id,
                                 const ContentCodec& codec);
/// Columns of a summary: SELECT kRowSummaryColumns FROM problem; texts are cut.
extern const std::string_view kRowSummaryColumns;
util::Result<RowSummary> read_row_summary(const Statement& row, const ContentCodec& codec);

/// Adds the stored bytes of a row image (columns from `first`) to an audit hash.
void hash_image(util::Sha256& hash, const Statement& row, int first);
/// The same bytes of a row on its way in.
void hash_row(util::Sha256& hash, const data::DatasetRow& row, const EncodedRow& encoded);

/// A WHERE clause over `problem`, without the text search and what only the whole row tells.
struct RowQuery {
    std::string where;
    std::vector<std::string> texts;  ///< for the question marks, in order
    void bind(Statement& statement) const;
};
RowQuery row_query(const data::RowFilter& filter);

extern const std::string_view kDatasetColumns;
util::Result<DatasetInfo> read_dataset(const Statement& row);
/// errors  kNotFound listing the known names
util::Result<DatasetInfo> find_dataset(Database& db, std::string_view name);
/// A data set may be called so; see DatasetStore::relative_path.
bool is_dataset_name(std::string_view name);
util::Error bad_dataset_name();

/// Appends a link; inside a transaction.
struct AuditFields {
    std::string_view user;
    std::string_view action;
    std::string_view object;
    std::string_view before_sha;
    std::string_view after_sha;
};
util::Status append_audit(Database& db, std::int64_t time_us, const AuditFields& fields);
/// What `hash` of an entry has to be.
std::string audit_hash(const AuditEntry& entry, std::string_view previous);

}  // namespace veritune::store
