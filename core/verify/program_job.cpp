// SPDX-License-Identifier: Apache-2.0
#include "core/verify/program_job.h"

#include "core/text/utf8.h"
#include "core/verify/sandbox_wire.h"

#include <algorithm>
#include <array>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;
using util::Result;

constexpr std::uint32_t kJobVersion = 1;
constexpr std::size_t kMaxCases = 4096;

struct EndName {
    CaseEnd end;
    std::string_view name;
};
constexpr std::array<EndName, 12> kEndNames = {{{CaseEnd::kValue, "value"},
                                                {CaseEnd::kRaised, "raised"},
                                                {CaseEnd::kNoValue, "no_value"},
                                                {CaseEnd::kNoFrame, "no_frame"},
                                                {CaseEnd::kBadFrame, "bad_frame"},
                                                {CaseEnd::kCpuLimit, "cpu_limit"},
                                                {CaseEnd::kWallLimit, "wall_limit"},
                                                {CaseEnd::kOutputLimit, "output_limit"},
                                                {CaseEnd::kDriverLost, "driver_lost"},
                                                {CaseEnd::kNotRun, "not_run"},
                                                {CaseEnd::kPreludeRaised, "prelude_raised"},
                                                {CaseEnd::kProgramRaised, "program_raised"}}};

/// Modules of the standard library that the driver loads before it forks, when the text names them:
/// otherwise every case would pay for the import again. None of them runs code of the candidate.
constexpr std::array<std::string_view, 27> kPreloads = {
    "abc",        "array",   "bisect",  "cmath",     "collections", "copy",   "dataclasses",
    "datetime",   "decimal", "enum",    "fractions", "functools",   "heapq",  "itertools",
    "json",       "math",    "numbers", "operator",  "queue",       "random", "re",
    "statistics", "string",  "sys",     "textwrap",  "time",        "typing"};

bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The module names behind `import` and `from` at the beginning of a line; words, not Python.
void collect_imports(std::string_view text, std::vector<std::string_view>& names) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        const bool import = line.substr(0, 7) == "import ";
        if (!import && line.substr(0, 5) != "from ") continue;
        line.remove_prefix(import ? 7 : 5);
        for (std::string_view part = line; !part.empty();) {
            part.remove_prefix(std::min(part.find_first_not_of(" \t,"), part.size()));
            std::size_t length = 0;
            while (length < part.size() && is_name_char(part[length])) ++length;
            const std::string_view name = part.substr(0, length);
            if (std::find(kPreloads.begin(), kPreloads.end(), name) != kPreloads.end() &&
                std::find(names.begin(), names.end(), name) == names.end()) {
                names.push_back(name);
            }
            const std::size_t comma = import ? part.find(',') : std::string_view::npos;
            part.remove_prefix(comma == std::string_view::npos ? part.size() : comma + 1);
        }
    }
}

std::string preloads_of(const ProgramJob& job) {
    std::vector<std::string_view> names;
    collect_imports(job.prelude, names);
    collect_imports(job.program, names);
    for (const ProgramCase& c : job.cases) collect_imports(c.setup, names);
    std::sort(names.begin(), names.end());
    std::string joined;
    for (const std::string_view name : names) {
        if (!joined.empty()) joined += '\n';
        joined += name;
    }
    return joined;
}

std::uint32_t in_range(int value, int low, int high) {
    return static_cast<std::uint32_t>(std::clamp(value, low, high));
}

Json case_to_json(const CaseResult& c) {
    return {{"end", static_cast<std::uint32_t>(c.end)},
            {"value", text::sanitize_utf8(c.value)},
            {"detail", text::sanitize_utf8(c.detail)},
            {"out", text::sanitize_utf8(c.out)},
            {"err", text::sanitize_utf8(c.err)},
            {"cpu_us", c.cpu_us}};
}

util::Error bad_json(const char* what) {
    return util::fail(util::ErrorCode::kCorruptData,
                      std::string("a frame of a verify worker is malformed: ") + what);
}

/// nlohmann throws where a key is missing or of another type.
template <typename T, typename Read>
Result<T> read_json(const char* what, Read read) {
    try {
        return read();
    } catch (const Json::exception&) {
        return bad_json(what);
    }
}

CaseResult case_from_json(const Json& json) {
    CaseResult c;
    const auto end = json.at("end").get<std::uint32_t>();
    c.end = end < kEndNames.size() ? static_cast<CaseEnd>(end) : CaseEnd::kBadFrame;
    c.value = json.at("value").get<std::string>();
    c.detail = json.at("detail").get<std::string>();
    c.out = json.at("out").get<std::string>();
    c.err = json.at("err").get<std::string>();
    c.cpu_us = json.at("cpu_us").get<std::int64_t>();
    return c;
}

}  // namespace

std::string_view case_end_name(CaseEnd end) {
    for (const EndName& known : kEndNames) {
        if (known.end == end) return known.name;
    }
    return "bad_frame";
}

