// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/ChainExport.h"

#include "app/PlainText.h"

#include <QSaveFile>

#include <utility>

namespace veritune::app {
namespace {

using util::Json;

constexpr std::int64_t kPage = 500;

/// A file of JSON lines that replaces its target only when all of it is written.
class JsonLines {
  public:
    explicit JsonLines(const std::string& path)
        : m_path(path),
          m_file(fromUtf8(path)) {}

    util::Status begin() { return m_file.open(QIODevice::WriteOnly) ? util::Status() : trouble(); }
    util::Status add(const Json& row) {
        // Chains hold what a model wrote: bytes that are no UTF-8 become U+FFFD, never an
        // exception.
        const std::string line = row.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
        const auto size = static_cast<qint64>(line.size());
        return m_file.write(line.data(), size) == size ? util::Status() : trouble();
    }
    util::Status finish() { return m_file.commit() ? util::Status() : trouble(); }

  private:
    util::Error trouble() const {
        const bool full = m_file.error() == QFileDevice::ResourceError;
        return util::fail(full ? util::ErrorCode::kDiskFull : util::ErrorCode::kIoError,
                          "the export could not be written: " + m_file.errorString().toStdString(),
                          m_path);
    }

    std::string m_path;
    QSaveFile m_file;
};

void addTexts(const store::StoredChain& chain, Json& row) {
    const data::ChainRecord& record = chain.record;
    row["input"] = record.prompt;
    row["output"] = record.completion;
    row["gts"] = record.gold;
    row["extracted"] = record.extracted;
    row["span"] = Json::array({record.span_begin, record.span_end});
    row["steps"] = record.steps;
}

void addTokens(const store::StoredChain& chain, Json& row) {
    const data::ChainRecord& record = chain.record;
    row["token_ids"] = record.tokens;
    // Not recorded stays away: an empty array would say that there were no tokens.
    const std::pair<const char*, const std::vector<float>*> arrays[] = {
        {"logprobs", &record.logprobs},
        {"entropies", &record.entropies},
        {"values", &record.values},
        {"advantages", &record.advantages},
        {"ref_logprobs", &record.ref_logprobs},
        {"log_ratios", &record.log_ratios}};
    for (const auto& [name, values] : arrays) {
        if (!values->empty()) row[name] = *values;
    }
}

}  // namespace

Json chainToJson(const store::StoredChain& chain,
                 std::int64_t run,
                 const ChainExportOptions& options) {
    const data::ChainRecord& record = chain.record;
    Json row = {{"run", run},
                {"stage", chain.stage},
                {"step", chain.step},
                {"phase", record.phase},
                {"problem_id", record.problem_id},
                {"sample", record.sample},
                {"score", record.score},
                {"reward", record.reward},
                {"status", record.status},
                {"reason", record.reason},
                {"rule", record.rule},
                {"method", record.method},
                {"verifier", record.verifier},
                {"verifier_hash", record.verifier_hash},
                {"verify_micros", record.verify_micros},
                {"finish_reason", record.finish_reason},
                {"tokens", record.tokens.size()},
                {"updated", record.updated}};
    if (options.withTexts) addTexts(chain, row);
    if (options.withTokens) addTokens(chain, row);
    return row;
}

util::Result<std::int64_t> exportChains(store::Project& project,
                                        const ChainQuery& query,
                                        const std::string& path,
                                        const ChainExportOptions& options,
                                        const std::atomic<bool>& cancelled) {
    JsonLines file(path);
    VT_TRY(file.begin());
    std::int64_t written = 0;
    std::optional<store::ChainKey> after;
    for (bool more = true; more;) {
        VT_ASSIGN(const ChainPage page, readChainPage(project, query, after, kPage));
        for (const store::ChainSummary& summary : page.rows) {
            if (cancelled) {
                return util::fail(util::ErrorCode::kCancelled, "the export was cancelled");
            }
            VT_ASSIGN(const store::StoredChain chain, project.reader().chain(summary.id));
            VT_TRY(file.add(chainToJson(chain, query.run, options)));
            ++written;
        }
        more = !page.complete;
        after = page.last;
    }
    VT_TRY(file.finish());
    return written;
}

util::Result<std::int64_t> exportChain(store::Project& project,
                                       std::int64_t run,
                                       std::int64_t chain,
                                       const std::string& path,
                                       const ChainExportOptions& options) {
    VT_ASSIGN(const store::StoredChain stored, project.reader().chain(chain));
    JsonLines file(path);
    VT_TRY(file.begin());
    VT_TRY(file.add(chainToJson(stored, run, options)));
    VT_TRY(file.finish());
    return 1;
}

}  // namespace veritune::app
