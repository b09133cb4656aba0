// SPDX-License-Identifier: Apache-2.0
#include "core/verify/plan_verifier.h"

#include "core/text/utf8.h"
#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/instance.h"
#include "core/verify/plan_world.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

constexpr long kMaxSteps = 10'000;
constexpr std::size_t kMaxStates = 4'000;  ///< of a search for the shortest plan
constexpr std::size_t kShownSteps = 100;
constexpr std::size_t kMaxSearches = 256;

using Plan = std::vector<PlanAction>;

struct Task {
    std::unique_ptr<PlanWorld> world;
    std::optional<Plan> gold;
    std::size_t max_steps = 1000;
    std::optional<std::size_t> shortest;  ///< steps; only where it is asked for
    bool bad_gold = false;
    std::string fault;
};

/// "1. ", "2) ", "- ", "Step 3: " before an action.
std::string without_number(std::string_view line) {
    std::size_t at = 0;
    if (line.starts_with("Step ") || line.starts_with("step ")) at = 5;
    const std::size_t digits = line.find_first_not_of("0123456789", at);
    const bool numbered = digits != std::string_view::npos && digits > at &&
                          (line[digits] == '.' || line[digits] == ')' || line[digits] == ':');
    if (numbered) return std::string(text::trim(line.substr(digits + 1)));
    if (line.starts_with("- ") || line.starts_with("* ")) return std::string(line.substr(2));
    return std::string(line);
}

/// nullopt: nothing that could be a plan.
std::optional<Plan> plan_of_json(const PlanWorld& world, const Json& value) {
    Plan plan;
    if (value.is_object() && value.size() == 1) return plan_of_json(world, value.begin().value());
    if (!value.is_array() || value.size() > kMaxSteps) return std::nullopt;
    for (const Json& one : value) {
        std::string line;
        if (one.is_string()) line = one.get<std::string>();
        if (one.is_array()) {
            for (const Json& word : one) {
                if (word.is_structured()) return std::nullopt;
                line += (word.is_string() ? word.get<std::string>() : word.dump()) + " ";
            }
        }
        if (!one.is_string() && !one.is_array()) return std::nullopt;
        for (PlanAction& action : world.read_line(line)) plan.push_back(std::move(action));
    }
    return plan;
}

std::optional<Plan> plan_of_text(const PlanWorld& world, std::string_view text) {
    const std::optional<Json> json = last_json(text);
    if (json && (json->is_object() || !json->empty())) return plan_of_json(world, *json);
    std::string lines(text);
    std::replace(lines.begin(), lines.end(), ';', '\n');
    Plan plan;
    bool heading = true;
    for (const std::string& line : lines_of(lines)) {
        if (heading && line.back() == ':') continue;
        heading = false;
        for (PlanAction& action : world.read_line(without_number(line))) {
            plan.push_back(std::move(action));
        }
        if (plan.size() > static_cast<std::size_t>(kMaxSteps)) return std::nullopt;
    }
    if (plan.empty() && !(json && json->empty())) return std::nullopt;
    return plan;
}

struct Run {
    std::string fault;  ///< the reason, "" = ends in the goal
    std::vector<VerdictStep> steps;
};

Run carry_out(const Task& task, const Plan& plan) {
    Run run;
    const auto add = [&run](std::string what, std::string detail) {
        if (run.steps.size() >= kShownSteps && detail.empty()) return;
        run.steps.push_back({.what = std::move(what),
                             .ok = detail.empty(),
                             .detail = std::move(detail),
                             .span = {}});
    };
    if (plan.size() > task.max_steps) {
        run.fault = "too_many_steps";
        add(std::to_string(plan.size()) + " steps", "at most " + std::to_string(task.max_steps));
        return run;
    }
    std::string state = task.world->start();
    for (std::size_t i = 0; i < plan.size(); ++i) {
        std::string what = std::to_string(i + 1) + ".";
        for (const std::string& word : plan[i]) what += " " + word;
        std::string why;
        auto next = task.world->apply(state, plan[i], why);
        if (!next) {
            run.fault = "step_not_possible";
            add(std::move(what), why);
            return run;
        }
        add(std::move(what), "");
        state = std::move(*next);
    }
    const bool reached = task.world->is_goal(state);
    if (!reached) run.fault = "goal_not_reached";
    add("the goal is reached", reached ? "" : "it is not");
    if (reached && task.shortest) {
        const bool longer = plan.size() > *task.shortest;
        if (longer) run.fault = "not_shortest";
        add("is the shortest: " + std::to_string(*task.shortest) + " steps",
            longer ? "has " + std::to_string(plan.size()) : "");
    }
    return run;
}

/// Searched once a thread, as the chains of a group share their world; a function of it alone.
PlanSearch search_of(const Json& data, const PlanWorld& world) {
    thread_local std::unordered_map<std::string, PlanSearch> searches;
    std::string key = util::canonical_json(data);
    const auto found = searches.find(key);
    if (found != searches.end()) return found->second;
    if (searches.size() >= kMaxSearches) searches.clear();
    return searches.emplace(std::move(key), shortest_plan(world, kMaxStates)).first->second;
}

