// SPDX-License-Identifier: Apache-2.0
#include "core/data/dataset.h"
#include "core/eval/comparison.h"
#include "core/eval/protocol.h"
#include "core/eval/scoring.h"
#include "core/programs/cli/command.h"
#include "core/programs/cli/eval_views.h"
#include "core/programs/cli/progress_view.h"
#include "core/programs/cli/project_access.h"
#include "core/programs/cli/project_problems.h"
#include "core/programs/cli/validators.h"
#include "core/programs/cli/waiting.h"
#include "core/verify/sandbox_probe.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <mutex>
#include <thread>

namespace veritune::cli {
namespace {

class EvalCommand final : public Command {
  public:
    EvalCommand()
        : Command("eval",
                  "Measure models on held-out problems and compare the results",
                  "veritune eval run --protocol own_8 --run 3 --dataset contracts") {}

  private:
    void declare(CLI::App& verb) override {
        declare_run(verb);
        declare_score(verb);
        declare_results(verb);
        action(verb,
               "protocols",
               "List the protocols: how is asked, sampled and judged",
               "veritune eval protocols",
               [](Context& context) {
                   context.out.text(protocols_text(eval::builtin_protocols()));
                   util::Json json = util::Json::array();
                   for (const eval::Protocol& protocol : eval::builtin_protocols())
                       json.push_back(eval::protocol_to_json(protocol));
                   context.out.result(json);
                   return util::Result<int>(kExitOk);
               });
        CLI::App& one = action(verb,
                               "protocol",
                               "Print a protocol whole, to read or to make one's own of it",
                               "veritune eval protocol gsm8k_boxed_0",
                               [this](Context& context) { return show_protocol(context); });
        one.add_option("protocol", protocol_, "Protocol or file")->required();
    }

    void declare_run(CLI::App& verb) {
        CLI::App& app =
            action(verb,
                   "run",
                   "Sample, verify and report pass@k",
                   "veritune eval run --protocol gsm8k_boxed_0 --model models/7b --dataset gsm8k "
                   "--split test",
                   [this](Context& context) { return run_eval(context); });
        engine::Evaluate& r = request_;
        app.add_option("--dataset", r.dataset, "Data set of the project");
        app.add_option("--split", r.split, "train, val or test")
            ->capture_default_str()
            ->check(CLI::IsMember({"train", "val", "test"}));
        app.add_option("--model", r.model.path, "Model folder")->type_name("DIR");
        app.add_option("--adapter", r.model.adapter, "Adapter folder")->type_name("DIR");
        app.add_option("--run", r.model.run, "Weights of this run")->check(whole_number(1));
        app.add_option("--stage", r.model.stage, "Stage of the run (default: the last)");
        app.add_option("--step", r.model.step, "Checkpoint (default: the best, else the newest)");
        app.add_option("--problems", r.problems, "First n problems (default: all)")
            ->check(whole_number(0));
        samples_option_ = app.add_option("--samples", r.num_samples, "Chains per problem")
                              ->capture_default_str()
                              ->check(whole_number(1, 1024));
        CLI::Option* protocol =
            app.add_option("--protocol",
                           protocol_,
                           "How to measure: an id of `veritune eval protocols`, or a file");
        app.add_option("--shots", shots_, "Data set whose train rows are the worked examples")
            ->needs(protocol);
        app.add_flag("!--no-greedy", r.greedy, "Leave the greedy chain out")->excludes(protocol);
        app.add_option("--temperature", r.temperature, "Sampling temperature")
            ->capture_default_str()
            ->check(CLI::Range(0.0, 10.0))
            ->excludes(protocol);
        app.add_option("--max-new-tokens", r.max_new_tokens, "Longest completion")
            ->capture_default_str()
            ->check(whole_number(1))
            ->excludes(protocol);
        app.add_option("--seed", r.seed, "Seed")->capture_default_str()->excludes(protocol);
        app.add_option("--resume", r.resume, "Go on with this evaluation's run")
            ->check(whole_number(1));
    }

