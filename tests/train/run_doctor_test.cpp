// SPDX-License-Identifier: Apache-2.0
// Seeded faults are named, healthy curves raise nothing.
#include "core/train/run_doctor.h"

#include "core/util/json.h"
#include "core/util/rng.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <sstream>

namespace veritune::train {
namespace {

/// A metric of a healthy vrl stage at a step of 100, with the noise of a small batch.
std::map<std::string, double> healthy(util::Rng& rng, std::int64_t step) {
    const double progress = static_cast<double>(step) / 100.0;
    const auto noise = [&](double size) { return size * rng.normal(); };
    return {{"loss", -0.01 + noise(0.005)},
            {"grad_norm", 1.0 * std::exp(noise(0.3))},
            {"skipped_updates", 0.0},
            {"reward", 0.45 + 0.35 * progress + noise(0.04)},
            {"frac_reward_zero_std", std::min(1.0, std::max(0.0, 0.3 + noise(0.1)))},
            {"reject_kept_ratio", 0.45 + 0.35 * progress},
            {"entropy", 0.5 * (1.0 - 0.7 * progress) * std::exp(noise(0.05))},
            {"kl", 0.03 * progress + std::abs(noise(0.01))},
            {"policy/approxkl_avg", std::abs(noise(0.002))},
            {"clip_ratio/region_mean", std::abs(noise(0.005))},
            {"policy/ratio_max", 1.2 + std::abs(noise(0.1))},
            {"sampling/sampling_logp_difference/mean", std::abs(noise(1e-4))},
            {"sampling/importance_sampling_ratio/mean", 1.0 + noise(1e-3)},
            {"sampling/importance_sampling_ratio/ess", 0.999},
            {"completions/clipped_ratio", std::abs(noise(0.01))},
            {"completions/mean_length", 60.0 * (1.0 + progress) + noise(4.0)},
            {"completions/mean_length_correct", 60.0 * (1.0 + progress) + noise(4.0)},
            {"completions/mean_length_wrong", 75.0 * (1.0 + progress) + noise(6.0)},
            {"rewards/format/mean", std::min(1.0, 0.97 + noise(0.01))},
            {"policy/ess", 0.99 - std::abs(noise(0.01))},
            {"sampling/importance_sampling_ratio/std", std::abs(noise(0.01))},
            {"memory/rss_mib", 600.0 + 40.0 * progress + noise(5.0)},
            {"memory/free_share", 0.6 + noise(0.02)},
            {"verifier/faults", 0.0},
            {"critic/vf_explained_var", -0.1 + 0.6 * progress + noise(0.1)},
            {"loss/value_avg", 0.1},
            {"prompts/too_long", 0.0},
            {"step_time", 0.6 * std::exp(noise(0.2))}};
}

using Fault = std::function<void(std::int64_t step, std::map<std::string, double>& metrics)>;

/// Records a step, and with it drops all that followed.
void add_step(RunDoctor& doctor,
              const std::string& stage,
              std::int64_t step,
              const std::map<std::string, double>& metrics) {
    for (const auto& [name, value] : metrics) {
        doctor.set_tail(stage, name, step, {.steps = {step}, .values = {value}});
    }
}

RunDoctor examined(std::uint64_t seed, const Fault& fault = {}) {
    RunDoctor doctor;
    doctor.add_stage("vrl", "vrl");
    util::Rng rng(seed, util::RngStream::kTest);
    for (std::int64_t step = 1; step <= 100; ++step) {
        std::map<std::string, double> metrics = healthy(rng, step);
        if (fault) fault(step, metrics);
        add_step(doctor, "vrl", step, metrics);
        if (step % 20 == 0) {
            std::map<std::string, double> held{{"heldout/pass@1", 0.4 + 0.003 * double(step)},
                                               {"heldout/pass@8", 0.95}};
            if (fault) fault(-step, held);
            add_step(doctor, "vrl", step, held);
        }
    }
    return doctor;
}

std::set<std::string> names(const RunDoctor& doctor) {
    std::set<std::string> all;
    for (const DoctorFinding& finding : doctor.findings()) all.insert(finding.rule);
    return all;
}

TEST(RunDoctor, HealthyCurvesRaiseNothing) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        for (const DoctorFinding& finding : examined(seed).findings()) {
            ADD_FAILURE() << "seed " << seed << ": " << finding.sentence;
        }
    }
}

