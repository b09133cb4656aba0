// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/quant/manifest.h"
#include "core/util/file_system.h"
#include "core/util/hash.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace veritune::quant {

/// A data file that is complete and durable, and what quantising it lost.
struct WrittenFile {
    FileRecord record;
    PartError error;
    bool kv_bf16 = false;  ///< a layer whose keys and values must stay in bf16
};

/// A file being written: every byte is hashed on its way.
class HashedFile {
  public:
    HashedFile(std::string name, std::unique_ptr<util::WritableFile> file)
        : name_(std::move(name)),
          file_(std::move(file)) {}
    util::Status write(std::span<const std::byte> bytes);
    /// Syncs and closes.
    util::Result<FileRecord> finish();

  private:
    std::string name_;
    std::unique_ptr<util::WritableFile> file_;
    util::Sha256 hash_;
    std::uint64_t bytes_ = 0;
};

/// Writes the folder of a model file by file into DESTINATION.partial, with a journal of what is
/// complete, and moves it into place when all is there: DESTINATION appears whole or not at all. A
/// writer that was killed is continued by the next one with the same identity; another identity
/// starts from nothing.
/// threads  create() and HashedFile may be used in other threads; the rest belongs to one
class ModelWriter {
  public:
    /// identity  a hash of source and format: what the complete files are worth
    /// errors  kAlreadyExists (DESTINATION), kBusy (another program writes it), kIoError
    static util::Result<ModelWriter> begin(util::FileSystem& fs,
                                           const std::string& destination,
                                           const std::string& identity);

    /// What an earlier writer completed; nullptr when the file is still to be written.
    const WrittenFile* find(const std::string& name) const;
    /// Opens a new file, in place of an unfinished one.
    util::Result<HashedFile> create(const std::string& name) const;
    /// Enters a finished file into the journal.
    util::Status record(WrittenFile file);
    /// A small file, copied or made; not in the journal.
    util::Result<FileRecord> write_small(const std::string& name, const std::string& text) const;
    /// Writes the manifest, removes the journal and moves the folder into place.
    util::Status finish(const std::string& manifest);
    /// Removes everything that was written.
    void discard();

  private:
    ModelWriter(util::FileSystem& fs, std::string destination, std::string identity);
    std::string path(const std::string& name) const;
    util::Status read_journal();

    util::FileSystem* fs_;
    std::string destination_;
    std::string folder_;
    std::string identity_;
    std::unique_ptr<util::FileLock> lock_;
    std::vector<WrittenFile> written_;
};

}  // namespace veritune::quant
