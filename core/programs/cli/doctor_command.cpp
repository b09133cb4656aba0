// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/command.h"
#include "core/programs/cli/doctor_checks.h"

#include <CLI/CLI.hpp>

namespace veritune::cli {
namespace {

std::string mark_of(CheckResult::Level level, bool color) {
    const char* word = "ok  ";
    const char* sgr = "32";
    if (level == CheckResult::Level::kWarn) {
        word = "warn";
        sgr = "33";
    } else if (level == CheckResult::Level::kBad) {
        word = "bad ";
        sgr = "31";
    }
    return color ? std::string("\x1b[") + sgr + "m" + word + "\x1b[0m" : word;
}

class DoctorCommand final : public Command {
  public:
    DoctorCommand()
        : Command("doctor",
                  "Check that this computer has what the program needs",
                  "veritune doctor --json") {}

  private:
    void declare(CLI::App& /*verb*/) override {
        itself([](Context& context) { return examine(context); });
    }

    static util::Result<int> examine(Context& context) {
        util::Json json = util::Json::array();
        int bad = 0;
        for (const CheckResult& check : run_checks(context)) {
            std::string label = check.name;
            label.resize(std::max<std::size_t>(label.size(), 16), ' ');
            context.out.text(mark_of(check.level, context.out.style().color) + "  " + label + "  " +
                             printable(check.detail));
            for (const std::string& line : check.lines) {
                context.out.text("                          " + printable(line));
            }
            if (!check.next_step.empty()) {
                context.out.text("                        -> " + check.next_step);
            }
            bad += check.level == CheckResult::Level::kBad ? 1 : 0;
            json.push_back({{"name", check.name},
                            {"level", level_name(check.level)},
                            {"detail", check.detail},
                            {"lines", check.lines},
                            {"next_step", check.next_step}});
        }
        context.out.say(bad == 0   ? "This computer is ready."
                        : bad == 1 ? "One thing is in the way."
                                   : std::to_string(bad) + " things are in the way.");
        context.out.result({{"ok", bad == 0}, {"checks", std::move(json)}});
        return bad == 0 ? kExitOk : kExitEnvironment;
    }
};

}  // namespace

std::unique_ptr<Command> make_doctor_command() { return std::make_unique<DoctorCommand>(); }

}  // namespace veritune::cli
