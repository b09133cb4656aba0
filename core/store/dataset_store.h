// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"
#include "core/store/records.h"
#include "core/util/clock.h"
#include "core/util/file_system.h"
#include "core/util/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace veritune::store {

class ContentCodec;
class Database;

/// The project's list of data sets. Their rows are read with DatasetReader and changed with
/// DatasetEditor.
/// errors  as RunStore; kAlreadyExists (name), kNotFound lists the known names
/// threads  the thread that opened the project
class DatasetStore {
  public:
    struct Env {
        Database* db = nullptr;
        const ContentCodec* codec = nullptr;
        util::FileSystem* fs = nullptr;
        util::Clock* clock = nullptr;
        std::string project_dir;
        std::string user;  ///< for the audit log
    };
    explicit DatasetStore(Env env);

    /// Writer only. A new data set of these rows, all of them ok; name, source and the like are
    /// taken from `info`. returns the id
    util::Result<std::int64_t> create(const DatasetInfo& info,
                                      const std::vector<data::Problem>& problems);
    /// Writer only. create() with the rows of the JSONL file at info.path, which is then removed.
    /// errors  kNotFound (file), kCorruptData (its rows)
    util::Result<std::int64_t> add(const DatasetInfo& info);
    /// Writer only. Takes in the files of data sets that an older program left; one that cannot be
    /// read stays where it is.
    util::Status adopt_files();
    /// By name.
    util::Result<std::vector<DatasetInfo>> list() const;
    util::Result<DatasetInfo> get(std::string_view name) const;
    /// Writer only: the set with its rows and its undo stack.
    util::Status remove(std::string_view name);

    /// Where a file for add() belongs: "datasets/NAME.jsonl", relative to the project.
    /// errors  kInvalidArgument for a name that is not allowed
    static util::Result<std::string> relative_path(std::string_view name);
    /// Absolute path of info.path.
    std::string absolute_path(const DatasetInfo& info) const;

  private:
    void drop_file(const std::string& path);

    Env env_;
};

}  // namespace veritune::store
