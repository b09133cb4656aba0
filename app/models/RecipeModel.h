// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/models/RecipeDiff.h"
#include "core/train/recipe.h"
#include "core/util/json.h"

#include <QList>
#include <QMap>
#include <QObject>
#include <QString>
#include <QStringList>

#include <optional>
#include <string>
#include <vector>

namespace veritune::app {

/// A value that a field cannot have, in words, and the nearest one that it can.
struct FieldProblem {
    QString sentence;
    util::Json nearest;  ///< null = there is none to offer
};

/// Does `value` fit the row of the parameter table?
std::optional<FieldProblem> checkField(const train::Parameter& parameter, const util::Json& value);
/// What a person typed -> JSON of the parameter's type. Numbers are read in the language of the
/// window, then in C. nullopt when it is no number (not even a wrong one).
std::optional<util::Json> parseField(const train::Parameter& parameter, const QString& text);

/// Something that keeps the run from starting.
struct RecipeIssue {
    QString section;      ///< "run", "data", "stage:ID": where the mark stands
    std::string pointer;  ///< of the field; empty = the section as a whole
    QString sentence;     ///< why
    QString remedy;       ///< what would help; may be empty
};

struct StageEntry {
    std::string id;
    std::string type;
    QString title;
    bool isEnabled = true;
};

/// The recipe that the set-up page edits: a JSON document with every hyper-parameter written out, a
/// preset to compare with, and which of its stages take part. Holds no widget.
/// threads  GUI thread; test  recipe_model_test.cpp
class RecipeModel final : public QObject {
    Q_OBJECT
  public:
    explicit RecipeModel(QObject* parent = nullptr);

    /// A built-in recipe (train::builtin_recipe_names()). errors  kNotFound
    util::Status loadBuiltin(const QString& name);
    /// run.json as somebody wrote it, by hand or with the CLI. errors  those of recipe_from_text
    util::Status loadText(const std::string& text, const QString& name);
    /// The recipe of a run, as a template.
    util::Status loadJson(const util::Json& recipe, const QString& name);
    /// What the recipe is compared with: a preset's or a file's name, for people.
    QString baselineName() const { return m_baselineName; }

    /// All stages, also those that are switched off.
    const util::Json& document() const { return m_document; }
    std::vector<RecipeSetting> settings() const { return flattenRecipe(m_document); }
    util::Json value(const std::string& pointer) const;
    util::Json baselineValue(const std::string& pointer) const;
    bool isChanged(const std::string& pointer) const;
    /// Takes the value when it fits; else the document keeps the old one and the problem blocks the
    /// start until the field is put right.
    std::optional<FieldProblem> setValue(const std::string& pointer, const util::Json& value);
    /// For text that is not even a value ("abc" in a number field).
    void setUnreadable(const std::string& pointer, const QString& sentence);
    std::optional<QString> problemAt(const std::string& pointer) const;
    void resetValue(const std::string& pointer);

    QList<StageEntry> stages() const;
    void setStageEnabled(int index, bool on);
    /// Presets of train::algorithm_presets() and "ppo_all", for every enabled vrl stage that is no
    /// control.
    static QStringList algorithmPresets();
    void applyAlgorithm(const QString& preset);
    /// The preset whose settings the first such stage has now; empty when it is a mixture.
    QString algorithmPreset() const;

    /// The document without the stages that are switched off; what started from one of them starts
    /// from where that one would have started.
    util::Json effectiveDocument() const;
    /// Checked as a whole. errors  the first thing that keeps it from running
    util::Result<train::Recipe> recipe() const;
    QList<RecipeIssue> issues() const;
    /// What differs from the preset, in words.
    QList<ConfigDifference> differences() const;
    /// Settings that differ plus stages that are left out.
    int changeCount() const;
    /// run.json, every value written out; the same file that the CLI reads.
    std::string runJson() const;
    /// One paste into a terminal starts the same run.
    QString commandLine(const QString& projectDir) const;

  signals:
    /// Another recipe, or stages came or went: build the form anew.
    void replaced();
    /// One value changed.
    void valueChanged(const std::string& pointer);
    /// Anything changed: issues, differences, marks.
    void changed();

  private:
    void adopt(util::Json document, const QString& name);
    std::vector<std::size_t> policyStages() const;

    util::Json m_document;
    util::Json m_baseline;
    QString m_baselineName;
    std::vector<bool> m_enabled;
    QMap<std::string, QString> m_problems;
};

}  // namespace veritune::app
