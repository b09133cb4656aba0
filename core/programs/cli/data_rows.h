// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/edit.h"
#include "core/programs/cli/command.h"
#include "core/store/dataset_editor.h"

#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace CLI {
class App;
}

/// What the actions of `veritune data` share.
namespace veritune::cli {

/// Options that say which rows are meant: --id, --status, --split, --verifier, --tag, --topic,
/// --family, --review, --min-level, --max-level, --text.
class RowOptions {
  public:
    void declare(CLI::App& app);
    /// Also --all, for actions that change rows.
    void declare_for_edit(CLI::App& app);
    data::RowFilter filter() const;
    const std::vector<std::string>& ids() const { return ids_; }
    /// errors  kInvalidArgument: nothing was said
    util::Result<data::RowSelection> selection() const;

  private:
    std::vector<std::string> ids_;
    bool all_ = false;
    std::string status_;
    std::string split_;
    std::optional<std::string> verifier_;
    std::optional<std::string> tag_;
    std::optional<std::string> topic_;
    std::optional<std::string> family_;
    std::optional<std::string> review_;
    std::optional<int> min_level_;
    std::optional<int> max_level_;
    std::string text_;
};

/// A stop token that Ctrl-C sets while this lives: what was begun is taken back, not torn.
class StopOnInterrupt {
  public:
    explicit StopOnInterrupt(Context& context);
    std::stop_token token() const { return stop_.get_token(); }

  private:
    CatchInterrupts guard_;
    std::stop_source stop_;
    std::jthread watcher_;
};

util::Json dataset_json(const store::DatasetInfo& info);
std::string row_text(const data::DatasetRow& row);

/// Applies an edit as the holder of the project lock; while a run is active its engine does it
/// between two steps. Ctrl-C takes everything back.
util::Result<store::EditResult> apply_edit(Context& context, const data::Edit& edit);
/// The same for undo (false) and redo (true).
util::Result<store::EditResult> undo_edit(Context& context, const std::string& dataset, bool redo);

/// Says what an edit did, in words and as the result.
int report_edit(Context& context, const store::EditResult& result, const char* done);

}  // namespace veritune::cli
