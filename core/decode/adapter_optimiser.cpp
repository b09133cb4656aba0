// SPDX-License-Identifier: Apache-2.0
#include "core/decode/adapter_optimiser.h"

#include "core/decode/device_model.h"
#include "kernels/block_digest.h"
#include "kernels/grad_norm.h"

#include <algorithm>
#include <utility>

namespace veritune::decode {

using kernels::Bf16;
using kernels::kOptimBlock;
using kernels::OptimBlock;
using kernels::StepVerdict;
using util::Result;
using util::Status;

namespace {

std::size_t words(std::int64_t count) { return static_cast<std::size_t>(count) * sizeof(float); }

constexpr kernels::CodeTable kFirst = kernels::make_code_table(true);
constexpr kernels::CodeTable kSecond = kernels::make_code_table(false);

/// Moments as the kernel stores them.
struct Codes {
    std::vector<std::uint8_t> codes;
    std::vector<float> scales;
};

Codes codes_of(const std::vector<float>& numbers, bool first) {
    Codes out{.codes = std::vector<std::uint8_t>(numbers.size()), .scales = {}};
    for (std::size_t begin = 0; begin < numbers.size(); begin += kOptimBlock) {
        std::uint64_t key = 0;
        for (int e = 0; e < kOptimBlock; ++e) {
            key = std::max(key, kernels::size_key(numbers[begin + static_cast<std::size_t>(e)], e));
        }
        const float scale = kernels::scale_of(key);
        out.scales.push_back(scale);
        for (std::size_t i = begin; i < begin + kOptimBlock; ++i) {
            out.codes[i] =
                first ? kernels::nearest_code(kFirst.bound, kernels::share_of(numbers[i], scale))
                      : kernels::second_code(kSecond.bound, numbers[i], scale);
        }
    }
    return out;
}

std::vector<float> numbers_of(const Codes& from, bool first) {
    const kernels::CodeTable& table = first ? kFirst : kSecond;
    std::vector<float> numbers(from.codes.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        numbers[i] = table.value[from.codes[i]] * from.scales[i / kOptimBlock];
    }
    return numbers;
}

}  // namespace

AdapterOptimiser::AdapterOptimiser(const model::ModelConfig& config,
                                   const FlatPlaces& places,
                                   Backend backend,
                                   bool eight_bit)
    : config_(config),
      places_(places),
      layout_(config, places, eight_bit),
      backend_(backend),
      eight_bit_(eight_bit) {}

Result<AdapterOptimiser> AdapterOptimiser::make(const model::ModelConfig& config,
                                                const FlatPlaces& places,
                                                Backend backend,
                                                bool eight_bit) {
    AdapterOptimiser o(config, places, backend, eight_bit);
    VT_ASSIGN(o.memory_, Buffer::make(backend, o.layout_.all, "the optimiser"));
    const auto& blocks = o.layout_.blocks;
    VT_TRY(o.memory_.write(blocks.data(), blocks.size() * sizeof(OptimBlock), o.layout_.table, {}));
    const std::vector<float> zeros(static_cast<std::size_t>(o.layout_.numbers()));
    if (eight_bit) {  // code 0 is no zero of a first moment
        const Codes none = codes_of(zeros, true);
        VT_TRY(o.memory_.write(none.codes.data(), none.codes.size(), o.layout_.m, {}));
    }
    VT_TRY(o.settled("making the optimiser"));
    return o;
}

kernels::Moments AdapterOptimiser::moments() const {
    if (!eight_bit_) return {.m = memory_.as<float>(layout_.m), .v = memory_.as<float>(layout_.v)};
    return {.m_code = memory_.as<std::uint8_t>(layout_.m),
            .v_code = memory_.as<std::uint8_t>(layout_.v),
            .m_scale = memory_.as<float>(layout_.m_scale),
            .v_scale = memory_.as<float>(layout_.v_scale)};
}

/// All copies and kernels have ended.
Status AdapterOptimiser::settled(const char* what) const {
    return backend_ == Backend::kCuda ? check(kernels::cuda::synchronize({}), what) : Status();
}

template <typename T>
Status AdapterOptimiser::read_all(std::size_t at, std::vector<T>& to) const {
    VT_TRY(memory_.read(to.data(), to.size() * sizeof(T), at, {}));
    return settled("reading the optimiser");
}

std::vector<float> AdapterOptimiser::in_blocks(std::span<const float> flat) const {
    std::vector<float> all(static_cast<std::size_t>(layout_.numbers()));
    for (const OptimiserLayout::Segment& s : layout_.segments) {
        std::copy_n(flat.begin() + s.host, s.count, all.begin() + s.block * kOptimBlock);
    }
    return all;
}

void AdapterOptimiser::from_blocks(const std::vector<float>& blocks, std::span<float> flat) const {
    for (const OptimiserLayout::Segment& s : layout_.segments) {
        std::copy_n(blocks.begin() + s.block * kOptimBlock, s.count, flat.begin() + s.host);
    }
}

Status AdapterOptimiser::load(std::span<const float> flat) {
    const std::vector<float> all = in_blocks(flat);
    VT_TRY(memory_.write(all.data(), words(layout_.numbers()), layout_.master, {}));
    return settled("filling the optimiser");
}

Status AdapterOptimiser::store(std::span<float> flat) const {
    std::vector<float> all(static_cast<std::size_t>(layout_.numbers()));
    VT_TRY(read_all(layout_.master, all));
    from_blocks(all, flat);
    return {};
}

Status AdapterOptimiser::load_moments(std::span<const float> m, std::span<const float> v) {
    const auto put = [&](std::span<const float> flat, bool first) -> Status {
        const std::vector<float> all = in_blocks(flat);
        const std::size_t at = first ? layout_.m : layout_.v;
        if (!eight_bit_) {
            VT_TRY(memory_.write(all.data(), words(layout_.numbers()), at, {}));
        } else {
            const Codes codes = codes_of(all, first);
            VT_TRY(memory_.write(codes.codes.data(), codes.codes.size(), at, {}));
            VT_TRY(memory_.write(codes.scales.data(),
                                 words(layout_.count()),
                                 first ? layout_.m_scale : layout_.v_scale,
                                 {}));
        }
        return settled("filling the optimiser");
    };
    VT_TRY(put(m, true));
    return put(v, false);
}

Status AdapterOptimiser::store_moments(std::span<float> m, std::span<float> v) const {
    const auto get = [&](std::span<float> flat, bool first) -> Status {
        const std::size_t at = first ? layout_.m : layout_.v;
        if (!eight_bit_) {
            std::vector<float> all(static_cast<std::size_t>(layout_.numbers()));
            VT_TRY(read_all(at, all));
            from_blocks(all, flat);
            return {};
        }
        Codes codes{.codes = std::vector<std::uint8_t>(static_cast<std::size_t>(layout_.numbers())),
                    .scales = std::vector<float>(layout_.blocks.size())};
        VT_TRY(read_all(at, codes.codes));
        VT_TRY(read_all(first ? layout_.m_scale : layout_.v_scale, codes.scales));
        from_blocks(numbers_of(codes, first), flat);
        return {};
    };
    VT_TRY(get(m, true));
    return get(v, false);
}

Status AdapterOptimiser::send_others(const TrainGradients& gradients, std::span<float> grad) const {
    std::int64_t at = value_gradient_at(config_, places_.r);
    for (const FlatPlaces::Run& run : places_.others) {
        VT_TRY(gradients.memory().write(grad.data() + run.at, words(run.count), words(at), {}));
        at += run.count;
    }
    VT_TRY(settled("copying to the card"));
    for (const FlatPlaces::Run& run : places_.others) {
        std::ranges::fill(
            grad.subspan(static_cast<std::size_t>(run.at), static_cast<std::size_t>(run.count)),
            0.0F);
    }
    return {};
}

Status AdapterOptimiser::fetch_others(std::span<float> flat) const {
    const std::size_t first = layout_.segments.size() - places_.others.size();
    for (std::size_t i = 0; i < places_.others.size(); ++i) {
        const OptimiserLayout::Segment& s = layout_.segments[first + i];
        std::vector<float> numbers(static_cast<std::size_t>(s.count));
        VT_TRY(read_all(layout_.master + words(s.block * kOptimBlock), numbers));
        std::ranges::copy(numbers, flat.begin() + s.host);
    }
    return {};
}

Result<StepVerdict> AdapterOptimiser::step(const TrainGradients& gradients,
                                           const TrainAdapter& adapter,
                                           const Step& step,
                                           std::span<float> flat_grad,
                                           std::span<float> flat) {
    VT_CHECK(gradients.rank() == padded_rank(places_.r) && adapter.rank() == gradients.rank());
    VT_TRY(send_others(gradients, flat_grad));
    const auto* table = memory_.as<OptimBlock>(layout_.table);
    const auto* grad = gradients.memory().as<float>();
    auto* verdict = memory_.as<StepVerdict>(layout_.verdict);
    VT_TRY(check(kernels::grad_norm_blocks(backend_,
                                           {.blocks = table,
                                            .grad = grad,
                                            .moments = moments(),
                                            .count = layout_.count(),
                                            .clip = step.max_norm,
                                            .partial = memory_.as<double>(layout_.partial),
                                            .flags = memory_.as<std::uint8_t>(layout_.flags),
                                            .verdict = verdict}),
                 "the norm of the gradients"));
    VT_TRY(check(kernels::adamw8(backend_,
                                 {.blocks = table,
                                  .grad = grad,
                                  .master = memory_.as<float>(layout_.master),
                                  .copy = adapter.numbers(),
                                  .moments = moments(),
                                  .verdict = verdict,
                                  .rule = step.rule,
                                  .count = layout_.count()}),
                 "the optimiser's step"));
    std::vector<StepVerdict> found(1);
    VT_TRY(read_all(layout_.verdict, found));
    if (found[0].bad == kernels::BadStep::kNone) VT_TRY(fetch_others(flat));
    return found[0];
}

Status AdapterOptimiser::spread(std::size_t table, std::int64_t count, Bf16* to) const {
    VT_TRY(check(kernels::spread_blocks(backend_,
                                        {.blocks = memory_.as<OptimBlock>(table),
                                         .master = memory_.as<float>(layout_.master),
                                         .to = to,
                                         .count = count}),
                 "copying the adapter"));
    return settled("copying the adapter");
}

Status AdapterOptimiser::write(const TrainAdapter& adapter) const {
    VT_CHECK(adapter.rank() == padded_rank(places_.r));
    return spread(layout_.table, layout_.count(), adapter.numbers());
}

Status AdapterOptimiser::write(const DeviceAdapter& adapter) {
    VT_CHECK(adapter.rank() == padded_rank(places_.r));
    if (decode_of_ != adapter.numbers()) {
        std::vector<std::array<std::pair<std::int64_t, std::int64_t>, kFusedLinears>> begin(
            places_.layers.size());
        for (std::size_t l = 0; l < begin.size(); ++l) {
            for (std::size_t f = 0; f < kFusedLinears; ++f) {
                const FusedLora lora =
                    adapter.lora(static_cast<std::int64_t>(l), static_cast<Fused>(f));
                VT_CHECK(lora.a != nullptr);
                begin[l][f] = {lora.a - adapter.numbers(), lora.b - adapter.numbers()};
            }
        }
        const std::vector<OptimBlock> blocks = decode_blocks(config_, places_.r, begin);
        VT_CHECK(std::ssize(blocks) <= layout_.count());
        decode_of_ = nullptr;  // should it fail half-way
        VT_TRY(memory_.write(
            blocks.data(), blocks.size() * sizeof(OptimBlock), layout_.decode_table, {}));
        decode_of_ = adapter.numbers();
        decode_count_ = std::ssize(blocks);
    }
    return spread(layout_.decode_table, decode_count_, adapter.numbers());
}

Result<std::vector<std::uint64_t>> AdapterOptimiser::digest() const {
    const kernels::BlockDigest args{
        .words = memory_.as<std::uint32_t>(layout_.master),
        .digest = memory_.as<std::uint64_t>(layout_.digest),
        .count = static_cast<std::int64_t>((layout_.state_end - layout_.master) / 4)};
    VT_TRY(check(kernels::block_digest(backend_, args), "the optimiser's digest"));
    std::vector<std::uint64_t> all(static_cast<std::size_t>(kernels::digests(args)));
    VT_TRY(read_all(layout_.digest, all));
    return all;
}

}  // namespace veritune::decode