    void declare_score(CLI::App& verb) {
        CLI::App& app = action(verb,
                               "score",
                               "Score completions that were written elsewhere",
                               "veritune eval score --protocol gsm8k_boxed_0 --dataset gsm8k "
                               "--split test --completions answers.jsonl",
                               [this](Context& context) { return score(context); });
        app.add_option("--protocol", protocol_, "An id of `veritune eval protocols`, or a file")
            ->required();
        app.add_option("--completions", completions_, "JSONL rows {id, completion}")
            ->required()
            ->type_name("FILE");
        CLI::Option* dataset =
            app.add_option("--dataset", request_.dataset, "Data set of the project");
        app.add_option("--data", data_, "Problems, JSONL in our own form, instead of a data set")
            ->type_name("FILE")
            ->excludes(dataset);
        app.add_option("--split", request_.split, "train, val or test")
            ->capture_default_str()
            ->check(CLI::IsMember({"train", "val", "test"}));
        samples_score_ =
            app.add_option("--samples", request_.num_samples, "Completions per problem")
                ->check(whole_number(1, 1024));
        app.add_option("--shots", shots_, "Data set whose train rows are the worked examples");
        app.add_option("--name", name_, "Whose completions they are (default: the file)");
        app.add_option("--chat-template", chat_template_, "Template that the model was asked with");
        app.add_flag("--think", think_, "The completions reason in <think> ... </think>");
        app.add_flag("--no-store", no_store_, "Print only, keep nothing in the project");
    }

    void declare_results(CLI::App& verb) {
        action(verb,
               "list",
               "List the results, each protocol in a table of its own",
               "veritune eval list",
               [](Context& context) { return list(context); });
        CLI::App& look = action(
            verb, "show", "Show one result", "veritune eval show 3", [this](Context& context) {
                return show(context);
            });
        look.add_option("id", a_, "Number in `veritune eval list`")->required();
        look.add_flag("--problems", problems_, "With --json: every problem, too");
        CLI::App& compare = action(verb,
                                   "compare",
                                   "Compare two results: paired test, and what broke first",
                                   "veritune eval compare 3 4",
                                   [this](Context& context) { return compare_two(context); });
        compare.add_option("a", a_, "Before: number in `veritune eval list`")->required();
        compare.add_option("b", b_, "After")->required();
        compare.add_option("--column", column_, "Way of judging (default: the first of both)");
        compare.add_option("--limit", limit_, "Problems shown")
            ->capture_default_str()
            ->check(whole_number(0, 1000000));
        compare.add_flag("--across-protocols",
                         across_,
                         "Compare although the two were not measured in the same way");
    }

    static util::Result<int> list(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(const auto records, project->evaluations().list());
        util::Json json = util::Json::array();
        for (const data::EvaluationRecord& record : records)
            json.push_back(evaluation_json(record, false));
        if (records.empty()) {
            context.out.say(
                "No results yet; measure with `veritune eval run --protocol own_greedy ...`.");
        } else {
            context.out.text(evaluations_text(records));
        }
        context.out.result(json);
        return kExitOk;
    }

    util::Result<int> show(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(const data::EvaluationRecord record, project->evaluations().get(a_));
        context.out.text(printable(record.name) + " on " + printable(record.dataset) + " (" +
                         record.split + ")\n" + evaluation_text(record));
        util::Json json = evaluation_json(record, problems_);
        json["setup"] = record.setup;
        context.out.result(json);
        return kExitOk;
    }

    util::Result<int> compare_two(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(const data::EvaluationRecord a, project->evaluations().get(a_));
        VT_ASSIGN(const data::EvaluationRecord b, project->evaluations().get(b_));
        VT_ASSIGN(const eval::Comparison result, eval::compare(a, b, column_));
        if (!result.same_protocol && !across_) {
            return util::fail(util::ErrorCode::kInvalidArgument,
                              result.warnings.front() +
                                  " Their scores cannot stand side by side; --across-protocols "
                                  "shows them all the same");
        }
        context.out.text(comparison_text(a, b, result, static_cast<std::size_t>(limit_)));
        util::Json json = comparison_json(result);
        json["a"] = evaluation_json(a, false);
        json["b"] = evaluation_json(b, false);
        context.out.result(json);
        return kExitOk;
    }

    util::Result<int> show_protocol(Context& context) {
        VT_ASSIGN(const eval::Protocol protocol, read_protocol(context));
        const util::Json json = eval::protocol_to_json(protocol);
        context.out.text(json.dump(2) + "\n");
        context.out.result(json);
        return kExitOk;
    }

