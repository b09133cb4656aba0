// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

namespace veritune::engine_program {

/// `veritune-engine --quantize SOURCE --to DESTINATION`: quantises a folder on the card and prints
/// one line of JSON, {"result": ...} (quant::quantize_report) or {"error": {code, message}}.
/// go_on  false stops; what is complete stays for the next call
/// returns the exit code
int quantize_on_card(const std::string& source,
                     const std::string& destination,
                     const std::function<bool()>& go_on);

}  // namespace veritune::engine_program
