// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/command.h"
#include "core/programs/cli/models_quantised.h"
#include "core/programs/cli/project_access.h"
#include "core/programs/cli/run_follower.h"
#include "core/programs/cli/run_start.h"
#include "core/programs/cli/validators.h"
#include "core/quant/manifest.h"
#include "core/train/recipe.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <optional>

namespace veritune::cli {
namespace {

constexpr std::uint64_t kMaxRecipeBytes = 1u << 20;

std::int64_t planned_steps(const train::StageConfig& stage) {
    if (stage.type == "vrl") return stage.vrl.max_steps;
    if (stage.type == "cold_start") return stage.sft.max_steps;
    if (stage.type == "rejection_sampling") return stage.rejection.sft.max_steps;
    return 0;
}

std::string plan_of(const train::StageConfig& stage) {
    if (stage.type == "vrl") {
        return stage.vrl.algorithm + ", update on " + stage.vrl.update_on + ", " +
               std::to_string(stage.vrl.prompts_per_step) + " x " +
               std::to_string(stage.vrl.num_generations) + " chains a step";
    }
    if (stage.type == "rejection_sampling") {
        return std::to_string(stage.rejection.prompts) + " prompts x " +
               std::to_string(stage.rejection.num_generations) + " samples, then SFT";
    }
    if (stage.type == "cold_start") {
        return "SFT, " + std::to_string(stage.sft.per_device_train_batch_size) +
               " examples a step, learning rate " + format_value(stage.sft.optimizer.learning_rate);
    }
    return "held-out evaluation";
}

/// What a stage trains of a quantised model: passes of at least its longest chain.
std::optional<decode::TrainRequest> training_of(const train::Recipe& recipe,
                                                const train::StageConfig& stage) {
    const auto chain = [](const train::SamplingConfig& s) {
        return s.max_prompt_length + s.max_completion_length;
    };
    decode::TrainRequest r{.rank = recipe.lora.r};
    const train::OptimizerConfig* optimizer = &stage.vrl.optimizer;
    if (stage.type == "vrl") {
        r.tokens = chain(stage.vrl.sampling);
        r.trained = stage.vrl.algorithm == "ppo" ? 2 : 1;
        r.adapters = r.trained + 1;  // the reference
    } else if (stage.type == "cold_start") {
        r.tokens = stage.sft.max_length;
        r.adapters = 1;
        optimizer = &stage.sft.optimizer;
    } else if (stage.type == "rejection_sampling") {
        r.tokens = std::max(stage.rejection.sft.max_length, chain(stage.rejection.sampling));
        r.adapters = 1;
        optimizer = &stage.rejection.sft.optimizer;
    } else {
        return std::nullopt;
    }
    r.eight_bit = optimizer->optim == "adamw_8bit";
    return r;
}

class TrainCommand final : public Command {
  public:
    TrainCommand()
        : Command("train",
                  "Train by a recipe and follow the run",
                  "veritune train run.json --project contracts") {}

  private:
    void declare(CLI::App& verb) override {
        CLI::Option* recipe = verb.add_option("recipe", recipe_path_, "Recipe, such as run.json");
        recipe->type_name("RUN.json");
        verb.add_option("--resume", resume_, "Go on with run ID from its last checkpoint")
            ->type_name("ID")
            ->check(whole_number(1))
            ->excludes(recipe);
        verb.add_flag("--dry-run", dry_run_, "Check and print the complete recipe, start nothing");
        verb.add_option(
                "--card-gb", card_gb_, "With --dry-run: memory of the card as it is sold, in GB")
            ->check(CLI::Range(1.0, 1024.0));
        verb.add_option("--device", device_, "Where to compute (default: as the recipe says)")
            ->type_name("DEVICE")
            ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
        verb.add_option("--name", name_, "Name of the run (default: the recipe's)");
        verb.add_flag("--detach", detach_, "Start the run and return at once");
        itself([this](Context& context) { return train(context); });
    }

    util::Result<int> train(Context& context) {
        if (resume_ > 0) {
            return resume_and_follow(context, resume_, detach_);
        }
        if (recipe_path_.empty()) {
            return util::fail(util::ErrorCode::kInvalidArgument,
                              "name a recipe (RUN.json) or a run to go on with (--resume ID); see "
                              "`veritune train --help`");
        }
        VT_ASSIGN(train::Recipe recipe, read_recipe(context));
        if (!name_.empty()) recipe.name = name_;
        if (!device_.empty()) recipe.device = device_;
        if (dry_run_) return print_plan(context, recipe);
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_TRY(check_datasets(*project, recipe));
        return start_and_follow(context, *project, recipe, detach_);
    }

