// SPDX-License-Identifier: Apache-2.0
// The first line is the size of the data section, the rest the header's JSON: an accepted header
// describes the data exactly.
#include "core/model/safetensors.h"
#include "tests/fuzz/fuzz_target.h"

#include <algorithm>
#include <charconv>

VT_FUZZ_TARGET(safetensors) {
    using namespace veritune;
    const std::size_t line = std::min(input.find('\n'), input.size());
    std::uint64_t data_bytes = 0;
    std::from_chars(input.data(), input.data() + line, data_bytes);
    const std::string_view json = input.substr(std::min(line + 1, input.size()));
    const auto header = model::parse_safetensors_header(json, data_bytes, "fuzz");
    if (!header) {
        fuzz::require(header.error().message.size() < 4096, "a message stays short");
        return;
    }
    std::uint64_t sum = 0;
    for (const model::TensorEntry& entry : header->entries) {
        fuzz::require(entry.offset <= data_bytes && entry.bytes <= data_bytes - entry.offset,
                      "a tensor lies inside the data");
        std::uint64_t elements = 1;
        for (const std::int64_t size : entry.shape) {
            fuzz::require(size >= 0, "no negative size");
            elements *= static_cast<std::uint64_t>(size);
        }
        fuzz::require(elements * model::dtype_bytes(entry.dtype) == entry.bytes,
                      "shape and type give the size");
        sum += entry.bytes;
    }
    fuzz::require(sum == data_bytes, "the tensors cover the data");
}
