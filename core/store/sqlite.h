// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

/// The only place that meets SQLite; private to core/store and its tests.
namespace veritune::store {

class Database;

/// One prepared statement. Values are bound from left to right; run() and the end of a step()
/// sequence make it ready for the next round. A failed bind shows up at step(). threads  those of
/// its Database
class Statement {
  public:
    Statement(Database& db, sqlite3_stmt* statement);
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    Statement& bind(std::int64_t value);
    /// NaN is stored as NULL.
    Statement& bind_real(double value);
    Statement& bind(std::string_view text);
    Statement& bind_blob(std::string_view bytes);
    /// The same without a copy: the bytes stay as they are until the next run() or step() is done.
    Statement& bind_kept(std::string_view text);
    Statement& bind_kept_blob(std::string_view bytes);

    /// true: a row is there; false: no more, and the statement starts over.
    util::Result<bool> step();
    /// To the end.
    util::Status run();

    std::int64_t integer(int column) const;
    double real(int column) const;  ///< NULL gives NaN
    std::string text(int column) const;
    std::string_view blob(int column) const;  ///< valid until the next step()
    bool is_null(int column) const;

  private:
    void rewind();

    Database* db_;
    sqlite3_stmt* statement_;
    int next_ = 1;
    int failure_ = 0;
};

enum class OpenMode {
    kWrite,      ///< the one writing and checkpointing connection
    kRead,       ///< beside a writer; never checkpoints
    kImmutable,  ///< read-only folder without a WAL
    kMemory,     ///< private and empty
};

/// Whether a transaction may run again after the connection was opened anew.
enum class Retry { kNever, kOnce };

/// A connection with the settings of docs/formats/project-db.md.
/// threads  one owner at a time
class Database {
  public:
    /// errors  kNotFound, kCorruptData (no database), kDiskFull, kIoError
    static util::Result<std::unique_ptr<Database>> open(const std::string& path, OpenMode mode);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    OpenMode mode() const { return mode_; }
    const std::string& path() const { return path_; }

    /// Statements without results, separated by ';'.
    util::Status exec(const std::string& sql);
    util::Result<Statement> prepare(std::string_view sql);
    /// First column of the first row; kNotFound without a row.
    util::Result<std::int64_t> query_integer(std::string_view sql);
    util::Result<std::string> query_text(std::string_view sql);

    /// BEGIN IMMEDIATE, body, COMMIT; any error rolls back. After an I/O error the connection is
    /// closed, opened again and the database checked; with kOnce the body then runs once more, so
    /// it has to be idempotent. Nothing is written through a connection whose check failed.
    util::Status transact(const std::function<util::Status()>& body, Retry retry);
    /// One consistent view for several statements.
    util::Status read(const std::function<util::Status()>& body);

    /// kCorruptData with the first findings. quick: for databases beyond 2 GiB.
    util::Status check_integrity(bool quick);
    /// PASSIVE once the WAL holds more than `wal_bytes`; never fails (a checkpoint that could not
    /// be made now is made later), only the size grows.
    void checkpoint_above(std::int64_t wal_bytes);
    /// Everything into the database file; readers may keep it from emptying the WAL.
    util::Status checkpoint_all();
    /// A copy as of now, written to a file that must not exist or be empty.
    util::Status backup_to(const std::string& path);

    std::int64_t last_insert_id() const;
    std::int64_t changes() const;
    std::int64_t wal_bytes() const { return wal_pages_ * page_bytes_; }
    util::Error error(int code, std::string_view action) const;
    sqlite3* handle() const { return handle_; }

  private:
    Database(std::string path, OpenMode mode);
    util::Status connect();
    util::Status configure();
    void disconnect();
    util::Status attempt(const std::function<util::Status()>& body);
    util::Status reopen();
    static int on_wal(void* self, sqlite3* db, const char* name, int pages);

    std::string path_;
    OpenMode mode_;
    sqlite3* handle_ = nullptr;
    bool broken_ = false;  ///< an I/O error was met and the check afterwards failed
    std::int64_t wal_pages_ = 0;
    std::int64_t page_bytes_ = 4096;
    bool warned_ = false;
};

}  // namespace veritune::store
