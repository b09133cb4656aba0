// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/command.h"

#include <CLI/CLI.hpp>

namespace veritune::cli {

Command::Command(std::string name, std::string summary, std::string example)
    : name_(std::move(name)),
      summary_(std::move(summary)),
      example_(std::move(example)) {}

Command::~Command() = default;

void Command::add_to(CLI::App& root) {
    verb_ = root.add_subcommand(name_, summary_);
    verb_->fallthrough();  // --json and --project may stand anywhere
    verb_->footer("Example:\n  " + example_);
    declare(*verb_);
    if (!actions_.empty()) verb_->require_subcommand(1);
}

bool Command::chosen() const { return verb_ != nullptr && verb_->parsed(); }

util::Result<int> Command::run(Context& context) {
    for (const auto& [app, work] : actions_) {
        if (app->parsed()) return work(context);
    }
    VT_CHECK(itself_ != nullptr);
    return itself_(context);
}

CLI::App& Command::action(CLI::App& verb,
                          const std::string& name,
                          const std::string& summary,
                          const std::string& example,
                          Work work) {
    CLI::App* app = verb.add_subcommand(name, summary);
    app->fallthrough();
    app->footer("Example:\n  " + example);
    actions_.emplace_back(app, std::move(work));
    return *app;
}

void Command::itself(Work work) { itself_ = std::move(work); }

}  // namespace veritune::cli
