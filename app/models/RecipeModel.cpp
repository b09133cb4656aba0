// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/RecipeModel.h"

#include "app/PlainText.h"
#include "app/forms/FieldText.h"

#include <QLocale>

#include <algorithm>
#include <cmath>
#include <utility>

namespace veritune::app {
namespace {

using util::Json;

Json::json_pointer pointerOf(const std::string& text) { return Json::json_pointer(text); }

Json at(const Json& document, const std::string& pointer) {
    const Json::json_pointer place = pointerOf(pointer);
    return document.contains(place) ? document.at(place) : Json();
}

/// The parameter row that a pointer of a document stands for.
const train::Parameter* parameterAt(const Json& document, const std::string& pointer) {
    for (const RecipeSetting& setting : flattenRecipe(document)) {
        if (setting.pointer == pointer) return setting.parameter;
    }
    return nullptr;
}

bool isSource(const Json& source) {
    return source.is_object() && (!source.value("dataset", std::string()).empty() ||
                                  !source.value("generator", std::string()).empty());
}

/// Where the stage at `index` gets its weights, past stages that are switched off.
std::string startOf(const Json& stages, const std::vector<bool>& enabled, std::size_t index) {
    std::string from = stages[index].value("start_from", std::string());
    for (std::size_t hops = 0; hops <= stages.size(); ++hops) {
        std::size_t target = stages.size();
        if (from.empty()) {
            if (index == 0) return "base";
            target = index - 1;
        } else {
            for (std::size_t i = 0; i < stages.size(); ++i) {
                if (stages[i].value("id", std::string()) == from) target = i;
            }
        }
        if (target >= stages.size()) return from;
        const bool passesOn = stages[target].value("type", std::string()) == "evaluate";
        if (enabled[target] && !passesOn) return stages[target].value("id", std::string());
        index = target;
        from = stages[target].value("start_from", std::string());
    }
    return "base";
}

bool namesMissing(const Json& stages, const std::vector<bool>& enabled, const std::string& id) {
    for (std::size_t i = 0; i < stages.size(); ++i) {
        if (stages[i].value("id", std::string()) == id) return !enabled[i];
    }
    return false;
}

}  // namespace

std::optional<util::Json> parseField(const train::Parameter& parameter, const QString& text) {
    const QString trimmed = text.trimmed();
    if (parameter.type == "text") return Json(trimmed.toStdString());
    if (parameter.type == "boolean") return std::nullopt;
    bool ok = false;
    if (parameter.type == "integer") {
        if (parameter.key == "seed") {
            const quint64 seed = QLocale().toULongLong(trimmed, &ok);
            if (ok) return Json(static_cast<std::uint64_t>(seed));
        }
        qint64 whole = QLocale().toLongLong(trimmed, &ok);
        if (!ok) whole = QLocale::c().toLongLong(trimmed, &ok);
        if (ok) return Json(static_cast<std::int64_t>(whole));
    }
    double number = QLocale().toDouble(trimmed, &ok);
    if (!ok) number = QLocale::c().toDouble(trimmed, &ok);
    if (!ok || !std::isfinite(number)) return std::nullopt;
    return Json(number);
}

std::optional<FieldProblem> checkField(const train::Parameter& parameter, const Json& value) {
    if (!parameter.choices.empty()) {
        const bool known =
            value.is_string() && std::find(parameter.choices.begin(),
                                           parameter.choices.end(),
                                           value.get<std::string>()) != parameter.choices.end();
        if (known) return std::nullopt;
        return FieldProblem{RecipeModel::tr("This must be one of the listed choices."),
                            Json(parameter.choices.front())};
    }
    if (parameter.type == "boolean" || parameter.type == "text") return std::nullopt;
    if (!value.is_number()) return FieldProblem{RecipeModel::tr("This must be a number."), Json()};
    const double number = value.get<double>();
    const bool whole = parameter.type == "integer";
    if (whole && number != std::floor(number)) {
        const auto nearest = static_cast<std::int64_t>(std::llround(number));
        return FieldProblem{RecipeModel::tr("This must be a whole number."), Json(nearest)};
    }
    if (whole && number < 0 && !std::isfinite(parameter.minimum)) {
        return FieldProblem{RecipeModel::tr("This must be 0 or more."), Json(0)};
    }
    const bool below =
        number < parameter.minimum || (parameter.minimum_excluded && number == parameter.minimum);
    if (!below && number <= parameter.maximum) return std::nullopt;
    const QString range = fieldRange(parameter);
    //: %1 is a range such as "0 to 1"
    FieldProblem problem{RecipeModel::tr("The value must be %1.").arg(range), Json()};
    if (below && parameter.minimum_excluded) {
        // Nothing is nearest to an open end; the default is the value that people want.
        problem.nearest = parameter.default_value;
        return problem;
    }
    const double bound = below ? parameter.minimum : parameter.maximum;
    problem.nearest = whole ? Json(static_cast<std::int64_t>(bound)) : Json(bound);
    return problem;
}

RecipeModel::RecipeModel(QObject* parent)
    : QObject(parent) {
    adopt(train::recipe_to_json(train::default_recipe()), QStringLiteral("default-7b"));
}

void RecipeModel::adopt(Json document, const QString& name) {
    m_document = std::move(document);
    m_baseline = m_document;
    m_baselineName = name;
    m_enabled.assign(m_document["stages"].size(), true);
    m_problems.clear();
    emit replaced();
    emit changed();
}

util::Status RecipeModel::loadBuiltin(const QString& name) {
    VT_ASSIGN(const train::Recipe recipe, train::builtin_recipe(name.toStdString()));
    adopt(train::recipe_to_json(recipe), name);
    return {};
}

util::Status RecipeModel::loadText(const std::string& text, const QString& name) {
    VT_ASSIGN(const train::Recipe recipe, train::recipe_from_text(text));
    adopt(train::recipe_to_json(recipe), name);
    return {};
}

util::Status RecipeModel::loadJson(const Json& recipe, const QString& name) {
    VT_ASSIGN(const train::Recipe read, train::recipe_from_json(recipe));
    adopt(train::recipe_to_json(read), name);
    return {};
}

Json RecipeModel::value(const std::string& pointer) const { return at(m_document, pointer); }

Json RecipeModel::baselineValue(const std::string& pointer) const {
    return at(m_baseline, pointer);
}

bool RecipeModel::isChanged(const std::string& pointer) const {
    return value(pointer) != baselineValue(pointer);
}

std::optional<FieldProblem> RecipeModel::setValue(const std::string& pointer, const Json& value) {
    const train::Parameter* parameter = parameterAt(m_document, pointer);
    VT_CHECK(parameter != nullptr);
    std::optional<FieldProblem> problem = checkField(*parameter, value);
    if (problem) {
        m_problems[pointer] = problem->sentence;
        emit changed();
        return problem;
    }
    m_problems.remove(pointer);
    // 1 in a field of numbers is 1.0 in the file, as the codec writes it.
    const bool number = parameter->type == "number" && value.is_number();
    m_document[pointerOf(pointer)] = number ? Json(value.get<double>()) : value;
    emit valueChanged(pointer);
    emit changed();
    return std::nullopt;
}

void RecipeModel::setUnreadable(const std::string& pointer, const QString& sentence) {
    m_problems[pointer] = sentence;
    emit changed();
}

std::optional<QString> RecipeModel::problemAt(const std::string& pointer) const {
    const auto found = m_problems.find(pointer);
    if (found == m_problems.end()) return std::nullopt;
    return *found;
}

void RecipeModel::resetValue(const std::string& pointer) {
    setValue(pointer, baselineValue(pointer));
}

QList<StageEntry> RecipeModel::stages() const {
    QList<StageEntry> entries;
    const Json& stages = m_document["stages"];
    for (std::size_t i = 0; i < stages.size(); ++i) {
        const std::string id = stages[i].value("id", std::string());
        const std::string type = stages[i].value("type", std::string());
        entries.push_back({id, type, stageTitle(id, type), m_enabled[i]});
    }
    return entries;
}

void RecipeModel::setStageEnabled(int index, bool on) {
    VT_CHECK(index >= 0 && static_cast<std::size_t>(index) < m_enabled.size());
    const auto place = static_cast<std::size_t>(index);
    if (m_enabled[place] == on) return;
    m_enabled[place] = on;
    emit changed();
}

QStringList RecipeModel::algorithmPresets() {
    // The four that most people choose between come first.
    QStringList names{QStringLiteral("ppo"),
                      QStringLiteral("ppo_all"),
                      QStringLiteral("grpo"),
                      QStringLiteral("raft")};
    for (const std::string& preset : train::algorithm_presets()) {
        const QString name = fromUtf8(preset);
        // dapo is another name of grpo here: the same settings.
        if (!names.contains(name) && preset != "dapo") names << name;
    }
    return names;
}

std::vector<std::size_t> RecipeModel::policyStages() const {
    std::vector<std::size_t> found;
    const Json& stages = m_document["stages"];
    for (std::size_t i = 0; i < stages.size(); ++i) {
        const bool isPolicy = stages[i].value("type", std::string()) == "vrl";
        const bool isControl = stages[i].value("id", std::string()).rfind("control_", 0) == 0;
        if (isPolicy && !isControl) found.push_back(i);
    }
    return found;
}

namespace {

util::Result<Json> withAlgorithm(const Json& block, const QString& preset) {
    VT_ASSIGN(train::PolicyConfig config, train::policy_config_from_json(block, "vrl"));
    const bool allChains = preset == QLatin1String("ppo_all");
    VT_TRY(train::apply_algorithm_preset(config, allChains ? "ppo" : preset.toStdString()));
    if (allChains) config.update_on = "all";
    return train::policy_config_to_json(config);
}

}  // namespace

void RecipeModel::applyAlgorithm(const QString& preset) {
    for (const std::size_t index : policyStages()) {
        Json& block = m_document["stages"][index]["vrl"];
        util::Result<Json> made = withAlgorithm(block, preset);
        // A block that contradicts itself is read from the preset's own values instead.
        if (!made) made = withAlgorithm(m_baseline["stages"][index]["vrl"], preset);
        if (made) block = std::move(*made);
        const std::string prefix = "/stages/" + std::to_string(index) + "/vrl/";
        for (const std::string& pointer : m_problems.keys()) {
            if (pointer.rfind(prefix, 0) == 0) m_problems.remove(pointer);
        }
    }
    emit replaced();
    emit changed();
}

QString RecipeModel::algorithmPreset() const {
    const std::vector<std::size_t> stages = policyStages();
    if (stages.empty()) return {};
    const Json& block = m_document["stages"][stages.front()]["vrl"];
    for (const QString& preset : algorithmPresets()) {
        const util::Result<Json> made = withAlgorithm(block, preset);
        if (made && *made == block) return preset;
    }
    return {};
}

Json RecipeModel::effectiveDocument() const {
    Json document = m_document;
    const Json& all = m_document["stages"];
    Json kept = Json::array();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!m_enabled[i]) continue;
        Json stage = all[i];
        const std::string from = stage.value("start_from", std::string());
        const bool wasFirst = i == 0 || from.empty();
        if (namesMissing(all, m_enabled, from) || (wasFirst && i > 0 && !m_enabled[i - 1])) {
            stage["start_from"] = startOf(all, m_enabled, i);
        }
        if (namesMissing(all, m_enabled, stage.value("match_cost_of", std::string()))) {
            stage["match_cost_of"] = "";
        }
        if (stage.contains("rejection")) {
            Json& rejection = stage["rejection"];
            const std::string base = rejection.value("sft_from", std::string());
            const bool unknown = base != "policy" && base != "base" && base != "" &&
                                 namesMissing(all, m_enabled, base);
            if (unknown) rejection["sft_from"] = "policy";
        }
        kept.push_back(std::move(stage));
    }
    document["stages"] = std::move(kept);
    return document;
}

