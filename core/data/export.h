// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/dataset_row.h"
#include "core/util/file_system.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::data {

enum class ExportFormat {
    kBundle,  ///< folder NAME.veriset: problems.jsonl, manifest.json, LICENCES
    kJsonl,   ///< the product's rows
    kSft,     ///< {"messages": [...]} with the solution as the assistant's turn
    kVerl,    ///< data_source, prompt, ability, reward_model {style, ground_truth}, extra_info
    kTrl,     ///< prompt (messages), solution / answer, completion where there is one
    kCsv,     ///< RFC 4180, UTF-8; text cells that a spreadsheet would run get one leading '
};
std::string_view export_format_name(ExportFormat format);  ///< "bundle", "jsonl", ...
std::optional<ExportFormat> export_format_from_name(std::string_view name);

/// What a person decided about rows that may not simply leave.
enum class LicenceChoice {
    kStop,      ///< refuse and say how many rows there are
    kLeaveOut,  ///< export the others
    kAllow,  ///< a person says that he may: share_alike and internal_only go out, forbidden never
};

struct ExportRequest {
    ExportFormat format = ExportFormat::kBundle;
    std::string path;  ///< absolute; must not exist
    LicenceChoice licence = LicenceChoice::kStop;
    std::string name;         ///< of the data set, for the manifest
    std::string set_licence;  ///< of the data set, for rows without one of their own
    std::string set_licence_note;
    std::string set_redistribution = "yes";
    std::string source;
};

struct ExportResult {
    std::string path;
    std::int64_t rows = 0;
    std::int64_t left_out = 0;     ///< by licence
    std::int64_t no_solution = 0;  ///< kSft: rows without a demonstration
    std::string sha256;            ///< data set version of what was written (bundle, jsonl)
};

/// Rows in the order they should be written: calls its argument for each; stops at false.
using RowSource = std::function<util::Status(const std::function<bool(const DatasetRow&)>&)>;

/// Writes whole or not at all, 0600. `rows` is asked twice: first for the licence guard.
/// errors  kPermissionDenied (the licence guard: how many rows of which licence, and the choices),
///         kAlreadyExists, those of the file system and of `rows`
util::Result<ExportResult> export_rows(util::FileSystem& fs,
                                       const ExportRequest& request,
                                       const RowSource& rows);

/// One CSV cell: quoted where RFC 4180 asks; a text that starts with = + - @ TAB CR NUL or ' gets
/// one leading ' (the importer takes exactly one away).
std::string csv_text_cell(std::string_view text);

}  // namespace veritune::data
