// SPDX-License-Identifier: Apache-2.0
#include "core/decode/device_decoder.h"

#include "tests/decode/reference_model.h"
#include "tests/quant/tiny_folder.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <tuple>

namespace veritune::decode {
namespace {

constexpr std::int64_t kRank = 4;

/// As small as the kernels of a card allow: heads of 64 or 128.
model::ModelConfig small_config(std::int64_t head_dim) {
    model::ModelConfig c = quant::test::tiny_config();
    c.num_attention_heads = 4;
    c.num_key_value_heads = 2;
    c.head_dim = head_dim;
    c.hidden_size = 256;
    c.intermediate_size = 384;
    return c;
}

/// An adapter and its gradients on the host, in PEFT's form too.
struct HostState {
    explicit HostState(const model::ModelConfig& config) {
        adapter.config.r = kRank;
        adapter.config.lora_alpha = 2 * kRank;
        adapter.config.target_modules.assign(model::kLinearNames.begin(),
                                             model::kLinearNames.end());
        std::uint64_t step = 0;
        for (std::int64_t l = 0; l < config.num_hidden_layers; ++l) {
            for (const model::LinearSpec& spec : model::layer_linears(config)) {
                for (const char part : {'A', 'B'}) {
                    names.push_back(model::adapter_tensor_name(l, spec.name, part));
                    model::AdapterTensor& t = adapter.tensors[names.back()];
                    t.shape = part == 'A' ? std::vector<std::int64_t>{kRank, spec.in_features}
                                          : std::vector<std::int64_t>{spec.out_features, kRank};
                    util::Rng rng(3, util::RngStream::kTest, step++);
                    for (std::int64_t i = 0; i < t.shape[0] * t.shape[1]; ++i) {
                        // Numbers that bf16 holds: the reference has the very same.
                        t.values.push_back(
                            kernels::rounded_to_bf16(static_cast<float>(0.2 * rng.normal())));
                    }
                    gradients[names.back()].resize(t.values.size());
                }
            }
        }
        for (std::size_t i = 0; i < names.size(); i += 2) {
            if (i % (2 * kLinears) == 0) host.layers.emplace_back();
            host.layers.back()[i / 2 % kLinears] = {
                .a = adapter.tensors[names[i]].values.data(),
                .b = adapter.tensors[names[i + 1]].values.data(),
                .da = gradients[names[i]].data(),
                .db = gradients[names[i + 1]].data()};
        }
        host.r = kRank;
        host.scale = static_cast<float>(adapter.config.scaling());
    }
    std::vector<float> all_gradients() const {
        std::vector<float> all;
        for (const std::string& name : names) {
            const std::vector<float>& g = gradients.at(name);
            all.insert(all.end(), g.begin(), g.end());
        }
        return all;
    }

