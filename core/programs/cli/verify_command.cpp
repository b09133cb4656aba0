// SPDX-License-Identifier: Apache-2.0
#include "core/data/dataset.h"
#include "core/programs/cli/command.h"
#include "core/programs/cli/project_access.h"
#include "core/programs/cli/validators.h"
#include "core/verify/bench.h"
#include "core/verify/case_runner.h"
#include "core/verify/sandbox_probe.h"
#include "core/verify/verifier.h"
#include "core/verify/worker_fleet.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <thread>

namespace veritune::cli {
namespace {

constexpr std::uint64_t kMaxCompletionBytes = 16u << 20;

util::Result<util::Json> json_option(const std::string& text, const char* option) {
    if (text.empty()) return util::Json::object();
    return util::parse_json(text, option);
}

class VerifyCommand final : public Command {
  public:
    VerifyCommand()
        : Command("verify",
                  "Check answers with the deterministic verifiers",
                  "veritune verify run --verifier integer --cases answers.jsonl") {}

  private:
    void declare(CLI::App& verb) override {
        action(verb, "list", "List the verifiers", "veritune verify list", [](Context& context) {
            return list(context);
        });
        CLI::App& all =
            action(verb,
                   "run",
                   "Verify every row {id, gold, completion} of a file; one JSON line each",
                   "veritune verify run --verifier integer --cases answers.jsonl",
                   [this](Context& context) { return run_all(context); });
        add_verifier_options(all);
        all.add_option("--cases", cases_, "JSONL file")->required()->type_name("FILE");
        all.add_option("--threads", threads_, "Threads (default: all cores)")
            ->check(whole_number(1, 1024));
        CLI::App& bench = action(verb,
                                 "bench",
                                 "Try the verifiers of a data set on right and wrong answers; "
                                 "exit code 1 when the data set must not train",
                                 "veritune verify bench --data problems.jsonl",
                                 [this](Context& context) { return run_bench(context); });
        bench.add_option("--data", data_, "Problems, JSONL in our own form")
            ->required()
            ->type_name("FILE");
        bench.add_option("--max-problems", max_problems_, "Take cases from so many; 0 = all")
            ->capture_default_str()
            ->check(whole_number(0, 10'000'000));
        bench.add_option("--threads", threads_, "Threads (default: all cores)")
            ->check(whole_number(1, 1024));
        CLI::App& one = action(verb,
                               "explain",
                               "Verify one answer and say why",
                               "veritune verify explain --verifier chain_arithmetic --params "
                               "'{\"family\":\"mod\"}' --gold 6 --prompt '6+4*7-4?' --completion "
                               "'6+4=0;0*7=0;0-4=6;#6$'",
                               [this](Context& context) { return explain(context); });
        add_verifier_options(one);
        one.add_option("--gold", gold_, "Right answer: JSON, else taken as text")->required();
        CLI::Option* text = one.add_option("--completion", completion_, "Answer to check");
        one.add_option("--completion-file", completion_file_, "Read the answer from a file")
            ->type_name("FILE")
            ->excludes(text);
        one.add_option("--prompt", prompt_, "The question, for verifiers that check a proof");
        one.add_option("--finish-reason", finish_reason_, "stop, length or abort")
            ->capture_default_str()
            ->check(CLI::IsMember({"stop", "length", "abort"}));
    }

    void add_verifier_options(CLI::App& app) {
        app.add_option("--verifier", verifier_, "Verifier id; see `veritune verify list`");
        app.add_option("--params", params_, "Parameters of the verifier, a JSON object");
        app.add_option("--profile", profile_, "How the answer is found in the text")
            ->capture_default_str();
    }

    static verify::SandboxOptions sandbox_options(const Context& context, int parallel) {
        return {.program = util::join_path(context.env.program_dir, "veritune-sandbox"),
                .parallel = parallel,
                .extra_arguments = {}};
    }

