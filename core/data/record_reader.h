// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/csv.h"
#include "core/data/text_input.h"
#include "core/util/json.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace veritune::data {

enum class RecordFormat { kJsonl, kJson, kCsv };
std::string_view format_name(RecordFormat format);  ///< "jsonl", "json", "csv"

/// How a file is to be read.
struct RecordDialect {
    RecordFormat format = RecordFormat::kJsonl;
    Encoding encoding = Encoding::kUtf8;
    char delimiter = ',';
    bool header = true;  ///< csv: the first record names the columns
};

struct RawRecord {
    std::int64_t line = 0;
    util::Json value;   ///< an object for a csv row: column -> text
    std::string error;  ///< what is wrong with it, with the remedy; empty = good
};

/// Records of a file in any of the formats. A bad record is reported and the next one is read.
/// Limits: line 16 MiB, depth 64, csv cell 1 MiB, 1,000 columns.
class RecordReader {
  public:
    RecordReader(ByteSource& source, const RecordDialect& dialect);
    /// false: the end. errors  those of the source
    util::Result<bool> next(RawRecord& record);
    std::int64_t lines() const { return lines_read_; }
    std::int64_t replaced() const { return lines_.replaced(); }
    /// csv: names as made unique; empty before the first record.
    const std::vector<std::string>& columns() const { return columns_; }

  private:
    util::Result<bool> next_jsonl(RawRecord& record);
    util::Result<bool> next_element(RawRecord& record);
    util::Result<bool> next_csv(RawRecord& record);
    void name_columns(const CsvRecord& first);
    bool scan(char c);

    RecordDialect dialect_;
    LineReader lines_;
    CsvReader csv_;
    std::vector<std::string> columns_;
    std::int64_t lines_read_ = 0;
    // JSON array: what was read of the present line, and where in the text we are.
    TextLine line_;
    std::size_t at_ = 0;
    bool have_line_ = false;
    bool ended_ = false;
    int depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
};

/// What the first megabyte says about the format; `name` helps where the bytes do not.
RecordDialect guess_dialect(std::string_view head, bool whole, std::string_view name);

/// A cell as a person meant it: exactly one leading ' of our own export goes.
std::string unquoted_cell(std::string cell);

}  // namespace veritune::data
