// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/vec_math.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <vector>

namespace veritune::kernels::cpu {
namespace {

/// A batch through the function as each instruction set compiles it; fused multiply-adds round
/// otherwise than the baseline does.
using Exp = void (*)(const float*, float*, std::size_t);

void exp_base(const float* x, float* y, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) y[i] = VT_ISA::vec_exp(x[i]);
}
__attribute__((target("avx2,fma"))) void exp_avx2(const float* x, float* y, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) y[i] = VT_ISA::vec_exp(x[i]);
}

std::vector<Exp> variants() {
    std::vector<Exp> v = {exp_base};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) v.push_back(exp_avx2);
    return v;
}

TEST(VecExp, IsAccurateOverItsRange) {
    std::vector<float> x;
    for (double at = -87.0; at <= 88.0; at += 1e-4) x.push_back(static_cast<float>(at));
    // Where the range reduction switches, the remainder is largest.
    for (int n = -125; n <= 126; ++n) {
        const auto edge = static_cast<float>((n + 0.5) * 0.69314718055994531);
        x.push_back(edge);
        x.push_back(std::nextafter(edge, -1e9F));
        x.push_back(std::nextafter(edge, 1e9F));
    }
    std::erase_if(x, [](float v) { return v < -87.0F || v > 88.0F; });
    std::vector<float> y(x.size());
    for (const Exp variant : variants()) {
        variant(x.data(), y.data(), x.size());
        double worst = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double exact = std::exp(double(x[i]));
            worst = std::max(worst, std::fabs(y[i] - exact) / exact);
        }
        EXPECT_LE(worst, 3e-7);
        EXPECT_GT(worst, 1e-9);
    }
}

TEST(VecExp, IsExactAtZero) { EXPECT_EQ(VT_ISA::vec_exp(0.0F), 1.0F); }

TEST(VecExp, StopsAtItsEnds) {
    constexpr float kInf = std::numeric_limits<float>::infinity();
    EXPECT_EQ(VT_ISA::vec_exp(-87.5F), 0.0F);
    EXPECT_EQ(VT_ISA::vec_exp(-1e30F), 0.0F);
    EXPECT_EQ(VT_ISA::vec_exp(-kInf), 0.0F);
    EXPECT_EQ(VT_ISA::vec_exp(1e30F), VT_ISA::vec_exp(88.0F));
    EXPECT_EQ(VT_ISA::vec_exp(kInf), VT_ISA::vec_exp(88.0F));
    EXPECT_TRUE(std::isnan(VT_ISA::vec_exp(std::numeric_limits<float>::quiet_NaN())));
    EXPECT_TRUE(std::isnan(VT_ISA::vec_exp(std::bit_cast<float>(0x7fc00123U))));
    EXPECT_GT(VT_ISA::vec_exp(-87.0F), 0.0F);
}

TEST(VecExp, NeverFalls) {
    float before = VT_ISA::vec_exp(-1.0F);
    int falls = 0;
    for (int i = 1; i <= 200000; ++i) {
        const float now = VT_ISA::vec_exp(-1.0F + static_cast<float>(i) * 1e-5F);
        if (now < before) ++falls;
        before = now;
    }
    EXPECT_EQ(falls, 0);
}

}  // namespace
}  // namespace veritune::kernels::cpu
