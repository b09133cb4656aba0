// SPDX-License-Identifier: Apache-2.0
#include "core/verify/element.h"

#include "core/verify/answer_reading.h"
#include "core/verify/schema.h"

namespace veritune::verify {

using util::Json;

Json element_schema() {
    return {{"type", "object"},
            {"required", {"verifier"}},
            {"properties", {{"verifier", {{"type", "string"}}}, {"params", {{"type", "object"}}}}}};
}

std::string element_fault(const Json& element) {
    const util::Result<const Verifier*> verifier =
        find_verifier(element.at("verifier").get<std::string>());
    if (!verifier) return verifier.error().message;
    const util::Status params = check_schema(
        (*verifier)->params_schema(), element.value("params", Json::object()), "element.params");
    return params ? std::string() : params.error().message;
}

Verdict verify_element(const Json& element, const Json& gold, const std::string& answer) {
    VerifyRequest request;
    request.verifier = element.at("verifier").get<std::string>();
    request.params = element.value("params", Json::object());
    request.gold = gold;
    request.completion = answer;
    request.profile = "raw";
    return verify_request(request);
}

}  // namespace veritune::verify