/// Five whole runs of the demonstration (tests/golden/make_run_doctor_data.py).
TEST(RunDoctor, RecordedHealthyRunsRaiseNothing) {
    for (int seed = 1; seed <= 5; ++seed) {
        std::ifstream file(VERITUNE_SOURCE_DIR "/tests/data/run_doctor/demo_seed_" +
                           std::to_string(seed) + ".json");
        std::stringstream text;
        text << file.rdbuf();
        const auto run = util::parse_json(text.str(), "recorded run");
        ASSERT_TRUE(run) << seed;
        RunDoctor doctor;
        for (const auto& stage : (*run)["stages"].items()) {
            doctor.add_stage(stage.key(), stage.value().get<std::string>());
        }
        for (const auto& stage : (*run)["series"].items()) {
            std::size_t longest = 0;
            for (const auto& metric : stage.value().items()) {
                DoctorPoints points;
                for (const util::Json& point : metric.value()) {
                    points.steps.push_back(point[0].get<std::int64_t>());
                    points.values.push_back(point[1].get<double>());
                }
                longest = std::max(longest, points.steps.size());
                doctor.set_tail(stage.key(), metric.key(), 0, points);
            }
            EXPECT_GT(longest, 5U) << stage.key();
        }
        for (const DoctorFinding& finding : doctor.findings()) {
            ADD_FAILURE() << "seed " << seed << ": " << finding.sentence;
        }
    }
}

struct Seeded {
    const char* rule;
    const char* severity;
    std::int64_t earliest;  ///< first step that may be named
    std::int64_t latest;
    Fault fault;
    std::set<std::string> with = {};  ///< other rules that see the same fault
};

Fault set_from(std::int64_t from, const char* metric, double value) {
    return [=](std::int64_t step, std::map<std::string, double>& metrics) {
        if (step >= from && metrics.contains(metric)) metrics[metric] = value;
    };
}

TEST(RunDoctor, SeededFaultsAreNamed) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<Seeded> faults{
        {"loss_not_finite", "bad", 30, 30, set_from(30, "loss", nan)},
        {"grad_norm_spike",
         "watch",
         50,
         50,
         [](std::int64_t step, auto& m) {
             if (step == 50) m["grad_norm"] = 30.0;
         }},
        {"updates_skipped", "bad", 30, 34, set_from(30, "skipped_updates", 1.0)},
        {"reward_collapse",
         "bad",
         60,
         66,
         [](std::int64_t step, auto& m) {
             if (step >= 60) m["reward"] = std::max(0.16, m["reward"] - 0.1 * double(step - 59));
         }},
        {"reward_low", "watch", 20, 25, set_from(1, "reward", 0.1)},
        {"no_signal_zero_std", "bad", 40, 46, set_from(40, "frac_reward_zero_std", 0.95)},
        {"no_proof", "bad", 40, 46, set_from(40, "reject_kept_ratio", 0.0)},
        {"entropy_collapse", "bad", 50, 58, set_from(50, "entropy", 0.01)},
        {"entropy_explosion", "bad", 50, 58, set_from(50, "entropy", 1.5)},
        {"kl_high", "bad", 50, 56, set_from(50, "kl", 1.5)},
        {"clip_ratio_high", "bad", 50, 54, set_from(50, "clip_ratio/region_mean", 0.2)},
        {"sampler_mismatch",
         "bad",
         50,
         54,
         set_from(50, "sampling/sampling_logp_difference/mean", 0.3)},
        {"sample_size_low",
         "bad",
         50,
         54,
         set_from(50, "sampling/importance_sampling_ratio/ess", 0.1)},
        {"truncation", "bad", 50, 56, set_from(50, "completions/clipped_ratio", 0.9)},
        {"verifier_faults", "bad", 50, 56, set_from(50, "verifier/faults", 6.0)},
        {"critic_hurts", "bad", 50, 75, set_from(50, "critic/vf_explained_var", -1.0)},
        {"heldout_fall",
         "bad",
         80,
         80,
         [](std::int64_t step, auto& m) {
             if (step <= -80) m["heldout/pass@1"] = 0.2;
         },
         {"heldout_gap", "heldout_diverges"}},
        {"ratio_tail", "bad", 50, 54, set_from(50, "policy/ess", 0.1)},
        {"importance_tail",
         "bad",
         50,
         54,
         set_from(50, "sampling/importance_sampling_ratio/std", 2.5)},
        {"format_low", "bad", 50, 56, set_from(50, "rewards/format/mean", 0.4)},
        {"length_bias", "watch", 50, 56, set_from(50, "completions/mean_length_wrong", 400.0)},
        {"length_growth", "watch", 50, 56, set_from(50, "completions/mean_length", 400.0)},
        {"length_collapse", "watch", 50, 56, set_from(50, "completions/mean_length", 4.0)},
        {"memory_growth",
         "bad",
         50,
         90,
         [](std::int64_t step, auto& m) {
             if (step >= 50) m["memory/rss_mib"] += 100.0 * double(step - 49);
         }},
        {"memory_full", "bad", 50, 54, set_from(50, "memory/free_share", 0.01)},
        {"heldout_gap",
         "watch",
         20,
         20,
         [](std::int64_t step, auto& m) {
             if (step < 0) m["heldout/pass@1"] = 0.15 - 0.0035 * double(step);
         }},
        {"heldout_diverges",
         "watch",
         60,
         80,
         [](std::int64_t step, auto& m) {
             if (step < 0)
                 m["heldout/pass@1"] = (step <= -60 ? 0.35 : 0.55) - 0.0035 * double(step);
         }},
    };
    for (const Seeded& seeded : faults) {
        const std::vector<DoctorFinding> findings = examined(3, seeded.fault).findings();
        ASSERT_EQ(findings.size(), 1U + seeded.with.size()) << seeded.rule;
        for (const DoctorFinding& other : findings) {
            EXPECT_TRUE(other.rule == seeded.rule || seeded.with.contains(other.rule))
                << seeded.rule << " also raised " << other.rule;
        }
        EXPECT_EQ(findings[0].rule, seeded.rule);
        EXPECT_EQ(findings[0].severity, seeded.severity) << seeded.rule;
        EXPECT_GE(findings[0].first_step, seeded.earliest) << seeded.rule;
        EXPECT_LE(findings[0].first_step, seeded.latest) << seeded.rule;
        EXPECT_EQ(findings[0].stage, "vrl");
        EXPECT_NE(findings[0].sentence.find(findings[0].metric), std::string::npos);
    }
}