std::string encode_job(const ProgramJob& job) {
    wire::Writer out;
    out.u32(kJobVersion);
    out.u32(in_range(job.limits.case_cpu_s, 1, 60));
    out.u32(in_range(job.limits.total_cpu_s, 1, 600));
    out.u32(in_range(job.limits.case_wall_ms, 100, 600000));
    out.u32(in_range(job.limits.output_bytes, 1, 1 << 20));
    out.u32(in_range(job.limits.memory_mib, 64, 16384));
    out.text(preloads_of(job));
    out.text(job.prelude);
    out.text(job.program);
    out.u32(static_cast<std::uint32_t>(std::min(job.cases.size(), kMaxCases)));
    for (std::size_t i = 0; i < std::min(job.cases.size(), kMaxCases); ++i) {
        const ProgramCase& c = job.cases[i];
        wire::Writer one;
        one.u32(static_cast<std::uint32_t>(c.kind));
        one.text(c.setup);
        one.text(c.call);
        one.text(c.input);
        out.text(one.bytes());
    }
    return out.bytes();
}

std::string encode_case(const CaseResult& result) {
    wire::Writer out;
    out.u32(static_cast<std::uint32_t>(result.end));
    out.text(result.value);
    out.text(result.detail);
    out.text(result.out);
    out.text(result.err);
    out.u64(static_cast<std::uint64_t>(result.cpu_us));
    return out.bytes();
}

Result<CaseResult> decode_case(std::string_view bytes) {
    wire::Reader in(bytes);
    CaseResult result;
    const std::uint32_t end = in.u32();
    result.value = in.text();
    result.detail = text::sanitize_utf8(in.text());
    result.out = in.text();
    result.err = in.text();
    result.cpu_us = static_cast<std::int64_t>(in.u64());
    if (!in.complete() || end >= kEndNames.size()) {
        return util::fail(util::ErrorCode::kCorruptData, "a case result is malformed");
    }
    result.end = static_cast<CaseEnd>(end);
    return result;
}

Json job_to_json(const ProgramJob& job) {
    Json cases = Json::array();
    for (const ProgramCase& c : job.cases) {
        cases.push_back({{"kind", c.kind == CaseKind::kStdio ? "stdio" : "call"},
                         {"setup", c.setup},
                         {"call", c.call},
                         {"input", c.input}});
    }
    const ProgramLimits& l = job.limits;
    return {
        {"prelude", job.prelude},
        {"program", text::sanitize_utf8(job.program)},
        {"cases", std::move(cases)},
        {"limits",
         {l.case_cpu_s, l.total_cpu_s, l.case_wall_ms, l.wall_ms, l.memory_mib, l.output_bytes}},
        {"alone", job.alone}};
}

Result<ProgramJob> job_from_json(const Json& json) {
    return read_json<ProgramJob>("job", [&json]() -> ProgramJob {
        ProgramJob job;
        job.prelude = json.at("prelude").get<std::string>();
        job.program = json.at("program").get<std::string>();
        job.alone = json.at("alone").get<bool>();
        for (const Json& c : json.at("cases")) {
            job.cases.push_back(
                {.kind = c.at("kind") == "stdio" ? CaseKind::kStdio : CaseKind::kCall,
                 .setup = c.at("setup").get<std::string>(),
                 .call = c.at("call").get<std::string>(),
                 .input = c.at("input").get<std::string>()});
        }
        const auto limits = json.at("limits").get<std::array<int, 6>>();
        job.limits = {.case_cpu_s = limits[0],
                      .total_cpu_s = limits[1],
                      .case_wall_ms = limits[2],
                      .wall_ms = limits[3],
                      .memory_mib = limits[4],
                      .output_bytes = limits[5]};
        return job;
    });
}

Json result_to_json(const ProgramResult& result) {
    Json cases = Json::array();
    for (const CaseResult& c : result.cases) cases.push_back(case_to_json(c));
    return {{"outcome", static_cast<int>(result.outcome)},
            {"reason", text::sanitize_utf8(result.reason)},
            {"cases", std::move(cases)},
            {"wall_us", result.wall_us},
            {"cpu_us", result.cpu_us},
            {"rung_b", result.rung_b}};
}

Result<ProgramResult> result_from_json(const Json& json) {
    return read_json<ProgramResult>("result", [&json]() -> ProgramResult {
        ProgramResult result;
        const int outcome = json.at("outcome").get<int>();
        using enum ProgramResult::Outcome;
        constexpr std::array kOutcomes = {kRan, kWallLimit, kJailDied, kSandboxFault};
        const bool known = outcome >= 0 && outcome < static_cast<int>(kOutcomes.size());
        result.outcome = known ? kOutcomes.at(static_cast<std::size_t>(outcome)) : kSandboxFault;
        result.reason = json.at("reason").get<std::string>();
        for (const Json& c : json.at("cases")) result.cases.push_back(case_from_json(c));
        result.wall_us = json.at("wall_us").get<std::int64_t>();
        result.cpu_us = json.at("cpu_us").get<std::int64_t>();
        result.rung_b = json.at("rung_b").get<bool>();
        return result;
    });
}

}  // namespace veritune::verify
