// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"
#include "core/util/clock.h"
#include "core/util/file_system.h"
#include "core/util/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace veritune::store {

class Database;

/// The project's list of data sets; the rows of a set are a JSONL file under datasets/.
/// errors  as RunStore; kAlreadyExists (name), kNotFound lists the known names
/// threads  the thread that opened the project
class DatasetStore {
  public:
    struct Env {
        Database* db = nullptr;
        util::FileSystem* fs = nullptr;
        util::Clock* clock = nullptr;
        std::string project_dir;
    };
    explicit DatasetStore(Env env);

    /// Writer only. The file named by info.path (file_path(name) by habit) must be there already;
    /// id and created are filled in. returns the id
    util::Result<std::int64_t> add(const DatasetInfo& info);
    /// By name.
    util::Result<std::vector<DatasetInfo>> list() const;
    util::Result<DatasetInfo> get(std::string_view name) const;
    /// Writer only: row first, then the file.
    util::Status remove(std::string_view name);

    /// Where the rows of a set with this name belong: "datasets/NAME.jsonl", relative to the
    /// project. errors  kInvalidArgument for a name that is not allowed
    static util::Result<std::string> relative_path(std::string_view name);
    /// Absolute path of a data set's rows.
    std::string absolute_path(const DatasetInfo& info) const;

  private:
    Env env_;
};

}  // namespace veritune::store
