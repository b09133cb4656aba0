// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/quant/layout.h"
#include "core/util/file_system.h"
#include "core/util/json.h"

#include <string>
#include <vector>

namespace veritune::quant {

inline constexpr std::string_view kManifestName = "veritune-model.json";
inline constexpr int kQuantiserVersion = 1;

/// A file of the folder and what it has to be.
struct FileRecord {
    std::string name;
    std::uint64_t bytes = 0;
    std::string sha256;  ///< lower-case hex

    bool operator==(const FileRecord&) const = default;
};

/// What quantising lost in a part of the model: root of the squared error over the root of the
/// squared weights. Zero for parts that were imported as they are.
struct PartError {
    std::string name;  ///< "layer-003", "head"
    double ours = 0;
    double nf4 = 0;  ///< what NF4 with one absmax per 64 inputs would lose; 0 for the head
};

/// veritune-model.json: what the folder holds, complete.
struct Manifest {
    Scheme scheme = Scheme::kInt4;
    int quantiser = kQuantiserVersion;
    std::string source_name;         ///< last part of the source folder's path
    std::string source_fingerprint;  ///< SHA-256 over config.json, tensor table and file sizes
    std::string source_dtype;        ///< "BF16", ...
    std::vector<FileRecord> files;   ///< data files, in load order
    std::vector<FileRecord> copied;  ///< config.json, tokenizer
    std::vector<PartError> errors;
    /// Layers whose keys and values must stay in bf16 (kernels/kv_rule.h), ascending.
    std::vector<std::int64_t> kv_bf16_layers;
};

/// The text of the file; layout gives the tensors of each data file.
std::string manifest_text(const Manifest& manifest, const std::vector<FileLayout>& layout);

/// errors  kNotFound: no quantised model; kUnsupported: unknown layout, scheme or quantiser;
/// kCorruptData: anything else that contradicts the format. layout: the tensors that the file lists
util::Result<Manifest> parse_manifest(std::string_view text, std::vector<FileLayout>& layout);

/// Whether the folder is one of these.
bool is_quantised(util::FileSystem& fs, const std::string& folder);

}  // namespace veritune::quant
