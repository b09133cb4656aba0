// SPDX-License-Identifier: Apache-2.0
#include "core/eval/scoring.h"

#include "core/data/dataset.h"
#include "core/eval/answer_classes.h"
#include "core/eval/protocol_prompt.h"
#include "core/eval/statistics.h"

#include <algorithm>
#include <unordered_map>

namespace veritune::eval {
namespace {

using data::EvaluationColumn;
using data::ProblemScore;
using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

constexpr std::size_t kBatch = 256;

/// Rows by problem and sample; nullptr = there is none.
using Grid = std::vector<std::vector<const CompletionRow*>>;

Result<Grid> arrange(std::int64_t samples,
                     std::size_t problems,
                     const std::vector<CompletionRow>& rows) {
    Grid grid(problems);
    for (auto& list : grid) list.resize(static_cast<std::size_t>(samples), nullptr);
    for (const CompletionRow& row : rows) {
        if (row.problem >= problems || row.sample < 0 || row.sample >= samples) {
            return util::fail(ErrorCode::kInvalidArgument,
                              "there are more completions of a problem than the protocol's " +
                                  std::to_string(samples) + " samples");
        }
        const CompletionRow*& place = grid[row.problem][static_cast<std::size_t>(row.sample)];
        if (place != nullptr) {
            return util::fail(ErrorCode::kInvalidArgument,
                              "a sample of a problem has two completions; give each its own "
                              "\"sample\" number");
        }
        place = &row;
    }
    return grid;
}

/// Tells of the work and how much of all columns is done.
class Meter {
  public:
    Meter(const ScoreOptions& options, std::size_t all)
        : options_(options),
          all_(std::max<std::size_t>(1, all)) {}
    Status add(std::size_t done) {
        done_ += done;
        if (options_.stop.stop_requested())
            return util::fail(ErrorCode::kCancelled, "scoring was stopped");
        if (options_.progress)
            options_.progress(static_cast<double>(done_) / static_cast<double>(all_));
        return {};
    }

  private:
    const ScoreOptions& options_;
    std::size_t all_;
    std::size_t done_ = 0;
};

std::vector<std::int64_t> powers_up_to(std::int64_t n) {
    std::vector<std::int64_t> list;
    for (std::int64_t k = 1; k <= n; k *= 2) list.push_back(k);
    if (list.back() != n) list.push_back(n);
    return list;
}

void sum_up(EvaluationColumn& column, std::int64_t samples) {
    std::vector<double> rates;
    std::int64_t right = 0;
    std::int64_t judged = 0;
    std::int64_t silent = 0;
    double majority = 0.0;
    for (const std::int64_t k : powers_up_to(samples)) column.pass.emplace_back(k, 0.0);
    for (const ProblemScore& p : column.problems) {
        column.masked += p.masked;
        if (p.samples == 0) continue;
        rates.push_back(static_cast<double>(p.correct) / static_cast<double>(p.samples));
        right += p.correct;
        judged += p.samples;
        silent += p.no_answer;
        majority += p.majority ? 1.0 : 0.0;
        // A masked sample leaves fewer to draw from.
        for (auto& [k, value] : column.pass)
            value += pass_at_k(p.samples, p.correct, std::min(k, p.samples));
    }
    if (rates.empty()) return;
    const auto count = static_cast<double>(rates.size());
    for (auto& [k, value] : column.pass) value /= count;
    const Interval interval =
        samples == 1 ? wilson(right, judged) : bootstrap_mean(rates, {.seed = 0});
    column.score = interval.estimate;
    column.low = interval.lower;
    column.high = interval.upper;
    column.majority = majority / count;
    column.no_answer_rate = static_cast<double>(silent) / static_cast<double>(judged);
}

ProblemScore score_problem(const data::Problem& problem,
                           const std::vector<const CompletionRow*>& rows,
                           const std::vector<verify::Verdict>& verdicts,
                           const verify::VerifyRequest& request,
                           const verify::VerifierPool& pool) {
    ProblemScore score{.problem_id = problem.id};
    for (const CompletionRow* row : rows) {
        score.samples += row == nullptr ? 1 : 0;
        score.no_answer += row == nullptr ? 1 : 0;
    }
    std::vector<bool> right;
    for (const verify::Verdict& verdict : verdicts) {
        right.push_back(verdict.status == verify::VerdictStatus::kCorrect);
        if (verify::is_masked(verdict.status)) {
            ++score.masked;
            continue;
        }
        ++score.samples;
        score.correct += right.back() ? 1 : 0;
        score.no_answer += verdict.status == verify::VerdictStatus::kNoAnswer ? 1 : 0;
    }
    const std::vector<int> classes = answer_classes(request, verdicts, pool);
    const int best = majority_class(classes);
    for (std::size_t i = 0; i < classes.size() && best >= 0; ++i)
        score.majority = score.majority || (classes[i] == best && right[i]);
    return score;
}

class Scorer {
  public:
    Scorer(const Protocol& protocol,
           std::span<const data::Problem> problems,
           const Grid& grid,
           const verify::VerifierPool& pool,
           const ScoreOptions& options,
           std::size_t rows)
        : protocol_(protocol),
          problems_(problems),
          grid_(grid),
          pool_(pool),
          options_(options),
          meter_(options, rows * protocol.columns.size()) {}

