// SPDX-License-Identifier: Apache-2.0
// Rung B: Landlock instead of bubblewrap, only where an administrator has allowed it. Its attacks
// are in attack_test.cpp, what it leaves behind in leftover_test.cpp.
#include "core/verify/sandbox_probe.h"
#include "core/verify/verifier.h"
#include "core/verify/worker_fleet.h"
#include "tests/sandbox/sandbox_support.h"
#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

namespace veritune::verify {
namespace {

using testing::HasSubstr;
using util::Json;
using Outcome = ProgramResult::Outcome;

SandboxOptions allowed_and_losing(const char* what) {
    return {.program = VERITUNE_LOSE,
            .parallel = 1,
            .extra_arguments = {"--rung-b", "allow", "--lose", what}};
}

VerifyRequest square_request(const char* program) {
    VerifyRequest request;
    request.problem_id = "p";
    request.verifier = "code_python";
    request.profile = "raw";
    request.gold = Json::parse(R"J({"cases":[{"call":"f(3)","expected":9},
        {"call":"f(4)","predicate":"value == 16"}]})J");
    request.completion = program;
    return request;
}

void expect_rung_b(const SandboxOptions& options, const testing::Matcher<std::string>& why_not_a) {
    const std::unique_ptr<SandboxClient> client = start_sandbox(options);
    ASSERT_NE(client, nullptr);
    const SandboxStatus status = client->status();
    EXPECT_EQ(status.rung, "B") << status.reason;
    EXPECT_THAT(status.reason, why_not_a);
    EXPECT_EQ(status.rung_a, status.reason);
    EXPECT_GE(status.landlock_abi, 1);
    const ProgramResult result = client->run(call_job("def f(): return 1", {"f()"}));
    EXPECT_EQ(result.outcome, Outcome::kRan) << result.reason;
    EXPECT_TRUE(result.rung_b);
    EXPECT_EQ(result.cases.at(0).value, R"(["i","1"])");
}

class RungB : public testing::Test {
  protected:
    void SetUp() override { VT_NEEDS_RUNG_B(); }
};

TEST_F(RungB, TakesOverWhatBubblewrapCannotDo) {
    expect_rung_b(rung_b_options(1), HasSubstr("install the package bubblewrap"));
    SandboxOptions options = sandbox_options(1);
    options.extra_arguments = {"--rung-b", "allow", "--bwrap", "/usr/bin/true"};
    expect_rung_b(options, HasSubstr("/usr/bin/true"));
    options.extra_arguments.back() = VERITUNE_LOSE;
    expect_rung_b(options, HasSubstr("not process 1"));
}

TEST_F(RungB, TakesOverWithoutNamespaces) {
    expect_rung_b(allowed_and_losing("user_namespaces"), HasSubstr("refused to this user"));
    expect_rung_b(allowed_and_losing("network_namespaces"), HasSubstr("namespaces"));
    expect_rung_b(allowed_and_losing("nested_namespaces"), HasSubstr("does not start"));
    expect_rung_b(allowed_and_losing("mounts"), HasSubstr("does not start"));
}

TEST_F(RungB, WorksWithOlderLandlock) {
    for (const int abi : {1, 2, 3}) {
        const std::unique_ptr<SandboxClient> client = start_sandbox(rung_b_options(1, abi));
        EXPECT_EQ(client->status().rung, "B") << client->status().reason;
        EXPECT_EQ(client->status().landlock_abi, abi);
    }
}

TEST_F(RungB, IsNeverTakenWhereAHolds) {
    VT_NEEDS_SANDBOX();
    const std::unique_ptr<SandboxClient> client = start_sandbox(allowed_and_losing("nothing"));
    EXPECT_EQ(client->status().rung, "A");
    EXPECT_EQ(client->status().rung_a, "");
    EXPECT_FALSE(client->run(call_job("def f(): return 1", {"f()"})).rung_b);
}

TEST_F(RungB, FallsToWhatItNeedsItself) {
    for (const char* what : {"filters", "processes"}) {
        const std::unique_ptr<SandboxClient> client = start_sandbox(allowed_and_losing(what));
        EXPECT_EQ(client->status().rung, "0") << what;
        EXPECT_EQ(client->run(call_job("def f(): return 1", {"f()"})).outcome,
                  Outcome::kSandboxFault);
    }
    SandboxOptions none = rung_b_options(1);
    none.extra_arguments.insert(none.extra_arguments.end(), {"--landlock-abi", "0"});
    const std::unique_ptr<SandboxClient> client = start_sandbox(none);
    EXPECT_EQ(client->status().rung, "0");
    EXPECT_THAT(client->status().reason, HasSubstr("no Landlock"));
}

TEST_F(RungB, FallsToALandlockThatIsSwitchedOff) {
    SandboxOptions options = allowed_and_losing("landlock");
    options.extra_arguments = {
        "--rung-b", "allow", "--bwrap", "/nowhere/bwrap", "--lose", "landlock"};
    const std::unique_ptr<SandboxClient> client = start_sandbox(options);
    EXPECT_EQ(client->status().rung, "0");
    EXPECT_THAT(client->status().rung_b, HasSubstr("Landlock"));
}

