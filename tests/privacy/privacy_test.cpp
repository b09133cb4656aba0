// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/child_process.h"
#include "core/util/hash.h"
#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <unistd.h>

namespace veritune::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<std::string> kPrograms{
    "veritune", "veritune-engine", "veritune-sandbox", "veritune-studio"};

std::string program(const std::string& name) { return std::string(VERITUNE_BIN_DIR) + "/" + name; }
std::string packaging(const std::string& name) {
    return std::string(VERITUNE_SOURCE_DIR) + "/packaging/" + name;
}

class PrivacyTest : public ::testing::Test {
  protected:
    cli::ChildResult run(const std::vector<std::string>& args, int timeout_ms = 60000) {
        const auto result = cli::run_child(args,
                                           {.environment = {"PATH=/usr/bin:/bin",
                                                            "HOME=" + dir_.path(),
                                                            "VERITUNE_HOME=" + dir_.path(),
                                                            "XDG_RUNTIME_DIR=" + dir_.path(),
                                                            "TMPDIR=" + dir_.path(),
                                                            "LANG=C.UTF-8",
                                                            "TERM=dumb"},
                                            .timeout_ms = timeout_ms});
        EXPECT_TRUE(result.has_value()) << (result ? "" : util::to_string(result.error()));
        EXPECT_FALSE(result && result->timed_out);
        return result ? *result : cli::ChildResult{.exit_code = -1};
    }

    cli::ChildResult check(const std::string& what, const std::vector<std::string>& files) {
        std::vector<std::string> args{"/bin/bash", packaging("check-programs.sh"), what};
        args.insert(args.end(), files.begin(), files.end());
        return run(args);
    }

    /// A program of a few lines, compiled with these flags; empty when there is no compiler.
    std::string compiled(const std::string& name, const std::vector<std::string>& flags) {
        std::ofstream(dir_.file("a.c"))
            << "#include <stdio.h>\n"
               "int a(int n) { return n; } int b(int n) { return n + 1; } int c(int n) { return n "
               "* n; }\n"
               "int d(int n) { return -n; } int e(int n) { return n / 3; } int f(int n) { return n "
               "% 7; }\n"
               "int main(int n, char** v) { char text[64]; snprintf(text, 64, \"%d%s\", n, v[0]); "
               "return puts(text) < 0; }\n";
        std::vector<std::string> args{"/usr/bin/gcc", "-O2", "-o", dir_.file(name)};
        args.insert(args.end(), flags.begin(), flags.end());
        args.push_back(dir_.file("a.c"));
        if (access("/usr/bin/gcc", X_OK) != 0) return {};
        return run(args).exit_code == 0 ? dir_.file(name) : std::string();
    }

    TempDir dir_;
};

// Proof 2. Nothing of a desktop is in the environment: the window's program answers without one.
TEST_F(PrivacyTest, EveryProgramIsRefusedEveryWayOut) {
    for (const std::string& name : kPrograms) {
        const auto child = run({program(name), "--self-test-network"});
        EXPECT_EQ(child.exit_code, 0) << name << child.errors;
        EXPECT_THAT(child.output, HasSubstr("refused      AF_INET\n")) << name;
        EXPECT_THAT(child.output, HasSubstr("Seccomp: 2  NoNewPrivs: 1\n16 of 16 ways out"))
            << name;
        EXPECT_THAT(child.output, Not(HasSubstr("NOT REFUSED"))) << name;
    }
}

// Proof 6.
TEST_F(PrivacyTest, NoProgramLoadsALibraryThatTalksToANetwork) {
    std::vector<std::string> files;
    for (const std::string& name : kPrograms) files.push_back(program(name));
    const auto good = check("closure", files);
    EXPECT_EQ(good.exit_code, 0) << good.output;
    const std::string curl = compiled("curl", {"-Wl,--no-as-needed", "-l:libcrypto.so.3"});
    if (curl.empty()) return;  // nothing to try it on
    const auto bad = check("closure", {curl});
    EXPECT_EQ(bad.exit_code, 1);
    EXPECT_THAT(bad.output, HasSubstr("libcrypto"));
}

TEST_F(PrivacyTest, ANewLibraryIsFound) {
    std::ofstream(dir_.file("list")) << "# a comment\nlibc.so.6\n";
    const std::string plain = compiled("plain", {});
    const std::string more = compiled("more", {"-Wl,--no-as-needed", "-lm"});
    if (plain.empty() || more.empty()) GTEST_SKIP() << "no C compiler";
    EXPECT_EQ(check("needed", {dir_.file("list"), plain}).exit_code, 0);
    const auto bad = check("needed", {dir_.file("list"), more});
    EXPECT_EQ(bad.exit_code, 1);
    EXPECT_THAT(bad.output, HasSubstr("libm.so.6"));
}

