// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/models_quantised.h"

#include "core/programs/cli/child_process.h"
#include "core/programs/cli/progress_view.h"
#include "core/quant/quant_model.h"
#include "core/quant/quantize_model.h"
#include "core/quant/quantize_report.h"

#include <algorithm>
#include <array>

namespace veritune::cli {
namespace {

constexpr int kEngineTimeoutMs = 3600 * 1000;
constexpr std::array<double, 7> kCards{8, 12, 16, 24, 32, 48, 80};
constexpr double kGib = 1073741824.0;

double seconds_since(const Context& context, std::int64_t begin_us) {
    return static_cast<double>(context.clock.monotonic_us() - begin_us) * 1e-6;
}

/// Shows how far it is: a line that is drawn over, or a sentence at every tenth.
class QuantizeView {
  public:
    explicit QuantizeView(Context& context)
        : context_(context),
          screen_(context.out),
          begin_us_(context.clock.monotonic_us()) {}
    ~QuantizeView() { screen_.clear(); }
    QuantizeView(const QuantizeView&) = delete;
    QuantizeView& operator=(const QuantizeView&) = delete;

    void show(const quant::QuantizeProgress& p) {
        const double fraction = p.weights_total > 0 ? static_cast<double>(p.weights_done) /
                                                          static_cast<double>(p.weights_total)
                                                    : 0.0;
        const auto percent = static_cast<int>(100 * fraction);
        if (percent == percent_) return;
        if (first_ < 0) first_ = fraction;
        const double elapsed = seconds_since(context_, begin_us_);
        const double left =
            fraction > first_ ? elapsed * (1 - fraction) / (fraction - first_) : -1.0;
        const std::string line = "Quantising " + p.part + ", " + std::to_string(percent) +
                                 " %, left " + format_duration(left);
        context_.out.event("progress",
                           {{"part", p.part}, {"fraction", fraction}, {"seconds_left", left}});
        if (context_.out.options().live) {
            screen_.draw(line + "\n");
        } else if (percent / 10 != percent_ / 10) {
            context_.out.say(line);
        }
        percent_ = percent;
    }

