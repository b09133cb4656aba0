// SPDX-License-Identifier: Apache-2.0
// sandbox-init: process 1 of a jail. Static, because nothing of the host but /usr and /job is
// there.
//   sandbox-init            a program: starts the driver, says it is ready, takes one job on stdin,
//                           hands its cases to the driver one by one and reports on stdout
//   sandbox-init worker     a verify worker: becomes /app/veritune verify --worker
//   sandbox-init landlock program|worker ABI PROCESSES JOB_DIR APP_DIR
//                           the same on rung B: no namespaces, so it is not process 1
// It looks first whether the jail holds, from inside; a jail that does not is never given a job.
#include "core/verify/sandbox_wire.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vector>

namespace {

namespace wire = veritune::verify::wire;

constexpr uid_t kNobody = 65534;
constexpr rlim_t kStackBytes = rlim_t{64} << 20;
constexpr rlim_t kProcesses = 20;  // init, driver, child and 16 threads, one to spare
constexpr rlim_t kFiles = 32;
constexpr rlim_t kWorkerMemory = rlim_t{1} << 30;
constexpr int kReplyGraceMs = 2000;
constexpr std::size_t kMaxReply = std::size_t{4} << 20;
constexpr std::uint32_t kDriverLost = 8;
constexpr std::uint32_t kNotRun = 9;
constexpr const char* kPython = "/usr/bin/python3";
constexpr int kTruncateAbi = 3;
constexpr int kSignalAbi = 6;

/// How the jail was built: its arguments.
struct Build {
    bool landlock = false;
    bool worker = false;
    int abi = 0;  ///< of Landlock
    rlim_t processes = kProcesses;
    std::string job_dir = "/job";
    std::string app_dir = "/app";
};

// --- does the jail hold? -------------------------------------------------------------------------

bool opens(const char* path, int flags) {
    const int fd = ::open(path, flags | O_CLOEXEC, 0600);
    if (fd >= 0) ::close(fd);
    return fd >= 0;
}

bool socket_opens(int family) {
    const int fd = ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) ::close(fd);
    return fd >= 0;
}

/// Whether a name exists that the jail must not have.
bool exists(const char* path) {
    struct stat info {};
    return ::stat(path, &info) == 0;
}

/// What both rungs promise.
std::string find_common_fault() {
    if (::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != SECCOMP_MODE_FILTER) return "no system call filter";
    if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return "no_new_privs is not set";
    for (const int family : {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_VSOCK, AF_ALG}) {
        if (socket_opens(family)) return "a socket can be opened";
    }
    if (::unshare(CLONE_NEWUSER) == 0) return "a user namespace can be made";
    for (char** variable = environ; *variable != nullptr; ++variable) {
        if (std::strncmp(*variable, "PWD=", 4) != 0) return "the environment is not empty";
    }
    return {};
}

/// Empty, or what is wrong with this jail in a word or two.
std::string find_fault() {
    if (::getpid() != 1) return "sandbox-init is not process 1";
    if (::getuid() != kNobody || ::geteuid() != kNobody) return "the user is not 65534";
    for (const char* path : {"/etc",
                             "/proc",
                             "/sys",
                             "/home",
                             "/root",
                             "/tmp",
                             "/var",
                             "/run",
                             "/dev/shm",
                             "/dev/tty",
                             "/dev/ptmx"}) {
        if (exists(path)) return std::string(path) + " is visible";
    }
    for (const char* path : {"/x", "/usr/x", "/job/x", "/dev/x"}) {
        if (opens(path, O_WRONLY | O_CREAT)) return std::string(path) + " can be written";
    }
    return find_common_fault();
}

/// The same on rung B, where a path may be seen but not opened.
std::string find_landlock_fault(const Build& build) {
    if (::getuid() == 0 || ::geteuid() == 0) return "the user is root";
    if (::getsid(0) != ::getpid()) return "the session is not its own";
    // The first six can be opened by every user of a machine, so a refusal is Landlock's.
    for (const char* path : {"/",
                             "/etc",
                             "/etc/passwd",
                             "/proc",
                             "/proc/self/status",
                             "/tmp",
                             "/sys",
                             "/home",
                             "/root",
                             "/var",
                             "/run",
                             "/dev",
                             "/dev/shm",
                             "/dev/tty",
                             "/dev/ptmx"}) {
        if (opens(path, O_RDONLY)) return std::string(path) + " can be opened";
    }
    for (const std::string& folder :
         {std::string("/tmp"), std::string("/dev/shm"), std::string("/var/tmp"), build.job_dir}) {
        const std::string path = folder + "/veritune-probe";
        if (opens(path.c_str(), O_WRONLY | O_CREAT | O_EXCL)) return path + " can be written";
    }
    // Without the scope of ABI 6 the filter of each case refuses kill() altogether.
    if (build.abi >= kSignalAbi && ::kill(::getppid(), 0) == 0) {
        return "a process outside can be signalled";
    }
    return find_common_fault();
}

