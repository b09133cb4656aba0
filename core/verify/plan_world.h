// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Worlds in which the `plan` verifier carries out a plan step by step.
namespace veritune::verify {

/// Folded words of an action: {"move", "a", "b"}.
using PlanAction = std::vector<std::string>;

/// A world is immutable; states are opaque texts that are equal when the states are.
/// threads  any
class PlanWorld {
  public:
    virtual ~PlanWorld() = default;
    virtual std::string start() const = 0;
    /// The state after the action, or nullopt with a sentence why it cannot be done.
    virtual std::optional<std::string> apply(const std::string& state,
                                             const PlanAction& action,
                                             std::string& why) const = 0;
    virtual bool is_goal(const std::string& state) const = 0;
    /// What may be done, among it everything that can be done.
    virtual std::vector<PlanAction> actions(const std::string& state) const = 0;
    /// The actions that one line of an answer means.
    virtual std::vector<PlanAction> read_line(const std::string& line) const;
    /// As a line that read_line() understands.
    virtual std::string show(const PlanAction& action) const;
};

struct PlanTask {
    std::unique_ptr<PlanWorld> world;  ///< nullptr: see fault
    std::string fault;
};
/// An instance: "strips", "hanoi", "jugs", "river" or "sokoban" (docs/verifiers/plan.md).
PlanTask read_plan_world(const util::Json& data);

std::unique_ptr<PlanWorld> make_strips(const util::Json& data, std::string& fault);
std::unique_ptr<PlanWorld> make_hanoi(const util::Json& data, std::string& fault);
std::unique_ptr<PlanWorld> make_jugs(const util::Json& data, std::string& fault);
std::unique_ptr<PlanWorld> make_river(const util::Json& data, std::string& fault);
std::unique_ptr<PlanWorld> make_sokoban(const util::Json& data, std::string& fault);

/// A shortest plan by breadth-first search.
struct PlanSearch {
    std::optional<std::vector<PlanAction>> plan;
    bool gave_up = false;  ///< more than `max_states` states were seen
};
PlanSearch shortest_plan(const PlanWorld& world, std::size_t max_states);

/// Lower-case words between white space and ( ) , ; a name may hold - and _.
std::vector<std::string> plan_words(const std::string& line);

}  // namespace veritune::verify
