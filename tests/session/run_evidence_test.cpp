// SPDX-License-Identifier: Apache-2.0
#include "core/session/run_evidence.h"

#include "core/store/project.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace veritune::session {
namespace {

using train::DoctorChain;

/// One step 7 of a vrl stage with chains that each test shapes: problems p0, p1, p2 with 4 each.
class RunEvidenceTest : public ::testing::Test {
  protected:
    using Shape = std::function<void(int problem, data::ChainRecord& chain)>;

    void record(const Shape& shape, const std::string& phase = "train") {
        run_ = project_->runs().create_run({.name = "run"}).value();
        ASSERT_TRUE(project_->runs().record_stage(
            run_, {.stage = "vrl", .type = "vrl", .total_steps = 40, .state = "running"}));
        data::StepRecord step{.stage = "vrl", .step = 7};
        step.state_hash = "h";
        for (int problem = 0; problem < 3; ++problem) {
            for (int sample = 0; sample < 4; ++sample) {
                data::ChainRecord chain;
                chain.phase = phase;
                chain.problem_id = "p" + std::to_string(problem);
                chain.sample = sample;
                chain.tokens = {1, 2, 3};
                chain.status = "correct";
                chain.completion = chain.problem_id + " " + std::to_string(sample);
                chain.updated = true;
                shape(problem, chain);
                step.chains.push_back(chain);
            }
        }
        ASSERT_TRUE(project_->runs().record_step(run_, step));
    }
    std::vector<DoctorChain> evidence(const std::string& rule, std::int64_t step = 7) {
        return find_evidence(project_->reader(),
                             run_,
                             {.rule = rule,
                              .severity = "bad",
                              .stage = "vrl",
                              .first_step = step,
                              .last_step = step,
                              .worst_step = step})
            .value();
    }
    static std::string place(const DoctorChain& chain) {
        return chain.problem_id + "/" + std::to_string(chain.sample);
    }

