// SPDX-License-Identifier: Apache-2.0
// One whole step of reinforcement learning of a 7B model: grpo_step FOLDER [grpo|ppo]
// [PROMPTSxCHAINSxPROMPT_TOKENSxNEW_TOKENS,...]. FOLDER as for train_step. Random weights solve
// nothing, so verdicts are injected: half of each group is right. Chains have full length. GRPO
// trains on all of them; PPO estimates values and trains a critic (a second adapter and a value
// head on the same base, two mini-batches) on all, and moves the policy by the right half. Prints
// one JSON line a step: seconds of each phase, trained tokens, sampler against trainer, memory.
#include "bench/gpu/ceilings.h"
#include "bench/gpu/random_model.h"
#include "bench/gpu/train_bench.h"
#include "core/decode/device_decoder.h"
#include "core/decode/model_runner.h"
#include "core/decode/scheduler.h"

#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>

namespace veritune::decode::bench {
namespace {

struct Shape {
    std::int64_t prompts = 8, chains = 8, prompt_tokens = 256, new_tokens = 1024;
};

/// Some chains of one group for one pass: the prompt once, chains behind it.
struct Pack {
    void begin(const std::vector<std::int32_t>& prompt) {
        prompt_begin = static_cast<std::int32_t>(tokens.size());
        append(prompt, prompt.size(), 0, {prompt_begin, 0, 0, 0});
        prompt_end = static_cast<std::int32_t>(tokens.size());
    }
    void add(const DrawnChain& chain, float weight) {
        const auto begin = static_cast<std::int32_t>(tokens.size());
        for (std::size_t i = 0; i < chain.tokens.size(); ++i) {
            rows.push_back(i == 0 ? prompt_end - 1 : begin + static_cast<std::int32_t>(i) - 1);
            targets.push_back(chain.tokens[i]);
            drawn.push_back(chain.logprobs[i]);
            g.push_back(weight);
        }
        append(chain.tokens,
               chain.tokens.size() - 1,
               prompt_end - prompt_begin,
               {begin, prompt_begin, prompt_end, 0});
    }
    void append(const std::vector<std::int32_t>& ids,
                std::size_t count,
                std::int32_t position,
                const kernels::AttnSpan& span) {
        for (std::size_t i = 0; i < count; ++i) {
            tokens.push_back(ids[i]);
            positions.push_back(position + static_cast<std::int32_t>(i));
            spans.push_back(span);
        }
    }
    std::vector<std::int32_t> tokens, positions, rows, targets;
    std::vector<kernels::AttnSpan> spans;
    std::vector<float> drawn, g;
    std::int32_t prompt_begin = 0, prompt_end = 0;
};

struct Times {
    double rollout = 0, values = 0, critic = 0, policy = 0, optimiser = 0;
    double all() const { return rollout + values + critic + policy + optimiser; }
};

class Step {
  public:
    Step(const DeviceModel& model, const Shape& shape, bool ppo)
        : model_(model),
          shape_(shape),
          ppo_(ppo),
          host_(model.config()),
          policy_(model, host_, false),
          critic_(model, host_, false),
          decoder_(model, {}),
          head_(static_cast<std::size_t>(model.config().hidden_size), 0.001F) {
        const std::int64_t longest = shape.prompt_tokens + shape.new_tokens;
        runner_ = take(
            ModelRunner::make(model,
                              {.slots = std::min<std::int64_t>(256, shape.prompts * shape.chains),
                               .max_length = longest}));
        require(runner_->set_adapter(peft_form()));
        util::Rng rng(5, util::RngStream::kTest);
        for (std::int64_t p = 0; p < shape.prompts; ++p) {
            auto& prompt = prompts_.emplace_back();
            for (std::int64_t i = 0; i < shape.prompt_tokens; ++i) {
                prompt.push_back(static_cast<std::int32_t>(rng.below(150000)));
            }
        }
    }

    void run(std::uint64_t number) {
        times_ = {};
        timed(times_.rollout, [&] { rollout(number); });
        trained_ = 0;
        if (ppo_) {
            timed(times_.values, [&] { estimate_values(); });
            timed(times_.critic, [&] { train_critic(); });
        }
        timed(times_.policy, [&] { train_policy(); });
        timed(times_.optimiser, [&] { policy_.step(decoder_); });
        print();
    }

