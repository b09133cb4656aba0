// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/quant/quantiser.h"

namespace veritune::quant {

/// The first card: matrices are copied there, quantised and copied back. Library
/// veritune_quant_cuda, for programs that may load the CUDA runtime.
/// errors  kUnavailable: a build without CUDA, or no card of compute capability 8.0 or later
util::Result<std::unique_ptr<Quantiser>> make_cuda_quantiser();

}  // namespace veritune::quant
