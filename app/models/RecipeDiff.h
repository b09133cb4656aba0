// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/config.h"
#include "core/util/json.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <string>
#include <vector>

/// A recipe's JSON as a flat list of named settings, and what differs between several.
/// threads  any; words are translated at the time of the call; test  compare_model_test.cpp
namespace veritune::app {

/// One setting of a recipe.
struct RecipeSetting {
    std::string place;    ///< "vrl|vrl|epsilon": the same for every recipe, stages by id
    std::string pointer;  ///< JSON pointer in this document: "/stages/1/vrl/epsilon"
    std::string section;  ///< "run", "data", or "stage:ID"
    std::string block;    ///< "demonstrations", "problems", "heldout", "eval", "rejection.sft", ...
    const train::Parameter* parameter = nullptr;
    util::Json value;
};

/// Every setting of a document made by train::recipe_to_json, in the order of the form.
std::vector<RecipeSetting> flattenRecipe(const util::Json& recipe);

/// "Verifiable RL", "Data: held-out problems", "Run": where a setting stands, for people.
QString settingPlace(const RecipeSetting& setting, const util::Json& recipe);

/// A setting that is not the same everywhere.
struct ConfigDifference {
    QString place;
    QString label;
    QString key;
    QString effect;
    QStringList values;   ///< one per recipe; "–" where the recipe has no such setting
    std::string pointer;  ///< in the last recipe that has it
};
/// Of two or more documents. Names of runs are left out: they are shown above.
QList<ConfigDifference> compareRecipes(const std::vector<util::Json>& recipes);

}  // namespace veritune::app
