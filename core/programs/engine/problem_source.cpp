// SPDX-License-Identifier: Apache-2.0
#include "core/programs/engine/problem_source.h"

#include "core/data/generators.h"
#include "core/verify/verifier.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

namespace veritune::engine_program {

using util::ErrorCode;
using util::Result;
using util::Status;

namespace {

std::optional<data::Split> split_named(const std::string& name) {
    if (name == "train") return data::Split::kTrain;
    if (name == "val") return data::Split::kVal;
    if (name == "test") return data::Split::kTest;
    if (name == "held_out") return data::Split::kHeldOut;
    return std::nullopt;
}

Status check_verifiers(const std::vector<data::Problem>& problems) {
    std::set<std::string> seen;
    for (const data::Problem& problem : problems) {
        if (seen.insert(problem.verifier).second) VT_TRY(verify::find_verifier(problem.verifier));
    }
    return {};
}

}  // namespace

Result<std::vector<data::Problem>> load_problems(store::Project& project,
                                                 const train::DataSource& source) {
    if (source.dataset.empty() && source.generator.empty()) return std::vector<data::Problem>{};
    if (!source.generator.empty()) {
        return data::generate_problems(
            {.family = source.generator,
             .count = source.count,
             .seed = source.seed,
             .min_steps = static_cast<int>(source.min_steps),
             .max_steps = static_cast<int>(source.max_steps),
             .split = source.split == "train" ? data::Split::kTrain : data::Split::kVal,
             .error_rate = source.error_rate});
    }
    VT_ASSIGN(const store::DatasetInfo info, project.datasets().get(source.dataset));
    VT_ASSIGN(std::vector<data::Problem> problems, project.dataset_reader().problems(info.name));
    const std::optional<data::Split> split = split_named(source.split);
    std::erase_if(problems, [&](const data::Problem& p) { return split && p.split != *split; });
    if (problems.empty()) {
        return util::fail(ErrorCode::kInvalidArgument,
                          "data set " + source.dataset + " has no rows in split `" + source.split +
                              "`; see `veritune data show " + source.dataset + "`");
    }
    if (source.count > 0 && std::ssize(problems) > source.count)
        problems.resize(static_cast<std::size_t>(source.count));
    VT_TRY(check_verifiers(problems));
    return problems;
}

Result<data::Problem> find_problem(store::Project& project,
                                   const train::Recipe& recipe,
                                   std::string_view id) {
    for (const train::DataSource* source : {&recipe.problems, &recipe.heldout}) {
        auto problems = load_problems(project, *source);
        if (!problems) return problems.error();
        const auto found = std::ranges::find_if(
            *problems, [&](const data::Problem& problem) { return problem.id == id; });
        if (found != problems->end()) return std::move(*found);
    }
    return util::fail(ErrorCode::kNotFound,
                      "the question of this chain is no longer in the run's data sets",
                      std::string(id));
}

}  // namespace veritune::engine_program
