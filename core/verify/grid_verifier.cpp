// SPDX-License-Identifier: Apache-2.0
#include "core/verify/grid_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/grid_puzzle.h"
#include "core/verify/instance.h"

#include <algorithm>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

/// More rules than this are summed up; those that are broken are always shown.
constexpr std::size_t kShownRules = 24;

struct Task {
    GridPuzzle puzzle;
    GridCells solution;  ///< empty: none is stored
    bool partial = false;
    std::string fault;  ///< of the params
    bool bad_gold = false;
};

bool is_solution(const GridPuzzle& puzzle, const GridCells& cells) {
    return std::all_of(puzzle.rules.begin(), puzzle.rules.end(), [&cells](const GridRule& rule) {
        return grid_rule_fault(rule, cells).empty();
    });
}

Task read_task(const VerifyRequest& request) {
    const Instance instance = read_instance(request, "kind");
    Task task{.puzzle = read_grid_puzzle(instance.data)};
    task.fault = task.puzzle.fault;
    task.partial = instance.data.value("partial", Json(false)) == Json(true);
    if (!task.fault.empty()) return task;
    if (instance.solution.is_null()) {
        if (task.partial) task.fault = "partial needs a stored solution";
        return task;
    }
    const GridReading gold =
        instance.solution.is_string()
            ? read_grid_answer(task.puzzle, instance.solution.get<std::string>())
            : read_grid_json(task.puzzle, instance.solution);
    task.bad_gold = !gold.fault.empty() || !is_solution(task.puzzle, gold.cells);
    task.solution = gold.cells;
    return task;
}

/// The share of the cells that were free and are as in the solution.
double share_right(const Task& task, const GridCells& cells) {
    long free_cells = 0;
    long right = 0;
    for (std::size_t r = 0; r < task.puzzle.rows; ++r) {
        for (std::size_t c = 0; c < task.puzzle.columns; ++c) {
            if (task.puzzle.given[r][c]) continue;
            ++free_cells;
            right += cells[r][c] == task.solution[r][c] ? 1 : 0;
        }
    }
    return free_cells == 0 ? 0.0 : static_cast<double>(right) / static_cast<double>(free_cells);
}

/// One step per rule where they are few, else the broken ones and a sum. returns the broken ones
std::size_t add_steps(const GridPuzzle& puzzle, const GridCells& cells, Verdict& verdict) {
    std::size_t broken = 0;
    for (const GridRule& rule : puzzle.rules) {
        const std::string fault = grid_rule_fault(rule, cells);
        broken += fault.empty() ? 0 : 1;
        if (verdict.steps.size() >= kShownRules) continue;
        if (fault.empty() && puzzle.rules.size() > kShownRules) continue;
        verdict.steps.push_back(
            {.what = rule.name, .ok = fault.empty(), .detail = fault, .span = verdict.span});
    }
    if (puzzle.rules.size() > kShownRules) {
        const std::size_t held = puzzle.rules.size() - broken;
        verdict.steps.push_back({.what = std::to_string(held) + " of " +
                                         std::to_string(puzzle.rules.size()) + " rules hold",
                                 .ok = broken == 0,
                                 .detail = "",
                                 .span = verdict.span});
    }
    return broken;
}

Verdict judge(Verdict verdict, const Task& task) {
    using enum VerdictStatus;
    const GridReading reading = read_grid_answer(task.puzzle, verdict.extracted);
    if (!reading.fault.empty()) return refuse(std::move(verdict), kIncorrect, reading.fault);
    verdict.answer_normal = grid_json(task.puzzle, reading.cells).dump();
    if (add_steps(task.puzzle, reading.cells, verdict) == 0) return accept(std::move(verdict));
    const double share = task.partial ? share_right(task, reading.cells) : 0.0;
    if (share <= 0.0 || share >= 1.0) return refuse(std::move(verdict), kIncorrect, "rule_broken");
    verdict.status = kPartial;
    verdict.score = share;
    verdict.reason = "rule_broken";
    return verdict;
}

/// Values of a row exchanged: a column then holds one of them twice.
void swap_in_row(const Task& task, std::vector<Rewrite>& rewrites) {
    GridCells cells = task.solution;
    if (task.puzzle.columns < 2) return;
    std::swap(cells[0][0], cells[0][1]);
    rewrites.push_back({.rule = "two cells swapped",
                        .accept = false,
                        .answer = grid_json(task.puzzle, cells).dump()});
}

