// SPDX-License-Identifier: Apache-2.0
#include "core/train/finite.h"

#include <ATen/ATen.h>

#include <cmath>

namespace veritune::train {

bool all_finite(const at::Tensor& x) {
    if (!x.defined() || x.numel() == 0) return true;
    // A NaN or an infinity never leaves a sum; only a sum of finite numbers that overflows needs
    // the exact look.
    if (std::isfinite(x.sum().item<double>())) return true;
    return at::isfinite(x).all().item<bool>();
}

}  // namespace veritune::train
