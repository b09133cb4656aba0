// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/RecipeDiff.h"

#include "app/PlainText.h"
#include "app/forms/FieldText.h"

#include <QCoreApplication>

#include <map>

namespace veritune::app {
namespace {

QString words(const char* text) {
    return QCoreApplication::translate("veritune::app::RecipeDiff", text);
}

struct Walk {
    std::vector<RecipeSetting> settings;

    /// The settings of one object that the parameter table of `table` describes, in its order.
    void add(const util::Json& object,
             const std::string& table,
             const std::string& pointer,
             const std::string& section,
             const std::string& block,
             const std::string& place) {
        if (!object.is_object()) return;
        for (const train::Parameter& row : parameters()) {
            if (row.block != table) continue;
            const auto found = object.find(row.key);
            if (found == object.end()) continue;
            settings.push_back({.place = place + "|" + block + "|" + row.key,
                                .pointer = pointer + "/" + row.key,
                                .section = section,
                                .block = block,
                                .parameter = findParameter(table, row.key),
                                .value = *found});
        }
    }

    static const std::vector<train::Parameter>& parameters() {
        static const std::vector<train::Parameter> all = train::describe_parameters();
        return all;
    }

    void addStage(const util::Json& stage, std::size_t index) {
        const std::string id = stage.value("id", std::string());
        const std::string section = "stage:" + id;
        const std::string pointer = "/stages/" + std::to_string(index);
        for (const char* block : {"sft", "vrl", "rejection"}) {
            if (!stage.contains(block)) continue;
            add(stage[block], block, pointer + "/" + block, section, block, id);
            if (!stage[block].contains("sft")) continue;
            add(stage[block]["sft"],
                "sft",
                pointer + "/rejection/sft",
                section,
                "rejection.sft",
                id);
        }
        if (stage.contains("eval")) {
            add(stage["eval"], "eval", pointer + "/eval", section, "eval", id);
        }
        add(stage, "stage", pointer, section, "stage", id);
    }
};

}  // namespace

std::vector<RecipeSetting> flattenRecipe(const util::Json& recipe) {
    Walk walk;
    walk.add(recipe, "recipe", "", "run", "recipe", "");
    const auto part = [&recipe](const char* key) {
        const auto found = recipe.find(key);
        return found == recipe.end() ? util::Json() : *found;
    };
    walk.add(part("model"), "model", "/model", "run", "model", "");
    walk.add(part("lora"), "lora", "/lora", "run", "lora", "");
    for (const char* source : {"demonstrations", "problems", "heldout"}) {
        walk.add(part(source), "data", std::string("/") + source, "data", source, "");
    }
    const util::Json stages = part("stages");
    for (std::size_t i = 0; stages.is_array() && i < stages.size(); ++i) {
        walk.addStage(stages[i], i);
    }
    return std::move(walk.settings);
}

QString settingPlace(const RecipeSetting& setting, const util::Json& recipe) {
    if (setting.block == "demonstrations")
        return words(QT_TRANSLATE_NOOP("veritune::app::RecipeDiff", "Demonstrations"));
    if (setting.block == "problems")
        return words(QT_TRANSLATE_NOOP("veritune::app::RecipeDiff", "Training problems"));
    if (setting.block == "heldout")
        return words(QT_TRANSLATE_NOOP("veritune::app::RecipeDiff", "Held-out problems"));
    if (setting.block == "model")
        return words(QT_TRANSLATE_NOOP("veritune::app::RecipeDiff", "Model"));
    if (setting.block == "lora")
        return words(QT_TRANSLATE_NOOP("veritune::app::RecipeDiff", "Adapter"));
    if (setting.section == "run")
        return words(QT_TRANSLATE_NOOP("veritune::app::RecipeDiff", "Run"));
    const std::string id = setting.section.substr(setting.section.find(':') + 1);
    for (const util::Json& stage : recipe.value("stages", util::Json::array())) {
        if (stage.value("id", std::string()) != id) continue;
        const QString title = stageTitle(id, stage.value("type", std::string()));
        if (setting.block != "eval") return title;
        //: %1 is the name of a training stage
        return words(QT_TRANSLATE_NOOP("veritune::app::RecipeDiff", "%1, evaluation")).arg(title);
    }
    return visibleText(id);
}

QList<ConfigDifference> compareRecipes(const std::vector<util::Json>& recipes) {
    struct Row {
        RecipeSetting first;
        std::size_t owner = 0;
        std::vector<const util::Json*> values;
    };
    std::vector<std::vector<RecipeSetting>> flat;
    flat.reserve(recipes.size());
    for (const util::Json& recipe : recipes) flat.push_back(flattenRecipe(recipe));
    std::vector<Row> rows;
    std::map<std::string, std::size_t> byPlace;
    for (std::size_t i = 0; i < flat.size(); ++i) {
        for (const RecipeSetting& setting : flat[i]) {
            const auto [found, isNew] = byPlace.try_emplace(setting.place, rows.size());
            if (isNew) {
                rows.push_back({.first = setting, .owner = i, .values = {}});
                rows.back().values.resize(flat.size(), nullptr);
            }
            Row& row = rows[found->second];
            row.values[i] = &setting.value;
            row.first.pointer = setting.pointer;
        }
    }
    QList<ConfigDifference> differences;
    for (const Row& row : rows) {
        if (row.first.place == "|recipe|name") continue;
        bool differs = false;
        for (const util::Json* value : row.values) {
            const util::Json* reference = row.values.front();
            differs = differs || (value == nullptr) != (reference == nullptr) ||
                      (value != nullptr && reference != nullptr && *value != *reference);
        }
        if (!differs) continue;
        QStringList values;
        for (const util::Json* value : row.values) {
            values << (value == nullptr ? QStringLiteral("–")
                                        : valueText(*row.first.parameter, *value));
        }
        differences.push_back({.place = settingPlace(row.first, recipes[row.owner]),
                               .label = fieldLabel(*row.first.parameter),
                               .key = fromUtf8(row.first.parameter->key),
                               .effect = fieldEffect(*row.first.parameter),
                               .values = values,
                               .pointer = row.first.pointer});
    }
    return differences;
}

}  // namespace veritune::app
