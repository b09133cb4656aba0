// SPDX-License-Identifier: Apache-2.0
#include "core/verify/sandbox_probe.h"
#include "tests/sandbox/sandbox_support.h"

#include <thread>

namespace veritune::verify {
namespace {

using Outcome = ProgramResult::Outcome;

class Sandbox : public testing::Test {
  protected:
    void SetUp() override { VT_NEEDS_SANDBOX(); }
    static CaseResult run_one(const std::string& program, const std::string& call) {
        const ProgramResult result = shared_sandbox().run(call_job(program, {call}));
        EXPECT_EQ(result.outcome, Outcome::kRan) << result.reason;
        return result.cases.empty() ? CaseResult{} : result.cases[0];
    }
};

TEST_F(Sandbox, ReturnsTypedValuesOfCalls) {
    const CaseResult one =
        run_one("def f(x):\n    return [x, (True, None), {'a': 1.5}]\n", "f(255)");
    EXPECT_EQ(one.end, CaseEnd::kValue) << one.detail << one.err;
    EXPECT_EQ(
        one.value,
        R"(["l",[["i","ff"],["t",[["b",true],["n"]]],["d",[[["s","a"],["f","0x1.8000000000000p+0"]]]]]])");
}

TEST_F(Sandbox, RunsEachCaseInAProcessOfItsOwn) {
    const ProgramResult result = shared_sandbox().run(
        call_job("n = []\ndef f():\n    n.append(1)\n    return len(n)\n", {"f()", "f()", "f()"}));
    ASSERT_EQ(result.cases.size(), 3u);
    for (const CaseResult& one : result.cases) EXPECT_EQ(one.value, R"(["i","1"])");
}

TEST_F(Sandbox, SaysHowACaseEnded) {
    EXPECT_EQ(run_one("def f(): raise ValueError('no')", "f()").end, CaseEnd::kRaised);
    EXPECT_EQ(run_one("1/0", "1").end, CaseEnd::kProgramRaised);
    EXPECT_EQ(run_one("def f(): return object()", "f()").end, CaseEnd::kNoValue);
    EXPECT_EQ(run_one("import os\ndef f(): os._exit(0)", "f()").end, CaseEnd::kNoFrame);
    EXPECT_EQ(run_one("import os\ndef f(): os.write(3, b'x'*9)", "f()").end, CaseEnd::kBadFrame);
    EXPECT_EQ(run_one("import os\ndef f(): os.kill(os.getppid(), 9)", "f()").end,
              CaseEnd::kDriverLost);
    EXPECT_EQ(run_one("def f(): print('x' * (2 << 20))", "f()").end, CaseEnd::kOutputLimit);
}

TEST_F(Sandbox, BlamesThePreludeOnlyBeforeTheProgramHasRun) {
    ProgramJob job = call_job("def f(): return 1", {"f()"});
    job.prelude = "raise ValueError";
    EXPECT_EQ(shared_sandbox().run(job).cases[0].end, CaseEnd::kPreludeRaised);
    // The program writes the frame that a failing prelude would have written.
    job = call_job("import os\nos.write(3, (10).to_bytes(4,'little') + bytes(4))\nos._exit(0)",
                   {"1"});
    EXPECT_EQ(shared_sandbox().run(job).cases[0].end, CaseEnd::kBadFrame);
}

TEST_F(Sandbox, FeedsStdinAndReturnsStdout) {
    ProgramJob job;
    job.program = "a = input()\nprint(a[::-1])\nif __name__ == '__main__':\n    print('main')\n";
    job.cases.push_back({.kind = CaseKind::kStdio, .setup = {}, .call = {}, .input = "abc\n"});
    const ProgramResult result = shared_sandbox().run(job);
    ASSERT_EQ(result.outcome, Outcome::kRan);
    EXPECT_EQ(result.cases[0].end, CaseEnd::kValue) << result.cases[0].detail;
    EXPECT_EQ(result.cases[0].out, "cba\nmain\n");
}

TEST_F(Sandbox, StopsAtTheLimitOfProcessorTime) {
    ProgramJob job = call_job("def f():\n    while True: pass\n", {"f()"});
    job.limits.case_cpu_s = 1;
    job.limits.case_wall_ms = 60000;  // a busy machine gives little processor time
    job.limits.wall_ms = 60000;
    const ProgramResult result = shared_sandbox().run(job);
    ASSERT_EQ(result.outcome, Outcome::kRan);
    EXPECT_EQ(result.cases[0].end, CaseEnd::kCpuLimit);
    EXPECT_GE(result.cases[0].cpu_us, 900'000);
}

TEST_F(Sandbox, StopsASleeperAtTheWallClockOfItsCase) {
    ProgramJob job = call_job("import time\ndef g(): time.sleep(60)\n", {"g()"});
    job.limits.case_wall_ms = 300;
    const ProgramResult result = shared_sandbox().run(job);
    ASSERT_EQ(result.outcome, Outcome::kRan);
    EXPECT_EQ(result.cases[0].end, CaseEnd::kWallLimit);
}

TEST_F(Sandbox, KillsTheJailAtTheWallClockOfTheProgram) {
    ProgramJob job = call_job("import time\ndef g(): time.sleep(60)\n", {"1", "g()", "2"});
    job.limits.case_wall_ms = 60000;
    job.limits.wall_ms = 500;
    const ProgramResult result = shared_sandbox().run(job);
    EXPECT_EQ(result.outcome, Outcome::kWallLimit);
    ASSERT_EQ(result.cases.size(), 3u);
    EXPECT_EQ(result.cases[0].end, CaseEnd::kValue);
    EXPECT_EQ(result.cases[2].end, CaseEnd::kNotRun);
}

TEST_F(Sandbox, TakesJobsFromManyThreads) {
    std::vector<std::jthread> threads;
    std::vector<std::string> values(8);
    for (std::size_t i = 0; i < values.size(); ++i) {
        threads.emplace_back([i, &values] {
            const std::string call = "f(" + std::to_string(i) + ")";
            const ProgramResult result =
                shared_sandbox().run(call_job("def f(x): return x + 1", {call}));
            if (!result.cases.empty()) values[i] = result.cases[0].value;
        });
    }
    threads.clear();
    for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_EQ(values[i], "[\"i\",\"" + std::to_string(i + 1) + "\"]");
    }
}

TEST_F(Sandbox, RunsAloneWhenAsked) {
    ProgramJob job = call_job("def f(): return 1", {"f()"});
    job.alone = true;
    EXPECT_EQ(shared_sandbox().run(job).outcome, Outcome::kRan);
}

TEST_F(Sandbox, StopsEveryAttemptOfItsSelfTest) {
    const std::vector<SandboxProbe> probes = probe_sandbox(shared_sandbox());
    EXPECT_GE(probes.size(), 10u);
    for (const SandboxProbe& probe : probes) {
        EXPECT_TRUE(probe.stopped) << probe.what << " " << probe.stopped_by;
    }
}

TEST(SandboxProbes, SeeAnAttemptThatSucceeds) {
    struct Open final : ProgramRunner {
        ProgramResult run(const ProgramJob& job) override {
            ProgramResult result;
            result.outcome = Outcome::kRan;
            result.cases.resize(job.cases.size());
            for (CaseResult& one : result.cases) one.end = CaseEnd::kValue;
            return result;
        }
    } open;
    for (const SandboxProbe& probe : probe_sandbox(open)) EXPECT_FALSE(probe.stopped);
}

TEST(LazySandbox, SaysWhyItCannotStart) {
    LazySandbox sandbox({.program = "/nowhere/veritune-sandbox", .extra_arguments = {}});
    const ProgramResult result = sandbox.run(call_job("pass", {"1"}));
    EXPECT_EQ(result.outcome, Outcome::kSandboxFault);
    EXPECT_FALSE(result.reason.empty());
}

TEST_F(Sandbox, ReportsItsFilter) {
    const SandboxStatus status = shared_sandbox().status();
    EXPECT_EQ(status.rung, "A");
    EXPECT_EQ(status.filter_sha256.size(), 64u);
    EXPECT_GT(status.filter_bytes, 1000);
}

}  // namespace
}  // namespace veritune::verify
