// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/gemm_q.h"

/// gemm_q for machines without a GPU. Activations are rounded to eight bits per token and group of
/// 64 (scale = absmax / 127, codes = rne(x * (127 / absmax))), so that a group's products are exact
/// integers: sum = fma(float(sum q x8 - z * sum x8), s_w * s_x, sum). Groups ascend within the
/// kSlices parts, the parts are added in order, then row factor, B xa (k ascending, fused), bias,
/// as in gemm_q. The same bits for any m, any number of threads and any instruction set; relative
/// error against gemm_q about 1e-2 from the activations' rounding. A group that holds a NaN or an
/// infinity gives NaN.
/// int4 and int8; nf4 is passed to gemm_q. errors  kInvalidArgument as gemm_q
/// test  gemm_q_fast_test.cpp
namespace veritune::kernels::cpu {
Status gemm_q_fast(const GemmQ& args);
}
