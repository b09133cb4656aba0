// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace veritune::model {

/// The trainable numbers of one model: values and gradients in one flat f32 buffer each, so that
/// optimiser, norm, copy, hash and checkpoint are one pass each. Every parameter starts on a
/// 64-byte boundary; the gaps stay 0. Copies of a store are handles of the same numbers. Where a
/// base trains them (frozen_base.h) they may be newer there: whoever asks for values or flat() gets
/// them as they are, fetched when they have to be. threads  one owner
class ParameterStore {
  public:
    struct Entry {
        std::string name;
        std::vector<std::int64_t> shape;
        std::int64_t offset = 0;
        std::int64_t count = 0;
    };

    /// Before allocate(): announces a parameter; returns its index.
    std::int64_t add(std::string name, std::vector<std::int64_t> shape);
    /// Zeroed values and gradients.
    void allocate();

    std::int64_t size() const { return static_cast<std::int64_t>(entries_.size()); }
    const std::vector<Entry>& entries() const { return entries_; }
    /// -1 when there is none.
    std::int64_t index_of(const std::string& name) const;
    /// Views into the flat buffers.
    at::Tensor value(std::int64_t index) const { return view(flat(), index); }
    at::Tensor grad(std::int64_t index) const { return view(flat_grad_, index); }
    /// [count] f32, gaps included.
    const at::Tensor& flat() const {
        refresh();
        return flat_;
    }
    const at::Tensor& flat_grad() const { return flat_grad_; }
    /// Numbers without the gaps.
    std::int64_t count() const;

    /// Of these numbers, never given to others; 0 before allocate().
    std::uint64_t id() const { return shared_ ? shared_->id : 0; }
    /// From now on the numbers are newer elsewhere: fetch() writes them to the memory of here().
    void set_newer(std::function<void()> fetch) { shared_->fetch = std::move(fetch); }
    bool is_newer_elsewhere() const { return shared_ && shared_->fetch; }
    /// flat() as it lies here, perhaps old.
    const at::Tensor& here() const { return flat_; }
    /// Fetches what is newer elsewhere. Who writes through views of his own calls it before.
    void refresh() const;

  private:
    at::Tensor view(const at::Tensor& flat, std::int64_t index) const;
    std::vector<Entry> entries_;
    std::int64_t total_ = 0;
    at::Tensor flat_;
    at::Tensor flat_grad_;
    struct Shared {
        std::uint64_t id = 0;
        std::function<void()> fetch;
    };
    std::shared_ptr<Shared> shared_;  ///< by all handles of the numbers
};

}  // namespace veritune::model
