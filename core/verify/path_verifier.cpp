// SPDX-License-Identifier: Apache-2.0
#include "core/verify/path_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/instance.h"
#include "core/verify/path_map.h"

#include <algorithm>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

constexpr std::size_t kShownSteps = 64;

struct Walk {
    long cost = 0;
    std::string fault;  ///< the reason, "" = a path that keeps every condition
    std::string detail;
    std::vector<VerdictStep> steps;
};

void add_step(Walk& walk, std::string what, std::string detail) {
    if (walk.steps.size() >= kShownSteps && detail.empty()) return;
    walk.steps.push_back(
        {.what = std::move(what), .ok = detail.empty(), .detail = std::move(detail), .span = {}});
}

/// Every hop, until one is not there.
void take_hops(const PathMap& map, const std::vector<std::size_t>& nodes, Walk& walk) {
    for (std::size_t i = 0; i + 1 < nodes.size(); ++i) {
        const auto cost = edge_cost(map, nodes[i], nodes[i + 1]);
        std::string what = map.names[nodes[i]] + " -> " + map.names[nodes[i + 1]];
        if (!cost) {
            walk.fault = map.maze ? "into_a_wall" : "no_edge";
            return add_step(
                walk, std::move(what), map.maze ? "a wall, or no neighbours" : "there is no edge");
        }
        walk.cost += *cost;
        add_step(walk, std::move(what), "");
    }
}

std::string condition_fault(const PathMap& map, const std::vector<std::size_t>& nodes) {
    const auto holds = [&nodes](std::size_t node) {
        return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
    };
    std::vector<bool> seen(map.names.size(), false);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const bool closes = map.start == map.goal && i + 1 == nodes.size() && i > 0;
        if (map.simple && seen[nodes[i]] && !closes) return "node_twice";
        seen[nodes[i]] = true;
    }
    for (const std::size_t node : map.visit) {
        if (!seen[node]) return "not_visited";
    }
    return std::any_of(map.avoid.begin(), map.avoid.end(), holds) ? "forbidden_node" : "";
}

long cost_of(const PathMap& map, const std::vector<std::size_t>& nodes) {
    long cost = 0;
    for (std::size_t i = 0; i + 1 < nodes.size(); ++i) {
        cost += edge_cost(map, nodes[i], nodes[i + 1]).value_or(0);
    }
    return cost;
}

Walk judge_path(const PathMap& map, const std::vector<std::size_t>& nodes) {
    Walk walk;
    if (nodes.empty() || nodes.front() != map.start) {
        walk.fault = "wrong_start";
        add_step(walk, "begins at " + map.names[map.start], "it does not");
        return walk;
    }
    take_hops(map, nodes, walk);
    if (!walk.fault.empty()) return walk;
    if (nodes.back() != map.goal) {
        walk.fault = "wrong_goal";
        add_step(walk, "ends at " + map.names[map.goal], "it ends at " + map.names[nodes.back()]);
        return walk;
    }
    walk.fault = condition_fault(map, nodes);
    if (!walk.fault.empty()) {
        add_step(walk, "keeps the conditions", walk.fault);
        return walk;
    }
    if (map.max_cost && walk.cost > *map.max_cost) {
        walk.fault = "too_long";
        add_step(walk,
                 "costs at most " + std::to_string(*map.max_cost),
                 "costs " + std::to_string(walk.cost));
    }
    if (walk.fault.empty() && map.shortest) {
        const long best = cost_of(map, cheapest_path(map));
        if (walk.cost > best) walk.fault = "not_shortest";
        add_step(walk,
                 "is the shortest: " + std::to_string(best),
                 walk.cost > best ? "costs " + std::to_string(walk.cost) : "");
    }
    return walk;
}

struct Task {
    PathMap map;
    PathReading gold;
    bool stored = false;  ///< gold is one
    bool bad_gold = false;
    std::string fault;
};

/// True when no condition but the way itself can stop a path.
bool is_plain(const PathMap& map) { return map.visit.empty() && !map.max_cost; }

Task read_task(const VerifyRequest& request) {
    const Instance instance = read_instance(request, "kind");
    Task task{.map = read_path_map(instance.data)};
    task.fault = task.map.fault;
    if (!task.fault.empty()) return task;
    task.stored = !instance.solution.is_null();
    if (task.stored) task.gold = read_path_json(task.map, instance.solution);
    if (!task.gold.fault.empty()) {
        task.bad_gold = true;
    } else if (task.gold.none) {
        // That there is no path has to be proved; only the way itself can be.
        task.bad_gold = !is_plain(task.map) || !cheapest_path(task.map).empty();
    } else if (task.stored) {
        task.bad_gold = !judge_path(task.map, task.gold.nodes).fault.empty();
    } else if (is_plain(task.map)) {
        task.gold.nodes = cheapest_path(task.map);
        task.gold.none = task.gold.nodes.empty();
        task.stored = true;
    }
    return task;
}

