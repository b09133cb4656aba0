// SPDX-License-Identifier: Apache-2.0
// The worker's side of an import: no files, no names, no rights.
#include "core/data/import_worker.h"

#include "core/data/import_frames.h"
#include "core/data/import_parse.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace veritune::data {

namespace {

using util::Json;
using util::Result;
using util::Status;

constexpr std::size_t kBatchBytes = std::size_t{256} << 10;

/// Messages to the caller; once it hangs up, nothing more is read.
class MessageWriter {
  public:
    explicit MessageWriter(int fd)
        : fd_(fd) {}

    bool send(FrameType type, std::string_view payload) {
        const std::string bytes = encode_message(type, payload);
        std::string_view rest = bytes;
        while (!rest.empty() && open_) {
            const ssize_t count = ::write(fd_, rest.data(), rest.size());
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) {
                open_ = false;
            } else {
                rest.remove_prefix(static_cast<std::size_t>(count));
            }
        }
        return open_;
    }
    /// Order is kept: entries of another type send the batch first.
    bool add(FrameType type, std::int64_t line, std::string_view text) {
        if (type != type_ && !flush()) return false;
        type_ = type;
        pack_entry(batch_, line, text);
        return batch_.size() < kBatchBytes || flush();
    }
    bool flush() {
        if (batch_.empty()) return open_;
        const std::string batch = std::exchange(batch_, {});
        return send(type_, batch);
    }

  private:
    int fd_;
    bool open_ = true;
    FrameType type_ = FrameType::kRows;
    std::string batch_;
};

std::string number_bytes(std::int64_t value) {
    std::string bytes;
    for (int i = 0; i < 8; ++i) {
        bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xFF);
    }
    return bytes;
}

std::string compact(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Json> template_from(int fd) {
    if (fd < 0) return Json();
    constexpr std::size_t kMaxBytes = std::size_t{4} << 20;
    std::string text(kMaxBytes + 1, '\0');
    std::size_t size = 0;
    FdSource source(fd);
    while (size < text.size()) {
        VT_ASSIGN(const std::size_t count, source.read(text.data() + size, text.size() - size));
        if (count == 0) break;
        size += count;
    }
    text.resize(size);
    return read_template(text);
}

Result<DryRun> parse(int in_fd, int template_fd, const std::string& options, MessageWriter& out) {
    VT_ASSIGN(const Json json,
              util::parse_json(options, "options", {.max_bytes = std::size_t{1} << 20}));
    VT_ASSIGN(ParseInput input, parse_input_from_json(json));
    VT_ASSIGN(input.templates, template_from(template_fd));
    FdSource source(in_fd);
    return parse_import(source,
                        input,
                        {.on_row =
                             [&out](std::int64_t line, const DatasetRow& row) {
                                 return out.add(FrameType::kRows, line, compact(row_to_json(row)));
                             },
                         .on_raw =
                             [&out](std::int64_t line, const Json& raw) {
                                 return out.add(FrameType::kRawRows, line, compact(raw));
                             },
                         .on_error =
                             [&out](const RowError& error) {
                                 return out.add(FrameType::kErrors, error.line, error.message);
                             },
                         .on_progress =
                             [&out](std::int64_t bytes) {
                                 return out.send(FrameType::kProgress, number_bytes(bytes));
                             }});
}

}  // namespace

WorkerLimits worker_limits(int in_fd) {
    struct stat info {};
    const std::uint64_t bytes =
        ::fstat(in_fd, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
    constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
    // Lines, one row and the ids' hashes: never the file. Even so a small file may blow up.
    return {.memory_bytes = std::min(2 * bytes + 256 * kMiB, 4096 * kMiB),
            .cpu_seconds = 20 + bytes / (2 * kMiB)};
}

int run_import_worker(int in_fd, int out_fd, int template_fd, const std::string& options) {
    MessageWriter out(out_fd);
    const Result<DryRun> report = parse(in_fd, template_fd, options, out);
    out.flush();
    if (report) {
        out.send(FrameType::kReport, compact(dry_run_to_json(*report)));
    } else {
        out.send(FrameType::kFailure,
                 compact({{"code", util::error_code_name(report.error().code)},
                          {"message", report.error().message}}));
    }
    return 0;
}

}  // namespace veritune::data