/// At most `value`; a stricter limit that is there already stays.
bool set_limit(__rlimit_resource what, rlim_t value) {
    rlimit limit{};
    if (::getrlimit(what, &limit) != 0) return false;
    if (limit.rlim_max > value) limit.rlim_max = value;
    limit.rlim_cur = limit.rlim_max;
    return ::setrlimit(what, &limit) == 0;
}

/// Limits that hold for everything in this jail.
bool set_limits(rlim_t processes) {
    return set_limit(RLIMIT_CORE, 0) && set_limit(RLIMIT_FSIZE, 0) &&
           set_limit(RLIMIT_NOFILE, kFiles) && set_limit(RLIMIT_NPROC, processes) &&
           set_limit(RLIMIT_STACK, kStackBytes) && set_limit(RLIMIT_MEMLOCK, 0) &&
           set_limit(RLIMIT_MSGQUEUE, 0);
}

// --- pipes ---------------------------------------------------------------------------------------

std::int64_t now_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::string read_to_end(int fd) {
    std::string all;
    std::array<char, 65536> part{};
    while (all.size() <= wire::kMaxFrame) {
        const ssize_t count = ::read(fd, part.data(), part.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        all.append(part.data(), static_cast<std::size_t>(count));
    }
    return all;
}

bool report(char type, std::string_view payload) {
    return write_all(STDOUT_FILENO, wire::frame(type, payload));
}

bool report_ready(std::string_view fault) {
    wire::Writer out;
    out.text(fault);
    return report(wire::kReady, out.bytes());
}

// --- the driver ----------------------------------------------------------------------------------

struct Driver {
    pid_t pid = -1;
    int requests = -1;
    int replies = -1;

    bool send(std::string_view payload) const {
        wire::Writer head;
        head.text(payload);
        return write_all(requests, head.bytes());
    }

    /// A whole reply within timeout_ms, else false.
    bool receive(int timeout_ms, std::string& reply) const {
        const std::int64_t deadline = now_ms() + timeout_ms;
        std::string buffer;
        while (true) {
            if (buffer.size() >= 4) {
                const std::size_t length = wire::Reader(buffer).u32();
                if (length > kMaxReply || buffer.size() > 4 + length) return false;
                if (buffer.size() == 4 + length) {
                    reply = buffer.substr(4);
                    return true;
                }
            }
            const std::int64_t left = deadline - now_ms();
            pollfd wait = {.fd = replies, .events = POLLIN, .revents = 0};
            if (left <= 0 || ::poll(&wait, 1, static_cast<int>(left)) == 0) return false;
            std::array<char, 65536> part{};
            const ssize_t count = ::read(replies, part.data(), part.size());
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) return false;
            buffer.append(part.data(), static_cast<std::size_t>(count));
        }
    }
};

[[noreturn]] void become_driver(int requests, int replies, const std::string& script) {
    const int null = ::open("/dev/null", O_RDWR);
    // First out of the way of the numbers 3 and 4, which they get for good below.
    const int from = ::fcntl(requests, F_DUPFD, 10);
    const int to = ::fcntl(replies, F_DUPFD, 10);
    bool ready = null >= 0 && from >= 0 && to >= 0;
    for (const int fd : {0, 1, 2}) ready = ready && ::dup2(null, fd) == fd;
    ready = ready && ::dup2(from, 3) == 3 && ::dup2(to, 4) == 4;
    ready = ready && ::syscall(SYS_close_range, 5U, ~0U, 0U) == 0;
    // Rung B has no process 1 whose end would end it.
    ready = ready && ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0;
    if (ready) {
        // A fixed seed: the order of a set must be the same in every run. -I would ignore it;
        // this environment holds nothing else, and the driver takes /job off its path itself.
        std::array<const char*, 3> environment = {"PYTHONHASHSEED=0", "LC_CTYPE=C.UTF-8", nullptr};
        std::array<const char*, 8> arguments = {
            "python3", "-s", "-S", "-B", "-X", "utf8", script.c_str(), nullptr};
        ::execve(kPython,
                 const_cast<char**>(arguments.data()),     // NOLINT: execve's signature
                 const_cast<char**>(environment.data()));  // NOLINT
    }
    ::_exit(97);
}

