// SPDX-License-Identifier: Apache-2.0
#include "core/solver/z3_solver.h"
#include "core/verify/verify_worker.h"
#include "core/verify/worker_fleet.h"
#include "tests/sandbox/sandbox_support.h"

#include <gmock/gmock.h>

#include <atomic>
#include <csignal>
#include <mutex>
#include <set>

namespace veritune::verify {
namespace {

using testing::StartsWith;
using util::Json;

VerifyRequest integer_request(int gold, std::string completion) {
    VerifyRequest request;
    request.problem_id = "p";
    request.verifier = "integer";
    request.gold = gold;
    request.completion = std::move(completion);
    return request;
}

VerifyRequest code_request(std::string program) {
    VerifyRequest request;
    request.problem_id = "p";
    request.verifier = "code_python";
    request.profile = "raw";
    request.gold = Json::parse(R"J({"cases":[{"call":"f(3)","expected":9}]})J");
    request.completion = std::move(program);
    return request;
}

std::vector<VerifyRequest> corpus() {
    // A worker has the solver, so the process that it is compared with needs it, too.
    EXPECT_TRUE(solver::install_z3().has_value());
    std::vector<VerifyRequest> requests;
    for (const Verifier* verifier : all_verifiers()) {
        if (verifier->runs_programs()) continue;
        for (const SelfTest& test : verifier->self_tests()) {
            requests.push_back({.problem_id = std::to_string(requests.size()),
                                .verifier = std::string(verifier->id()),
                                .params = test.params,
                                .gold = test.gold,
                                .prompt = test.prompt,
                                .completion = test.completion,
                                .finish_reason = test.finish_reason,
                                .think_tags = false,
                                .profile = test.profile});
        }
    }
    requests.push_back(integer_request(1, "\\boxed{1} \xff\xfe bytes \xc3"));
    return requests;
}

std::string transcript(std::vector<Verdict> verdicts) {
    std::string text;
    for (Verdict& verdict : verdicts) {
        verdict.micros = 0;
        text += verdict_to_json(verdict).dump() + "\n";
    }
    return text;
}

TEST(WorkerFrames, CarryRequestsWithAnyBytes) {
    for (const VerifyRequest& request : corpus()) {
        const auto back = request_from_json(request_to_json(request));
        ASSERT_TRUE(back.has_value()) << util::to_string(back.error());
        EXPECT_EQ(back->completion, request.completion);
        EXPECT_EQ(request_to_json(*back), request_to_json(request));
    }
}

TEST(WorkerFrames, AnswerAnythingWithAnInternalError) {
    for (const char* frame :
         {"", "{}", "[]", "{\"request\":{}}", "{\"request\":5,\"results\":[]}"}) {
        const auto reply = read_worker_reply(worker_reply(frame));
        ASSERT_TRUE(reply.has_value()) << frame;
        EXPECT_EQ(std::get<Verdict>(*reply).status, VerdictStatus::kInternalError) << frame;
    }
}

TEST(WorkerFrames, CarryJobsAndTheirResults) {
    const VerifyRequest request = code_request("def f(x): return x * x");
    const auto first = read_worker_reply(worker_reply(worker_request(request, {})));
    ASSERT_TRUE(first.has_value());
    const auto& job = std::get<ProgramJob>(*first);
    EXPECT_EQ(job.cases.at(0).call, "f(3)");
    ProgramResult result;
    result.outcome = ProgramResult::Outcome::kRan;
    result.cases.push_back({.end = CaseEnd::kValue, .value = R"(["i","9"])"});
    const auto second = read_worker_reply(worker_reply(worker_request(request, {result})));
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(std::get<Verdict>(*second).status, VerdictStatus::kCorrect);
}

WorkerFleetOptions fleet_options() {
    return {.workers = 2,
            .program = VERITUNE_BIN_DIR "/veritune",
            .wall_guard_ms = 10000,
            .requests_per_worker = 10000,
            .on_crash = {}};
}

TEST(WorkerFleet, GivesTheVerdictsOfTheProcessItself) {
    WorkerFleet fleet(fleet_options(), nullptr);
    EXPECT_EQ(fleet.place(), "process");
    const std::vector<VerifyRequest> requests = corpus();
    EXPECT_EQ(transcript(VerifierPool(2, &fleet).verify(requests)),
              transcript(VerifierPool(2).verify(requests)));
    EXPECT_EQ(fleet.crashes(), 0);
}

TEST(WorkerFleet, GivesThemFromAJail) {
    VT_NEEDS_SANDBOX();
    WorkerFleet fleet(fleet_options(), &shared_sandbox());
    EXPECT_EQ(fleet.place(), "jail");
    const std::vector<VerifyRequest> requests = corpus();
    EXPECT_EQ(transcript(VerifierPool(4, &fleet).verify(requests)),
              transcript(VerifierPool(1).verify(requests)));
    EXPECT_EQ(fleet.verify(code_request("def f(x): return x * x")).status, VerdictStatus::kCorrect);
    EXPECT_EQ(fleet.verify(code_request("def f(x): return x")).status, VerdictStatus::kIncorrect);
}

TEST(WorkerFleet, RaisesAnAlarmWhenACanaryIsPassed) {
    VT_NEEDS_SANDBOX();
    std::vector<std::string> alarms;
    WorkerFleetOptions options = fleet_options();
    options.on_canary = [&alarms](const std::string& problem) { alarms.push_back(problem); };
    WorkerFleet fleet(options, &shared_sandbox());
    VerifyRequest request = code_request("def f(x): return x * x");
    EXPECT_EQ(fleet.verify(request).status, VerdictStatus::kCorrect);
    EXPECT_TRUE(alarms.empty());
    request.gold["canary"] = true;
    const Verdict verdict = fleet.verify(request);
    EXPECT_TRUE(is_masked(verdict.status)) << verdict.reason;
    EXPECT_EQ(alarms, std::vector<std::string>{"p"});
}

TEST(WorkerFleet, HasNoVerdictOnProgramsWithoutASandbox) {
    WorkerFleet fleet(fleet_options(), nullptr);
    const Verdict verdict = fleet.verify(code_request("def f(x): return x * x"));
    EXPECT_EQ(verdict.status, VerdictStatus::kSandboxError);
    EXPECT_EQ(verdict.reason, "no_sandbox");
}

TEST(WorkerFleet, ReplacesAWorkerThatDied) {
    std::vector<std::string> kept;
    WorkerFleetOptions options = fleet_options();
    options.workers = 1;
    options.on_crash = [&kept](const std::string& frame) { kept.push_back(frame); };
    WorkerFleet fleet(options, nullptr);
    EXPECT_EQ(fleet.verify(integer_request(1, "\\boxed{1}")).status, VerdictStatus::kCorrect);
    ASSERT_EQ(fleet.pids().size(), 1u);
    ASSERT_EQ(::kill(fleet.pids()[0], SIGKILL), 0);
    const Verdict verdict = fleet.verify(integer_request(2, "\\boxed{2}"));
    EXPECT_EQ(verdict.status, VerdictStatus::kInternalError);
    EXPECT_EQ(verdict.reason, "worker_crashed");
    ASSERT_EQ(kept.size(), 1u);
    // The kept frame can be replayed.
    EXPECT_THAT(worker_reply(kept[0]), testing::HasSubstr("\"correct\""));
    EXPECT_EQ(fleet.verify(integer_request(2, "\\boxed{2}")).status, VerdictStatus::kCorrect);
    EXPECT_EQ(fleet.crashes(), 1);
    EXPECT_EQ(fleet.started(), 2);
}

/// Counts the requests of a batch and, after every hundredth, ends the workers that are at work.
class KillingVerifier final : public RequestVerifier {
  public:
    using Workers = std::function<std::vector<pid_t>()>;
    KillingVerifier(WorkerFleet& fleet, Workers workers)
        : fleet_(fleet),
          workers_(std::move(workers)) {}
    Verdict verify(const VerifyRequest& request) override {
        if (++count_ % 100 == 0) {
            const std::lock_guard lock(mutex_);
            for (const pid_t pid : workers_()) {
                // Each once: later its number may be somebody else's.
                if (killed_.insert(pid).second) ::kill(pid, SIGKILL);
            }
        }
        return fleet_.verify(request);
    }
    std::size_t killed() const { return killed_.size(); }

