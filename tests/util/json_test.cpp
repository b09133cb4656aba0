// SPDX-License-Identifier: Apache-2.0
#include "core/util/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace veritune::util {
namespace {

using testing::HasSubstr;

struct Refusal {
    std::string text;
    std::string reason;
};

class ParseJsonRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(ParseJsonRefuses, WithTheReason) {
    const Result<Json> value = parse_json(GetParam().text, "config.json");
    ASSERT_FALSE(value) << GetParam().text;
    EXPECT_EQ(value.error().code, ErrorCode::kCorruptData);
    EXPECT_THAT(value.error().message, HasSubstr(GetParam().reason));
    EXPECT_THAT(value.error().message, HasSubstr("config.json "));
    EXPECT_THAT(value.error().context, testing::StartsWith("byte "));
}

const std::string kSyntax = "is not valid JSON in UTF-8";

INSTANTIATE_TEST_SUITE_P(
    Hostile,
    ParseJsonRefuses,
    testing::Values(Refusal{"", kSyntax},
                    Refusal{"   ", kSyntax},
                    Refusal{"{", kSyntax},
                    Refusal{"[1,]", kSyntax},
                    Refusal{"{\"a\":1,}", kSyntax},
                    Refusal{"{'a':1}", kSyntax},
                    Refusal{"{\"a\":1} x", kSyntax},
                    Refusal{"1 2", kSyntax},
                    Refusal{"NaN", kSyntax},
                    Refusal{"[Infinity]", kSyntax},
                    Refusal{"01", kSyntax},
                    Refusal{"// note\n1", kSyntax},
                    Refusal{"\"\xff\"", kSyntax},
                    Refusal{"\"\xc0\x80\"", kSyntax},
                    Refusal{"\"\xed\xa0\x80\"", kSyntax},
                    Refusal{"\"\\ud800\"", kSyntax},
                    Refusal{"\"line\nbreak\"", kSyntax},
                    Refusal{std::string("[1\0]", 4), kSyntax},
                    Refusal{"1e999", "too large for a double"},
                    Refusal{"{\"a\":1,\"a\":2}", "key twice"},
                    Refusal{"{\"a\":1,\"\\u0061\":2}", "key twice"},
                    Refusal{"[{\"x\":{\"k\":null,\"j\":0,\"k\":null}}]", "key twice"},
                    Refusal{"18446744073709551616", "beyond 64 bits"},
                    Refusal{"-9223372036854775809", "beyond 64 bits"},
                    Refusal{"[123456789012345678901234567890]", "beyond 64 bits"}));

TEST(ParseJson, ReadsEveryKindOfValue) {
    const Result<Json> value = parse_json(
        R"({"b":[1,-2,3.5,true,false,null,"\u00e4"],"a":{},"c":18446744073709551615})", "x");
    ASSERT_TRUE(value) << to_string(value.error());
    EXPECT_EQ(
        canonical_json(*value),
        "{\"a\":{},\"b\":[1,-2,3.5,true,false,null,\"\xc3\xa4\"],\"c\":18446744073709551615}");
    EXPECT_EQ((*value)["c"].get<std::uint64_t>(), ~0ULL);
}

TEST(ParseJson, ReadsNestedContainersInOrder) {
    const std::string text = R"([[1,[2,{"a":[3,{"b":4}],"c":5}]],[],{"d":{}},6])";
    const Result<Json> value = parse_json(text, "x");
    ASSERT_TRUE(value);
    EXPECT_EQ(canonical_json(*value), text);
}

TEST(ParseJson, NamesTheByteOfTheFault) {
    const Result<Json> syntax = parse_json("{\"a\": }", "x");
    ASSERT_FALSE(syntax);
    EXPECT_EQ(syntax.error().context, "byte 7");
    const Result<Json> twice = parse_json("{\"a\":1,\"a\":2}", "x");
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().context, "byte 10");
}

TEST(ParseJson, KeepsContentOutOfTheMessage) {
    const Result<Json> value = parse_json("{\"Jane Doe\": secret}", "chains.jsonl");
    ASSERT_FALSE(value);
    EXPECT_THAT(to_string(value.error()), testing::Not(HasSubstr("Jane")));
    EXPECT_THAT(to_string(value.error()), testing::Not(HasSubstr("sec")));
}