bool start_driver(Driver& driver, const Build& build) {
    std::array<int, 2> requests{};
    std::array<int, 2> replies{};
    if (::pipe2(requests.data(), O_CLOEXEC) != 0) return false;
    if (::pipe2(replies.data(), O_CLOEXEC) != 0) return false;
    driver.pid = ::fork();
    if (driver.pid < 0) return false;
    if (driver.pid == 0) become_driver(requests[0], replies[1], build.job_dir + "/driver.py");
    ::close(requests[0]);
    ::close(replies[1]);
    driver.requests = requests[1];
    driver.replies = replies[0];
    std::string hello;
    return driver.receive(10000, hello);
}

/// A filter that allows what it has no rule for, rule by rule; the numbers below 32 bits decide.
class FilterText {
  public:
    void refuse(long call, std::uint32_t error = EPERM) {
        about(call, 1);
        code_.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error));
    }
    void refuse_if(long call, int argument, std::uint32_t value) {
        about(call, 3);
        load(argument);
        code_.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
        code_.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
    }
    void refuse_unless(long call, int argument, std::uint32_t value) {
        about(call, 3);
        load(argument);
        code_.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0));
        code_.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
    }
    void refuse_with(long call, int argument, std::uint32_t bits) {
        about(call, 3);
        load(argument);
        code_.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1));
        code_.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
    }
    void refuse_without(long call, int argument, std::uint32_t bits) {
        about(call, 3);
        load(argument);
        code_.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0));
        code_.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
    }
    std::string bytes() {
        code_.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
        std::string text(code_.size() * sizeof(sock_filter), '\0');
        std::memcpy(text.data(), code_.data(), text.size());
        return text;
    }

  private:
    void about(long call, std::uint8_t skipped) {
        code_.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
        code_.push_back(
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, skipped));
    }
    void load(int argument) {
        const auto place = offsetof(seccomp_data, args) + 8 * static_cast<std::size_t>(argument);
        code_.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(place)));
    }
    std::vector<sock_filter> code_;
};

/// What a pid namespace and read-only mounts do on rung A: nobody outside is reached, and the
/// program stays in the process group that the supervisor ends.
void add_landlock_rules(FilterText& filter, int abi) {
    filter.refuse(SYS_setsid);
    filter.refuse(SYS_uname);  // the machine's name
    filter.refuse_if(SYS_prctl, 0, PR_SET_PDEATHSIG);
    for (const long call :
         {SYS_sched_setaffinity, SYS_sched_getaffinity, SYS_getsid, SYS_getpgid}) {
        filter.refuse_unless(call, 0, 0);
    }
    // The kernel sends the signal of F_SETSIG to the owner, whoever that is.
    for (const int command : {F_SETOWN, F_SETSIG, F_SETOWN_EX}) {
        filter.refuse_if(SYS_fcntl, 1, static_cast<std::uint32_t>(command));
    }
    if (abi < kSignalAbi) {
        for (const long call : {SYS_kill, SYS_tkill, SYS_tgkill}) filter.refuse(call);
    }
    if (abi < kTruncateAbi) {
        filter.refuse_with(SYS_openat, 2, O_TRUNC);
#ifdef SYS_open
        filter.refuse_with(SYS_open, 1, O_TRUNC);
#endif
    }
}

/// Denies every new process but allows threads; the driver stacks it in each child.
std::string child_filter(const Build& build) {
    FilterText filter;
    for (const long call : {
             SYS_execve,
             SYS_execveat,
#ifdef SYS_fork
             SYS_fork,
             SYS_vfork,
#endif
         }) {
        filter.refuse(call);
    }
    filter.refuse(SYS_clone3, ENOSYS);
    filter.refuse_without(SYS_clone, 0, CLONE_THREAD);
    if (build.landlock) add_landlock_rules(filter, build.abi);
    return filter.bytes();
}

// --- one job -------------------------------------------------------------------------------------

std::string empty_case(std::uint32_t end) {
    wire::Writer out;
    out.u32(end);
    for (int i = 0; i < 4; ++i) out.text({});
    out.u64(0);
    return out.bytes();
}

std::uint64_t cpu_of(std::string_view result) {
    return result.size() < 8 ? 0 : wire::Reader(result.substr(result.size() - 8)).u64();
}

struct Job {
    std::uint32_t case_cpu_s = 0;
    std::uint32_t total_cpu_s = 0;
    std::uint32_t case_wall_ms = 0;
    std::uint32_t output_bytes = 0;
    std::uint32_t memory_mib = 0;
    std::string_view preloads;
    std::string_view prelude;
    std::string_view program;
    std::vector<std::string_view> cases;
};

