// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

/// Core's sentences about hyper-parameters and verifiers, listed for the translators: core speaks
/// English only. Test  recipe_model_test.cpp holds the lists against core's tables.
namespace veritune::app {

inline constexpr const char* kEffectTexts[] = {
    // The run doctor (core/train/run_doctor_rules.cpp).
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "The loss is no number: the step was left out; lower the learning rate if it comes again."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "One gradient was far larger than usual; it was clipped. Several in a row "
                      "point to a learning rate that is too high."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Updates were left out because their gradient was no number; go back to the "
                      "last good checkpoint with a third of the learning rate."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Hardly any chain is proven correct: the problems are too hard for this "
                      "start, or verifier and prompt do not fit."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "The reward fell fast: the learning rate is too high, or data or verifier have a fault."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Almost every group is all right or all wrong, so there is nothing to learn "
                      "from: change the difficulty."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "No chain was proven correct for five steps, so the policy does not move: "
                      "start with easier problems or a better cold start."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "The model hardly varies its answers any more: stop, or raise temperature or beta."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "The answers become ever more random: the learning rate is too high or the "
                      "update is wrong."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "The model has moved far from where it started; look whether its language is "
                      "still in order."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "One step moves the policy too far: lower the learning rate."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Many tokens hit the clip range: the rollouts are stale or trainer and sampler disagree."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "A token became more than ten times as probable in one step."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Sampler and trainer give different probabilities for the same token: a "
                      "fault of a kernel, of quantisation, or a stale adapter."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Sampler and trainer no longer describe the same policy."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Only a small part of the rollout counts after importance weighting."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Many chains are cut at their length limit: raise max_completion_length or "
                      "look for loops."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "The verifier could not judge some chains (a fault of gold or machine, not of the model)."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "The critic explains less than a constant would: take GRPO, which needs none."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "The critic's loss is no number: lower its learning rate."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Prompts are dropped because they exceed max_prompt_length."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "The held-out score fell: the model gets worse at problems it does not train on."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "The best of eight falls: variety is being lost."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "A step took far longer than the others: the machine was busy or slept."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "A few tokens with an extreme ratio carry most of the update: take fewer "
                      "passes over a rollout or a lower learning rate."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Sampler and trainer agree on most tokens but not on some: look at these "
                      "before trusting the update."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Many chains end without an answer where the verifier looks for it: the "
                      "prompt or the chat template does not fit, or the run is about to die."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Wrong chains are much longer than right ones: the model rambles when it "
                      "does not know the answer."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "The chains have become several times as long as at the start: look whether "
                      "they still say something."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "The chains have become several times as short as at the start: look whether "
                      "the model still reasons or guesses."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "The engine takes ever more memory: long chains, or a leak; save a "
                      "checkpoint and resume the run."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "The computer is running out of memory: close other programs or lower "
                      "max_concurrent_chains."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "The model does much better on the problems it trains on than on the held-out ones: it "
        "learns them by heart, or the reward can be had without solving them."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "The reward rises while the held-out score does not follow: from here on the "
                      "run gets better at its reward, not at the task."),

    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Compares mathematical expressions: numbers, sets, intervals, equations, matrices."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Compares a number with a unit; units convert by exact factors."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Compares several answers in their order, each with its own verifier."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Compares several answers in any order, each with its own verifier."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Compares a calendar date, written in figures or words, with the expected one."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Computes a deadline by its rule and compares a date with it."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Compares a span of time, written in weeks and days or as a clock."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Computes a formula over named inputs and compares a number with it."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Checks the check digits of an IBAN, ISIN, card number or other code."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Every quotation of the answer stands word for word in the source."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "One JSON value that fits a schema and, where given, the expected fields."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "The whole answer matches a regular expression."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Checks who is a knight and who is a knave by the statements themselves."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "The completion has to pass every one of several verifiers."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "The completion has to pass at least one of several verifiers."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "The score is the weighted sum of several verifiers."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Checks an assignment against logical constraints."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Shown in lists."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Every random number of the run comes from it; the same recipe and seed give "
                      "the same run."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Keeps every chain for the inspector; false keeps numbers only."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "CPU threads; 0 = all cores."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Where it is computed; auto takes a graphics card for a quantised model "
                      "where there is one, cuda refuses to start without."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Reason to train although the verifier bench of the problems is red; empty = "
                      "such a run is refused. Kept in run.json."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Folder with the model in Hugging Face layout; opened where it lies, never changed."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "demo: the embedded 0.31 M model from random weights."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Folder of a PEFT adapter to continue from; may be empty."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Id of a built-in chat template; empty = chosen by the model's own."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Train a low-rank adapter; false trains all weights, for tiny models only."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Capacity of the adapter; reinforcement learning needs 8 to 32, more can collapse."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "The adapter's output is scaled by alpha / r."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Scales by alpha / sqrt(r) instead, so that a larger r keeps its effect."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Name of a data set of the project; empty when a generator makes the rows."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Family of generated problems; empty when a data set has the rows."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Rows to generate, or the first rows of the data set; 0 = all of it."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Seed of the generator."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Which side of the split by content hash."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Each generated step is wrong with this probability: demonstrations as people write them."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Shortest generated problem."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Longest generated problem."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Name of the stage, unique in the recipe; chains and metrics carry it."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "What the stage does."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Stage whose weights it starts from; empty = the stage before, \"base\" = "
                      "the model as loaded."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Ends the stage after this much CPU time; 0 = off."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Ends the stage after the CPU time that this earlier stage took; empty = off."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "A checkpoint every so many steps."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Optimiser steps of the stage; 0 = num_train_epochs decides."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Passes over the demonstrations when max_steps is 0."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Examples per optimiser step; adapters learn best at 32 or fewer."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "A longer example is dropped and counted, never cut, because a cut chain has no end."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Puts several examples into one row with separate attention; faster, the same gradients."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Prompt tokens carry no loss."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Step size of AdamW; too high is the first killer of a run, so lower it "
                      "first when held-out falls."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Decay of the mean of gradients."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Decay of the mean of squared gradients; .95 adapts faster on short runs."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Keeps the division of AdamW finite."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Pulls weights to zero, decoupled from the gradient."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Gradients above this global norm are scaled down to it; 0 = off."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "The learning rate rises linearly from 0 over these steps."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Shape of the learning rate after the warm-up."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "The cosine ends at this share of learning_rate."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "adamw_8bit keeps the moments in 8 bits, for a quantised model on a small "
                      "card: 6 bytes less per parameter of the adapter, a little less exact."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "How advantages are made; read first, and brings the defaults of its preset."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "verified: only chains that the verifier proves correct carry gradient into the weights."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Rollouts of the stage."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "B, problems per step."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "G, chains per problem; group methods compare them and need at least 2."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Passes over one rollout; 1 keeps the update on-policy."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Optimiser steps per pass; more than 1 leaves the policy that sampled."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Tokens per forward and backward; memory, never the result."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "What the token losses are divided by, and for gspo, cispo, sapo their form."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "What r - mean is divided by in grpo: the group's or the batch's standard "
                      "deviation, or nothing."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "One probability ratio per token or per chain."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "A ratio below 1 - epsilon stops pushing a wrong chain down."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "A ratio above 1 + epsilon_high stops pushing a right chain up; cispo caps "
                      "the ratio itself."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Caps the unclipped ratio from above; 0 = off."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Bounds the loss of a wrong chain at this multiple of its advantage (ppo); 0 = off."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Weight of the distance to the reference policy in the loss; raise it when "
                      "the model drifts."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Form of that distance; only k2 has its exact gradient, k3 is the common choice."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Weight of the distance to the reference inside the reward (ppo on all chains, rloo)."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Discount per token (ppo); below 1 shortens chains."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Trace decay of GAE (ppo); below 1 fades the reward on long chains."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Shifts and scales advantages to mean 0 and variance 1 (ppo on all chains)."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Smallest spread that advantages of proven chains are divided by."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Weight of advantages above 0 in group methods."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Weight of advantages below 0 in group methods."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Groups with equal rewards leave the batch, or are drawn again."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "raft with the clipped ratio (RAFT++)."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Weights tokens by trainer / sampler probability, against numeric differences of the two."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Per token or chain; above the maximum the weight is cut to it, or becomes 0."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Largest such weight."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "A chain without an end carries no gradient; it stays in the baseline with reward 0."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "The reward falls linearly to -1 over these last tokens before "
                      "max_completion_length; 0 = off."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Steepness of the soft gate for advantages above 0 (sapo)."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Steepness of the soft gate for advantages below 0 (sapo)."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Step size of the critic (ppo); 5 to 10 times learning_rate."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Critic steps per rollout (ppo)."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Rollouts that train the critic alone before the first policy update, until "
                      "it explains 0.3 of the variance (ppo)."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "sigmoid for rewards in [0, 1], linear for any other (ppo)."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Limits how far a value may move in one rollout (ppo); 0 = off."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Controls: random rewards of the same mean, or another chain's verdict; "
                      "held-out must not rise."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Logits are divided by it, in sampling and in the loss; 0 = greedy, for evaluation only."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "A longer prompt is dropped and counted."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "A chain that reaches it is cut and counts as wrong."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Chains decoded together; memory and speed, never the result."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Problems sampled in a round."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "K, chains per problem."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Proven, distinct chains kept per problem, so that easy problems do not dominate."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Share of demonstrations mixed into the curated set."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Repeats sampling and training (expert iteration)."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Stage whose weights the training starts from; \"policy\" = the weights that "
                      "sampled, \"base\" = the model as loaded."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Held-out evaluation every so many steps; 0 = only at the end."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "The first so many held-out problems, always the same."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Samples per problem; pass@k needs at least k."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Also one greedy chain per problem: tells new competence from sharpening."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Problems of the evaluation at the end of the stage; 0 = problems."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Samples of the evaluation at the end of the stage; 0 = num_samples."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Temperature of the sampled chains; 1 measures the policy itself."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Longer prompts count as unsolved; 0 = as the stage trains."),
    QT_TRANSLATE_NOOP("veritune::app::Effect", "Chains are cut here; 0 = as the stage trains."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "What the guard does when held-out falls: roll back and stop, or go on once "
                      "with half the learning rate."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "A fall counts when the interval of the difference to the best lies below minus this."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "A fall beyond this acts at one evaluation instead of two."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Ends the stage with the best weights after so many evaluations without a "
                      "new best; 0 = off."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Recomputes every step of a chain of small calculations and compares the result."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Checks which of the declared options an answer names, one or several."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Runs a Python program in a jail and compares what it returns, case by case."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Compares a whole number of any size with the expected one, exactly."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Compares a decimal, fraction or percentage exactly or within declared limits."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Compares a text with the expected ones, apart from case and white space."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Checks a filled grid (sudoku, futoshiki, nonogram, queens, colouring, "
                      "zebra) rule by rule."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Walks a path through a graph or a maze and names the first step that fails."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Carries out a plan step by step and names the first step that cannot be done."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Checks values for unknowns against arithmetic, bit-vector and logical constraints."),
    QT_TRANSLATE_NOOP(
        "veritune::app::Effect",
        "Proves whether a statement follows from a theory, is refuted by it, or neither."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Proves that a logical formula says the same as the expected one."),
    QT_TRANSLATE_NOOP("veritune::app::Effect",
                      "Checks tags, length and language of a completion, not its answer."),
};

inline constexpr const char* kUnitTexts[] = {
    QT_TRANSLATE_NOOP("veritune::app::Unit", "threads"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "rank"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "rows"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "per step"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "steps"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "CPU-seconds"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "passes"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "examples"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "tokens"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "per step and learning rate"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "L2 norm"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "share"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "prompts"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "chains"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "reward"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "rollouts"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "problems"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "rounds"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "pass@1"),
    QT_TRANSLATE_NOOP("veritune::app::Unit", "evaluations"),
};

}  // namespace veritune::app
