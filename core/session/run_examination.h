// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/run_reader.h"
#include "core/train/run_doctor.h"
#include "core/util/result.h"

#include <cstdint>
#include <vector>

namespace veritune::session {

/// The run doctor over one stored run; asks the store only for what is new.
/// threads  that of the reader
class RunExamination {
  public:
    explicit RunExamination(std::int64_t run)
        : run_(run) {}

    /// Reads what was recorded since the last call and returns all findings, with the chains that
    /// prove them.
    /// errors  those of RunReader
    util::Result<std::vector<train::DoctorFinding>> update(const store::RunReader& reader);

  private:
    util::Status add_steps(const store::RunReader& reader);
    util::Status add_chains(const store::RunReader& reader,
                            const train::DoctorFinding& finding,
                            train::RunDoctor& doctor) const;

    std::int64_t run_;
    std::int64_t seq_ = 0;
    std::int64_t event_ = 0;
    train::RunDoctor doctor_;
};

}  // namespace veritune::session
