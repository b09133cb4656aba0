// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/checkpoint.h"
#include "tests/train/tiny_run.h"

#include <ATen/ATen.h>

namespace veritune::train {

/// The smallest thing that can be saved: a tiny model, one more tensor, a counter and a rate.
class ToyState final : public TrainingState {
  public:
    explicit ToyState(model::CausalLm model = tiny_model())
        : lm(std::move(model)) {}

    std::vector<std::pair<std::string, at::Tensor>> tensors() override {
        return {{"policy", lm.parameters().flat()}, {"moment", moment}};
    }
    util::Json scalars() const override { return {{"steps", steps}, {"factor", factor}}; }
    util::Status set_scalars(const util::Json& scalars) override {
        VT_ASSIGN(steps, util::json_int(scalars, "steps", "state.json", 0, 1000));
        VT_ASSIGN(factor, util::json_number(scalars, "factor", "state.json"));
        return {};
    }
    void halve_learning_rate() override {
        factor *= 0.5;
        moment.zero_();
    }
    model::CausalLm& policy() override { return lm; }

    /// One step: after step n everything says n.
    void advance() {
        ++steps;
        lm.parameters().flat()[0] = static_cast<float>(steps);
        moment.fill_(static_cast<double>(steps));
    }

    model::CausalLm lm;
    at::Tensor moment = at::zeros({8}, at::kFloat);
    std::int64_t steps = 0;
    double factor = 1.0;
};

}  // namespace veritune::train
