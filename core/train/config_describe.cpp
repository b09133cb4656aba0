// SPDX-License-Identifier: Apache-2.0
#include "core/train/config_fields.h"

#include <cmath>

namespace veritune::train {

namespace {

constexpr const char* kTypeNames[] = {"integer", "integer", "number", "boolean", "text"};

template <class T>
void describe_block(std::vector<Parameter>& all, const char* block) {
    T defaults{};
    for (const Field<T>& field : fields_of<T>()) {
        const Slot slot = field.slot(defaults);
        all.push_back({.block = block,
                       .key = field.spec.key,
                       .type = kTypeNames[slot.index()],
                       .default_value = read_slot(slot),
                       .minimum = field.spec.minimum,
                       .maximum = field.spec.maximum,
                       .minimum_excluded = field.spec.minimum_excluded,
                       .choices = field.spec.choices,
                       .unit = field.spec.unit,
                       .effect = field.spec.effect});
    }
}

std::string bound(double value) {
    if (std::abs(value) < 1e15 && value == std::floor(value)) {
        return std::to_string(static_cast<std::int64_t>(value));
    }
    return util::Json(value).dump();
}

std::string range_cell(const Parameter& parameter) {
    if (parameter.type == "boolean") return "true, false";
    if (!parameter.choices.empty()) {
        std::string all;
        for (const std::string& choice : parameter.choices) {
            all += (all.empty() ? "" : ", ") + ("`" + (choice.empty() ? "\"\"" : choice) + "`");
        }
        return all;
    }
    if (!std::isfinite(parameter.minimum)) return "";
    return (parameter.minimum_excluded ? "above " : "") + bound(parameter.minimum) + " to " +
           bound(parameter.maximum);
}

struct BlockText {
    const char* block;
    const char* title;
    const char* text;
};

constexpr BlockText kBlocks[] = {
    {"recipe",
     "Recipe",
     "The outermost object of `run.json`. It also holds `model`, `lora`, `demonstrations`, "
     "`problems`, `heldout` and the list `stages`."},
    {"model", "`model`", "Either `path` or `init` is given."},
    {"lora", "`lora`", "How the model is adapted, in every stage of the run."},
    {"data",
     "`demonstrations`, `problems`, `heldout`",
     "Three blocks with the same keys. Either `dataset` or `generator` is given."},
    {"stage",
     "A stage",
     "Every stage may hold a block `eval`, and the one block of its type: `sft` (cold_start), "
     "`vrl` (vrl) or `rejection` (rejection_sampling)."},
    {"sft",
     "`sft`",
     "Supervised fine-tuning on demonstrations, and on the curated set of a rejection_sampling "
     "stage (block `sft` inside `rejection`)."},
    {"vrl",
     "`vrl`",
     "Reinforcement learning from verdicts. The defaults are those of algorithm ppo; another "
     "`algorithm` brings its own."},
    {"rejection",
     "`rejection`",
     "Sample, keep what the verifier proves, remove duplicates, fine-tune. Holds a nested block "
     "`sft`."},
    {"eval", "`eval`", "Held-out evaluation and the guard."},
};

}  // namespace

std::vector<Parameter> describe_parameters() {
    std::vector<Parameter> all;
    describe_block<Recipe>(all, "recipe");
    describe_block<ModelSource>(all, "model");
    describe_block<LoraConfig>(all, "lora");
    describe_block<DataSource>(all, "data");
    describe_block<StageConfig>(all, "stage");
    describe_block<SftConfig>(all, "sft");
    describe_block<PolicyConfig>(all, "vrl");
    describe_block<RejectionConfig>(all, "rejection");
    describe_block<EvalConfig>(all, "eval");
    return all;
}

std::string parameters_markdown() {
    const std::vector<Parameter> all = describe_parameters();
    std::string text =
        "# Training parameters\n\n"
        "Every hyper-parameter of a recipe. This page is generated from the table in "
        "`core/train/config.cpp`, and a\n"
        "test holds it against that table; to renew it run the test `TrainingParametersDoc.*` of "
        "`train_base_test` with\n"
        "`VERITUNE_REGENERATE=1`. A recipe that a run stores has every value written out.\n";
    for (const BlockText& block : kBlocks) {
        text += std::string("\n## ") + block.title + "\n" + block.text + "\n\n";
        text += "| key | default | range | unit | effect |\n|---|---|---|---|---|\n";
        for (const Parameter& parameter : all) {
            if (parameter.block != block.block) continue;
            text += "| `" + parameter.key + "` | `" + parameter.default_value.dump() + "` | " +
                    range_cell(parameter) + " | " + parameter.unit + " | " + parameter.effect +
                    " |\n";
        }
    }
    return text;
}

}  // namespace veritune::train