    test::TempDir temp_;
    std::unique_ptr<store::Project> project_ =
        store::Project::create(temp_.file("project"), "test").value();
    std::int64_t run_ = 0;
};

TEST_F(RunEvidenceTest, TheLongestCutChainComesFirst) {
    record([](int problem, data::ChainRecord& chain) {
        if (chain.sample == 1) chain.finish_reason = "length";
        if (problem == 2) chain.tokens.resize(9);
    });
    const auto chains = evidence("truncation");
    ASSERT_EQ(chains.size(), 3U);
    EXPECT_EQ(place(chains[0]), "p2/1");
    EXPECT_EQ(chains[0].why, "cut after 9 tokens");
    EXPECT_EQ(chains[0].step, 7);
    EXPECT_EQ(project_->reader().chain(chains[0].id)->record.problem_id, "p2");
}

TEST_F(RunEvidenceTest, TheStrangestRatioIsNamedWithItsToken) {
    record([](int problem, data::ChainRecord& chain) {
        chain.log_ratios = {0.0F, 0.01F, 0.0F};
        if (problem == 1 && chain.sample == 2) chain.log_ratios[1] = -3.0F;
    });
    for (const char* rule :
         {"ratio_extreme", "ratio_tail", "importance_tail", "sampler_mismatch"}) {
        const auto chains = evidence(rule);
        ASSERT_EQ(chains.size(), kMaxEvidence) << rule;
        EXPECT_EQ(place(chains[0]), "p1/2") << rule;
        EXPECT_EQ(chains[0].why, "ratio 0.0498 at token 2") << rule;
    }
}

TEST_F(RunEvidenceTest, WithoutRatiosOtherChainsOfTheStepStandIn) {
    record([](int, data::ChainRecord& chain) { chain.updated = chain.sample == 3; });
    const auto chains = evidence("ratio_extreme");
    ASSERT_EQ(chains.size(), kMaxEvidence);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(chains[i].sample, 3);
    EXPECT_EQ(chains[0].why, "of that step");
}

TEST_F(RunEvidenceTest, RewardedChainsWithTheLowestLogProbComeFirst) {
    record([](int problem, data::ChainRecord& chain) {
        chain.logprobs = {-0.1F, -0.1F, -0.1F};
        if (problem == 0 && chain.sample == 2) chain.logprobs = {-6.0F, -6.0F, -6.0F};
        if (problem == 0 && chain.sample == 3) {
            chain.logprobs = {-9.0F, -9.0F, -9.0F};
            chain.updated = false;  // did not move anything
        }
    });
    const auto chains = evidence("grad_norm_spike");
    ASSERT_FALSE(chains.empty());
    EXPECT_EQ(place(chains[0]), "p0/2");
    EXPECT_EQ(chains[0].why, "moved the weights; mean log-prob -6");
}

TEST_F(RunEvidenceTest, GroupsWithOneVerdictProveThatThereIsNoSignal) {
    record([](int problem, data::ChainRecord& chain) {
        if (problem == 1) chain.status = "incorrect";
        if (problem == 2 && chain.sample == 0) chain.status = "no_answer";
    });
    const auto chains = evidence("no_signal_zero_std");
    ASSERT_EQ(chains.size(), 8U);
    for (const DoctorChain& chain : chains) EXPECT_NE(chain.problem_id, "p2");
}

TEST_F(RunEvidenceTest, TheTextThatRepeatsProvesACollapse) {
    record([](int problem, data::ChainRecord& chain) {
        if (problem == 1 && chain.sample > 0) chain.completion = "42";
    });
    const auto chains = evidence("entropy_collapse");
    ASSERT_EQ(chains.size(), 3U);
    for (const DoctorChain& chain : chains) {
        EXPECT_EQ(chain.problem_id, "p1");
        EXPECT_EQ(chain.why, "its text comes 3 times");
    }
}

TEST_F(RunEvidenceTest, ChainsWithoutAnAnswerProveALowFormatRate) {
    record([](int problem, data::ChainRecord& chain) {
        if (problem == 0) chain.status = "no_answer";
        chain.reason = "no_closing_think";
        if (chain.sample == 1) chain.finish_reason = "length";  // has a rule of its own
    });
    const auto chains = evidence("format_low");
    ASSERT_EQ(chains.size(), 3U);
    EXPECT_EQ(chains[0].why, "no answer found: no_closing_think");
}

TEST_F(RunEvidenceTest, FarthestFromTheReferenceMostUncertainAndMostSurprising) {
    record([](int problem, data::ChainRecord& chain) {
        chain.logprobs = {-1.0F, -1.0F, -1.0F};
        chain.ref_logprobs = {-1.0F, -1.0F, -1.0F};
        chain.entropies = {0.1F, 0.1F, 0.1F};
        chain.values = {0.9F, 0.9F, 0.9F};
        chain.reward = 1.0;
        if (problem == 0 && chain.sample == 1) chain.ref_logprobs[0] = -7.0F;
        if (problem == 1 && chain.sample == 1) chain.entropies[0] = 4.0F;
        if (problem == 2 && chain.sample == 1) chain.reward = 0.0;
    });
    EXPECT_EQ(place(evidence("kl_high").at(0)), "p0/1");
    EXPECT_EQ(place(evidence("entropy_explosion").at(0)), "p1/1");
    EXPECT_EQ(place(evidence("critic_hurts").at(0)), "p2/1");
}

TEST_F(RunEvidenceTest, WrongLongShortSlowAndFaultyChains) {
    record([](int problem, data::ChainRecord& chain) {
        if (problem == 0) chain.status = "incorrect";
        if (problem == 0 && chain.sample == 2) chain.tokens.resize(6);
        if (problem == 1 && chain.sample == 2) chain.tokens.resize(9);
        if (problem == 1 && chain.sample == 3) chain.tokens.resize(1);
        if (problem == 2 && chain.sample == 0) chain.verify_micros = 9000;
        if (problem == 2 && chain.sample == 3) chain.status = "sandbox_error";
    });
    EXPECT_EQ(place(evidence("length_bias").at(0)), "p0/2");
    EXPECT_EQ(evidence("reward_collapse").size(), 4U);
    EXPECT_EQ(place(evidence("length_growth").at(0)), "p1/2");
    EXPECT_EQ(place(evidence("length_collapse").at(0)), "p1/3");
    EXPECT_EQ(evidence("step_slow").at(0).why, "the verdict took 9 ms");
    ASSERT_EQ(evidence("verifier_faults").size(), 1U);
    EXPECT_EQ(place(evidence("verifier_faults")[0]), "p2/3");
}

TEST_F(RunEvidenceTest, AHeldOutFindingShowsTheEvaluation) {
    record(
        [](int problem, data::ChainRecord& chain) {
            if (problem == 1) chain.status = "incorrect";
        },
        "eval");
    for (const char* rule : {"heldout_fall", "heldout_gap", "roll_back_and_stop"}) {
        const auto chains = evidence(rule);
        ASSERT_EQ(chains.size(), 4U) << rule;
        EXPECT_EQ(chains[0].phase, "eval") << rule;
        EXPECT_EQ(chains[0].problem_id, "p1") << rule;
    }
}

TEST_F(RunEvidenceTest, NothingIsInventedWhereNothingIsStored) {
    record([](int, data::ChainRecord&) {});
    EXPECT_TRUE(evidence("reward_low", 3).empty());
    EXPECT_TRUE(evidence("prompts_too_long").empty());
}

/// Every rule that is about chains finds some in a step that has chains.
TEST_F(RunEvidenceTest, EveryRuleFindsChains) {
    record([](int, data::ChainRecord&) {});
    for (const train::DoctorRule& rule : train::doctor_rules()) {
        if (rule.proof == train::DoctorProof::kNone) continue;
        EXPECT_FALSE(evidence(std::string(rule.id)).empty()) << rule.id;
    }
}

}  // namespace
}  // namespace veritune::session
