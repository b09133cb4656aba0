// SPDX-License-Identifier: Apache-2.0
#include "core/verify/instance.h"
#include "core/verify/plan_world.h"
#include "core/verify/text_exact_verifier.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

std::string folded(const Json& name) {
    return fold_text(name.is_string() ? name.get<std::string>() : name.dump(), {});
}

std::optional<std::size_t> index_of(const std::vector<std::string>& names,
                                    const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

template <std::size_t N>
bool is_any(const std::array<std::string_view, N>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Words of a line without arrows and the words that only make a sentence of it.
template <std::size_t N>
PlanAction without(const std::string& line, const std::array<std::string_view, N>& fillers) {
    std::string text = line;
    for (const std::string_view arrow : {"->", "\xE2\x86\x92", ":", "."}) {
        text = replaced_all(text, arrow, " ");
    }
    PlanAction action = plan_words(text);
    std::erase_if(action, [&](const std::string& word) { return is_any(fillers, word); });
    return action;
}

/// Distinct folded names; `fault` tells otherwise.
std::vector<std::string> names_of(const Json& list, std::size_t most, std::string& fault) {
    std::vector<std::string> names;
    if (!list.is_array() || list.empty() || list.size() > most) {
        fault = "a list of names is missing or too long";
        return names;
    }
    for (const Json& one : list) names.push_back(folded(one));
    std::vector<std::string> sorted = names;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) fault = "a name repeats";
    return names;
}

/// state[d] = peg of disk d, the smallest first.
class Hanoi final : public PlanWorld {
  public:
    Hanoi(const Json& data, std::string& fault) {
        const auto disks = small_int(data.value("disks", Json()), 1, 16);
        if (!disks) fault = "disks must be 1 to 16";
        pegs_ = names_of(data.value("pegs", Json({"A", "B", "C"})), 8, fault);
        if (!fault.empty()) return;
        const auto count = static_cast<std::size_t>(*disks);
        start_ = stack(data.value("start", Json(pegs_.front())), count, fault);
        goal_ = stack(data.value("goal", Json(pegs_.back())), count, fault);
    }
    std::string start() const override { return start_; }
    bool is_goal(const std::string& state) const override { return state == goal_; }

    std::optional<std::string> apply(const std::string& state,
                                     const PlanAction& action,
                                     std::string& why) const override {
        const std::size_t words = action.size();
        const auto to = words >= 2 && words <= 3 ? index_of(pegs_, action.back()) : std::nullopt;
        const auto from = to ? index_of(pegs_, action[words - 2]) : std::nullopt;
        if (!from || !to) {
            why = "names no two pegs";
            return std::nullopt;
        }
        const std::size_t disk = state.find(static_cast<char>(*from));
        if (disk == std::string::npos) {
            why = "peg " + pegs_[*from] + " is empty";
            return std::nullopt;
        }
        if (words == 3 && action[0] != std::to_string(disk + 1)) {
            why = "disk " + std::to_string(disk + 1) + " lies on top of peg " + pegs_[*from];
            return std::nullopt;
        }
        const std::size_t below = state.find(static_cast<char>(*to));
        if (below <= disk) {
            why = *from == *to ? "moves nowhere" : "a larger disk would lie on a smaller one";
            return std::nullopt;
        }
        std::string next = state;
        next[disk] = static_cast<char>(*to);
        return next;
    }
    std::vector<PlanAction> actions(const std::string& /*state*/) const override {
        std::vector<PlanAction> all;
        for (const std::string& from : pegs_) {
            for (const std::string& to : pegs_) {
                if (from != to) all.push_back({from, to});
            }
        }
        return all;
    }
    std::vector<PlanAction> read_line(const std::string& line) const override {
        static constexpr std::array<std::string_view, 9> kFillers = {
            "move", "disk", "ring", "from", "to", "peg", "rod", "the", "top"};
        PlanAction action = plan_words(line);
        // A peg may be named like a filler.
        if (std::any_of(pegs_.begin(), pegs_.end(), [](const std::string& peg) {
                return is_any(kFillers, peg);
            })) {
            return {action};
        }
        return {without(line, kFillers)};
    }
    std::string show(const PlanAction& action) const override {
        return "move " + action[action.size() - 2] + " -> " + action.back();
    }

  private:
    /// All disks on one peg, or the peg of each disk, the smallest first.
    std::string stack(const Json& given, std::size_t disks, std::string& fault) const {
        std::string state;
        for (std::size_t i = 0; i < disks; ++i) {
            if (given.is_array() && given.size() != disks) fault = "start and goal do not fit";
            const Json one = given.is_array() && i < given.size() ? given[i] : given;
            const auto peg = index_of(pegs_, folded(one));
            if (!peg) fault = "start or goal names no peg";
            state += static_cast<char>(peg.value_or(0));
        }
        return state;
    }
    std::vector<std::string> pegs_;
    std::string start_;
    std::string goal_;
};

/// The state: the amounts, one per line.
class Jugs final : public PlanWorld {
  public:
    Jugs(const Json& data, std::string& fault) {
        const Json capacities = data.value("capacities", Json());
        if (!capacities.is_array() || capacities.empty() || capacities.size() > 8) {
            fault = "capacities must be 1 to 8 numbers";
            return;
        }
        Json names = Json::array();
        for (std::size_t i = 0; i < capacities.size(); ++i) {
            const auto litres = small_int(capacities[i], 1, 1000);
            if (!litres) fault = "a capacity must be 1 to 1,000";
            capacities_.push_back(litres.value_or(1));
            names.push_back(i + 1);
        }
        names_ = names_of(data.value("names", names), 8, fault);
        if (names_.size() != capacities_.size()) fault = "needs one name for each jug";
        const Json goal = data.value("goal", Json());
        any_ = small_int(goal, 0, 1000);
        if (!any_) goal_ = amounts(goal, true, fault);
        initial_ = amounts(
            data.value("start", Json(std::vector<long>(capacities_.size(), 0))), false, fault);
    }
    std::string start() const override { return text_of(initial_); }
    bool is_goal(const std::string& state) const override {
        const std::vector<long> now = amounts_of(state);
        if (any_) return std::find(now.begin(), now.end(), *any_) != now.end();
        for (std::size_t i = 0; i < now.size(); ++i) {
            if (goal_[i] >= 0 && goal_[i] != now[i]) return false;
        }
        return true;
    }
    std::optional<std::string> apply(const std::string& state,
                                     const PlanAction& action,
                                     std::string& why) const override {
        const bool pour = !action.empty() && action[0] == "pour";
        const bool one = !action.empty() && (action[0] == "fill" || action[0] == "empty");
        if ((!pour || action.size() != 3) && (!one || action.size() != 2)) {
            why = "is not fill X, empty X or pour X Y";
            return std::nullopt;
        }
        const auto jug = index_of(names_, action[1]);
        const auto other = pour ? index_of(names_, action[2]) : jug;
        if (!jug || !other || (pour && jug == other)) {
            why = "names no jug";
            return std::nullopt;
        }
        std::vector<long> now = amounts_of(state);
        const long room = capacities_[*other] - now[*other];
        const long poured = pour ? std::min(now[*jug], room) : 0;
        if (pour) now[*other] += poured;
        if (pour) now[*jug] -= poured;
        if (action[0] == "fill") now[*jug] = capacities_[*jug];
        if (action[0] == "empty") now[*jug] = 0;
        return text_of(now);
    }
    std::vector<PlanAction> actions(const std::string& /*state*/) const override {
        std::vector<PlanAction> all;
        for (const std::string& jug : names_) {
            all.push_back({"fill", jug});
            all.push_back({"empty", jug});
            for (const std::string& other : names_) {
                if (jug != other) all.push_back({"pour", jug, other});
            }
        }
        return all;
    }
    std::vector<PlanAction> read_line(const std::string& line) const override {
        static constexpr std::array<std::string_view, 8> kFillers = {
            "jug", "from", "to", "into", "the", "out", "up", "completely"};
        return {without(line, kFillers)};
    }

  private:
    static std::string text_of(const std::vector<long>& amounts) {
        std::string text;
        for (const long amount : amounts) text += std::to_string(amount) + "\n";
        return text;
    }
    static std::vector<long> amounts_of(const std::string& state) {
        std::vector<long> amounts;
        for (const std::string& line : lines_of(state)) amounts.push_back(std::stol(line));
        return amounts;
    }
    std::vector<long> amounts(const Json& list, bool open, std::string& fault) const {
        std::vector<long> result;
        if (!list.is_array() || list.size() != capacities_.size()) {
            fault = "start or goal does not fit the jugs";
            return std::vector<long>(capacities_.size(), 0);
        }
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto amount = small_int(list[i], 0, capacities_[i]);
            if (!amount && !(open && list[i].is_null())) fault = "an amount is out of range";
            result.push_back(amount.value_or(-1));
        }
        return result;
    }
    std::vector<std::string> names_;
    std::vector<long> capacities_;
    std::vector<long> initial_;
    std::vector<long> goal_;
    std::optional<long> any_;
};

