// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// One AdamW step over a flat buffer (decoupled weight decay): g = grad * grad_scale;
/// m = b1 m + (1-b1) g;  v = b2 v + (1-b2) g^2;  p = p (1 - lr wd) - lr * (m / c1) / (sqrt(v / c2)
/// + eps), c = 1 - b^step. param, m, v  [count] in and out;  grad  [count];  step  from 1 source
/// arXiv 1711.05101, PyTorch's AdamW;  test  adamw_test.cpp
template <typename T>
struct AdamW {
    T* param = nullptr;
    T* m = nullptr;
    T* v = nullptr;
    const T* grad = nullptr;
    std::int64_t count = 0;
    std::int64_t step = 1;
    double learning_rate = 0;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double eps = 1e-8;
    double weight_decay = 0;
    double grad_scale = 1;
};

/// sum of squares of a flat buffer in double, in fixed blocks: the same bits for any number of
/// threads. non_finite  out: 1 when any element is NaN or infinite
template <typename T>
struct GradNorm {
    const T* grad = nullptr;
    std::int64_t count = 0;
    double* sum_of_squares = nullptr;
    std::int32_t* non_finite = nullptr;
};

namespace cpu {
Status adamw(const AdamW<float>& args);
Status adamw(const AdamW<double>& args);
Status grad_norm(const GradNorm<float>& args);
Status grad_norm(const GradNorm<double>& args);
}  // namespace cpu
}  // namespace veritune::kernels
