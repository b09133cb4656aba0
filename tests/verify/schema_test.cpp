// SPDX-License-Identifier: Apache-2.0
#include "core/verify/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace veritune::verify {
namespace {

using ::testing::HasSubstr;
using util::Json;

Json parse(const std::string& text) { return Json::parse(text); }

std::string check(const std::string& schema, const std::string& value) {
    const util::Status status = check_schema(parse(schema), parse(value), "params");
    if (status) return "ok";
    const bool misfit = status.error().code == util::ErrorCode::kInvalidArgument;
    return (misfit ? "misfit: " : "schema: ") + status.error().message;
}

TEST(Schema, KnowsEveryType) {
    const struct {
        const char* type;
        const char* fits;
        const char* does_not;
    } rows[] = {{"null", "null", "0"},
                {"boolean", "true", "1"},
                {"integer", "-3", "3.0"},
                {"integer", "18446744073709551615", "\"3\""},
                {"number", "3.5", "\"3.5\""},
                {"number", "3", "null"},
                {"string", "\"\"", "1"},
                {"array", "[]", "{}"},
                {"object", "{}", "[]"}};
    for (const auto& row : rows) {
        const std::string schema = std::string("{\"type\":\"") + row.type + "\"}";
        EXPECT_EQ(check(schema, row.fits), "ok") << row.type;
        EXPECT_EQ(check(schema, row.does_not), std::string("misfit: params must be ") + row.type);
    }
    EXPECT_EQ(check(R"({"type":["integer","string"]})", "\"6\""), "ok");
    EXPECT_EQ(check(R"({"type":["integer","string"]})", "6"), "ok");
    EXPECT_THAT(check(R"({"type":["integer","string"]})", "null"), HasSubstr("integer or string"));
}

TEST(Schema, ComparesEnumAndConst) {
    EXPECT_EQ(check(R"({"enum":["a",1,null]})", "null"), "ok");
    EXPECT_THAT(check(R"({"enum":["a",1]})", "\"b\""), HasSubstr(R"(one of ["a",1])"));
    EXPECT_EQ(check(R"({"const":{"a":1}})", R"({"a":1})"), "ok");
    EXPECT_THAT(check(R"({"const":1})", "2"), HasSubstr("misfit"));
}

TEST(Schema, ChecksObjects) {
    const std::string schema =
        R"({"type":"object","required":["family"],"properties":{"family":{"type":"string"}},)"
        R"("additionalProperties":false})";
    EXPECT_EQ(check(schema, R"({"family":"mod"})"), "ok");
    EXPECT_EQ(check(schema, "{}"), "misfit: params.family must be given");
    EXPECT_EQ(check(schema, R"({"family":1})"), "misfit: params.family must be string");
    EXPECT_EQ(check(schema, R"({"family":"mod","x":1})"), "misfit: params.x must be left out");
    const std::string open = R"({"properties":{"a":{"type":"null"}},)"
                             R"("additionalProperties":{"type":"integer"}})";
    EXPECT_EQ(check(open, R"({"a":null,"b":1})"), "ok");
    EXPECT_EQ(check(open, R"({"b":"x"})"), "misfit: params.b must be integer");
    EXPECT_EQ(check(R"({"properties":{}})", R"({"b":"x"})"), "ok");
}

TEST(Schema, ChecksItemsAndNamesTheirPlace) {
    const std::string schema = R"({"type":"array","items":{"type":"object","required":["k"]}})";
    EXPECT_EQ(check(schema, "[]"), "ok");
    EXPECT_EQ(check(schema, R"([{"k":1},{"k":2}])"), "ok");
    EXPECT_EQ(check(schema, R"([{"k":1},{}])"), "misfit: params[1].k must be given");
}

TEST(Schema, ChecksBounds) {
    const std::string schema = R"({"minimum":-1,"maximum":2.5})";
    for (const char* fits : {"-1", "0", "2.5", "\"text\""}) EXPECT_EQ(check(schema, fits), "ok");
    EXPECT_THAT(check(schema, "-2"), HasSubstr("at least -1"));
    EXPECT_THAT(check(schema, "3"), HasSubstr("at most 2.5"));
    EXPECT_THAT(check(schema, "18446744073709551615"), HasSubstr("at most"));
}

TEST(Schema, RefusesASchemaThatItDoesNotUnderstand) {
    for (const char* schema : {R"({"pattern":"a"})",
                               R"({"type":"text"})",
                               R"({"type":7})",
                               R"({"enum":1})",
                               R"({"minimum":"1"})",
                               R"({"required":"a"})",
                               R"({"required":[1]})",
                               "3",
                               R"({"properties":[]})"}) {
        EXPECT_THAT(check(schema, "{}"), HasSubstr("schema: ")) << schema;
    }
    EXPECT_EQ(check("true", "1"), "ok");
    EXPECT_THAT(check("false", "1"), HasSubstr("misfit"));
}

}  // namespace
}  // namespace veritune::verify