/// A value said twice in a row where every value stands once; a run made longer or shorter; a
/// queen too many or too few; a node painted as its neighbour.
void damage_cells(const Task& task, std::vector<Rewrite>& rewrites) {
    const GridPuzzle& puzzle = task.puzzle;
    for (std::size_t r = 0; r < puzzle.rows; ++r) {
        GridCells cells = task.solution;
        long& cell = cells[r][r % puzzle.columns];
        switch (puzzle.kind) {
            case GridKind::kNonogram:
            case GridKind::kQueens:
                cell = 1 - cell;
                break;
            case GridKind::kColouring: {
                const auto edge =
                    std::find_if(puzzle.rules.begin(), puzzle.rules.end(), [](const GridRule& one) {
                        return one.kind == GridRuleKind::kDistinct;
                    });
                if (edge == puzzle.rules.end()) return;
                cells[0][edge->cells[0].column] = cells[0][edge->cells[1].column];
                break;
            }
            default:
                if (puzzle.columns < 2) return;
                cell = cells[r][(r + 1) % puzzle.columns];
        }
        rewrites.push_back({.rule = "one cell changed",
                            .accept = false,
                            .answer = grid_json(puzzle, cells).dump()});
    }
}

}  // namespace

Json GridVerifier::params_schema() const { return instance_params_schema(); }

Json GridVerifier::gold_schema() const { return instance_gold_schema(); }

Verdict GridVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "exact";
    const Task task = read_task(request);
    if (!task.fault.empty()) return bad_params(std::move(verdict), task.fault);
    if (task.bad_gold) return bad_gold(std::move(verdict));
    verdict.operations = static_cast<std::int64_t>(task.puzzle.rules.size());
    if (!task.solution.empty()) {
        verdict.gold_normal = grid_json(task.puzzle, task.solution).dump();
    }
    const std::size_t room = 64 + 16 * task.puzzle.rows * task.puzzle.columns;
    AnswerReading reading = read_answer(request, std::move(verdict), room);
    if (reading.decided) return std::move(reading.verdict);
    const GridKind kind = task.puzzle.kind;
    if (kind == GridKind::kColouring || kind == GridKind::kZebra) {
        // Extraction drops a leading "A =". In pictures a point at the end is a cell.
        reading.verdict.extracted = unstripped_answer(request, reading.verdict);
    }
    return judge(std::move(reading.verdict), task);
}

util::Result<std::string> GridVerifier::gold_completion(const VerifyRequest& request) const {
    const Task task = read_task(request);
    if (!task.fault.empty() || task.bad_gold) {
        return util::fail(util::ErrorCode::kInvalidArgument, "bad_gold");
    }
    if (task.solution.empty()) {
        return util::fail(util::ErrorCode::kInvalidArgument, "no_solution");
    }
    return write_answer(
        grid_json(task.puzzle, task.solution).dump(), request.profile, request.think_tags);
}

std::vector<Rewrite> GridVerifier::rewrites(const VerifyRequest& request) const {
    const Task task = read_task(request);
    if (!task.fault.empty() || task.bad_gold || task.solution.empty() || task.partial) return {};
    const Json gold = grid_json(task.puzzle, task.solution);
    std::vector<Rewrite> rewrites = {
        {.rule = "with white space", .accept = true, .answer = gold.dump(1)},
        {.rule = "under a key", .accept = true, .answer = Json{{"solution", gold}}.dump()}};
    const GridKind kind = task.puzzle.kind;
    if (kind == GridKind::kSudoku || kind == GridKind::kLatin || kind == GridKind::kFutoshiki) {
        swap_in_row(task, rewrites);
    }
    damage_cells(task, rewrites);
    Json less = gold;
    less.erase(less.begin());
    rewrites.push_back({.rule = "a row less", .accept = false, .answer = less.dump()});
    if (gold.is_array()) {
        Json more = gold;
        more.push_back(gold[0]);
        rewrites.push_back({.rule = "a row more", .accept = false, .answer = more.dump()});
    } else {
        Json more = gold;
        more["Nobody of the puzzle"] = gold.begin().value();
        rewrites.push_back({.rule = "a name more", .accept = false, .answer = more.dump()});
    }
    return rewrites;
}

}  // namespace veritune::verify
