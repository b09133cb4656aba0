// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/models/ChainDocument.h"
#include "core/data/run_record.h"
#include "core/store/records.h"
#include "core/util/json.h"

#include <QCoreApplication>
#include <QString>

#include <optional>

namespace veritune::app {

/// What the run's recipe says about the stage that a chain belongs to.
struct StageRules {
    QString type;       ///< "vrl", "rejection_sampling", "evaluate", "cold_start"; empty = unknown
    QString algorithm;  ///< "ppo", "grpo", ...
    bool verifiedOnly = false;  ///< update_on: verified
};
/// From RunRecord::recipe; unknown stages are empty.
StageRules stageRules(const util::Json& recipe, const std::string& stage);

/// Everything the inspector says about a chain, in plain words. Content in it has passed oneLine().
/// threads  GUI thread; test  chain_words_test.cpp
class ChainWords {
    Q_DECLARE_TR_FUNCTIONS(ChainWords)
  public:
    /// One sentence: why the verifier said yes or no.
    static QString why(const ChainDocument& document);
    /// What the chain meant for training: updated the weights or not, and why.
    /// groupRewardsEqual  all chains of its prompt got the same reward; nullopt = unknown
    static QString training(const data::ChainRecord& record,
                            const StageRules& rules,
                            std::optional<bool> groupRewardsEqual);
    /// How the answer was found in the text, from the rule's id.
    static QString rule(const std::string& rule);
    /// How the answer was compared with the reference answer.
    static QString method(const std::string& method);
    static QString verifier(const std::string& id);
    static QString phase(const std::string& phase);
    static QString finish(const std::string& reason);
    static QString section(SectionKind kind);
    static QString notice(const ChainNotice& notice);
    static QString noticeTitle(const ChainNotice& notice);
    /// The reference answer without JSON's marks: "5", "x, y", "a: 1, b: 2".
    static QString gold(const util::Json& gold);
    /// "under 1 ms", "12.3 ms", "1.5 s"
    static QString duration(std::int64_t micros);
    /// A verifier's English detail of a step in the language of the window.
    static QString stepDetail(const QString& detail);

    /// A verifier's reason (data::ChainRecord::reason) as a sentence; empty without one.
    static QString reason(const data::ChainRecord& record);

  private:
    static QString failedStep(const ChainDocument& document);
};

}  // namespace veritune::app