std::string nested(int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
}

TEST(ParseJson, LimitsDepthExactly) {
    EXPECT_TRUE(parse_json(nested(32), "x"));
    const Result<Json> value = parse_json(nested(33), "x");
    ASSERT_FALSE(value);
    EXPECT_THAT(value.error().message, HasSubstr("deeper than 32"));
    EXPECT_FALSE(parse_json(nested(500'000), "x"));
    EXPECT_TRUE(parse_json("1", "x", {.max_depth = 0}));
    EXPECT_FALSE(parse_json("[]", "x", {.max_depth = 0}));
}

TEST(ParseJson, LimitsNodesExactly) {
    EXPECT_TRUE(parse_json("[1,2,[3]]", "x", {.max_nodes = 5}));
    EXPECT_FALSE(parse_json("[1,2,[3]]", "x", {.max_nodes = 4}));
    EXPECT_FALSE(parse_json(R"({"a":{"b":0}})", "x", {.max_nodes = 2}));
}

TEST(ParseJson, LimitsBytesExactly) {
    EXPECT_TRUE(parse_json("[1234]", "x", {.max_bytes = 6}));
    const Result<Json> value = parse_json("[12345]", "x", {.max_bytes = 6});
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().code, ErrorCode::kCorruptData);
}

TEST(CanonicalJson, DoesNotDependOnTheOrderOfKeys) {
    const Result<Json> one = parse_json(R"({"b": 1, "a": [ 2, 0.1 ]})", "x");
    const Result<Json> two = parse_json(R"({"a":[2,0.1],"b":1})", "x");
    ASSERT_TRUE(one && two);
    EXPECT_EQ(canonical_json(*one), R"({"a":[2,0.1],"b":1})");
    EXPECT_EQ(canonical_json(*one), canonical_json(*two));
}

TEST(CanonicalJson, SurvivesBrokenUtf8) {
    EXPECT_EQ(canonical_json(Json("\xff")), "\"\xef\xbf\xbd\"");
}

TEST(JsonInt, ChecksKindAndRange) {
    const Json object = {{"n", 4}, {"f", 4.0}, {"s", "4"}, {"big", ~0ULL}, {"neg", -3}};
    EXPECT_EQ(json_int(object, "n", "c", 1, 4).value(), 4);
    EXPECT_EQ(json_int(object, "neg", "c", -3, 0).value(), -3);
    for (const char* key : {"f", "s", "big", "absent"}) {
        const auto value = json_int(object, key, "c", 0, std::numeric_limits<std::int64_t>::max());
        ASSERT_FALSE(value) << key;
        EXPECT_EQ(value.error().code, ErrorCode::kInvalidArgument);
        EXPECT_EQ(value.error().message, std::string("c: ") + key + " must be a whole number >= 0");
    }
    EXPECT_EQ(json_int(object, "n", "c", 5, 9).error().message,
              "c: n must be a whole number from 5 to 9");
    EXPECT_FALSE(json_int(object, "n", "c", 1, 3));
    EXPECT_FALSE(json_int(Json::array(), "n", "c", 1, 4));
}

TEST(JsonNumber, TakesWholeAndBrokenNumbersOnly) {
    const Json object = {{"i", 2}, {"f", 0.5}, {"s", "1"}, {"b", true}, {"z", nullptr}};
    EXPECT_EQ(json_number(object, "i", "c").value(), 2.0);
    EXPECT_EQ(json_number(object, "f", "c").value(), 0.5);
    for (const char* key : {"s", "b", "z", "absent"}) EXPECT_FALSE(json_number(object, key, "c"));
    EXPECT_FALSE(json_number(Json{{"n", std::nan("")}}, "n", "c"));
}

TEST(JsonString, TakesTextOnly) {
    const Json object = {{"s", ""}, {"i", 1}};
    EXPECT_EQ(json_string(object, "s", "c").value(), "");
    EXPECT_EQ(json_string(object, "i", "c").error().message, "c: i must be a text");
    EXPECT_FALSE(json_string(object, "absent", "c"));
}

}  // namespace
}  // namespace veritune::util
