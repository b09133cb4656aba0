// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The run doctor: what the curves of a run say, in words. Torch-free.
namespace veritune::train {

/// How a rule looks at its metric. "Mean" is the mean of the last `window` recorded steps of the
/// stage, so that the noise of one step is no alarm.
enum class DoctorTest {
    kMeanAbove,     ///< mean > limit
    kMeanBelow,     ///< mean < limit, from step `from_step` on
    kFallFromBest,  ///< mean below its own maximum of the last 10 steps by more than limit
    kBelowStart,    ///< mean < limit x (mean of the stage's first `window` steps)
    kAboveStart,    ///< mean > limit x the same
    kTimesMedian,   ///< one value > limit x median of the values before it (10 at least)
    kNotFinite,     ///< a NaN or an infinity
};

/// One line of the table of alarms. Limits: nullopt = this severity does not exist.
struct DoctorRule {
    std::string_view id;      ///< stable name, "reward_collapse"
    std::string_view metric;  ///< name as recorded
    DoctorTest test = DoctorTest::kMeanAbove;
    std::optional<double> watch;  ///< the axis is marked
    std::optional<double> bad;    ///< a person should look now
    int window = 1;               ///< steps
    std::int64_t from_step = 1;   ///< first step of a stage that is looked at
    std::string_view stage_type;  ///< "vrl", ...; empty = every type
    std::string_view meaning;     ///< English, one sentence: what it means and what to do
};
/// The one place of rules and thresholds (docs/user/run-doctor.md shows it).
std::span<const DoctorRule> doctor_rules();

struct DoctorStep {
    std::string stage;
    std::int64_t step = 0;
    std::vector<std::pair<std::string, double>> metrics;
};
struct DoctorChain {
    std::string stage;
    std::int64_t step = 0;
    std::string phase;
    std::string problem_id;
    std::int64_t sample = 0;
    std::string status;
    std::string finish_reason;
    bool operator==(const DoctorChain&) const = default;
};
struct DoctorEvent {
    std::string stage;
    std::int64_t step = 0;
    std::string kind;
    std::string severity;
    std::string message;
};

struct DoctorFinding {
    std::string rule;
    std::string severity;  ///< watch | bad
    std::string stage;
    std::int64_t first_step = 0;  ///< where the limit was first passed
    std::string metric;           ///< empty for a finding from an event
    double value = 0.0;           ///< worst of what passed the limit
    double limit = 0.0;
    std::string sentence;             ///< English, with the values
    std::vector<DoctorChain> chains;  ///< at most 8 that prove it; empty where chains do not
    bool operator==(const DoctorFinding&) const = default;
};

/// Collects what a run recorded and says what is wrong with it. Control stages (control_*) are left
/// out: they are meant to go wrong.
/// threads  one owner; test  run_doctor_test.cpp
class RunDoctor {
  public:
    /// type  of data::StageRecord. Stages without a type are only looked at by rules for all types.
    void add_stage(const std::string& stage, const std::string& type);
    /// In order of recording. A step that comes again replaces the old one and every later step of
    /// its stage (a resume); metrics of an evaluation are merged into their step.
    void add_step(const DoctorStep& step);
    void add_chain(DoctorChain chain);
    /// Events of severity "bad" become findings of their own (the held-out guard's, for instance).
    void add_event(const DoctorEvent& event);

    /// All findings so far: bad before watch, then by stage and step. One per stage and rule, with
    /// the worse severity.
    std::vector<DoctorFinding> findings() const;

  private:
    struct Stage {
        std::string type;
        std::map<std::string, std::map<std::int64_t, double>> series;
        std::vector<DoctorChain> chains;
    };
    void judge(const std::string& name, const Stage& stage, std::vector<DoctorFinding>& all) const;

    std::map<std::string, Stage> stages_;
    std::vector<DoctorEvent> events_;
};

}  // namespace veritune::train
