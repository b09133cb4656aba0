// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/run_reader.h"
#include "core/train/run_doctor.h"
#include "core/util/result.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace veritune::session {

inline constexpr std::size_t kMaxEvidence = 8;

/// The chains that prove a finding of the run doctor, the most telling one first, each with the
/// reason why it was chosen (train::DoctorProof). They come from the step where the finding is
/// worst and the few before it that its figure is a mean of. Where what would tell is not recorded,
/// other chains of that step stand in. Empty when the stage stored none there, or no chain can
/// prove the rule.
/// returns  at most kMaxEvidence
/// errors   those of RunReader
/// cost     one query for at most 500 rows; rules about tokens also read up to 64 whole chains
/// threads  that of the reader; test  run_evidence_test.cpp
util::Result<std::vector<train::DoctorChain>> find_evidence(const store::RunReader& reader,
                                                            std::int64_t run,
                                                            const train::DoctorFinding& finding);

}  // namespace veritune::session
