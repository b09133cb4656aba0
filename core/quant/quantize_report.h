// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/quant/quantize_model.h"
#include "core/util/json.h"

#include <string_view>

namespace veritune::quant {

/// What `veritune models quantize` answers, made by the program that did the work: scheme, bytes,
/// kept, seconds, device and the errors of all parts beside those of NF4.
util::Json quantize_report(const QuantizeResult& result, std::string_view device, double seconds);

}  // namespace veritune::quant
