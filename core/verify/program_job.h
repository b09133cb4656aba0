// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// An untrusted program with its inputs, and what came of it. Expected values are no part of it:
/// they never enter a jail.
namespace veritune::verify {

enum class CaseKind {
    kCall,   ///< `call` is an expression in the program's namespace; its value is the result
    kStdio,  ///< the program is run as a script with `input` on stdin; stdout is the result
};

struct ProgramCase {
    CaseKind kind = CaseKind::kCall;
    std::string setup;  ///< statements after the program, before the call
    std::string call;   ///< kCall: one expression
    std::string input;  ///< kStdio: bytes of stdin
};

struct ProgramLimits {
    int case_cpu_s = 2;          ///< [1, 60] processor seconds of one case, then SIGKILL
    int total_cpu_s = 5;         ///< [1, 600] of all cases; what is left then is not run
    int case_wall_ms = 8000;     ///< [100, 600000] of one case
    int wall_ms = 10000;         ///< [100, 600000] of the program
    int memory_mib = 1024;       ///< [64, 16384] address space
    int output_bytes = 1 << 20;  ///< [1, 2^20] stdout and stderr of one case, each
};

struct ProgramJob {
    std::string prelude;  ///< the data set's text, run before the program in its namespace
    std::string program;  ///< the candidate's text
    std::vector<ProgramCase> cases;
    ProgramLimits limits;
    bool alone = false;  ///< run while no other program runs: the second try after a time limit
};

/// How one case ended. The numbers are the driver's and sandbox-init's: never renumber.
enum class CaseEnd : std::uint32_t {
    kValue = 0,           ///< `value` (kCall) or `out` (kStdio) is the result
    kRaised = 1,          ///< the call raised; `detail` = type and message
    kNoValue = 2,         ///< the result is no typed value; `detail` = its type
    kNoFrame = 3,         ///< the process ended without a reply
    kBadFrame = 4,        ///< the reply is malformed, or there is more than one
    kCpuLimit = 5,        ///< processor time
    kWallLimit = 6,       ///< wall clock
    kOutputLimit = 7,     ///< wrote more than output_bytes
    kDriverLost = 8,      ///< the program ended the driver
    kNotRun = 9,          ///< the limits of the whole program were used up before
    kPreludeRaised = 10,  ///< the data set's own text failed
    kProgramRaised = 11,  ///< the program's top level raised
};
std::string_view case_end_name(CaseEnd end);

struct CaseResult {
    CaseEnd end = CaseEnd::kNotRun;
    std::string value;   ///< JSON of a typed value (code_values.h), not yet checked
    std::string detail;  ///< UTF-8, short
    std::string out;     ///< stdout, bytes
    std::string err;     ///< stderr, bytes, at most 64 KiB
    std::int64_t cpu_us = 0;
};

struct ProgramResult {
    enum class Outcome {
        kRan,           ///< every case has its result
        kWallLimit,     ///< killed by the wall clock; missing cases are kNotRun
        kJailDied,      ///< the program ended its jail; missing cases are kNotRun
        kSandboxFault,  ///< no jail, or the jail does not hold: our machine's fault
    };
    Outcome outcome = Outcome::kSandboxFault;
    std::string reason;             ///< of kSandboxFault
    std::vector<CaseResult> cases;  ///< one per case of the job, in its order
    std::int64_t wall_us = 0;
    std::int64_t cpu_us = 0;
    bool rung_b = false;  ///< ran behind Landlock instead of bubblewrap; the verdict says so
};

/// Bytes for sandbox-init; the layout is in docs/sandbox.md.
std::string encode_job(const ProgramJob& job);
/// One case result as the driver wrote it. errors  kCorruptData
util::Result<CaseResult> decode_case(std::string_view bytes);
std::string encode_case(const CaseResult& result);

/// For the frames of verify workers. Bytes that are no UTF-8 become U+FFFD.
util::Json job_to_json(const ProgramJob& job);
util::Result<ProgramJob> job_from_json(const util::Json& json);
util::Json result_to_json(const ProgramResult& result);
util::Result<ProgramResult> result_from_json(const util::Json& json);

/// Where programs run. threads  any
class ProgramRunner {
  public:
    virtual ~ProgramRunner() = default;
    /// Never fails: trouble is an Outcome. Blocks until the program has ended.
    virtual ProgramResult run(const ProgramJob& job) = 0;
};

}  // namespace veritune::verify
