// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/dataset_rows.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

/// What store and editor share when they write rows; private to core/store. Everything runs inside
/// the caller's transaction.
namespace veritune::store {

class ContentCodec;

/// Takes rows one by one into a data set, with ids that follow each other.
class RowInserter {
  public:
    /// A row that has its id, encoded and counted in sha256().
    struct Ready {
        data::DatasetRow row;
        EncodedRow encoded;
    };
    /// errors  those of the database
    static util::Result<RowInserter> begin(Database& db,
                                           const ContentCodec& codec,
                                           std::int64_t dataset,
                                           std::int64_t now_us);
    /// errors  kAlreadyExists naming the id
    util::Status add(data::DatasetRow row);
    /// The two halves of add(): the first touches no database, so one thread may prepare while
    /// another one inserts, in the same order.
    util::Result<Ready> prepare(data::DatasetRow row);
    util::Status insert(const Ready& ready);
    std::int64_t first_id() const { return first_id_; }
    std::int64_t rows() const { return next_id_ - first_id_; }
    /// Over hash_row() of every row; ends the hash, call once.
    std::string sha256() { return hash_.hex(); }

  private:
    RowInserter(Database& db, const ContentCodec& codec, Statement insert)
        : db_(db),
          codec_(codec),
          insert_(std::move(insert)) {}
    Database& db_;
    const ContentCodec& codec_;
    Statement insert_;
    std::int64_t dataset_ = 0;
    std::int64_t now_us_ = 0;
    std::int64_t first_id_ = 0;
    std::int64_t next_id_ = 0;
    bool check_ids_ = false;  ///< the set had rows before
    util::Sha256 hash_;
};

/// Row of `dataset`; stored, without rows. errors  kAlreadyExists, kInvalidArgument (name)
util::Result<std::int64_t> insert_dataset(Database& db, const DatasetInfo& info);
/// Number of rows, and the version is unknown until somebody asks.
util::Status touch_dataset(Database& db, std::int64_t dataset, std::int64_t now_us);
util::Status set_version(Database& db, std::int64_t dataset, std::string_view sha256);

/// Every matching row of a data set in the order of import, after the row id `after`; on_row
/// returns false to stop.
util::Status each_row(Database& db,
                      const ContentCodec& codec,
                      std::int64_t dataset,
                      const data::RowFilter& filter,
                      const std::function<util::Result<bool>(StoredRow)>& on_row,
                      std::int64_t after = 0);
/// data::dataset_hash of the ok rows, in memory for one row.
util::Result<std::string> compute_version(Database& db,
                                          const ContentCodec& codec,
                                          std::int64_t dataset,
                                          std::stop_token stop = {});
/// Where it costs less than a moment (at most 2,000 rows), the version is known at once.
util::Status refresh_version(Database& db, const ContentCodec& codec, std::int64_t dataset);

}  // namespace veritune::store
