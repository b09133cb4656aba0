// SPDX-License-Identifier: Apache-2.0
// Expected numbers: tests/data/models, made by tests/golden/make_model_goldens.py with transformers
// and PEFT.
#include "core/model/causal_lm.h"

#include "core/model/safetensors.h"
#include "tests/model/lm_test_support.h"

#include <ATen/ATen.h>

#include <gmock/gmock.h>

namespace veritune::model {
namespace {

using ::testing::HasSubstr;

class CausalLmFiles : public ModelFilesTest {};

/// Largest difference of a logit over the sequences of a golden section.
double worst_of_sequences(const CausalLm& lm, const util::Json& sequences) {
    double worst = 0.0;
    for (const util::Json& row : sequences) {
        const at::Tensor logits = logits_of(lm, row["input_ids"].get<Ids>());
        const auto positions = row["positions"].get<std::vector<std::int64_t>>();
        const at::Tensor picked = logits.index_select(0, at::tensor(positions, at::kLong));
        worst = std::max(worst, largest_difference(picked, tensor_of(row["logits"])));
    }
    return worst;
}

/// A left-padded batch of transformers is laid down here without its padding.
double worst_of_batches(const CausalLm& lm, const util::Json& batches) {
    double worst = 0.0;
    for (const util::Json& golden : batches) {
        PackedBatch batch;
        std::vector<std::int64_t> first;  // row of column 0
        for (std::size_t i = 0; i < golden["input_ids"].size(); ++i) {
            const Ids all = golden["input_ids"][i].get<Ids>();
            const Ids mask = golden["attention_mask"][i].get<Ids>();
            const std::ptrdiff_t pad = std::ranges::count(mask, 0);
            first.push_back(
                batch.add_example(std::span(all).subspan(static_cast<std::size_t>(pad))) - pad);
        }
        std::vector<std::int64_t> rows;
        for (const util::Json& place : golden["positions"]) {
            rows.push_back(first[place[0].get<std::size_t>()] + place[1].get<std::int64_t>());
        }
        const at::Tensor picked = logits_of(lm, batch).index_select(0, at::tensor(rows, at::kLong));
        worst = std::max(worst, largest_difference(picked, tensor_of(golden["logits"])));
    }
    return worst;
}

TEST(CausalLm, GivesTheLogitsOfTransformersForEveryArchitecture) {
    for (const char* name : kGoldenModels) {
        const CausalLm lm = load_golden(name, Trainable::kFrozen);
        const util::Json golden = golden_json(name);
        EXPECT_LT(worst_of_sequences(lm, golden["sequences"]), 1e-5) << name;
        EXPECT_LT(worst_of_batches(lm, golden["batches"]), 1e-5) << name;
    }
}

TEST(CausalLm, GivesTheLogitsOfPeftWithAnAdapter) {
    for (const char* name : kGoldenModels) {
        const CausalLm lm = load_adapted(name);
        const util::Json golden = golden_json(name)["adapter"];
        EXPECT_LT(worst_of_sequences(lm, golden["sequences"]), 1e-5) << name;
        EXPECT_LT(worst_of_batches(lm, golden["batches"]), 1e-5) << name;
        // The adapter must matter, or the comparison would prove nothing.
        EXPECT_GT(worst_of_sequences(load_golden(name, Trainable::kFrozen), golden["sequences"]),
                  0.1);
    }
}

TEST(CausalLm, IsTheSameModelHoweverItsWeightsAreHeld) {
    for (const char* name : kGoldenModels) {
        const Ids ids = golden_json(name)["sequences"][1]["input_ids"].get<Ids>();
        const at::Tensor frozen = logits_of(load_golden(name, Trainable::kFrozen), ids);
        EXPECT_TRUE(bit_equal(frozen, logits_of(load_golden(name, Trainable::kFull), ids))) << name;
    }
}

TEST(CausalLm, IsBitEqualToTheBaseWhileTheAdapterIsZero) {
    for (const char* name : kGoldenModels) {
        const Ids ids = golden_json(name)["sequences"][2]["input_ids"].get<Ids>();
        const CausalLm base = load_golden(name, Trainable::kFrozen);
        const CausalLm lora = load_golden(name, Trainable::kLora, {.r = 4, .scale = 2.0}, 5);
        EXPECT_GT(lora.parameters().flat().abs().max().item<float>(), 0.0F) << "A is random";
        EXPECT_TRUE(bit_equal(logits_of(base, ids), logits_of(lora, ids))) << name;
    }
}

TEST_F(CausalLmFiles, ReadsItsOwnAdapterBackBitEqual) {
    for (const char* name : kGoldenModels) {
        const CausalLm lm = load_adapted(name);
        auto folder = util::AtomicDir::begin(*fs_, path(name));
        ASSERT_TRUE(write_adapter(*folder, lm.adapter()).has_value());
        ASSERT_TRUE(folder->commit().has_value());
        const Adapter back = read_adapter(*fs_, path(name)).value();
        CausalLm again = load_golden(name, Trainable::kLora, {.r = back.config.r, .scale = 1.0}, 9);
        ASSERT_TRUE(again.set_adapter(back).has_value());
        EXPECT_EQ(again.adapter().tensors, lm.adapter().tensors) << name;
        const Ids ids = golden_json(name)["sequences"][2]["input_ids"].get<Ids>();
        EXPECT_TRUE(bit_equal(logits_of(lm, ids), logits_of(again, ids))) << name;
    }
}

TEST_F(CausalLmFiles, ReadsItsOwnZeroAdapterBackAsTheBase) {
    const CausalLm lora = load_golden("qwen2", Trainable::kLora, {.r = 4, .scale = 2.0}, 5);
    auto folder = util::AtomicDir::begin(*fs_, path("zero"));
    ASSERT_TRUE(write_adapter(*folder, lora.adapter()).has_value());
    ASSERT_TRUE(folder->commit().has_value());
    CausalLm again = load_golden("qwen2", Trainable::kLora, {.r = 4, .scale = 2.0}, 6);
    again.parameters().flat().fill_(0.5);
    ASSERT_TRUE(again.set_adapter(read_adapter(*fs_, path("zero")).value()).has_value());
    const Ids ids{2, 3, 4, 5, 6};
    EXPECT_TRUE(
        bit_equal(logits_of(load_golden("qwen2", Trainable::kFrozen), ids), logits_of(again, ids)));
}

TEST(CausalLm, TakesAnAdapterThatLeavesModulesOut) {
    const Adapter adapter = golden_adapter("llama");  // q_proj and v_proj only
    CausalLm lm = load_golden("llama", Trainable::kLora, {.r = adapter.config.r, .scale = 1.0});
    lm.parameters().flat().fill_(0.3);  // what set_adapter leaves out must become nothing
    ASSERT_TRUE(lm.set_adapter(adapter).has_value());
    EXPECT_LT(worst_of_sequences(lm, golden_json("llama")["adapter"]["sequences"]), 1e-5);
}

TEST(CausalLm, RefusesAnAdapterOfAnotherRank) {
    CausalLm lm = load_golden("qwen2", Trainable::kLora, {.r = 8, .scale = 1.0});
    const auto refused = lm.set_adapter(golden_adapter("qwen2"));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, util::ErrorCode::kInvalidArgument);
    EXPECT_THAT(refused.error().message, HasSubstr("lora.r = 8"));
    EXPECT_FALSE(lm.set_adapter(golden_adapter("mistral")).has_value());
}

TEST_F(CausalLmFiles, SavesAFolderThatLoadsBackBitEqual) {
    for (const char* name : kGoldenModels) {
        const CausalLm lm = load_golden(name, Trainable::kFull);
        auto folder = util::AtomicDir::begin(*fs_, path(name));
        ASSERT_TRUE(lm.save_pretrained(*folder, DType::kF32).has_value());
        ASSERT_TRUE(folder->commit().has_value());
        const auto back = CausalLm::load(*fs_, path(name), Trainable::kFull, {}, 1);
        ASSERT_TRUE(back.has_value()) << to_string(back.error());
        EXPECT_TRUE(bit_equal(lm.parameters().flat(), back->parameters().flat())) << name;
    }
}

struct GradientCase {
    PackedBatch batch;
    HeadTargets targets;
    double loss = 0.0;
    double count = 0.0;
    std::string file;
};

util::Json gradients_json() {
    const auto fs = util::make_posix_file_system();
    const auto text = fs->read(golden_folder("gradients/gradients.json"), 1 << 20);
    return util::parse_json(*text, "gradients.json").value();
}

GradientCase make_gradient_case(const util::Json& golden) {
    GradientCase made;
    made.loss = golden["loss"].get<double>();
    made.file = golden_folder("gradients/" + golden["gradients"].get<std::string>());
    for (std::size_t i = 0; i < golden["input_ids"].size(); ++i) {
        const Ids all = golden["input_ids"][i].get<Ids>();
        const Ids mask = golden["attention_mask"][i].get<Ids>();
        const Ids marked = golden["targets"][i].get<Ids>();
        const std::ptrdiff_t pad = std::ranges::count(mask, 0);
        const std::int64_t first =
            made.batch.add_example(std::span(all).subspan(static_cast<std::size_t>(pad)));
        for (std::size_t t = 1; t < all.size(); ++t) {
            if (marked[t] == 0) continue;
            made.targets.rows.push_back(
                static_cast<std::int32_t>(first - pad + static_cast<std::int64_t>(t) - 1));
            made.targets.targets.push_back(all[t]);
        }
    }
    made.count = static_cast<double>(made.targets.rows.size());
    return made;
}

/// Relative error of every gradient tensor; our_name -> tensor of the model after the gradients
/// were copied into the place of its values.
double worst_gradient(const std::string& file, const std::map<std::string, at::Tensor>& ours) {
    const SafetensorsFile golden = SafetensorsFile::open(file).value();
    EXPECT_EQ(golden.entries().size(), ours.size());
    double worst = 0.0;
    for (const TensorEntry& entry : golden.entries()) {
        at::Tensor expected = at::empty(entry.shape, at::kFloat);
        EXPECT_TRUE(
            golden.read_f32(entry, {expected.data_ptr<float>(), entry.elements()}).has_value());
        const auto found = ours.find(entry.name);
        if (found == ours.end()) {
            ADD_FAILURE() << "no gradient for " << entry.name;
            continue;
        }
        at::Tensor given = found->second;
        if (entry.name == "model.embed_tokens.weight") {
            // nn.Embedding drops the gradient of its padding_idx, which is id 0 here and occurs as
            // a token; finite differences below take our side.
            given = given.narrow(0, 1, given.size(0) - 1);
            expected = expected.narrow(0, 1, expected.size(0) - 1);
        }
        const double difference = relative_difference(given, expected);
        // The gradient of a key bias is 0 in exact arithmetic: softmax does not see a constant.
        const bool nothing = expected.norm().item<double>() < 1e-6;
        if (!nothing) worst = std::max(worst, difference);
        EXPECT_TRUE(nothing || difference < 2e-5) << entry.name << " " << difference;
    }
    return worst;
}

TEST(CausalLmGradient, EqualsFloat64OfTransformersForFullWeights) {
    const GradientCase c = make_gradient_case(gradients_json()["cases"][0]);
    CausalLm lm = load_golden("qwen2", Trainable::kFull);
    Activations acts;
    EXPECT_NEAR(add_nll_gradient(lm, c.batch, c.targets, c.count, acts), c.loss, 1e-5 * c.loss);
    lm.parameters().flat().copy_(lm.parameters().flat_grad());
    const double worst = worst_gradient(c.file, lm.named_tensors());
    RecordProperty("worst_relative", std::to_string(worst));
}

TEST(CausalLmGradient, EqualsFloat64OfPeftForAnAdapter) {
    const GradientCase c = make_gradient_case(gradients_json()["cases"][1]);
    CausalLm lm = load_adapted("qwen3");
    Activations acts;
    EXPECT_NEAR(add_nll_gradient(lm, c.batch, c.targets, c.count, acts), c.loss, 1e-5 * c.loss);
    lm.parameters().flat().copy_(lm.parameters().flat_grad());
    std::map<std::string, at::Tensor> gradients;
    for (const auto& [key, tensor] : lm.adapter().tensors) {
        gradients[key] = at::tensor(tensor.values, at::kFloat).view(tensor.shape);
    }
    const double worst = worst_gradient(c.file, gradients);
    RecordProperty("worst_relative", std::to_string(worst));
}

/// Central differences along one random direction per parameter; f32 forward, so the step is large
/// and the bound loose. It reaches what the goldens do not: biases everywhere, k norm, untied head.
TEST(CausalLmGradient, AgreesWithFiniteDifferencesForEveryArchitecture) {
    for (const char* name : kGoldenModels) {
        CausalLm lm = load_golden(name, Trainable::kFull);
        util::Rng rng(3, util::RngStream::kTest);
        const Ids ids = random_ids(rng, lm.config().vocab_size, 12);
        PackedBatch batch;
        HeadTargets targets;
        add_targets(targets, batch.add_example(ids), ids, 4);
        Activations acts;
        add_nll_gradient(lm, batch, targets, 8.0, acts);
        const at::Tensor gradient = lm.parameters().flat_grad().clone();
        const at::Tensor start = lm.parameters().flat().clone();
        const auto loss_at = [&](const at::Tensor& weights) {
            lm.parameters().flat().copy_(weights);
            lm.forward(batch, acts, false);
            LmHead head(1.0);
            head.forward(lm, acts.hidden(), targets);
            return -head.logprobs().to(at::kDouble).sum().item<double>() / 8.0;
        };
        for (const auto& entry : lm.parameters().entries()) {
            const at::Tensor part = gradient.narrow(0, entry.offset, entry.count);
            const double norm = part.norm().item<double>();
            if (norm < 1e-5) continue;
            at::Tensor direction = at::zeros_like(start);
            direction.narrow(0, entry.offset, entry.count).copy_(part / norm);
            const double h = 5e-3 / std::max(1.0, norm);
            const double slope =
                (loss_at(start + h * direction) - loss_at(start - h * direction)) / (2 * h);
            EXPECT_NEAR(slope / norm, 1.0, 2e-2) << name << " " << entry.name;
        }
    }
}

TEST(CausalLmGradient, CountsATokenWithThePaddingIdLikeAnyOther) {
    CausalLm lm = load_golden("qwen2", Trainable::kFull);
    const Ids ids{5, 0, 9, 0, 7};
    PackedBatch batch;
    HeadTargets targets;
    add_targets(targets, batch.add_example(ids), ids, 1);
    Activations acts;
    add_nll_gradient(lm, batch, targets, 4.0, acts);
    const at::Tensor row = lm.weights().embedding[0];
    const at::Tensor gradient = lm.parameters().grad(lm.parameters().index_of("embedding"))[0];
    const at::Tensor start = row.clone();
    util::Rng rng(8, util::RngStream::kTest);
    at::Tensor direction = at::empty_like(start);
    for (std::int64_t i = 0; i < direction.numel(); ++i)
        direction.data_ptr<float>()[i] = static_cast<float>(rng.normal());
    const auto loss_at = [&](double h) {
        row.copy_(start + h * direction);
        lm.forward(batch, acts, false);
        LmHead head(1.0);
        head.forward(lm, acts.hidden(), targets);
        return -head.logprobs().to(at::kDouble).sum().item<double>() / 4.0;
    };
    const double slope = (loss_at(2e-3) - loss_at(-2e-3)) / 4e-3;
    EXPECT_NEAR(slope / (gradient * direction).sum().item<double>(), 1.0, 1e-2);
}

TEST(CausalLmGradient, AddsToWhatIsThere) {
    CausalLm lm = load_golden("qwen2", Trainable::kFull);
    const Ids ids{3, 4, 5, 6};
    PackedBatch batch;
    HeadTargets targets;
    add_targets(targets, batch.add_example(ids), ids, 1);
    Activations acts;
    add_nll_gradient(lm, batch, targets, 3.0, acts);
    const at::Tensor once = lm.parameters().flat_grad().clone();
    add_nll_gradient(lm, batch, targets, 3.0, acts);
    EXPECT_LT(relative_difference(lm.parameters().flat_grad(), 2 * once), 1e-6);
}

/// Runs groups packed as `pack` lays them down and returns the gradient.
struct Packed {
    at::Tensor gradient;
    double loss = 0.0;
};

Packed run_alone(CausalLm& lm,
                 const std::vector<std::pair<Ids, std::vector<Ids>>>& groups,
                 double n) {
    lm.parameters().flat_grad().zero_();
    Packed out;
    Activations acts;
    for (const auto& [prompt, chains] : groups) {
        for (const Ids& chain : chains) {
            Ids ids = prompt;
            ids.insert(ids.end(), chain.begin(), chain.end());
            PackedBatch batch;
            HeadTargets targets;
            add_targets(targets, batch.add_example(ids), ids, prompt.size());
            out.loss += add_nll_gradient(lm, batch, targets, n, acts);
        }
    }
    out.gradient = lm.parameters().flat_grad().clone();
    return out;
}

Packed run_shared(CausalLm& lm,
                  const std::vector<std::pair<Ids, std::vector<Ids>>>& groups,
                  double n) {
    lm.parameters().flat_grad().zero_();
    PackedBatch batch;
    HeadTargets targets;
    for (const auto& [prompt, chains] : groups) {
        const std::int64_t begin = batch.begin_group(prompt);
        for (const Ids& chain : chains) {
            const std::int64_t first = batch.add_chain(chain);
            targets.rows.push_back(static_cast<std::int32_t>(begin + std::ssize(prompt) - 1));
            targets.targets.push_back(chain[0]);
            add_targets(targets, first, chain, 1);
        }
    }
    Activations acts;
    Packed out;
    out.loss = add_nll_gradient(lm, batch, targets, n, acts);
    out.gradient = lm.parameters().flat_grad().clone();
    return out;
}

TEST(CausalLmPacking, ASharedPromptGivesTheSameLossAndGradient) {
    for (const char* name : kGoldenModels) {
        util::Rng rng(7, util::RngStream::kTest);
        CausalLm full = load_golden(name, Trainable::kFull);
        CausalLm lora = load_adapted(name);
        const std::int64_t vocab = full.config().vocab_size;
        std::vector<std::pair<Ids, std::vector<Ids>>> groups;
        for (const std::int64_t p : {5, 1, 9}) {
            groups.push_back({random_ids(rng, vocab, p),
                              {random_ids(rng, vocab, 6),
                               random_ids(rng, vocab, 1),
                               random_ids(rng, vocab, 3)}});
        }
        for (CausalLm* lm : {&full, &lora}) {
            const Packed alone = run_alone(*lm, groups, 30.0);
            const Packed shared = run_shared(*lm, groups, 30.0);
            EXPECT_NEAR(shared.loss / alone.loss, 1.0, 1e-6) << name;
            EXPECT_LT(relative_difference(shared.gradient, alone.gradient), 1e-6) << name;
            std::reverse(groups.begin(), groups.end());
            for (auto& group : groups) std::reverse(group.second.begin(), group.second.end());
            const Packed turned = run_shared(*lm, groups, 30.0);
            EXPECT_NEAR(turned.loss / alone.loss, 1.0, 1e-6) << name;
            EXPECT_LT(relative_difference(turned.gradient, alone.gradient), 1e-6) << name;
        }
    }
}

TEST(CausalLm, KeepsNothingOfAnEarlierBatchInItsBuffers) {
    const CausalLm lm = load_golden("qwen3", Trainable::kFrozen);
    util::Rng rng(1, util::RngStream::kTest);
    PackedBatch large;
    for (int i = 0; i < 5; ++i) large.add_example(random_ids(rng, 101, 40));
    PackedBatch small;
    small.add_example(Ids{7, 8, 9});
    Activations acts;
    lm.forward(small, acts, false);
    const at::Tensor fresh = acts.hidden().clone();
    lm.forward(large, acts, true);
    lm.forward(small, acts, true);
    EXPECT_TRUE(bit_equal(acts.hidden(), fresh));
    EXPECT_EQ(acts.rows(), 3);
}

TEST(CausalLm, StartsRandomAsTheDemoNeedsIt) {
    const ModelConfig config = demo_config();
    const CausalLm lm = CausalLm::init_random(config, Trainable::kFull, {}, 1);
    EXPECT_EQ(lm.parameters().count(), 308832);
    const ModelWeights& w = lm.weights();
    const auto deviation = [](const at::Tensor& t) { return t.std().item<double>(); };
    // training.md 11: std 1/sqrt(fan_in), o and down by 1/sqrt(2 layers) more, embedding 0.05.
    EXPECT_NEAR(deviation(w.embedding), 0.05, 0.002);
    const LayerWeights& layer = w.layers[1];
    EXPECT_NEAR(deviation(layer.linears[0].weight), 1 / std::sqrt(96.0), 0.003);
    EXPECT_NEAR(deviation(layer.linears[1].weight), 1 / std::sqrt(96.0 * 6), 0.002);
    EXPECT_NEAR(deviation(layer.linears[2].weight), 1 / std::sqrt(96.0), 0.003);
    EXPECT_NEAR(deviation(layer.linears[3].weight), 1 / std::sqrt(256.0 * 6), 0.002);
    EXPECT_EQ(layer.linears[0].bias.abs().max().item<float>(), 0.0F);
    EXPECT_EQ(layer.norm1.min().item<float>(), 1.0F);
    const CausalLm same = CausalLm::init_random(config, Trainable::kFull, {}, 1);
    EXPECT_TRUE(bit_equal(lm.parameters().flat(), same.parameters().flat()));
    const CausalLm other = CausalLm::init_random(config, Trainable::kFull, {}, 2);
    EXPECT_FALSE(bit_equal(lm.parameters().flat(), other.parameters().flat()));
}

TEST(CausalLm, CloneSharesNoTrainableNumber) {
    for (const Trainable trainable : {Trainable::kFull, Trainable::kLora}) {
        const CausalLm lm =
            CausalLm::init_random(demo_config(), trainable, {.r = 2, .scale = 1.0}, 1);
        const Ids ids{2, 3, 4};
        CausalLm copy = lm.clone();
        EXPECT_TRUE(bit_equal(logits_of(lm, ids), logits_of(copy, ids)));
        const at::Tensor before = logits_of(lm, ids);
        copy.parameters().flat().add_(0.01);
        EXPECT_TRUE(bit_equal(logits_of(lm, ids), before));
        EXPECT_FALSE(bit_equal(logits_of(copy, ids), before));
        copy.copy_values_from(lm);
        EXPECT_TRUE(bit_equal(logits_of(copy, ids), before));
    }
}

TEST(CausalLm, AValueHeadStartsAtZeroBesideTheSameModel) {
    const CausalLm lm = CausalLm::init_random(demo_config(), Trainable::kFull, {}, 1);
    const CausalLm critic = lm.clone_with_value_head();
    EXPECT_FALSE(lm.has_value_head());
    ASSERT_TRUE(critic.has_value_head());
    EXPECT_EQ(critic.parameters().count(), lm.parameters().count() + 96 + 1);
    PackedBatch batch;
    batch.add_example(Ids{2, 3, 4});
    Activations acts;
    critic.forward(batch, acts, false);
    EXPECT_EQ(critic.values(acts, {0, 1, 2}).abs().max().item<float>(), 0.0F);
    EXPECT_TRUE(bit_equal(logits_of(lm, batch), logits_of(critic, batch)));
}

TEST_F(CausalLmFiles, SaysWhichFileIsMissing) {
    const auto lm = CausalLm::load(*fs_, path("nowhere"), Trainable::kFrozen, {}, 1);
    ASSERT_FALSE(lm.has_value());
    EXPECT_EQ(lm.error().code, util::ErrorCode::kNotFound);
}

}  // namespace
}  // namespace veritune::model
