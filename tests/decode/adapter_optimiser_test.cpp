// SPDX-License-Identifier: Apache-2.0
#include "core/decode/adapter_optimiser.h"

#include "core/decode/device_model.h"
#include "kernels/adamw.h"
#include "tests/quant/tiny_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace veritune::decode {
namespace {

/// Backend, and whether moments have 8 bits. The adapter's rank is no multiple of 16, and matrices
/// lie in the flat numbers with gaps between them; a value head lies behind.
class AdapterOptimiserTest : public ::testing::TestWithParam<std::tuple<Backend, bool>> {
  protected:
    static constexpr std::int64_t kRank = 6;

    void SetUp() override {
        if (backend() == Backend::kCuda && kernels::cuda::device_count() == 0) {
            GTEST_SKIP() << "no CUDA device (or a build without CUDA)";
        }
        config_.vocab_size = 128;
        std::int64_t at = 0;
        const auto take = [&](std::int64_t count) {
            const std::int64_t begin = at;
            at += (count + 15) / 16 * 16;
            return begin;
        };
        const auto linears = model::layer_linears(config_);
        places_.r = kRank;
        for (std::int64_t l = 0; l < config_.num_hidden_layers; ++l) {
            auto& layer = places_.layers.emplace_back();
            for (std::size_t i = 0; i < kLinears; ++i) {
                layer[i].a = take(kRank * linears[i].in_features);
                layer[i].b = take(kRank * linears[i].out_features);
            }
        }
        places_.others = {{take(config_.hidden_size), config_.hidden_size}, {take(1), 1}};
        flat_ = random(static_cast<std::size_t>(at), 1, 0.1);
    }
    static Backend backend() { return std::get<0>(GetParam()); }
    static bool eight_bit() { return std::get<1>(GetParam()); }
    static std::vector<float> random(std::size_t count, std::uint64_t seed, double scale) {
        util::Rng rng(seed, util::RngStream::kTest);
        std::vector<float> v(count);
        for (float& x : v) x = static_cast<float>(scale * rng.normal());
        return v;
    }
    AdapterOptimiser make() const {
        auto made = AdapterOptimiser::make(config_, places_, backend(), eight_bit());
        VT_CHECK(made.has_value());
        VT_CHECK(made->load(flat_).has_value());
        return std::move(*made);
    }
    TrainAdapter adapter() const {
        auto made = TrainAdapter::make(config_, kRank, backend());
        VT_CHECK(made.has_value());
        return std::move(*made);
    }
    TrainGradients gradients() const {
        auto made = TrainGradients::make(config_, kRank, backend());
        VT_CHECK(made.has_value());
        return std::move(*made);
    }
    /// The flat numbers as the host's adapter.
    HostAdapter host(const std::vector<float>& flat, std::vector<float>* gradient) const {
        HostAdapter h{.layers = {}, .r = kRank, .scale = 1.0F};
        for (const auto& from : places_.layers) {
            auto& to = h.layers.emplace_back();
            for (std::size_t i = 0; i < kLinears; ++i) {
                to[i] = {.a = flat.data() + from[i].a, .b = flat.data() + from[i].b};
                if (gradient == nullptr) continue;
                to[i].da = gradient->data() + from[i].a;
                to[i].db = gradient->data() + from[i].b;
            }
        }
        return h;
    }
    void set_gradient(const TrainGradients& g, std::uint64_t seed) const {
        const auto values = random(g.memory().bytes() / sizeof(float), seed, 0.05);
        ASSERT_TRUE(g.memory().write(values.data(), g.memory().bytes(), 0, {}).has_value());
    }
    /// Gradients of the value head, which come from the host.
    std::vector<float> head_gradient(std::uint64_t seed) const {
        std::vector<float> grad(flat_.size(), 7.0F);  // those of the adapter are not looked at
        const auto values = random(grad.size(), seed, 0.05);
        for (const FlatPlaces::Run& run : places_.others) {
            std::copy_n(values.begin() + run.at, run.count, grad.begin() + run.at);
        }
        return grad;
    }
    static AdapterOptimiser::Step rule(std::int64_t step) {
        return {.rule = kernels::adam_rule(step, 1e-2, 0.9, 0.99, 1e-8, 0.1), .max_norm = 0.5};
    }
    static std::vector<std::byte> bytes_of(const void* device, std::size_t bytes) {
        std::vector<std::byte> all(bytes);
        if (backend() == Backend::kCpu) {
            std::memcpy(all.data(), device, bytes);
        } else {
            VT_CHECK(kernels::cuda::copy_to_host(all.data(), device, bytes, {}) ==
                     kernels::Status::kOk);
            VT_CHECK(kernels::cuda::synchronize({}) == kernels::Status::kOk);
        }
        return all;
    }
    std::vector<std::byte> bytes_of(const TrainAdapter& a) const {
        return bytes_of(a.numbers(), adapter_places(config_, kRank, 2).bytes);
    }

