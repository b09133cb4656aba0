// SPDX-License-Identifier: Apache-2.0
#include "core/verify/case_runner.h"

#include "core/data/dataset.h"
#include "core/verify/verifier_pool.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace veritune::verify {

namespace {

using util::Json;
using util::Result;
using util::Status;

constexpr std::size_t kBatchRows = 1024;
constexpr std::size_t kBatchBytes = std::size_t{32} << 20;

/// One row of the file on its way through the pool.
struct Row {
    std::int64_t line = 0;
    Json id;
    std::string fault;  ///< why the row is bad; its request is then never sent
};

util::Error bad_key(const char* key, const char* expected) {
    return util::fail(util::ErrorCode::kCorruptData, std::string(key) + " " + expected);
}

Status read_text(const Json& row, const char* key, std::string& out) {
    const auto found = row.find(key);
    if (found == row.end()) return {};
    if (!found->is_string()) return bad_key(key, "must be text");
    out = found->get<std::string>();
    return {};
}

Status read_finish_reason(const Json& row, VerifyRequest& request) {
    std::string name = "stop";
    VT_TRY(read_text(row, "finish_reason", name));
    const std::optional<FinishReason> reason = finish_reason_from_name(name);
    if (!reason) return bad_key("finish_reason", "must be stop, length or abort");
    request.finish_reason = *reason;
    return {};
}

Status read_verifier(const Json& row, const CaseOptions& options, VerifyRequest& request) {
    request.verifier = options.verifier;
    VT_TRY(read_text(row, "verifier", request.verifier));
    if (request.verifier.empty()) return bad_key("verifier", "is missing");
    if (request.verifier == options.verifier) request.params = options.params;
    const auto params = row.find("params");
    if (params == row.end()) return {};
    if (!params->is_object()) return bad_key("params", "must be an object");
    request.params = *params;
    return {};
}

Result<VerifyRequest> read_request(const Json& row, const CaseOptions& options) {
    VerifyRequest request;
    VT_TRY(read_verifier(row, options, request));
    const auto gold = row.find("gold");
    if (gold == row.end()) return bad_key("gold", "is missing");
    request.gold = *gold;
    if (!row.contains("completion")) return bad_key("completion", "is missing");
    VT_TRY(read_text(row, "completion", request.completion));
    request.profile = options.profile;
    VT_TRY(read_text(row, "profile", request.profile));
    VT_TRY(read_text(row, "prompt", request.prompt));
    VT_TRY(read_finish_reason(row, request));
    if (const auto think = row.find("think_tags"); think != row.end()) {
        if (!think->is_boolean()) return bad_key("think_tags", "must be true or false");
        request.think_tags = think->get<bool>();
    }
    return request;
}

/// Collects rows, verifies them together and hands the results out in order.
class CaseBatch {
  public:
    CaseBatch(const CaseOptions& options, const std::function<bool(const Json&)>& on_result)
        : options_(options),
          on_result_(on_result),
          verifier_(options.runner),
          pool_(options.threads, options.runner != nullptr ? &verifier_ : nullptr) {}

    /// False when the receiver wants no more.
    bool add(std::int64_t line, const Json& json) {
        Row row{.line = line, .id = nullptr, .fault = {}};
        Result<VerifyRequest> request = bad_key("row", "must be a JSON object");
        if (json.is_object()) {
            const auto id = json.find("id");
            if (id != json.end() && (id->is_string() || id->is_number())) row.id = *id;
            request = read_request(json, options_);
            // Decides the order in which hidden cases run, as it does in training.
            if (request && row.id.is_string()) request->problem_id = row.id.get<std::string>();
        }
        if (!request) {
            row.fault = "bad_row: " + request.error().message;
        } else {
            bytes_ += request->completion.size() + request->prompt.size();
            requests_.push_back(std::move(request).value());
        }
        return keep(std::move(row));
    }

    bool add_error(std::int64_t line, const util::Error& error) {
        return keep({.line = line, .id = nullptr, .fault = "bad_row: " + util::to_string(error)});
    }

    bool flush() {
        const std::vector<Verdict> verdicts = pool_.verify(requests_);
        std::size_t next = 0;
        bool go_on = true;
        for (const Row& row : rows_) {
            Verdict verdict;
            if (row.fault.empty()) {
                verdict = verdicts[next++];
            } else {
                verdict.status = VerdictStatus::kInvalidGold;
                verdict.reason = row.fault;
                ++summary_.bad_rows;
            }
            go_on = go_on && report(row, verdict);
        }
        rows_.clear();
        requests_.clear();
        bytes_ = 0;
        return go_on;
    }

    const CaseSummary& summary() const { return summary_; }

  private:
    bool keep(Row row) {
        rows_.push_back(std::move(row));
        return rows_.size() < kBatchRows && bytes_ < kBatchBytes ? true : flush();
    }

    bool report(const Row& row, const Verdict& verdict) {
        ++summary_.rows;
        if (verdict.status == VerdictStatus::kCorrect) ++summary_.correct;
        if (is_masked(verdict.status)) ++summary_.masked;
        return on_result_({{"line", row.line},
                           {"id", row.id},
                           {"status", status_name(verdict.status)},
                           {"score", verdict.score},
                           {"extracted", verdict.extracted},
                           {"span", {verdict.span.begin, verdict.span.end}},
                           {"rule", verdict.rule},
                           {"method", verdict.method},
                           {"reason", verdict.reason},
                           {"micros", verdict.micros}});
    }

    const CaseOptions& options_;
    const std::function<bool(const Json&)>& on_result_;
    LocalVerifier verifier_;
    VerifierPool pool_;
    std::vector<Row> rows_;
    std::vector<VerifyRequest> requests_;  ///< of the good rows, in their order
    std::size_t bytes_ = 0;
    CaseSummary summary_;
};

}  // namespace

Result<CaseSummary> run_cases(const std::string& path,
                              const CaseOptions& options,
                              const std::function<bool(const Json&)>& on_result) {
    CaseBatch batch(options, on_result);
    bool stopped = false;
    const auto on_row = [&batch, &stopped](std::int64_t line, const Json& row) {
        stopped = !batch.add(line, row);
        return !stopped;
    };
    const auto on_error = [&batch, &stopped](std::int64_t line, const util::Error& error) {
        stopped = !batch.add_error(line, error);
        return !stopped;
    };
    const Result<std::int64_t> lines = data::read_jsonl(path, on_row, on_error);
    // What was read before a failing disk is still answered.
    if (!stopped) batch.flush();
    if (!lines) return lines.error();
    return batch.summary();
}

}  // namespace veritune::verify
