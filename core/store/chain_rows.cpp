// SPDX-License-Identifier: Apache-2.0
#include "core/store/chain_rows.h"

#include "core/store/content_codec.h"

#include <bit>
#include <cstring>
#include <utility>

namespace veritune::store {

namespace {

using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

// Arrays are stored as they lie in memory; the format says little endian.
static_assert(std::endian::native == std::endian::little);

constexpr util::JsonLimits kStoredJson{
    .max_bytes = 64u << 20, .max_depth = 256, .max_nodes = 10'000'000};

template <typename T>
std::string_view bytes_of(const std::vector<T>& values) {
    if (values.empty()) return {};
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

template <typename T>
Result<std::vector<T>> values_of(std::string_view bytes, std::string_view column) {
    if (bytes.size() % sizeof(T) != 0) {
        return fail(ErrorCode::kCorruptData,
                    "an array in the project database has a broken length",
                    "chain." + std::string(column));
    }
    std::vector<T> values(bytes.size() / sizeof(T));
    if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

/// Encodes the columns of one row.
class Sealer {
  public:
    Sealer(const ContentCodec& codec, std::int64_t row)
        : codec_(codec),
          row_(row) {}

    Status bind(Statement& statement, std::string_view column, std::string_view bytes) const {
        VT_ASSIGN(const std::string stored,
                  codec_.encode(bytes, {.table = "chain", .column = column, .row = row_}));
        statement.bind_blob(stored);
        return {};
    }
    Result<std::string> open(const Statement& statement, int index, std::string_view column) const {
        return codec_.decode(statement.blob(index),
                             {.table = "chain", .column = column, .row = row_});
    }

  private:
    const ContentCodec& codec_;
    std::int64_t row_;
};

constexpr std::string_view kInsert =
    "INSERT INTO chain(id, run_id, stage_seq, step, phase, problem_id, sample, token_count,"
    " finish_reason, verifier, verifier_hash, status, score, reward, span_begin, span_end, rule,"
    " method, reason, verify_micros, updated, extracted, prompt, completion, tokens, gold,"
    " verdict_steps, logprobs, entropies, critic_values, advantages, ref_logprobs, log_ratios)"
    " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

Status insert_chain(Statement& insert,
                    const ContentCodec& codec,
                    std::int64_t id,
                    const StepKey& key,
                    const data::ChainRecord& chain) {
    const Sealer sealer(codec, id);
    insert.bind(id).bind(key.run).bind(key.stage_seq).bind(key.step);
    insert.bind(chain.phase).bind(chain.problem_id).bind(std::int64_t{chain.sample});
    insert.bind(static_cast<std::int64_t>(chain.tokens.size())).bind(chain.finish_reason);
    insert.bind(chain.verifier).bind(chain.verifier_hash).bind(chain.status);
    insert.bind_real(chain.score).bind_real(chain.reward);
    insert.bind(chain.span_begin).bind(chain.span_end);
    insert.bind(chain.rule).bind(chain.method).bind(chain.reason);
    insert.bind(chain.verify_micros).bind(std::int64_t{chain.updated});
    VT_TRY(sealer.bind(insert, "extracted", chain.extracted));
    VT_TRY(sealer.bind(insert, "prompt", chain.prompt));
    VT_TRY(sealer.bind(insert, "completion", chain.completion));
    VT_TRY(sealer.bind(insert, "tokens", bytes_of(chain.tokens)));
    VT_TRY(sealer.bind(insert, "gold", to_text(chain.gold)));
    VT_TRY(sealer.bind(insert, "verdict_steps", to_text(chain.steps)));
    insert.bind_blob(bytes_of(chain.logprobs)).bind_blob(bytes_of(chain.entropies));
    insert.bind_blob(bytes_of(chain.values)).bind_blob(bytes_of(chain.advantages));
    insert.bind_blob(bytes_of(chain.ref_logprobs)).bind_blob(bytes_of(chain.log_ratios));
    return insert.run();
}

Status make_room(Database& db, const StepKey& key, const std::vector<data::ChainRecord>& chains) {
    VT_ASSIGN(Statement remove,
              db.prepare("DELETE FROM chain WHERE run_id=? AND stage_seq=? AND step=? AND phase=?"
                         " AND problem_id=? AND sample=?"));
    for (const data::ChainRecord& chain : chains) {
        remove.bind(key.run).bind(key.stage_seq).bind(key.step);
        remove.bind(chain.phase).bind(chain.problem_id).bind(std::int64_t{chain.sample});
        VT_TRY(remove.run());
    }
    return {};
}

}  // namespace

std::string to_text(const util::Json& value) {
    return value.dump(-1, ' ', false, util::Json::error_handler_t::replace);
}

Result<util::Json> from_text(std::string_view text, std::string_view what) {
    return util::parse_json(text, what, kStoredJson);
}

Status insert_chains(Database& db,
                     const ContentCodec& codec,
                     const StepKey& key,
                     const std::vector<data::ChainRecord>& chains,
                     bool replace) {
    if (chains.empty()) return {};
    if (replace) VT_TRY(make_room(db, key, chains));
    // The row id is authenticated by a sealing codec, so it has to be known before the insert.
    VT_ASSIGN(std::int64_t id,
              db.query_integer(
                  "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name='chain'), 0)"));
    VT_ASSIGN(Statement insert, db.prepare(kInsert));
    for (const data::ChainRecord& chain : chains) {
        VT_TRY(insert_chain(insert, codec, ++id, key, chain));
    }
    return {};
}

const std::string_view kChainColumns =
    "chain.id, stage.stage, chain.step, phase, problem_id, sample, finish_reason, verifier,"
    " verifier_hash, status, score, reward, span_begin, span_end, rule, method, reason,"
    " verify_micros, updated, extracted, prompt, completion, tokens, gold, verdict_steps, logprobs,"
    " entropies, critic_values, advantages, ref_logprobs, log_ratios";

Result<StoredChain> read_chain(const Statement& row, const ContentCodec& codec) {
    StoredChain stored{.id = row.integer(0), .stage = row.text(1), .step = row.integer(2)};
    data::ChainRecord& chain = stored.record;
    chain.phase = row.text(3);
    chain.problem_id = row.text(4);
    chain.sample = static_cast<int>(row.integer(5));
    chain.finish_reason = row.text(6);
    chain.verifier = row.text(7);
    chain.verifier_hash = row.text(8);
    chain.status = row.text(9);
    chain.score = row.real(10);
    chain.reward = row.real(11);
    chain.span_begin = row.integer(12);
    chain.span_end = row.integer(13);
    chain.rule = row.text(14);
    chain.method = row.text(15);
    chain.reason = row.text(16);
    chain.verify_micros = row.integer(17);
    chain.updated = row.integer(18) != 0;
    const Sealer sealer(codec, stored.id);
    VT_ASSIGN(chain.extracted, sealer.open(row, 19, "extracted"));
    VT_ASSIGN(chain.prompt, sealer.open(row, 20, "prompt"));
    VT_ASSIGN(chain.completion, sealer.open(row, 21, "completion"));
    VT_ASSIGN(const std::string tokens, sealer.open(row, 22, "tokens"));
    VT_ASSIGN(chain.tokens, values_of<std::int32_t>(tokens, "tokens"));
    VT_ASSIGN(const std::string gold, sealer.open(row, 23, "gold"));
    VT_ASSIGN(chain.gold, from_text(gold, "gold answer"));
    VT_ASSIGN(const std::string steps, sealer.open(row, 24, "verdict_steps"));
    VT_ASSIGN(chain.steps, from_text(steps, "verdict steps"));
    VT_ASSIGN(chain.logprobs, values_of<float>(row.blob(25), "logprobs"));
    VT_ASSIGN(chain.entropies, values_of<float>(row.blob(26), "entropies"));
    VT_ASSIGN(chain.values, values_of<float>(row.blob(27), "critic_values"));
    VT_ASSIGN(chain.advantages, values_of<float>(row.blob(28), "advantages"));
    VT_ASSIGN(chain.ref_logprobs, values_of<float>(row.blob(29), "ref_logprobs"));
    VT_ASSIGN(chain.log_ratios, values_of<float>(row.blob(30), "log_ratios"));
    return stored;
}

const std::string_view kSummaryColumns =
    "chain.id, stage.stage, chain.step, phase, problem_id, sample, token_count, finish_reason,"
    " verifier, status, score, reward, rule, method, reason, verify_micros, updated, extracted";

Result<ChainSummary> read_summary(const Statement& row, const ContentCodec& codec) {
    ChainSummary chain{.id = row.integer(0)};
    chain.key = {.stage = row.text(1),
                 .step = row.integer(2),
                 .phase = row.text(3),
                 .problem_id = row.text(4),
                 .sample = row.integer(5)};
    chain.tokens = row.integer(6);
    chain.finish_reason = row.text(7);
    chain.verifier = row.text(8);
    chain.status = row.text(9);
    chain.score = row.real(10);
    chain.reward = row.real(11);
    chain.rule = row.text(12);
    chain.method = row.text(13);
    chain.reason = row.text(14);
    chain.verify_micros = row.integer(15);
    chain.updated = row.integer(16) != 0;
    VT_ASSIGN(chain.extracted, Sealer(codec, chain.id).open(row, 17, "extracted"));
    return chain;
}

}  // namespace veritune::store
