// SPDX-License-Identifier: Apache-2.0
#include "core/solver/z3_solver.h"
#include "core/verify/verify_worker.h"
#include "core/verify/worker_fleet.h"
#include "tests/sandbox/sandbox_support.h"

#include <gmock/gmock.h>

#include <csignal>
#include <mutex>

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

TEST(WorkerFleet, EndsAWorkerThatHangsAndPaysNothingForIt) {
    WorkerFleetOptions options = fleet_options();
    options.workers = 1;
    options.wall_guard_ms = 200;
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
