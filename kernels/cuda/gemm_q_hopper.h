// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/gemm_q.h"

namespace veritune::kernels::cuda {

/// gemm_q for many tokens through wgmma, for cards of compute capability 9.0 alone (any m >= 1 is
/// right; it pays from 17). The bits are those of the other kernels of gemm_q.
/// scratch  GemmQ::scratch, at least gemm_q_hopper_scratch(w, m) bytes, zeroed before its first use
///          and left as it was; of one stream alone
Status gemm_q_hopper(const GemmQ& args, Stream stream);

/// Bytes that gemm_q_hopper needs beside its operands; 0 = not on this card.
std::int64_t gemm_q_hopper_scratch(const QuantView& w, std::int64_t m);

}  // namespace veritune::kernels::cuda
