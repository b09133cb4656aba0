// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/cli.h"

#include "core/train/config_fields.h"
#include "core/util/version.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <ostream>
#include <utility>

namespace veritune::cli {
namespace {

using Commands = std::vector<std::unique_ptr<Command>>;

Commands all_commands() {
    Commands commands;
    commands.push_back(make_project_command());
    commands.push_back(make_models_command());
    commands.push_back(make_data_command());
    commands.push_back(make_verify_command());
    commands.push_back(make_train_command());
    commands.push_back(make_runs_command());
    commands.push_back(make_eval_command());
    commands.push_back(make_chat_command());
    commands.push_back(make_demo_command());
    commands.push_back(make_doctor_command());
    return commands;
}

std::string version_line() {
    return "veritune " + std::string(util::program_version()) + " (" +
           std::string(util::program_commit()) + ")";
}

void declare_globals(CLI::App& app, GlobalOptions& options) {
    app.description(
        "Fine-tunes a reasoning model on this computer, with rewards from deterministic "
        "verifiers.");
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.set_version_flag("--version", version_line());
    app.add_option("--project",
                   options.project,
                   "Project folder (default: $VERITUNE_PROJECT, else the current folder)")
        ->type_name("DIR");
    app.add_flag("--json", options.json, "Print JSON objects instead of text");
    app.add_flag("-q,--quiet", options.quiet, "Print results and errors only");
    app.add_flag("-v,--verbose", options.verbose, "Say more on stderr");
    app.require_subcommand(1);
    app.footer("Example:\n  veritune demo --quick");
}

std::vector<std::string> subcommand_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(sub->get_name());
    }
    return names;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

util::Error unknown_word(const char* kind, const std::string& word, const CLI::App& app) {
    const std::vector<std::string> known = subcommand_names(app);
    const std::string nearest = train::nearest_key(word, known);
    std::string message = "There is no " + std::string(kind) + " `" + printable(word) + "`; ";
    message +=
        nearest.empty() ? "known are: " + joined(known) + "." : "did you mean `" + nearest + "`?";
    return util::fail(util::ErrorCode::kInvalidArgument, message);
}

/// Bare words from the front: the verb and its action. Stops at the first option it does not know,
/// because what follows may be its value.
util::Status check_words(const CLI::App& root, const std::vector<std::string>& args) {
    static const std::vector<std::string> kFlags{"--json", "-q", "--quiet", "-v", "--verbose"};
    const CLI::App* app = &root;
    const char* kind = "verb";
    for (std::size_t i = 0; i < args.size(); ++i) {
        if (args[i] == "--project") {
            ++i;
            continue;
        }
        const bool flag = std::find(kFlags.begin(), kFlags.end(), args[i]) != kFlags.end();
        if (flag || args[i].rfind("--project=", 0) == 0) continue;
        if (args[i].empty() || args[i][0] == '-') return {};
        const std::vector<std::string> known = subcommand_names(*app);
        if (known.empty()) return {};
        if (std::find(known.begin(), known.end(), args[i]) == known.end()) {
            return unknown_word(kind, args[i], *app);
        }
        app = app->get_subcommand(args[i]);
        kind = "action";
    }
    return {};
}

/// The deepest subcommand that was reached, for hints and the path to its help.
std::pair<const CLI::App*, std::string> deepest(const CLI::App& root) {
    const CLI::App* app = &root;
    std::string path = "veritune";
    while (!app->get_subcommands().empty()) {
        app = app->get_subcommands().front();
        path += " " + app->get_name();
    }
    return {app, path};
}

std::vector<std::string> option_names(const CLI::App& app, const CLI::App& root) {
    std::vector<std::string> names;
    for (const CLI::App* level : {&app, &root}) {
        for (const CLI::Option* option : level->get_options()) {
            for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
        }
    }
    return names;
}

std::string option_hint(const CLI::App& root, const CLI::App& app, const std::string& option) {
    const std::string word = option.substr(0, option.find('='));
    const std::string nearest = train::nearest_key(word, option_names(app, root));
    return nearest.empty() ? "" : "; did you mean `" + nearest + "`?";
}

/// Words that nothing on the command line takes; an option among them is the likelier slip.
std::string extras_text(const CLI::App& root, const CLI::App& app) {
    std::string extra;
    for (const std::string& word : root.remaining(true)) {
        const bool option = word.rfind("--", 0) == 0;
        if (extra.empty() || option) extra = word;
        if (option) break;
    }
    if (extra.rfind('-', 0) != 0) return "`" + extra + "` is one word too many";
    return "There is no option `" + extra + "`" + option_hint(root, app, extra);
}

util::Error usage_error(const CLI::App& root, const CLI::ParseError& error) {
    const auto [app, path] = deepest(root);
    const bool extras = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
    std::string message = printable(extras ? extras_text(root, *app) : std::string(error.what()));
    const char last = message.empty() ? '.' : message.back();
    if (last != '.' && last != '?') message += '.';
    message += " See `" + path + " --help`.";
    return util::fail(util::ErrorCode::kInvalidArgument, message);
}

bool wants_json(const std::vector<std::string>& args) {
    return std::find(args.begin(), args.end(), "--json") != args.end();
}

OutputOptions output_options(const GlobalOptions& options, const Host& host) {
    const TextStyle style = text_style(host.env, host.words_are_terminal, host.columns);
    const bool dumb = host.env.variable("TERM").value_or("dumb") == "dumb";
    return {.json = options.json,
            .quiet = options.quiet,
            .verbose = options.verbose,
            .live = host.words_are_terminal && !dumb && !options.quiet,
            .style = style};
}

int run_chosen(const Commands& commands, const GlobalOptions& options, Host& host) {
    Output out(host.results, host.words, output_options(options, host));
    Context context{.options = options,
                    .out = out,
                    .in = host.in,
                    .fs = host.fs,
                    .clock = host.clock,
                    .env = host.env,
                    .connect = host.connect,
                    .interrupts = host.interrupts};
    for (const auto& command : commands) {
        if (!command->chosen()) continue;
        const util::Result<int> code = command->run(context);
        host.results.flush();
        if (!code && code.error().code == util::ErrorCode::kCancelled && !options.json) {
            // What was interrupted may say how to go on.
            out.say("Interrupted." +
                    (code.error().message.empty() ? "" : " (" + code.error().message + ")"));
            return kExitInterrupted;
        }
        return code ? *code : out.error(code.error());
    }
    return kExitUsage;
}

}  // namespace

