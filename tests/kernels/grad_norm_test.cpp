// SPDX-License-Identifier: Apache-2.0
#include "kernels/grad_norm.h"

#include "tests/kernels/optim_case.h"

namespace veritune::kernels {
namespace {

using test::OptimCase;
using test::OptimLayout;

class GradNormTest : public test::BackendTest {};

StepVerdict verdict_of(OptimCase& c, double clip) {
    EXPECT_EQ(grad_norm_blocks(c.backend, c.norm_args(clip)), Status::kOk) << cuda::last_error();
    return c.verdict.fetch()[0];
}

TEST_P(GradNormTest, SumsTheSquaresOfWhatBlocksPointTo) {
    OptimCase c(GetParam(), OptimLayout::mixed(), false);
    auto grad = std::vector<float>(static_cast<std::size_t>(c.layout.numbers), NAN);
    double expected = 0;  // small whole numbers: exact
    int n = 0;
    for (const OptimBlock& b : c.layout.blocks) {
        for (int e = 0; e < b.count; ++e, ++n) {
            grad[static_cast<std::size_t>(place_of(b, e))] = static_cast<float>(n % 11 - 5);
            expected += (n % 11 - 5) * (n % 11 - 5);
        }
    }
    c.grad.assign(grad);
    const StepVerdict v = verdict_of(c, 0);
    EXPECT_EQ(v.norm, std::sqrt(expected)) << "what no block has is not looked at";
    EXPECT_EQ(v.scale, 1.0F);
    EXPECT_EQ(v.bad, BadStep::kNone);
    EXPECT_EQ(verdict_of(c, 2 * v.norm).scale, 1.0F);
    EXPECT_FLOAT_EQ(verdict_of(c, 0.5).scale, static_cast<float>(0.5 / (v.norm + 1e-6)));
    EXPECT_TRUE(c.intact());
}

TEST_P(GradNormTest, GivesTheTwinsBitsForAnyNumberOfBlocks) {
    for (const std::int64_t rows : {1, 16, 4095, 8192, 12001}) {
        OptimLayout layout;
        layout.add(rows, 64, 64, false);
        OptimCase here(GetParam(), layout, true);
        OptimCase twin(Backend::kCpu, layout, true);
        here.set_gradient(static_cast<std::uint64_t>(rows), 0.7);
        twin.set_gradient(static_cast<std::uint64_t>(rows), 0.7);
        const StepVerdict a = verdict_of(here, 1.0);
        const StepVerdict b = verdict_of(twin, 1.0);
        EXPECT_EQ(std::memcmp(&a, &b, sizeof a), 0) << rows << ": " << a.norm << " " << b.norm;
        const auto grad = twin.grad.fetch();
        long double sum = 0;
        for (std::int64_t i = 0; i < rows * 64; ++i) {
            sum += static_cast<long double>(grad[static_cast<std::size_t>(i)]) *
                   grad[static_cast<std::size_t>(i)];
        }
        EXPECT_NEAR(b.norm, std::sqrt(double(sum)), 1e-12 * b.norm) << rows;
    }
}

TEST_P(GradNormTest, SeesWhatIsNotFinite) {
    for (const bool eight : {false, true}) {
        OptimCase c(GetParam(), OptimLayout::mixed(), eight);
        for (const float bad : {NAN, INFINITY, -INFINITY, 2e19F}) {
            for (const std::size_t block : {std::size_t{0}, c.layout.blocks.size() - 1}) {
                auto grad = test::optim_normals(c.layout.numbers, 1, 0.1);
                grad[static_cast<std::size_t>(place_of(c.layout.blocks[block], 31))] = bad;
                c.grad.assign(grad);
                EXPECT_EQ(verdict_of(c, 1.0).bad, BadStep::kGradient) << bad << " " << block;
            }
        }
        c.set_gradient(1, 0.1);
        auto& first = eight ? c.m_scale : c.m;
        auto& second = eight ? c.v_scale : c.v;
        const auto zeros = first.fetch();
        auto broken = zeros;
        broken.back() = NAN;
        second.assign(broken);
        EXPECT_EQ(verdict_of(c, 1.0).bad, BadStep::kSecondMoment);
        broken.back() = INFINITY;
        first.assign(broken);
        EXPECT_EQ(verdict_of(c, 1.0).bad, BadStep::kFirstMoment);
        first.assign(zeros);
        second.assign(zeros);
        EXPECT_EQ(verdict_of(c, 1.0).bad, BadStep::kNone);
    }
}

TEST_P(GradNormTest, RefusesWhatMisfits) {
    OptimCase c(GetParam(), OptimLayout::mixed(), false);
    const GradNormBlocks good = c.norm_args(1.0);
    const auto refused = [&](auto change) {
        GradNormBlocks bad = good;
        change(bad);
        EXPECT_EQ(grad_norm_blocks(GetParam(), bad), Status::kInvalidArgument);
    };
    refused([](GradNormBlocks& a) { a.count = -1; });
    refused([](GradNormBlocks& a) { a.clip = -1; });
    refused([](GradNormBlocks& a) { a.clip = NAN; });
    refused([](GradNormBlocks& a) { a.grad = nullptr; });
    refused([](GradNormBlocks& a) { a.partial = nullptr; });
    refused([](GradNormBlocks& a) { a.verdict = nullptr; });
    GradNormBlocks none = good;
    none.count = 0;
    EXPECT_EQ(grad_norm_blocks(GetParam(), none), Status::kOk);
    EXPECT_EQ(c.verdict.fetch()[0].norm, 0.0);
}

VT_ON_BACKENDS(GradNormTest);

}  // namespace
}  // namespace veritune::kernels
