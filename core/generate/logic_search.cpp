// SPDX-License-Identifier: Apache-2.0
// Ways, schedules and plans.
#include "core/generate/family.h"
#include "core/generate/puzzle_solvers.h"
#include "core/verify/plan_world.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace veritune::generate {

namespace {

using util::Json;

// --- shortest path ---

struct Road {
    std::size_t a = 0;
    std::size_t b = 0;
    long cost = 0;
};
constexpr long kFar = std::numeric_limits<long>::max() / 4;

/// Dijkstra; `settled` counts the looks at roads. Empty: there is no way.
std::vector<std::size_t> cheapest(std::size_t n,
                                  const std::vector<Road>& roads,
                                  std::vector<Text>* trace,
                                  const std::vector<std::string>& names,
                                  std::int64_t& looks) {
    std::vector<long> cost(n, kFar);
    std::vector<std::size_t> before(n, n);
    std::vector<bool> done(n, false);
    cost[0] = 0;
    for (std::size_t round = 0; round < n; ++round) {
        std::size_t at = n;
        for (std::size_t i = 0; i < n; ++i) {
            if (!done[i] && cost[i] < kFar && (at == n || cost[i] < cost[at])) at = i;
        }
        if (at == n) break;
        done[at] = true;
        if (trace != nullptr) trace->emplace_back(names[at] + ": " + std::to_string(cost[at]));
        for (const Road& road : roads) {
            if (road.a != at && road.b != at) continue;
            ++looks;
            const std::size_t to = road.a == at ? road.b : road.a;
            if (cost[at] + road.cost >= cost[to]) continue;
            cost[to] = cost[at] + road.cost;
            before[to] = at;
        }
    }
    if (cost[n - 1] >= kFar) return {};
    std::vector<std::size_t> path = {n - 1};
    while (path.back() != 0) path.push_back(before[path.back()]);
    std::reverse(path.begin(), path.end());
    return path;
}

long cost_of(const std::vector<std::size_t>& path, const std::vector<Road>& roads) {
    long sum = 0;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
        for (const Road& road : roads) {
            const auto [low, high] = std::minmax(path[i], path[i + 1]);
            if (road.a == low && road.b == high) sum += road.cost;
        }
    }
    return sum;
}

long by_floyd(std::size_t n, const std::vector<Road>& roads) {
    std::vector<std::vector<long>> d(n, std::vector<long>(n, kFar));
    for (std::size_t i = 0; i < n; ++i) d[i][i] = 0;
    for (const Road& road : roads) d[road.a][road.b] = d[road.b][road.a] = road.cost;
    for (std::size_t k = 0; k < n; ++k) {
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) d[i][j] = std::min(d[i][j], d[i][k] + d[k][j]);
        }
    }
    return d[0][n - 1];
}

Json path_json(const std::vector<std::size_t>& path, const std::vector<std::string>& names) {
    Json list = Json::array();
    for (const std::size_t node : path) list.push_back(names[node]);
    return list;
}

