// SPDX-License-Identifier: Apache-2.0
#include "core/store/sqlite.h"

#include "core/util/log.h"

#include <sqlite3.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace veritune::store {

namespace {

using util::Error;
using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

constexpr int kMaxValueBytes = 64 << 20;
constexpr std::int64_t kWalWarnBytes = 256LL << 20;

/// SQLite knows ENOSPC by itself; quota and file size limits arrive as plain I/O errors.
bool is_no_space(int error_number) {
    return error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
}

ErrorCode code_of(int code, int error_number) {
    switch (code & 0xff) {
        case SQLITE_FULL:
            return ErrorCode::kDiskFull;
        case SQLITE_IOERR:
            return is_no_space(error_number) ? ErrorCode::kDiskFull : ErrorCode::kIoError;
        case SQLITE_NOMEM:
            return ErrorCode::kOutOfMemory;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return ErrorCode::kCorruptData;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return ErrorCode::kBusy;
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_READONLY:
            return ErrorCode::kPermissionDenied;
        case SQLITE_CANTOPEN:
            return is_no_space(error_number) ? ErrorCode::kDiskFull : ErrorCode::kIoError;
        case SQLITE_CONSTRAINT:
        case SQLITE_TOOBIG:
        case SQLITE_MISMATCH:
            return ErrorCode::kInvalidArgument;
        default:
            return ErrorCode::kInternal;
    }
}

/// errno of the last failed write to one of the connection's files. sqlite3_system_errno would be
/// the documented way, but a partial write before the failure leaves 0 there (3.40).
int write_errno(sqlite3* db) {
    int error_number = 0;
    sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &error_number);
    if (is_no_space(error_number)) return error_number;
    sqlite3_file* wal = nullptr;
    sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
    if (wal == nullptr || wal->pMethods == nullptr) return error_number;
    wal->pMethods->xFileControl(wal, SQLITE_FCNTL_LAST_ERRNO, &error_number);
    return error_number;
}

/// The path as a URI: only this form can say immutable=1.
std::string to_uri(const std::string& path) {
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string uri = "file:";
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '?' || c == '#' || c == '%') {
            uri += '%';
            uri += kHex[byte >> 4];
            uri += kHex[byte & 15];
        } else {
            uri += c;
        }
    }
    return uri;
}

}  // namespace

Statement::Statement(Database& db, sqlite3_stmt* statement)
    : db_(&db),
      statement_(statement) {}

Statement::Statement(Statement&& other) noexcept
    : db_(other.db_),
      statement_(std::exchange(other.statement_, nullptr)),
      next_(other.next_),
      failure_(other.failure_) {}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(std::int64_t value) {
    const int code = sqlite3_bind_int64(statement_, next_++, value);
    if (code != SQLITE_OK) failure_ = code;
    return *this;
}

Statement& Statement::bind_real(double value) {
    // SQLite turns NaN into NULL by itself; said here because the reader relies on it.
    const int code = std::isnan(value) ? sqlite3_bind_null(statement_, next_++)
                                       : sqlite3_bind_double(statement_, next_++, value);
    if (code != SQLITE_OK) failure_ = code;
    return *this;
}

