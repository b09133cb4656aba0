// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/dataset_row.h"
#include "core/data/import.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::data {

/// The kinds of change; each is one entry of the undo stack and of the audit log.
enum class EditKind {
    kCreate,   ///< a new, empty data set; `set` as for kInfo
    kImport,   ///< rows of a file after its dry run: `import`; makes the data set when it is new
    kAdd,      ///< `add`; makes the data set when it is new
    kSet,      ///< the same `set` for all rows that `rows` means (bulk)
    kPatch,    ///< `patches`: a `set` of its own for each row (split by cluster, findings)
    kReplace,  ///< text `find` -> `replace_with` in `field` of all rows that `rows` means
    kDelete,   ///< the rows that `rows` means
    kInfo,     ///< `set` of the data set: name, domain, language, licence, licence_note, source,
               ///< redistribution
    kFreeze,   ///< for ever: the version is computed, later edits make a copy; not undoable
    kCopy,     ///< a copy named `copy_name` that can be edited
};
std::string_view edit_kind_name(EditKind kind);  ///< "create", "import", "add", "set", ...
std::optional<EditKind> edit_kind_from_name(std::string_view name);

/// Which rows an edit means: the named ones, or all that match. Nothing given = no row.
struct RowSelection {
    std::vector<std::string> ids;     ///< problem ids
    std::optional<RowFilter> filter;  ///< with ids: both have to hold
    bool operator==(const RowSelection&) const = default;
};

/// New values of one row: keys as in check_row_set().
struct RowPatch {
    std::string id;
    util::Json set = util::Json::object();
    bool operator==(const RowPatch&) const = default;
};

/// ONE change of a data set, for window, command line and curation alike. It is applied, undone and
/// redone only by the holder of the project lock (store::DatasetEditor); a client that is not sends
/// it to the engine (engine::EditDataset). A frozen set is never changed: the edit makes a copy of
/// it first and changes that (EditResult::dataset says its name).
struct Edit {
    EditKind kind = EditKind::kSet;
    std::string dataset;                    ///< name in the project
    RowSelection rows;                      ///< kSet, kReplace, kDelete
    util::Json set = util::Json::object();  ///< kSet: see check_row_set(); kInfo, kCreate
    std::vector<RowPatch> patches;          ///< kPatch
    std::string field;                      ///< kReplace: prompt, gold, solution or topic
    std::string find;                       ///< kReplace: not empty, byte for byte
    std::string replace_with;
    std::vector<DatasetRow> add;  ///< kAdd
    ImportRequest import;         ///< kImport
    std::string import_sha256;    ///< kImport: DryRun::sha256; another file is refused
    std::string copy_name;        ///< kCopy
    std::string label;            ///< for the undo menu, one line; empty = made from the kind
};

util::Json edit_to_json(const Edit& edit);
/// errors  kInvalidArgument naming the key
util::Result<Edit> edit_from_json(const util::Json& json);
/// Everything that can be told without the data set: names, keys, tags, texts that are missing.
/// errors  kInvalidArgument with what to do
util::Status validate(const Edit& edit);

/// Keys of a row's `set`: prompt (text), messages, gold, verifier, params, profile, solution,
/// family, level, split, status, topic, lang, licence, redistribution, tags (whole list), add_tags,
/// remove_tags, review (whole list), add_review, decide_review {reason, state, reviewer}.
/// errors  kInvalidArgument naming the key
util::Status check_row_set(const util::Json& set);

/// The pure part of kSet and kPatch.
/// returns  true when the row is another one now; an unchanged row is not part of the edit
/// errors   kInvalidArgument: the row would not be whole (no prompt, gold without verifier)
util::Result<bool> apply_set(const util::Json& set, DatasetRow& row);
/// The pure part of kReplace. A gold or prompt that is not text is left alone.
util::Result<bool> apply_replace(const Edit& edit, DatasetRow& row);

/// "Set split to val (120 rows)": the sentence of logs and of the audit table, without content.
std::string describe(const Edit& edit);

}  // namespace veritune::data
