// SPDX-License-Identifier: Apache-2.0
#include "core/verify/verify_worker.h"

#include "core/text/utf8.h"
#include "core/verify/sandbox_wire.h"

#include <cerrno>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;
using util::Result;

constexpr util::JsonLimits kFrameLimits = {
    .max_bytes = kMaxWorkerFrame, .max_depth = 256, .max_nodes = 4'000'000};
constexpr rlim_t kMemoryBytes = rlim_t{1} << 30;
constexpr rlim_t kStackBytes = rlim_t{64} << 20;

util::Error bad(const char* key) {
    return util::fail(util::ErrorCode::kCorruptData,
                      std::string("a frame of a verify worker is malformed: ") + key);
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    hex.reserve(2 * bytes.size());
    for (const char c : bytes) {
        hex += kDigits[static_cast<unsigned char>(c) >> 4];
        hex += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return hex;
}

int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

Result<std::string> from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        const int high = digit_value(hex[i]);
        const int low = digit_value(hex[i + 1]);
        if (high < 0 || low < 0) return bad("completion_hex");
        bytes += static_cast<char>(high * 16 + low);
    }
    if (hex.size() % 2 != 0) return bad("completion_hex");
    return bytes;
}

util::Status read_text(const Json& json, const char* key, std::string& out) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_string()) return bad(key);
    out = found->get<std::string>();
    return {};
}

Result<Advance> answer(std::string_view frame) {
    VT_ASSIGN(const Json json, util::parse_json(frame, "frame", kFrameLimits));
    if (!json.is_object() || !json.contains("request")) return bad("request");
    VT_ASSIGN(const VerifyRequest request, request_from_json(json.at("request")));
    std::vector<ProgramResult> results;
    if (json.contains("results")) {
        if (!json.at("results").is_array()) return bad("results");
        for (const Json& one : json.at("results")) {
            VT_ASSIGN(ProgramResult result, result_from_json(one));
            results.push_back(std::move(result));
        }
    }
    return advance_request(request, results);
}

bool read_exactly(int fd, char* to, std::size_t size) {
    while (size > 0) {
        const ssize_t count = ::read(fd, to, size);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        to += count;
        size -= static_cast<std::size_t>(count);
    }
    return true;
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

/// The same limits as in a jail, for machines where none can be built.
bool set_limits() {
    const auto limit = [](__rlimit_resource what, rlim_t wanted) {
        rlimit now{};
        if (::getrlimit(what, &now) != 0) return false;
        const rlim_t value = now.rlim_max < wanted ? now.rlim_max : wanted;
        const rlimit set = {value, value};
        return ::setrlimit(what, &set) == 0;
    };
    // Sanitizers map terabytes of address space.
#if !defined(__SANITIZE_ADDRESS__)
    if (!limit(RLIMIT_AS, kMemoryBytes)) return false;
#endif
    return limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_STACK, kStackBytes) &&
           limit(RLIMIT_NOFILE, 32);
}

}  // namespace

Json request_to_json(const VerifyRequest& request) {
    Json json = {{"problem_id", text::sanitize_utf8(request.problem_id)},
                 {"verifier", text::sanitize_utf8(request.verifier)},
                 {"params", request.params},
                 {"gold", request.gold},
                 {"prompt", text::sanitize_utf8(request.prompt)},
                 {"finish_reason", finish_reason_name(request.finish_reason)},
                 {"think_tags", request.think_tags},
                 {"profile", text::sanitize_utf8(request.profile)}};
    // Bad bytes have a meaning (spans count them), so they are not repaired on the way.
    const bool utf8 = text::is_valid_utf8(request.completion);
    json[utf8 ? "completion" : "completion_hex"] =
        utf8 ? request.completion : to_hex(request.completion);
    return json;
}

Result<VerifyRequest> request_from_json(const Json& json) {
    if (!json.is_object()) return bad("request");
    VerifyRequest request;
    VT_TRY(read_text(json, "problem_id", request.problem_id));
    VT_TRY(read_text(json, "verifier", request.verifier));
    VT_TRY(read_text(json, "prompt", request.prompt));
    VT_TRY(read_text(json, "profile", request.profile));
    std::string finish;
    VT_TRY(read_text(json, "finish_reason", finish));
    const auto reason = finish_reason_from_name(finish);
    if (!reason) return bad("finish_reason");
    request.finish_reason = *reason;
    if (!json.contains("params") || !json.contains("gold")) return bad("params or gold");
    request.params = json.at("params");
    request.gold = json.at("gold");
    const auto think = json.find("think_tags");
    if (think == json.end() || !think->is_boolean()) return bad("think_tags");
    request.think_tags = think->get<bool>();
    if (!json.contains("completion_hex")) {
        VT_TRY(read_text(json, "completion", request.completion));
        return request;
    }
    std::string hex;
    VT_TRY(read_text(json, "completion_hex", hex));
    VT_ASSIGN(request.completion, from_hex(hex));
    return request;
}

std::string worker_request(const VerifyRequest& request,
                           const std::vector<ProgramResult>& results) {
    Json list = Json::array();
    for (const ProgramResult& one : results) list.push_back(result_to_json(one));
    return util::canonical_json({{"request", request_to_json(request)}, {"results", list}});
}

std::string worker_reply(std::string_view frame) {
    Result<Advance> next = answer(frame);
    if (!next) {
        Verdict verdict;
        verdict.reason = "bad_frame";
        return util::canonical_json({{"verdict", verdict_to_json(verdict)}});
    }
    if (const auto* job = std::get_if<ProgramJob>(&*next)) {
        return util::canonical_json({{"job", job_to_json(*job)}});
    }
    return util::canonical_json({{"verdict", verdict_to_json(std::get<Verdict>(*next))}});
}

Result<Advance> read_worker_reply(std::string_view reply) {
    VT_ASSIGN(const Json json, util::parse_json(reply, "reply", kFrameLimits));
    if (!json.is_object() || json.size() != 1) return bad("reply");
    if (json.contains("job")) {
        VT_ASSIGN(ProgramJob job, job_from_json(json.at("job")));
        return Advance(std::move(job));
    }
    if (!json.contains("verdict")) return bad("reply");
    VT_ASSIGN(Verdict verdict, verdict_from_json(json.at("verdict")));
    return Advance(std::move(verdict));
}

int run_verify_worker(int in_fd, int out_fd) {
    if (!set_limits()) return 3;
    while (true) {
        std::string head(4, '\0');
        if (!read_exactly(in_fd, head.data(), head.size())) return 0;
        const std::size_t size = wire::Reader(head).u32();
        if (size > kMaxWorkerFrame) return 1;
        std::string frame(size, '\0');
        if (!read_exactly(in_fd, frame.data(), size)) return 1;
        wire::Writer out;
        out.text(worker_reply(frame));
        if (!write_all(out_fd, out.bytes())) return 1;
    }
}

}  // namespace veritune::verify
