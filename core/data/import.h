// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/dataset.h"
#include "core/data/dataset_row.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::data {

/// What to read and what its columns mean. Empty = found by looking at the file.
struct ImportRequest {
    std::string path;    ///< absolute: a file, a plain folder, or a bundle NAME.veriset
    std::string preset;  ///< find_preset(); "" = guessed
    /// Our field -> their column: "prompt", "gold", "solution", "id", "level", "topic", "options";
    /// over the preset's. A column inside an object: "reward_model.ground_truth". "" = none.
    std::map<std::string, std::string> mapping;
    std::string verifier;  ///< "" = the preset's, else suggested from the golds
    util::Json params = util::Json::object();
    std::string profile;        ///< "" = reward_strict
    std::string encoding;       ///< utf-8 | utf-16le | utf-16be | cp1252
    std::string delimiter;      ///< one of , ; TAB |
    std::string decimal_mark;   ///< "." or ","
    std::string header;         ///< yes | no: the first record of a table names the columns
    std::string template_path;  ///< absolute: a text with {{column}} that makes the prompt, or a
                                ///< JSON object {task: {"base_prompt"}} (LegalBench)
    std::string id_prefix;      ///< of made ids; "" = the file's name
    int val_percent = 0;        ///< split by prompt hash when one of these is set
    int test_percent = 0;
    bool operator==(const ImportRequest&) const = default;
};
util::Json import_request_to_json(const ImportRequest& request);
/// errors  kInvalidArgument naming the key
util::Result<ImportRequest> import_request_from_json(const util::Json& json);

/// A meaning of rows that is known by name: a table of columns, and one function where that is not
/// enough.
struct PresetInfo {
    std::string name;      ///< "gsm8k"
    std::string summary;   ///< one line for a list
    std::string verifier;  ///< "" = suggested
    std::string licence;   ///< of the public data of this shape; "" = unknown
    std::string redistribution;
    bool runs_reference = false;  ///< humaneval, mbpp: golds are recorded in the sandbox
    std::map<std::string, std::string> mapping;  ///< our field -> their column, as shown first
};
/// In the order of a menu; "table" (a column mapping of one's own) is the first.
const std::vector<PresetInfo>& presets();
const PresetInfo* find_preset(std::string_view name);  ///< nullptr when unknown

/// A thing about the file that a person should know before accepting, with the remedy.
struct ImportNote {
    std::string kind;                         ///< code of an ImportNoteKind
    std::map<std::string, std::string> args;  ///< what stands in the places of its sentence
    std::int64_t count = 0;                   ///< rows or characters concerned; 0 = says nothing
    bool operator==(const ImportNote&) const = default;
};

/// A note as a table: the code is stable, so that a window can say it in its own language.
struct ImportNoteKind {
    std::string_view code;  ///< "mixed_encoding", "gold_column_empty", "formula", ...
    std::string_view text;  ///< English sentence with the remedy; places: {column}, {better}, ...
};
/// All that an import may report (docs/error-codes.md).
std::span<const ImportNoteKind> import_note_kinds();
/// The sentence with its places filled; an unknown kind is shown as its code.
std::string import_note_text(const ImportNote& note);

struct PreviewRow {
    std::int64_t line = 0;
    std::optional<DatasetRow> row;  ///< absent: `error` says why
    std::string error;
};

/// What an import would do. Nothing is written.
struct DryRun {
    std::string format;     ///< jsonl | json | csv | folder | bundle
    std::string encoding;   ///< as read
    std::string delimiter;  ///< csv: "," ";" "\t" "|"
    std::string decimal_mark;
    std::string preset;                          ///< used
    std::map<std::string, std::string> mapping;  ///< used
    std::vector<std::string> columns;            ///< of the file, in its order
    std::string verifier;                        ///< used; "" = every row its own, or none
    util::Json params = util::Json::object();
    std::string licence;
    std::string redistribution;
    std::int64_t lines = 0;
    std::int64_t rows = 0;                 ///< that would be imported
    std::int64_t error_count = 0;          ///< rows that would not
    std::array<std::int64_t, 5> splits{};  ///< order of Split
    std::vector<RowError> errors;          ///< the first kMaxErrorsKept
    std::vector<PreviewRow> preview;       ///< the first kPreviewRows
    std::vector<ImportNote> notes;
    std::string sha256;  ///< of the file's bytes: Edit::import_sha256
    std::int64_t bytes = 0;
    bool golds_checked = false;  ///< false: rows come in as `new`, check_golds() is the next step
};
inline constexpr std::size_t kMaxErrorsKept = 1000;
inline constexpr std::size_t kPreviewRows = 50;
util::Json dry_run_to_json(const DryRun& report);
util::Result<DryRun> dry_run_from_json(const util::Json& json);

/// "line;message" as CSV with the quoting rule of every export: the file a person downloads.
std::string errors_csv(const std::vector<RowError>& errors);

/// What the caller lends to an import.
struct ImportHooks {
    std::function<bool(std::int64_t line, DatasetRow row)> on_row;  ///< false = stop
    std::function<bool(const RowError& error)> on_error;            ///< every one; false = stop
    std::function<void(double fraction)> on_progress;               ///< at most 20 a second
    std::stop_token stop;                                           ///< heard within a second
    /// Presets that run a reference: a raw row to one of ours, in the sandbox
    /// (verify::code_row_converter). kUnavailable ends the import.
    std::function<util::Result<DatasetRow>(const util::Json& raw)> convert;
    GoldCheck check;  ///< empty: golds stay unchecked, rows are `new`
};

/// Starts the parse worker: the absolute path of the `veritune` program. Empty: the file is read in
/// this process (tests, and the worker itself).
struct ImportWorker {
    std::string program;
};

/// Reads, checks and reports; hooks.on_row sees every good row (also used by the accepting edit).
/// The file is opened here (no links, regular files only), read in a worker without rights, and
/// what comes back is checked again.
/// errors  kNotFound, kPermissionDenied, kIoError (file), kUnsupported (zip, xlsx, ...: the message
///         says what to do), kCorruptData (the worker died or was late), kInvalidArgument
///         (request), kCancelled
/// threads blocking; on_* are called by the caller's thread
util::Result<DryRun> run_import(const ImportRequest& request,
                                const ImportWorker& worker,
                                const ImportHooks& hooks = {});

}  // namespace veritune::data
