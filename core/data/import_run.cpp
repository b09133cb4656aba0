// SPDX-License-Identifier: Apache-2.0
// The caller's side of an import: opens the file, starts the worker, checks what comes back.
#include "core/data/import_frames.h"
#include "core/data/import_parse.h"
#include "core/text/utf8.h"
#include "core/util/hash.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace veritune::data {

namespace {

using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

constexpr int kPollMs = 100;
constexpr int kSilenceMs = 60'000;  ///< a worker that says nothing for so long is stuck
constexpr std::size_t kMaxFolderBytes = std::size_t{256} << 20;
constexpr std::size_t kMaxFolderFiles = 1'000'000;

util::Error cancelled() { return util::fail(ErrorCode::kCancelled, "the import was cancelled"); }

class Fd {
  public:
    explicit Fd(int fd = -1)
        : fd_(fd) {}
    Fd(Fd&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Fd() { reset(); }
    int get() const { return fd_; }
    void reset() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

  private:
    int fd_;
};

util::Error open_error(int error_number, const std::string& path) {
    switch (error_number) {
        case ENOENT:
            return util::fail(ErrorCode::kNotFound, "the file does not exist", path);
        case EACCES:
            return util::fail(ErrorCode::kPermissionDenied, "the file may not be read", path);
        case ELOOP:
            return util::fail(ErrorCode::kPermissionDenied,
                              "the file is a symbolic link; name the file itself",
                              path);
        default:
            return util::fail(ErrorCode::kIoError, "the file cannot be opened", path);
    }
}

Result<Fd> open_file(const std::string& path, std::int64_t& bytes) {
    Fd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (fd.get() < 0) return open_error(errno, path);
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
        return util::fail(ErrorCode::kInvalidArgument, "this is not a regular file", path);
    }
    bytes = info.st_size;
    return fd;
}

/// Of the descriptor, so that it is the file the worker reads.
Result<std::string> hash_of(int fd, const std::stop_token& stop) {
    util::Sha256 hash;
    std::vector<char> buffer(std::size_t{1} << 20);
    for (off_t at = 0;;) {
        if (stop.stop_requested()) return cancelled();
        const ssize_t count = ::pread(fd, buffer.data(), buffer.size(), at);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return util::fail(ErrorCode::kIoError, "the file cannot be read to its end");
        if (count == 0) return hash.hex();
        hash.update({buffer.data(), static_cast<std::size_t>(count)});
        at += count;
    }
}

Result<std::string> small_file(const std::string& path, std::size_t max_bytes) {
    const auto fs = util::make_posix_file_system();
    return fs->read(path, max_bytes);
}

/// Problems of a plain folder, one a file, as lines for the worker: a name and bytes that are
/// UTF-8 or were taken for Windows-1252.
Result<std::string> folder_lines(const std::string& path, const std::stop_token& stop) {
    const auto fs = util::make_posix_file_system();
    VT_ASSIGN(const std::vector<std::string> names, fs->list(path));
    std::string lines;
    std::size_t files = 0;
    for (const std::string& name : names) {
        if (stop.stop_requested()) return cancelled();
        const std::string file = util::join_path(path, name);
        const auto info = fs->stat(file);
        const bool text =
            name.ends_with(".txt") || name.ends_with(".md") || name.ends_with(".json");
        if (!info || !info->is_regular || !text || name.starts_with('.')) continue;
        VT_ASSIGN(std::string bytes, fs->read(file, std::uint64_t{1} << 20));
        std::int64_t replaced = 0;
        if (!text::is_valid_utf8(bytes)) bytes = from_cp1252(bytes, replaced);
        lines += Json({{"file", name}, {"text", std::move(bytes)}})
                     .dump(-1, ' ', false, Json::error_handler_t::replace) +
                 '\n';
        if (++files > kMaxFolderFiles || lines.size() > kMaxFolderBytes) {
            return util::fail(
                ErrorCode::kUnsupported,
                "the folder holds more than 256 MiB of problems; make one file of them",
                path);
        }
    }
    if (files > 0) return lines;
    return util::fail(ErrorCode::kNotFound,
                      "the folder holds no .txt, .md or .json file; one problem is one file",
                      path);
}

Result<Fd> memory_file(std::string_view text) {
    Fd fd(::memfd_create("import", MFD_CLOEXEC));
    if (fd.get() < 0)
        return util::fail(ErrorCode::kOutOfMemory, "no memory for the folder's files");
    while (!text.empty()) {
        const ssize_t count = ::write(fd.get(), text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0)
            return util::fail(ErrorCode::kOutOfMemory, "no memory for the folder's files");
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return fd;
}

/// The file that an import reads, opened, and what the worker is told about it.
struct OpenImport {
    Fd file;
    Fd pattern;
    std::int64_t bytes = 0;
    std::string sha256;
    bool is_bundle = false;
    std::string licence;         ///< of a bundle's manifest
    std::string redistribution;  ///< the same
    ParseInput input;
};

Status read_manifest(const std::string& folder, OpenImport& open) {
    VT_ASSIGN(const std::string text,
              small_file(util::join_path(folder, "manifest.json"), std::uint64_t{1} << 20));
    VT_ASSIGN(const Json manifest, util::parse_json(text, "manifest.json"));
    if (!manifest.is_object() || manifest.value("format", Json()) != "veriset") {
        return util::fail(ErrorCode::kCorruptData, "manifest.json is not one of a bundle", folder);
    }
    const Json hash = manifest.value("problems_sha256", Json());
    if (!hash.is_string() || hash != open.sha256) {
        return util::fail(ErrorCode::kCorruptData,
                          "problems.jsonl is not the file that the bundle was made with (its hash "
                          "differs)",
                          folder);
    }
    const Json licence = manifest.value("licence", Json());
    const Json rights = manifest.value("redistribution", Json());
    if (licence.is_string()) open.licence = licence.get<std::string>();
    if (rights.is_string() && redistribution_from_name(rights.get_ref<const std::string&>())) {
        open.redistribution = rights.get<std::string>();
    }
    return {};
}

Status open_path(const ImportRequest& request, const std::stop_token& stop, OpenImport& open) {
    struct stat info {};
    if (::lstat(request.path.c_str(), &info) != 0) return open_error(errno, request.path);
    open.input.name = util::base_name(request.path);
    if (!S_ISDIR(info.st_mode)) {
        VT_ASSIGN(open.file, open_file(request.path, open.bytes));
        VT_ASSIGN(open.sha256, hash_of(open.file.get(), stop));
        return {};
    }
    struct stat manifest {};
    open.is_bundle =
        ::lstat(util::join_path(request.path, "manifest.json").c_str(), &manifest) == 0 &&
        ::lstat(util::join_path(request.path, "problems.jsonl").c_str(), &manifest) == 0;
    if (open.is_bundle) {
        open.input.name = "problems.jsonl";
        if (open.input.request.preset.empty()) open.input.request.preset = "veritune";
        VT_ASSIGN(open.file,
                  open_file(util::join_path(request.path, "problems.jsonl"), open.bytes));
        VT_ASSIGN(open.sha256, hash_of(open.file.get(), stop));
        return read_manifest(request.path, open);
    }
    VT_ASSIGN(const std::string lines, folder_lines(request.path, stop));
    open.input.is_folder = true;
    open.bytes = static_cast<std::int64_t>(lines.size());
    open.sha256 = util::sha256_hex(lines);
    VT_ASSIGN(open.file, memory_file(lines));
    return {};
}

Result<OpenImport> open_import(const ImportRequest& request, const std::stop_token& stop) {
    OpenImport open;
    open.input.request = request;
    VT_TRY(open_path(request, stop, open));
    if (::lseek(open.file.get(), 0, SEEK_SET) != 0) {
        return util::fail(ErrorCode::kIoError, "the file cannot be read from its start");
    }
    if (request.template_path.empty()) return open;
    std::int64_t bytes = 0;
    VT_ASSIGN(open.pattern, open_file(request.template_path, bytes));
    return open;
}

/// Takes rows, errors and progress as they come, from a worker or from this process.
class ImportCollector {
  public:
    ImportCollector(const ImportHooks& hooks, std::int64_t bytes)
        : hooks_(hooks),
          bytes_(std::max<std::int64_t>(bytes, 1)) {}

    bool row(std::int64_t line, DatasetRow row);
    bool raw(std::int64_t line, const Json& raw);
    bool error(RowError error);
    bool progress(std::int64_t bytes);
    const std::optional<util::Error>& fault() const { return fault_; }
    bool stopped() const { return stopped_ || hooks_.stop.stop_requested(); }
    /// Nobody looks at the rows any more: they need not be parsed again.
    bool wants_rows() const {
        return hooks_.on_row || hooks_.check || preview_.size() < kPreviewRows;
    }
    DryRun finish(DryRun report);

  private:
    bool judge(std::int64_t line, DatasetRow& row);
    void refuse_counted(std::int64_t line, const DatasetRow* row, std::string message);

    const ImportHooks& hooks_;
    std::int64_t bytes_;
    std::vector<RowError> errors_;
    std::vector<PreviewRow> preview_;
    std::int64_t refused_here_ = 0;
    std::array<std::int64_t, 5> refused_splits_{};
    std::array<std::int64_t, 5> converted_splits_{};
    bool stopped_ = false;
    std::optional<util::Error> fault_;                 ///< why nothing more can be read
    std::map<std::string, std::int64_t> lines_by_id_;  ///< of converted rows
    std::chrono::steady_clock::time_point last_progress_{};
};

bool ImportCollector::error(RowError error) {
    if (preview_.size() < kPreviewRows) {
        preview_.push_back({.line = error.line, .row = std::nullopt, .error = error.message});
    }
    if (hooks_.on_error && !hooks_.on_error(error)) stopped_ = true;
    if (errors_.size() < kMaxErrorsKept) errors_.push_back(std::move(error));
    return !stopped();
}

/// The worker took the row for good, we do not.
void ImportCollector::refuse_counted(std::int64_t line,
                                     const DatasetRow* row,
                                     std::string message) {
    ++refused_here_;
    if (row != nullptr) ++refused_splits_[static_cast<std::size_t>(row->problem.split)];
    error({.line = line, .message = std::move(message)});
}

/// The gold through its verifier; a row without one is a demonstration and needs no more.
bool ImportCollector::judge(std::int64_t line, DatasetRow& row) {
    const bool open = row.status == RowStatus::kNew || row.status == RowStatus::kOk;
    if (row.problem.verifier.empty()) {
        if (open) row.status = RowStatus::kOk;
        return true;
    }
    if (!hooks_.check) {
        if (open) row.status = RowStatus::kNew;
        return true;
    }
    if (std::string fault = hooks_.check(row.problem); !fault.empty()) {
        refuse_counted(line, &row, std::move(fault));
        return false;
    }
    if (open) row.status = RowStatus::kOk;
    return true;
}

bool ImportCollector::row(std::int64_t line, DatasetRow row) {
    if (stopped()) return false;
    if (!judge(line, row)) return !stopped();
    if (preview_.size() < kPreviewRows) preview_.push_back({.line = line, .row = row, .error = {}});
    if (hooks_.on_row && !hooks_.on_row(line, std::move(row))) stopped_ = true;
    return !stopped();
}

bool ImportCollector::raw(std::int64_t line, const Json& raw) {
    if (stopped()) return false;
    if (!hooks_.convert) {
        refuse_counted(line, nullptr, "the rows of this preset need the sandbox to be read");
        return !stopped();
    }
    Result<DatasetRow> made = hooks_.convert(raw);
    if (!made && made.error().code == ErrorCode::kUnavailable) {
        fault_ = made.error();
        stopped_ = true;
        return false;
    }
    if (!made) {
        refuse_counted(line, nullptr, made.error().message);
        return !stopped();
    }
    DatasetRow row = std::move(made).value();
    row.source_line = line;
    const auto [place, fresh] = lines_by_id_.try_emplace(row.problem.id, line);
    if (!fresh) {
        refuse_counted(line, nullptr, "the id repeats line " + std::to_string(place->second));
        return !stopped();
    }
    ++converted_splits_[static_cast<std::size_t>(row.problem.split)];
    if (preview_.size() < kPreviewRows) preview_.push_back({.line = line, .row = row, .error = {}});
    if (hooks_.on_row && !hooks_.on_row(line, std::move(row))) stopped_ = true;
    return !stopped();
}

bool ImportCollector::progress(std::int64_t bytes) {
    using std::chrono::steady_clock;
    const auto now = steady_clock::now();
    if (!hooks_.on_progress || now - last_progress_ < std::chrono::milliseconds(50)) {
        return !stopped();
    }
    last_progress_ = now;
    hooks_.on_progress(
        std::clamp(static_cast<double>(bytes) / static_cast<double>(bytes_), 0.0, 1.0));
    return !stopped();
}

DryRun ImportCollector::finish(DryRun report) {
    report.rows -= refused_here_;
    report.error_count += refused_here_;
    for (std::size_t i = 0; i < report.splits.size(); ++i) {
        report.splits[i] += converted_splits_[i] - refused_splits_[i];
    }
    std::stable_sort(errors_.begin(), errors_.end(), [](const RowError& a, const RowError& b) {
        return a.line < b.line;
    });
    std::stable_sort(preview_.begin(), preview_.end(), [](const auto& a, const auto& b) {
        return a.line < b.line;
    });
    report.errors = std::move(errors_);
    report.preview = std::move(preview_);
    report.golds_checked = static_cast<bool>(hooks_.check) || report.verifier == "code_python";
    return report;
}

class Worker {
  public:
    static Result<Worker> start(const std::string& program, OpenImport& open);
    Worker(Worker&& other) noexcept
        : pid_(std::exchange(other.pid_, -1)),
          out_(std::move(other.out_)) {}
    Worker& operator=(Worker&&) = delete;
    ~Worker() { end(); }
    int out() const { return out_.get(); }
    void end() {
        if (pid_ < 0) return;
        ::kill(pid_, SIGKILL);
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
    }

  private:
    Worker(pid_t pid, Fd out)
        : pid_(pid),
          out_(std::move(out)) {}
    pid_t pid_;
    Fd out_;
};

Result<Worker> Worker::start(const std::string& program, OpenImport& open) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return util::fail(ErrorCode::kIoError, "no pipe to the parse worker could be made");
    }
    Fd read_end(ends[0]);
    const Fd write_end(ends[1]);
    constexpr int kPipeBytes = 1 << 20;
    static_cast<void>(
        ::fcntl(ends[0], F_SETPIPE_SZ, kPipeBytes));  // fewer switches; may be refused
    std::string options = parse_input_to_json(open.input).dump();
    std::vector<std::string> words = {program, "data", "--worker", std::move(options)};
    if (open.pattern.get() >= 0) words.emplace_back("--template");
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::string lang = "LANG=C";
    std::array<char*, 2> environment{lang.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, open.file.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (open.pattern.get() >= 0) posix_spawn_file_actions_adddup2(&actions, open.pattern.get(), 3);
    pid_t pid = -1;
    const int failed = ::posix_spawn(
        &pid, program.c_str(), &actions, nullptr, arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    if (failed == 0) return Worker(pid, std::move(read_end));
    return util::fail(ErrorCode::kUnavailable, "the parse worker cannot be started", program);
}

Result<DryRun> failure_of(const std::string& payload) {
    VT_ASSIGN(const Json json, util::parse_json(payload, "answer of the parse worker"));
    const auto code = json.is_object() && json.value("code", Json()).is_string()
                          ? util::error_code_from_name(json["code"].get_ref<const std::string&>())
                          : std::nullopt;
    const Json text = json.is_object() ? json.value("message", Json()) : Json();
    return util::fail(code.value_or(ErrorCode::kCorruptData),
                      text.is_string() ? text.get<std::string>() : "the file cannot be read");
}

Status take_rows(const ImportMessage& message, ImportCollector& collector) {
    Status status;
    const bool raw = message.type == FrameType::kRawRows;
    VT_TRY(unpack_entries(message.payload, [&](std::int64_t line, std::string_view text) {
        if (message.type == FrameType::kErrors) {
            return collector.error(
                {.line = line, .message = text::sanitize_utf8(text.substr(0, 4096))});
        }
        if (!raw && !collector.wants_rows()) {
            return !collector.stopped();
        }
        const Result<Json> json =
            util::parse_json(text, "row", {.max_bytes = kMaxMessageBytes, .max_depth = 70});
        if (!json) {
            status = json.error();
            return false;
        }
        if (raw) return collector.raw(line, *json);
        Result<DatasetRow> row = row_from_json(*json);
        if (!row) {
            status = row.error();
            return false;
        }
        return collector.row(line, std::move(row).value());
    }));
    return status;
}

/// One message; a report or a failure is the last.
Result<std::optional<DryRun>> take_message(const ImportMessage& message,
                                           ImportCollector& collector) {
    switch (message.type) {
        case FrameType::kRows:
        case FrameType::kRawRows:
        case FrameType::kErrors:
            VT_TRY(take_rows(message, collector));
            return std::optional<DryRun>();
        case FrameType::kProgress: {
            if (message.payload.size() != 8) {
                return util::fail(ErrorCode::kCorruptData, "the parse worker sent nonsense");
            }
            std::uint64_t bytes = 0;
            std::memcpy(&bytes, message.payload.data(), sizeof bytes);
            collector.progress(
                static_cast<std::int64_t>(std::min<std::uint64_t>(bytes, 1ULL << 50)));
            return std::optional<DryRun>();
        }
        case FrameType::kReport: {
            VT_ASSIGN(const Json json,
                      util::parse_json(message.payload,
                                       "report of the parse worker",
                                       {.max_bytes = kMaxMessageBytes, .max_depth = 70}));
            VT_ASSIGN(DryRun report, dry_run_from_json(json));
            return std::optional<DryRun>(std::move(report));
        }
        case FrameType::kFailure: {
            auto failed = failure_of(message.payload);
            return failed.error();
        }
    }
    VT_CHECK(false);
}

util::Error dead_worker(std::int64_t bytes) {
    return util::fail(ErrorCode::kCorruptData,
                      "the file cannot be read: the parse worker ended in it (a limit of memory or "
                      "time, or a fault), " +
                          std::to_string(bytes) + " bytes of rows had arrived");
}

Result<DryRun> read_in_worker(const std::string& program,
                              OpenImport& open,
                              ImportCollector& collector) {
    VT_ASSIGN(Worker worker, Worker::start(program, open));
    FrameDecoder decoder;
    std::vector<char> buffer(std::size_t{1} << 20);
    std::int64_t arrived = 0;
    for (int silent_ms = 0;;) {
        if (collector.stopped()) return cancelled();
        struct pollfd waiting {
            worker.out(), POLLIN, 0
        };
        const int ready = ::poll(&waiting, 1, kPollMs);
        if (ready < 0 && errno != EINTR) return dead_worker(arrived);
        if (ready <= 0) {
            silent_ms += kPollMs;
            if (silent_ms >= kSilenceMs) return dead_worker(arrived);
            continue;
        }
        silent_ms = 0;
        const ssize_t count = ::read(worker.out(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return dead_worker(arrived);
        arrived += count;
        decoder.feed({buffer.data(), static_cast<std::size_t>(count)});
        while (true) {
            VT_ASSIGN(const std::optional<ImportMessage> message, decoder.next());
            if (!message) break;
            VT_ASSIGN(std::optional<DryRun> report, take_message(*message, collector));
            if (collector.stopped()) return cancelled();
            if (report) return std::move(*report);
        }
    }
}

Result<DryRun> read_here(OpenImport& open, ImportCollector& collector) {
    if (open.pattern.get() >= 0) {
        std::string text(std::size_t{1} << 20, '\0');
        FdSource source(open.pattern.get());
        VT_ASSIGN(const std::size_t size, source.read(text.data(), text.size()));
        text.resize(size);
        VT_ASSIGN(open.input.templates, read_template(text));
    }
    FdSource source(open.file.get());
    return parse_import(
        source,
        open.input,
        {.on_row = [&](std::int64_t line,
                       const DatasetRow& row) { return collector.row(line, row); },
         .on_raw = [&](std::int64_t line, const Json& raw) { return collector.raw(line, raw); },
         .on_error = [&](const RowError& error) { return collector.error(error); },
         .on_progress = [&](std::int64_t bytes) { return collector.progress(bytes); }});
}

}  // namespace

Result<DryRun> run_import(const ImportRequest& request,
                          const ImportWorker& worker,
                          const ImportHooks& hooks) {
    VT_ASSIGN(OpenImport open, open_import(request, hooks.stop));
    ImportCollector collector(hooks, open.bytes);
    Result<DryRun> report = worker.program.empty()
                                ? read_here(open, collector)
                                : read_in_worker(worker.program, open, collector);
    if (!report) {
        util::Error error = collector.fault().value_or(report.error());
        if (error.context.empty()) error.context = util::base_name(request.path);
        return error;
    }
    DryRun done = collector.finish(std::move(report).value());
    done.sha256 = open.sha256;
    done.bytes = open.bytes;
    if (open.is_bundle) {
        done.format = "bundle";
        if (!open.licence.empty()) done.licence = open.licence;
        if (!open.redistribution.empty()) done.redistribution = open.redistribution;
    }
    return done;
}

}  // namespace veritune::data