std::optional<Draft> shortest_path(Draw& draw, int level) {
    static const std::vector<std::string> kTowns = {"Aalen",
                                                    "Bonn",
                                                    "Celle",
                                                    "Dachau",
                                                    "Erfurt",
                                                    "Fulda",
                                                    "Gotha",
                                                    "Hagen",
                                                    "Jena",
                                                    "Kiel",
                                                    "Lahr",
                                                    "Mainz",
                                                    "Neuss",
                                                    "Olpe",
                                                    "Passau",
                                                    "Ulm"};
    static constexpr std::size_t kCount[] = {5, 7, 9, 12, 16};
    const std::size_t n = kCount[level - 1];
    const std::vector<std::string> names = draw.sample(kTowns, n);
    std::vector<Road> roads;
    for (std::size_t a = 0; a < n; ++a) {
        for (std::size_t b = a + 1; b < n; ++b) {
            // Long jumps are rare and dear, so that the way has several stages.
            const bool near = b - a <= 2;
            if (draw.chance(near ? 75 : 12))
                roads.push_back({a, b, near ? draw.between(2, 12) : draw.between(12, 30)});
        }
    }
    draw.shuffle(roads);
    Draft draft;
    const std::vector<std::size_t> path = cheapest(n, roads, &draft.trace, names, draft.effort);
    if (path.size() < 3) return std::nullopt;
    const long best = cost_of(path, roads);
    VT_CHECK(best == by_floyd(n, roads));
    Json edges = Json::array();
    std::string list;
    for (const Road& road : roads) {
        edges.push_back({names[road.a], names[road.b], road.cost});
        list += names[road.a] + " - " + names[road.b] + ": " + std::to_string(road.cost) + "\n";
    }
    draft.prompt =
        say("Roads and their lengths in km:\n%1What is a shortest way from %2 to %3?",
            "Straßen und ihre Längen in km:\n%1Welches ist ein kürzester Weg von %2 nach %3?",
            {list, names[0], names[n - 1]}) +
        ask_json(R"(["Here", "There", "Everywhere"])");
    draft.verifier = "path";
    draft.params = {{"kind", "graph"},
                    {"edges", edges},
                    {"start", names[0]},
                    {"goal", names[n - 1]},
                    {"want", "shortest"}};
    draft.gold = path_json(path, names);
    std::vector<std::size_t> other(path.rbegin(), path.rend());
    draft.wrong = {path_json(other, names).dump(), "none"};
    other = path;
    other.pop_back();
    draft.wrong.push_back(path_json(other, names).dump());
    // The best way without the first road of the best way, if it is longer.
    std::vector<Road> fewer = roads;
    std::erase_if(fewer, [&path](const Road& road) {
        return road.a == std::min(path[0], path[1]) && road.b == std::max(path[0], path[1]);
    });
    std::int64_t unused = 0;
    other = cheapest(n, fewer, nullptr, names, unused);
    if (!other.empty() && cost_of(other, roads) > best)
        draft.wrong.push_back(path_json(other, names).dump());
    return draft;
}

// --- schedules ---

Json schedule_constraint(const Clue& clue, const std::vector<std::string>& names) {
    using enum ClueKind;
    const std::string& a = names[static_cast<std::size_t>(clue.a)];
    const bool unary = clue.kind == kAt || clue.kind == kNotAt;
    const Json b = unary ? Json(clue.b + 1) : Json(names[static_cast<std::size_t>(clue.b)]);
    switch (clue.kind) {
        case kBefore:
            return {"<", a, b};
        case kAfter:
            return {"=", a, {"+", b, clue.number}};
        case kNotAt:
            return {"!=", a, b};
        case kNext:
            return {"or", {"=", a, {"+", b, 1}}, {"=", b, {"+", a, 1}}};
        default:
            return {"=", a, b};
    }
}

Text schedule_text(const Clue& clue, const std::vector<std::string>& names) {
    using enum ClueKind;
    const std::string& a = names[static_cast<std::size_t>(clue.a)];
    const bool unary = clue.kind == kAt || clue.kind == kNotAt;
    const Text b = unary ? Text(clue.b + 1) : Text(names[static_cast<std::size_t>(clue.b)]);
    switch (clue.kind) {
        case kBefore:
            return say("%1 comes some time before %2.", "%1 kommt irgendwann vor %2.", {a, b});
        case kAfter:
            return say("%1 comes exactly %3 slots after %2.",
                       "%1 kommt genau %3 Termine nach %2.",
                       {a, b, clue.number});
        case kNotAt:
            return say("%1 is not in slot %2.", "%1 liegt nicht auf Termin %2.", {a, b});
        case kNext:
            return say("%1 and %2 follow each other directly, in either order.",
                       "%1 und %2 folgen direkt aufeinander, in beliebiger Reihenfolge.",
                       {a, b});
        default:
            return say("%1 is in slot %2.", "%1 liegt auf Termin %2.", {a, b});
    }
}

