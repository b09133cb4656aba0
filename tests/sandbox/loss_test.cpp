// SPDX-License-Identifier: Apache-2.0
// What a machine may lack. Nothing of it may lead to a weaker jail: programs are off, and the
// reason says what is missing. The eight losses of the design: (1) no bubblewrap, (2) no user
// namespaces, (3) no network namespaces, (4) no system call filters, (5) Landlock of ABI 0, 2 or 3,
// (6) a wrong bubblewrap, (7) a read-only /tmp, (8) no further process. Rung A needs neither
// Landlock nor /tmp, so 5 and 7 leave it whole, and 5 is tried again where rung A is lost as well.
// What an administrator's permission changes is in rung_b_test.cpp.
#include "core/verify/verifier.h"
#include "tests/sandbox/sandbox_support.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <unistd.h>

namespace veritune::verify {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using util::Json;

SandboxOptions losing(const char* what) {
    return {.program = VERITUNE_LOSE, .parallel = 1, .extra_arguments = {"--lose", what}};
}

void expect_off(const SandboxOptions& options, const testing::Matcher<std::string>& reason) {
    const std::unique_ptr<SandboxClient> client = start_sandbox(options);
    ASSERT_NE(client, nullptr);
    const SandboxStatus status = client->status();
    EXPECT_EQ(status.rung, "0");
    EXPECT_THAT(status.reason, reason);
    const ProgramResult result = client->run(call_job("def f(): return 1", {"f()"}));
    EXPECT_EQ(result.outcome, ProgramResult::Outcome::kSandboxFault);
    for (const CaseResult& one : result.cases) EXPECT_NE(one.end, CaseEnd::kValue);
    VerifyRequest request;
    request.problem_id = "p";
    request.verifier = "code_python";
    request.profile = "raw";
    request.gold = Json::parse(R"J({"cases":[{"call":"f()","expected":1}]})J");
    request.completion = "def f(): return 1";
    const Verdict verdict = verify_request(request, client.get());
    EXPECT_EQ(verdict.status, VerdictStatus::kSandboxError) << verdict.reason;
    EXPECT_TRUE(is_masked(verdict.status));
    EXPECT_EQ(client->start_worker().has_value(), false);
    request.verifier = "integer";
    request.gold = 3;
    request.completion = "3";
    EXPECT_EQ(verify_request(request, client.get()).status, VerdictStatus::kCorrect)
        << "verifiers that need no program stay";
}

TEST(SandboxLosses, WithoutBubblewrap) {
    SandboxOptions options = sandbox_options(1);
    options.extra_arguments = {"--bwrap", "/nowhere/bwrap"};
    expect_off(options, HasSubstr("/nowhere/bwrap"));
}

/// A person reads what to install, not an error number.
TEST(SandboxLosses, WithoutBubblewrapNameThePackage) {
    SandboxOptions options = sandbox_options(1);
    options.extra_arguments = {"--bwrap", "/nowhere/bwrap"};
    expect_off(options, HasSubstr("install the package bubblewrap"));
}

TEST(SandboxLosses, WithoutPythonNameThePackage) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can hide the interpreter";
    expect_off(losing("python"), HasSubstr("install the package python3"));
}

/// Nobody has allowed rung B, so its Landlock does not matter.
TEST(SandboxLosses, OfBubblewrapAndOfLandlock) {
    for (const char* abi : {"0", "2", "3"}) {
        SandboxOptions options = sandbox_options(1);
        options.extra_arguments = {"--bwrap", "/nowhere/bwrap", "--landlock-abi", abi};
        expect_off(options, HasSubstr("rung B is off too"));
    }
}

TEST(SandboxLosses, WithABubblewrapThatEndsAtOnce) {
    SandboxOptions options = sandbox_options(1);
    options.extra_arguments = {"--bwrap", "/usr/bin/true"};
    expect_off(options, HasSubstr("/usr/bin/true"));
}

TEST(SandboxLosses, WithABubblewrapThatBuildsNoJail) {
    SandboxOptions options = sandbox_options(1);
    options.extra_arguments = {"--bwrap", VERITUNE_LOSE};
    expect_off(options, HasSubstr("not process 1"));
}

/// Asked before anybody knows whether there are jails: the answer still comes.
TEST(SandboxLosses, AnswerWhoeverAsksForAWorkerFirst) {
    SandboxOptions options = sandbox_options(1);
    options.extra_arguments = {"--bwrap", VERITUNE_LOSE};
    const std::unique_ptr<SandboxClient> client = start_sandbox(options);
    ASSERT_NE(client, nullptr);
    EXPECT_FALSE(client->start_worker().has_value());
    EXPECT_EQ(client->status().rung, "0");
}

TEST(SandboxLosses, WithoutUserNamespaces) {
    expect_off(losing("user_namespaces"), HasSubstr("namespaces are refused to this user"));
}

TEST(SandboxLosses, WithoutNetworkNamespaces) {
    expect_off(losing("network_namespaces"), HasSubstr("no user or network namespaces"));
}

TEST(SandboxLosses, WithoutNestedNamespaces) {
    expect_off(losing("nested_namespaces"), HasSubstr("bubblewrap does not start"));
}

TEST(SandboxLosses, WithoutMounts) {
    expect_off(losing("mounts"), HasSubstr("bubblewrap does not start"));
}

TEST(SandboxLosses, WithoutSystemCallFilters) {
    expect_off(losing("filters"), AnyOf(HasSubstr("ended"), HasSubstr("filter")));
}

TEST(SandboxLosses, WithoutFurtherProcesses) {
    expect_off(losing("processes"), HasSubstr("cannot be started"));
}

TEST(SandboxLosses, WithoutItsJobFolder) {
    const std::string folder = VERITUNE_LONELY_DIR;
    std::filesystem::create_directories(folder);
    std::filesystem::copy_file(VERITUNE_BIN_DIR "/veritune-sandbox",
                               folder + "/veritune-sandbox",
                               std::filesystem::copy_options::overwrite_existing);
    SandboxOptions options = sandbox_options(1);
    options.program = folder + "/veritune-sandbox";
    expect_off(options, HasSubstr("bubblewrap does not start"));
}

/// Rung A needs neither: it stays whole, and its own probes say so.
TEST(SandboxLosses, OfWhatIsNotNeededChangeNothing) {
    VT_NEEDS_SANDBOX();
    for (const char* what : {"nothing", "landlock", "read_only_tmp"}) {
        if (std::string(what) == "read_only_tmp" && ::geteuid() != 0) continue;
        const std::unique_ptr<SandboxClient> client = start_sandbox(losing(what));
        ASSERT_NE(client, nullptr);
        EXPECT_EQ(client->status().rung, "A") << what << " " << client->status().reason;
        EXPECT_EQ(client->status().filter_sha256, shared_sandbox().status().filter_sha256);
        EXPECT_EQ(client->run(call_job("def f(): return 1", {"f()"})).cases.at(0).end,
                  CaseEnd::kValue);
    }
}

}  // namespace
}  // namespace veritune::verify