std::string shown(const PathMap& map, const PathReading& path) {
    if (path.none) return "none";
    Json names = Json::array();
    for (const std::size_t node : path.nodes) {
        const std::string& name = map.names[node];
        names.push_back(map.maze ? Json::parse("[" + name + "]") : Json(name));
    }
    return names.dump();
}

std::string written(const PathMap& map, std::vector<std::size_t> nodes) {
    return shown(map, {.nodes = std::move(nodes), .none = false, .fault = {}, .detail = {}});
}

}  // namespace

Json PathVerifier::params_schema() const { return instance_params_schema(); }

Json PathVerifier::gold_schema() const { return instance_gold_schema(); }

Verdict PathVerifier::verify(const VerifyRequest& request) const {
    using enum VerdictStatus;
    Verdict verdict;
    verdict.method = "exact";
    const Task task = read_task(request);
    if (!task.fault.empty()) return bad_params(std::move(verdict), task.fault);
    if (task.bad_gold) return bad_gold(std::move(verdict));
    if (task.stored) verdict.gold_normal = shown(task.map, task.gold);
    AnswerReading answer = read_answer(request, std::move(verdict), 64 + 8 * task.map.names.size());
    if (answer.decided) return std::move(answer.verdict);
    verdict = std::move(answer.verdict);
    const PathReading path = read_path_answer(task.map, verdict.extracted);
    if (!path.fault.empty()) {
        verdict.steps.push_back(
            {.what = path.detail, .ok = false, .detail = path.fault, .span = verdict.span});
        return refuse(std::move(verdict), kIncorrect, path.fault);
    }
    verdict.answer_normal = shown(task.map, path);
    verdict.operations = static_cast<std::int64_t>(path.nodes.size());
    if (path.none) {
        if (task.gold.none) return accept(std::move(verdict));
        return refuse(std::move(verdict), kIncorrect, "there_is_a_path");
    }
    Walk walk = judge_path(task.map, path.nodes);
    for (VerdictStep& step : walk.steps) step.span = verdict.span;
    verdict.steps = std::move(walk.steps);
    if (!walk.fault.empty()) return refuse(std::move(verdict), kIncorrect, walk.fault);
    return accept(std::move(verdict));
}

util::Result<std::string> PathVerifier::gold_completion(const VerifyRequest& request) const {
    const Task task = read_task(request);
    if (!task.fault.empty() || task.bad_gold || !task.stored) {
        return util::fail(util::ErrorCode::kInvalidArgument,
                          task.fault.empty() && !task.bad_gold ? "no_solution" : "bad_gold");
    }
    return write_answer(shown(task.map, task.gold), request.profile, request.think_tags);
}

std::vector<Rewrite> PathVerifier::rewrites(const VerifyRequest& request) const {
    const Task task = read_task(request);
    if (!task.fault.empty() || task.bad_gold || !task.stored) return {};
    const PathMap& map = task.map;
    if (task.gold.none) {
        return {{.rule = "in words", .accept = true, .answer = "There is no path."},
                {.rule = "a path after all",
                 .accept = false,
                 .answer = written(map, {map.start, map.goal})}};
    }
    const std::vector<std::size_t>& gold = task.gold.nodes;
    std::vector<Rewrite> rewrites = {{.rule = "under a key",
                                      .accept = true,
                                      .answer = "{\"path\": " + shown(map, task.gold) + "}"},
                                     {.rule = "no path", .accept = false, .answer = "none"}};
    const auto wrong = [&](const char* rule, std::vector<std::size_t> nodes) {
        rewrites.push_back(
            {.rule = rule, .accept = false, .answer = written(map, std::move(nodes))});
    };
    if (map.start != map.goal) {
        wrong("backwards", {gold.rbegin(), gold.rend()});
        wrong("start left out", {gold.begin() + 1, gold.end()});
        wrong("goal left out", {gold.begin(), gold.end() - 1});
    }
    for (std::size_t node = 0; node < map.names.size(); ++node) {
        // A jump that no edge allows.
        if (edge_cost(map, map.start, node) && edge_cost(map, node, gold.back())) continue;
        wrong("a jump", {map.start, node, map.goal});
        break;
    }
    rewrites.push_back(
        {.rule = "an unknown node",
         .accept = false,
         .answer = Json{map.names[map.start], "nowhere at all", map.names[map.goal]}.dump()});
    return rewrites;
}

}  // namespace veritune::verify
