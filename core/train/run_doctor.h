// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The run doctor: what the curves of a run say, in words. Torch-free.
namespace veritune::train {

/// How a rule looks at its series. "Mean" is the mean of the last `window` recorded steps of the
/// stage, so that the noise of one step is no alarm.
enum class DoctorTest {
    kMeanAbove,     ///< mean > limit
    kMeanBelow,     ///< mean < limit, from step `from_step` on
    kFallFromBest,  ///< mean below its own maximum of the last 10 steps by more than limit
    kRiseFromBest,  ///< mean above its own minimum of the last 10 steps by more than limit
    kBelowStart,    ///< mean < limit x (mean of the stage's first `window` steps)
    kAboveStart,    ///< mean > limit x the same
    kTimesMedian,   ///< one value > limit x median of the values before it (10 at least)
    kNotFinite,     ///< a NaN or an infinity
};

/// What a rule's series is made of.
enum class DoctorSeries {
    kMetric,  ///< `metric` as recorded
    kRatio,   ///< `metric` / `other` at steps where both are above 0
    kGap,     ///< at every step of `other`: mean of the last 5 of `metric` until then - `other`
};

/// Which chains of the step show a person what a rule means.
enum class DoctorProof {
    kNone,          ///< none can: it is not about chains
    kUpdated,       ///< that moved the weights, the least probable first
    kTruncated,     ///< cut at the length limit
    kFaulty,        ///< could not be judged
    kRefused,       ///< judged and not proven correct
    kSameVerdict,   ///< groups that are all right or all wrong
    kRepeated,      ///< with the text that comes most often
    kUncertain,     ///< highest entropy
    kFarFromStart,  ///< farthest from the reference
    kRatio,         ///< the token that training and sampling disagree most about
    kLongWrong,     ///< longest that are not proven correct
    kLongest,
    kShortest,
    kNoAnswer,      ///< ended by themselves without an answer
    kHeldout,       ///< of the evaluation, not proven correct
    kCritic,        ///< the critic expected something else than came
    kSlowToVerify,  ///< longest verdict
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
    DoctorProof proof = DoctorProof::kNone;
    std::string_view meaning;  ///< English, one sentence: what it means and what to do
    DoctorSeries series = DoctorSeries::kMetric;
    std::string_view other = {};  ///< second metric of kRatio and kGap
};
/// The one place of rules and thresholds (docs/user/run-doctor.md shows it).
std::span<const DoctorRule> doctor_rules();

/// What a rule looks at: "reward", "reward - heldout/pass@1".
std::string doctor_series_name(const DoctorRule& rule);

/// A chain that proves a finding.
struct DoctorChain {
    std::int64_t id = 0;  ///< row id in the store
    std::string stage;
    std::int64_t step = 0;
    std::string phase;
    std::string problem_id;
    std::int64_t sample = 0;
    std::string why;  ///< English: "cut after 512 tokens"
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
    std::int64_t last_step = 0;   ///< where it was passed last
    std::int64_t worst_step = 0;  ///< where it was passed by most
    std::int64_t window = 1;      ///< steps before and with worst_step that the figure is a mean of
    std::string metric;           ///< doctor_series_name; empty for a finding from an event
    double value = 0.0;           ///< worst of what passed the limit
    double limit = 0.0;
    std::string sentence;             ///< English, with the values
    std::vector<DoctorChain> chains;  ///< filled in by session::RunExamination, at most 8
    bool operator==(const DoctorFinding&) const = default;
};

/// The points of one metric in one stage.
struct DoctorPoints {
    std::vector<std::int64_t> steps;  ///< ascending
    std::vector<double> values;       ///< one per step; NaN and infinities as recorded
};

/// Collects what a run recorded and says what is wrong with it. Control stages (control_*) are left
/// out: they are meant to go wrong.
/// cost  findings() O(points log points)
/// threads  one owner; test  run_doctor_test.cpp
class RunDoctor {
  public:
    /// type  of data::StageRecord. Stages without a type are only looked at by rules for all types.
    void add_stage(const std::string& stage, const std::string& type);
    /// From `from_step` on the metric now has these points; what was there is replaced (a resume
    /// records steps again).
    void set_tail(const std::string& stage,
                  std::string_view metric,
                  std::int64_t from_step,
                  const DoctorPoints& points);
    /// Events of severity "bad" become findings of their own (the held-out guard's, for instance).
    void add_event(const DoctorEvent& event);

    /// All findings so far: bad before watch, then by stage and step. One per stage and rule, with
    /// the worse severity.
    std::vector<DoctorFinding> findings() const;

  private:
    struct Stage {
        std::string type;
        std::map<std::string, DoctorPoints, std::less<>> series;
    };
    void judge(const std::string& name, const Stage& stage, std::vector<DoctorFinding>& all) const;

    std::map<std::string, Stage> stages_;
    std::vector<DoctorEvent> events_;
};

}  // namespace veritune::train
