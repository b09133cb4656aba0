// SPDX-License-Identifier: Apache-2.0
#include "kernels/gemm_chain.h"

#include "kernels/cuda/gemm_chain_tuning.h"
#include "kernels/norm_shrink.h"
#include "tests/kernels/quant_case.h"

#include <memory>

namespace veritune::kernels {
namespace {

using test::Array;

struct ChainShape {
    std::int64_t m = 1;
    std::int64_t hidden = 512;
    std::int64_t features = 768;
    std::int64_t kv = 128;
    std::int64_t r = 0;
};

/// The four projections between two attentions, in a chain or one by one, on the same numbers.
class Block {
  public:
    Block(Backend backend, const ChainShape& s)
        : backend_(backend),
          s_(s),
          o_(backend, {QuantKind::kInt4, RowOrder::kPlain, s.hidden, s.hidden}, 1),
          gate_up_(backend, {QuantKind::kInt4, RowOrder::kGateUp, 2 * s.features, s.hidden}, 2),
          down_(backend, {QuantKind::kInt4, RowOrder::kPlain, s.hidden, s.features}, 3),
          qkv_(backend, {QuantKind::kInt4, RowOrder::kQkv, s.hidden + 2 * s.kv, s.hidden}, 4),
          attention_(backend, test::bf16_normals(s.m * s.hidden, 5)),
          gamma_(backend, test::bf16_normals(s.hidden, 6, 0.02)),
          bias_(backend, test::bf16_normals(s.hidden + 2 * s.kv, 7)),
          lora_(backend, test::bf16_normals(lora_numbers(), 8, 0.05)),
          residual_(backend, test::bf16_normals(s.m * s.hidden, 9, 3.0)),
          h_(backend, s.m * s.features),
          out_(backend, s.m * (s.hidden + 2 * s.kv)),
          x_(backend, s.m * std::max(s.hidden, s.features)),
          xa_(backend, s.m * std::max<std::int64_t>(3 * s.r, 8)),
          partial_(backend, 4 * std::max<std::int64_t>(3 * s.r / 16, 1) * kShrinkParts * 128),
          arrivals_(backend, std::vector<std::uint32_t>(64)),
          sync_(backend, std::vector<std::uint32_t>(kChainSyncWords)) {}

    GemmChain chain() {
        GemmChain c;
        lora_at_ = 0;
        const auto h = s_.hidden;
        c.phase[0] = phase(o_, attention_.data(), h, residual_.data(), GemmEpilogue::kResidual, 1);
        c.phase[1] =
            phase(gate_up_, residual_.data(), s_.features, h_.data(), GemmEpilogue::kSwiglu, 2);
        c.phase[1].gamma = gamma_.data();
        c.phase[2] = phase(down_, h_.data(), h, residual_.data(), GemmEpilogue::kResidual, 1);
        c.phase[3] =
            phase(qkv_, residual_.data(), h + 2 * s_.kv, out_.data(), GemmEpilogue::kStoreBf16, 3);
        c.phase[3].gamma = gamma_.data();
        c.phase[3].gemm.bias = bias_.data();
        c.phase[3].gemm.q_rows = h;
        c.phase[3].gemm.kv_rows = s_.kv;
        c.count = 4;
        c.scale = 0.5F;
        c.partial = partial_.data();
        c.sync = sync_.data();
        c.x = x_.data();
        c.xa = xa_.data();
        return c;
    }
    Status run_chain() { return gemm_chain(backend_, chain()); }
    void run_one_by_one() {
        const GemmChain c = chain();
        for (int i = 0; i < c.count; ++i) one(c, c.phase[i]);
    }
    std::vector<std::vector<Bf16>> results() {
        const std::vector<std::uint32_t> sync = sync_.fetch();
        for (std::size_t i = 0; i < sync.size(); ++i) {
            if (i == kChainCallsWord && backend_ == Backend::kCuda) continue;
            EXPECT_EQ(sync[i], 0U) << "counter " << i << " was left";
        }
        EXPECT_TRUE(partial_.intact());
        EXPECT_TRUE(residual_.intact());
        EXPECT_TRUE(h_.intact());
        EXPECT_TRUE(out_.intact());
        return {residual_.fetch(), h_.fetch(), out_.fetch()};
    }