std::optional<Draft> schedule(Draw& draw, int level) {
    using enum ClueKind;
    static const std::vector<std::string> kTalks = {
        "Audit", "Budget", "Chronik", "Demo", "Export", "Forum", "Gala", "Hygiene", "Inventur"};
    const int n = level + 2;
    const std::vector<std::string> names = draw.sample(kTalks, static_cast<std::size_t>(n));
    std::vector<int> slot;
    for (const std::size_t s : draw.order(static_cast<std::size_t>(n)))
        slot.push_back(static_cast<int>(s));
    std::vector<Clue> clues;
    for (int a = 0; a < n; ++a) {
        for (int b = 0; b < n; ++b) {
            if (a == b) continue;
            const int apart = slot[static_cast<std::size_t>(a)] - slot[static_cast<std::size_t>(b)];
            if (apart < 0) clues.push_back({.kind = kBefore, .a = a, .b = b});
            if (apart > 1 && draw.chance(30))
                clues.push_back({.kind = kAfter, .a = a, .b = b, .number = apart});
            if (apart == 1 && draw.chance(50)) clues.push_back({.kind = kNext, .a = a, .b = b});
        }
        const int other = static_cast<int>(draw.below(static_cast<std::size_t>(n)));
        if (other != slot[static_cast<std::size_t>(a)])
            clues.push_back({.kind = kNotAt, .a = a, .b = other});
    }
    draw.shuffle(clues);
    clues = minimal_clues(1, n, std::move(clues));
    const SearchResult result = solve_places(1, n, clues, 2);
    VT_CHECK(result.solutions == 1 && result.first == slot);
    Draft draft;
    std::vector<Text> lines;
    Json domains = Json::object();
    Json distinct = Json::array({"distinct"});
    Json gold = Json::object();
    std::vector<Text> talks;
    for (int i = 0; i < n; ++i) {
        const std::string& name = names[static_cast<std::size_t>(i)];
        domains[name] = Json::array();
        for (int s = 1; s <= n; ++s) domains[name].push_back(s);
        distinct.push_back(name);
        gold[name] = slot[static_cast<std::size_t>(i)] + 1;
        talks.emplace_back(name);
        draft.trace.push_back(
            say("%1: slot %2", "%1: Termin %2", {name, slot[static_cast<std::size_t>(i)] + 1}));
    }
    Json constraints = Json::array();
    constraints.push_back(distinct);
    for (const Clue& clue : clues) {
        lines.push_back(schedule_text(clue, names));
        constraints.push_back(schedule_constraint(clue, names));
    }
    draft.prompt =
        say("The meetings %1 take the slots 1 to %2, one each.\n%3Which meeting has which slot?",
            "Die Besprechungen %1 belegen die Termine 1 bis %2, je eine.\n%3Welche Besprechung hat "
            "welchen Termin?",
            {enumerate(talks), n, numbered(lines)}) +
        ask_json(R"({"Kickoff": 1})");
    draft.verifier = "sat_logic";
    draft.params = {{"variables", domains}, {"constraints", constraints}};
    draft.gold = gold;
    draft.effort = result.nodes;
    for (int i = 0; i < 3; ++i) {
        Json other = gold;
        std::swap(other[names[static_cast<std::size_t>(i)]],
                  other[names[static_cast<std::size_t>((i + 1) % n)]]);
        draft.wrong.push_back(other.dump());
    }
    return draft;
}

// --- plans ---

struct Task {
    Json instance;
    Text story;
};

