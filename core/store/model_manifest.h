// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/file_system.h"
#include "core/util/result.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace veritune::store {

/// One hash over everything that decides what a model says: weights, tokenizer, configuration and
/// chat template. Swapping two ids in tokenizer.json flips answers while every hash of the weights
/// stays the same, so the hash is over the whole folder.
struct ModelManifest {
    struct File {
        std::uint64_t bytes = 0;
        std::string root;  ///< util::tree_hash
        bool operator==(const File&) const = default;
    };
    std::map<std::string, File> files;  ///< by name; *.safetensors, *.bin, *.json, *.jinja, *.txt
    std::string hash;                   ///< over names, sizes and roots
};

/// Reads every file of the folder that belongs to the model.
/// errors  those of util::tree_hash; kNotFound (folder, or no such file in it)
util::Result<ModelManifest> read_model_manifest(util::FileSystem& fs,
                                                const std::string& folder,
                                                const std::function<bool()>& go_on = {});

/// Holds a model folder against what the project knows of it (models/<hash of the path>.json in the
/// project). The first look is what later ones are compared with.
/// returns  the manifest as it is now
/// errors   kCorruptData naming each file that was changed, added or removed, and the next step
/// threads  one; a writer of the project;  test  model_manifest_test.cpp
util::Result<ModelManifest> check_model(util::FileSystem& fs,
                                        const std::string& project_dir,
                                        const std::string& folder,
                                        const std::function<bool()>& go_on = {});

/// A person says that the folder as it is now is the right one.
util::Result<ModelManifest> accept_model(util::FileSystem& fs,
                                         const std::string& project_dir,
                                         const std::string& folder);

}  // namespace veritune::store
