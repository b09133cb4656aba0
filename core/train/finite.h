// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

namespace veritune::train {

/// No NaN and no infinity. One pass without a temporary of the tensor's size in the usual case.
/// x  floating point, any shape; empty or undefined is finite
/// threads  pure; test  finite_test.cpp
bool all_finite(const at::Tensor& x);

}  // namespace veritune::train