Task draw_jugs(Draw& draw, int level) {
    const std::size_t count = level < 3 || draw.chance(50) ? 2 : 3;
    std::vector<long> capacities;
    for (std::size_t i = 0; i < count; ++i)
        capacities.push_back(draw.between(2, count == 2 ? 24 : 12));
    const long most = *std::max_element(capacities.begin(), capacities.end());
    const long goal = draw.between(1, most);
    Text list;
    for (std::size_t i = 0; i < count; ++i) {
        list += say(i == 0 ? "jug %1 holds %2 litres" : ", jug %1 holds %2 litres",
                    i == 0 ? "Krug %1 fasst %2 Liter" : ", Krug %1 fasst %2 Liter",
                    {i + 1, capacities[i]});
    }
    return {{{"kind", "jugs"}, {"capacities", capacities}, {"goal", goal}, {"shortest", true}},
            say("There is a well and some empty jugs without marks: %1. Steps are \"fill 1\" (to "
                "the brim), \"empty 1\" and \"pour 1 2\" "
                "(from jug 1 into jug 2 until the first is empty or the second full). How do you "
                "get exactly %2 litres into one jug with "
                "as few steps as possible?",
                "Es gibt einen Brunnen und leere Krüge ohne Marken: %1. Schritte sind \"fill 1\" "
                "(randvoll füllen), \"empty 1\" "
                "(ausleeren) und \"pour 1 2\" (von Krug 1 in Krug 2 gießen, bis der erste leer "
                "oder der zweite voll ist). Wie bekommt man "
                "mit möglichst wenigen Schritten genau %2 Liter in einen Krug?",
                {list, goal})};
}

Task draw_river(Draw& draw) {
    static const std::vector<std::string> kPeople = {
        "Anna", "Ben", "Cem", "Dora", "Emil", "Fay", "Gus", "Hana"};
    const auto n = static_cast<std::size_t>(draw.between(3, 6));
    const std::vector<std::string> names = draw.sample(kPeople, n);
    const long boat = draw.between(1, n > 4 ? 3 : 2);
    Json conflicts = Json::array();
    Text list;
    for (std::size_t a = 0; a < n; ++a) {
        for (std::size_t b = a + 1; b < n; ++b) {
            if (!draw.chance(40)) continue;
            conflicts.push_back({names[a], names[b]});
            list += say(conflicts.size() == 1 ? "%1 and %2" : ", %1 and %2",
                        conflicts.size() == 1 ? "%1 und %2" : ", %1 und %2",
                        {names[a], names[b]});
        }
    }
    if (conflicts.empty()) return {};
    std::vector<Text> all;
    for (const std::string& name : names) all.emplace_back(name);
    return {{{"kind", "river"},
             {"items", names},
             {"conflicts", conflicts},
             {"boat", boat},
             {"shortest", true}},
            say("A rower has to bring %1 over a river. The boat holds the rower and at most %2 of "
                "them. These pairs must not be left on a "
                "bank without the rower: %3. Steps are \"cross with Ida and Max\" or \"cross "
                "alone\". How do all get across with as few "
                "crossings as possible?",
                "Ein Ruderer soll %1 über einen Fluss bringen. In das Boot passen der Ruderer und "
                "höchstens %2 von ihnen. Diese Paare "
                "dürfen nie ohne den Ruderer an einem Ufer bleiben: %3. Schritte sind \"cross with "
                "Ida and Max\" oder \"cross alone\". Wie "
                "kommen alle mit möglichst wenigen Fahrten hinüber?",
                {enumerate(all), boat, list})};
}

Task draw_hanoi(Draw& draw, int level) {
    static const std::vector<std::vector<std::string>> kPegs = {
        {"A", "B", "C"}, {"X", "Y", "Z"}, {"K", "L", "M"}};
    const std::vector<std::string>& pegs = draw.pick(kPegs);
    const int disks = level + 1;
    Json start = Json::array();
    Json goal = Json::array();
    Text lines;
    for (int d = 1; d <= disks; ++d) {
        start.push_back(draw.pick(pegs));
        goal.push_back(draw.pick(pegs));
        lines += say("disk %1: from %2 to %3\n",
                     "Scheibe %1: von %2 nach %3\n",
                     {d, start.back().get<std::string>(), goal.back().get<std::string>()});
    }
    return {{{"kind", "hanoi"},
             {"disks", disks},
             {"pegs", pegs},
             {"start", start},
             {"goal", goal},
             {"shortest", true}},
            say("Disks of the sizes 1 (smallest) to %1 lie on the pegs %2, %3 and %4; on each peg "
                "the larger lie below the smaller. One move "
                "takes the top disk of a peg to another peg, never onto a smaller disk. The disks "
                "have to go to these pegs:\n%5Which moves do "
                "it with as few moves as possible?",
                "Scheiben der Größen 1 (kleinste) bis %1 liegen auf den Stäben %2, %3 und %4; auf "
                "jedem Stab liegen die größeren unter den "
                "kleineren. Ein Zug bringt die oberste Scheibe eines Stabs auf einen anderen, nie "
                "auf eine kleinere Scheibe. Die Scheiben sollen "
                "auf diese Stäbe:\n%5Welche Züge schaffen das mit möglichst wenigen Zügen?",
                {disks, pegs[0], pegs[1], pegs[2], lines})};
}