  private:
    Context& context_;
    ProgressScreen screen_;
    std::int64_t begin_us_;
    int percent_ = -1;
    double first_ = -1;  ///< what an earlier call had done
};

util::Result<util::Json> quantise_here(Context& context,
                                       const std::string& source,
                                       const std::string& destination) {
    const std::int64_t begin_us = context.clock.monotonic_us();
    const std::unique_ptr<quant::Quantiser> quantiser = quant::make_cpu_quantiser();
    const CatchInterrupts guard(context.interrupts);
    QuantizeView view(context);
    VT_ASSIGN(const quant::QuantizeResult result,
              quant::quantize_model(context.fs,
                                    *quantiser,
                                    {.source = source,
                                     .destination = destination,
                                     .go_on = [&](const quant::QuantizeProgress& progress) {
                                         view.show(progress);
                                         return context.interrupts.count() == 0;
                                     }}));
    return quant::quantize_report(result, "cpu", seconds_since(context, begin_us));
}

/// The engine's answer: one line of JSON, {"result": ...} or {"error": {code, message, context}}.
util::Result<util::Json> parse_answer(const ChildResult& child) {
    const auto answer =
        util::parse_json(child.output, "the engine's answer", {.max_bytes = 1 << 22});
    if (answer && answer->is_object() && answer->contains("result")) return (*answer)["result"];
    if (answer && answer->is_object() && answer->contains("error")) {
        const util::Json& error = (*answer)["error"];
        VT_ASSIGN(const std::string code, util::json_string(error, "code", "the engine's answer"));
        VT_ASSIGN(const std::string message,
                  util::json_string(error, "message", "the engine's answer"));
        return util::fail(util::error_code_from_name(code).value_or(util::ErrorCode::kInternal),
                          message);
    }
    return util::fail(util::ErrorCode::kUnavailable,
                      "veritune-engine ended with code " + std::to_string(child.exit_code) +
                          " and without an answer; leave out --device cuda to use the processor");
}

util::Result<util::Json> quantise_on_card(Context& context,
                                          const std::string& source,
                                          const std::string& destination) {
    context.out.say("Quantising on the card.");
    const std::string engine = util::join_path(context.env.program_dir, "veritune-engine");
    VT_ASSIGN(const ChildResult child,
              run_child({engine, "--quantize", source, "--to", destination},
                        {.environment = {}, .timeout_ms = kEngineTimeoutMs}));
    return parse_answer(child);
}

std::string error_table(const util::Json& errors) {
    TextTable table({{"part", TextTable::Align::kLeft},
                     {"error", TextTable::Align::kRight},
                     {"NF4 would have", TextTable::Align::kRight}});
    for (const util::Json& e : errors) {
        const auto ours = e.at("ours").get<double>();
        const auto nf4 = e.at("nf4").get<double>();
        table.add({printable(e.at("part").get<std::string>()),
                   format_number(ours, 4),
                   nf4 > 0 ? format_number(nf4, 4) : "-"});
    }
    return table.render();
}

std::string label(std::string name, const std::string& value) {
    name.resize(15, ' ');
    return name + value + "\n";
}

util::Result<model::ModelConfig> config_of(Context& context,
                                           const std::string& folder,
                                           quant::Scheme& scheme,
                                           quant::MemoryRequest& request) {
    if (quant::is_quantised(context.fs, folder)) {
        VT_ASSIGN(const quant::QuantModel model, quant::QuantModel::open(context.fs, folder));
        scheme = model.scheme();
        request.bf16_cache_layers =
            static_cast<std::int64_t>(model.manifest().kv_bf16_layers.size());
        return model.config();
    }
    VT_ASSIGN(model::ModelConfig config, model::read_model_config(context.fs, folder));
    VT_TRY(quant::check_quantisable(config));
    return config;
}

/// The smallest usual card on which the plan fits.
std::string smallest_card(const quant::MemoryPlan& plan) {
    for (const double gib : kCards) {
        if (static_cast<double>(plan.total) + quant::kCardReserve <= gib * kGib) {
            return "a card of " + format_number(gib, 0) + " GB";
        }
    }
    return "more than the largest usual card (80 GB)";
}

util::Json plan_json(const quant::MemoryPlan& plan) {
    util::Json parts = util::Json::array();
    for (const quant::MemoryPart& part : plan.parts) {
        parts.push_back({{"name", part.name}, {"bytes", part.bytes}});
    }
    return {{"parts", parts},
            {"total_bytes", plan.total},
            {"usable_bytes", plan.usable},
            {"missing_bytes", plan.missing},
            {"fits", plan.missing == 0},
            {"change", plan.change}};
}

/// The table of a plan, and whether it fits.
std::string plan_text(const quant::MemoryPlan& plan, const char* title) {
    TextTable table({{title, TextTable::Align::kLeft}, {"bytes", TextTable::Align::kRight}});
    for (const quant::MemoryPart& part : plan.parts) {
        table.add({part.name, format_bytes(static_cast<double>(part.bytes))});
    }
    table.add({"together", format_bytes(static_cast<double>(plan.total))});
    std::string text = table.render();
    if (plan.usable == 0) return text + "That takes " + smallest_card(plan) + ".";
    if (plan.missing == 0) {
        return text + "It fits: " + format_bytes(static_cast<double>(plan.usable - plan.total)) +
               " of the card stay free.";
    }
    return text + "It does not fit: " + format_bytes(static_cast<double>(plan.missing)) +
           " are missing. " + plan.change;
}

}  // namespace

util::Result<int> quantise_folder(Context& context,
                                  const std::string& source,
                                  const std::string& destination,
                                  const std::string& device) {
    VT_ASSIGN(const util::Json report,
              device == "cuda" ? quantise_on_card(context, source, destination)
                               : quantise_here(context, source, destination));
    context.out.text(error_table(report.at("errors")));
    context.out.text("The quantised model has " + format_bytes(report.at("bytes").get<double>()) +
                     ", the source " + format_bytes(report.at("source_bytes").get<double>()) +
                     "; it took " + format_duration(report.at("seconds").get<double>()) + ".");
    context.out.result(report);
    return kExitOk;
}

util::Result<int> inspect_quantised(Context& context,
                                    const std::string& folder,
                                    util::Json (*config_json)(const model::ModelConfig&),
                                    bool verify) {
    VT_ASSIGN(const quant::QuantModel model, quant::QuantModel::open(context.fs, folder));
    const quant::Manifest& manifest = model.manifest();
    std::uint64_t bytes = 0;
    util::Json files = util::Json::array();
    for (const quant::FileRecord& file : manifest.files) {
        bytes += file.bytes;
        files.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
    }
    util::Json errors = util::Json::array();
    for (const quant::PartError& e : manifest.errors) {
        errors.push_back({{"part", e.name}, {"ours", e.ours}, {"nf4", e.nf4}});
    }
    if (verify) {
        const CatchInterrupts guard(context.interrupts);
        VT_TRY(model.verify([&](std::uint64_t) { return context.interrupts.count() == 0; }));
    }
    util::Json json = config_json(model.config());
    json["scheme"] = quant::scheme_name(manifest.scheme);
    json["layout"] = quant::kLayoutName;
    json["weight_bytes"] = bytes;
    json["source"] = {{"name", manifest.source_name},
                      {"fingerprint", manifest.source_fingerprint},
                      {"dtype", manifest.source_dtype}};
    json["files"] = files;
    json["errors"] = errors;
    json["kv_bf16_layers"] = manifest.kv_bf16_layers;
    json["verified"] = verify;
    context.out.text(
        label("architecture", json.at("architecture").get<std::string>()) +
        label("parameters", format_count(json.at("parameters").get<std::int64_t>())) +
        label("layers", format_count(json.at("layers").get<std::int64_t>())) +
        label("stored as",
              std::string(quant::scheme_name(manifest.scheme)) + ", head int8-g64, layout " +
                  std::string(quant::kLayoutName)) +
        label("weights", format_bytes(static_cast<double>(bytes))) +
        label("made from",
              printable(manifest.source_name) + " (" + printable(manifest.source_dtype) +
                  "), fingerprint " + printable(manifest.source_fingerprint.substr(0, 16))) +
        label(
            "hashes",
            verify ? "all compared, all as written" : "not compared (--verify reads all weights)") +
        "\n" + error_table(errors));
    context.out.result(json);
    return kExitOk;
}

util::Result<int> fit_model(Context& context,
                            const std::string& folder,
                            quant::MemoryRequest request,
                            std::int64_t train_tokens) {
    quant::Scheme scheme = quant::Scheme::kInt4;
    VT_ASSIGN(const model::ModelConfig config, config_of(context, folder, scheme, request));
    VT_TRY(model::check_length(config, std::max(request.context, train_tokens)));
    const quant::MemoryPlan plan = quant::plan_memory(config, scheme, request);
    util::Json result = plan_json(plan);
    std::string text = plan_text(plan, train_tokens > 0 ? "while it samples" : "on the card");
    bool fits = plan.missing == 0;
    if (train_tokens > 0) {
        const decode::TrainPlan train =
            decode::plan_training(config,
                                  scheme,
                                  {.card_bytes = request.card_bytes,
                                   .tokens = train_tokens,
                                   .rank = std::max<std::int64_t>(1, request.lora_rank)});
        text += "\n\n" + plan_text(train.memory, "while it trains");
        result["training"] = plan_json(train.memory);
        result["training"]["kept"] = decode::keep_name(train.keep);
        fits = fits && train.memory.missing == 0;
        result["fits"] = fits;
    }
    context.out.text(text);
    context.out.result(result);
    return fits ? kExitOk : kExitFailed;
}

util::Result<TrainingFit> training_fit(Context& context,
                                       const std::string& folder,
                                       const decode::TrainRequest& request,
                                       const std::string& title) {
    quant::Scheme scheme = quant::Scheme::kInt4;
    quant::MemoryRequest of_sampling;
    VT_ASSIGN(const model::ModelConfig config, config_of(context, folder, scheme, of_sampling));
    VT_TRY(model::check_length(config, request.tokens));
    const decode::TrainPlan plan = decode::plan_training(config, scheme, request);
    return TrainingFit{.text = plan_text(plan.memory, title.c_str()),
                       .json = plan_json(plan.memory),
                       .total = plan.memory.total,
                       .fits = plan.memory.missing == 0};
}

}  // namespace veritune::cli
