// SPDX-License-Identifier: Apache-2.0
#include "core/train/chain_pack.h"

#include <ATen/ATen.h>

#include <utility>

namespace veritune::train {
namespace {

at::Tensor long_tensor(const std::vector<std::int64_t>& values) {
    return at::tensor(values, at::kLong);
}

/// Collects chains until the caller closes the micro-batch.
class Packer {
  public:
    explicit Packer(std::int64_t length) { pack_.length = length; }

    void add(const ChainRef& chain) {
        if (chain.group != group_) {
            prompt_row_ = pack_.batch.begin_group(*chain.prompt);
            group_ = chain.group;
        }
        const auto& tokens = *chain.completion;
        // The last token predicts nothing, so it is no input.
        const std::int64_t first =
            pack_.batch.add_chain(std::span(tokens).first(tokens.size() - 1));
        const std::int64_t last_prompt =
            prompt_row_ + static_cast<std::int64_t>(chain.prompt->size()) - 1;
        for (std::size_t t = 0; t < tokens.size(); ++t) {
            const std::int64_t row =
                t == 0 ? last_prompt : first + static_cast<std::int64_t>(t) - 1;
            pack_.targets.rows.push_back(static_cast<std::int32_t>(row));
            pack_.targets.targets.push_back(tokens[t]);
            cells_.push_back(pack_.n * pack_.length + static_cast<std::int64_t>(t));
        }
        rows_.push_back(chain.row);
        ++pack_.n;
    }

    std::int64_t tokens() const { return pack_.batch.rows(); }

    ChainPack finish() {
        pack_.rows = long_tensor(rows_);
        pack_.cells = long_tensor(cells_);
        return std::move(pack_);
    }

  private:
    ChainPack pack_;
    std::vector<std::int64_t> rows_;
    std::vector<std::int64_t> cells_;
    std::int64_t group_ = -1;
    std::int64_t prompt_row_ = 0;
};

}  // namespace

at::Tensor ChainPack::pad(const at::Tensor& flat) const {
    at::Tensor padded = at::zeros({n * length}, flat.options());
    padded.index_copy_(0, cells, flat);
    return padded.view({n, length});
}

at::Tensor ChainPack::flatten(const at::Tensor& padded) const {
    return padded.contiguous().view({-1}).index_select(0, cells).to(at::kFloat);
}

std::vector<ChainPack> pack_chains(std::span<const ChainRef> chains,
                                   std::int64_t padded_length,
                                   std::int64_t max_tokens) {
    std::vector<ChainPack> packs;
    for (std::size_t next = 0; next < chains.size();) {
        Packer packer(padded_length);
        const std::size_t first = next;
        for (; next < chains.size(); ++next) {
            const auto size = static_cast<std::int64_t>(chains[next].prompt->size() +
                                                        chains[next].completion->size());
            if (next > first && packer.tokens() + size > max_tokens) break;
            packer.add(chains[next]);
        }
        packs.push_back(packer.finish());
    }
    return packs;
}

}  // namespace veritune::train
