// SPDX-License-Identifier: Apache-2.0
#include "core/store/dataset_reader.h"

#include "core/store/content_codec.h"
#include "core/store/dataset_writer.h"
#include "core/store/sqlite.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace veritune::store {

namespace {

using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

/// A set whose rows can be read here.
Result<DatasetInfo> stored_dataset(Database& db, std::string_view name) {
    VT_ASSIGN(DatasetInfo info, find_dataset(db, name));
    if (info.stored) return info;
    return fail(ErrorCode::kCorruptData,
                "the rows of this data set are still in a file that could not be read; `veritune"
                " project check` says why",
                info.name);
}

struct Order {
    std::string_view index;
    std::string_view columns;  ///< order, also the cursor's key columns without the id
    std::string_view key;      ///< SQL of the cursor's key
};

Order order_of(RowSort sort) {
    switch (sort) {
        case RowSort::kOrder:
            return {"problem_order", "id", "''"};
        case RowSort::kId:
            return {"problem_key", "ext_id", "ext_id"};
        case RowSort::kLevel:
            return {"problem_level", "level, id", "level"};
        case RowSort::kStatus:
            return {"problem_state", "status, split, id", "status || ' ' || split"};
    }
    VT_CHECK(false);
}

std::string order_by(const Order& order, bool descending) {
    std::string text = " ORDER BY ";
    for (const char c : order.columns) {
        if (c == ',' && descending) text += " DESC";
        text += c;
    }
    return descending ? text + " DESC" : text;
}

std::string after_clause(RowSort sort, bool descending) {
    const std::string than = descending ? "<" : ">";
    switch (sort) {
        case RowSort::kOrder:
            return " AND id" + than + "?";
        case RowSort::kId:
            return " AND ext_id" + than + "?";
        case RowSort::kLevel:
            return " AND (level, id)" + than + "(CAST(? AS INTEGER), ?)";
        case RowSort::kStatus:
            return " AND (status, split, id)" + than + "(?, ?, ?)";
    }
    VT_CHECK(false);
}

void bind_cursor(Statement& rows, RowSort sort, const RowCursor& cursor) {
    if (sort == RowSort::kStatus) {
        const std::size_t space = std::min(cursor.key.find(' '), cursor.key.size());
        rows.bind(std::string_view(cursor.key).substr(0, space));
        rows.bind(std::string_view(cursor.key).substr(std::min(space + 1, cursor.key.size())));
    } else if (sort != RowSort::kOrder) {
        rows.bind(std::string_view(cursor.key));
    }
    if (sort != RowSort::kId) rows.bind(cursor.row);
}

constexpr std::array<std::string_view, 5> kValueColumns = {
    "verifier", "topic", "family", "lang", "level"};

Status check_page(const RowPageRequest& request) {
    constexpr std::int64_t kMaxLimit = 10'000;
    if (request.limit >= 1 && request.limit <= kMaxLimit && request.max_scanned >= 1) return {};
    return fail(ErrorCode::kInvalidArgument, "a page has 1 to 10000 rows");
}

using Counted = std::vector<std::pair<std::string, std::int64_t>>;

void sort_by_count(Counted& list) {
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
}

}  // namespace

DatasetReader::DatasetReader(Database& db, const ContentCodec& codec)
    : db_(db),
      codec_(codec) {}

Result<RowPage> DatasetReader::page(const RowPageRequest& request) const {
    VT_TRY(check_page(request));
    RowPage page;
    VT_TRY(db_.read([&]() -> Status {
        VT_ASSIGN(const DatasetInfo info, stored_dataset(db_, request.dataset));
        const Order order = order_of(request.sort);
        const RowQuery query = row_query(request.filter);
        // The filter is a column, not a condition: so a page of rare rows can stop after
        // max_scanned.
        std::string sql = "SELECT " + std::string(kRowSummaryColumns) + ", (1" + query.where +
                          "), " + std::string(order.key) + " FROM problem INDEXED BY " +
                          std::string(order.index) + " WHERE dataset_id=?";
        if (request.after) sql += after_clause(request.sort, request.descending);
        VT_ASSIGN(Statement rows, db_.prepare(sql + order_by(order, request.descending)));
        query.bind(rows);
        rows.bind(info.id);
        if (request.after) bind_cursor(rows, request.sort, *request.after);
        constexpr int kHit = 17;
        for (std::int64_t scanned = 0;;) {
            VT_ASSIGN(const bool more, rows.step());
            if (!more) {
                page.next.reset();
                return {};
            }
            if (std::ssize(page.rows) == request.limit || scanned++ == request.max_scanned) {
                return {};
            }
            page.next = RowCursor{.row = rows.integer(0), .key = rows.text(kHit + 1)};
            if (rows.integer(kHit) == 0) continue;
            if (!request.filter.text.empty()) {
                VT_ASSIGN(const data::DatasetRow whole, row(rows.integer(0)));
                if (!data::matches(request.filter, whole)) continue;
            }
            VT_ASSIGN(RowSummary summary, read_row_summary(rows, codec_));
            page.rows.push_back(std::move(summary));
        }
    }));
    return page;
}

