// SPDX-License-Identifier: Apache-2.0
#include "core/model/parameter_store.h"

#include "core/util/result.h"

#include <ATen/ATen.h>

#include <atomic>
#include <utility>

namespace veritune::model {

namespace {
constexpr std::int64_t kAlign = 16;  // floats in 64 bytes
}

std::int64_t ParameterStore::add(std::string name, std::vector<std::int64_t> shape) {
    VT_CHECK(!flat_.defined());
    std::int64_t count = 1;
    for (const std::int64_t size : shape) count *= size;
    entries_.push_back({std::move(name), std::move(shape), total_, count});
    total_ += (count + kAlign - 1) / kAlign * kAlign;
    return size() - 1;
}

void ParameterStore::allocate() {
    flat_ = at::zeros({total_}, at::kFloat);
    flat_grad_ = at::zeros({total_}, at::kFloat);
    static std::atomic<std::uint64_t> last{0};
    shared_ = std::make_shared<Shared>(Shared{.id = ++last, .fetch = {}});
}

void ParameterStore::refresh() const {
    if (!is_newer_elsewhere()) return;
    const std::function<void()> fetch = std::exchange(shared_->fetch, nullptr);
    fetch();
}

std::int64_t ParameterStore::index_of(const std::string& name) const {
    for (std::int64_t i = 0; i < size(); ++i) {
        if (entries_[static_cast<std::size_t>(i)].name == name) return i;
    }
    return -1;
}

std::int64_t ParameterStore::count() const {
    std::int64_t sum = 0;
    for (const Entry& entry : entries_) sum += entry.count;
    return sum;
}

at::Tensor ParameterStore::view(const at::Tensor& flat, std::int64_t index) const {
    VT_CHECK(index >= 0 && index < size() && flat.defined());
    const Entry& entry = entries_[static_cast<std::size_t>(index)];
    return flat.narrow(0, entry.offset, entry.count).view(entry.shape);
}

}  // namespace veritune::model