  private:
    std::int64_t lora_numbers() const {
        return s_.r * (2 * s_.hidden + 2 * s_.hidden + 2 * s_.features + s_.features + s_.hidden +
                       3 * s_.hidden + s_.hidden + 2 * s_.kv) +
               8;
    }
    const Bf16* take(std::int64_t count) {
        const Bf16* at = lora_.data() + lora_at_;
        lora_at_ += count;
        return at;
    }
    ChainPhase phase(test::RandomQuant& w,
                     const Bf16* x,
                     std::int64_t y_stride,
                     void* y,
                     GemmEpilogue epilogue,
                     std::int64_t slices) {
        ChainPhase p;
        p.gemm = {.x = x,
                  .w = w.view(),
                  .y = y,
                  .epilogue = epilogue,
                  .m = s_.m,
                  .x_stride = w.view().k,
                  .y_stride = y_stride};
        if (s_.r > 0) {
            p.a = take(slices * s_.r * p.gemm.w.k);
            p.gemm.lora = {.b = take(p.gemm.w.n * s_.r), .r = s_.r};
        }
        return p;
    }
    void one(const GemmChain& c, const ChainPhase& p) {
        GemmQ g = p.gemm;
        const std::int64_t rows = s_.r * (g.w.order == RowOrder::kQkv      ? 3
                                          : g.w.order == RowOrder::kGateUp ? 2
                                                                           : 1);
        if (p.gamma != nullptr) {
            ASSERT_EQ(norm_shrink(backend_,
                                  {.residual = g.x,
                                   .gamma = p.gamma,
                                   .a = p.a,
                                   .x = x_.data(),
                                   .xa = xa_.data(),
                                   .m = g.m,
                                   .k = g.w.k,
                                   .a_rows = rows,
                                   .residual_stride = g.x_stride,
                                   .x_stride = g.w.k,
                                   .xa_stride = rows,
                                   .eps = c.eps,
                                   .scale = c.scale}),
                      Status::kOk);
            g.x = x_.data();
            g.x_stride = g.w.k;
        } else if (rows > 0) {
            ASSERT_EQ(lora_shrink(backend_,
                                  {.x = g.x,
                                   .a = p.a,
                                   .xa = xa_.data(),
                                   .partial = partial_.data(),
                                   .arrivals = arrivals_.data(),
                                   .m = g.m,
                                   .k = g.w.k,
                                   .a_rows = rows,
                                   .x_stride = g.x_stride,
                                   .xa_stride = rows,
                                   .scale = c.scale}),
                      Status::kOk);
        }
        g.lora.xa = xa_.data();
        g.lora.xa_stride = rows;
        ASSERT_EQ(gemm_q(backend_, g), Status::kOk);
    }