util::Result<train::Recipe> RecipeModel::recipe() const {
    if (!m_problems.isEmpty()) {
        return util::fail(util::ErrorCode::kInvalidArgument,
                          m_problems.first().toStdString(),
                          m_problems.firstKey());
    }
    VT_ASSIGN(train::Recipe recipe, train::recipe_from_json(effectiveDocument()));
    VT_TRY(train::validate(recipe));
    return recipe;
}

QList<RecipeIssue> RecipeModel::issues() const {
    QList<RecipeIssue> found;
    const QList<StageEntry> all = stages();
    const bool anyStage = std::any_of(
        all.begin(), all.end(), [](const StageEntry& stage) { return stage.isEnabled; });
    if (!anyStage) {
        found.push_back({QStringLiteral("run"),
                         "",
                         tr("No stage is switched on, so there is nothing to do."),
                         tr("Switch on at least one stage.")});
    }
    const Json& model = m_document["model"];
    if (model.value("path", std::string()).empty() && model.value("init", std::string()).empty()) {
        found.push_back({QStringLiteral("run"),
                         "/model/path",
                         tr("No model is chosen."),
                         tr("Choose the folder that holds the model.")});
    }
    bool needsExamples = false;
    bool needsProblems = false;
    for (int i = 0; i < all.size(); ++i) {
        if (!all[i].isEnabled) continue;
        const bool sampling = all[i].type == "rejection_sampling";
        const double share =
            sampling
                ? at(m_document, "/stages/" + std::to_string(i) + "/rejection/cold_start_share")
                      .get<double>()
                : 0.0;
        needsExamples = needsExamples || all[i].type == "cold_start" || share > 0.0;
        needsProblems = needsProblems || all[i].type == "vrl" || sampling;
    }
    if (needsExamples && !isSource(m_document["demonstrations"])) {
        found.push_back({QStringLiteral("data"),
                         "/demonstrations/dataset",
                         tr("There are no demonstrations to learn from."),
                         tr("Choose a data set with worked solutions, or switch the cold start "
                            "off.")});
    }
    if (needsProblems && !isSource(m_document["problems"])) {
        found.push_back({QStringLiteral("data"),
                         "/problems/dataset",
                         tr("There are no training problems."),
                         tr("Choose a data set whose rows have an expected answer.")});
    }
    if (anyStage && !isSource(m_document["heldout"])) {
        found.push_back({QStringLiteral("data"),
                         "/heldout/dataset",
                         tr("There are no held-out problems to measure with."),
                         tr("Keep part of your data out of training.")});
    }
    for (const RecipeSetting& setting : settings()) {
        const auto problem = m_problems.find(setting.pointer);
        if (problem == m_problems.end()) continue;
        found.push_back({QString::fromStdString(setting.section),
                         setting.pointer,
                         //: %1 is the name of a field, %2 a sentence
                         tr("%1: %2").arg(fieldLabel(*setting.parameter), *problem),
                         {}});
    }
    if (!found.isEmpty()) return found;
    // Combinations: core names both keys and says what would do.
    const util::Result<train::Recipe> whole = recipe();
    if (!whole) {
        QString section = QStringLiteral("run");
        for (const StageEntry& stage : all) {
            const std::string where = "stage " + stage.id + ":";
            if (whole.error().message.rfind(where, 0) == 0) {
                section = QStringLiteral("stage:") + fromUtf8(stage.id);
            }
        }
        found.push_back({section, "", visibleText(whole.error().message), {}});
    }
    return found;
}

