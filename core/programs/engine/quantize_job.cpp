// SPDX-License-Identifier: Apache-2.0
#include "core/programs/engine/quantize_job.h"

#include "core/quant/cuda_quantiser.h"
#include "core/quant/quantize_report.h"
#include "core/util/clock.h"

#include <cstdio>

namespace veritune::engine_program {
namespace {

util::Result<util::Json> quantize(const std::string& source,
                                  const std::string& destination,
                                  const std::function<bool()>& go_on) {
    const std::int64_t begin_us = util::system_clock().monotonic_us();
    const auto fs = util::make_posix_file_system();
    VT_ASSIGN(const std::unique_ptr<quant::Quantiser> quantiser, quant::make_cuda_quantiser());
    VT_ASSIGN(
        const quant::QuantizeResult result,
        quant::quantize_model(*fs,
                              *quantiser,
                              {.source = source,
                               .destination = destination,
                               .go_on = [&](const quant::QuantizeProgress&) { return go_on(); }}));
    const auto elapsed_us = util::system_clock().monotonic_us() - begin_us;
    return quant::quantize_report(result, "cuda", static_cast<double>(elapsed_us) * 1e-6);
}

}  // namespace

int quantize_on_card(const std::string& source,
                     const std::string& destination,
                     const std::function<bool()>& go_on) {
    const auto report = quantize(source, destination, go_on);
    const util::Json answer =
        report ? util::Json{{"result", *report}}
               : util::Json{{"error",
                             {{"code", util::error_code_name(report.error().code)},
                              {"message", report.error().message}}}};
    std::printf("%s\n", answer.dump(-1, ' ', false, util::Json::error_handler_t::replace).c_str());
    return report ? 0 : 1;
}

}  // namespace veritune::engine_program
