// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/evaluation_record.h"
#include "core/util/clock.h"
#include "core/util/result.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace veritune::store {

class ContentCodec;
class Database;

/// Results of evaluations. The chains of one that was sampled here are those of its run.
/// errors  as RunStore; kNotFound says how to list them
/// threads  the thread that opened the project
class EvaluationStore {
  public:
    struct Env {
        Database* db = nullptr;
        const ContentCodec* codec = nullptr;
        util::Clock* clock = nullptr;
    };
    explicit EvaluationStore(Env env);

    /// Writer only, one transaction. A record with the run of a stored one replaces it under the
    /// same id and keeps its time; created_us is filled in.  returns the id
    util::Result<std::int64_t> record(const data::EvaluationRecord& evaluation);
    /// Writer only.
    util::Status remove(std::int64_t id);

    /// Newest first, without `setup` and without the problems of the columns.
    util::Result<std::vector<data::EvaluationRecord>> list() const;
    /// Whole.
    util::Result<data::EvaluationRecord> get(std::int64_t id) const;
    /// The evaluation that a run is; nullopt for any other run.
    util::Result<std::optional<data::EvaluationRecord>> of_run(std::int64_t run) const;

  private:
    util::Result<data::EvaluationRecord> read(std::int64_t id, bool whole) const;

    Env env_;
};

}  // namespace veritune::store
