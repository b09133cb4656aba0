// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"
#include "core/verify/verdict.h"
#include "core/verify/verifier_pool.h"

#include <cstdint>
#include <vector>

namespace veritune::eval {

/// Class of each sample's answer, by number of first appearance; -1 = no answer, or no verdict.
/// Samples that the verifier accepts are one class (all equal the gold). Other answers are equal
/// when their normal forms are, and, where the verifier can compare two answers with each other
/// (math, integer, numeric, numeric_unit, text_exact, date, duration), when it accepts one as the
/// answer to the other in both directions.
/// verdicts  of one problem's samples;  request  the problem's, as the column judges it
/// cost  at most one comparison per sample and class
std::vector<int> answer_classes(const verify::VerifyRequest& request,
                                const std::vector<verify::Verdict>& verdicts,
                                const verify::VerifierPool& pool);

/// The class that most samples are in, ties to the first seen; -1 when no sample has one.
int majority_class(const std::vector<int>& classes);

}  // namespace veritune::eval
