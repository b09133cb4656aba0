// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/dataset_editor.h"
#include "core/store/dataset_reader.h"
#include "core/store/dataset_store.h"
#include "core/store/evaluation_store.h"
#include "core/store/run_reader.h"
#include "core/store/run_store.h"
#include "core/util/result.h"

#include <cstdint>
#include <memory>
#include <string>

namespace veritune::store {

/// What the process lends to a project; a null pointer means the real one. Must outlive the
/// project.
struct ProjectOptions {
    util::FileSystem* fs = nullptr;
    util::Clock* clock = nullptr;
    const ContentCodec* codec = nullptr;
};

struct ProjectInfo {
    std::string id;  ///< 32 hex digits, made once; the engine's socket folder carries the first 16
    std::string name;  ///< for people
    std::string dir;   ///< absolute, without symbolic links
    std::int64_t created_us = 0;
    std::int64_t schema_version = 0;
    std::string program_version;  ///< of the program that created it
};

/// A project folder that is open: project.sqlite, datasets/, runs/<id>/, reports/, project.lock
/// (docs/formats/project-db.md). threads  one thread per object
class Project {
  public:
    /// A new project in a folder that is missing or empty; opened for writing.
    /// name  1..200 bytes
    /// errors  kAlreadyExists (the folder holds something), kInvalidArgument, kPermissionDenied,
    /// kDiskFull
    static util::Result<std::unique_ptr<Project>> create(const std::string& dir,
                                                         const std::string& name,
                                                         const ProjectOptions& options = {});
    /// The one writer: takes project.lock, checks the database after an unclean stop, migrates an
    /// old one (backup first). errors  kBusy says who holds the lock and what to do; kNotFound (no
    /// project there); kUnsupported (made by a newer
    ///         program, or a network file system); kCorruptData (damaged or altered database)
    static util::Result<std::unique_ptr<Project>> open_writer(const std::string& dir,
                                                              const ProjectOptions& options = {});
    /// Reads beside a writer and never checkpoints; in a folder that cannot be written only when no
    /// WAL is left. errors  as above, less kBusy; kUnsupported also for an older schema: "open it
    /// once for writing"
    static util::Result<std::unique_ptr<Project>> open_reader(const std::string& dir,
                                                              const ProjectOptions& options = {});
    /// Closes as close() does and ignores its error.
    ~Project();
    Project(const Project&) = delete;
    Project& operator=(const Project&) = delete;

    const ProjectInfo& info() const { return info_; }
    bool writable() const;
    RunReader& reader() { return *reader_; }
    /// Writer only (a reader that asks is a bug).
    RunStore& runs();
    /// list() and get() work for readers as well.
    DatasetStore& datasets() { return *datasets_; }
    /// Rows of data sets, page by page.
    DatasetReader& dataset_reader() { return *dataset_reader_; }
    /// Writer only (a reader that asks is a bug).
    DatasetEditor& dataset_editor();
    /// Reading works for readers as well.
    EvaluationStore& evaluations() { return *evaluations_; }

    /// The writer empties the WAL, marks the shutdown clean and gives the lock back. Nothing else
    /// may be called after.
    util::Status close();

  private:
    struct Parts;
    Project();
    static util::Result<std::unique_ptr<Project>> open(const std::string& dir,
                                                       const ProjectOptions& options,
                                                       bool writable);
    util::Status prepare_writer();
    util::Status load_info();

    std::unique_ptr<Parts> parts_;
    ProjectInfo info_;
    std::unique_ptr<RunReader> reader_;
    std::unique_ptr<RunStore> runs_;
    std::unique_ptr<DatasetStore> datasets_;
    std::unique_ptr<DatasetReader> dataset_reader_;
    std::unique_ptr<DatasetEditor> dataset_editor_;
    std::unique_ptr<EvaluationStore> evaluations_;
};

}  // namespace veritune::store
