// SPDX-License-Identifier: Apache-2.0
#include "core/train/kl.h"

#include "core/util/result.h"

#include <ATen/ATen.h>

namespace veritune::train {

at::Tensor kl_per_token(std::string_view estimator,
                        const at::Tensor& logprobs,
                        const at::Tensor& ref_logprobs) {
    const at::Tensor d = logprobs - ref_logprobs;  // [N, L]
    if (estimator == "k1") return d;
    if (estimator == "k2") return 0.5 * d * d;
    VT_CHECK(estimator == "k3");
    return at::expm1(at::clamp(-d, -20.0, 20.0)) + d;
}

}  // namespace veritune::train
