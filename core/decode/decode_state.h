// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/memory.h"
#include "kernels/advance.h"

#include <cstdint>
#include <vector>

namespace veritune::decode {

/// Sizes that stay for the life of an engine.
struct StateShape {
    std::int64_t slots = 0;      ///< chains at once, at most
    std::int64_t max_pages = 0;  ///< of a chain
    std::int64_t pages = 0;      ///< of the pools
    std::int64_t ring = 0;       ///< steps between two host looks, at most
};

/// The host's copy of kernels::DecodeState, one block of memory so that a look is two copies. Row
/// `slots` of the table belongs to the prompt that is being computed.
class HostState {
  public:
    explicit HostState(const StateShape& shape);

    const StateShape& shape() const { return shape_; }
    std::int32_t* token() { return words_.data() + at_.token; }
    std::int32_t* position() { return words_.data() + at_.position; }
    std::int32_t* limit() { return words_.data() + at_.limit; }
    std::int32_t* finish() { return words_.data() + at_.finish; }
    std::int32_t* written() { return words_.data() + at_.written; }
    std::int32_t* group() { return words_.data() + at_.group; }
    std::int32_t* shared() { return words_.data() + at_.shared; }
    std::uint64_t* chain() { return reinterpret_cast<std::uint64_t*>(words_.data() + at_.chain); }
    std::int32_t* table(std::int64_t slot) {
        return words_.data() + at_.table + slot * shape_.max_pages;
    }
    std::int32_t* free_pages() { return words_.data() + at_.free_pages; }
    std::int32_t& free_count() { return words_[static_cast<std::size_t>(at_.free_count)]; }
    std::int32_t& live() { return words_[static_cast<std::size_t>(at_.live)]; }

    std::int32_t pop_page();  ///< the list must not be empty
    void push_page(std::int32_t page);
    /// The slot forgets its chain; its pages must have been given back.
    void clear(std::int64_t slot);
    void move(std::int64_t from, std::int64_t to);

    /// What goes to the device and back.
    std::vector<std::int32_t>& words() { return words_; }
    std::size_t bytes() const { return words_.size() * sizeof(std::int32_t); }
    /// The kernels' view of a copy of words() at `base` and of rings at `rings` (ring_bytes()).
    kernels::DecodeState view(std::byte* base, std::byte* rings) const;
    const std::int32_t* group_at(const std::byte* base) const { return at(base, at_.group); }
    const std::int32_t* shared_at(const std::byte* base) const { return at(base, at_.shared); }
    const std::int32_t* table_row_at(const std::byte* base, std::int64_t slot) const {
        return at(base, at_.table + slot * shape_.max_pages);
    }
    std::size_t ring_bytes() const {
        return static_cast<std::size_t>(3 * shape_.slots * shape_.ring) * sizeof(std::int32_t);
    }

  private:
    static const std::int32_t* at(const std::byte* base, std::int64_t word) {
        return reinterpret_cast<const std::int32_t*>(base) + word;
    }
    struct Places {
        std::int64_t chain, token, position, limit, finish, written, group, shared, table,
            free_pages, free_count, live, words;
    };
    StateShape shape_;
    Places at_{};
    std::vector<std::int32_t> words_;
};

/// What the chains drew since the last look: entry n of slot s at [s * ring + n % ring].
struct HostRings {
    std::vector<std::int32_t> token;
    std::vector<float> logprob;
    std::vector<float> entropy;
};

}  // namespace veritune::decode
