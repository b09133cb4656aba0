// SPDX-License-Identifier: Apache-2.0
#include "core/train/recipe.h"

#include "core/train/config_fields.h"
#include "core/util/hash.h"

#include <algorithm>

namespace veritune::train {

using util::ErrorCode;
using util::Json;

namespace {

util::Error invalid(std::string message) {
    return util::fail(ErrorCode::kInvalidArgument, std::move(message));
}

/// The one block that a stage of this type may hold besides `eval`; empty for evaluate.
std::string block_of_type(const std::string& type) {
    if (type == "cold_start") return "sft";
    if (type == "vrl") return "vrl";
    if (type == "rejection_sampling") return "rejection";
    return "";
}

Json rejection_to_json(const RejectionConfig& config) {
    Json object = encode_fields(config);
    object["sft"] = encode_fields(config.sft);
    return object;
}

Json stage_to_json(const StageConfig& stage) {
    Json object = encode_fields(stage);
    object["eval"] = encode_fields(stage.eval);
    if (stage.type == "cold_start") object["sft"] = encode_fields(stage.sft);
    if (stage.type == "vrl") object["vrl"] = encode_fields(stage.vrl);
    if (stage.type == "rejection_sampling")
        object["rejection"] = rejection_to_json(stage.rejection);
    return object;
}

util::Status decode_rejection(RejectionConfig& config,
                              const Json& object,
                              const std::string& where) {
    VT_TRY(decode_fields(config, object, where, {"sft"}));
    if (!object.contains("sft")) return {};
    return decode_fields(config.sft, object["sft"], where + ".sft");
}

util::Status decode_block(StageConfig& stage,
                          const std::string& block,
                          const Json& object,
                          const std::string& where) {
    if (block == "sft") return decode_fields(stage.sft, object, where);
    if (block == "rejection") return decode_rejection(stage.rejection, object, where);
    VT_ASSIGN(stage.vrl, policy_config_from_json(object, where));
    return {};
}

util::Result<StageConfig> decode_stage(const Json& object, const std::string& where) {
    StageConfig stage;
    VT_TRY(decode_fields(stage, object, where, {"sft", "vrl", "rejection", "eval"}));
    if (stage.type.empty()) return invalid(where + ".type is missing");
    const std::string own = block_of_type(stage.type);
    for (const std::string block : {"sft", "vrl", "rejection"}) {
        if (!object.contains(block)) continue;
        if (block != own) {
            return invalid(where + " is of type " + stage.type + " and cannot hold a block \"" +
                           block + "\"");
        }
        VT_TRY(decode_block(stage, block, object[block], where + "." + block));
    }
    if (object.contains("eval")) VT_TRY(decode_fields(stage.eval, object["eval"], where + ".eval"));
    return stage;
}

util::Status decode_stages(Recipe& recipe, const Json& list) {
    constexpr std::size_t kMaxStages = 64;
    if (!list.is_array()) return invalid("recipe.stages must be a list");
    if (list.size() > kMaxStages) return invalid("recipe.stages holds more than 64 stages");
    for (std::size_t i = 0; i < list.size(); ++i) {
        VT_ASSIGN(StageConfig stage, decode_stage(list[i], "stages[" + std::to_string(i) + "]"));
        recipe.stages.push_back(std::move(stage));
    }
    return {};
}

bool is_plain_id(const std::string& id) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), plain);
}

const StageConfig* find_before(const Recipe& recipe, std::size_t index, const std::string& id) {
    for (std::size_t i = 0; i < index; ++i) {
        if (recipe.stages[i].id == id) return &recipe.stages[i];
    }
    return nullptr;
}

util::Status check_reference(const Recipe& recipe,
                             std::size_t index,
                             const std::string& key,
                             const std::string& id,
                             bool needs_weights) {
    const StageConfig* target = find_before(recipe, index, id);
    const std::string where = "stage " + recipe.stages[index].id + ": " + key;
    if (target == nullptr) return invalid(where + " must name an earlier stage, is \"" + id + "\"");
    if (needs_weights && target->type == "evaluate") {
        return invalid(where + " names stage " + id + ", which only evaluates and has no weights");
    }
    return {};
}

util::Status check_id(const Recipe& recipe, std::size_t index) {
    const std::string& id = recipe.stages[index].id;
    const std::string where = "stages[" + std::to_string(index) + "].id";
    if (!is_plain_id(id)) return invalid(where + " must be 1 to 64 of a-z, 0-9, _ and -");
    if (id == "base" || id == "policy")
        return invalid(where + " must not be the reserved word " + id);
    if (find_before(recipe, index, id) != nullptr)
        return invalid(where + ": " + id + " is used twice");
    return {};
}

util::Status check_references(const Recipe& recipe, std::size_t index) {
    const StageConfig& stage = recipe.stages[index];
    if (!stage.start_from.empty() && stage.start_from != "base") {
        VT_TRY(check_reference(recipe, index, "start_from", stage.start_from, true));
    }
    if (!stage.match_cost_of.empty()) {
        VT_TRY(check_reference(recipe, index, "match_cost_of", stage.match_cost_of, false));
    }
    const std::string& sft_from = stage.rejection.sft_from;
    if (stage.type == "rejection_sampling" && sft_from != "policy" && sft_from != "base") {
        VT_TRY(check_reference(recipe, index, "rejection.sft_from", sft_from, true));
    }
    return {};
}

util::Status check_sft(const SftConfig& sft, const std::string& where) {
    if (sft.max_steps == 0 && sft.num_train_epochs <= 0.0) {
        return invalid(where + ": max_steps and num_train_epochs are both 0");
    }
    return {};
}

