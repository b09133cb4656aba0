// SPDX-License-Identifier: Apache-2.0
#include "core/verify/sandbox_probe.h"

#include <array>
#include <utility>

namespace veritune::verify {

namespace {

/// Each function returns when it got what it wanted and raises when it was stopped.
constexpr const char* kProbeProgram = R"PY(
import os, socket, sys, time

def read_home(): return os.listdir('/home')
def read_passwords(): return open('/etc/passwd').read(1)
def read_processes(): return open('/proc/self/status').read(1)
def open_network(): return str(socket.socket(socket.AF_INET))
def open_local(): return str(socket.socket(socket.AF_UNIX))
def start_process(): return os.fork()
def start_program(): return os.posix_spawn('/usr/bin/true', ['true'], {})
def write_file(): return open('/dev/shm/x', 'w').write('x')
def write_program(): return open(sys.argv[0], 'a').write('x')
def fill_memory(): return len(bytearray(4 << 30))
def compute_for_ever():
    while True: pass
def sleep_for_ever(): time.sleep(1000)
def flood_output():
    while True: print('x' * 65536)
)PY";

struct Probe {
    const char* what;
    const char* call;
};
constexpr std::array<Probe, 13> kProbes = {{{"read /home", "read_home()"},
                                            {"read /etc/passwd", "read_passwords()"},
                                            {"read /proc", "read_processes()"},
                                            {"open a network socket", "open_network()"},
                                            {"open a local socket", "open_local()"},
                                            {"start a process", "start_process()"},
                                            {"start a program", "start_program()"},
                                            {"write a file", "write_file()"},
                                            {"change its own driver", "write_program()"},
                                            {"fill the memory", "fill_memory()"},
                                            {"compute for ever", "compute_for_ever()"},
                                            {"sleep for ever", "sleep_for_ever()"},
                                            {"flood the output", "flood_output()"}}};

}  // namespace

std::vector<SandboxProbe> probe_sandbox(ProgramRunner& runner) {
    ProgramJob job;
    job.program = kProbeProgram;
    job.limits.case_cpu_s = 1;
    job.limits.case_wall_ms = 1200;
    for (const Probe& probe : kProbes) {
        job.cases.push_back(
            {.kind = CaseKind::kCall, .setup = {}, .call = probe.call, .input = {}});
    }
    const ProgramResult result = runner.run(job);
    std::vector<SandboxProbe> probes;
    if (result.outcome == ProgramResult::Outcome::kSandboxFault) return probes;
    for (std::size_t i = 0; i < kProbes.size(); ++i) {
        const CaseResult& one = result.cases.at(i);
        // Without a result nothing is shown: only an end that says who stopped it counts.
        const bool limit = one.end == CaseEnd::kCpuLimit || one.end == CaseEnd::kWallLimit ||
                           one.end == CaseEnd::kOutputLimit;
        SandboxProbe probe{.what = kProbes.at(i).what,
                           .stopped = limit || one.end == CaseEnd::kRaised,
                           .stopped_by = std::string(case_end_name(one.end))};
        if (one.end == CaseEnd::kRaised) probe.stopped_by = one.detail;
        probes.push_back(std::move(probe));
    }
    return probes;
}

ProgramResult LazySandbox::run(const ProgramJob& job) {
    SandboxClient* client = nullptr;
    {
        const std::lock_guard lock(mutex_);
        if (client_ == nullptr && fault_.empty()) {
            auto started = SandboxClient::start(options_);
            if (started) {
                client_ = std::move(started).value();
            } else {
                fault_ = started.error().message;
            }
        }
        client = client_.get();
        if (client == nullptr) {
            ProgramResult result;
            result.reason = fault_;
            return result;
        }
    }
    return client->run(job);
}

}  // namespace veritune::verify
