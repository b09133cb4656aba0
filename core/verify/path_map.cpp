// SPDX-License-Identifier: Apache-2.0
#include "core/verify/path_map.h"

#include "core/text/utf8.h"
#include "core/verify/instance.h"
#include "core/verify/text_exact_verifier.h"

#include <queue>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

constexpr std::size_t kMaxNodes = 10'000;
constexpr std::size_t kMaxEdges = 100'000;
constexpr std::size_t kMaxSteps = 20'000;
constexpr long kMaxCost = 1'000'000;

std::string folded(const Json& name) {
    return fold_text(name.is_string() ? name.get<std::string>() : name.dump(), {});
}

std::string place_name(std::size_t row, std::size_t column) {
    return std::to_string(row + 1) + "," + std::to_string(column + 1);
}

class Builder {
  public:
    explicit Builder(const Json& data)
        : data_(data) {}

    PathMap build() {
        const Json kind = data_.value("kind", Json());
        if (kind == Json("graph")) {
            graph();
        } else if (kind == Json("maze")) {
            maze();
        } else {
            fault("kind must be graph or maze");
        }
        if (map_.fault.empty()) conditions();
        return std::move(map_);
    }

  private:
    void fault(const char* why) {
        if (map_.fault.empty()) map_.fault = why;
    }
    std::size_t node(const std::string& name) {
        const auto [found, fresh] = map_.index.emplace(name, map_.names.size());
        if (fresh) {
            map_.names.push_back(name);
            map_.edges.emplace_back();
        }
        return found->second;
    }
    std::optional<std::size_t> known(const Json& name) {
        const auto found = map_.index.find(folded(name));
        if (found == map_.index.end()) return std::nullopt;
        return found->second;
    }
    bool is_name(const Json& name) const {
        return (name.is_string() && !folded(name).empty()) || name.is_number_integer();
    }

    void graph() {
        const Json nodes = data_.value("nodes", Json::array());
        const Json edges = data_.value("edges", Json());
        if (!nodes.is_array() || !edges.is_array()) return fault("nodes and edges must be lists");
        if (edges.size() > kMaxEdges || nodes.size() > kMaxNodes) {
            return fault("more than 10,000 nodes or 100,000 edges");
        }
        const bool directed = data_.value("directed", Json(false)) == Json(true);
        for (const Json& name : nodes) {
            if (!is_name(name)) return fault("a node is neither text nor whole number");
            node(folded(name));
        }
        for (const Json& edge : edges) {
            const bool fits = edge.is_array() && (edge.size() == 2 || edge.size() == 3) &&
                              is_name(edge[0]) && is_name(edge[1]);
            if (!fits) return fault("an edge is not [from, to] or [from, to, cost]");
            const auto cost = edge.size() == 3 ? small_int(edge[2], 1, kMaxCost) : 1;
            if (!cost) return fault("a cost is no whole number from 1 to 1,000,000");
            const std::size_t from = node(folded(edge[0]));
            const std::size_t to = node(folded(edge[1]));
            map_.edges[from].push_back({.to = to, .cost = *cost});
            if (!directed) map_.edges[to].push_back({.to = from, .cost = *cost});
        }
        if (map_.names.size() > kMaxNodes) return fault("more than 10,000 nodes");
        const auto start = known(data_.value("start", Json()));
        const auto goal = known(data_.value("goal", Json()));
        if (!start || !goal) return fault("start or goal is no node");
        map_.start = *start;
        map_.goal = *goal;
    }

    void maze() {
        const Json rows = data_.value("rows", Json());
        if (!rows.is_array() || rows.empty()) return fault("rows must be a list of texts");
        std::vector<std::string> lines;
        for (const Json& row : rows) {
            if (!row.is_string()) return fault("rows must be a list of texts");
            lines.push_back(row.get<std::string>());
            if (lines.back().size() != lines.front().size() || lines.back().empty()) {
                return fault("the rows differ in length or are empty");
            }
        }
        if (lines.size() * lines.front().size() > kMaxNodes) return fault("more than 10,000 cells");
        map_.maze = true;
        map_.maze_columns = lines.front().size();
        int starts = 0;
        int goals = 0;
        for (std::size_t r = 0; r < lines.size(); ++r) {
            for (std::size_t c = 0; c < lines[r].size(); ++c) {
                const std::size_t here = node(place_name(r, c));
                if (lines[r][c] == 'S') {
                    map_.start = here;
                    ++starts;
                }
                if (lines[r][c] == 'G') {
                    map_.goal = here;
                    ++goals;
                }
            }
        }
        if (starts != 1 || goals != 1) return fault("a maze has exactly one S and one G");
        connect(lines);
    }
    void connect(const std::vector<std::string>& lines) {
        const std::size_t columns = map_.maze_columns;
        const auto both = [&](std::size_t a, std::size_t b) {
            map_.edges[a].push_back({.to = b});
            map_.edges[b].push_back({.to = a});
        };
        for (std::size_t r = 0; r < lines.size(); ++r) {
            for (std::size_t c = 0; c < columns; ++c) {
                if (lines[r][c] == '#') continue;
                const std::size_t here = r * columns + c;
                if (c + 1 < columns && lines[r][c + 1] != '#') both(here, here + 1);
                if (r + 1 < lines.size() && lines[r + 1][c] != '#') both(here, here + columns);
            }
        }
    }