/// The state: one character per item and one for the boat, '0' = this bank, '1' = the other.
class River final : public PlanWorld {
  public:
    River(const Json& data, std::string& fault) {
        items_ = names_of(data.value("items", Json()), 12, fault);
        const auto room = small_int(data.value("boat", Json(1)), 1, 12);
        if (!room) fault = "boat must be 1 to 12";
        room_ = static_cast<std::size_t>(room.value_or(1));
        const Json conflicts = data.value("conflicts", Json::array());
        if (!conflicts.is_array()) {
            fault = "conflicts is no list";
            return;
        }
        for (const Json& pair : conflicts) {
            const bool two = pair.is_array() && pair.size() == 2;
            const auto a = two ? index_of(items_, folded(pair[0])) : std::nullopt;
            const auto b = two ? index_of(items_, folded(pair[1])) : std::nullopt;
            if (!a || !b) {
                fault = "a conflict is no pair of items";
                return;
            }
            conflicts_.emplace_back(*a, *b);
        }
    }
    std::string start() const override { return std::string(items_.size() + 1, '0'); }
    bool is_goal(const std::string& state) const override {
        return state == std::string(items_.size() + 1, '1');
    }
    std::optional<std::string> apply(const std::string& state,
                                     const PlanAction& action,
                                     std::string& why) const override {
        std::string next = state;
        const char bank = state.back();
        next.back() = bank == '0' ? '1' : '0';
        std::size_t carried = 0;
        for (const std::string& word : action) {
            const auto item = index_of(items_, word);
            if (!item) {
                why = "there is no " + word;
                return std::nullopt;
            }
            if (next[*item] != bank) {
                why = word + " is on the other bank or in the boat already";
                return std::nullopt;
            }
            next[*item] = next.back();
            ++carried;
        }
        if (carried > room_) {
            why = "the boat takes " + std::to_string(room_);
            return std::nullopt;
        }
        for (const auto& [a, b] : conflicts_) {
            if (next[a] != next[b] || next[a] == next.back()) continue;
            why = items_[a] + " and " + items_[b] + " would be left alone";
            return std::nullopt;
        }
        return next;
    }
    std::vector<PlanAction> actions(const std::string& /*state*/) const override {
        std::vector<PlanAction> all;
        for (std::size_t bits = 0; bits < (std::size_t{1} << items_.size()); ++bits) {
            PlanAction action;
            for (std::size_t i = 0; i < items_.size(); ++i) {
                if (((bits >> i) & 1U) != 0) action.push_back(items_[i]);
            }
            if (action.size() <= room_) all.push_back(std::move(action));
        }
        return all;
    }
    std::vector<PlanAction> read_line(const std::string& line) const override {
        static constexpr std::array<std::string_view, 22> kFillers = {
            "take", "takes",  "cross", "crosses", "with",    "the",  "carry", "bring",
            "over", "across", "back",  "return",  "returns", "go",   "goes",  "farmer",
            "and",  "alone",  "row",   "boat",    "river",   "empty"};
        PlanAction action = without(line, kFillers);
        // "Nothing recognised" must not be a silent crossing: only known words make an empty load.
        return {std::move(action)};
    }
    std::string show(const PlanAction& action) const override {
        std::string text = "cross";
        for (const std::string& item : action)
            text += (text == "cross" ? " with " : " and ") + item;
        return action.empty() ? "cross alone" : text;
    }

