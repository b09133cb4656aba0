// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace veritune::util {

/// One block of Philox4x32-10: a pure function of counter and key.
/// source  Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011; test rng_test.cpp
/// (published vectors)
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// What a sequence of random numbers is for. A stream never shares numbers with another one, so
/// an evaluation cannot move training's randomness. Values are stored in checkpoints: never
/// renumber.
enum class RngStream : std::uint32_t {
    kInit = 1,        ///< weight initialisation
    kData = 2,        ///< generation of problems and demonstrations
    kDataOrder = 3,   ///< order of SFT examples and of prompts
    kRollout = 4,     ///< sampling of training chains
    kEvaluation = 5,  ///< sampling of evaluation chains
    kRejection = 6,   ///< sampling of the rejection-sampling stage
    kCritic = 7,      ///< critic mini-batches
    kBootstrap = 8,   ///< resampling of intervals
    kControl = 9,     ///< random and shuffled verdicts
    kSelection = 10,  ///< choice among verified chains
    kChat = 11,       ///< `veritune chat`
    kVerify = 12,     ///< points at which the math verifier compares
    kTest = 99,       ///< tests
};

/// Counter-based generator: the n-th number of (seed, stream, step) is the same on every machine,
/// in any order, with any number of threads. Cheap to make; make one per use and never share it.
/// threads  a value; one owner at a time
class Rng {
  public:
    /// seed  the run's seed; step  the training step, problem or chain the numbers belong to
    Rng(std::uint64_t seed, RngStream stream, std::uint64_t step = 0);

    std::uint32_t next_u32();
    std::uint64_t next_u64();
    /// Uniform in [0, n) without modulo bias; n >= 1.
    std::uint64_t below(std::uint64_t n);
    /// Uniform in [0, 1) with 24 bits: exact in f32.
    float uniform();
    /// Uniform in [0, 1) with 53 bits.
    double uniform_double();
    /// Standard normal (Box-Muller, our own code: the same on every standard library).
    double normal();
    /// A random permutation of 0..n-1 (Fisher-Yates).
    std::vector<std::int64_t> permutation(std::int64_t n);

    /// How many 32-bit numbers were drawn; `skip_to` continues there after a resume.
    std::uint64_t position() const { return position_; }
    /// position < 2^58.
    void skip_to(std::uint64_t position);

  private:
    // Counter of one block, 128 bits: {block 0..31, block 32..55 | step 56..63, step 0..31,
    // step 32..55 | stream}, key = seed after a one-to-one mix. Every (seed, stream < 256, step,
    // block < 2^56) is therefore its own (counter, key); no two sequences can overlap.
    std::array<std::uint32_t, 2> key_;
    std::array<std::uint32_t, 2> high_;  ///< upper half of the counter
    std::uint64_t position_ = 0;
    std::uint64_t cached_block_ = ~0ULL;
    std::array<std::uint32_t, 4> block_{};
    std::uint32_t step_top_ = 0;  ///< bits 56..63 of step
};

}  // namespace veritune::util
