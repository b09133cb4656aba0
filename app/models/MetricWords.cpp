// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/MetricWords.h"

#include "app/PlainText.h"

#include <QCoreApplication>
#include <QHash>
#include <QLocale>

#include <cmath>

namespace veritune::app {
namespace {

struct Words {
    const char* title;
    const char* explanation;
};

const QHash<QString, Words>& table() {
    static const QHash<QString, Words> words = {
        {QStringLiteral("reward"),
         {QT_TRANSLATE_NOOP("Metrics", "Mean reward"),
          QT_TRANSLATE_NOOP("Metrics",
                            "Share of chains that the verifier proved right on the questions that "
                            "it trains on. It should rise.")}},
        {QStringLiteral("heldout/pass@1"),
         {QT_TRANSLATE_NOOP("Metrics", "Held-out pass rate"),
          QT_TRANSLATE_NOOP(
              "Metrics",
              "Share of right answers on questions that training never sees, with its 95 % "
              "interval. This is what counts: it should rise with the reward.")}},
        {QStringLiteral("heldout/pass@8"),
         {QT_TRANSLATE_NOOP("Metrics", "Held-out: solved by one of 8 chains"),
          QT_TRANSLATE_NOOP("Metrics",
                            "What the model can reach at all. Training mostly brings the pass rate "
                            "up to this.")}},
        {QStringLiteral("heldout/greedy"),
         {QT_TRANSLATE_NOOP("Metrics", "Held-out, likeliest answer"),
          QT_TRANSLATE_NOOP("Metrics", "Pass rate when the likeliest token is always taken.")}},
        {QStringLiteral("heldout/maj@n"),
         {QT_TRANSLATE_NOOP("Metrics", "Held-out, majority vote"),
          QT_TRANSLATE_NOOP("Metrics", "Share of questions whose most frequent answer is right.")}},
        {QStringLiteral("reward_std"),
         {QT_TRANSLATE_NOOP("Metrics", "Spread of the reward"),
          QT_TRANSLATE_NOOP(
              "Metrics", "Differences within the groups. Without them nothing can be learned.")}},
        {QStringLiteral("frac_reward_zero_std"),
         {QT_TRANSLATE_NOOP("Metrics", "Groups without signal"),
          QT_TRANSLATE_NOOP("Metrics",
                            "Share of questions whose chains all got the same reward. Above 0.8 "
                            "most of the work is lost.")}},
        {QStringLiteral("frac_reward_all_right"),
         {QT_TRANSLATE_NOOP("Metrics", "Groups all right"),
          QT_TRANSLATE_NOOP("Metrics",
                            "Share of questions that every chain solved: too easy by now.")}},
        {QStringLiteral("frac_reward_all_wrong"),
         {QT_TRANSLATE_NOOP("Metrics", "Groups all wrong"),
          QT_TRANSLATE_NOOP("Metrics",
                            "Share of questions that no chain solved: too hard so far.")}},
        {QStringLiteral("completions/mean_length"),
         {QT_TRANSLATE_NOOP("Metrics", "Mean length"),
          QT_TRANSLATE_NOOP(
              "Metrics",
              "Tokens per chain. A steady rise without more right answers is padding.")}},
        {QStringLiteral("completions/mean_length_correct"),
         {QT_TRANSLATE_NOOP("Metrics", "Length of right chains"),
          QT_TRANSLATE_NOOP("Metrics", "Tokens per chain that the verifier accepted.")}},
        {QStringLiteral("completions/mean_length_wrong"),
         {QT_TRANSLATE_NOOP("Metrics", "Length of wrong chains"),
          QT_TRANSLATE_NOOP("Metrics", "Tokens per chain that the verifier refused.")}},
        {QStringLiteral("completions/clipped_ratio"),
         {QT_TRANSLATE_NOOP("Metrics", "Cut off by the length limit"),
          QT_TRANSLATE_NOOP("Metrics",
                            "Share of chains that did not end by themselves. Above 0.1 the limit "
                            "is too short or the model rambles.")}},
        {QStringLiteral("rewards/format/mean"),
         {QT_TRANSLATE_NOOP("Metrics", "Answers in the right form"),
          QT_TRANSLATE_NOOP("Metrics",
                            "Share of the chains that ended by themselves with an answer where the "
                            "verifier looks for it. Healthy: above 0.95.")}},
        {QStringLiteral("memory/rss_mib"),
         {QT_TRANSLATE_NOOP("Metrics", "Memory of the engine"),
          QT_TRANSLATE_NOOP("Metrics",
                            "MiB that the engine holds at the end of a step. Healthy: flat.")}},
        {QStringLiteral("memory/free_share"),
         {QT_TRANSLATE_NOOP("Metrics", "Free memory"),
          QT_TRANSLATE_NOOP("Metrics",
                            "Share of the computer's memory that programs could still get.")}},
        {QStringLiteral("entropy"),
         {QT_TRANSLATE_NOOP("Metrics", "Entropy"),
          QT_TRANSLATE_NOOP("Metrics",
                            "How undecided the model is, in nats per token. A fall to nearly 0 "
                            "ends all exploration.")}},
        {QStringLiteral("kl"),
         {QT_TRANSLATE_NOOP("Metrics", "Distance from the start (KL)"),
          QT_TRANSLATE_NOOP("Metrics",
                            "How far the model has moved from where this stage began.")}},
        {QStringLiteral("loss"),
         {QT_TRANSLATE_NOOP("Metrics", "Loss"),
          QT_TRANSLATE_NOOP("Metrics",
                            "What the optimiser minimises. In reinforcement learning it says "
                            "little and may be near 0.")}},
        {QStringLiteral("grad_norm"),
         {QT_TRANSLATE_NOOP("Metrics", "Gradient norm"),
          QT_TRANSLATE_NOOP("Metrics",
                            "Size of the update before clipping. Jumps are a warning.")}},
        {QStringLiteral("learning_rate"),
         {QT_TRANSLATE_NOOP("Metrics", "Learning rate"),
          QT_TRANSLATE_NOOP("Metrics", "Step size of the optimiser.")}},
        {QStringLiteral("mean_token_probability"),
         {QT_TRANSLATE_NOOP("Metrics", "Probability of the demonstrations"),
          QT_TRANSLATE_NOOP("Metrics",
                            "How likely the model finds the tokens of the demonstrations. It "
                            "should rise towards 1.")}},
        {QStringLiteral("step_time"),
         {QT_TRANSLATE_NOOP("Metrics", "Time per step"), QT_TRANSLATE_NOOP("Metrics", "Seconds.")}},
        {QStringLiteral("reject_kept_ratio"),
         {QT_TRANSLATE_NOOP("Metrics", "Chains that train"),
          QT_TRANSLATE_NOOP(
              "Metrics",
              "Share of chains that the verifier proved right and that update the weights.")}},
        {QStringLiteral("critic/vf_explained_var"),
         {QT_TRANSLATE_NOOP("Metrics", "Critic: explained variance"),
          QT_TRANSLATE_NOOP("Metrics",
                            "1 = the critic foresees the reward, 0 = it knows nothing.")}},
        {QStringLiteral("verifier/faults"),
         {QT_TRANSLATE_NOOP("Metrics", "Faults of the verifier"),
          QT_TRANSLATE_NOOP("Metrics",
                            "Chains that could not be scored. They never train. Above 0.01 "
                            "something is wrong.")}},
        {QStringLiteral("groups"),
         {QT_TRANSLATE_NOOP("Metrics", "Questions all right, all wrong"),
          QT_TRANSLATE_NOOP("Metrics",
                            "Questions whose chains all got the same verdict give no signal.")}},
        {QStringLiteral("lengths"),
         {QT_TRANSLATE_NOOP("Metrics", "Length of right and wrong chains"),
          QT_TRANSLATE_NOOP("Metrics", "Tokens per chain.")}},
    };
    return words;
}

QString translated(const char* text) { return QCoreApplication::translate("Metrics", text); }

}  // namespace

QString metricTitle(const QString& key) {
    const auto found = table().find(key);
    return found == table().end() ? visibleText(key) : translated(found->title);
}

QString chartTitle(const QString& name) { return metricTitle(name); }

QString metricExplanation(const QString& key) {
    const auto found = table().find(key);
    return found == table().end() ? visibleText(key) : translated(found->explanation) + u"\n" + key;
}

QString metricGroupWord(const QString& prefix) {
    static const QHash<QString, const char*> words = {
        {QStringLiteral("heldout"), QT_TRANSLATE_NOOP("Metrics", "Held-out questions")},
        {QStringLiteral("completions"), QT_TRANSLATE_NOOP("Metrics", "Length of the chains")},
        {QStringLiteral("rewards"), QT_TRANSLATE_NOOP("Metrics", "Rewards by verifier")},
        {QStringLiteral("clip_ratio"), QT_TRANSLATE_NOOP("Metrics", "Clipping")},
        {QStringLiteral("policy"), QT_TRANSLATE_NOOP("Metrics", "Policy")},
        {QStringLiteral("critic"), QT_TRANSLATE_NOOP("Metrics", "Critic")},
        {QStringLiteral("loss"), QT_TRANSLATE_NOOP("Metrics", "Loss")},
        {QStringLiteral("kl"), QT_TRANSLATE_NOOP("Metrics", "Distance from the start (KL)")},
        {QStringLiteral("sampling"),
         QT_TRANSLATE_NOOP("Metrics", "Difference between sampler and trainer")},
        {QStringLiteral("verifier"), QT_TRANSLATE_NOOP("Metrics", "Verifier")},
        {QStringLiteral("advantage"), QT_TRANSLATE_NOOP("Metrics", "Advantage")},
        {QStringLiteral("prompts"), QT_TRANSLATE_NOOP("Metrics", "Questions")},
        {QStringLiteral("time"), QT_TRANSLATE_NOOP("Metrics", "Time")},
        {QStringLiteral("throughput"), QT_TRANSLATE_NOOP("Metrics", "Speed")},
        {QStringLiteral("gpu"), QT_TRANSLATE_NOOP("Metrics", "Graphics card")},
    };
    const auto found = words.find(prefix);
    return found == words.end() ? visibleText(prefix) : translated(*found);
}

QString stageWord(const QString& id) {
    if (id == QStringLiteral("cold_start"))
        return translated(QT_TRANSLATE_NOOP("Metrics", "Cold start"));
    if (id == QStringLiteral("vrl"))
        return translated(QT_TRANSLATE_NOOP("Metrics", "Verifiable RL"));
    if (id == QStringLiteral("rft") || id == QStringLiteral("rejection_sampling"))
        return translated(QT_TRANSLATE_NOOP("Metrics", "Rejection sampling"));
    return visibleText(id);
}

QString durationWords(double seconds) {
    const QLocale locale;
    const auto whole = [&locale](double value) {
        return locale.toString(std::round(value), 'f', 0);
    };
    //: a duration in seconds
    if (seconds < 90) return translated(QT_TRANSLATE_NOOP("Metrics", "%1 s")).arg(whole(seconds));
    //: a duration in minutes
    if (seconds < 90 * 60)
        return translated(QT_TRANSLATE_NOOP("Metrics", "%1 min")).arg(whole(seconds / 60));
    //: a duration in hours
    return translated(QT_TRANSLATE_NOOP("Metrics", "%1 h"))
        .arg(locale.toString(seconds / 3600, 'f', 1));
}

QString durationRange(double low_s, double high_s) {
    const QString low = durationWords(low_s);
    const QString high = durationWords(high_s);
    if (low == high) return low;
    //: a range of two durations
    return translated(QT_TRANSLATE_NOOP("Metrics", "%1 to %2")).arg(low, high);
}

}  // namespace veritune::app
