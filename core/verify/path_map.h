// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Graphs and mazes of the `path` verifier: both are nodes with weighted edges.
namespace veritune::verify {

struct PathEdge {
    std::size_t to = 0;
    long cost = 1;
};

struct PathMap {
    std::vector<std::string> names;  ///< folded; "row,column" of a maze, counted from 1
    std::map<std::string, std::size_t> index;
    std::vector<std::vector<PathEdge>> edges;
    std::size_t start = 0;
    std::size_t goal = 0;
    bool maze = false;
    std::size_t maze_columns = 0;
    // What a path has to be.
    bool shortest = false;
    bool simple = false;  ///< no node twice, but a tour may end where it began
    std::vector<std::size_t> visit;
    std::vector<std::size_t> avoid;
    std::optional<long> max_cost;
    std::string fault;  ///< not empty: no map
};

/// An instance (docs/verifiers/path.md). limits  10,000 nodes, 100,000 edges, costs 1 to 10^6
PathMap read_path_map(const util::Json& data);

/// The cost of the edge, the cheapest of parallel ones; nullopt: there is none.
std::optional<long> edge_cost(const PathMap& map, std::size_t from, std::size_t to);

/// The cheapest path from start to goal that touches no node of `avoid` (Dijkstra); empty: none.
std::vector<std::size_t> cheapest_path(const PathMap& map);

/// The nodes of an answer: a JSON list of names, "A -> B -> C", or the moves in a maze.
struct PathReading {
    std::vector<std::size_t> nodes;
    bool none = false;   ///< the answer says that there is no path
    std::string fault;   ///< "", "unreadable", "unknown_node", "into_a_wall"
    std::string detail;  ///< the word or move that was not understood
};
PathReading read_path_answer(const PathMap& map, std::string_view text);
PathReading read_path_json(const PathMap& map, const util::Json& value);

}  // namespace veritune::verify
