// SPDX-License-Identifier: Apache-2.0
#include "core/store/import_writer.h"

#include <utility>

namespace veritune::store {

namespace {

using util::Result;
using util::Status;

constexpr std::size_t kBatchRows = 500;
constexpr std::size_t kBatchBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxWaiting = 8;

}  // namespace

ImportWriter::ImportWriter(RowInserter& inserter)
    : inserter_(inserter),
      thread_([this] { insert_all(); }) {}

ImportWriter::~ImportWriter() {
    {
        const std::lock_guard lock(mutex_);
        dropped_ = true;
    }
    end();
}

bool ImportWriter::add(data::DatasetRow row) {
    Result<RowInserter::Ready> ready = inserter_.prepare(std::move(row));
    if (!ready) {
        prepared_ = ready.error();
        return false;
    }
    batch_bytes_ += ready->encoded.bytes();
    batch_.push_back(std::move(ready).value());
    return (batch_.size() < kBatchRows && batch_bytes_ < kBatchBytes) || hand_over();
}

bool ImportWriter::hand_over() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.size() < kMaxWaiting || !inserted_; });
    if (!inserted_) return false;
    waiting_.push_back(std::exchange(batch_, {}));
    batch_bytes_ = 0;
    changed_.notify_all();
    return true;
}

Status ImportWriter::insert_batch(const Batch& batch) {
    for (const RowInserter::Ready& row : batch) VT_TRY(inserter_.insert(row));
    return {};
}

void ImportWriter::insert_all() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return !waiting_.empty() || ended_; });
        if (waiting_.empty() || dropped_) return;
        const Batch batch = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        Status status = insert_batch(batch);
        lock.lock();
        if (!status) {
            inserted_ = std::move(status);
            dropped_ = true;
        }
        changed_.notify_all();
    }
}

void ImportWriter::end() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

Status ImportWriter::finish() {
    if (!batch_.empty()) hand_over();
    end();
    return prepared_ ? inserted_ : prepared_;
}

}  // namespace veritune::store
