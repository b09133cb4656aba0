// SPDX-License-Identifier: Apache-2.0
#include "core/store/project.h"

#include "core/store/content_codec.h"
#include "core/store/migrations.h"
#include "core/store/sqlite.h"
#include "core/util/log.h"
#include "core/util/version.h"

#include <climits>

#include <array>
#include <cstdlib>
#include <pwd.h>
#include <sys/random.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <utility>

namespace veritune::store {

namespace {

using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

constexpr std::uint64_t kFullCheckBytes = 2ULL << 30;
constexpr std::string_view kDatabase = "project.sqlite";
constexpr std::string_view kLock = "project.lock";

Result<std::string> real_path(const std::string& dir) {
    std::array<char, PATH_MAX> buffer{};
    if (::realpath(dir.c_str(), buffer.data()) != nullptr) return std::string(buffer.data());
    return fail(ErrorCode::kNotFound, "the project folder does not exist", dir);
}

/// 128 bits of the kernel: an identity, never part of a result, so not from util::Rng.
Result<std::string> random_hex() {
    std::array<unsigned char, 16> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        return fail(ErrorCode::kIoError, "the system gives no random numbers");
    }
    static constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : bytes) {
        text += kHex[byte >> 4];
        text += kHex[byte & 15];
    }
    return text;
}

/// For the history of edits and the audit log: a name that people know, else the number.
std::string user_name() {
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 &&
        found != nullptr) {
        return found->pw_name;
    }
    return "uid " + std::to_string(::getuid());
}

/// WAL shares memory between processes of one kernel; over a network it corrupts silently.
Status check_file_system(const std::string& dir) {
    struct statfs info {};
    if (::statfs(dir.c_str(), &info) != 0) {
        return fail(ErrorCode::kIoError, "the project folder cannot be looked at", dir);
    }
    constexpr std::array<std::uint32_t, 4> kNetwork{
        0x6969u /* NFS */, 0xff534d42u /* CIFS */, 0xfe534d42u /* SMB2 */, 0x01021997u /* 9p */};
    constexpr std::uint32_t kFuse = 0x65735546u;
    const auto type = static_cast<std::uint32_t>(info.f_type);
    for (const std::uint32_t network : kNetwork) {
        if (type != network) continue;
        return fail(ErrorCode::kUnsupported,
                    "a project cannot be written on a network drive; move the folder to a disk of"
                    " this computer",
                    dir);
    }
    if (type == kFuse) {
        util::log_line(util::LogLevel::kWarn, "store", "the project lies on a FUSE file system");
    }
    return {};
}

std::string lock_note(util::FileSystem& fs, util::Clock& clock) {
    std::array<char, HOST_NAME_MAX + 1> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
    std::string boot = fs.read("/proc/sys/kernel/random/boot_id", 64).value_or("unknown");
    while (!boot.empty() && boot.back() == '\n') boot.pop_back();
    return "process " + std::to_string(::getpid()) + " on " + host.data() + " since " +
           util::format_utc(clock.wall_us()) + " (boot " + boot + ")";
}

Result<std::unique_ptr<util::FileLock>> take_lock(util::FileSystem& fs,
                                                  util::Clock& clock,
                                                  const std::string& dir) {
    Result<std::unique_ptr<util::FileLock>> lock =
        fs.lock(util::join_path(dir, kLock), lock_note(fs, clock));
    if (lock || lock.error().code != ErrorCode::kBusy) return lock;
    return fail(ErrorCode::kBusy,
                "the project is open for writing: " + lock.error().message +
                    ", or let that engine do the work",
                dir);
}

/// Refuses files of other programs and of newer versions before anything else is read.
Result<std::int64_t> schema_version(Database& db) {
    VT_ASSIGN(const std::int64_t application, db.query_integer("PRAGMA application_id"));
    VT_ASSIGN(const std::int64_t version, db.query_integer("PRAGMA user_version"));
    if (application != kApplicationId || version < 1) {
        return fail(ErrorCode::kCorruptData, "this database is not a Veritune project", db.path());
    }
    if (version > all_migrations().back().version) {
        return fail(ErrorCode::kUnsupported,
                    "the project was made by a newer Veritune (schema " + std::to_string(version) +
                        "); install that version",
                    db.path());
    }
    return version;
}

Result<std::string> project_value(Database& db, std::string_view key) {
    VT_ASSIGN(Statement find, db.prepare("SELECT value FROM project WHERE key=?"));
    VT_ASSIGN(const bool found, find.bind(key).step());
    if (found) return find.text(0);
    return fail(ErrorCode::kCorruptData, "the project lacks a value", std::string(key));
}

Status set_project_value(Database& db, std::string_view key, std::string_view value) {
    VT_ASSIGN(Statement upsert,
              db.prepare("INSERT INTO project(key, value) VALUES(?1, ?2)"
                         " ON CONFLICT(key) DO UPDATE SET value=?2"));
    return upsert.bind(key).bind(value).run();
}