  private:
    std::vector<std::string> items_;
    std::size_t room_ = 1;
    std::vector<std::pair<std::size_t, std::size_t>> conflicts_;
};

/// The state: the board as text, rows joined; the world keeps walls and targets.
class Sokoban final : public PlanWorld {
  public:
    Sokoban(const Json& data, std::string& fault) {
        const Json rows = data.value("rows", Json());
        if (!rows.is_array() || rows.empty() || rows.size() > 32) {
            fault = "rows must be 1 to 32 texts";
            return;
        }
        std::string all;
        for (const Json& row : rows) {
            if (!row.is_string() || row.get_ref<const std::string&>().size() > 32) {
                fault = "a row is no text of at most 32 signs";
                return;
            }
            columns_ = std::max(columns_, row.get_ref<const std::string&>().size());
        }
        for (const Json& row : rows) {
            std::string line = row.get<std::string>();
            line.resize(columns_, ' ');
            all += line;
        }
        read_signs(all, fault);
    }
    std::string start() const override { return start_; }
    bool is_goal(const std::string& state) const override {
        for (std::size_t i = 0; i < state.size(); ++i) {
            if (state[i] == '$' && floor_[i] != '.') return false;
        }
        return true;
    }
    std::optional<std::string> apply(const std::string& state,
                                     const PlanAction& action,
                                     std::string& why) const override {
        const auto by = action.size() == 1 ? direction(action[0]) : std::nullopt;
        if (!by) {
            why = "is no direction";
            return std::nullopt;
        }
        const std::size_t at = state.find('@');
        const auto next = step(at, *by);
        if (!next || floor_[*next] == '#') {
            why = "a wall is in the way";
            return std::nullopt;
        }
        std::string moved = state;
        if (state[*next] == '$') {
            const auto behind = step(*next, *by);
            if (!behind || floor_[*behind] == '#' || state[*behind] == '$') {
                why = "the box cannot be pushed";
                return std::nullopt;
            }
            moved[*behind] = '$';
        }
        moved[at] = ' ';
        moved[*next] = '@';
        return moved;
    }
    std::vector<PlanAction> actions(const std::string& /*state*/) const override {
        return {{"u"}, {"d"}, {"l"}, {"r"}};
    }
    std::vector<PlanAction> read_line(const std::string& line) const override {
        std::vector<PlanAction> moves;
        for (const std::string& word : plan_words(line)) {
            if (direction(word)) {
                moves.push_back({word});
                continue;
            }
            for (const char c : word) moves.push_back({std::string(1, c)});
        }
        return moves;
    }
    std::string show(const PlanAction& action) const override { return action[0]; }