    Result<EvaluationColumn> score(const ProtocolColumn& by) {
        EvaluationColumn column{.name = by.name};
        std::size_t next = 0;
        while (next < problems_.size()) {
            std::vector<verify::VerifyRequest> requests;
            const std::size_t begin = next;
            while (next < problems_.size() && (next == begin || requests.size() < kBatch))
                add_requests(by, next++, requests);
            VT_TRY(meter_.add(0));
            const std::vector<verify::Verdict> verdicts = pool_.verify(requests);
            VT_TRY(take(by, begin, next, verdicts, column));
        }
        sum_up(column, protocol_.sampling.samples);
        return column;
    }

  private:
    void add_requests(const ProtocolColumn& by,
                      std::size_t problem,
                      std::vector<verify::VerifyRequest>& requests) const {
        for (const CompletionRow* row : grid_[problem]) {
            if (row != nullptr)
                requests.push_back(
                    column_request(protocol_, by, problems_[problem], *row, options_.think_tags));
        }
    }
    Status take(const ProtocolColumn& by,
                std::size_t begin,
                std::size_t end,
                const std::vector<verify::Verdict>& verdicts,
                EvaluationColumn& column) {
        std::size_t at = 0;
        for (std::size_t problem = begin; problem < end; ++problem) {
            const std::vector<const CompletionRow*>& rows = grid_[problem];
            const auto count = static_cast<std::size_t>(std::ranges::count_if(
                rows, [](const CompletionRow* row) { return row != nullptr; }));
            const std::vector<verify::Verdict> own(
                verdicts.begin() + static_cast<std::ptrdiff_t>(at),
                verdicts.begin() + static_cast<std::ptrdiff_t>(at + count));
            at += count;
            const verify::VerifyRequest request =
                column_request(protocol_, by, problems_[problem], {}, false);
            column.problems.push_back(score_problem(problems_[problem], rows, own, request, pool_));
            VT_TRY(meter_.add(count));
        }
        return {};
    }

    const Protocol& protocol_;
    std::span<const data::Problem> problems_;
    const Grid& grid_;
    const verify::VerifierPool& pool_;
    const ScoreOptions& options_;
    Meter meter_;
};

util::Error bad_line(std::int64_t line, const std::string& what) {
    return util::fail(ErrorCode::kCorruptData, "line " + std::to_string(line) + ": " + what);
}

/// Reads the rows of one line.
class CompletionReader {
  public:
    explicit CompletionReader(std::span<const data::Problem> problems) {
        for (std::size_t i = 0; i < problems.size(); ++i) places_.emplace(problems[i].id, i);
    }

    Status read(std::int64_t line, const Json& json) {
        const Json* id = member(json, "id");
        if (id == nullptr || !id->is_string()) return bad_line(line, "\"id\" must be text");
        const auto place = places_.find(id->get<std::string>());
        if (place == places_.end()) {
            return util::fail(ErrorCode::kNotFound,
                              "line " + std::to_string(line) +
                                  ": no problem of the set has this id; is it the right data "
                                  "set and split?",
                              id->get<std::string>());
        }
        const Json* one = member(json, "completion");
        const Json* many = member(json, "completions");
        if ((one == nullptr) == (many == nullptr))
            return bad_line(line, "needs \"completion\" or \"completions\"");
        if (one != nullptr) return add(line, place->second, *one, json, nullptr);
        if (!many->is_array()) return bad_line(line, "\"completions\" must be a list");
        for (std::size_t i = 0; i < many->size(); ++i)
            VT_TRY(add(line, place->second, (*many)[i], json, &i));
        return {};
    }
    std::vector<CompletionRow> take() { return std::move(rows_); }