bool is_project_id(std::string_view id) {
    return id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool wal_holds_rows(util::FileSystem& fs, const std::string& database) {
    const Result<util::FileInfo> wal = fs.stat(database + "-wal");
    return wal && wal->bytes > 0;
}

Result<OpenMode> reader_mode(util::FileSystem& fs, const std::string& dir) {
    if (::access(dir.c_str(), W_OK) == 0) return OpenMode::kRead;
    if (!wal_holds_rows(fs, util::join_path(dir, kDatabase))) return OpenMode::kImmutable;
    return fail(ErrorCode::kUnsupported,
                "the folder cannot be written and the project was not closed cleanly; open it once"
                " where it can be written",
                dir);
}

struct NewProject {
    std::string name;
    std::string id;
    std::int64_t created_us = 0;
};

/// A whole database under a temporary name: a crash leaves no half-made project.
Status build_database(util::FileSystem& fs, const std::string& path, const NewProject& project) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        VT_TRY(util::remove_tree(fs, path + suffix));
    }
    // Made by us, so that it and the files that SQLite puts beside it are 0600 under any umask.
    VT_ASSIGN(const std::unique_ptr<util::WritableFile> file, fs.create(path));
    VT_TRY(file->close());
    VT_ASSIGN(const std::unique_ptr<Database> db, Database::open(path, OpenMode::kWrite));
    VT_TRY(migrate(*db, all_migrations(), 0));
    VT_TRY(db->transact(
        [&]() -> Status {
            VT_TRY(set_project_value(*db, "id", project.id));
            VT_TRY(set_project_value(*db, "name", project.name));
            VT_TRY(set_project_value(*db, "created_us", std::to_string(project.created_us)));
            VT_TRY(set_project_value(*db, "program_version", util::program_version()));
            return set_project_value(*db, "clean_shutdown", "1");
        },
        Retry::kNever));
    VT_ASSIGN(const std::string mode, db->query_text("PRAGMA journal_mode=WAL"));
    if (mode == "wal") return {};
    return fail(ErrorCode::kUnsupported, "the folder's file system cannot hold a project", path);
}

}  // namespace

struct Project::Parts {
    std::unique_ptr<util::FileSystem> own_fs;
    PlainCodec plain;
    util::FileSystem* fs = nullptr;
    util::Clock* clock = nullptr;
    const ContentCodec* codec = nullptr;
    std::unique_ptr<util::FileLock> lock;  // before db: given back after the connection is closed
    std::unique_ptr<Database> db;

    explicit Parts(const ProjectOptions& options) {
        if (options.fs == nullptr) own_fs = util::make_posix_file_system();
        fs = options.fs != nullptr ? options.fs : own_fs.get();
        clock = options.clock != nullptr ? options.clock : &util::system_clock();
        codec = options.codec != nullptr ? options.codec : &plain;
    }
};

Project::Project() = default;

Project::~Project() { static_cast<void>(close()); }

bool Project::writable() const { return runs_ != nullptr; }

RunStore& Project::runs() {
    VT_CHECK(runs_ != nullptr);
    return *runs_;
}

DatasetEditor& Project::dataset_editor() {
    VT_CHECK(dataset_editor_ != nullptr);
    return *dataset_editor_;
}

Result<std::unique_ptr<Project>> Project::create(const std::string& dir,
                                                 const std::string& name,
                                                 const ProjectOptions& options) {
    constexpr std::size_t kMaxName = 200;
    if (name.empty() || name.size() > kMaxName) {
        return fail(ErrorCode::kInvalidArgument, "a project's name has 1 to 200 bytes");
    }
    {
        const Parts parts(options);
        util::FileSystem& fs = *parts.fs;
        VT_TRY(util::make_dirs(fs, dir));
        VT_ASSIGN(const std::vector<std::string> names, fs.list(dir));
        for (const std::string& entry : names) {
            // What an interrupted create leaves is not in the way.
            if (entry == kLock || entry.starts_with(".new-project")) continue;
            return fail(ErrorCode::kAlreadyExists,
                        "the folder is not empty; a project needs a folder of its own",
                        dir);
        }
        VT_ASSIGN(const std::string real, real_path(dir));
        VT_TRY(check_file_system(real));
        VT_ASSIGN(const std::unique_ptr<util::FileLock> lock, take_lock(fs, *parts.clock, real));
        VT_ASSIGN(std::string id, random_hex());
        const std::string unfinished = util::join_path(real, ".new-project.sqlite");
        VT_TRY(build_database(
            fs,
            unfinished,
            {.name = name, .id = std::move(id), .created_us = parts.clock->wall_us()}));
        for (const char* folder : {"datasets", "runs", "reports"}) {
            VT_TRY(fs.make_dir(util::join_path(real, folder)));
        }
        VT_TRY(fs.rename(unfinished, util::join_path(real, kDatabase)));
        VT_TRY(fs.sync_dir(real));
    }
    return open_writer(dir, options);
}

Result<std::unique_ptr<Project>> Project::open_writer(const std::string& dir,
                                                      const ProjectOptions& options) {
    return open(dir, options, true);
}

Result<std::unique_ptr<Project>> Project::open_reader(const std::string& dir,
                                                      const ProjectOptions& options) {
    return open(dir, options, false);
}

