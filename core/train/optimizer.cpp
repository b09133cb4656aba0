// SPDX-License-Identifier: Apache-2.0
#include "core/train/optimizer.h"

#include "core/train/finite.h"
#include "core/util/result.h"
#include "kernels/adamw.h"
#include "kernels/block_digest.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

namespace veritune::train {
namespace {

bool steps_on_base(const model::CausalLm& lm) {
    return lm.base() != nullptr && lm.base()->has_optimiser();
}

}  // namespace

AdamW::AdamW(const model::ParameterStore& parameters, const OptimizerConfig& config)
    : m_(at::zeros_like(parameters.here())),
      v_(at::zeros_like(parameters.here())),
      eight_bit_(config.optim == "adamw_8bit") {}

void AdamW::reset() {
    set_steps(0);
    m_.zero_();
    v_.zero_();
}

void AdamW::set_steps(std::int64_t steps) {
    steps_ = steps;
    base_ = nullptr;
    stale_ = false;
}

void AdamW::fetch() const {
    if (!stale_) return;
    stale_ = false;
    base_->attempt([&] { return base_->get_moments(of_, m_, v_); });
}

const at::Tensor& AdamW::first_moment() const {
    fetch();
    return m_;
}

const at::Tensor& AdamW::second_moment() const {
    fetch();
    return v_;
}

util::Status AdamW::prepare(const model::CausalLm& lm) {
    if (!steps_on_base(lm)) {
        if (!eight_bit_) return {};
        return util::fail(util::ErrorCode::kInvalidArgument,
                          "optim is adamw_8bit, but this model is not quantised; set it to adamw, "
                          "or quantise the model with `veritune models quantize`",
                          "optim");
    }
    if (base_ == lm.base() && of_ == lm.parameters().id()) return {};
    VT_TRY(lm.base()->put_moments(lm, m_, v_, eight_bit_));
    base_ = lm.base();
    of_ = lm.parameters().id();
    return {};
}

util::Result<AdamW::StepResult> AdamW::step(model::CausalLm& lm,
                                            const OptimizerConfig& config,
                                            double learning_rate) {
    util::Status sound = lm.take_failure();
    if (sound) sound = prepare(lm);
    if (!sound) {
        lm.drop_gradients();
        return sound.error();
    }
    if (!steps_on_base(lm)) {
        VT_TRY(lm.collect_gradients());
        return step(lm.parameters(), config, learning_rate);
    }
    const auto done = base_->step(lm,
                                  {.step = steps_ + 1,
                                   .learning_rate = learning_rate,
                                   .beta1 = config.adam_beta1,
                                   .beta2 = config.adam_beta2,
                                   .epsilon = config.adam_epsilon,
                                   .weight_decay = config.weight_decay,
                                   .max_grad_norm = config.max_grad_norm});
    if (!done) {
        lm.drop_gradients();
        return done.error();
    }
    StepResult result{.grad_norm = done->grad_norm, .bad = done->bad};
    result.skipped = *result.bad != '\0';
    if (!result.skipped) {
        ++steps_;
        stale_ = true;
    }
    return result;
}

void AdamW::add_to(util::Sha256& hash, const std::string& name, model::CausalLm& lm) {
    if (!steps_on_base(lm)) {
        add_tensor(hash, name, lm.parameters().flat());
        add_tensor(hash, name + ".m", m_);
        add_tensor(hash, name + ".v", v_);
        return;
    }
    lm.base()->attempt([&]() -> util::Status {
        VT_TRY(prepare(lm));
        VT_ASSIGN(const std::string digest, lm.base()->digest(lm));
        hash.update(name + " " + std::to_string(digest.size()) + " of a base\n" + digest);
        return {};
    });
}

void add_tensor(util::Sha256& hash, const std::string& name, const at::Tensor& tensor) {
    hash.update(name + " " + std::to_string(tensor.numel()) + "\n");
    hash.update({static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()});
}

void add_values(util::Sha256& hash, const std::string& name, const model::CausalLm& lm) {
    const at::Tensor& flat = lm.parameters().flat();
    if (!steps_on_base(lm)) return add_tensor(hash, name, flat);
    std::vector<std::uint64_t> digest(
        static_cast<std::size_t>(flat.numel() / kernels::kDigestWords + 1));
    VT_CHECK(
        kernels::cpu::block_digest({.words = static_cast<const std::uint32_t*>(flat.data_ptr()),
                                    .digest = digest.data(),
                                    .count = flat.numel()}) == kernels::Status::kOk);
    hash.update(name + " " + std::to_string(flat.numel()) + " of a base\n");
    hash.update(
        {reinterpret_cast<const char*>(digest.data()), digest.size() * sizeof(std::uint64_t)});
}

/// Looks before the update: afterwards there is nothing left to save. A gradient whose square is no
/// f32 would make the second moment infinite.
const char* AdamW::first_bad(bool gradient_bad, double grad_norm) const {
    constexpr double kLargestGradient = 1e19;
    if (gradient_bad || !(grad_norm < kLargestGradient)) return "gradient";
    if (!all_finite(m_)) return "first moment";
    if (!all_finite(v_)) return "second moment";
    return "";
}

AdamW::StepResult AdamW::step(model::ParameterStore& parameters,
                              const OptimizerConfig& config,
                              double learning_rate) {
    const at::Tensor& grad = parameters.flat_grad();
    double sum_of_squares = 0.0;
    std::int32_t non_finite = 0;
    VT_CHECK(kernels::cpu::grad_norm(kernels::GradNorm<float>{.grad = grad.data_ptr<float>(),
                                                              .count = grad.numel(),
                                                              .sum_of_squares = &sum_of_squares,
                                                              .non_finite = &non_finite}) ==
             kernels::Status::kOk);
    StepResult result{.grad_norm = std::sqrt(sum_of_squares)};
    result.bad = first_bad(non_finite != 0, result.grad_norm);
    result.skipped = *result.bad != '\0';
    if (!result.skipped) {
        const bool clip = config.max_grad_norm > 0.0 && result.grad_norm > config.max_grad_norm;
        ++steps_;
        VT_CHECK(kernels::cpu::adamw(kernels::AdamW<float>{
                     .param = parameters.flat().data_ptr<float>(),
                     .m = m_.data_ptr<float>(),
                     .v = v_.data_ptr<float>(),
                     .grad = grad.data_ptr<float>(),
                     .count = grad.numel(),
                     .step = steps_,
                     .learning_rate = learning_rate,
                     .beta1 = config.adam_beta1,
                     .beta2 = config.adam_beta2,
                     .eps = config.adam_epsilon,
                     .weight_decay = config.weight_decay,
                     .grad_scale = clip ? config.max_grad_norm / (result.grad_norm + 1e-6)
                                        : 1.0}) == kernels::Status::kOk);
    }
    grad.zero_();
    return result;
}

}  // namespace veritune::train