Task read_task(const VerifyRequest& request) {
    const Instance instance = read_instance(request, "kind");
    Task task;
    PlanTask read = read_plan_world(instance.data);
    task.world = std::move(read.world);
    task.fault = read.fault;
    const auto most = small_int(instance.data.value("max_steps", Json(1000)), 1, kMaxSteps);
    if (task.fault.empty() && !most) task.fault = "max_steps must be 1 to 10,000";
    if (!task.fault.empty()) return task;
    task.max_steps = static_cast<std::size_t>(*most);
    const bool shortest = instance.data.value("shortest", Json(false)) == Json(true);
    if (shortest || instance.solution.is_null()) {
        PlanSearch search = search_of(instance.data, *task.world);
        if (shortest && search.gave_up) {
            task.fault = "the world is too large to prove a plan the shortest; use max_steps";
            return task;
        }
        if (!search.plan && !search.gave_up) task.fault = "no plan reaches the goal";
        if (search.plan && shortest) task.shortest = search.plan->size();
        task.gold = std::move(search.plan);
    }
    if (instance.solution.is_null() || !task.fault.empty()) return task;
    task.gold = instance.solution.is_string()
                    ? plan_of_text(*task.world, instance.solution.get<std::string>())
                    : plan_of_json(*task.world, instance.solution);
    task.bad_gold = !task.gold || !carry_out(task, *task.gold).fault.empty();
    return task;
}

std::string shown(const PlanWorld& world, const Plan& plan) {
    Json lines = Json::array();
    for (const PlanAction& action : plan) lines.push_back(world.show(action));
    return lines.dump();
}

}  // namespace

Json PlanVerifier::params_schema() const { return instance_params_schema(); }

Json PlanVerifier::gold_schema() const { return instance_gold_schema(); }

Verdict PlanVerifier::verify(const VerifyRequest& request) const {
    using enum VerdictStatus;
    Verdict verdict;
    verdict.method = "exact";
    const Task task = read_task(request);
    if (!task.fault.empty()) return bad_params(std::move(verdict), task.fault);
    if (task.bad_gold) return bad_gold(std::move(verdict));
    if (task.gold) verdict.gold_normal = shown(*task.world, *task.gold);
    AnswerReading reading = read_answer(request, std::move(verdict), 64 * task.max_steps);
    if (reading.decided) return std::move(reading.verdict);
    verdict = std::move(reading.verdict);
    const std::optional<Plan> plan = plan_of_text(*task.world, verdict.extracted);
    if (!plan) return refuse(std::move(verdict), kIncorrect, "unreadable");
    verdict.operations = static_cast<std::int64_t>(plan->size());
    Run run = carry_out(task, *plan);
    for (VerdictStep& step : run.steps) step.span = verdict.span;
    verdict.steps = std::move(run.steps);
    if (!run.fault.empty()) return refuse(std::move(verdict), kIncorrect, run.fault);
    verdict.answer_normal = shown(*task.world, *plan);
    return accept(std::move(verdict));
}

util::Result<std::string> PlanVerifier::gold_completion(const VerifyRequest& request) const {
    const Task task = read_task(request);
    if (!task.fault.empty() || task.bad_gold || !task.gold) {
        const bool none = task.fault.empty() && !task.bad_gold;
        return util::fail(util::ErrorCode::kInvalidArgument, none ? "no_solution" : "bad_gold");
    }
    return write_answer(shown(*task.world, *task.gold), request.profile, request.think_tags);
}

std::vector<Rewrite> PlanVerifier::rewrites(const VerifyRequest& request) const {
    const Task task = read_task(request);
    if (!task.fault.empty() || task.bad_gold || !task.gold) return {};
    const Json gold = Json::parse(shown(*task.world, *task.gold));
    std::string lines;
    for (std::size_t i = 0; i < gold.size(); ++i) {
        lines += std::to_string(i + 1) + ". " + gold[i].get<std::string>() + "\n";
    }
    Json first = gold;
    first.insert(first.begin(), "zaubern");
    Json last = gold;
    last.push_back("zaubern");
    std::vector<Rewrite> rewrites = {
        {.rule = "under a key", .accept = true, .answer = Json{{"plan", gold}}.dump()},
        {.rule = "an unknown action first", .accept = false, .answer = first.dump()},
        {.rule = "an unknown action last", .accept = false, .answer = last.dump()},
        {.rule = "an unknown action", .accept = false, .answer = "[\"zaubern\"]"}};
    if (!gold.empty()) {
        rewrites.push_back({.rule = "numbered lines", .accept = true, .answer = lines});
    }
    if (!task.world->is_goal(task.world->start())) {
        rewrites.push_back({.rule = "no step", .accept = false, .answer = "[]"});
    }
    if (task.shortest && *task.shortest > 0) {
        Json less = gold;
        less.erase(less.size() - 1);
        rewrites.push_back({.rule = "last step dropped", .accept = false, .answer = less.dump()});
    }
    return rewrites;
}

}  // namespace veritune::verify
