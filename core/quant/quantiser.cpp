// SPDX-License-Identifier: Apache-2.0
#include "core/quant/quantiser.h"

namespace veritune::quant {
namespace {

util::Status checked(kernels::Status status) {
    if (status == kernels::Status::kOk) return {};
    return util::fail(util::ErrorCode::kInternal, "the quantiser refused its arguments");
}

class CpuQuantiser final : public Quantiser {
  public:
    util::Status int4(const kernels::QuantizeInt4Args& host) override {
        return checked(kernels::quantize_int4(kernels::Backend::kCpu, host));
    }
    util::Status int8(const kernels::QuantizeInt8Args& host) override {
        return checked(kernels::quantize_int8(kernels::Backend::kCpu, host));
    }
};

}  // namespace

std::unique_ptr<Quantiser> make_cpu_quantiser() { return std::make_unique<CpuQuantiser>(); }

}  // namespace veritune::quant