  private:
    void read_signs(const std::string& all, std::string& fault) {
        int boxes = 0;
        int targets = 0;
        for (const char sign : all) {
            const bool target = sign == '.' || sign == '*' || sign == '+';
            const bool box = sign == '$' || sign == '*';
            const bool player = sign == '@' || sign == '+';
            if (std::string_view("#.*+$@ -_").find(sign) == std::string_view::npos) {
                fault = "a sign is none of # . * + $ @ and space";
            }
            floor_ += sign == '#' ? '#' : target ? '.' : ' ';
            start_ += box ? '$' : player ? '@' : ' ';
            boxes += box ? 1 : 0;
            targets += target ? 1 : 0;
        }
        const bool one = std::count(start_.begin(), start_.end(), '@') == 1;
        if (!one || boxes == 0 || boxes > targets) {
            fault = "needs one player and a target for every box";
        }
    }
    static std::optional<std::pair<int, int>> direction(const std::string& word) {
        static constexpr std::array<std::string_view, 4> kUp = {"u", "up", "north", "n"};
        static constexpr std::array<std::string_view, 4> kDown = {"d", "down", "south", "s"};
        static constexpr std::array<std::string_view, 4> kLeft = {"l", "left", "west", "w"};
        static constexpr std::array<std::string_view, 4> kRight = {"r", "right", "east", "e"};
        if (is_any(kUp, word)) return std::pair(-1, 0);
        if (is_any(kDown, word)) return std::pair(1, 0);
        if (is_any(kLeft, word)) return std::pair(0, -1);
        if (is_any(kRight, word)) return std::pair(0, 1);
        return std::nullopt;
    }
    std::optional<std::size_t> step(std::size_t at, std::pair<int, int> by) const {
        const auto columns = static_cast<long>(columns_);
        const long row = static_cast<long>(at) / columns + by.first;
        const long column = static_cast<long>(at) % columns + by.second;
        const long rows = static_cast<long>(floor_.size()) / columns;
        if (row < 0 || column < 0 || row >= rows || column >= columns) return std::nullopt;
        return static_cast<std::size_t>(row * columns + column);
    }
    std::size_t columns_ = 0;
    std::string floor_;
    std::string start_;
};

}  // namespace

std::unique_ptr<PlanWorld> make_hanoi(const Json& data, std::string& fault) {
    return std::make_unique<Hanoi>(data, fault);
}
std::unique_ptr<PlanWorld> make_jugs(const Json& data, std::string& fault) {
    return std::make_unique<Jugs>(data, fault);
}
std::unique_ptr<PlanWorld> make_river(const Json& data, std::string& fault) {
    return std::make_unique<River>(data, fault);
}
std::unique_ptr<PlanWorld> make_sokoban(const Json& data, std::string& fault) {
    return std::make_unique<Sokoban>(data, fault);
}

}  // namespace veritune::verify