    model::Adapter adapter;
    HostAdapter host;
    std::vector<std::string> names;
    std::map<std::string, std::vector<float>> gradients;
};

double distance(const std::vector<float>& a, const std::vector<float>& b) {
    double difference = 0;
    double size = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
        difference += d * d;
        size += static_cast<double>(b[i]) * static_cast<double>(b[i]);
    }
    return std::sqrt(difference / size);
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// Backend and width of a head.
class DeviceDecoderTest : public quant::test::QuantTest,
                          public ::testing::WithParamInterface<std::tuple<Backend, std::int64_t>> {
  protected:
    void SetUp() override {
        if (std::get<0>(GetParam()) == Backend::kCuda && kernels::cuda::device_count() == 0) {
            GTEST_SKIP() << "no CUDA device (or a build without CUDA)";
        }
        config_ = small_config(std::get<1>(GetParam()));
        make_source(config_);
        ASSERT_TRUE(quantise().has_value());
        auto opened = quant::QuantModel::open(*fs_, dir_.file("model"));
        ASSERT_TRUE(opened.has_value()) << to_string(opened.error());
        files_ = std::make_shared<quant::QuantModel>(std::move(*opened));
        model_ = load(std::get<0>(GetParam()));
        // A prompt of 70 with chains of 40 and 9, and an example of 30.
        add(0, 70, 0, 0);
        add(70, 40, 0, 70);
        add(110, 9, 0, 70);
        add(119, 30, 0, 0);
        for (std::int32_t row = 20; row < 149; ++row) {
            rows_.push_back(row);
            targets_.push_back((row * 11 + 5) % 100);
            g_.push_back(row % 5 == 0 ? 0.0F : 0.01F * static_cast<float>(row % 7 - 3));
        }
        rows_.push_back(69);  // the prompt's last token predicts the first of both chains
        targets_.push_back(42);
        g_.push_back(0.05F);
    }
    std::unique_ptr<DeviceModel> load(Backend backend) {
        auto loaded = DeviceModel::load(files_, backend, {});
        EXPECT_TRUE(loaded.has_value()) << to_string(loaded.error());
        return loaded ? std::make_unique<DeviceModel>(std::move(*loaded)) : nullptr;
    }
    void add(std::int32_t begin, std::int32_t count, std::int32_t prefix, std::int32_t prefix_end) {
        for (std::int32_t i = 0; i < count; ++i) {
            tokens_.push_back((begin * 3 + i * 17) % 100);
            positions_.push_back(prefix_end - prefix + i);
            spans_.push_back({begin, prefix, prefix_end, 0});
        }
    }
    PackedTokens packed() const {
        return {.tokens = tokens_, .positions = positions_, .spans = spans_};
    }
    struct Pass {
        std::vector<float> log_probs, entropies, gradients;
    };
    Pass pass(const DeviceModel& model, const TrainOptions& options) {
        HostState state(config_);
        auto adapter = TrainAdapter::make(config_, kRank, model.backend());
        EXPECT_TRUE(adapter.has_value());
        EXPECT_TRUE(adapter->assign(config_, state.host).has_value());
        DeviceDecoder decoder(model, options);
        Pass p;
        p.log_probs.resize(rows_.size());
        p.entropies.resize(rows_.size());
        const auto must = [](const util::Status& status) {
            EXPECT_TRUE(status.has_value()) << (status ? "" : to_string(status.error()));
        };
        must(decoder.forward(packed(), *adapter, std::ssize(rows_), true));
        must(decoder.log_probs(rows_, targets_, 0.9F, p.log_probs, p.entropies));
        must(decoder.log_probs_backward(g_));
        must(decoder.backward(*adapter, false));
        must(decoder.gradients().add_to(config_, state.host));
        kept_ = decoder.shape()->keep;
        p.gradients = state.all_gradients();
        return p;
    }

    model::ModelConfig config_;
    std::shared_ptr<quant::QuantModel> files_;
    std::unique_ptr<DeviceModel> model_;
    std::vector<std::int32_t> tokens_, positions_, rows_, targets_;
    std::vector<kernels::AttnSpan> spans_;
    std::vector<float> g_;
    Keep kept_ = Keep::kAll;
};

TEST_P(DeviceDecoderTest, AgreesWithTheTwinOfTheProcessor) {
    const Pass got = pass(*model_, {});
    const Pass again = pass(*model_, {});
    EXPECT_TRUE(same_bits(got.log_probs, again.log_probs));
    EXPECT_TRUE(same_bits(got.gradients, again.gradients)) << "two runs";
    const Pass twin = pass(*load(Backend::kCpu), {});
    EXPECT_LE(distance(got.log_probs, twin.log_probs), 5e-3);
    EXPECT_LE(distance(got.entropies, twin.entropies), 5e-3);
    EXPECT_LE(distance(got.gradients, twin.gradients), 1e-2);
}

TEST_P(DeviceDecoderTest, GivesTheSameGradientsWhateverIsKept) {
    const Pass all = pass(*model_, {});
    ASSERT_EQ(kept_, Keep::kAll);
    for (const Keep keep : {Keep::kAttention, Keep::kCheckpoints}) {
        const Pass less = pass(*model_, {.keep = keep});
        EXPECT_EQ(kept_, keep);
        EXPECT_TRUE(same_bits(less.log_probs, all.log_probs)) << keep_name(keep);
        EXPECT_TRUE(same_bits(less.gradients, all.gradients)) << keep_name(keep);
    }
    const Pass slabs = pass(*model_, {.slab_bytes = 1});
    EXPECT_LE(distance(slabs.log_probs, all.log_probs), 1e-3) << "many small slabs";
    EXPECT_LE(distance(slabs.gradients, all.gradients), 1e-2) << "many small slabs";
}

TEST_P(DeviceDecoderTest, GradientsAreThoseOfCentralDifferencesInFp64) {
    HostState state(config_);
    auto adapter = TrainAdapter::make(config_, kRank, model_->backend());
    ASSERT_TRUE(adapter.has_value());
    ASSERT_TRUE(adapter->assign(config_, state.host).has_value());
    // One text; the loss is a weighted sum of its log-probs.
    const std::vector<std::int32_t> text{5, 17, 3, 88, 41, 60, 2, 2, 73, 19, 94, 30};
    std::vector<std::int32_t> positions, rows, targets;
    std::vector<float> g;
    for (std::int32_t i = 0; i + 1 < std::ssize(text); ++i) {
        positions.push_back(i);
        rows.push_back(i);
        targets.push_back(text[static_cast<std::size_t>(i + 1)]);
        g.push_back(0.3F * static_cast<float>(i % 4 - 1));
    }
    const std::vector<kernels::AttnSpan> spans(positions.size());
    std::vector<float> log_probs(rows.size()), entropies(rows.size());
    DeviceDecoder decoder(*model_, {});
    ASSERT_TRUE(decoder
                    .forward({.tokens = std::span(text).first(rows.size()),
                              .positions = positions,
                              .spans = spans},
                             *adapter,
                             std::ssize(rows),
                             true)
                    .has_value());
    ASSERT_TRUE(decoder.log_probs(rows, targets, 1.0F, log_probs, entropies).has_value());
    ASSERT_TRUE(decoder.log_probs_backward(g).has_value());
    ASSERT_TRUE(decoder.backward(*adapter, false).has_value());
    ASSERT_TRUE(decoder.gradients().add_to(config_, state.host).has_value());
    const auto loss = [&](const model::Adapter& at) {
        const std::vector<double> lp = test::ReferenceModel(*files_, &at).logprobs(text);
        double sum = 0;
        for (std::size_t i = 0; i < lp.size(); ++i) sum += static_cast<double>(g[i]) * lp[i];
        return sum;
    };
    const std::vector<double> expected =
        test::ReferenceModel(*files_, &state.adapter).logprobs(text);
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(log_probs[i], expected[i], 0.05);
    // Every tensor along its own gradient: the slope there is the gradient's square.
    for (const std::string& name : state.names) {
        const std::vector<float>& gradient = state.gradients.at(name);
        double square = 0;
        for (const float v : gradient) square += static_cast<double>(v) * static_cast<double>(v);
        ASSERT_GT(square, 0) << name;
        const double step = 1e-3 / std::sqrt(square);
        const auto moved = [&](double by) {
            model::Adapter a = state.adapter;
            std::vector<float>& values = a.tensors.at(name).values;
            for (std::size_t i = 0; i < values.size(); ++i) {
                values[i] += static_cast<float>(by * static_cast<double>(gradient[i]));
            }
            return a;
        };
        const double slope = (loss(moved(step)) - loss(moved(-step))) / (2 * step);
        EXPECT_NEAR(slope / square, 1.0, 0.03) << name;
    }
}

TEST_P(DeviceDecoderTest, RefusesWhatItCannotHold) {
    HostState state(config_);
    auto adapter = TrainAdapter::make(config_, kRank, model_->backend());
    ASSERT_TRUE(adapter.has_value());
    DeviceDecoder decoder(*model_, {.vocab = 90, .budget_bytes = 1 << 20});
    const util::Status small = decoder.reserve(100, 100, 16);
    ASSERT_FALSE(small.has_value());
    EXPECT_EQ(small.error().code, util::ErrorCode::kOutOfMemory);
    const util::Status long_pass = decoder.reserve(kMostRows + 1, 1, 16);
    ASSERT_FALSE(long_pass.has_value());
    EXPECT_EQ(long_pass.error().code, util::ErrorCode::kInvalidArgument);
    DeviceDecoder roomy(*model_, {.vocab = 90});
    ASSERT_TRUE(roomy.forward(packed(), *adapter, std::ssize(rows_), false).has_value());
    std::vector<float> lp(1), h(1);
    for (const auto& [row, id] : {std::pair{3, 95}, std::pair{3, -1}, std::pair{400, 5}}) {
        const util::Status status = roomy.log_probs(
            std::vector<std::int32_t>{row}, std::vector<std::int32_t>{id}, 1.0F, lp, h);
        ASSERT_FALSE(status.has_value()) << row << " " << id;
        EXPECT_EQ(status.error().code, util::ErrorCode::kInvalidArgument);
    }
    EXPECT_GE(roomy.rows_that_fit(1000, 16), 1000);
    EXPECT_EQ(roomy.rows_that_fit(1 << 20, 16) <= kMostRows, true);
}

INSTANTIATE_TEST_SUITE_P(On,
                         DeviceDecoderTest,
                         ::testing::Combine(::testing::Values(Backend::kCpu, Backend::kCuda),
                                            ::testing::Values(64, 128)),
                         [](const auto& info) {
                             return std::string(std::get<0>(info.param) == Backend::kCpu ? "Cpu"
                                                                                         : "Cuda") +
                                    "Head" + std::to_string(std::get<1>(info.param));
                         });

}  // namespace
}  // namespace veritune::decode
