// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/train_layout.h"

namespace veritune::decode {

/// The memory of one forward and backward pass.
/// threads  one owner
class TrainMemory : public TrainLayout {
  public:
    /// errors  kOutOfMemory
    static util::Result<TrainMemory> make(const model::ModelConfig& config,
                                          const TrainShape& shape,
                                          Backend backend);

  private:
    Buffer memory_;
};

}  // namespace veritune::decode