Result<std::unique_ptr<Project>> Project::open(const std::string& dir,
                                               const ProjectOptions& options,
                                               bool writable) {
    std::unique_ptr<Project> project(new Project());
    project->parts_ = std::make_unique<Parts>(options);
    Parts& parts = *project->parts_;
    VT_ASSIGN(project->info_.dir, real_path(dir));
    const std::string& real = project->info_.dir;
    const std::string path = util::join_path(real, kDatabase);
    const Result<util::FileInfo> file = parts.fs->stat(path);
    if (!file || !file->is_regular) {
        return fail(ErrorCode::kNotFound,
                    "there is no Veritune project in this folder; make one with `veritune project"
                    " create`",
                    real);
    }
    OpenMode mode = OpenMode::kWrite;
    if (writable) {
        VT_TRY(check_file_system(real));
        VT_ASSIGN(parts.lock, take_lock(*parts.fs, *parts.clock, real));
    } else {
        VT_ASSIGN(mode, reader_mode(*parts.fs, real));
    }
    VT_ASSIGN(parts.db, Database::open(path, mode));
    VT_ASSIGN(project->info_.schema_version, schema_version(*parts.db));
    if (writable) VT_TRY(project->prepare_writer());
    VT_TRY(project->load_info());
    return project;
}

/// Order matters: nothing is changed before the database has proven to be whole and ours.
Status Project::prepare_writer() {
    Database& db = *parts_->db;
    const std::span<const Migration> all = all_migrations();
    const std::int64_t version = info_.schema_version;
    VT_TRY(check_schema(db, all.first(static_cast<std::size_t>(version))));
    VT_ASSIGN(const std::string clean, project_value(db, "clean_shutdown"));
    if (clean != "1") {
        VT_ASSIGN(const util::FileInfo file, parts_->fs->stat(db.path()));
        util::log_line(util::LogLevel::kInfo, "store", "unclean stop, database is checked");
        VT_TRY(db.check_integrity(file.bytes > kFullCheckBytes));
    }
    if (version < all.back().version) {
        VT_TRY(upgrade(db, *parts_->fs, all, version));
        info_.schema_version = all.back().version;
    }
    VT_ASSIGN(const std::string journal, db.query_text("PRAGMA journal_mode=WAL"));
    if (journal != "wal") {
        return fail(ErrorCode::kUnsupported, "the file system cannot hold a project", db.path());
    }
    VT_TRY(db.transact([&] { return set_project_value(db, "clean_shutdown", "0"); }, Retry::kOnce));
    runs_ = std::make_unique<RunStore>(RunStore::Env{.db = &db,
                                                     .codec = parts_->codec,
                                                     .fs = parts_->fs,
                                                     .clock = parts_->clock,
                                                     .project_dir = info_.dir});
    return {};
}

Status Project::load_info() {
    Database& db = *parts_->db;
    const std::int64_t newest = all_migrations().back().version;
    if (info_.schema_version < newest) {
        return fail(ErrorCode::kUnsupported,
                    "the project is of an older version; open it once for writing",
                    info_.dir);
    }
    if (!writable()) VT_TRY(check_schema(db, all_migrations()));
    VT_ASSIGN(info_.id, project_value(db, "id"));
    VT_ASSIGN(info_.name, project_value(db, "name"));
    VT_ASSIGN(const std::string created, project_value(db, "created_us"));
    info_.created_us = std::strtoll(created.c_str(), nullptr, 10);
    VT_ASSIGN(info_.program_version, project_value(db, "program_version"));
    if (!is_project_id(info_.id)) {
        return fail(ErrorCode::kCorruptData, "the project's id is malformed", info_.dir);
    }
    reader_ = std::make_unique<RunReader>(db, *parts_->codec);
    datasets_ = std::make_unique<DatasetStore>(DatasetStore::Env{.db = &db,
                                                                 .codec = parts_->codec,
                                                                 .fs = parts_->fs,
                                                                 .clock = parts_->clock,
                                                                 .project_dir = info_.dir,
                                                                 .user = user_name()});
    dataset_reader_ = std::make_unique<DatasetReader>(db, *parts_->codec);
    evaluations_ = std::make_unique<EvaluationStore>(
        EvaluationStore::Env{.db = &db, .codec = parts_->codec, .clock = parts_->clock});
    if (!writable()) return {};
    dataset_editor_ = std::make_unique<DatasetEditor>(DatasetEditor::Env{
        .db = &db, .codec = parts_->codec, .clock = parts_->clock, .user = user_name()});
    return datasets_->adopt_files();
}

Status Project::close() {
    if (!parts_ || !parts_->db) return {};
    Status status;
    if (writable()) {
        Database& db = *parts_->db;
        status =
            db.transact([&] { return set_project_value(db, "clean_shutdown", "1"); }, Retry::kOnce);
        const Status emptied = db.checkpoint_all();
        if (status) status = emptied;
    }
    runs_.reset();
    reader_.reset();
    datasets_.reset();
    dataset_reader_.reset();
    dataset_editor_.reset();
    evaluations_.reset();
    parts_.reset();
    return status;
}

}  // namespace veritune::store
