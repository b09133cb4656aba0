// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/engine_rig.h"

#include "core/train/demo_recipe.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <utility>

namespace veritune::test {

EngineRig::EngineRig(const std::string& project_dir)
    : project_dir_(project_dir.empty() ? folder_.file("project") : project_dir) {
    ::setenv("XDG_RUNTIME_DIR", folder_.path().c_str(), 1);
    auto project = store::Project::create(project_dir_, "crash");
    VT_CHECK(project.has_value());
    address_ = {.project_dir = (*project)->info().dir, .project_id = (*project)->info().id};
    VT_CHECK((*project)->close().has_value());
}

EngineRig::~EngineRig() {
    if (pid_ != 0) ::kill(static_cast<pid_t>(pid_), SIGKILL);
    ::unsetenv("XDG_RUNTIME_DIR");
}

util::Result<std::unique_ptr<engine::EngineClient>> EngineRig::reach(
    std::vector<std::string> arguments) {
    auto client = engine::start_engine_if_needed(
        address_,
        {.engine_path = std::string(VERITUNE_BIN_DIR) + "/veritune-engine",
         .arguments = std::move(arguments)});
    if (client) pid_ = (*client)->server().pid;
    return client;
}

void EngineRig::kill_engine() {
    if (pid_ == 0) return;
    ::kill(static_cast<pid_t>(pid_), SIGKILL);
    // It is nobody's child of ours: gone when the lock can be taken.
    const auto fs = util::make_posix_file_system();
    VT_CHECK(wait_until(
        [&] { return fs->lock(project_dir_ + "/project.lock", "look").has_value(); }, 30.0));
    pid_ = 0;
}

void EngineRig::end_engine() {
    {
        const auto client = reach();
        if (client) VT_CHECK((*client)->shutdown().has_value());
    }
    const auto fs = util::make_posix_file_system();
    VT_CHECK(wait_until(
        [&] { return fs->lock(project_dir_ + "/project.lock", "look").has_value(); }, 60.0));
    pid_ = 0;
}

std::unique_ptr<store::Project> EngineRig::look() const {
    auto project = store::Project::open_reader(project_dir_);
    VT_CHECK(project.has_value());
    return std::move(project).value();
}

store::RunRecord EngineRig::run(std::int64_t id) const { return look()->reader().run(id).value(); }

bool EngineRig::wait_until(const std::function<bool()>& condition, double seconds) {
    const auto end = std::chrono::steady_clock::now() +
                     std::chrono::milliseconds(static_cast<int>(seconds * 1e3));
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

train::Recipe thirty_steps() {
    train::Recipe recipe = train::demo_quick_recipe();
    recipe.name = "thirty steps";
    recipe.threads = 1;
    recipe.demonstrations.count = 100;
    recipe.problems.count = 400;
    recipe.heldout.count = 20;
    std::erase_if(recipe.stages, [](const train::StageConfig& stage) {
        return stage.type != "cold_start" && stage.type != "vrl";
    });
    for (train::StageConfig& stage : recipe.stages) {
        stage.eval.problems = 8;
        stage.eval.final_problems = 8;
        stage.eval.num_samples = 2;
        stage.eval.final_num_samples = 2;
        stage.eval.on_heldout_fall = "off";
        stage.max_seconds = 0;
        stage.save_steps = 5;
        stage.sft.max_steps = 10;
        stage.vrl.max_steps = 20;
        stage.vrl.prompts_per_step = 4;
        stage.vrl.num_generations = 4;
        stage.eval.eval_steps = stage.type == "vrl" ? 8 : 0;
    }
    return recipe;
}

std::vector<std::string> step_hashes(const store::Project& project, std::int64_t run) {
    std::vector<std::string> list;
    const auto steps = const_cast<store::Project&>(project).reader().steps(run).value();
    for (const store::StepInfo& step : steps) {
        if (step.state_hash.empty()) continue;
        list.push_back(step.stage + " " + std::to_string(step.step) + " " + step.state_hash);
    }
    return list;
}

}  // namespace veritune::test
