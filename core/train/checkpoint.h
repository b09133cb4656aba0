// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/causal_lm.h"
#include "core/util/file_system.h"
#include "core/util/hash.h"
#include "core/util/json.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace veritune::train {

/// What a training stage has to save to go on bit for bit: named flat tensors and a few scalars.
class TrainingState {
  public:
    virtual ~TrainingState() = default;
    /// Always the same names in the same order; f32, contiguous. Written in place by a restore.
    virtual std::vector<std::pair<std::string, at::Tensor>> tensors() = 0;
    /// Adds all numbers to a hash: those of tensors(), unless there is a way that needs not fetch
    /// them. Equal states give equal hashes.
    virtual void add_to(util::Sha256& hash);
    virtual util::Json scalars() const = 0;
    virtual util::Status set_scalars(const util::Json& scalars) = 0;
    /// What the guard asks for after a fall: moments zero, half the learning rate from here on.
    virtual void halve_learning_rate() = 0;
    /// The policy: exported beside the state in Hugging Face or PEFT form.
    virtual model::CausalLm& policy() = 0;
};

/// SHA-256 over what add_to() adds and the scalars: equal hashes = equal training states.
std::string state_hash(TrainingState& state);

struct SavedCheckpoint {
    std::string path;  ///< absolute
    std::string manifest_sha256;
    std::string state_hash;
};

/// A checkpoint folder that appears whole or not at all: the policy (adapter_config.json +
/// adapter_model.safetensors, or config.json + model.safetensors + tokenizer.json when all weights
/// are trained), state.safetensors, state.json and, last, manifest.json {file: {bytes, sha256}}. An
/// existing folder of the same name stays until the new one is whole, then it is replaced.
/// export_files(folder)  adds files of the caller's (the tokenizer) before the manifest is made;
/// may be empty
util::Result<SavedCheckpoint> save_checkpoint(
    util::FileSystem& fs,
    const std::string& path,
    TrainingState& state,
    const util::Json& extra,
    const std::function<util::Status(const std::string&)>& export_files = {});
/// What the manifest of a whole checkpoint says; its files are not read.
util::Result<SavedCheckpoint> read_manifest(util::FileSystem& fs, const std::string& path);
/// Out of sight in one step (a rename), then deleted: a kill never leaves half a checkpoint under
/// its name. A missing folder is success.
util::Status remove_checkpoint(util::FileSystem& fs, const std::string& path);
/// After an interruption: deletes what was being written or deleted, and gives a whole checkpoint
/// that had lost its old place (a kill between two renames) its name. Other folders are left alone.
/// A missing folder is success.
util::Status sweep_checkpoints(util::FileSystem& fs, const std::string& folder);
/// Checks every hash of the manifest, then restores. errors  kNotFound, kCorruptData (names the
/// file)
util::Result<util::Json> load_checkpoint(util::FileSystem& fs,
                                         const std::string& path,
                                         TrainingState& state);
/// The flat policy weights of a checkpoint alone.
util::Result<at::Tensor> load_policy_weights(util::FileSystem& fs, const std::string& path);

}  // namespace veritune::train