Result<data::DatasetRow> DatasetReader::row(std::int64_t id) const {
    VT_ASSIGN(Statement rows,
              db_.prepare("SELECT " + std::string(kRowColumns) + " FROM problem WHERE id=?"));
    VT_ASSIGN(const bool found, rows.bind(id).step());
    if (!found) return fail(ErrorCode::kNotFound, "this row does not exist (any more)");
    VT_ASSIGN(StoredRow stored, read_row(rows, 0, id, codec_));
    return std::move(stored.row);
}

Result<std::int64_t> DatasetReader::find(std::string_view dataset, std::string_view id) const {
    VT_ASSIGN(const DatasetInfo info, stored_dataset(db_, dataset));
    VT_ASSIGN(Statement rows,
              db_.prepare("SELECT id FROM problem WHERE dataset_id=? AND ext_id=?"));
    VT_ASSIGN(const bool found, rows.bind(info.id).bind(id).step());
    if (found) return rows.integer(0);
    return fail(ErrorCode::kNotFound, "the data set has no row with this id", std::string(id));
}

Result<RowCounts> DatasetReader::counts(std::string_view dataset) const {
    VT_ASSIGN(const DatasetInfo info, stored_dataset(db_, dataset));
    VT_ASSIGN(Statement rows,
              db_.prepare("SELECT status, split, count(*) FROM problem INDEXED BY problem_state"
                          " WHERE dataset_id=? GROUP BY status, split"));
    rows.bind(info.id);
    RowCounts counts;
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) return counts;
        const auto status = data::status_from_name(rows.text(0));
        const auto split = data::split_from_name(rows.text(1));
        if (!status || !split) return fail(ErrorCode::kCorruptData, "a row has an unknown state");
        counts.total += rows.integer(2);
        counts.by_status[static_cast<std::size_t>(*status)] += rows.integer(2);
        counts.by_split[static_cast<std::size_t>(*split)] += rows.integer(2);
    }
}

Result<std::int64_t> DatasetReader::count(std::string_view dataset,
                                          const data::RowFilter& filter,
                                          std::int64_t max) const {
    VT_ASSIGN(const DatasetInfo info, stored_dataset(db_, dataset));
    std::int64_t found = 0;
    if (!filter.text.empty()) {
        VT_TRY(each_row(db_, codec_, info.id, filter, [&](const StoredRow&) -> Result<bool> {
            return ++found < max;
        }));
        return found;
    }
    const RowQuery query = row_query(filter);
    VT_ASSIGN(Statement rows,
              db_.prepare("SELECT count(*) FROM (SELECT 1 FROM problem WHERE dataset_id=?" +
                          query.where + " LIMIT ?)"));
    rows.bind(info.id);
    query.bind(rows);
    VT_TRY(rows.bind(max).step());
    return rows.integer(0);
}

Result<Counted> DatasetReader::tags(std::string_view dataset) const {
    VT_ASSIGN(const DatasetInfo info, stored_dataset(db_, dataset));
    VT_ASSIGN(Statement rows,
              db_.prepare("SELECT tags, count(*) FROM problem WHERE dataset_id=? AND tags<>''"
                          " GROUP BY tags"));
    rows.bind(info.id);
    std::map<std::string, std::int64_t> counts;
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) break;
        const std::string words = rows.text(0);
        for (std::size_t at = 1; at < words.size();) {
            const std::size_t end = std::min(words.find(' ', at), words.size());
            counts[words.substr(at, end - at)] += rows.integer(1);
            at = end + 1;
        }
    }
    Counted list(counts.begin(), counts.end());
    sort_by_count(list);
    return list;
}