    util::Result<train::Recipe> read_recipe(Context& context) const {
        const std::string path = absolute_path(context, recipe_path_);
        VT_ASSIGN(const std::string text, context.fs.read(path, kMaxRecipeBytes));
        auto recipe = train::recipe_from_text(text);
        util::Status valid = recipe ? train::validate(*recipe) : util::Status(recipe.error());
        if (!valid) {
            util::Error error = valid.error();
            error.context =
                printable(recipe_path_) + (error.context.empty() ? "" : ", ") + error.context;
            return error;
        }
        // A recipe and its model may move together: relative folders start at the recipe's own.
        for (std::string* folder : {&recipe->model.path, &recipe->model.adapter}) {
            if (!folder->empty() && folder->front() != '/') {
                *folder = util::join_path(util::parent_path(path), *folder);
            }
        }
        return std::move(*recipe);
    }

    static util::Status check_datasets(store::Project& project, const train::Recipe& recipe) {
        for (const auto& [key, source] : {std::pair{"demonstrations", &recipe.demonstrations},
                                          std::pair{"problems", &recipe.problems},
                                          std::pair{"heldout", &recipe.heldout}}) {
            if (source->dataset.empty()) continue;
            const auto found = project.datasets().get(source->dataset);
            if (found) continue;
            util::Error error = found.error();
            error.context = std::string("recipe, ") + key + ".dataset";
            return error;
        }
        return {};
    }

    /// Of the stage that needs most; nullopt: nothing is trained on a card.
    util::Result<std::optional<TrainingFit>> fit(Context& context,
                                                 const train::Recipe& recipe) const {
        std::optional<TrainingFit> most;
        if (recipe.device == "cpu" || recipe.model.path.empty() ||
            !quant::is_quantised(context.fs, recipe.model.path)) {
            return most;
        }
        for (const train::StageConfig& stage : recipe.stages) {
            std::optional<decode::TrainRequest> request = training_of(recipe, stage);
            if (!request) continue;
            request->card_bytes = card_gb_ * 1073741824.0;
            VT_ASSIGN(TrainingFit found,
                      training_fit(context,
                                   recipe.model.path,
                                   *request,
                                   "of a card, while `" + printable(stage.id) + "` trains"));
            if (!most || found.total > most->total) most = std::move(found);
        }
        return most;
    }

    util::Result<int> print_plan(Context& context, const train::Recipe& recipe) const {
        VT_ASSIGN(const std::optional<TrainingFit> memory, fit(context, recipe));
        TextTable table({{"stage", TextTable::Align::kLeft},
                         {"type", TextTable::Align::kLeft},
                         {"starts from", TextTable::Align::kLeft},
                         {"steps", TextTable::Align::kRight},
                         {"what", TextTable::Align::kLeft}});
        for (std::size_t i = 0; i < recipe.stages.size(); ++i) {
            const train::StageConfig& stage = recipe.stages[i];
            const std::int64_t steps = planned_steps(stage);
            std::string how_long = steps > 0 ? format_count(steps) : "by data";
            if (stage.type == "evaluate") how_long = "-";
            if (!stage.match_cost_of.empty()) how_long = "as " + stage.match_cost_of;
            table.add({printable(stage.id),
                       stage.type,
                       train::resolved_start(recipe, i),
                       how_long,
                       plan_of(stage)});
        }
        context.out.text(table.render());
        context.out.text("The recipe is good (hash " + train::recipe_hash(recipe).substr(0, 12) +
                         "); nothing was started. --json prints it with every parameter.");
        util::Json result = {{"recipe", train::recipe_to_json(recipe)},
                             {"hash", train::recipe_hash(recipe)}};
        if (memory) {
            context.out.text("\n" + memory->text);
            result["training"] = memory->json;
        }
        context.out.result(result);
        return !memory || memory->fits ? kExitOk : kExitFailed;
    }

    std::string recipe_path_;
    std::string name_;
    std::string device_;
    double card_gb_ = 0;
    std::int64_t resume_ = 0;
    bool dry_run_ = false;
    bool detach_ = false;
};

}  // namespace

std::unique_ptr<Command> make_train_command() { return std::make_unique<TrainCommand>(); }

}  // namespace veritune::cli
