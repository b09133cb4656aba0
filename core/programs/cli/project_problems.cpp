// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/project_problems.h"

namespace veritune::cli {

util::Result<std::vector<data::Problem>> project_problems(store::Project& project,
                                                          const std::string& dataset,
                                                          const std::string& split) {
    VT_ASSIGN(const store::DatasetInfo info, project.datasets().get(dataset));
    VT_ASSIGN(std::vector<data::Problem> problems, project.dataset_reader().problems(info.name));
    if (split.empty()) return problems;
    std::erase_if(problems,
                  [&](const data::Problem& p) { return data::split_name(p.split) != split; });
    if (!problems.empty()) return problems;
    return util::fail(util::ErrorCode::kInvalidArgument,
                      "the data set has no rows in split `" + split + "`; see `veritune data show`",
                      dataset);
}

}  // namespace veritune::cli
