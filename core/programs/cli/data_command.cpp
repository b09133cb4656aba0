// SPDX-License-Identifier: Apache-2.0
#include "core/data/dataset.h"
#include "core/data/generators.h"
#include "core/programs/cli/command.h"
#include "core/programs/cli/data_generate.h"
#include "core/programs/cli/project_access.h"
#include "core/programs/cli/validators.h"
#include "core/verify/code_import.h"
#include "core/verify/sandbox_probe.h"
#include "core/verify/verifier.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>

namespace veritune::cli {
namespace {

constexpr std::size_t kErrorsShown = 10;

std::string listed(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

std::array<std::int64_t, 3> split_counts(const std::vector<data::Problem>& problems) {
    std::array<std::int64_t, 3> counts{};
    for (const data::Problem& problem : problems) ++counts[static_cast<std::size_t>(problem.split)];
    return counts;
}

util::Json dataset_json(const store::DatasetInfo& info) {
    return {{"name", info.name},
            {"rows", info.rows},
            {"sha256", info.sha256},
            {"source", info.source},
            {"path", info.path},
            {"created", util::format_utc(info.created_us)}};
}

class DataCommand final : public Command {
  public:
    DataCommand()
        : Command("data",
                  "Bring problems and demonstrations into a project",
                  "veritune data import questions.jsonl --name contracts") {}

  private:
    void declare(CLI::App& verb) override {
        declare_import(verb);
        action(verb,
               "list",
               "List the data sets of the project",
               "veritune data list --project contracts",
               [](Context& context) { return list(context); });
        CLI::App& look = action(verb,
                                "show",
                                "Show rows of a data set",
                                "veritune data show contracts --limit 5",
                                [this](Context& context) { return show(context); });
        look.add_option("name", name_, "Data set")->required();
        look.add_option("--limit", limit_, "Rows to show")
            ->capture_default_str()
            ->check(whole_number(1, 100000));
        look.add_option("--offset", offset_, "Rows to skip")->check(whole_number(0));
        look.add_option("--split", split_, "Only train, val or test")
            ->check(CLI::IsMember({"train", "val", "test"}));
        declare_generate(verb);
    }

    void declare_import(CLI::App& verb) {
        CLI::App& take = action(verb,
                                "import",
                                "Read a JSONL file, check every row and its gold answer",
                                "veritune data import gsm8k.jsonl --preset gsm8k --name gsm8k "
                                "--val-percent 10",
                                [this](Context& context) { return import(context); });
        take.add_option("file", file_, "JSONL file")->required()->type_name("FILE");
        take.add_option("--name", name_, "Name in the project (default: the file's)");
        take.add_option("--preset",
                        preset_,
                        "Meaning of the rows: " + listed(data::import_presets()) +
                            ", code (HumanEval, MBPP)")
            ->capture_default_str();
        take.add_option("--val-percent", val_percent_, "Share of prompts held out for evaluation")
            ->check(whole_number(0, 90));
        take.add_option("--test-percent", test_percent_, "Share of prompts kept for the last test")
            ->check(whole_number(0, 90));
        take.add_flag(
            "--allow-errors", allow_errors_, "Import the good rows although some are bad");
        take.add_flag("--dry-run", dry_run_, "Check only, write nothing");
    }

    void declare_generate(CLI::App& verb) {
        CLI::App& make = action(
            verb,
            "generate",
            "Make problems with known answers",
            "veritune data generate --family logic_sudoku --level 2 --n 100 --out sudoku.jsonl",
            [this](Context& context) { return generate(context); });
        CLI::Option* chains = make.add_option(
            "chains", family_, "Kind of chain: " + listed(data::generator_families()));
        add_family_options(make, call_);
        make.get_option("--family")->excludes(chains);
        make.get_option("--benchmark")->excludes(chains);
        make.add_option("--count", count_, "Rows")
            ->capture_default_str()
            ->check(whole_number(1, 10000000));
        make.add_option("--seed", seed_, "Seed")->capture_default_str();
        make.add_option("--min-steps", min_steps_, "Fewest steps")->capture_default_str();
        make.add_option("--max-steps", max_steps_, "Most steps")->capture_default_str();
        make.add_option("--split", split_, "Side of the split: train or val")
            ->check(CLI::IsMember({"train", "val"}));
        make.add_option("--error-rate", error_rate_, "Share of wrong steps in the demonstrations")
            ->check(CLI::Range(0.0, 1.0));
        CLI::Option* name = make.add_option("--name", name_, "Name in the project");
        make.add_option("--output,--out", output_, "Write a file instead of a data set")
            ->type_name("FILE")
            ->excludes(name);
    }

    util::Result<int> import(Context& context) {
        if (val_percent_ + test_percent_ > 90) {
            return util::fail(util::ErrorCode::kInvalidArgument,
                              "--val-percent and --test-percent together are at most 90");
        }
        const std::string path = absolute_path(context, file_);
        verify::LazySandbox sandbox(
            {.program = util::join_path(context.env.program_dir, "veritune-sandbox"),
             .parallel = 1,
             .extra_arguments = {}});
        VT_ASSIGN(auto report,
                  preset_ == "code"
                      ? verify::import_code(path, sandbox)
                      : data::import_jsonl(path, preset_, verify::import_gold_check(&sandbox)));
        if (val_percent_ + test_percent_ > 0) {
            data::split_by_hash(report.problems, val_percent_, test_percent_);
        }
        show_errors(context.out, report);
        if (report.problems.empty() || (!report.errors.empty() && !allow_errors_)) {
            return refuse(context, report);
        }
        if (name_.empty()) name_ = stem(path);
        if (dry_run_) {
            context.out.text(count_text(report.problems) + " would be imported.");
            context.out.result(report_json(report, nullptr));
            return kExitOk;
        }
        VT_ASSIGN(const store::DatasetInfo info,
                  add_to_project(context, report.problems, util::base_name(path)));
        context.out.text(count_text(report.problems) + " imported as `" + info.name + "`.");
        context.out.result(report_json(report, &info));
        return kExitOk;
    }

    static void show_errors(Output& out, const data::ImportReport& report) {
        for (std::size_t i = 0; i < report.errors.size() && i < kErrorsShown; ++i) {
            const data::RowError& row = report.errors[i];
            out.say("line " + std::to_string(row.line) + ": " + printable(row.message));
        }
        if (report.errors.size() > kErrorsShown) {
            out.say("... and " + std::to_string(report.errors.size() - kErrorsShown) +
                    " more bad rows; --json lists all of them.");
        }
    }

    util::Result<int> refuse(Context& context, const data::ImportReport& report) {
        const std::string bad = std::to_string(report.errors.size()) + " of " +
                                std::to_string(report.lines) + " lines are bad";
        if (context.out.json()) {
            // The list is the result that the caller needs; the exit code says that nothing was
            // done.
            context.out.result(report_json(report, nullptr));
            return kExitFailed;
        }
        return util::fail(util::ErrorCode::kCorruptData,
                          report.problems.empty()
                              ? "no row can be imported: " + bad
                              : bad +
                                    " and nothing was imported; correct them, or import the "
                                    "others with --allow-errors",
                          util::base_name(file_));
    }

    static std::string stem(const std::string& path) {
        const std::string name = util::base_name(path);
        return name.substr(0, name.find('.') == 0 ? std::string::npos : name.find('.'));
    }

    static std::string count_text(const std::vector<data::Problem>& problems) {
        const auto counts = split_counts(problems);
        return format_count(static_cast<long long>(problems.size())) + " rows (train " +
               format_count(counts[0]) + ", val " + format_count(counts[1]) + ", test " +
               format_count(counts[2]) + ")";
    }

    static util::Json report_json(const data::ImportReport& report,
                                  const store::DatasetInfo* imported) {
        util::Json errors = util::Json::array();
        for (const data::RowError& row : report.errors) {
            errors.push_back({{"line", row.line}, {"message", row.message}});
        }
        const auto counts = split_counts(report.problems);
        return {{"dataset", imported == nullptr ? util::Json() : dataset_json(*imported)},
                {"lines", report.lines},
                {"rows", report.problems.size()},
                {"splits", {{"train", counts[0]}, {"val", counts[1]}, {"test", counts[2]}}},
                {"errors", std::move(errors)}};
    }

    util::Result<store::DatasetInfo> add_to_project(Context& context,
                                                    const std::vector<data::Problem>& problems,
                                                    const std::string& source) {
        VT_ASSIGN(const std::string relative, store::DatasetStore::relative_path(name_));
        VT_ASSIGN(const auto project, open_for_writing(context));
        if (project->datasets().get(name_)) {
            return util::fail(
                util::ErrorCode::kAlreadyExists,
                "there is a data set of this name already; choose another with --name",
                name_);
        }
        const store::DatasetInfo info{.name = name_,
                                      .path = relative,
                                      .sha256 = data::dataset_hash(problems),
                                      .rows = static_cast<std::int64_t>(problems.size()),
                                      .source = source};
        VT_TRY(data::save_dataset(context.fs, project->datasets().absolute_path(info), problems));
        VT_TRY(project->datasets().add(info));
        VT_ASSIGN(store::DatasetInfo stored, project->datasets().get(name_));
        VT_TRY(project->close());
        return stored;
    }

    static util::Result<int> list(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(const auto infos, project->datasets().list());
        TextTable table({{"name", TextTable::Align::kLeft},
                         {"rows", TextTable::Align::kRight},
                         {"hash", TextTable::Align::kLeft},
                         {"created", TextTable::Align::kLeft},
                         {"source", TextTable::Align::kLeft}});
        util::Json json = util::Json::array();
        for (const store::DatasetInfo& info : infos) {
            table.add({info.name,
                       format_count(info.rows),
                       info.sha256.substr(0, 12),
                       util::format_utc(info.created_us),
                       printable(info.source)});
            json.push_back(dataset_json(info));
        }
        if (infos.empty()) {
            context.out.say("No data sets yet; bring one in with `veritune data import FILE`.");
        } else {
            context.out.text(table.render());
        }
        context.out.result(json);
        return kExitOk;
    }

    util::Result<int> show(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(const store::DatasetInfo info, project->datasets().get(name_));
        VT_ASSIGN(const auto problems,
                  data::load_dataset(context.fs, project->datasets().absolute_path(info)));
        util::Json rows = util::Json::array();
        std::int64_t seen = 0;
        for (const data::Problem& problem : problems) {
            if (!split_.empty() && data::split_name(problem.split) != split_) continue;
            if (seen++ < offset_) continue;
            if (static_cast<std::int64_t>(rows.size()) >= limit_) break;
            rows.push_back(data::problem_to_json(problem));
            context.out.text(row_text(problem));
        }
        util::Json json = dataset_json(info);
        json["shown"] = std::move(rows);
        context.out.result(json);
        return kExitOk;
    }

    static std::string row_text(const data::Problem& problem) {
        std::string text =
            printable(problem.id) + "  [" + std::string(data::split_name(problem.split)) + "]\n";
        if (!problem.prompt.empty()) text += "  prompt    " + printable(problem.prompt) + "\n";
        for (const text::Message& message : problem.messages) {
            text += "  " + printable(message.role) + ": " + printable(message.content) + "\n";
        }
        if (!problem.verifier.empty()) {
            text += "  gold      " + printable(json_line(problem.gold)) + "  (" +
                    printable(problem.verifier) + ")\n";
        }
        if (!problem.solution.empty()) text += "  solution  " + printable(problem.solution) + "\n";
        return text;
    }

    util::Result<std::vector<data::Problem>> generated(Context& context, util::Json& report) {
        if (call_.wanted()) {
            call_.seed = seed_;
            family_ = call_.benchmark ? "benchmark" : call_.family;
            return make_family_problems(context, call_, report);
        }
        if (family_.empty()) {
            return util::fail(util::ErrorCode::kInvalidArgument,
                              "name what to make: --family, --benchmark or a kind of chain; --list "
                              "shows the families");
        }
        const data::GeneratorOptions options{
            .family = family_,
            .count = count_,
            .seed = seed_,
            .min_steps = min_steps_,
            .max_steps = max_steps_,
            .split = split_ == "val" ? data::Split::kVal : data::Split::kTrain,
            .error_rate = error_rate_};
        return data::generate_problems(options);
    }

    util::Result<int> generate(Context& context) {
        if (call_.list) {
            show_families(context);
            return kExitOk;
        }
        util::Json json = util::Json::object();
        VT_ASSIGN(const auto problems, generated(context, json));
        json["rows"] = problems.size();
        json["sha256"] = data::dataset_hash(problems);
        if (!output_.empty()) {
            const std::string path = absolute_path(context, output_);
            VT_TRY(data::save_dataset(context.fs, path, problems));
            context.out.text(count_text(problems) + " written to " + printable(path) + ".");
            json["path"] = path;
        } else {
            if (name_.empty()) name_ = family_ + "-" + std::to_string(seed_);
            VT_ASSIGN(const store::DatasetInfo info,
                      add_to_project(context, problems, "generator " + family_));
            context.out.text(count_text(problems) + " added as `" + info.name + "`.");
            json["dataset"] = dataset_json(info);
        }
        context.out.result(json);
        return kExitOk;
    }

    std::string file_;
    std::string name_;
    std::string preset_ = "veritune";
    std::string split_;
    std::string family_;
    FamilyCall call_;
    std::string output_;
    int val_percent_ = 0;
    int test_percent_ = 0;
    bool allow_errors_ = false;
    bool dry_run_ = false;
    std::int64_t limit_ = 10;
    std::int64_t offset_ = 0;
    std::int64_t count_ = 1000;
    std::uint64_t seed_ = 1;
    int min_steps_ = 3;
    int max_steps_ = 7;
    double error_rate_ = 0.0;
};

}  // namespace

std::unique_ptr<Command> make_data_command() { return std::make_unique<DataCommand>(); }

}  // namespace veritune::cli