Result<Counted> DatasetReader::values(std::string_view dataset, std::string_view column) const {
    if (std::find(kValueColumns.begin(), kValueColumns.end(), column) == kValueColumns.end()) {
        return fail(ErrorCode::kInvalidArgument,
                    "values are listed of verifier, topic, family, lang and level");
    }
    VT_ASSIGN(const DatasetInfo info, stored_dataset(db_, dataset));
    VT_ASSIGN(Statement rows,
              db_.prepare("SELECT " + std::string(column) +
                          ", count(*) FROM problem WHERE dataset_id=? GROUP BY 1"));
    rows.bind(info.id);
    Counted list;
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) break;
        list.emplace_back(rows.text(0), rows.integer(1));
    }
    sort_by_count(list);
    return list;
}

Status DatasetReader::each(std::string_view dataset,
                           const data::RowFilter& filter,
                           const std::function<bool(std::int64_t, data::DatasetRow)>& on_row,
                           std::int64_t after) const {
    return db_.read([&]() -> Status {
        VT_ASSIGN(const DatasetInfo info, stored_dataset(db_, dataset));
        const auto take = [&](StoredRow row) -> Result<bool> {
            return on_row(row.id, std::move(row.row));
        };
        return each_row(db_, codec_, info.id, filter, take, after);
    });
}

Result<std::vector<data::Problem>> DatasetReader::problems(std::string_view dataset) const {
    std::vector<data::Problem> problems;
    VT_TRY(each(dataset, {.status = data::RowStatus::kOk}, [&](std::int64_t, data::DatasetRow row) {
        if (row.problem.split != data::Split::kQuarantine) {
            problems.push_back(std::move(row.problem));
        }
        return true;
    }));
    return problems;
}

Result<std::string> DatasetReader::version(std::string_view dataset) const {
    std::string version;
    VT_TRY(db_.read([&]() -> Status {
        VT_ASSIGN(const DatasetInfo info, stored_dataset(db_, dataset));
        version = info.sha256;
        if (!version.empty()) return {};
        VT_ASSIGN(version, store::compute_version(db_, codec_, info.id));
        return {};
    }));
    return version;
}

Result<std::string> DatasetReader::compute_version(std::string_view dataset) const {
    std::string version;
    VT_TRY(db_.read([&]() -> Status {
        VT_ASSIGN(const DatasetInfo info, stored_dataset(db_, dataset));
        VT_ASSIGN(version, store::compute_version(db_, codec_, info.id));
        return {};
    }));
    return version;
}

Result<std::vector<EditInfo>> DatasetReader::edits(std::string_view dataset,
                                                   std::int64_t limit) const {
    VT_ASSIGN(const DatasetInfo info, find_dataset(db_, dataset));
    VT_ASSIGN(Statement rows,
              db_.prepare("SELECT id, time_us, user, kind, label, rows, undone FROM edit WHERE"
                          " dataset_id=? ORDER BY id DESC LIMIT ?"));
    rows.bind(info.id).bind(limit);
    std::vector<EditInfo> list;
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) return list;
        list.push_back({.id = rows.integer(0),
                        .time_us = rows.integer(1),
                        .user = rows.text(2),
                        .kind = rows.text(3),
                        .label = rows.text(4),
                        .rows = rows.integer(5),
                        .undone = rows.integer(6) != 0});
    }
}

namespace {

AuditEntry read_audit(const Statement& row) {
    return {.id = row.integer(0),
            .time_us = row.integer(1),
            .user = row.text(2),
            .action = row.text(3),
            .object = row.text(4),
            .before_sha = row.text(5),
            .after_sha = row.text(6),
            .hash = row.text(7)};
}

constexpr std::string_view kAuditColumns =
    "SELECT id, time_us, user, action, object, before_sha, after_sha, hash FROM audit ";

}  // namespace

Result<std::vector<AuditEntry>> DatasetReader::audit(std::int64_t before,
                                                     std::int64_t limit) const {
    VT_ASSIGN(
        Statement rows,
        db_.prepare(std::string(kAuditColumns) + "WHERE ?1=0 OR id<?1 ORDER BY id DESC LIMIT ?2"));
    rows.bind(before).bind(limit);
    std::vector<AuditEntry> list;
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) return list;
        list.push_back(read_audit(rows));
    }
}

Result<std::int64_t> DatasetReader::check_audit() const {
    VT_ASSIGN(Statement rows, db_.prepare(std::string(kAuditColumns) + "ORDER BY id"));
    std::string previous;
    std::int64_t count = 0;
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) return count;
        const AuditEntry entry = read_audit(rows);
        if (audit_hash(entry, previous) != entry.hash) {
            return fail(ErrorCode::kCorruptData,
                        "the audit log was altered: entry " + std::to_string(entry.id) +
                            " does not follow from the one before");
        }
        previous = entry.hash;
        ++count;
    }
}

}  // namespace veritune::store