/// The task with a shortest plan of at least `least` and at most `most` steps.
std::optional<Draft> plan_draft(const Task& task, std::size_t least, std::size_t most) {
    if (task.instance.is_null()) return std::nullopt;
    const verify::PlanTask world = verify::read_plan_world(task.instance);
    VT_CHECK(world.fault.empty());
    const verify::PlanSearch found = verify::shortest_plan(*world.world, 4000);
    if (!found.plan || found.plan->size() < least || found.plan->size() > most) return std::nullopt;
    std::vector<std::string> lines;
    for (const verify::PlanAction& action : *found.plan) lines.push_back(world.world->show(action));
    // Carried out once more: every step is possible and only the last reaches the goal.
    std::string state = world.world->start();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        VT_CHECK(!world.world->is_goal(state));
        std::string why;
        const auto next = world.world->apply(state, (*found.plan)[i], why);
        VT_CHECK(next.has_value());
        state = *next;
    }
    VT_CHECK(world.world->is_goal(state));
    Draft draft;
    draft.prompt =
        task.story + Text(" Put the steps in \\boxed{} as a JSON list of strings.",
                          " Schreibe die Schritte als JSON-Liste von Zeichenketten in \\boxed{}.");
    for (std::size_t i = 0; i < lines.size(); ++i)
        draft.trace.push_back(Text(i + 1) + Text(". " + lines[i]));
    draft.verifier = "plan";
    draft.params = task.instance;
    draft.gold = lines;
    draft.effort = static_cast<std::int64_t>(lines.size());
    std::vector<std::string> shorter(lines.begin(), lines.end() - 1);
    std::vector<std::string> later(lines.begin() + 1, lines.end());
    std::vector<std::string> longer = lines;
    longer.insert(longer.begin(), lines.front());
    for (const auto& wrong : {shorter, later, longer}) draft.wrong.push_back(Json(wrong).dump());
    return draft;
}

std::optional<Draft> jugs_and_rivers(Draw& draw, int level) {
    static constexpr std::size_t kSteps[][2] = {{2, 3}, {4, 5}, {6, 7}, {8, 10}, {11, 30}};
    const Task task = draw.chance(level >= 4 ? 60 : 75) ? draw_jugs(draw, level) : draw_river(draw);
    return plan_draft(task, kSteps[level - 1][0], kSteps[level - 1][1]);
}

std::optional<Draft> hanoi(Draw& draw, int level) {
    static constexpr std::size_t kSteps[][2] = {{2, 3}, {4, 7}, {8, 14}, {15, 24}, {25, 63}};
    return plan_draft(draw_hanoi(draw, level), kSteps[level - 1][0], kSteps[level - 1][1]);
}

}  // namespace

std::vector<Family> logic_search_families() {
    using enum Field;
    return {
        {"logic_shortest_path", kLogic, "shortest ways", "roads looked at", shortest_path},
        {"logic_schedule", kLogic, "who comes when", kNodes, schedule},
        {"logic_jugs_river",
         kLogic,
         "jugs and river crossings, fewest steps",
         "steps of a shortest plan",
         jugs_and_rivers},
        {"logic_hanoi", kLogic, "towers of disks, fewest moves", "steps of a shortest plan", hanoi},
    };
}

}  // namespace veritune::generate