    /// A path that a person typed is relative to where he is.
    util::Result<eval::Protocol> read_protocol(Context& context) const {
        const bool is_path =
            protocol_.find('/') != std::string::npos || protocol_.ends_with(".json");
        return eval::load_protocol(context.fs,
                                   is_path ? absolute_path(context, protocol_) : protocol_);
    }

    /// The protocol as it is used: with --samples and with the texts of its worked examples.
    util::Result<eval::Protocol> complete_protocol(Context& context,
                                                   store::Project* project,
                                                   const CLI::Option* samples) const {
        VT_ASSIGN(eval::Protocol protocol, read_protocol(context));
        if (samples->count() > 0) protocol.sampling.samples = request_.num_samples;
        if (!protocol.prompt.shot_ids.empty() && protocol.prompt.examples.empty()) {
            const std::string& from = shots_.empty() ? request_.dataset : shots_;
            if (project == nullptr || from.empty())
                return util::fail(util::ErrorCode::kInvalidArgument,
                                  "this protocol shows worked examples; name the data set that "
                                  "has them with --shots");
            VT_ASSIGN(const auto rows, project_problems(*project, from, "train"));
            VT_TRY(eval::fill_shots(protocol, rows));
        }
        // Samples and temperature have to go together.
        return eval::protocol_from_json(eval::protocol_to_json(protocol));
    }

    util::Status check_run_options() const {
        if (request_.resume > 0) return {};
        if (request_.dataset.empty())
            return util::fail(util::ErrorCode::kInvalidArgument,
                              "name the problems: --dataset NAME");
        if (request_.model.path.empty() && request_.model.run == 0) {
            return util::fail(util::ErrorCode::kInvalidArgument,
                              "name what to measure: a model folder with --model DIR or a run with "
                              "--run ID");
        }
        return {};
    }

    util::Result<int> run_eval(Context& context) {
        VT_TRY(check_run_options());
        for (std::string* folder : {&request_.model.path, &request_.model.adapter}) {
            if (!folder->empty()) *folder = absolute_path(context, *folder);
        }
        VT_ASSIGN(const auto project, open_for_reading(context));
        if (request_.resume == 0) VT_TRY(project->datasets().get(request_.dataset));
        if (!protocol_.empty()) {
            VT_ASSIGN(const eval::Protocol protocol,
                      complete_protocol(context, project.get(), samples_option_));
            request_.protocol = eval::protocol_to_json(protocol);
            VT_TRY(say_size(context, *project, protocol));
        }
        VT_ASSIGN(const auto engine,
                  reach_engine(context, project->info(), EngineStart::kIfNeeded));
        request_.request = request_name(context, "eval");
        VT_ASSIGN(const engine::Evaluated done, evaluate(context, *engine));
        VT_ASSIGN(const auto record, project->evaluations().of_run(done.run));
        if (record) return report_record(context, done, *record);
        report(context, done);
        return kExitOk;
    }

    /// A score of a part of a benchmark is not the benchmark's.
    util::Status say_size(Context& context,
                          store::Project& project,
                          const eval::Protocol& protocol) const {
        VT_ASSIGN(const auto problems, project_problems(project, request_.dataset, request_.split));
        std::int64_t count = std::ssize(problems);
        if (request_.problems > 0) count = std::min(count, request_.problems);
        if (protocol.problems > 0 && count != protocol.problems) {
            context.out.say("Note: " + protocol.benchmark + " has " +
                            format_count(protocol.problems) + " problems for this protocol, and " +
                            format_count(count) + " will be asked.");
        }
        return {};
    }

    util::Result<engine::Evaluated> evaluate(Context& context, engine::Engine& engine) {
        std::mutex mutex;
        std::string line;
        const auto handler = engine.handle_progress([&](const engine::Progress& progress) {
            const std::lock_guard lock(mutex);
            line = progress.phase + " " + format_number(100.0 * progress.fraction, 0) + " %\n";
        });
        ProgressScreen screen(context.out);
        const auto tick = [&] {
            const std::lock_guard lock(mutex);
            if (context.out.options().live && !line.empty()) screen.draw(line);
        };
        const std::function<util::Result<engine::Evaluated>()> work = [&] {
            return engine.evaluate(request_);
        };
        auto done = wait_with_cancel(context, engine, request_.request, work, tick);
        if (context.out.options().live) screen.clear();
        return done;
    }

