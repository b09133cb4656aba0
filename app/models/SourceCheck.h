// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/store/records.h"
#include "core/util/result.h"

#include <QList>
#include <QString>

#include <cstdint>
#include <string>
#include <vector>

/// What a folder or a file that a person chose really is. Everything here reads files and takes
/// its time: call it on a worker thread. Test  setup_source_test.cpp
namespace veritune::app {

/// A model folder as its config.json and the headers of its weights describe it; no weight is read.
struct ModelFacts {
    std::string path;          ///< where config.json lies (a snapshot inside a cache folder)
    std::string architecture;  ///< "Qwen2ForCausalLM"
    std::int64_t parameters = 0;
    std::int64_t layers = 0;
    std::int64_t contextLength = 0;
    std::uint64_t bytes = 0;
    std::string dtype;
};
/// Understands a plain folder and the cache layout of Hugging Face (models--x/snapshots/y).
/// errors  kNotFound (no config.json, no weights, no tokenizer), kUnsupported, kCorruptData: each
/// says what is wrong and what would do
util::Result<ModelFacts> checkModelFolder(const std::string& path);

struct VerifierFit {
    std::string id;
    std::string summary;
    int fits = 0;  ///< expected answers of the sample that this verifier can check
};

/// Columns of a row that no preset of core knows: names that people use for the same thing.
struct ColumnChoice {
    std::string prompt;
    std::string gold;      ///< empty = there is none
    std::string solution;  ///< empty = there is none
};

struct DataOptions {
    std::string preset;    ///< import preset, "columns", or empty = by the first row's keys
    std::string verifier;  ///< for "columns"; empty = the best fit
    int heldoutPercent = 10;
};

/// A data file, read as far as it can be; nothing is written.
struct DataFindings {
    std::string path;
    std::string preset;
    ColumnChoice columns;           ///< for "columns"
    std::string verifier;           ///< of most rows; empty = demonstrations only
    std::vector<VerifierFit> fits;  ///< for "columns", best first
    int sampleSize = 0;             ///< golds that `fits` counts among
    std::vector<data::Problem> problems;
    std::vector<data::RowError> errors;
    std::int64_t lines = 0;
    std::int64_t checkable = 0;  ///< rows with an expected answer
    std::int64_t solved = 0;     ///< rows with a worked solution
    std::int64_t heldout = 0;
};
/// errors  kNotFound, kIoError, kInvalidArgument (no prompt column can be told; names the keys)
util::Result<DataFindings> readDataFile(const std::string& path, const DataOptions& options);

/// "Court fees (2).jsonl" -> "Court-fees-2", not among `taken`.
std::string datasetNameFor(const std::string& path, const std::vector<std::string>& taken);

/// Writes a data set into a project as its one writer, for the moment of the call.
/// errors  kBusy while an engine holds the project, kAlreadyExists (name)
util::Result<store::DatasetInfo> addDataset(const std::string& projectDir,
                                            const std::string& name,
                                            const std::vector<data::Problem>& problems,
                                            const std::string& source);

}  // namespace veritune::app
