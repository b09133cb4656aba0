// SPDX-License-Identifier: Apache-2.0
#include "core/quant/quantize_report.h"

namespace veritune::quant {

util::Json quantize_report(const QuantizeResult& result, std::string_view device, double seconds) {
    util::Json errors = util::Json::array();
    for (const PartError& e : result.manifest.errors) {
        errors.push_back({{"part", e.name}, {"ours", e.ours}, {"nf4", e.nf4}});
    }
    return {{"scheme", scheme_name(result.manifest.scheme)},
            {"device", device},
            {"source_bytes", result.source_bytes},
            {"bytes", result.bytes},
            {"files_kept", result.kept},
            {"seconds", seconds},
            {"errors", errors}};
}

}  // namespace veritune::quant
