// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/quant/manifest.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace veritune::quant {

/// A quantised model folder, opened, checked and mapped. Every pointer lives as long as the object.
/// Files are mapped read-only. A program that cuts a mapped file short makes the next look at it a
/// SIGBUS, so what copies a model to a card takes read(), which reports it instead, and calls
/// check_unchanged() when it is done.
/// threads  const functions may be called from any thread; test  quant_model_test.cpp
class QuantModel {
  public:
    /// Checks manifest, configuration, the names and sizes of all files, and the hashes of the
    /// small ones (config.json, tokenizer). Not the hashes of the weights: verify() does. errors
    /// kNotFound (no quantised model), kUnsupported (layout, scheme, configuration),
    ///   kCorruptData (one sentence for each defect), kPermissionDenied (also a link), kIoError
    static util::Result<QuantModel> open(util::FileSystem& fs, const std::string& folder);
    QuantModel(QuantModel&&) noexcept;
    QuantModel& operator=(QuantModel&&) noexcept;
    ~QuantModel();

    const model::ModelConfig& config() const;
    const Manifest& manifest() const;
    Scheme scheme() const { return manifest().scheme; }
    const std::string& folder() const;

    /// [vocab, hidden]
    const kernels::Bf16* embedding() const;
    QuantLayer layer(std::int64_t index) const;
    QuantHead head() const;

    /// Data files in load order: 0 the embedding, 1 .. layers, last the head.
    std::size_t file_count() const;
    const FileLayout& file_layout(std::size_t file) const;
    std::span<const std::byte> file_data(std::size_t file) const;
    /// Bytes [offset, offset + to.size()) of a file, which must lie inside, by pread.
    /// errors  kCorruptData when the file became shorter, kIoError
    util::Status read(std::size_t file, std::uint64_t offset, std::span<std::byte> to) const;
    /// errors  kCorruptData: a file was written to since open()
    util::Status check_unchanged() const;

    /// Reads every data file and compares its SHA-256.
    /// go_on  called between pieces with the bytes done; false ends with kCancelled
    /// errors  kCorruptData naming the file, kCancelled, kIoError
    util::Status verify(const std::function<bool(std::uint64_t)>& go_on = {}) const;

  private:
    struct State;
    explicit QuantModel(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace veritune::quant
