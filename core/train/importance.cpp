// SPDX-License-Identifier: Apache-2.0
#include "core/train/importance.h"

#include "core/util/result.h"

#include <ATen/ATen.h>

namespace veritune::train {

ImportanceWeights importance_weights(std::string_view mode,
                                     double clip_max,
                                     const at::Tensor& old_logprobs,
                                     const at::Tensor& sampling_logprobs,
                                     const at::Tensor& mask) {
    const bool sequence = mode.substr(0, 8) == "sequence";
    const bool cut = mode == "token_mask" || mode == "sequence_mask";
    VT_CHECK(cut || mode == "token_truncate" || mode == "sequence_truncate");
    at::Tensor difference = (old_logprobs - sampling_logprobs).detach() * mask;  // [N, L]
    if (sequence) difference = difference.sum(1, /*keepdim=*/true);              // [N, 1]
    const at::Tensor ratios = at::exp(at::clamp(difference, -20.0, 20.0));
    const at::Tensor weights =
        cut ? at::where(ratios > clip_max, at::zeros({}, ratios.options()), ratios)
            : at::clamp_max(ratios, clip_max);
    return {weights.expand_as(mask), ratios};
}

}  // namespace veritune::train