  private:
    template <typename Work>
    void timed(double& to, const Work& work) {
        const auto begin = Clock::now();
        work();
        require(check(kernels::cuda::synchronize({}), "the card"));
        to += seconds_since(begin);
    }
    void rollout(std::uint64_t number) {
        require(policy_.optimiser.write(runner_->adapter()));
        chains_.assign(static_cast<std::size_t>(shape_.prompts * shape_.chains), {});
        Scheduler scheduler(*runner_);
        require(scheduler.run(prompts_,
                              {.seed = number, .temperature = 1.0F, .stop_ids = {}},
                              {.generations = shape_.chains,
                               .max_new_tokens = shape_.new_tokens,
                               .max_length = shape_.prompt_tokens + shape_.new_tokens},
                              {},
                              {},
                              [&](std::int64_t chain, DrawnChain drawn) {
                                  chains_[static_cast<std::size_t>(chain)] = std::move(drawn);
                              }));
    }
    model::Adapter peft_form() const {
        model::Adapter adapter;
        adapter.config.r = kRank;
        adapter.config.target_modules.assign(model::kLinearNames.begin(),
                                             model::kLinearNames.end());
        const auto linears = model::layer_linears(model_.config());
        for (std::size_t l = 0; l < host_.adapter.layers.size(); ++l) {
            for (std::size_t i = 0; i < kLinears; ++i) {
                const HostLora& from = host_.adapter.layers[l][i];
                const auto put =
                    [&](char part, const float* values, std::int64_t a, std::int64_t b) {
                        adapter.tensors[model::adapter_tensor_name(
                            static_cast<std::int64_t>(l), linears[i].name, part)] = {
                            .shape = {a, b}, .values = {values, values + a * b}};
                    };
                put('A', from.a, kRank, linears[i].in_features);
                put('B', from.b, linears[i].out_features, kRank);
            }
        }
        return adapter;
    }
    /// Passes of at most so many rows. which  all chains, or the right half of each group
    std::vector<Pack> packs(bool right_half, std::int64_t first_prompt, std::int64_t end_prompt) {
        const std::int64_t most = decoder_.rows_that_fit(8192, policy_.copy.rank());
        std::vector<Pack> all;
        const float share =
            1.0F / static_cast<float>(chains_.size() * static_cast<std::size_t>(shape_.new_tokens));
        for (std::int64_t p = first_prompt; p < end_prompt; ++p) {
            bool open = false;
            for (std::int64_t c = 0; c < shape_.chains; ++c) {
                const bool right = c % 2 == 0;
                if (right_half && !right) continue;
                const auto rows =
                    static_cast<std::int64_t>(all.empty() ? 0 : all.back().tokens.size());
                if (!open || rows + shape_.new_tokens > most) {
                    const bool fits =
                        !all.empty() && rows + shape_.prompt_tokens + shape_.new_tokens <= most;
                    if (!fits) all.emplace_back();
                    all.back().begin(prompts_[static_cast<std::size_t>(p)]);
                    open = true;
                }
                all.back().add(chains_[static_cast<std::size_t>(p * shape_.chains + c)],
                               right ? -share : share);
            }
        }
        return all;
    }
    void forward(const Pack& p, const TrainAdapter& adapter, bool keep) {
        require(decoder_.forward({.tokens = p.tokens, .positions = p.positions, .spans = p.spans},
                                 adapter,
                                 static_cast<std::int64_t>(p.rows.size()),
                                 keep));
        if (keep) trained_ += static_cast<std::int64_t>(p.tokens.size());
    }
    void estimate_values() {
        for (const Pack& p : packs(false, 0, shape_.prompts)) {
            forward(p, critic_.copy, false);
            std::vector<float> values(p.rows.size());
            require(decoder_.values(p.rows, head_, 0.0F, values));
        }
    }
    void train_critic() {
        std::vector<float> dhead(head_.size());
        float dbias = 0;
        for (int half = 0; half < 2; ++half) {
            bool add = false;
            for (const Pack& p :
                 packs(false, half * shape_.prompts / 2, (half + 1) * shape_.prompts / 2)) {
                forward(p, critic_.copy, true);
                std::vector<float> values(p.rows.size());
                require(decoder_.values(p.rows, head_, 0.0F, values));
                require(decoder_.values_backward(p.g, dhead, dbias));
                require(decoder_.backward(critic_.copy, add));
                add = true;
            }
            critic_.step(decoder_);
        }
    }
    void train_policy() {
        bool add = false;
        mismatch_ = largest_ = 0;
        double count = 0;
        for (const Pack& p : packs(ppo_, 0, shape_.prompts)) {
            forward(p, policy_.copy, true);
            std::vector<float> lp(p.rows.size()), entropies(p.rows.size());
            require(decoder_.log_probs(p.rows, p.targets, 1.0F, lp, entropies));
            for (std::size_t i = 0; i < lp.size(); ++i) {
                const double d =
                    std::abs(static_cast<double>(lp[i]) - static_cast<double>(p.drawn[i]));
                mismatch_ += d;
                largest_ = std::max(largest_, d);
                count += 1;
            }
            require(decoder_.log_probs_backward(p.g));
            require(decoder_.backward(policy_.copy, add));
            add = true;
        }
        mismatch_ /= count;
    }
    void print() const {
        std::printf(
            "{\"bench\":\"grpo_step\",\"algorithm\":\"%s\",\"prompts\":%d,\"chains\":%d,"
            "\"prompt_tokens\":%d,\"new_tokens\":%d,\"seconds\":%.2f,\"rollout_s\":%.2f,"
            "\"values_s\":%.2f,\"critic_s\":%.2f,\"policy_s\":%.2f,\"optimiser_s\":%.2f,"
            "\"trained_tokens\":%d,\"kept\":\"%s\",\"mean_mismatch\":%.5f,\"largest_mismatch\":%."
            "4f,"
            "\"gradient_norm\":%.4g,\"used_GB\":%.2f,\"state\":\"%s\"}\n",
            ppo_ ? "ppo" : "grpo",
            static_cast<int>(shape_.prompts),
            static_cast<int>(shape_.chains),
            static_cast<int>(shape_.prompt_tokens),
            static_cast<int>(shape_.new_tokens),
            times_.all(),
            times_.rollout,
            times_.values,
            times_.critic,
            times_.policy,
            times_.optimiser,
            static_cast<int>(trained_),
            keep_name(decoder_.shape()->keep),
            mismatch_,
            largest_,
            policy_.norm,
            1e-9 * static_cast<double>(used_bytes()),
            policy_.state().c_str());
        std::fflush(stdout);
    }