  private:
    WorkerFleet& fleet_;
    Workers workers_;
    std::atomic<int> count_{0};
    std::mutex mutex_;
    std::set<pid_t> killed_;
};

/// Every verdict of the batch is there and either right or internal_error, whose request is kept.
void expect_batch_to_survive(SandboxClient* sandbox) {
    std::mutex mutex;
    std::vector<std::string> kept;
    WorkerFleetOptions options = fleet_options();
    options.on_crash = [&](const std::string& frame) {
        const std::lock_guard lock(mutex);
        kept.push_back(frame);
    };
    WorkerFleet fleet(options, sandbox);
    KillingVerifier killer(fleet, [&] {
        if (sandbox == nullptr) return fleet.pids();
        std::vector<pid_t> pids;
        for (const Process& process : descendants(sandbox->pid())) {
            if (process.name == "veritune") pids.push_back(process.pid);
        }
        return pids;
    });
    std::vector<VerifyRequest> requests;
    for (int i = 0; i < 600; ++i) {
        requests.push_back(
            integer_request(i, "\\boxed{" + std::to_string(i % 3 == 0 ? i + 1 : i) + "}"));
    }
    const std::vector<Verdict> verdicts = VerifierPool(2, &killer).verify(requests);
    ASSERT_EQ(verdicts.size(), requests.size());
    std::size_t crashed = 0;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        if (verdicts[i].status == VerdictStatus::kInternalError) {
            EXPECT_EQ(verdicts[i].reason, "worker_crashed");
            ++crashed;
        } else {
            EXPECT_EQ(verdicts[i].status,
                      i % 3 == 0 ? VerdictStatus::kIncorrect : VerdictStatus::kCorrect)
                << i << " " << verdicts[i].reason;
        }
    }
    EXPECT_GE(killer.killed(), 3u);
    EXPECT_GE(crashed, 1u);
    EXPECT_LE(crashed, killer.killed()) << "a worker takes one request with it";
    EXPECT_EQ(kept.size(), crashed);
    EXPECT_EQ(fleet.crashes(), static_cast<std::int64_t>(crashed));
    EXPECT_GE(fleet.started(), static_cast<std::int64_t>(killer.killed()));
    for (const std::string& frame : kept) {
        const auto replayed = read_worker_reply(worker_reply(frame));
        ASSERT_TRUE(replayed.has_value());
        EXPECT_NE(std::get<Verdict>(*replayed).status, VerdictStatus::kInternalError);
    }
}

TEST(WorkerFleet, FindsEveryVerdictWhenWorkersAreKilledInABatch) {
    expect_batch_to_survive(nullptr);
}

TEST(WorkerFleet, FindsEveryVerdictWhenWorkersAreKilledInTheirJails) {
    VT_NEEDS_SANDBOX();
    const std::unique_ptr<SandboxClient> sandbox = start_sandbox(sandbox_options(2));
    ASSERT_NE(sandbox, nullptr);
    expect_batch_to_survive(sandbox.get());
}

TEST(WorkerFleet, EndsAWorkerThatHangsAndPaysNothingForIt) {
    WorkerFleetOptions options = fleet_options();
    options.workers = 1;
    options.wall_guard_ms = 600;  // a busy machine takes a while to start the second worker
    WorkerFleet fleet(options, nullptr);
    EXPECT_EQ(fleet.verify(integer_request(1, "\\boxed{1}")).status, VerdictStatus::kCorrect);
    ASSERT_EQ(::kill(fleet.pids()[0], SIGSTOP), 0);
    // The first try hangs, the second one, alone and in a new worker, is answered.
    EXPECT_EQ(fleet.verify(integer_request(1, "\\boxed{1}")).status, VerdictStatus::kCorrect);
    EXPECT_EQ(fleet.started(), 2);
}

TEST(WorkerFleet, SaysWhenNoWorkerCanBeStarted) {
    WorkerFleetOptions options = fleet_options();
    options.program = "/nowhere/veritune";
    WorkerFleet fleet(options, nullptr);
    const Verdict verdict = fleet.verify(integer_request(1, "\\boxed{1}"));
    EXPECT_EQ(verdict.status, VerdictStatus::kInternalError);
    EXPECT_THAT(verdict.reason, StartsWith("no_worker"));
}

TEST(WorkerFleet, ReplacesWorkersAfterTheirTime) {
    WorkerFleetOptions options = fleet_options();
    options.workers = 1;
    options.requests_per_worker = 3;
    WorkerFleet fleet(options, nullptr);
    for (int i = 0; i < 7; ++i) {
        EXPECT_EQ(fleet.verify(integer_request(i, "\\boxed{" + std::to_string(i) + "}")).status,
                  VerdictStatus::kCorrect);
    }
    EXPECT_EQ(fleet.started(), 3);
}

TEST(VerifyQueue, VerifiesWhileRequestsStillCome) {
    const VerifierPool pool(3);
    VerifyQueue queue(pool, 100);
    for (int i = 99; i >= 1; --i) {
        queue.submit(static_cast<std::size_t>(i),
                     integer_request(i, "\\boxed{" + std::to_string(i % 7 == 0 ? -1 : i) + "}"));
    }
    const std::vector<Verdict> verdicts = queue.wait();
    ASSERT_EQ(verdicts.size(), 100u);
    EXPECT_EQ(verdicts[0].reason, "not_submitted");
    for (int i = 1; i < 100; ++i) {
        EXPECT_EQ(verdicts[static_cast<std::size_t>(i)].status,
                  i % 7 == 0 ? VerdictStatus::kIncorrect : VerdictStatus::kCorrect);
    }
}

TEST(VerifyQueue, MayBeLeftWithoutWaiting) {
    const VerifierPool pool(2);
    VerifyQueue queue(pool, 50);
    for (std::size_t i = 0; i < 50; ++i) queue.submit(i, integer_request(1, "\\boxed{1}"));
}

}  // namespace
}  // namespace veritune::verify
