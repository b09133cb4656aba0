// SPDX-License-Identifier: Apache-2.0
#include "core/verify/verifier.h"
#include "tests/sandbox/sandbox_support.h"
#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <thread>

namespace veritune::verify {
namespace {

using util::Json;

/// What the programs of tests/data/sandbox/attacks.txt may use.
constexpr const char* kHelpers = R"PY(
import ctypes
import mmap
from os import getpid, getppid

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def result(number, *arguments):
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _libc.syscall(ctypes.c_long(number), *words)


def call(number, *arguments):
    return result(number, *arguments) >= 0


def won(value):
    return "ESCAPED" if value else ""


def zero(size):
    return ctypes.create_string_buffer(size)


_kept = []


def iov():
    room = zero(64)
    pair = (ctypes.c_long * 2)(ctypes.addressof(room), 64)
    _kept.append((room, pair))
    return ctypes.byref(pair)


def fprog():
    code = ctypes.create_string_buffer(bytes.fromhex("060000000000ff7f"), 8)
    program = (ctypes.c_long * 2)(1, ctypes.addressof(code))
    _kept.append((code, program))
    return ctypes.byref(program)


def clone_args():
    words = (ctypes.c_long * 11)()
    words[4] = 17
    _kept.append(words)
    return ctypes.byref(words)


def machine_code(code):
    page = mmap.mmap(-1, 4096, prot=7)
    page.write(code)
    _kept.append(page)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return ctypes.CFUNCTYPE(ctypes.c_int)(address)()
)PY";

struct Attack {
    std::string kind;
    std::string name;
    std::string program;
};

std::vector<Attack> attacks(const std::vector<std::string>& kinds) {
    std::ifstream in(VERITUNE_SOURCE_DIR "/tests/data/sandbox/attacks.txt");
    std::vector<Attack> all;
    for (std::string line; std::getline(in, line);) {
        if (line.rfind("#### ", 0) == 0) {
            const std::size_t space = line.find(' ', 5);
            all.push_back({line.substr(5, space - 5), line.substr(space + 1), {}});
        } else if (!all.empty()) {
            all.back().program += line + "\n";
        }
    }
    std::erase_if(all, [&](const Attack& a) {
        return std::find(kinds.begin(), kinds.end(), a.kind) == kinds.end();
    });
    return all;
}

/// Runs `work` for every attack on a few threads.
void for_all(const std::vector<Attack>& all, const std::function<void(const Attack&)>& work) {
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (std::size_t i = next++; i < all.size(); i = next++) work(all[i]);
        });
    }
}

VerifyRequest cube_request(const std::string& program) {
    VerifyRequest request;
    request.problem_id = "cube";
    request.verifier = "code_python";
    request.profile = "raw";
    request.params = {{"case_cpu_s", 1}, {"wall_ms", 2500}};
    request.gold = Json::parse(R"J({"cases":[{"call":"cube(2)","expected":8},
        {"call":"cube(3)","expected":27},{"call":"cube(7)","expected":343},
        {"call":"cube(11)","expected":1331},{"call":"cube(-5)","expected":-125}],"visible":2})J");
    request.completion = "```python\n" + program + "```\n";
    return request;
}

/// The battery runs on every rung, on B also with a Landlock of the versions that distributions
/// have: 1 is the oldest, 2 is Debian 12, 3 the first with truncation, 7 scopes signals.
struct Place {
    const char* name;
    bool landlock = false;
    int abi = 0;
};

class Attacks : public testing::TestWithParam<Place> {
  protected:
    void SetUp() override {
        if (!GetParam().landlock) {
            VT_NEEDS_SANDBOX();
            return;
        }
        VT_NEEDS_RUNG_B();
        client_ = start_sandbox(rung_b_options(2, GetParam().abi));
        ASSERT_NE(client_, nullptr);
        ASSERT_EQ(client_->status().rung, "B") << client_->status().rung_b;
    }
    SandboxClient& sandbox() { return client_ != nullptr ? *client_ : shared_sandbox(); }
    std::string rung() const { return GetParam().landlock ? "B" : "A"; }

  private:
    std::unique_ptr<SandboxClient> client_;
};

