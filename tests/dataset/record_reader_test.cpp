// SPDX-License-Identifier: Apache-2.0
#include "core/data/record_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace veritune::data {
namespace {

using ::testing::HasSubstr;

/// A quote that is never closed, in the very first row: the fuzzer's finding.
TEST(RecordReader, AFirstRowThatCannotBeReadIsAnErrorRow) {
    for (const std::string_view text : {"\",)fie:}\n", "\"", "sep=,\n\"x\n", "a,b\n\"x\n"}) {
        SCOPED_TRACE(text);
        StringSource source(text);
        RecordReader reader(source, {.format = RecordFormat::kCsv});
        RawRecord record;
        const auto more = reader.next(record);
        ASSERT_TRUE(more.has_value());
        ASSERT_TRUE(*more);
        EXPECT_THAT(record.error, HasSubstr("quote"));
        const auto end = reader.next(record);
        ASSERT_TRUE(end.has_value());
        EXPECT_FALSE(*end);
    }
}

TEST(RecordReader, TheFirstReadableRowNamesTheColumns) {
    StringSource source("sep=;\nname;name;\nx;y;z\n");
    RecordReader reader(source, {.format = RecordFormat::kCsv, .delimiter = ';'});
    RawRecord record;
    ASSERT_TRUE(reader.next(record).value());
    EXPECT_EQ(record.value, (util::Json{{"name", "x"}, {"name_2", "y"}, {"column_3", "z"}}))
        << record.error;
}

}  // namespace
}  // namespace veritune::data
