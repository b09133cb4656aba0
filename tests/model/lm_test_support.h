// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/causal_lm.h"
#include "core/model/lm_head.h"
#include "core/model/peft_adapter.h"
#include "core/util/rng.h"
#include "tests/model/model_test_support.h"
#include "tests/support/one_thread.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace veritune::model {

using Ids = std::vector<std::int32_t>;

inline CausalLm load_golden(const std::string& name,
                            Trainable trainable,
                            const LoraShape& lora = {},
                            std::uint64_t seed = 1) {
    const auto fs = util::make_posix_file_system();
    auto lm = CausalLm::load(*fs, golden_folder(name), trainable, lora, seed);
    VT_CHECK(lm.has_value());
    return std::move(lm).value();
}

inline Adapter golden_adapter(const std::string& name) {
    const auto fs = util::make_posix_file_system();
    return read_adapter(*fs, golden_folder(name) + "/adapter").value();
}

/// The golden model with its adapter on top.
inline CausalLm load_adapted(const std::string& name) {
    const Adapter adapter = golden_adapter(name);
    CausalLm lm = load_golden(
        name, Trainable::kLora, {.r = adapter.config.r, .scale = adapter.config.scaling()});
    VT_CHECK(lm.set_adapter(adapter).has_value());
    return lm;
}

/// Logits of every row, [M, V].
inline at::Tensor logits_of(const CausalLm& lm, const PackedBatch& batch) {
    Activations acts;
    lm.forward(batch, acts, false);
    at::Tensor logits = at::empty({batch.rows(), lm.config().vocab_size}, at::kFloat);
    lm.logits(acts.hidden(), logits);
    return logits;
}

inline at::Tensor logits_of(const CausalLm& lm, const Ids& ids) {
    PackedBatch batch;
    batch.add_example(ids);
    return logits_of(lm, batch);
}

/// [n][V] numbers of a golden file.
inline at::Tensor tensor_of(const util::Json& rows) {
    const auto n = static_cast<std::int64_t>(rows.size());
    const auto width = static_cast<std::int64_t>(rows[0].size());
    at::Tensor out = at::empty({n, width}, at::kFloat);
    for (std::int64_t i = 0; i < n; ++i) {
        for (std::int64_t j = 0; j < width; ++j) {
            out.data_ptr<float>()[i * width + j] =
                rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)].get<float>();
        }
    }
    return out;
}

/// Ids of [2, vocab): a model's pad and EOS stay out.
inline Ids random_ids(util::Rng& rng, std::int64_t vocab, std::int64_t length) {
    Ids ids;
    for (std::int64_t i = 0; i < length; ++i) {
        ids.push_back(
            static_cast<std::int32_t>(2 + rng.below(static_cast<std::uint64_t>(vocab - 2))));
    }
    return ids;
}

inline bool bit_equal(const at::Tensor& a, const at::Tensor& b) {
    return a.sizes() == b.sizes() &&
           std::memcmp(a.contiguous().data_ptr(), b.contiguous().data_ptr(), a.nbytes()) == 0;
}

inline double largest_difference(const at::Tensor& a, const at::Tensor& b) {
    return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

/// |a - b| / |b| in the L2 norm.
inline double relative_difference(const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor right = b.to(at::kDouble);
    return ((a.to(at::kDouble) - right).norm() / right.norm().clamp_min(1e-30)).item<double>();
}

/// Negative log-likelihood of `targets` over `normaliser` and its gradient, added to the model's.
inline double add_nll_gradient(CausalLm& lm,
                               const PackedBatch& batch,
                               HeadTargets targets,
                               double normaliser,
                               Activations& acts) {
    lm.forward(batch, acts, true);
    LmHead head(1.0);
    const auto n = static_cast<std::int64_t>(targets.rows.size());
    head.forward(lm, acts.hidden(), std::move(targets));
    const at::Tensor g = at::full({n}, -1.0 / normaliser, at::kFloat);
    lm.backward(batch, acts, head.backward(lm, acts.hidden(), g));
    return -head.logprobs().to(at::kDouble).sum().item<double>() / normaliser;
}

/// Every token after `begin` of an example that starts at row `first` is a target.
inline void add_targets(HeadTargets& targets,
                        std::int64_t first,
                        const Ids& ids,
                        std::size_t begin) {
    for (std::size_t t = begin; t < ids.size(); ++t) {
        targets.rows.push_back(static_cast<std::int32_t>(first + static_cast<std::int64_t>(t) - 1));
        targets.targets.push_back(ids[t]);
    }
}

}  // namespace veritune::model