    void conditions() {
        const Json want = data_.value("want", Json("any"));
        if (want != Json("any") && want != Json("shortest")) {
            return fault("want must be any or shortest");
        }
        map_.shortest = want == Json("shortest");
        map_.simple = data_.value("simple", Json(false)) == Json(true);
        node_list("visit", map_.visit);
        node_list("avoid", map_.avoid);
        if (data_.value("visit_all", Json(false)) == Json(true)) {
            map_.visit.clear();
            for (std::size_t i = 0; i < map_.names.size(); ++i) map_.visit.push_back(i);
        }
        if (map_.shortest && !map_.visit.empty()) {
            fault("the shortest path through given nodes is not offered; use max_cost");
        }
        const Json most = data_.value("max_cost", Json());
        if (most.is_null()) return;
        map_.max_cost = small_int(most, 0, 1'000'000'000);
        if (!map_.max_cost) fault("max_cost is no whole number");
    }
    void node_list(const char* key, std::vector<std::size_t>& into) {
        const Json list = data_.value(key, Json::array());
        if (!list.is_array()) return fault("visit and avoid must be lists");
        for (const Json& name : list) {
            const bool cell = map_.maze && name.is_array() && name.size() == 2;
            const auto found =
                cell ? known(Json(name[0].dump() + "," + name[1].dump())) : known(name);
            if (!found) return fault("visit or avoid names no node");
            into.push_back(*found);
        }
    }

    const Json& data_;
    PathMap map_;
};

/// Row and column of a move; nullopt: no move.
std::optional<std::pair<int, int>> move_of(std::string_view word) {
    struct Move {
        std::string_view word;
        std::pair<int, int> by;
    };
    static constexpr std::array<Move, 24> kMoves = {
        {{"u", {-1, 0}},    {"up", {-1, 0}},    {"n", {-1, 0}},     {"north", {-1, 0}},
         {"d", {1, 0}},     {"down", {1, 0}},   {"s", {1, 0}},      {"south", {1, 0}},
         {"l", {0, -1}},    {"left", {0, -1}},  {"w", {0, -1}},     {"west", {0, -1}},
         {"r", {0, 1}},     {"right", {0, 1}},  {"e", {0, 1}},      {"east", {0, 1}},
         {"oben", {-1, 0}}, {"unten", {1, 0}},  {"links", {0, -1}}, {"rechts", {0, 1}},
         {"hoch", {-1, 0}}, {"runter", {1, 0}}, {"^", {-1, 0}},     {"v", {1, 0}}}};
    for (const Move& move : kMoves) {
        if (move.word == word) return move.by;
    }
    return std::nullopt;
}

bool says_none(const std::string& text) {
    static constexpr std::array<std::string_view, 8> kWords = {"none",
                                                               "no path",
                                                               "there is no path",
                                                               "impossible",
                                                               "unreachable",
                                                               "not reachable",
                                                               "no path exists",
                                                               "kein weg"};
    std::string words;
    for (const std::string& word : words_of(text)) words += (words.empty() ? "" : " ") + word;
    return std::find(kWords.begin(), kWords.end(), words) != kWords.end();
}

/// The nodes that moves lead to.
PathReading walk(const PathMap& map, const std::vector<std::string>& moves) {
    PathReading reading;
    reading.nodes.push_back(map.start);
    const auto columns = static_cast<long>(map.maze_columns);
    const auto rows = static_cast<long>(map.names.size()) / columns;
    for (std::size_t i = 0; i < moves.size(); ++i) {
        const auto by = move_of(moves[i]);
        const auto at = static_cast<long>(reading.nodes.back());
        const long row = at / columns + (by ? by->first : 0);
        const long column = at % columns + (by ? by->second : 0);
        if (!by || row < 0 || row >= rows || column < 0 || column >= columns) {
            reading.fault = by ? "into_a_wall" : "unreadable";
            reading.detail = "move " + std::to_string(i + 1) + ": " + moves[i];
            return reading;
        }
        reading.nodes.push_back(static_cast<std::size_t>(row * columns + column));
    }
    return reading;
}

/// "rrddl", "r r d", "right, down": moves, or nothing when one word is no move.
std::vector<std::string> moves_of(const std::string& text) {
    std::string folded_text = fold_text(text, {});
    for (char& c : folded_text) {
        if (c == ',' || c == ';' || c == '>' || c == '-' || c == '\n') c = ' ';
    }
    std::vector<std::string> words;
    std::string word;
    for (const char c : folded_text + " ") {
        if (c != ' ') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    std::vector<std::string> moves;
    for (const std::string& one : words) {
        if (move_of(one)) {
            moves.push_back(one);
            continue;
        }
        for (const char c : one) {
            if (!move_of(std::string_view(&c, 1))) return {};
            moves.emplace_back(1, c);
        }
    }
    return moves;
}

std::vector<std::string> split_names(std::string text) {
    for (const char* arrow : {"-->", "->", "=>", "\xE2\x86\x92", " - ", "\xE2\x80\x93", "\\to"}) {
        text = replaced_all(text, arrow, "\n");
    }
    std::replace(text.begin(), text.end(), ',', '\n');
    std::replace(text.begin(), text.end(), ';', '\n');
    return lines_of(text);
}

}  // namespace

PathMap read_path_map(const Json& data) { return Builder(data).build(); }

std::optional<long> edge_cost(const PathMap& map, std::size_t from, std::size_t to) {
    std::optional<long> best;
    for (const PathEdge& edge : map.edges[from]) {
        if (edge.to == to && (!best || edge.cost < *best)) best = edge.cost;
    }
    return best;
}

std::vector<std::size_t> cheapest_path(const PathMap& map) {
    constexpr long kFar = std::numeric_limits<long>::max();
    std::vector<long> cost(map.names.size(), kFar);
    std::vector<std::size_t> before(map.names.size(), 0);
    std::vector<bool> closed(map.names.size(), false);
    for (const std::size_t node : map.avoid) closed[node] = true;
    if (closed[map.start] || closed[map.goal]) return {};
    using Entry = std::pair<long, std::size_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    cost[map.start] = 0;
    queue.push({0, map.start});
    while (!queue.empty()) {
        const auto [so_far, node] = queue.top();
        queue.pop();
        if (closed[node]) continue;
        closed[node] = true;
        for (const PathEdge& edge : map.edges[node]) {
            if (closed[edge.to] || so_far + edge.cost >= cost[edge.to]) continue;
            cost[edge.to] = so_far + edge.cost;
            before[edge.to] = node;
            queue.push({cost[edge.to], edge.to});
        }
    }
    if (cost[map.goal] == kFar) return {};
    std::vector<std::size_t> path = {map.goal};
    while (path.back() != map.start) path.push_back(before[path.back()]);
    std::reverse(path.begin(), path.end());
    return path;
}

PathReading read_path_json(const PathMap& map, const Json& value) {
    PathReading reading;
    if (value.is_object() && value.size() == 1) return read_path_json(map, value.begin().value());
    if (value.is_string()) return read_path_answer(map, value.get<std::string>());
    if (!value.is_array() || value.size() > kMaxSteps) {
        reading.fault = "unreadable";
        return reading;
    }
    reading.none = value.empty();
    std::vector<std::string> moves;
    for (const Json& one : value) {
        if (map.maze && one.is_string() && move_of(folded(one))) moves.push_back(folded(one));
    }
    if (!moves.empty() && moves.size() == value.size()) return walk(map, moves);
    for (const Json& one : value) {
        const bool cell = map.maze && one.is_array() && one.size() == 2;
        const std::string name = cell ? one[0].dump() + "," + one[1].dump() : folded(one);
        const auto found = map.index.find(name);
        if (found == map.index.end()) {
            reading.fault = "unknown_node";
            reading.detail = name;
            return reading;
        }
        reading.nodes.push_back(found->second);
    }
    return reading;
}

PathReading read_path_answer(const PathMap& map, std::string_view text) {
    const std::optional<Json> json = last_json(text);
    if (json && text::trim(text).size() > 2) return read_path_json(map, *json);
    PathReading reading;
    const std::string whole(text::trim(text));
    reading.none = says_none(whole) || whole == "[]";
    if (reading.none) return reading;
    if (map.maze) {
        const std::vector<std::string> moves = moves_of(whole);
        if (!moves.empty() && moves.size() <= kMaxSteps) return walk(map, moves);
        reading.fault = "unreadable";
        return reading;
    }
    const std::vector<std::string> names = split_names(whole);
    if (names.empty() || names.size() > kMaxSteps) reading.fault = "unreadable";
    for (std::size_t i = 0; i < names.size() && reading.fault.empty(); ++i) {
        std::string name = fold_text(names[i], {});
        auto found = map.index.find(name);
        // "Path: A", "1. A"
        const std::size_t sign = name.find_last_of(":.");
        if (found == map.index.end() && sign != std::string::npos) {
            name = fold_text(name.substr(sign + 1), {});
            found = map.index.find(name);
        }
        if (found == map.index.end()) {
            reading.fault = "unknown_node";
            reading.detail = name;
            return reading;
        }
        reading.nodes.push_back(found->second);
    }
    return reading;
}

}  // namespace veritune::verify
