// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/command.h"
#include "core/programs/cli/project_access.h"

#include <CLI/CLI.hpp>

namespace veritune::cli {
namespace {

util::Json info_json(const store::ProjectInfo& info) {
    return {{"id", info.id},
            {"name", info.name},
            {"dir", info.dir},
            {"created", util::format_utc(info.created_us)},
            {"schema_version", info.schema_version},
            {"program_version", info.program_version}};
}

class ProjectCommand final : public Command {
  public:
    ProjectCommand()
        : Command("project", "Make and look after projects", "veritune project new contracts") {}

  private:
    void declare(CLI::App& verb) override {
        CLI::App& make = action(verb,
                                "new",
                                "Make a project in a new or empty folder",
                                "veritune project new contracts --name \"Contract questions\"",
                                [this](Context& context) { return make_new(context); });
        make.add_option("folder", folder_, "Folder to make")->required()->type_name("DIR");
        make.add_option("--name", name_, "Name for people (default: the folder's)");
        action(verb,
               "info",
               "Say what the project holds",
               "veritune project info --project contracts",
               [](Context& context) { return info(context); });
        action(verb,
               "check",
               "Read the whole project and report what is damaged or missing",
               "veritune project check --project contracts --json",
               [](Context& context) { return check(context); });
    }

    util::Result<int> make_new(Context& context) {
        const std::string dir = absolute_path(context, folder_);
        if (name_.empty()) name_ = util::base_name(dir);
        VT_ASSIGN(const auto project, store::Project::create(dir, name_));
        context.out.text("Made project " + printable(name_) + " in " + printable(dir) + ".");
        context.out.result(info_json(project->info()));
        VT_TRY(project->close());
        return kExitOk;
    }

    static util::Result<int> info(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(const auto runs, project->reader().list_runs());
        VT_ASSIGN(const auto datasets, project->datasets().list());
        const store::ProjectInfo& about = project->info();
        util::Json json = info_json(about);
        json["runs"] = runs.size();
        json["datasets"] = datasets.size();
        context.out.text("name       " + printable(about.name) + "\n" + "folder     " +
                         printable(about.dir) + "\n" + "id         " + about.id + "\n" +
                         "created    " + util::format_utc(about.created_us) + "\n" + "schema     " +
                         std::to_string(about.schema_version) + "\n" + "data sets  " +
                         std::to_string(datasets.size()) + "\n" + "runs       " +
                         std::to_string(runs.size()));
        context.out.result(json);
        return kExitOk;
    }

    static util::Result<int> check(Context& context);

    std::string folder_;
    std::string name_;
};

/// Collects what is wrong instead of stopping at the first.
class ProjectCheck {
  public:
    ProjectCheck(Context& context, store::Project& project)
        : context_(context),
          project_(project) {}

    util::Status run() {
        VT_TRY(check_datasets());
        VT_ASSIGN(const auto runs, project_.reader().list_runs());
        for (const store::RunRecord& run : runs) VT_TRY(check_run(run.id));
        return {};
    }

    const std::vector<std::string>& faults() const { return faults_; }
    std::int64_t datasets = 0;
    std::int64_t runs = 0;
    std::int64_t steps = 0;
    std::int64_t chains = 0;

  private:
    util::Status check_datasets() {
        VT_ASSIGN(const auto list, project_.datasets().list());
        for (const store::DatasetInfo& info : list) {
            ++datasets;
            const auto version = project_.dataset_reader().compute_version(info.name);
            if (!version) {
                fault("data set " + info.name, version.error());
            } else if (!info.sha256.empty() && *version != info.sha256) {
                faults_.push_back("data set " + info.name +
                                  ": its rows are not those that were stored (the hash differs)");
            }
        }
        const auto audit = project_.dataset_reader().check_audit();
        if (!audit) fault("audit log", audit.error());
        return {};
    }

    util::Status check_run(std::int64_t run) {
        ++runs;
        VT_ASSIGN(const auto all_steps, project_.reader().steps(run));
        steps += static_cast<std::int64_t>(all_steps.size());
        check_chains(run);
        VT_ASSIGN(const auto checkpoints, project_.reader().checkpoints(run));
        for (const store::CheckpointInfo& checkpoint : checkpoints) {
            const std::string dir =
                util::join_path(util::join_path(project_.info().dir, "runs/" + std::to_string(run)),
                                checkpoint.record.path);
            const auto found = context_.fs.stat(dir);
            if (!found) fault("run " + std::to_string(run), found.error());
        }
        return {};
    }

    /// Every chain is read whole, so that damage to its content shows.
    void check_chains(std::int64_t run) {
        store::ChainPageRequest request{.limit = 1000};
        for (;;) {
            const auto page = project_.reader().chains(run, request);
            if (!page) return fault("run " + std::to_string(run), page.error());
            for (const store::ChainSummary& summary : *page) {
                ++chains;
                const auto chain = project_.reader().chain(summary.id);
                if (!chain) fault("run " + std::to_string(run), chain.error());
            }
            if (static_cast<std::int64_t>(page->size()) < request.limit) return;
            request.after = page->back().key;
        }
    }

    void fault(const std::string& where, const util::Error& error) {
        faults_.push_back(where + ": " + util::to_string(error));
    }

    Context& context_;
    store::Project& project_;
    std::vector<std::string> faults_;
};

util::Result<int> ProjectCommand::check(Context& context) {
    VT_ASSIGN(const auto project, open_for_reading(context));
    ProjectCheck check(context, *project);
    VT_TRY(check.run());
    for (const std::string& fault : check.faults()) context.out.text("bad  " + printable(fault));
    const bool good = check.faults().empty();
    context.out.text((good ? "ok   " : "bad  ") + std::to_string(check.datasets) + " data sets, " +
                     std::to_string(check.runs) + " runs, " + format_count(check.steps) +
                     " steps, " + format_count(check.chains) + " chains read; " +
                     std::to_string(check.faults().size()) + " faults.");
    context.out.result({{"ok", good},
                        {"datasets", check.datasets},
                        {"runs", check.runs},
                        {"steps", check.steps},
                        {"chains", check.chains},
                        {"faults", check.faults()}});
    return good ? kExitOk : kExitFailed;
}

}  // namespace

std::unique_ptr<Command> make_project_command() { return std::make_unique<ProjectCommand>(); }

}  // namespace veritune::cli