    Backend backend_;
    ChainShape s_;
    test::RandomQuant o_, gate_up_, down_, qkv_;
    Array<Bf16> attention_, gamma_, bias_, lora_, residual_, h_, out_, x_, xa_;
    Array<float> partial_;
    Array<std::uint32_t> arrivals_, sync_;
    std::int64_t lora_at_ = 0;
};

class GemmChainTest : public test::BackendTest {
  protected:
    static void expect_equal(Backend backend, const ChainShape& s) {
        Block together(backend, s);
        const Status status = together.run_chain();
        if (status == Status::kUnavailable) GTEST_SKIP() << "a card before sm_90";
        ASSERT_EQ(status, Status::kOk) << cuda::last_error();
        Block apart(backend, s);
        apart.run_one_by_one();
        const auto expected = apart.results();
        const auto got = together.results();
        for (std::size_t i = 0; i < expected.size(); ++i) {
            EXPECT_TRUE(test::same_bits(got[i], expected[i]))
                << "result " << i << ", m " << s.m << ", hidden " << s.hidden << ", r " << s.r;
        }
    }
};

TEST_P(GemmChainTest, GivesTheBitsOfItsParts) {
    for (const std::int64_t m : {1, 2}) {
        for (const std::int64_t r : {0, 16, 64}) {
            expect_equal(GetParam(), {.m = m, .r = r});
            expect_equal(GetParam(), {.m = m, .hidden = 1024, .features = 4608, .kv = 256, .r = r});
        }
    }
}

TEST_P(GemmChainTest, RunsAgainAndAgain) {
    Block block(GetParam(), {.r = 16});
    for (int i = 0; i < 20; ++i) {
        const Status status = block.run_chain();
        if (status == Status::kUnavailable) GTEST_SKIP() << "a card before sm_90";
        ASSERT_EQ(status, Status::kOk);
    }
    for (const Bf16 value : block.results().back()) EXPECT_NE(value.bits, 0xffff);
}

TEST_P(GemmChainTest, RefusesWhatDoesNotFit) {
    Block block(GetParam(), {.r = 16});
    std::vector<GemmChain> bad(4, block.chain());
    bad[0].count = 5;
    bad[1].phase[2].gemm.m = 2;
    bad[2].phase[1].a = nullptr;
    bad[3].sync = nullptr;
    for (const GemmChain& c : bad) EXPECT_EQ(gemm_chain(GetParam(), c), Status::kInvalidArgument);
}

TEST(GemmChainCuda, RealShapesGiveTheBitsOfTheirParts) {
    if (cuda::device_count() == 0) GTEST_SKIP() << "no CUDA device";
    for (const std::int64_t m : {1, 2}) {
        const ChainShape s{.m = m, .hidden = 3584, .features = 18944, .kv = 512, .r = 16};
        Block together(Backend::kCuda, s);
        const Status status = together.run_chain();
        if (status == Status::kUnavailable) GTEST_SKIP() << "a card before sm_90";
        ASSERT_EQ(status, Status::kOk) << cuda::last_error();
        Block apart(Backend::kCuda, s);
        apart.run_one_by_one();
        EXPECT_TRUE(test::same_bits(together.results()[2], apart.results()[2])) << m;
        EXPECT_TRUE(test::same_bits(together.results()[0], apart.results()[0])) << m;
    }
}

#ifdef VT_HAS_CUDA
TEST(GemmChainCuda, TheCutOfTheWorkChangesNoBit) {
    if (cuda::device_count() == 0) GTEST_SKIP() << "no CUDA device";
    const ChainShape s{.m = 2, .hidden = 1024, .features = 4608, .kv = 256, .r = 32};
    std::vector<std::vector<Bf16>> first;
    for (const cuda::ChainTuning& way : {cuda::ChainTuning{},
                                         cuda::ChainTuning{.plain_copies = true},
                                         cuda::ChainTuning{.groups = 2, .stages = 3},
                                         cuda::ChainTuning{.groups = 1, .stages = 4},
                                         cuda::ChainTuning{.cooperative = true}}) {
        cuda::chain_tuning() = way;
        Block block(Backend::kCuda, s);
        const Status status = block.run_chain();
        cuda::chain_tuning() = {};
        if (status == Status::kUnavailable) GTEST_SKIP() << "a card before sm_90";
        ASSERT_EQ(status, Status::kOk) << cuda::last_error();
        const auto got = block.results();
        if (first.empty()) first = got;
        for (std::size_t i = 0; i < got.size(); ++i) {
            EXPECT_TRUE(test::same_bits(got[i], first[i]))
                << "result " << i << ", groups " << way.groups << ", stages " << way.stages;
        }
    }
}
#endif

VT_ON_BACKENDS(GemmChainTest);

}  // namespace
}  // namespace veritune::kernels
