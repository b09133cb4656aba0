// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/run_reader.h"
#include "core/train/run_doctor.h"
#include "core/util/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace veritune::session {

/// The run doctor over one stored run; asks the store only for what is new.
/// cost     one query per series and stage that has new steps; chains are looked for once per
///          finding
/// threads  that of the reader; test  run_examination_test.cpp
class RunExamination {
  public:
    explicit RunExamination(std::int64_t run)
        : run_(run) {}

    /// Reads what was recorded since the last call and returns all findings, with the chains that
    /// prove them.
    /// errors  those of RunReader
    util::Result<std::vector<train::DoctorFinding>> update(const store::RunReader& reader);

  private:
    /// Where the new steps of a stage begin.
    using Tails = std::map<std::string, std::int64_t>;
    struct News {
        Tails tails;
        std::int64_t seq = 0;
    };
    util::Result<News> read_steps(const store::RunReader& reader);
    util::Status read_series(const store::RunReader& reader, const Tails& tails);
    util::Status add_evidence(const store::RunReader& reader,
                              std::vector<train::DoctorFinding>& findings);

    std::int64_t run_;
    std::int64_t seq_ = 0;
    std::int64_t event_ = 0;
    train::RunDoctor doctor_;
    /// (stage, rule, worst step) -> chains; dropped when steps are recorded again.
    std::map<std::tuple<std::string, std::string, std::int64_t>, std::vector<train::DoctorChain>>
        evidence_;
    std::map<std::string, std::int64_t> last_step_;
};

}  // namespace veritune::session