    static util::Result<int> report_record(Context& context,
                                           const engine::Evaluated& done,
                                           const data::EvaluationRecord& record) {
        context.out.text(evaluation_text(record));
        context.out.say("This is evaluation " + std::to_string(record.id) +
                        "; its chains are run " + std::to_string(done.run) + ".");
        util::Json json = evaluation_json(record, false);
        json["seconds"] = done.seconds;
        context.out.result(json);
        return kExitOk;
    }

    static void report(Context& context, const engine::Evaluated& done) {
        TextTable table({{"metric", TextTable::Align::kLeft}, {"value", TextTable::Align::kRight}});
        util::Json metrics = util::Json::object();
        for (const auto& [name, value] : done.metrics) {
            table.add({printable(name), format_value(value)});
            metrics[name] = value;
        }
        context.out.text(table.render());
        context.out.say("The chains are run " + std::to_string(done.run) +
                        "; list them with "
                        "`veritune runs chains " +
                        std::to_string(done.run) + "`.");
        context.out.result(
            {{"run", done.run}, {"seconds", done.seconds}, {"metrics", std::move(metrics)}});
    }

    util::Result<int> score(Context& context) {
        std::unique_ptr<store::Project> project;
        std::vector<data::Problem> problems;
        if (!data_.empty()) {
            VT_ASSIGN(problems, data::load_dataset(context.fs, absolute_path(context, data_)));
        } else {
            if (request_.dataset.empty())
                return util::fail(util::ErrorCode::kInvalidArgument,
                                  "name the problems: --dataset NAME, or --data FILE");
            VT_ASSIGN(project, open_for_reading(context));
            VT_ASSIGN(problems, project_problems(*project, request_.dataset, request_.split));
        }
        VT_ASSIGN(const eval::Protocol protocol,
                  complete_protocol(context, project.get(), samples_score_));
        VT_ASSIGN(data::EvaluationRecord record, score_file(context, protocol, problems));
        project.reset();
        if (data_.empty() && !no_store_) {
            VT_ASSIGN(const auto writer, open_for_writing(context));
            VT_ASSIGN(record.id, writer->evaluations().record(record));
            VT_TRY(writer->close());
            context.out.say("This is evaluation " + std::to_string(record.id) + ".");
        }
        context.out.text(evaluation_text(record));
        context.out.result(evaluation_json(record, true));
        return kExitOk;
    }

    util::Result<data::EvaluationRecord> score_file(
        Context& context,
        const eval::Protocol& protocol,
        const std::vector<data::Problem>& problems) const {
        const std::string path = absolute_path(context, completions_);
        VT_ASSIGN(const auto rows, eval::read_completions(path, problems));
        const int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
        verify::LazySandbox sandbox(
            {.program = util::join_path(context.env.program_dir, "veritune-sandbox"),
             .parallel = threads,
             .extra_arguments = {}});
        verify::LocalVerifier verifier(&sandbox);
        const verify::VerifierPool pool(threads, &verifier);
        VT_ASSIGN(data::EvaluationRecord record,
                  eval::score_completions(protocol,
                                          problems,
                                          rows,
                                          pool,
                                          {.think_tags = think_, .stop = {}, .progress = {}}));
        record.setup = eval::evaluation_setup(protocol, problems, chat_template_);
        record.protocol_hash = eval::setup_hash(record.setup);
        record.name = name_.empty() ? util::base_name(path) : name_;
        record.subject = {{"completions", util::base_name(path)}};
        record.dataset = request_.dataset.empty() ? util::base_name(data_) : request_.dataset;
        record.split = request_.split;
        return record;
    }

    engine::Evaluate request_;
    CLI::Option* samples_option_ = nullptr;
    CLI::Option* samples_score_ = nullptr;
    std::string protocol_;
    std::string shots_;
    std::string completions_;
    std::string data_;
    std::string name_;
    std::string chat_template_;
    std::string column_;
    std::int64_t a_ = 0;
    std::int64_t b_ = 0;
    std::int64_t limit_ = 20;
    bool think_ = false;
    bool no_store_ = false;
    bool problems_ = false;
    bool across_ = false;
};

}  // namespace

std::unique_ptr<Command> make_eval_command() { return std::make_unique<EvalCommand>(); }

}  // namespace veritune::cli
