// SPDX-License-Identifier: Apache-2.0
#include "core/verify/bench.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace veritune::verify {

namespace {

constexpr std::size_t kMaxFaults = 100;
/// Cases in memory at once; some are a megabyte long.
constexpr std::size_t kBatchCases = 512;
/// With somebody who listens: programs take some 50 ms each, and a stop has to be heard soon.
constexpr std::size_t kHeardCases = 16;

/// What must be the same in two runs: everything but the time.
std::string without_time(Verdict verdict) {
    verdict.micros = 0;
    return util::canonical_json(verdict_to_json(verdict));
}

std::vector<std::size_t> chosen(std::size_t count, std::int64_t wanted) {
    const std::size_t take =
        wanted <= 0 ? count : std::min(count, static_cast<std::size_t>(wanted));
    std::vector<std::size_t> indexes;
    for (std::size_t i = 0; i < take; ++i) indexes.push_back(i * count / take);
    return indexes;
}

class Bench {
  public:
    Bench(RequestVerifier& verifier, const BenchOptions& options)
        : first_(options.threads, &verifier),
          second_(options.threads, options.second != nullptr ? options.second : &verifier),
          on_case_(options.on_case) {}

    /// False: nobody wants more.
    bool add(std::vector<BenchCase> cases) {
        for (BenchCase& one : cases) {
            if (is_stopped_) return false;
            cases_.push_back(std::move(one));
            if (cases_.size() >= (on_case_ ? kHeardCases : kBatchCases)) flush();
        }
        return !is_stopped_;
    }

    void flush() {
        std::vector<VerifyRequest> requests;
        requests.reserve(cases_.size());
        for (BenchCase& one : cases_) requests.push_back(std::move(one.request));
        const std::vector<Verdict> first = first_.verify(requests);
        const std::vector<Verdict> second = second_.verify(requests);
        for (std::size_t i = 0; i < cases_.size() && !is_stopped_; ++i) {
            cases_[i].request = std::move(requests[i]);
            count(cases_[i], first[i], second[i]);
        }
        cases_.clear();
    }

    BenchReport take() {
        flush();
        std::sort(micros_.begin(), micros_.end());
        const auto quantile = [this](double share) {
            if (micros_.empty()) return 0.0;
            const auto last = static_cast<double>(micros_.size() - 1);
            return static_cast<double>(micros_[static_cast<std::size_t>(std::ceil(share * last))]);
        };
        report_.p50_us = quantile(0.5);
        report_.p95_us = quantile(0.95);
        report_.max_us = quantile(1.0);
        return std::move(report_);
    }

    BenchReport& report() { return report_; }

  private:
    void count(const BenchCase& one, const Verdict& verdict, const Verdict& again) {
        const bool accepted =
            verdict.status == VerdictStatus::kCorrect || verdict.status == VerdictStatus::kPartial;
        const bool is_same = without_time(verdict) == without_time(again);
        if (is_masked(verdict.status)) ++report_.masked;
        if (!is_same) ++report_.different;
        micros_.push_back(verdict.micros);
        (one.accept ? report_.positives : report_.negatives) += 1;
        if (accepted) (one.accept ? report_.accepted_positives : report_.accepted_negatives) += 1;
        if (on_case_ && !on_case_(one, verdict, is_same)) is_stopped_ = true;
        if (accepted == one.accept || report_.faults.size() >= kMaxFaults) return;
        report_.faults.push_back({.problem_id = one.problem_id,
                                  .rule = one.rule,
                                  .accepted = accepted,
                                  .status = std::string(status_name(verdict.status)),
                                  .reason = verdict.reason});
    }

    VerifierPool first_;
    VerifierPool second_;
    std::function<bool(const BenchCase&, const Verdict&, bool)> on_case_;
    bool is_stopped_ = false;
    std::vector<BenchCase> cases_;
    std::vector<std::int64_t> micros_;
    BenchReport report_;
};

util::Json interval_json(const ShareInterval& interval) { return {interval.low, interval.high}; }

}  // namespace

