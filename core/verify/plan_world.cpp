// SPDX-License-Identifier: Apache-2.0
#include "core/verify/plan_world.h"

#include "core/verify/instance.h"
#include "core/verify/text_exact_verifier.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

/// A list of facts with variables: {{"on", "?x", "?y"}, ...}.
using Facts = std::vector<std::vector<std::string>>;

struct Operator {
    std::string name;
    std::vector<std::string> params;
    Facts pre;
    Facts without;
    Facts add;
    Facts del;
};

class Strips final : public PlanWorld {
  public:
    Strips(const Json& data, std::string& fault) {
        const auto set_of = [&](const char* key) {
            std::set<std::string> facts;
            for (const auto& fact : facts_of(data, key, fault)) facts.insert(joined(fact));
            return facts;
        };
        initial_ = set_of("init");
        goal_ = set_of("goal");
        if (goal_.empty()) fault = "goal is an empty list";
        const Json actions = data.value("actions", Json());
        if (!actions.is_array() || actions.empty() || actions.size() > 64) {
            fault = "actions must be 1 to 64";
            return;
        }
        for (const Json& one : actions) read_operator(one, fault);
        std::set<std::string> objects;
        for (const std::string& fact : initial_) {
            const std::vector<std::string> words = plan_words(fact);
            objects.insert(words.begin() + 1, words.end());
        }
        const Json named = data.value("objects", Json::array());
        for (const Json& name : named) {
            if (name.is_string()) objects.insert(fold_text(name.get<std::string>(), {}));
        }
        objects_.assign(objects.begin(), objects.end());
        if (objects_.size() > 256 || initial_.size() > 4096) fault = "more than 256 objects";
    }

    std::string start() const override { return text_of(initial_); }

    std::optional<std::string> apply(const std::string& state,
                                     const PlanAction& action,
                                     std::string& why) const override {
        const auto found =
            std::find_if(operators_.begin(), operators_.end(), [&action](const Operator& one) {
                return !action.empty() && one.name == action[0];
            });
        if (found == operators_.end()) {
            why = "there is no such action";
            return std::nullopt;
        }
        if (found->params.size() + 1 != action.size()) {
            why = found->name + " takes " + std::to_string(found->params.size()) + " names";
            return std::nullopt;
        }
        std::map<std::string, std::string> binding;
        for (std::size_t i = 0; i < found->params.size(); ++i) {
            if (!std::binary_search(objects_.begin(), objects_.end(), action[i + 1])) {
                why = "there is no " + action[i + 1];
                return std::nullopt;
            }
            binding[found->params[i]] = action[i + 1];
        }
        return applied(*found, binding, set_of_state(state), why);
    }

    bool is_goal(const std::string& state) const override {
        const std::set<std::string> facts = set_of_state(state);
        return std::includes(facts.begin(), facts.end(), goal_.begin(), goal_.end());
    }

    std::vector<PlanAction> actions(const std::string& /*state*/) const override {
        std::vector<PlanAction> all;
        for (const Operator& one : operators_) {
            std::size_t count = 1;
            for (std::size_t i = 0; i < one.params.size() && count < kMaxGround; ++i) {
                count *= objects_.size();
            }
            // Too many to try them all: the search then gives up.
            if (count >= kMaxGround) return {};
            for (std::size_t n = 0; n < count; ++n) {
                PlanAction action = {one.name};
                std::size_t rest = n;
                for (std::size_t i = 0; i < one.params.size(); ++i) {
                    action.push_back(objects_[rest % objects_.size()]);
                    rest /= objects_.size();
                }
                all.push_back(std::move(action));
            }
        }
        return all;
    }

  private:
    static constexpr std::size_t kMaxGround = 4096;

    static Facts facts_of(const Json& data, const char* key, std::string& fault) {
        Facts facts;
        const Json list = data.value(key, Json::array());
        if (!list.is_array()) {
            fault = std::string(key) + " is no list";
            return facts;
        }
        for (const Json& fact : list) {
            facts.push_back(fact.is_string() ? plan_words(fact.get<std::string>())
                                             : std::vector<std::string>());
            if (facts.back().empty()) {
                fault = "a fact is no text";
                facts.pop_back();
            }
        }
        return facts;
    }

    void read_operator(const Json& data, std::string& fault) {
        if (!data.is_object() || !data.value("name", Json()).is_string()) {
            fault = "an action has no name";
            return;
        }
        Operator one;
        const std::vector<std::string> name = plan_words(data.at("name").get<std::string>());
        if (name.size() != 1) {
            fault = "an action's name is not one word";
            return;
        }
        one.name = name[0];
        for (const auto& words : facts_of(data, "params", fault)) one.params.push_back(words[0]);
        if (one.params.size() > 8) fault = "an action takes more than 8 names";
        one.pre = facts_of(data, "pre", fault);
        one.without = facts_of(data, "not", fault);
        one.add = facts_of(data, "add", fault);
        one.del = facts_of(data, "del", fault);
        operators_.push_back(std::move(one));
    }

