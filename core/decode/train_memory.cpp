// SPDX-License-Identifier: Apache-2.0
#include "core/decode/train_memory.h"

namespace veritune::decode {

util::Result<TrainMemory> TrainMemory::make(const model::ModelConfig& config,
                                            const TrainShape& shape,
                                            Backend backend) {
    TrainMemory m;
    m.shape_ = shape;
    const std::size_t wanted = m.place(config, backend, nullptr);
    VT_ASSIGN(m.memory_, Buffer::make(backend, wanted, "the activations of a training pass"));
    m.place(config, backend, m.memory_.data());
    return m;
}

}  // namespace veritune::decode