TEST(RunDoctor, SaysWhereALimitWasPassedAndWhereByMost) {
    RunDoctor doctor = examined(1, [](std::int64_t step, auto& m) {
        if (step >= 50 && step < 70) m["completions/clipped_ratio"] = step == 60 ? 1.0 : 0.7;
    });
    const std::vector<DoctorFinding> findings = doctor.findings();
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].first_step, 53);  // four of five steps
    EXPECT_GE(findings[0].worst_step, 60);
    EXPECT_LE(findings[0].worst_step, 64);
    EXPECT_EQ(findings[0].last_step, 70);  // three of five steps
    EXPECT_EQ(findings[0].window, 5);
}

TEST(RunDoctor, ResumeTakesBackWhatWasWrong) {
    RunDoctor doctor = examined(1, set_from(90, "reject_kept_ratio", 0.0));
    EXPECT_EQ(names(doctor), std::set<std::string>{"no_proof"});
    util::Rng rng(1, util::RngStream::kTest);
    const std::map<std::string, double> fine = healthy(rng, 90);
    add_step(doctor, "vrl", 90, fine);
    EXPECT_TRUE(doctor.findings().empty());
}

TEST(RunDoctor, ControlsMayGoWrongAndBadEventsAreFindings) {
    RunDoctor doctor;
    doctor.add_stage("control_random", "vrl");
    for (std::int64_t step = 1; step <= 60; ++step) {
        add_step(doctor, "control_random", step, {{"reward", 0.01}, {"step_time", 1.0}});
    }
    EXPECT_TRUE(doctor.findings().empty());
    doctor.add_event({"vrl", 40, "roll_back_and_stop", "bad", "held-out fell"});
    doctor.add_event({"vrl", 41, "checkpoint", "info", "saved"});
    ASSERT_EQ(doctor.findings().size(), 1U);
    EXPECT_EQ(doctor.findings()[0].rule, "roll_back_and_stop");
    EXPECT_EQ(doctor.findings()[0].sentence, "held-out fell");
}

TEST(RunDoctor, EveryRuleHasANameOfItsOwnAndALimit) {
    std::set<std::string_view> ids;
    for (const DoctorRule& rule : doctor_rules()) {
        EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
        EXPECT_TRUE(rule.watch || rule.bad) << rule.id;
        EXPECT_GE(rule.window, 1) << rule.id;
        EXPECT_TRUE(rule.meaning.ends_with(".")) << rule.id;
    }
}

TEST(RunDoctor, ThePageShowsEveryRule) {
    std::ifstream file(std::string(VERITUNE_SOURCE_DIR) + "/docs/user/run-doctor.md");
    std::stringstream page;
    page << file.rdbuf();
    for (const DoctorRule& rule : doctor_rules()) {
        const std::string row =
            "| `" + std::string(rule.id) + "` | `" + doctor_series_name(rule) + "` |";
        EXPECT_NE(page.str().find(row), std::string::npos) << rule.id;
        EXPECT_NE(page.str().find(std::string(rule.meaning)), std::string::npos) << rule.id;
    }
}

}  // namespace
}  // namespace veritune::train