Statement& Statement::bind(std::string_view text) {
    // A null pointer would bind NULL instead of the empty text.
    const char* data = text.data() != nullptr ? text.data() : "";
    const int code =
        sqlite3_bind_text64(statement_, next_++, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    if (code != SQLITE_OK) failure_ = code;
    return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
    const char* data = bytes.data() != nullptr ? bytes.data() : "";
    const int code = sqlite3_bind_blob64(statement_, next_++, data, bytes.size(), SQLITE_TRANSIENT);
    if (code != SQLITE_OK) failure_ = code;
    return *this;
}

Statement& Statement::bind_kept(std::string_view text) {
    const char* data = text.data() != nullptr ? text.data() : "";
    const int code =
        sqlite3_bind_text64(statement_, next_++, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) failure_ = code;
    return *this;
}

Statement& Statement::bind_kept_blob(std::string_view bytes) {
    const char* data = bytes.data() != nullptr ? bytes.data() : "";
    const int code = sqlite3_bind_blob64(statement_, next_++, data, bytes.size(), SQLITE_STATIC);
    if (code != SQLITE_OK) failure_ = code;
    return *this;
}

Result<bool> Statement::step() {
    const int code = failure_ != SQLITE_OK ? failure_ : sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    Error error = db_->error(code, "the project database refused a request");
    rewind();
    if (code == SQLITE_DONE) return false;
    return error;
}

Status Statement::run() {
    for (;;) {
        VT_ASSIGN(const bool more, step());
        if (!more) return {};
    }
}

void Statement::rewind() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    next_ = 1;
    failure_ = SQLITE_OK;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

double Statement::real(int column) const {
    if (is_null(column)) return std::numeric_limits<double>::quiet_NaN();
    return sqlite3_column_double(statement_, column);
}

std::string Statement::text(int column) const { return std::string(blob(column)); }

std::string_view Statement::blob(int column) const {
    const void* data = sqlite3_column_blob(statement_, column);
    const int bytes = sqlite3_column_bytes(statement_, column);
    if (data == nullptr) return {};
    return {static_cast<const char*>(data), static_cast<std::size_t>(bytes)};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Database::Database(std::string path, OpenMode mode)
    : path_(std::move(path)),
      mode_(mode) {}

Database::~Database() { disconnect(); }

Result<std::unique_ptr<Database>> Database::open(const std::string& path, OpenMode mode) {
    std::unique_ptr<Database> db(new Database(path, mode));
    VT_TRY(db->connect());
    return db;
}

Error Database::error(int code, std::string_view action) const {
    int error_number = handle_ != nullptr ? sqlite3_system_errno(handle_) : 0;
    if (handle_ != nullptr && code == SQLITE_IOERR_WRITE) error_number = write_errno(handle_);
    std::string message(action);
    message.append(": ").append(handle_ != nullptr ? sqlite3_errmsg(handle_)
                                                   : sqlite3_errstr(code));
    return fail(code_of(code, error_number), std::move(message), path_);
}

Status Database::connect() {
    int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;
    std::string uri = to_uri(path_);
    if (mode_ == OpenMode::kMemory) {
        flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY;
    } else {
        flags |= mode_ == OpenMode::kWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
        if (mode_ == OpenMode::kImmutable) uri += "?immutable=1";
    }
    const int code = sqlite3_open_v2(uri.c_str(), &handle_, flags, nullptr);
    if (code != SQLITE_OK) {
        Error reason = error(code, "the project database cannot be opened");
        disconnect();
        return reason;
    }
    Status configured = configure();
    if (!configured) disconnect();
    return configured;
}

Status Database::configure() {
    sqlite3_busy_timeout(handle_, 5000);
    sqlite3_limit(handle_, SQLITE_LIMIT_LENGTH, kMaxValueBytes);
    sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(handle_, SQLITE_LIMIT_EXPR_DEPTH, 100);
    sqlite3_limit(handle_, SQLITE_LIMIT_TRIGGER_DEPTH, 10);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    const bool writes = mode_ == OpenMode::kWrite;
    if (!writes) sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    VT_TRY(
        exec("PRAGMA mmap_size=0; PRAGMA wal_autocheckpoint=0; PRAGMA foreign_keys=ON;"
             "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY;"));
    if (!writes) return exec(mode_ == OpenMode::kMemory ? "" : "PRAGMA query_only=ON;");
    VT_TRY(exec("PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"));
    VT_ASSIGN(page_bytes_, query_integer("PRAGMA page_size"));
    // After wal_autocheckpoint=0, which would take the hook away.
    sqlite3_wal_hook(handle_, &Database::on_wal, this);
    return {};
}

void Database::disconnect() {
    if (handle_ == nullptr) return;
    // A statement that outlived its connection would be a bug of ours, not the disk's.
    VT_CHECK(sqlite3_close(handle_) != SQLITE_BUSY);
    handle_ = nullptr;
}

int Database::on_wal(void* self, sqlite3*, const char*, int pages) {
    static_cast<Database*>(self)->wal_pages_ = pages;
    return SQLITE_OK;
}

Status Database::exec(const std::string& sql) {
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return {};
    return error(code, "the project database refused a request");
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (code != SQLITE_OK) return error(code, "the project database refused a request");
    return Statement(*this, statement);
}

Result<std::int64_t> Database::query_integer(std::string_view sql) {
    VT_ASSIGN(Statement statement, prepare(sql));
    VT_ASSIGN(const bool found, statement.step());
    if (!found) return fail(ErrorCode::kNotFound, "the project database has no such value", path_);
    return statement.integer(0);
}

Result<std::string> Database::query_text(std::string_view sql) {
    VT_ASSIGN(Statement statement, prepare(sql));
    VT_ASSIGN(const bool found, statement.step());
    if (!found) return fail(ErrorCode::kNotFound, "the project database has no such value", path_);
    return statement.text(0);
}

Status Database::attempt(const std::function<Status()>& body) {
    Status status = exec("BEGIN IMMEDIATE");
    if (status) status = body();
    if (status) status = exec("COMMIT");
    // Some failures have rolled back already; a ROLLBACK then would only hide the first error.
    if (!status && sqlite3_get_autocommit(handle_) == 0) static_cast<void>(exec("ROLLBACK"));
    return status;
}

Status Database::transact(const std::function<Status()>& body, Retry retry) {
    if (broken_) VT_TRY(reopen());
    Status status = attempt(body);
    if (status || status.error().code != ErrorCode::kIoError) return status;
    util::log_line(util::LogLevel::kWarn, "store", "write failed, database is opened again");
    VT_TRY(reopen());
    return retry == Retry::kOnce ? attempt(body) : status;
}

/// After a failed sync nobody knows what the file holds, and SQLite's picture of it may be wrong:
/// only a new connection whose check passes is believed.
Status Database::reopen() {
    broken_ = true;
    disconnect();
    VT_TRY(connect());
    VT_TRY(check_integrity(false));
    broken_ = false;
    return {};
}

Status Database::read(const std::function<Status()>& body) {
    VT_TRY(exec("BEGIN"));
    Status status = body();
    const Status ended = exec("COMMIT");
    return status ? ended : status;
}

Status Database::check_integrity(bool quick) {
    VT_ASSIGN(Statement check,
              prepare(quick ? "PRAGMA quick_check(5)" : "PRAGMA integrity_check(5)"));
    std::string findings;
    for (;;) {
        VT_ASSIGN(const bool more, check.step());
        if (!more) break;
        if (check.text(0) == "ok") continue;
        findings.append(findings.empty() ? "" : "; ").append(check.text(0));
    }
    if (findings.empty()) {
        VT_ASSIGN(Statement keys, prepare("PRAGMA foreign_key_check"));
        VT_ASSIGN(const bool violated, keys.step());
        if (violated) findings = "a row of table " + keys.text(0) + " points to nothing";
    }
    if (findings.empty()) return {};
    return fail(
        ErrorCode::kCorruptData,
        "the project database is damaged; restore a backup of the folder (" + findings + ")",
        path_);
}

void Database::checkpoint_above(std::int64_t limit) {
    if (wal_bytes() <= limit) return;
    sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (wal_bytes() > kWalWarnBytes && !std::exchange(warned_, true)) {
        util::log_line(util::LogLevel::kWarn,
                       "store",
                       "the write-ahead log exceeds 256 MiB because a reader stays open");
    }
}

Status Database::checkpoint_all() {
    int left = 0;
    const int code =
        sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, &left, nullptr);
    if (code == SQLITE_OK) wal_pages_ = 0;
    if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY) return {};
    return error(code, "the project database cannot be brought up to date");
}

Status Database::backup_to(const std::string& path) {
    sqlite3* target = nullptr;
    int code = sqlite3_open_v2(path.c_str(),
                               &target,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW,
                               nullptr);
    if (code == SQLITE_OK) {
        sqlite3_backup* backup = sqlite3_backup_init(target, "main", handle_, "main");
        if (backup == nullptr) {
            code = sqlite3_errcode(target);
        } else {
            sqlite3_backup_step(backup, -1);
            code = sqlite3_backup_finish(backup);
        }
    }
    const int error_number = target != nullptr ? sqlite3_system_errno(target) : 0;
    sqlite3_close(target);
    if (code == SQLITE_OK) return {};
    return fail(code_of(code, error_number),
                std::string("the backup of the database failed: ") + sqlite3_errstr(code),
                path);
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }

std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }

}  // namespace veritune::store