bool read_job(std::string_view bytes, Job& job) {
    wire::Reader in(bytes);
    const std::uint32_t version = in.u32();
    job.case_cpu_s = in.u32();
    job.total_cpu_s = in.u32();
    job.case_wall_ms = in.u32();
    job.output_bytes = in.u32();
    job.memory_mib = in.u32();
    job.preloads = in.text();
    job.prelude = in.text();
    job.program = in.text();
    const std::uint32_t count = in.u32();
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) job.cases.push_back(in.text());
    return version == 1 && in.complete();
}

std::string program_message(const Job& job, const Build& build) {
    wire::Writer out;
    out.u32(job.case_cpu_s);
    out.u32(job.case_wall_ms);
    out.u32(job.output_bytes);
    out.u32(job.memory_mib);
    out.text(child_filter(build));
    out.text(job.preloads);
    out.text(job.prelude);
    out.text(job.program);
    return out.bytes();
}

int run_job(Driver& driver, const Build& build) {
    const std::string input = read_to_end(STDIN_FILENO);
    wire::Reader in(input);
    const std::string nonce(in.raw(wire::kNonceBytes));
    Job job;
    if (!in.ok() || !read_job(in.text(), job)) return 3;
    bool lost = !driver.send(program_message(job, build));
    std::uint64_t cpu_us = 0;
    std::uint32_t index = 0;
    for (const std::string_view one : job.cases) {
        std::string result;
        if (lost || cpu_us > std::uint64_t{job.total_cpu_s} * 1000000) {
            result = empty_case(lost ? kDriverLost : kNotRun);
        } else if (!driver.send(one) ||
                   !driver.receive(static_cast<int>(job.case_wall_ms) + kReplyGraceMs, result)) {
            lost = true;
            ::kill(driver.pid, SIGKILL);
            result = empty_case(kDriverLost);
        }
        cpu_us += cpu_of(result);
        wire::Writer out;
        out.raw(nonce);
        out.u32(index++);
        out.text(result);
        if (!report(wire::kCaseDone, out.bytes())) return 4;
    }
    wire::Writer out;
    out.raw(nonce);
    out.u32(index);
    out.u64(cpu_us);
    return report(wire::kProgramEnd, out.bytes()) ? 0 : 4;
}

int run_worker(const Build& build) {
    if (!set_limit(RLIMIT_AS, kWorkerMemory)) return 2;
    if (!report_ready({})) return 4;
    const std::string program = build.app_dir + "/veritune";
    std::array<const char*, 2> environment = {"LC_CTYPE=C.UTF-8", nullptr};
    std::array<const char*, 4> arguments = {"veritune", "verify", "--worker", nullptr};
    ::execve(program.c_str(),
             const_cast<char**>(arguments.data()),     // NOLINT: execve's signature
             const_cast<char**>(environment.data()));  // NOLINT
    return 97;
}

bool read_build(int argc, char** argv, Build& build) {
    if (argc == 7 && std::strcmp(argv[1], "landlock") == 0) {
        build.landlock = true;
        build.worker = std::strcmp(argv[2], "worker") == 0;
        build.abi = static_cast<int>(std::strtol(argv[3], nullptr, 10));
        build.processes = std::strtoul(argv[4], nullptr, 10);
        build.job_dir = argv[5];
        build.app_dir = argv[6];
        return build.abi > 0 && build.processes > 0;
    }
    build.worker = argc == 2 && std::strcmp(argv[1], "worker") == 0;
    return argc == 1 || build.worker;
}

/// Empty, or why this jail cannot take a job.
std::string prepare(const Build& build) {
    std::string fault = build.landlock ? find_landlock_fault(build) : find_fault();
    if (!fault.empty()) return fault;
    if (!set_limits(build.processes)) return "the limits cannot be set";
    if (build.worker || ::access(kPython, X_OK) == 0) return {};
    return std::string("Python 3 is missing at ") + kPython + "; install the package python3";
}

}  // namespace

int main(int argc, char** argv) {
    ::syscall(SYS_close_range, 3U, ~0U, 0U);
    ::signal(SIGPIPE, SIG_IGN);
    Build build;
    std::string fault = "sandbox-init got arguments that it does not know";
    if (read_build(argc, argv, build)) fault = prepare(build);
    if (!fault.empty()) return report_ready(fault), 2;
    if (build.worker) return run_worker(build);
    Driver driver;
    if (!start_driver(driver, build)) {
        return report_ready("the Python driver does not start; is the package python3 whole?"), 2;
    }
    if (!report_ready({})) return 4;
    return run_job(driver, build);
}