TextStyle text_style(const Environment& env, bool is_terminal, int columns) {
    std::string locale;
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        locale = env.variable(name).value_or("");
        if (!locale.empty()) break;
    }
    std::transform(locale.begin(), locale.end(), locale.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    });
    const bool utf8 =
        locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
    const bool dumb = env.variable("TERM").value_or("") == "dumb";
    const bool plain = !env.variable("NO_COLOR").value_or("").empty() || dumb;
    return {
        .unicode = utf8 && !plain, .color = is_terminal && !plain, .width = std::max(20, columns)};
}

int run_cli(const std::vector<std::string>& args, Host& host) {
    GlobalOptions options;
    CLI::App app("", "veritune");
    declare_globals(app, options);
    const Commands commands = all_commands();
    for (const auto& command : commands) command->add_to(app);

    options.json = wants_json(args);  // errors of the parser already obey it
    Output parser_out(host.results, host.words, output_options(options, host));
    if (args.empty()) {
        host.words << app.help();
        return kExitUsage;
    }
    if (const util::Status words = check_words(app, args); !words) {
        return parser_out.error(words.error());
    }
    try {
        std::vector<std::string> reversed(args.rbegin(), args.rend());
        app.parse(std::move(reversed));
    } catch (const CLI::Success& success) {  // --help, --version
        return app.exit(success, host.results, host.words);
    } catch (const CLI::ParseError& error) {
        return parser_out.error(usage_error(app, error));
    }
    return run_chosen(commands, options, host);
}

}  // namespace veritune::cli