    static util::Result<int> list(Context& context) {
        TextTable table({{"verifier", TextTable::Align::kLeft},
                         {"version", TextTable::Align::kRight},
                         {"what it proves", TextTable::Align::kLeft}});
        util::Json json = util::Json::array();
        for (const verify::Verifier* verifier : verify::all_verifiers()) {
            table.add({std::string(verifier->id()),
                       std::to_string(verifier->version()),
                       std::string(verifier->summary())});
            json.push_back({{"id", verifier->id()},
                            {"version", verifier->version()},
                            {"summary", verifier->summary()},
                            {"partial_credit", verifier->partial_credit()},
                            {"params_schema", verifier->params_schema()},
                            {"gold_schema", verifier->gold_schema()}});
        }
        context.out.text(table.render());
        context.out.result(json);
        return kExitOk;
    }

    /// Mistakes in the options are usage errors here; in a row they are that row's verdict.
    util::Result<util::Json> checked_options() const {
        if (!verifier_.empty()) {
            const auto known = verify::find_verifier(verifier_);
            if (!known) return known.error();
        }
        const std::vector<std::string> profiles = text::extraction_profiles();
        if (std::find(profiles.begin(), profiles.end(), profile_) == profiles.end()) {
            std::string names;
            for (const std::string& name : profiles) names += (names.empty() ? "" : ", ") + name;
            return util::fail(util::ErrorCode::kInvalidArgument,
                              "there is no such profile; known are " + names,
                              "--profile");
        }
        VT_ASSIGN(const util::Json params, json_option(params_, "--params"));
        if (!params.is_object()) {
            return util::fail(util::ErrorCode::kInvalidArgument, "--params must be a JSON object");
        }
        return params;
    }

    util::Result<int> run_all(Context& context) {
        VT_ASSIGN(const util::Json params, checked_options());
        const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
        verify::LazySandbox sandbox(sandbox_options(context, threads_ > 0 ? threads_ : cores));
        const verify::CaseOptions options{.verifier = verifier_,
                                          .params = params,
                                          .profile = profile_,
                                          .threads = threads_ > 0 ? threads_ : cores,
                                          .runner = &sandbox};
        VT_ASSIGN(
            const verify::CaseSummary summary,
            verify::run_cases(absolute_path(context, cases_), options, [&](const util::Json& row) {
                context.out.row(row);
                return true;
            }));
        context.out.say(
            format_count(summary.rows) + " rows, " + format_count(summary.correct) + " correct, " +
            format_count(summary.masked) +
            " without a verdict (bad rows among them: " + format_count(summary.bad_rows) + ").");
        context.out.result({{"rows", summary.rows},
                            {"correct", summary.correct},
                            {"masked", summary.masked},
                            {"bad_rows", summary.bad_rows}});
        return kExitOk;
    }

    /// First in this process, then in a worker process: the verdicts must be the same.
    util::Result<int> run_bench(Context& context) {
        VT_ASSIGN(const std::vector<data::Problem> problems,
                  data::load_dataset(context.fs, absolute_path(context, data_)));
        const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
        const int threads = threads_ > 0 ? threads_ : cores;
        VT_ASSIGN(const std::unique_ptr<verify::SandboxClient> sandbox,
                  bench_sandbox(context, threads));
        verify::LocalVerifier local(sandbox.get());
        verify::WorkerFleet fleet({.workers = threads,
                                   .program = util::join_path(context.env.program_dir, "veritune"),
                                   .on_crash = {}},
                                  sandbox.get());
        const verify::BenchReport report = verify::run_bench(
            problems, local, {.threads = threads, .max_problems = max_problems_, .second = &fleet});
        show_bench(context, report);
        context.out.result(verify::bench_to_json(report));
        return report.red().empty() ? kExitOk : kExitFailed;
    }

    /// nullptr where no supervisor is installed: programs then have no verdict, and that is red.
    static util::Result<std::unique_ptr<verify::SandboxClient>> bench_sandbox(
        const Context& context, int threads) {
        auto started = verify::SandboxClient::start(sandbox_options(context, threads));
        if (started) return std::move(started).value();
        context.out.say("No sandbox: " + util::to_string(started.error()));
        return std::unique_ptr<verify::SandboxClient>();
    }