    static std::string text_of(const std::set<std::string>& facts) {
        std::string text;
        for (const std::string& fact : facts) text += fact + "\n";
        return text;
    }
    static std::set<std::string> set_of_state(const std::string& state) {
        std::set<std::string> facts;
        for (std::size_t begin = 0; begin < state.size();) {
            const std::size_t end = state.find('\n', begin);
            facts.insert(state.substr(begin, end - begin));
            begin = end + 1;
        }
        return facts;
    }
    static std::string ground(std::vector<std::string> fact,
                              const std::map<std::string, std::string>& binding) {
        for (std::string& word : fact) {
            const auto bound = binding.find(word);
            if (bound != binding.end()) word = bound->second;
        }
        return joined(fact);
    }
    static std::optional<std::string> applied(const Operator& one,
                                              const std::map<std::string, std::string>& binding,
                                              std::set<std::string> facts,
                                              std::string& why) {
        for (const auto& fact : one.pre) {
            const std::string needed = ground(fact, binding);
            if (facts.contains(needed)) continue;
            why = "needs \"" + needed + "\"";
            return std::nullopt;
        }
        for (const auto& fact : one.without) {
            const std::string forbidden = ground(fact, binding);
            if (!facts.contains(forbidden)) continue;
            why = "must not have \"" + forbidden + "\"";
            return std::nullopt;
        }
        for (const auto& fact : one.del) facts.erase(ground(fact, binding));
        for (const auto& fact : one.add) facts.insert(ground(fact, binding));
        return text_of(facts);
    }

    std::set<std::string> initial_;
    std::set<std::string> goal_;
    std::vector<Operator> operators_;
    std::vector<std::string> objects_;
};

}  // namespace

std::vector<std::string> plan_words(const std::string& line) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : fold_text(line, {}) + " ") {
        const bool gap = c == ' ' || c == '(' || c == ')' || c == ',' || c == ';';
        if (!gap) {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    return words;
}

std::vector<PlanAction> PlanWorld::read_line(const std::string& line) const {
    return {plan_words(line)};
}

std::string PlanWorld::show(const PlanAction& action) const { return joined(action); }

std::unique_ptr<PlanWorld> make_strips(const Json& data, std::string& fault) {
    return std::make_unique<Strips>(data, fault);
}

PlanTask read_plan_world(const Json& data) {
    PlanTask task;
    const Json kind = data.value("kind", Json());
    if (kind == Json("strips")) {
        task.world = make_strips(data, task.fault);
    } else if (kind == Json("hanoi")) {
        task.world = make_hanoi(data, task.fault);
    } else if (kind == Json("jugs")) {
        task.world = make_jugs(data, task.fault);
    } else if (kind == Json("river")) {
        task.world = make_river(data, task.fault);
    } else if (kind == Json("sokoban")) {
        task.world = make_sokoban(data, task.fault);
    } else {
        task.fault = "kind must be strips, hanoi, jugs, river or sokoban";
    }
    if (!task.fault.empty()) task.world = nullptr;
    return task;
}

PlanSearch shortest_plan(const PlanWorld& world, std::size_t max_states) {
    struct Origin {
        std::string before;
        PlanAction action;
    };
    std::map<std::string, Origin> seen;
    std::deque<std::string> queue = {world.start()};
    seen[queue.front()] = {};
    while (!queue.empty()) {
        const std::string state = queue.front();
        queue.pop_front();
        if (world.is_goal(state)) {
            std::vector<PlanAction> plan;
            std::string at = state;
            while (at != world.start()) {
                const Origin& origin = seen[at];
                plan.push_back(origin.action);
                at = origin.before;
            }
            std::reverse(plan.begin(), plan.end());
            return {.plan = std::move(plan), .gave_up = false};
        }
        const std::vector<PlanAction> actions = world.actions(state);
        if (actions.empty()) return {.plan = std::nullopt, .gave_up = true};
        for (const PlanAction& action : actions) {
            std::string why;
            auto next = world.apply(state, action, why);
            if (!next || !seen.emplace(*next, Origin{state, action}).second) continue;
            if (seen.size() > max_states) return {.plan = std::nullopt, .gave_up = true};
            queue.push_back(std::move(*next));
        }
    }
    return {.plan = std::nullopt, .gave_up = false};
}

}  // namespace veritune::verify