    model::ModelConfig config_ = quant::test::tiny_config();
    FlatPlaces places_;
    std::vector<float> flat_;
};

TEST_P(AdapterOptimiserTest, WritesTheCopiesThatTheHostWouldSend) {
    AdapterOptimiser optimiser = make();
    TrainAdapter sent = adapter();
    ASSERT_TRUE(sent.assign(config_, host(flat_, nullptr)).has_value());
    const TrainAdapter written = adapter();
    ASSERT_TRUE(optimiser.write(written).has_value());
    EXPECT_EQ(bytes_of(sent), bytes_of(written));

    model::Adapter peft;
    peft.config.r = kRank;
    const auto linears = model::layer_linears(config_);
    for (std::size_t l = 0; l < places_.layers.size(); ++l) {
        for (std::size_t i = 0; i < kLinears; ++i) {
            const auto put = [&](char part, std::int64_t at, std::int64_t rows, std::int64_t n) {
                const auto begin = flat_.begin() + at;
                peft.tensors[model::adapter_tensor_name(
                    static_cast<std::int64_t>(l), linears[i].name, part)] = {
                    .shape = {rows, n}, .values = {begin, begin + rows * n}};
            };
            put('A', places_.layers[l][i].a, kRank, linears[i].in_features);
            put('B', places_.layers[l][i].b, linears[i].out_features, kRank);
        }
    }
    for (const auto& spec : linears) peft.config.target_modules.emplace_back(spec.name);
    const auto expected = DeviceAdapter::make(config_, peft, backend());
    ASSERT_TRUE(expected.has_value()) << to_string(expected.error());
    for (auto& [name, tensor] : peft.tensors) tensor.values.assign(tensor.values.size(), 0.0F);
    const auto decoding = DeviceAdapter::make(config_, peft, backend());
    ASSERT_TRUE(decoding.has_value());
    ASSERT_TRUE(optimiser.write(*decoding).has_value());
    ASSERT_TRUE(optimiser.write(*decoding).has_value()) << "again, with the table that is there";
    std::size_t bytes = 0;
    for (std::size_t f = 0; f < kFusedLinears; ++f) {
        const FusedLora last = expected->lora(config_.num_hidden_layers - 1, Fused(f));
        bytes = std::max(bytes, static_cast<std::size_t>(2 * (last.b - expected->numbers())));
    }
    EXPECT_EQ(bytes_of(expected->numbers(), bytes), bytes_of(decoding->numbers(), bytes));
}

TEST_P(AdapterOptimiserTest, StepsAsTheHostDoesWithTheSameGradients) {
    AdapterOptimiser optimiser = make();
    TrainAdapter copy = adapter();
    ASSERT_TRUE(copy.assign(config_, host(flat_, nullptr)).has_value());
    std::vector<float> expected = flat_;
    std::vector<float> m(flat_.size()), v(flat_.size());
    std::vector<float> mine = flat_;
    for (std::int64_t step = 1; step <= 3; ++step) {
        TrainGradients g = gradients();
        set_gradient(g, static_cast<std::uint64_t>(step));
        std::vector<float> head = head_gradient(static_cast<std::uint64_t>(step));
        // The host's way: gather the gradients, norm, clip, step.
        std::vector<float> grad(flat_.size());
        for (const FlatPlaces::Run& run : places_.others) {
            std::copy_n(head.begin() + run.at, run.count, grad.begin() + run.at);
        }
        ASSERT_TRUE(g.add_to(config_, host(expected, &grad)).has_value());
        double squares = 0;
        for (const float x : grad) squares += double(x) * double(x);
        const double norm = std::sqrt(squares);
        ASSERT_EQ(kernels::cpu::adamw(kernels::AdamW<float>{.param = expected.data(),
                                                            .m = m.data(),
                                                            .v = v.data(),
                                                            .grad = grad.data(),
                                                            .count = std::ssize(grad),
                                                            .step = step,
                                                            .learning_rate = 1e-2,
                                                            .beta1 = 0.9,
                                                            .beta2 = 0.99,
                                                            .eps = 1e-8,
                                                            .weight_decay = 0.1,
                                                            .grad_scale = 0.5 / (norm + 1e-6)}),
                  kernels::Status::kOk);
        const auto verdict = optimiser.step(g, copy, rule(step), head, mine);
        ASSERT_TRUE(verdict.has_value()) << to_string(verdict.error());
        EXPECT_EQ(verdict->bad, kernels::BadStep::kNone);
        EXPECT_NEAR(verdict->norm, norm, 1e-9 * norm);
        for (const FlatPlaces::Run& run : places_.others) {
            for (std::int64_t i = run.at; i < run.at + run.count; ++i) {
                EXPECT_EQ(head[static_cast<std::size_t>(i)], 0.0F) << "used up";
                EXPECT_NEAR(mine[static_cast<std::size_t>(i)],
                            expected[static_cast<std::size_t>(i)],
                            eight_bit() ? 2e-3 : 1e-6)
                    << "the host has the value head at once";
            }
        }
    }
    std::vector<float> stored = flat_;
    ASSERT_TRUE(optimiser.store(stored).has_value());
    double difference = 0;
    double moved = 0;
    for (std::size_t i = 0; i < stored.size(); ++i) {
        difference += std::pow(double(stored[i]) - double(expected[i]), 2);
        moved += std::pow(double(flat_[i]) - double(expected[i]), 2);
    }
    // The gaps of flat_ decay on the host's way and are left alone here.
    EXPECT_LT(difference, (eight_bit() ? 4e-3 : 1e-4) * moved);
    EXPECT_GT(moved, 1e-3);
    const TrainAdapter written = adapter();
    ASSERT_TRUE(optimiser.write(written).has_value());
    EXPECT_EQ(bytes_of(copy), bytes_of(written)) << "the copy moved along";
}

TEST_P(AdapterOptimiserTest, ComesBackFromTheHostBitForBit) {
    AdapterOptimiser first = make();
    const TrainAdapter copy = adapter();
    std::vector<float> flat = flat_;
    const auto step = [&](AdapterOptimiser& optimiser, std::int64_t number) {
        const TrainGradients g = gradients();
        set_gradient(g, static_cast<std::uint64_t>(number));
        std::vector<float> head = head_gradient(static_cast<std::uint64_t>(number));
        ASSERT_TRUE(optimiser.step(g, copy, rule(number), head, flat).has_value());
    };
    for (std::int64_t n = 1; n <= 3; ++n) step(first, n);
    std::vector<float> m(flat_.size(), -1.0F), v(flat_.size(), -1.0F);
    ASSERT_TRUE(first.store(flat).has_value());
    ASSERT_TRUE(first.store_moments(m, v).has_value());
    AdapterOptimiser second = make();
    const auto start = second.digest();
    ASSERT_TRUE(second.load(flat).has_value());
    ASSERT_TRUE(second.load_moments(m, v).has_value());
    ASSERT_TRUE(start.has_value());
    EXPECT_NE(*start, *first.digest());
    EXPECT_EQ(*second.digest(), *first.digest());
    step(first, 4);
    EXPECT_NE(*second.digest(), *first.digest());
    step(second, 4);
    EXPECT_EQ(*second.digest(), *first.digest());
}

TEST_P(AdapterOptimiserTest, ABadGradientChangesNothing) {
    AdapterOptimiser optimiser = make();
    TrainAdapter copy = adapter();
    ASSERT_TRUE(copy.assign(config_, host(flat_, nullptr)).has_value());
    const auto digest = *optimiser.digest();
    const auto bytes = bytes_of(copy);
    for (const bool in_head : {false, true}) {
        const TrainGradients g = gradients();
        set_gradient(g, 1);
        std::vector<float> head = head_gradient(1);
        const float nan = std::numeric_limits<float>::quiet_NaN();
        if (in_head) {
            head[static_cast<std::size_t>(places_.others[1].at)] = nan;
        } else {
            ASSERT_TRUE(g.memory().write(&nan, sizeof nan, 4 * 77, {}).has_value());
        }
        std::vector<float> flat = flat_;
        const auto verdict = optimiser.step(g, copy, rule(1), head, flat);
        ASSERT_TRUE(verdict.has_value());
        EXPECT_EQ(verdict->bad, kernels::BadStep::kGradient) << in_head;
        EXPECT_EQ(flat, flat_);
        EXPECT_EQ(*optimiser.digest(), digest);
        EXPECT_EQ(bytes_of(copy), bytes);
    }
}

TEST_P(AdapterOptimiserTest, TakesTheBytesThatAreForetold) {
    EXPECT_EQ(OptimiserLayout(config_, places_, eight_bit()).all,
              OptimiserLayout::bytes(config_, kRank, true, eight_bit()));
}

INSTANTIATE_TEST_SUITE_P(On,
                         AdapterOptimiserTest,
                         ::testing::Combine(::testing::Values(Backend::kCpu, Backend::kCuda),
                                            ::testing::Bool()),
                         [](const auto& info) {
                             return std::string(std::get<0>(info.param) == Backend::kCpu ? "Cpu"
                                                                                         : "Cuda") +
                                    (std::get<1>(info.param) ? "8" : "32");
                         });

}  // namespace
}  // namespace veritune::decode