TEST_F(RungB, SaysInTheVerdictThatItIsB) {
    const std::unique_ptr<SandboxClient> client = start_sandbox(rung_b_options(1));
    const Verdict right = verify_request(square_request("def f(x): return x * x"), client.get());
    EXPECT_EQ(right.status, VerdictStatus::kCorrect) << right.reason;
    EXPECT_EQ(right.method, "execution_rung_b");
    const Verdict wrong = verify_request(square_request("def f(x): return 9"), client.get());
    EXPECT_EQ(wrong.reason, "predicate_false");
    EXPECT_EQ(wrong.method, "execution_rung_b");
}

TEST_F(RungB, StopsEveryAttemptOfTheSelfTest) {
    const std::unique_ptr<SandboxClient> client = start_sandbox(rung_b_options(1));
    const std::vector<SandboxProbe> probes = probe_sandbox(*client);
    EXPECT_GE(probes.size(), 10u);
    for (const SandboxProbe& probe : probes) {
        EXPECT_TRUE(probe.stopped) << probe.what << " " << probe.stopped_by;
    }
}

TEST_F(RungB, HoldsVerifyWorkersToo) {
    const std::unique_ptr<SandboxClient> client = start_sandbox(rung_b_options(1));
    WorkerFleet fleet({.workers = 1, .program = VERITUNE_BIN_DIR "/veritune", .on_crash = {}},
                      client.get());
    EXPECT_EQ(fleet.place(), "jail");
    const Verdict verdict = fleet.verify(square_request("def f(x): return x * x"));
    EXPECT_EQ(verdict.status, VerdictStatus::kCorrect) << verdict.reason;
    EXPECT_EQ(verdict.method, "execution_rung_b");
}

/// What only rung A's process numbers and mounts prevent there has to be refused here by name.
TEST_F(RungB, ReachesNoProcessOutside) {
    const std::string program = R"PY(
import fcntl, os, resource
def attempt(f, *a):
    try: f(*a)
    except OSError as error: return 'refused'
    return 'done'
def owner(command, value):
    r, w = os.pipe()
    return attempt(fcntl.fcntl, r, command, value)
)PY";
    for (const int abi : {0, 1, 3}) {
        const std::unique_ptr<SandboxClient> client = start_sandbox(rung_b_options(1, abi));
        // The supervisor has the user of its jails, so nothing but the jail protects it.
        const std::string target = std::to_string(client->pid());
        std::vector<std::string> calls = {"attempt(os.kill, " + target + ", 0)",
                                          "attempt(os.sched_setaffinity, " + target + ", {0})",
                                          "attempt(os.getsid, " + target + ")",
                                          "attempt(resource.prlimit, " + target + ", 7)",
                                          "attempt(os.setsid)",
                                          "owner(fcntl.F_SETOWN, " + target + ")",
                                          "owner(fcntl.F_SETSIG, 9)"};
        // Nothing may be truncated; a file that shows it need not be ours.
        if (abi == 1) calls.push_back("attempt(os.open, '/dev/null', os.O_RDONLY | os.O_TRUNC)");
        const ProgramResult result = client->run(call_job(program, calls));
        ASSERT_EQ(result.outcome, Outcome::kRan) << result.reason;
        for (std::size_t i = 0; i < result.cases.size(); ++i) {
            EXPECT_EQ(result.cases[i].value, R"(["s","refused"])")
                << "ABI " << abi << ", " << calls[i] << " " << result.cases[i].detail;
        }
        EXPECT_EQ(client->status().rung, "B");
    }
}

// --- the administrator's word --------------------------------------------------------------------

std::string rung_with_settings(const std::string& path) {
    SandboxOptions options = sandbox_options(1);
    options.extra_arguments = {"--bwrap", "/nowhere/bwrap", "--settings", path};
    return start_sandbox(options)->status().rung;
}

TEST_F(RungB, NeedsTheWordOfAnAdministrator) {
    test::TempDir dir;
    const std::string path = dir.path() + "/sandbox.conf";
    EXPECT_EQ(rung_with_settings(path), "0") << "no file";
    std::ofstream(path) << "# rung_b = allow\nrung_b = deny\n";
    ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
    EXPECT_EQ(rung_with_settings(path), "0") << "another word";
    std::ofstream(path)
        << "# Programs of the office's models\nrung_b = allow  # asked for by A. B.\n";
    const bool root = ::geteuid() == 0;
    EXPECT_EQ(rung_with_settings(path), root ? "B" : "0") << "only root's file counts";
    ASSERT_EQ(::chmod(path.c_str(), 0666), 0);
    EXPECT_EQ(rung_with_settings(path), "0") << "everybody can write it";
    if (!root) return;
    ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
    ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
    EXPECT_EQ(rung_with_settings(path), "0") << "somebody else's";
}

}  // namespace
}  // namespace veritune::verify
