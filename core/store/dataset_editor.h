// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/edit.h"
#include "core/store/records.h"
#include "core/util/clock.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace veritune::store {

class ContentCodec;
class Database;

/// What an edit did.
struct EditResult {
    std::int64_t edit = 0;  ///< 0 = nothing changed, no entry was made
    std::string dataset;    ///< the set that was changed: a copy when the named one is frozen
    std::int64_t rows = 0;  ///< changed, added or deleted
    std::string label;
};

/// What an edit may need from outside.
struct EditHooks {
    std::stop_token stop;  ///< then nothing is changed: kCancelled
    std::function<void(double fraction)> progress;
    data::ImportWorker import_worker;  ///< kImport
    data::ImportHooks import;          ///< kImport: convert, check and on_error are used
    /// kImport: looks at the report before anything is kept; an error takes everything back.
    std::function<util::Status(const data::DryRun& report)> judge_import;
};

/// Applies, undoes and redoes edits: each is one transaction with its before-images and its link of
/// the audit chain. Only the holder of the project lock has one.
/// errors  kNotFound (set or row), kInvalidArgument (edit), kAlreadyExists (name, id), kCancelled,
///         kCorruptData (another file than in the dry run), kDiskFull, kIoError
/// threads the thread that opened the project
class DatasetEditor {
  public:
    struct Env {
        Database* db = nullptr;
        const ContentCodec* codec = nullptr;
        util::Clock* clock = nullptr;
        std::string user;  ///< for history and audit
    };
    explicit DatasetEditor(Env env);

    util::Result<EditResult> apply(const data::Edit& edit, const EditHooks& hooks = {});
    /// The newest edit that is not undone; kNotFound: nothing to undo; kPermissionDenied: frozen.
    util::Result<EditResult> undo(std::string_view dataset);
    /// The oldest undone edit.
    util::Result<EditResult> redo(std::string_view dataset);

    /// An export or another act that changes no row but belongs into the audit log.
    util::Status record_audit(std::string_view action,
                              std::string_view object,
                              std::string_view after_sha);

  private:
    Env env_;
};

}  // namespace veritune::store
