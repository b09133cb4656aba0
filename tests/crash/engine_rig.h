// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine_client.h"
#include "core/store/project.h"
#include "core/train/recipe.h"
#include "tests/support/temp_dir.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace veritune::test {

/// A project with the built engine, in folders of its own.
class EngineRig {
  public:
    explicit EngineRig(const std::string& project_dir = {});
    ~EngineRig();
    EngineRig(const EngineRig&) = delete;
    EngineRig& operator=(const EngineRig&) = delete;

    /// Starts the engine or finds the running one.
    util::Result<std::unique_ptr<engine::EngineClient>> reach(
        std::vector<std::string> arguments = {});
    /// kill -9 and wait until the process is gone.
    void kill_engine();
    /// Ends it by request and waits.
    void end_engine();
    /// A fresh look at the database.
    std::unique_ptr<store::Project> look() const;
    store::RunRecord run(std::int64_t id) const;
    /// Polls until the condition holds; false after `seconds`.
    static bool wait_until(const std::function<bool()>& condition, double seconds);

    const std::string& project_dir() const { return project_dir_; }
    const engine::EngineAddress& address() const { return address_; }
    const TempDir& folder() const { return folder_; }

  private:
    TempDir folder_;
    std::string project_dir_;
    engine::EngineAddress address_;
    std::int64_t pid_ = 0;
};

/// The demonstration model for 10 steps of SFT and 20 of PPO, a second or two in all.
train::Recipe thirty_steps();

/// State hash of every training step in order of recording: "vrl 3 <hash>".
std::vector<std::string> step_hashes(const store::Project& project, std::int64_t run);

}  // namespace veritune::test