QList<ConfigDifference> RecipeModel::differences() const {
    return compareRecipes({m_baseline, effectiveDocument()});
}

int RecipeModel::changeCount() const {
    int count = 0;
    for (const StageEntry& stage : stages()) count += stage.isEnabled ? 0 : 1;
    for (const ConfigDifference& row : differences()) {
        // A stage that is left out counts once, not with every setting.
        count += row.values.last() == QStringLiteral("–") ? 0 : 1;
    }
    return count;
}

std::string RecipeModel::runJson() const {
    // As the codec writes it, when it can: then file, CLI and window are equal byte for byte.
    const util::Result<train::Recipe> read = train::recipe_from_json(effectiveDocument());
    const Json document = read ? train::recipe_to_json(*read) : effectiveDocument();
    return document.dump(2) + "\n";
}

QString RecipeModel::commandLine(const QString& projectDir) const {
    QString quoted = projectDir;
    quoted.replace(QLatin1Char('\''), QLatin1String("'\\''"));
    QString command = QStringLiteral("cat > run.json <<'END_OF_RECIPE'\n") +
                      QString::fromStdString(runJson()) + QStringLiteral("END_OF_RECIPE\n") +
                      QStringLiteral("veritune train run.json");
    if (!projectDir.isEmpty())
        command += QStringLiteral(" --project '") + quoted + QLatin1Char('\'');
    return command + QLatin1Char('\n');
}

}  // namespace veritune::app
