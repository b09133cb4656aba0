// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/curate/edits.h"
#include "core/programs/cli/command.h"

#include <cstdint>
#include <string>
#include <vector>

namespace veritune::cli {

/// `veritune data curate CHECK NAME`: looks at a data set, says what it found, and with --apply
/// writes it into the set as one edit that can be undone.
class CurateAction {
  public:
    static constexpr const char* kSummary =
        "Look for what is wrong with a data set: golds, guess, flags, duplicates, contamination, "
        "difficulty, suspects, split, privacy";
    static constexpr const char* kExample = "veritune data curate duplicates contracts --apply";
    /// Adds the options.
    void declare(CLI::App& app);
    util::Result<int> run(Context& context);

  private:
    /// What a check found: for people, for programs, and as an edit.
    struct Found {
        std::string text;
        util::Json json;
        data::Edit edit;
    };
    struct Set {
        curate::Rows rows;
        std::vector<std::string> texts;
    };
    util::Result<Found> look(Context& context, store::Project& project, const curate::Watch& watch);
    util::Result<Found> golds(Context& context, const Set& set, const curate::Watch& watch) const;
    static util::Result<Found> guess(const Set& set);
    util::Result<Found> flags(const Set& set, const curate::Watch& watch) const;
    util::Result<Found> duplicates(const Set& set, const curate::Watch& watch) const;
    util::Result<Found> contamination(store::Project& project,
                                      const Set& set,
                                      const curate::Watch& watch) const;
    util::Result<Found> difficulty(store::Project& project, const Set& set) const;
    util::Result<Found> suspects(store::Project& project) const;
    util::Result<Found> split(const Set& set, const curate::Watch& watch) const;
    util::Result<Found> privacy(const Set& set, const curate::Watch& watch) const;
    util::Result<curate::DifficultyReport> rates(store::Project& project) const;
    util::Result<Set> load(store::Project& project, const std::string& name) const;
    util::Status apply(Context& context, Found& found) const;

    std::string check_;
    std::string name_;
    std::string against_;
    std::vector<std::string> boilerplate_;
    std::int64_t run_ = 0;
    std::int64_t seed_ = 1;
    double threshold_ = 0.7;
    int words_ = 8;
    double low_ = 0.1;
    double high_ = 0.9;
    double val_ = 0.1;
    double test_ = 0.1;
    bool resplit_test_ = false;
    bool pseudonymise_ = false;
    bool apply_ = false;
};

}  // namespace veritune::cli