    const DeviceModel& model_;
    Shape shape_;
    bool ppo_;
    HostState host_;
    Trained policy_, critic_;
    DeviceDecoder decoder_;
    std::vector<float> head_;
    std::unique_ptr<ModelRunner> runner_;
    std::vector<std::vector<std::int32_t>> prompts_;
    std::vector<DrawnChain> chains_;
    Times times_;
    std::int64_t trained_ = 0;
    double mismatch_ = 0, largest_ = 0;
};

Shape shape_of(const std::string& text) {
    std::array<std::int64_t, 4> numbers{8, 8, 256, 1024};
    std::size_t at = 0;
    for (std::int64_t& n : numbers) {
        n = std::atoll(text.c_str() + at);
        at = text.find('x', at);
        if (at == std::string::npos) break;
        ++at;
    }
    return {numbers[0], numbers[1], numbers[2], numbers[3]};
}

int run(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: grpo_step FOLDER [grpo|ppo] [BxGxPxL,...]\n");
        return 2;
    }
    const std::string folder = argv[1];
    const bool ppo = argc > 2 && std::string(argv[2]) == "ppo";
    const std::string shapes = argc > 3 ? argv[3] : "8x8x256x1024";
    kernels::cuda::DeviceInfo card;
    require(check(kernels::cuda::device_info(0, &card), "the card"));
    std::printf("{\"card\":\"%s\"}\n", card.name);
    if (!std::filesystem::exists(folder)) make_folder(folder, qwen_7b());
    const std::unique_ptr<util::FileSystem> fs = util::make_posix_file_system();
    auto files = std::make_shared<quant::QuantModel>(take(quant::QuantModel::open(*fs, folder)));
    const DeviceModel model = take(DeviceModel::load(files, Backend::kCuda, {}));
    for_each_part(shapes, [&](const std::string& text) {
        Step step(model, shape_of(text), ppo);
        for (std::uint64_t number = 1; number <= 3; ++number) step.run(number);
    });
    return 0;
}

}  // namespace
}  // namespace veritune::decode::bench

int main(int argc, char** argv) { return veritune::decode::bench::run(argc, argv); }