util::Status check_blocks(const StageConfig& stage) {
    const std::string where = "stage " + stage.id;
    if (stage.type == "cold_start") return check_sft(stage.sft, where + ": sft");
    if (stage.type == "vrl") return validate_policy(stage.vrl, where + ": vrl");
    if (stage.type != "rejection_sampling") return {};
    if (stage.rejection.sampling.temperature <= 0.0) {
        return invalid(where + ": rejection.temperature must be above 0");
    }
    return check_sft(stage.rejection.sft, where + ": rejection.sft");
}

util::Status check_source(const DataSource& source, const std::string& where) {
    if (!source.dataset.empty() && !source.generator.empty()) {
        return invalid(where + " names both a dataset and a generator");
    }
    if (source.generator.empty()) return {};
    if (source.count < 1) return invalid(where + ".count must be at least 1 for a generator");
    if (source.min_steps > source.max_steps)
        return invalid(where + ": min_steps exceeds max_steps");
    return {};
}

util::Status check_structure(const Recipe& recipe) {
    if (recipe.stages.empty()) return invalid("recipe.stages must hold at least one stage");
    for (std::size_t i = 0; i < recipe.stages.size(); ++i) {
        VT_TRY(check_id(recipe, i));
        VT_TRY(check_references(recipe, i));
        VT_TRY(check_blocks(recipe.stages[i]));
    }
    VT_TRY(check_source(recipe.demonstrations, "demonstrations"));
    VT_TRY(check_source(recipe.problems, "problems"));
    VT_TRY(check_source(recipe.heldout, "heldout"));
    if (!recipe.model.path.empty() && !recipe.model.init.empty()) {
        return invalid("model names both a path and an init");
    }
    return {};
}

bool is_named(const DataSource& source) {
    return !source.dataset.empty() || !source.generator.empty();
}

bool needs_demonstrations(const StageConfig& stage) {
    return stage.type == "cold_start" ||
           (stage.type == "rejection_sampling" && stage.rejection.cold_start_share > 0.0);
}

util::Status read_format(const Json& value) {
    if (!value.contains("format")) return {};
    VT_ASSIGN(const std::int64_t format, util::json_int(value, "format", "recipe", 1, INT32_MAX));
    if (format <= kRecipeFormat) return {};
    return util::fail(ErrorCode::kUnsupported,
                      "recipe has format " + std::to_string(format) +
                          ", this program reads up to " + std::to_string(kRecipeFormat) +
                          "; use a newer version of the program");
}

}  // namespace

Json recipe_to_json(const Recipe& recipe) {
    Json object = encode_fields(recipe);
    object["format"] = kRecipeFormat;
    object["model"] = encode_fields(recipe.model);
    object["lora"] = encode_fields(recipe.lora);
    object["demonstrations"] = encode_fields(recipe.demonstrations);
    object["problems"] = encode_fields(recipe.problems);
    object["heldout"] = encode_fields(recipe.heldout);
    object["stages"] = Json::array();
    for (const StageConfig& stage : recipe.stages) object["stages"].push_back(stage_to_json(stage));
    return object;
}

util::Result<Recipe> recipe_from_json(const Json& value) {
    Recipe recipe;
    if (!value.is_object()) return invalid("recipe must be a JSON object");
    // The version first: keys of a newer format must not be reported as spelling mistakes.
    VT_TRY(read_format(value));
    VT_TRY(decode_fields(
        recipe,
        value,
        "recipe",
        {"format", "model", "lora", "demonstrations", "problems", "heldout", "stages"}));
    if (value.contains("model")) VT_TRY(decode_fields(recipe.model, value["model"], "model"));
    if (value.contains("lora")) VT_TRY(decode_fields(recipe.lora, value["lora"], "lora"));
    for (auto [key, source] : {std::pair{"demonstrations", &recipe.demonstrations},
                               std::pair{"problems", &recipe.problems},
                               std::pair{"heldout", &recipe.heldout}}) {
        if (value.contains(key)) VT_TRY(decode_fields(*source, value[key], key));
    }
    if (value.contains("stages")) VT_TRY(decode_stages(recipe, value["stages"]));
    VT_TRY(check_structure(recipe));
    return recipe;
}

util::Result<Recipe> recipe_from_text(std::string_view text) {
    VT_ASSIGN(const Json value, util::parse_json(text, "recipe"));
    return recipe_from_json(value);
}

util::Status validate(const Recipe& recipe) {
    // The codec holds the ranges; a recipe built in code passes through it as one from a file does.
    VT_TRY(recipe_from_json(recipe_to_json(recipe)));
    if (recipe.model.path.empty() && recipe.model.init.empty()) {
        return invalid("model must name a path (or init \"demo\")");
    }
    for (const StageConfig& stage : recipe.stages) {
        const std::string who = "stage " + stage.id + " (" + stage.type + ") needs ";
        if (needs_demonstrations(stage) && !is_named(recipe.demonstrations)) {
            return invalid(who + "demonstrations");
        }
        const bool samples = stage.type == "vrl" || stage.type == "rejection_sampling";
        if (samples && !is_named(recipe.problems)) return invalid(who + "problems");
        if (!is_named(recipe.heldout)) return invalid(who + "heldout problems");
    }
    return {};
}

std::string resolved_start(const Recipe& recipe, std::size_t index) {
    VT_CHECK(index < recipe.stages.size());
    if (!recipe.stages[index].start_from.empty()) return recipe.stages[index].start_from;
    if (index == 0) return "base";
    const StageConfig& before = recipe.stages[index - 1];
    return before.type == "evaluate" ? resolved_start(recipe, index - 1) : before.id;
}

std::string recipe_hash(const Recipe& recipe) {
    return util::sha256_hex(util::canonical_json(recipe_to_json(recipe)));
}

}  // namespace veritune::train
