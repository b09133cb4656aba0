// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/gemm_q.h"

namespace veritune::kernels::cuda {

/// gemm_q for 9 to 256 tokens (any m >= 1 is right); the bits are those of gemm_q for few.
/// ranks  blocks that share the slices of K of the same rows: 0 = as many as suit the card; 1, 4, 8
///        for tests and benches. Above 1 needs sm_90. Every number gives the same bits.
Status gemm_q_mid(const GemmQ& args, Stream stream, int ranks = 0);

}  // namespace veritune::kernels::cuda