ShareInterval wilson_interval(std::int64_t hits, std::int64_t trials) {
    if (trials <= 0) return {};
    constexpr double kZ = 1.959963984540054;
    const auto n = static_cast<double>(trials);
    const double p = static_cast<double>(hits) / n;
    const double center = p + kZ * kZ / (2.0 * n);
    const double half = kZ * std::sqrt(p * (1.0 - p) / n + kZ * kZ / (4.0 * n * n));
    const double scale = 1.0 + kZ * kZ / n;
    return {.low = hits == 0 ? 0.0 : std::max(0.0, (center - half) / scale),
            .high = hits == trials ? 1.0 : std::min(1.0, (center + half) / scale)};
}

std::string BenchReport::red() const {
    if (problems == 0) return "no problem has a verifier";
    if (accepted_negatives > 0) {
        return std::to_string(accepted_negatives) + " of " + std::to_string(negatives) +
               " wrong answers were accepted";
    }
    if (different > 0) return std::to_string(different) + " verdicts changed when asked again";
    if (masked > 0) return std::to_string(masked) + " answers got no verdict";
    if (bad_golds > 0) return std::to_string(bad_golds) + " golds cannot be written as an answer";
    if (negatives == 0) return "no wrong answer could be made";
    if (accepted_positives == 0) return "not one right answer was accepted";
    return {};
}

BenchReport run_bench(const std::vector<data::Problem>& problems,
                      RequestVerifier& verifier,
                      const BenchOptions& options) {
    std::vector<const data::Problem*> checkable;
    for (const data::Problem& problem : problems) {
        if (!problem.verifier.empty()) checkable.push_back(&problem);
    }
    Bench bench(verifier, options);
    for (const std::size_t i : chosen(checkable.size(), options.max_problems)) {
        const data::Problem* other = checkable[(i + 1) % checkable.size()];
        auto cases = bench_cases(*checkable[i], other);
        ++bench.report().problems;
        if (!cases) {
            ++bench.report().bad_golds;
            continue;
        }
        if (!bench.add(std::move(cases).value())) break;
    }
    return bench.take();
}

BenchReport run_bench_cases(std::vector<BenchCase> cases,
                            RequestVerifier& verifier,
                            const BenchOptions& options) {
    Bench bench(verifier, options);
    bench.report().problems = static_cast<std::int64_t>(cases.size());
    bench.add(std::move(cases));
    return bench.take();
}

std::vector<BenchCase> self_test_cases(const Verifier& verifier) {
    std::vector<BenchCase> cases;
    for (SelfTest& test : verifier.self_tests()) {
        const std::string id = std::string(verifier.id()) + "-" + std::to_string(cases.size() + 1);
        VerifyRequest request;
        request.problem_id = id;
        request.verifier = std::string(verifier.id());
        request.params = std::move(test.params);
        request.gold = std::move(test.gold);
        request.prompt = std::move(test.prompt);
        request.completion = std::move(test.completion);
        request.finish_reason = test.finish_reason;
        request.profile = std::move(test.profile);
        cases.push_back({.problem_id = id,
                         .rule = "self test",
                         .accept = test.accept,
                         .request = std::move(request)});
    }
    return cases;
}

util::Json bench_to_json(const BenchReport& report) {
    util::Json faults = util::Json::array();
    for (const BenchFault& fault : report.faults) {
        faults.push_back({{"problem", fault.problem_id},
                          {"rule", fault.rule},
                          {"accepted", fault.accepted},
                          {"status", fault.status},
                          {"reason", fault.reason}});
    }
    return {{"problems", report.problems},
            {"positives", report.positives},
            {"accepted_positives", report.accepted_positives},
            {"negatives", report.negatives},
            {"accepted_negatives", report.accepted_negatives},
            {"masked", report.masked},
            {"different", report.different},
            {"bad_golds", report.bad_golds},
            {"false_accept_rate_95", interval_json(report.false_accepts())},
            {"false_reject_rate_95", interval_json(report.false_rejects())},
            {"p50_us", report.p50_us},
            {"p95_us", report.p95_us},
            {"max_us", report.max_us},
            {"red", report.red()},
            {"faults", std::move(faults)}};
}

}  // namespace veritune::verify
