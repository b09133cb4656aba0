// SPDX-License-Identifier: Apache-2.0
// Verdicts under LANG=C, de_DE.UTF-8 and tr_TR.UTF-8, made for the test where the machine has the
// sources of locales: same bytes, in one process and in the program, on 1 and 8 threads, twice.
#include "core/verify/verifier_pool.h"
#include "tests/battery/battery_rows.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <cstdlib>
#include <cwctype>
#include <fstream>
#include <locale>
#include <memory>
#include <string>
#include <vector>

namespace veritune::verify {
namespace {

using util::Json;

constexpr const char* kLocales[] = {"C", "de_DE.UTF-8", "tr_TR.UTF-8"};

int shell(const std::string& command) {
    return std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe,cert-env33-c)
}

VerifyRequest request_of(const Json& row) {
    VerifyRequest request;
    request.verifier = row.at("verifier");
    request.gold = row.at("gold");
    request.completion = row.at("completion");
    request.params = row.value("params", Json::object());
    request.profile = row.value("profile", "reward_strict");
    request.prompt = row.value("prompt", "");
    request.think_tags = row.value("think_tags", false);
    if (row.value("finish_reason", "stop") == "length") {
        request.finish_reason = FinishReason::kLength;
    }
    return request;
}

void add_math(const std::string& gold, const Json& answer, std::vector<VerifyRequest>& out) {
    VerifyRequest& request = out.emplace_back();
    request.verifier = "math";
    request.profile = "raw";
    request.gold = gold;
    request.completion = answer.get<std::string>();
}

std::vector<VerifyRequest> corpus() {
    std::vector<VerifyRequest> all;
    for (const Verifier* verifier : all_verifiers()) {
        for (const SelfTest& test : verifier->self_tests()) {
            VerifyRequest& request = all.emplace_back();
            request.verifier = std::string(verifier->id());
            request.params = test.params;
            request.gold = test.gold;
            request.prompt = test.prompt;
            request.completion = test.completion;
            request.profile = test.profile;
        }
    }
    for (const char* name : {"honest.jsonl", "cheats.jsonl"}) {
        for (const Json& row : rows_of(name, Part::kWithoutPrograms)) {
            all.push_back(request_of(row));
        }
    }
    std::ifstream bank(VERITUNE_SOURCE_DIR "/tests/data/math/bank.jsonl");
    for (std::string line; std::getline(bank, line);) {
        const Json row = Json::parse(line);
        add_math(row.at("gold"), row.at("answer"), all);
        all.back().params = row.value("params", Json::object());
    }
    std::ifstream rewrites(VERITUNE_SOURCE_DIR "/tests/data/math/rewrites.jsonl");
    for (std::string line; std::getline(rewrites, line);) {
        const Json row = Json::parse(line);
        for (const char* key : {"equal", "different"}) {
            for (const Json& text : row.at(key)) add_math(row.at("gold"), text, all);
        }
    }
    return all;
}

/// All verdicts as one text, times left out.
std::string transcript(const std::vector<VerifyRequest>& requests, int threads) {
    std::string text;
    for (Verdict& verdict : VerifierPool(threads).verify(requests)) {
        verdict.micros = 0;
        text += verdict_to_json(verdict).dump() + "\n";
    }
    return text;
}

/// The first line of `b` that is another one in `a`, with both; empty: there is none.
std::string first_difference(const std::string& a, const std::string& b) {
    const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (left == a.end() && right == b.end()) return {};
    const auto line = [](const std::string& text, std::size_t at) {
        const std::size_t begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
        return text.substr(begin, std::min<std::size_t>(text.find('\n', at) - begin, 600));
    };
    const auto at = static_cast<std::size_t>(left - a.begin());
    return line(a, at) + "\n  became\n" + line(b, std::min(at, b.size() - 1));
}

/// Makes the two locales once, which takes seconds, in a folder of the suite; the process finds
/// them there.
class LocalesSlow : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<test::TempDir>();
        for (const char* name : {"de_DE", "tr_TR"}) {
            const std::string path = folder_->file(std::string(name) + ".UTF-8");
            const int status = shell(std::string("localedef -i ") + name + " -f UTF-8 '" + path +
                                     "' > /dev/null 2>&1");
            if (status != 0) missing_ = name;
        }
        setenv("LOCPATH", folder_->path().c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    }
    static void TearDownTestSuite() {
        unsetenv("LOCPATH");  // NOLINT(concurrency-mt-unsafe)
        folder_.reset();
    }
    void SetUp() override {
        if (!missing_.empty()) {
            GTEST_SKIP() << "localedef cannot make " << missing_
                         << ".UTF-8 here (Debian's package `locales` has the sources)";
        }
    }
    void TearDown() override { std::locale::global(std::locale::classic()); }