  private:
    static const Json* member(const Json& json, const char* key) {
        if (!json.is_object()) return nullptr;
        const auto found = json.find(key);
        return found == json.end() ? nullptr : &*found;
    }
    /// The value of a key, or its entry i where the line holds a list.
    static const Json* entry(const Json& json, const char* key, const std::size_t* i) {
        const Json* value = member(json, key);
        if (value == nullptr || i == nullptr || !value->is_array()) return value;
        return *i < value->size() ? &(*value)[*i] : nullptr;
    }
    Status add(std::int64_t line,
               std::size_t problem,
               const Json& text,
               const Json& json,
               const std::size_t* i) {
        if (!text.is_string()) return bad_line(line, "a completion must be text");
        CompletionRow row{.problem = problem, .sample = next_[problem]++, .text = text};
        if (const Json* sample = i == nullptr ? member(json, "sample") : nullptr) {
            if (!sample->is_number_integer()) return bad_line(line, "\"sample\" must be a number");
            row.sample = sample->get<std::int64_t>();
        }
        if (const Json* finish = entry(json, "finish_reason", i)) {
            if (*finish != "stop" && *finish != "length")
                return bad_line(line, "\"finish_reason\" must be stop or length");
            row.cut_off = *finish == "length";
        }
        if (const Json* tokens = entry(json, "tokens", i)) {
            if (!tokens->is_number_integer() || tokens->get<std::int64_t>() < 0)
                return bad_line(line, "\"tokens\" must be a number");
            row.tokens = tokens->get<std::int64_t>();
        }
        rows_.push_back(std::move(row));
        return {};
    }

    std::unordered_map<std::string, std::size_t> places_;
    std::unordered_map<std::size_t, std::int64_t> next_;
    std::vector<CompletionRow> rows_;
};

}  // namespace

verify::VerifyRequest column_request(const Protocol& protocol,
                                     const ProtocolColumn& column,
                                     const data::Problem& problem,
                                     const CompletionRow& row,
                                     bool think_tags) {
    verify::VerifyRequest request = verify::request_for(problem);
    if (!column.verifier.empty() && column.verifier != problem.verifier) {
        request.verifier = column.verifier;
        request.params = Json::object();
    }
    if (!column.params.is_null()) request.params = column.params;
    if (!column.profile.empty()) request.profile = column.profile;
    const CutText cut = cut_at_stop(row.text, protocol.sampling.stop);
    const std::string prefix = fill_in(protocol.prompt.prefix, variables_of(problem));
    request.completion = answer_text(column, problem, prefix, cut.text);
    request.think_tags = think_tags;
    const bool cut_off = row.cut_off && !cut.stopped && !column.judge_cut_off;
    request.finish_reason = cut_off ? verify::FinishReason::kLength : verify::FinishReason::kStop;
    return request;
}

Result<data::EvaluationRecord> score_completions(const Protocol& protocol,
                                                 std::span<const data::Problem> problems,
                                                 const std::vector<CompletionRow>& rows,
                                                 const verify::VerifierPool& pool,
                                                 const ScoreOptions& options) {
    if (problems.empty())
        return util::fail(ErrorCode::kInvalidArgument, "there are no problems to score");
    VT_ASSIGN(const Grid grid, arrange(protocol.sampling.samples, problems.size(), rows));
    data::EvaluationRecord record;
    record.protocol = protocol.id;
    record.problems = std::ssize(problems);
    record.samples = protocol.sampling.samples;
    Scorer scorer(protocol, problems, grid, pool, options, rows.size());
    for (const ProtocolColumn& by : protocol.columns) {
        VT_ASSIGN(EvaluationColumn column, scorer.score(by));
        record.columns.push_back(std::move(column));
    }
    double tokens = 0.0;
    std::int64_t cut = 0;
    bool counted = !rows.empty();
    for (const CompletionRow& row : rows) {
        tokens += static_cast<double>(row.tokens);
        counted = counted && row.tokens >= 0;
        cut += row.cut_off && !cut_at_stop(row.text, protocol.sampling.stop).stopped ? 1 : 0;
    }
    const auto count = static_cast<double>(std::max<std::size_t>(1, rows.size()));
    record.mean_tokens = counted ? tokens / count : -1.0;
    record.truncation_rate = static_cast<double>(cut) / count;
    record.complete = true;
    return record;
}

Result<std::vector<CompletionRow>> read_completions(const std::string& path,
                                                    std::span<const data::Problem> problems) {
    CompletionReader reader(problems);
    Status status;
    VT_ASSIGN(const std::int64_t lines,
              data::read_jsonl(
                  path,
                  [&](std::int64_t line, Json row) {
                      status = reader.read(line, row);
                      return status.has_value();
                  },
                  [&](std::int64_t line, const util::Error& error) {
                      status = bad_line(line, error.message);
                      return false;
                  }));
    if (!status) return status.error();
    std::vector<CompletionRow> rows = reader.take();
    if (rows.empty())
        return util::fail(ErrorCode::kCorruptData,
                          "the file holds no completion (" + std::to_string(lines) + " lines)",
                          util::base_name(path));
    return rows;
}

}  // namespace veritune::eval