TEST_F(PrivacyTest, EachProtectionThatIsMissingIsNamed) {
    const std::vector<std::string> all{"-fstack-protector-all",
                                       "-fcf-protection=full",
                                       "-D_FORTIFY_SOURCE=2",
                                       "-fPIE",
                                       "-pie",
                                       "-Wl,-z,relro,-z,now,-z,noexecstack"};
    const std::string whole = compiled("whole", all);
    if (whole.empty()) GTEST_SKIP() << "no C compiler";
    const auto good = check("hardening", {whole});
    EXPECT_EQ(good.exit_code, 0) << good.output;
    const std::map<std::string, std::vector<std::string>> faults{
        {"fixed address", {"-no-pie", "-fno-pie"}},
        {"not full RELRO", {"-Wl,-z,lazy"}},
        {"executable stack", {"-Wl,-z,execstack"}},
        {"no stack protector", {"-fno-stack-protector"}},
        {"no control-flow protection", {"-fcf-protection=none"}},
        {"_FORTIFY_SOURCE", {"-U_FORTIFY_SOURCE"}},
        {"search path /somewhere", {"-Wl,-rpath,/somewhere"}},
    };
    for (const auto& [words, flags] : faults) {
        std::vector<std::string> with = all;
        with.insert(with.end(), flags.begin(), flags.end());
        const std::string file = compiled("faulty", with);
        ASSERT_FALSE(file.empty()) << words;
        const auto bad = check("hardening", {file});
        EXPECT_EQ(bad.exit_code, 1) << words;
        EXPECT_THAT(bad.output, HasSubstr(words));
    }
}

// Proofs 1 to 3, as a person runs them: demonstration, verifier, chat, export, window.
TEST_F(PrivacyTest, SlowAWholeSessionStaysOnThisComputer) {
    const auto proofs = run({"/bin/bash",
                             packaging("verify-local-only.sh"),
                             "--programs",
                             std::string(VERITUNE_BIN_DIR)},
                            1800000);
    EXPECT_EQ(proofs.exit_code, 0) << proofs.output << proofs.errors;
    EXPECT_THAT(proofs.output, HasSubstr("PROVED  proof 1"));
    EXPECT_THAT(proofs.output, HasSubstr("PROVED  proof 2"));
    EXPECT_THAT(proofs.output, Not(HasSubstr("FAILED")));
    if (access("/usr/bin/strace", X_OK) == 0) {
        EXPECT_THAT(proofs.output, HasSubstr("PROVED  proof 3"));
    }
}

/// File name -> SHA-256 of every adapter below a project, by its path in there.
std::map<std::string, std::string> adapters(const std::string& project) {
    std::map<std::string, std::string> sums;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(project)) {
        if (entry.path().filename() != "adapter_model.safetensors" &&
            entry.path().filename() != "model.safetensors") {
            continue;
        }
        std::ifstream file(entry.path(), std::ios::binary);
        std::stringstream bytes;
        bytes << file.rdbuf();
        sums[std::filesystem::relative(entry.path(), project)] = util::sha256_hex(bytes.str());
    }
    return sums;
}

// Proof 4: in a namespace without any interface the same bytes come out.
TEST_F(PrivacyTest, SlowTheResultIsTheSameWithoutAnyInterface) {
    if (run({"/usr/bin/unshare", "-Unc", "/bin/true"}).exit_code != 0) {
        GTEST_SKIP() << "this machine allows no user namespaces";
    }
    const std::vector<std::string> demo{
        program("veritune"), "demo", "--quick", "--seed", "7", "--project"};
    std::vector<std::string> with = demo;
    with.push_back(dir_.file("with"));
    std::vector<std::string> without{"/usr/bin/unshare", "-Unc"};
    without.insert(without.end(), demo.begin(), demo.end());
    without.push_back(dir_.file("without"));
    ASSERT_EQ(run(with, 1800000).exit_code, 0);
    const auto alone = run(without, 1800000);
    ASSERT_EQ(alone.exit_code, 0) << alone.errors;
    const auto expected = adapters(dir_.file("with"));
    EXPECT_GE(expected.size(), 2u);
    EXPECT_EQ(adapters(dir_.file("without")), expected);
}

}  // namespace
}  // namespace veritune::test