    /// C and C++ both; a locale that does not act as it should would prove nothing.
    static void enter(const std::string& name) {
        std::locale::global(std::locale(name));
        ASSERT_NE(std::setlocale(LC_ALL, name.c_str()), nullptr);  // NOLINT(concurrency-mt-unsafe)
        const std::string point = std::localeconv()->decimal_point;  // NOLINT
        EXPECT_EQ(point, name == "C" ? "." : ",") << name;
        if (name.starts_with("tr")) {
            EXPECT_EQ(std::towupper(L'i'), 0x130U);
        }
    }

    static void expect_equal_verdicts(const std::vector<VerifyRequest>& requests) {
        const std::string plain = transcript(requests, 1);
        for (const char* name : kLocales) {
            enter(name);
            for (const int threads : {1, 8}) {
                for (int time = 0; time < 2; ++time) {
                    const std::string other = transcript(requests, threads);
                    EXPECT_EQ(first_difference(plain, other), "")
                        << name << ", " << threads << " threads";
                }
            }
        }
    }

    static inline std::unique_ptr<test::TempDir> folder_;
    static inline std::string missing_;  ///< the locale that cannot be made
};

// The window's toolkit calls setlocale(): a German desktop could not read "2.5" in a JSON file.
TEST_F(LocalesSlow, ChangeNoNumberOfJson) {
    for (const char* name : kLocales) {
        enter(name);
        const auto value = util::parse_json("[2.50, -1e-3, 7, 1.5E+2, 1e-999]", "test");
        ASSERT_TRUE(value.has_value()) << name << util::to_string(value.error());
        EXPECT_EQ(value->dump(), "[2.5,-0.001,7,150.0,0.0]") << name;
        EXPECT_FALSE(util::parse_json("[123456789012345678901234567890]", "test").has_value());
    }
}

TEST_F(LocalesSlow, ChangeNoWeight) {
    VerifyRequest request;
    request.verifier = "weighted";
    request.profile = "raw";
    request.completion = "7";
    request.params = Json::parse(R"({"parts":[{"verifier":"integer","gold":1,"weight":"0.75"},)"
                                 R"({"verifier":"integer","gold":7,"weight":"1/4"}]})");
    for (const char* name : kLocales) {
        enter(name);
        EXPECT_EQ(verify_request(request).score, 0.25) << name;
    }
}

TEST_F(LocalesSlow, ChangeNoVerdictOfTheWholeCorpus) {
    const std::vector<VerifyRequest> requests = corpus();
    EXPECT_GE(requests.size(), 45'000U);
    std::printf("%zu requests\n", requests.size());
    expect_equal_verdicts(requests);
}

/// The program as a person starts it; programs under test run in their jails.
TEST_F(LocalesSlow, ChangeNoLineOfTheProgram) {
    const std::string cases = folder_->file("cases.jsonl");
    std::ofstream out(cases);
    for (const char* name : {"honest.jsonl", "cheats.jsonl"}) {
        for (const Json& row : rows_of(name, Part::kWithoutPrograms)) out << row << "\n";
    }
    for (const Json& row : rows_of("honest.jsonl", Part::kPrograms)) out << row << "\n";
    out.close();
    std::string first;
    for (const char* name : kLocales) {
        for (const char* threads : {"1", "8"}) {
            const std::string result = folder_->file("out.jsonl");
            const std::string command = std::string("LANG=") + name + " LC_ALL=" + name + " '" +
                                        VERITUNE_BIN_DIR "/veritune' verify run --json --threads " +
                                        threads + " --cases '" + cases + "' > '" + result +
                                        "' 2> /dev/null";
            ASSERT_EQ(shell(command), 0) << name;
            std::string lines;
            std::ifstream in(result);
            for (std::string line; std::getline(in, line);) {
                Json row = Json::parse(line);
                row.erase("micros");
                lines += row.dump() + "\n";
            }
            EXPECT_GT(lines.size(), 100'000U);
            if (first.empty()) first = lines;
            EXPECT_TRUE(lines == first) << name << ", " << threads << " threads";
        }
    }
}

}  // namespace
}  // namespace veritune::verify