    static std::string percent(double share) { return format_value(100.0 * share) + " %"; }

    static void show_bench(Context& context, const verify::BenchReport& report) {
        TextTable table({{"answers", TextTable::Align::kLeft},
                         {"tried", TextTable::Align::kRight},
                         {"accepted", TextTable::Align::kRight},
                         {"error rate at most (95 %)", TextTable::Align::kRight}});
        table.add({"right",
                   format_count(report.positives),
                   format_count(report.accepted_positives),
                   percent(report.false_rejects().high)});
        table.add({"wrong",
                   format_count(report.negatives),
                   format_count(report.accepted_negatives),
                   percent(report.false_accepts().high)});
        context.out.text(table.render());
        context.out.text(format_count(report.problems) + " problems; a verdict takes " +
                         format_value(report.p50_us) + " us, at most " +
                         format_value(report.max_us) +
                         " us; changed when asked again: " + format_count(report.different));
        for (const verify::BenchFault& fault : report.faults) {
            context.out.text(std::string(fault.accepted ? "accepted  " : "refused   ") +
                             printable(fault.problem_id) + "  " + fault.rule + "  " +
                             printable(fault.reason));
        }
        context.out.say(report.red().empty() ? "Green: this data set may train."
                                             : "Red: " + report.red() + ".");
    }

    util::Result<int> explain(Context& context) {
        if (verifier_.empty()) {
            return util::fail(
                util::ErrorCode::kInvalidArgument,
                "name the verifier with --verifier ID; `veritune verify list` lists them");
        }
        VT_ASSIGN(const util::Json params, checked_options());
        if (!completion_file_.empty()) {
            VT_ASSIGN(
                completion_,
                context.fs.read(absolute_path(context, completion_file_), kMaxCompletionBytes));
        }
        const auto gold = util::parse_json(gold_, "--gold");
        const verify::VerifyRequest request{
            .problem_id = "case",
            .verifier = verifier_,
            .params = params,
            .gold = gold ? *gold : util::Json(gold_),
            .prompt = prompt_,
            .completion = completion_,
            .finish_reason = verify::finish_reason_from_name(finish_reason_)
                                 .value_or(verify::FinishReason::kStop),
            .profile = profile_};
        const std::int64_t begin_us = context.clock.monotonic_us();
        verify::LazySandbox sandbox(sandbox_options(context, 1));
        verify::Verdict verdict = verify::verify_request(request, &sandbox);
        verdict.micros = context.clock.monotonic_us() - begin_us;
        context.out.text(verdict_text(verdict));
        context.out.result(verify::verdict_to_json(verdict));
        return kExitOk;
    }

    static std::string verdict_text(const verify::Verdict& verdict) {
        std::string text = "status     " + std::string(verify::status_name(verdict.status)) + "\n" +
                           "score      " + format_value(verdict.score) + "\n";
        const auto add = [&text](const char* label, const std::string& value) {
            if (!value.empty()) text += label + printable(value) + "\n";
        };
        add("reason     ", verdict.reason);
        add("extracted  ", verdict.extracted);
        add("rule       ", verdict.rule);
        add("method     ", verdict.method);
        add("answer     ", verdict.answer_normal);
        add("gold       ", verdict.gold_normal);
        for (const verify::VerdictStep& step : verdict.steps) {
            text += std::string("  ") + (step.ok ? "ok   " : "bad  ") + printable(step.what) +
                    (step.detail.empty() ? "" : "  (" + printable(step.detail) + ")") + "\n";
        }
        return text;
    }

    std::string verifier_;
    std::string params_;
    std::string profile_ = "reward_strict";
    std::string cases_;
    std::string data_;
    std::int64_t max_problems_ = 0;
    std::string gold_;
    std::string completion_;
    std::string completion_file_;
    std::string prompt_;
    std::string finish_reason_ = "stop";
    int threads_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_verify_command() { return std::make_unique<VerifyCommand>(); }

}  // namespace veritune::cli
