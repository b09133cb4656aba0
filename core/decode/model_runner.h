// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/model_step.h"
#include "core/decode/step_runner.h"

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace veritune::decode {

struct RunnerOptions {
    std::int64_t slots = 64;         ///< chains at once, 1..256
    std::int64_t max_length = 2048;  ///< tokens of a chain with its prompt
    std::int64_t pages = 0;          ///< of 64 tokens; 0: enough for all slots at max_length
    std::int64_t max_rank = 64;      ///< of adapters
    std::int64_t vocab = 0;          ///< ids of the tokenizer; 0: all rows of the matrix
    std::vector<std::int64_t> bf16_kv_layers;
};

/// Decodes with a quantised model on a backend: on a card every batch size is one recorded graph
/// (1, 2, 4, 8, 16, 32, 64, 96, 128, 192, 256 chains), replayed until the host looks.
/// threads  one owner;  test  model_runner_test.cpp
class ModelRunner : public StepRunner {
  public:
    /// model outlives the runner.
    /// errors  kOutOfMemory, kUnavailable, kInvalidArgument
    static util::Result<std::unique_ptr<ModelRunner>> make(const DeviceModel& model,
                                                           const RunnerOptions& options);
    ~ModelRunner() override;
    ModelRunner(const ModelRunner&) = delete;
    ModelRunner& operator=(const ModelRunner&) = delete;

    /// From now on with this adapter; values of the same rank are exchanged in place.
    util::Status set_adapter(const model::Adapter& adapter);
    void drop_adapter();
    /// Of the last set_adapter(): values may be exchanged in its memory between two runs.
    const DeviceAdapter& adapter() const { return adapter_; }

    const StateShape& shape() const override { return shape_; }
    util::Status begin(const DrawOptions& options) override;
    util::Status prefill(std::span<const std::int32_t> tokens,
                         std::span<const std::int32_t> pages) override;
    util::Status copy_pages(std::span<const std::pair<std::int32_t, std::int32_t>> pairs) override;
    util::Status run(HostState& state,
                     HostRings& rings,
                     std::int64_t rows,
                     std::int64_t steps,
                     std::int64_t longest) override;

  private:
    ModelRunner(const DeviceModel& model, const RunnerOptions& options);
    util::Status allocate(const RunnerOptions& options);
    util::Status replay(const HostState& state,
                        std::int64_t bucket,
                        std::int64_t splits,
                        std::int64_t steps);
    util::Status record(const HostState& state,
                        std::int64_t bucket,
                        std::int64_t splits,
                        kernels::cuda::Graph* graph);
    util::Status step(const HostState& state, std::int64_t bucket, std::int64_t splits);
    void drop_graphs();
    bool fits_chains() const;
    bool on_card() const { return model_.backend() == Backend::kCuda; }

    const DeviceModel& model_;
    DeviceAdapter adapter_;
    StateShape shape_;
    std::unique_ptr<KvPools> kv_;
    std::unique_ptr<StepMemory> memory_;
    Buffer state_;
    Buffer rings_;
    Buffer pinned_;  ///< staging on a card: state, rings
    Buffer table_row_;
    Buffer pairs_;
    Stream stream_;
    std::int64_t stops_ = 0;
    std::map<std::pair<std::int64_t, std::int64_t>, kernels::cuda::Graph> graphs_;
};

}  // namespace veritune::decode
