// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"
#include "kernels/quantize.h"

#include <memory>

namespace veritune::quant {

/// Where the arithmetic of quantising runs. All pointers of the arguments are host pointers; both
/// give the same bits. threads  one caller
class Quantiser {
  public:
    virtual ~Quantiser() = default;
    /// errors  kUnavailable, kOutOfMemory (a card's), kInternal
    virtual util::Status int4(const kernels::QuantizeInt4Args& host) = 0;
    virtual util::Status int8(const kernels::QuantizeInt8Args& host) = 0;
};

/// All cores of this machine.
std::unique_ptr<Quantiser> make_cpu_quantiser();

}  // namespace veritune::quant
