// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace veritune::model {

/// The trainable numbers of one model: values and gradients in one flat f32 buffer each, so that
/// optimiser, norm, copy, hash and checkpoint are one pass each. Every parameter starts on a
/// 64-byte boundary; the gaps stay 0. threads  one owner
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
    at::Tensor value(std::int64_t index) const { return view(flat_, index); }
    at::Tensor grad(std::int64_t index) const { return view(flat_grad_, index); }
    /// [count] f32, gaps included.
    const at::Tensor& flat() const { return flat_; }
    const at::Tensor& flat_grad() const { return flat_grad_; }
    /// Numbers without the gaps.
    std::int64_t count() const;

  private:
    at::Tensor view(const at::Tensor& flat, std::int64_t index) const;
    std::vector<Entry> entries_;
    std::int64_t total_ = 0;
    at::Tensor flat_;
    at::Tensor flat_grad_;
};

}  // namespace veritune::model
