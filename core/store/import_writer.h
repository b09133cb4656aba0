// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/dataset_writer.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

/// Private to core/store.
namespace veritune::store {

/// Stores the rows of an import beside the thread that reads them: that one encodes and hashes, one
/// of its own inserts. Between the constructor and finish() the database belongs to the latter.
/// threads  the one that made it
class ImportWriter {
  public:
    /// inserter  outlives this, inside the caller's transaction
    explicit ImportWriter(RowInserter& inserter);
    /// Rows that were not stored yet are dropped.
    ~ImportWriter();
    ImportWriter(const ImportWriter&) = delete;
    ImportWriter& operator=(const ImportWriter&) = delete;

    /// Waits while too much is under way. false: something failed, finish() says what.
    bool add(data::DatasetRow row);
    /// Everything is stored, or the first error. errors  those of RowInserter::add
    util::Status finish();

  private:
    using Batch = std::vector<RowInserter::Ready>;
    bool hand_over();
    void insert_all();
    util::Status insert_batch(const Batch& batch);
    void end();

    RowInserter& inserter_;
    Batch batch_;
    std::size_t batch_bytes_ = 0;
    util::Status prepared_;  ///< of the reading thread
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Batch> waiting_;
    util::Status inserted_;
    bool ended_ = false;
    bool dropped_ = false;
    std::thread thread_;
};

}  // namespace veritune::store