INSTANTIATE_TEST_SUITE_P(Rungs,
                         Attacks,
                         testing::Values(Place{"A"},
                                         Place{"B", true},
                                         Place{"BWithAbi1", true, 1},
                                         Place{"BWithAbi2", true, 2},
                                         Place{"BWithAbi3", true, 3}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(Attacks, SlowNoneEscapes) {
    const std::vector<Attack> all = attacks({"escape", "control"});
    ASSERT_GE(all.size(), 150u);
    for_all(all, [&](const Attack& attack) {
        const ProgramResult result =
            sandbox().run(call_job(kHelpers + attack.program, {"attack()", "attack()"}));
        EXPECT_NE(result.outcome, ProgramResult::Outcome::kSandboxFault)
            << attack.name << " " << result.reason;
        for (const CaseResult& one : result.cases) {
            EXPECT_NE(one.value, R"(["s","ESCAPED"])") << attack.name;
            // The attack has to have run: a mistake in its text would look like a defence.
            EXPECT_NE(one.end, CaseEnd::kProgramRaised) << attack.name << " " << one.detail;
            if (one.end == CaseEnd::kRaised) {
                EXPECT_THAT(one.detail, testing::HasSubstr("rror: ")) << attack.name;
                EXPECT_EQ(one.detail.find("NameError"), std::string::npos) << one.detail;
                EXPECT_EQ(one.detail.find("TypeError"), std::string::npos)
                    << attack.name << one.detail;
                EXPECT_EQ(one.detail.find("ArgumentError"), std::string::npos)
                    << attack.name << one.detail;
            }
        }
    });
}

TEST_P(Attacks, SlowNoneForgesAVerdict) {
    const std::vector<Attack> all = attacks({"forge"});
    ASSERT_GE(all.size(), 60u);
    for_all(all, [&](const Attack& attack) {
        const Verdict verdict = verify_request(cube_request(attack.program), &sandbox());
        EXPECT_NE(verdict.status, VerdictStatus::kCorrect) << attack.name;
        // Nor may a program take itself out of the statistics.
        EXPECT_FALSE(is_masked(verdict.status)) << attack.name << " " << verdict.reason;
        EXPECT_EQ(verdict.score, 0.0) << attack.name;
    });
    EXPECT_EQ(verify_request(cube_request("def cube(x): return x ** 3\n"), &sandbox()).status,
              VerdictStatus::kCorrect)
        << "an honest program must pass, or nothing is shown above";
}

TEST_P(Attacks, SlowNoneOutlivesItsLimits) {
    if (GetParam().abi > 0) GTEST_SKIP() << "limits are not Landlock's: B shows them";
    const std::vector<Attack> all = attacks({"limit"});
    ASSERT_GE(all.size(), 25u);
    for_all(all, [&](const Attack& attack) {
        const Verdict verdict = verify_request(cube_request(attack.program), &sandbox());
        EXPECT_NE(verdict.status, VerdictStatus::kCorrect) << attack.name;
        EXPECT_FALSE(is_masked(verdict.status)) << attack.name << " " << verdict.reason;
    });
    EXPECT_EQ(sandbox().status().rung, rung());
}

/// Without a jail these succeed: the battery can see what it looks for.
TEST(AttackControls, SucceedWithoutAJail) {
    test::TempDir dir;
    for (const Attack& attack : attacks({"control"})) {
        const std::string path = dir.path() + "/attack.py";
        std::ofstream(path) << kHelpers << attack.program << "print(attack())\n";
        const std::string command = "/usr/bin/python3 -I -S -B " + path + " 2>&1";
        std::FILE* pipe = popen(command.c_str(), "r");  // NOLINT(cert-env33-c)
        ASSERT_NE(pipe, nullptr);
        std::string output(200, '\0');
        output.resize(std::fread(output.data(), 1, output.size(), pipe));
        pclose(pipe);
        EXPECT_EQ(output, "ESCAPED\n") << attack.name;
    }
}

struct Benign {
    const char* name;
    const char* program;
    const char* call;
    const char* expected;  ///< JSON
};

constexpr Benign kBenign[] = {
    {"threads",
     "import threading\ndef f():\n    out = []\n    ts = [threading.Thread(target=out.append, "
     "args=(i,)) for i in range(10)]\n    [t.start() for t in ts]\n    [t.join() for t in ts]\n    "
     "return sorted(out)",
     "f()",
     "[0,1,2,3,4,5,6,7,8,9]"},
    {"thread pool",
     "from concurrent.futures import ThreadPoolExecutor\ndef f():\n    with ThreadPoolExecutor(8) "
     "as pool:\n        return sum(pool.map(lambda x: x * x, range(100)))",
     "f()",
     "328350"},
    {"recursion",
     "import sys\nsys.setrecursionlimit(20000)\ndef f(n): return 0 if n == 0 else 1 + f(n - 1)",
     "f(9000)",
     "9000"},
    {"big output", "def f():\n    print('x' * 900000)\n    return 1", "f()", "1"},
    {"heavy imports",
     "import decimal, fractions, statistics, json, re, datetime, collections, itertools, "
     "functools, heapq, bisect, string, random, typing, dataclasses, enum, copy, operator, "
     "textwrap, hashlib, base64, struct, unittest, logging, argparse, inspect\ndef f(): return "
     "len(hashlib.sha256(b'x').hexdigest())",
     "f()",
     "64"},
    {"64 bit", "def f(): return (1 << 63) - 1", "f()", "9223372036854775807"},
    {"big integer", "def f(): return 3 ** 5000 % 1000007", "f()", "860653"},
    {"huge integer", "def f(): return 10 ** 6000", "len(hex(f()))", "4985"},
    {"unicode", "def f(): return 'żółć 你好 😀'[::-1]", "f()", "\"😀 好你 ćłóż\""},
    {"bytes", "def f(): return 'ä'.encode().hex()", "f()", "\"c3a4\""},
    {"exceptions",
     "def f():\n    try:\n        return 1 / 0\n    except ZeroDivisionError:\n        return "
     "'caught'\n    finally:\n        pass",
     "f()",
     "\"caught\""},
    {"generators",
     "def g():\n    yield from range(5)\ndef f(): return list(g())",
     "f()",
     "[0,1,2,3,4]"},
    {"classes",
     "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n    y: int = 2\ndef "
     "f(): return P(1).x + P(1).y",
     "f()",
     "3"},
    {"typing",
     "from typing import List, Optional\ndef f(x: Optional[List[int]] = None) -> int: return len(x "
     "or [])",
     "f([1, 2])",
     "2"},
    {"counter",
     "from collections import Counter\ndef f(): return dict(Counter('aab'))",
     "f()",
     "{\"a\":2,\"b\":1}"},
    {"floats", "import math\ndef f(): return math.sqrt(2.25) + math.pi - math.pi", "f()", "1.5"},
    {"regex",
     "import re\ndef f(): return re.findall(r'\\d+', 'a1b22c333')",
     "f()",
     "[\"1\",\"22\",\"333\"]"},
    {"random with a seed",
     "import random\ndef f():\n    random.seed(1)\n    return 0 <= random.random() < 1",
     "f()",
     "true"},
    {"datetime",
     "from datetime import date, timedelta\ndef f(): return str(date(2024, 2, 28) + timedelta(2))",
     "f()",
     "\"2024-03-01\""},
    {"async", "import asyncio\n", "1", "1"},
    {"memory",
     "def f():\n    kept = bytearray(300 << 20)\n    return len(kept) >> 20",
     "f()",
     "300"},
    {"matrix",
     "def f():\n    n = 60\n    a = [[i * j % 7 for j in range(n)] for i in range(n)]\n    return "
     "sum(sum(x * y for x, y in zip(r, c)) for r in a for c in zip(*a)) % 1000",
     "f()",
     "469"},
    {"eval", "def f(): return eval('2 + 3')", "f()", "5"},
    {"cache",
     "from functools import lru_cache\n@lru_cache(None)\ndef f(n): return n if n < 2 else f(n - 1) "
     "+ f(n - 2)",
     "f(80)",
     "23416728348467685"},
    {"sets", "def f(): return sorted({3, 1, 2} | {5})", "f()", "[1,2,3,5]"},
    {"stderr",
     "import sys\ndef f():\n    print('note', file=sys.stderr)\n    return True",
     "f()",
     "true"},
    {"decimal",
     "from decimal import Decimal\ndef f(): return str(Decimal('0.1') + Decimal('0.2'))",
     "f()",
     "\"0.3\""},
    {"sleep", "import time\ndef f():\n    time.sleep(0.05)\n    return 1", "f()", "1"},
};

TEST_P(Attacks, LeaveBenignProgramsAlone) {
    ASSERT_GE(std::size(kBenign), 20u);
    for (const Benign& one : kBenign) {
        VerifyRequest request;
        request.problem_id = one.name;
        request.verifier = "code_python";
        request.profile = "raw";
        // What the jail refuses is the question, not how busy the machine is.
        request.params = {{"case_cpu_s", 10}, {"wall_ms", 60000}};
        request.gold = {{"cases", {{{"call", one.call}, {"expected", Json::parse(one.expected)}}}}};
        request.completion = one.program;
        const Verdict verdict = verify_request(request, &sandbox());
        EXPECT_EQ(verdict.status, VerdictStatus::kCorrect)
            << one.name << ": " << verdict.reason << " "
            << (verdict.steps.empty() ? "" : verdict.steps[0].detail);
    }
}

}  // namespace
}  // namespace veritune::verify
