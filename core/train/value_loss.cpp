// SPDX-License-Identifier: Apache-2.0
#include "core/train/value_loss.h"

#include "core/train/torch_errors.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

namespace veritune::train {

namespace {

ValueLoss differentiate(const at::Tensor& values,
                        const at::Tensor& old_values,
                        const at::Tensor& returns,
                        const at::Tensor& mask,
                        double cliprange,
                        double normaliser) {
    const c10::AutoGradMode grad_on(true);
    const auto f64 = at::TensorOptions(at::kDouble).device(values.device());
    const at::Tensor leaf = values.detach().to(f64, false, /*copy=*/true).requires_grad_(true);
    const at::Tensor real = mask.to(f64.dtype(at::kBool));
    const at::Tensor zero = at::zeros({}, f64);
    const at::Tensor v = at::where(real, leaf, zero);  // [N, L]
    const at::Tensor target = at::where(real, returns.detach().to(f64), zero);
    const at::Tensor plain = at::square(v - target);
    at::Tensor worst = plain;
    ValueLoss result;
    if (cliprange > 0.0) {
        const at::Tensor old = at::where(real, old_values.detach().to(f64), zero);
        const at::Tensor held = old + at::clamp(v - old, -cliprange, cliprange);
        const at::Tensor clipped = at::square(held - target);
        worst = at::maximum(plain, clipped);
        const double tokens = std::max(real.sum().item<double>(), 1.0);
        result.clip_fraction = (clipped > plain).logical_and(real).sum().item<double>() / tokens;
    }
    const at::Tensor loss = 0.5 * worst.sum() / normaliser;
    loss.backward();
    result.loss = loss.item<double>();
    result.grad = leaf.grad().to(values.scalar_type());
    return result;
}

}  // namespace

util::Result<ValueLoss> value_loss(const at::Tensor& values,
                                   const at::Tensor& old_values,
                                   const at::Tensor& returns,
                                   const at::Tensor& mask,
                                   double cliprange,
                                   double normaliser) {
    VT_CHECK(values.dim() == 2 && returns.sizes() == values.sizes() &&
             mask.sizes() == values.sizes());
    VT_CHECK(cliprange == 0.0 || (old_values.defined() && old_values.sizes() == values.sizes()));
    VT_CHECK(normaliser > 0.0);
    return catch_torch("value loss", [&]() -> util::Result<ValueLoss> {
        ValueLoss result = differentiate(values, old_values, returns, mask, cliprange, normaliser);
        if (!std::isfinite(result.loss)) {
            return util::fail(util::ErrorCode::kInvalidArgument, std::string(kValueLossNotFinite));
        }
        return result;
    });
}

double explained_variance(const at::Tensor& values,
                          const at::Tensor& returns,
                          const at::Tensor& mask) {
    const at::Tensor real = mask.to(at::kCPU, at::kBool);
    const at::Tensor ret =
        returns.detach().to(at::kCPU, at::kDouble).masked_select(real);  // [tokens]
    const at::Tensor v = values.detach().to(at::kCPU, at::kDouble).masked_select(real);
    if (ret.numel() < 2) return 0.0;
    const double spread = ret.var(/*unbiased=*/false).item<double>();
    if (spread == 0.0) return 0.0;
    return 1.0 - (ret - v).var(/*unbiased=*/false).item<double>() / spread;
}

}  // namespace veritune::train
