// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/SourceCheck.h"

#include "core/model/model_config.h"
#include "core/model/sharded_weights.h"
#include "core/store/project.h"
#include "core/verify/verifier.h"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

namespace veritune::app {
namespace {

using util::ErrorCode;
using util::Json;

constexpr int kSampledGolds = 200;

bool isThere(util::FileSystem& fs, const std::string& folder, const char* name) {
    return fs.stat(util::join_path(folder, name)).has_value();
}

/// The folder itself, or the newest snapshot of a cache folder.
util::Result<std::string> modelFolder(util::FileSystem& fs, const std::string& path) {
    if (isThere(fs, path, "config.json")) return path;
    const std::string snapshots = util::join_path(path, "snapshots");
    const auto main = fs.read(util::join_path(path, "refs/main"), 4096);
    if (main) {
        const std::string named = util::join_path(snapshots, main->substr(0, main->find('\n')));
        if (isThere(fs, named, "config.json")) return named;
    }
    const auto kept = fs.list(snapshots);
    for (const std::string& name : kept.value_or({})) {
        const std::string folder = util::join_path(snapshots, name);
        if (isThere(fs, folder, "config.json")) return folder;
    }
    const auto info = fs.stat(path);
    if (!info) return info.error();
    if (!info->is_directory) {
        return util::fail(ErrorCode::kNotFound,
                          "this is a file; choose the folder that holds config.json and the "
                          "weights",
                          util::base_name(path));
    }
    return util::fail(ErrorCode::kNotFound,
                      "the folder holds no config.json; choose the folder of one model, with "
                      "config.json, tokenizer.json and *.safetensors",
                      util::base_name(path));
}

/// The first of the names that the row has with a text, a number or a list.
std::string firstKey(const Json& row, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        const auto found = row.find(name);
        if (found != row.end() && !found->is_null() && !found->is_object()) return name;
    }
    return {};
}

ColumnChoice guessColumns(const Json& row) {
    ColumnChoice columns;
    columns.prompt = firstKey(
        row, {"prompt", "messages", "question", "problem", "query", "input", "instruction"});
    columns.gold = firstKey(
        row,
        {"gold", "ground_truth", "expected", "reference", "answer", "target", "label", "output"});
    columns.solution =
        firstKey(row, {"solution", "reasoning", "rationale", "explanation", "completion", "cot"});
    return columns;
}

/// A row that names its own expected answer and verifier, or the id of our own rows.
std::string guessPreset(const Json& row) {
    const auto answer = row.find("answer");
    const bool marked = answer != row.end() && answer->is_string() &&
                        answer->get<std::string>().find("#### ") != std::string::npos;
    if (row.contains("question") && marked) return "gsm8k";
    const bool prompted = row.contains("prompt") || row.contains("messages");
    if (row.contains("id") && prompted && (row.contains("verifier") || row.contains("solution"))) {
        return "veritune";
    }
    if (row.contains("prompt") && row.contains("completion") && !row.contains("answer")) {
        return "prompt_completion";
    }
    return "columns";
}

std::optional<Json> firstRow(const std::string& path, util::Error& trouble) {
    std::optional<Json> first;
    const auto read = data::read_jsonl(
        path,
        [&first](std::int64_t, Json row) {
            if (row.is_object()) first = std::move(row);
            return !first.has_value();
        },
        [](std::int64_t line, const util::Error&) { return line < 1000; });
    if (!read) trouble = read.error();
    return first;
}

std::string keysOf(const Json& row) {
    std::string keys;
    for (const auto& item : row.items()) {
        if (keys.size() > 200) return keys + ", ...";
        keys += (keys.empty() ? "" : ", ") + item.key();
    }
    return keys;
}

Json goldOf(const Json& row, const ColumnChoice& columns) {
    if (columns.gold.empty()) return {};
    const auto found = row.find(columns.gold);
    return found == row.end() ? Json() : *found;
}

util::Result<data::Problem> rowToProblem(const Json& row,
                                         std::int64_t line,
                                         const ColumnChoice& columns,
                                         const std::string& verifier) {
    if (!row.is_object()) {
        return util::fail(ErrorCode::kCorruptData, "row: must be a JSON object");
    }
    const auto prompt = row.find(columns.prompt);
    if (prompt == row.end()) {
        return util::fail(ErrorCode::kCorruptData, "row: " + columns.prompt + " is missing");
    }
    Json own = {{"family", "columns"}};
    const auto id = row.find("id");
    const bool named = id != row.end() && id->is_string();
    own["id"] = named ? *id : Json("row-" + std::to_string(line));
    own[prompt->is_array() ? "messages" : "prompt"] = *prompt;
    const Json gold = goldOf(row, columns);
    if (!gold.is_null() && !verifier.empty()) {
        own["gold"] = gold;
        own["verifier"] = verifier;
    }
    const auto solution = row.find(columns.solution);
    if (!columns.solution.empty() && solution != row.end() && solution->is_string()) {
        own["solution"] = *solution;
    }
    return data::problem_from_json(own);
}

/// Preferred from the strictest shape to the loosest; others stand behind by how much they fit.
int preference(std::string_view id) {
    constexpr std::string_view kOrder[] = {"integer", "numeric", "choice", "math", "text_exact"};
    for (std::size_t i = 0; i < std::size(kOrder); ++i) {
        if (id == kOrder[i]) return static_cast<int>(i);
    }
    return 100;
}

/// Words are text even though the math verifier takes them as atoms.
bool looksLikeMathematics(const std::vector<Json>& golds) {
    return std::any_of(golds.begin(), golds.end(), [](const Json& gold) {
        return !gold.is_string() || gold.get_ref<const std::string&>().find_first_of(
                                        "0123456789\\^=") != std::string::npos;
    });
}

std::vector<VerifierFit> fitVerifiers(const std::vector<Json>& golds) {
    std::vector<VerifierFit> fits;
    for (const verify::Verifier* verifier : verify::all_verifiers()) {
        // The demonstration's own verifier proves chains of its little grammar only.
        if (verifier->id() == "chain_arithmetic") continue;
        // Programs are judged in jails that belong to the engine, and their golds are no columns.
        if (verifier->id().starts_with("code_")) continue;
        if (verifier->id() == "math" && !looksLikeMathematics(golds)) continue;
        VerifierFit fit{.id = std::string(verifier->id()),
                        .summary = std::string(verifier->summary())};
        for (const Json& gold : golds) {
            const verify::VerifyRequest request{.verifier = fit.id, .gold = gold};
            const verify::Verdict verdict = verify::check_gold(request);
            fit.fits += verdict.status == verify::VerdictStatus::kCorrect ? 1 : 0;
        }
        fits.push_back(std::move(fit));
    }
    const int all = static_cast<int>(golds.size());
    std::stable_sort(fits.begin(), fits.end(), [all](const VerifierFit& a, const VerifierFit& b) {
        // A stray row must not push the fitting one aside.
        const bool aFits = a.fits * 50 >= all * 49;
        const bool bFits = b.fits * 50 >= all * 49;
        if (aFits != bFits) return aFits;
        if (aFits) return preference(a.id) < preference(b.id);
        return a.fits > b.fits;
    });
    return fits;
}

util::Status readColumns(DataFindings& findings, const DataOptions& options) {
    std::vector<Json> golds;
    const auto sampled = data::read_jsonl(
        findings.path,
        [&](std::int64_t, const Json& row) {
            const Json gold = row.is_object() ? goldOf(row, findings.columns) : Json();
            if (!gold.is_null()) golds.push_back(gold);
            return golds.size() < kSampledGolds;
        },
        [](std::int64_t, const util::Error&) { return true; });
    if (!sampled) return sampled.error();
    findings.sampleSize = static_cast<int>(golds.size());
    if (!golds.empty()) {
        findings.fits = fitVerifiers(golds);
        findings.verifier = !options.verifier.empty() ? options.verifier : findings.fits.front().id;
    }
    const data::GoldCheck check = verify::import_gold_check();
    std::unordered_map<std::string, std::int64_t> lineOfId;
    const auto refuse = [&findings](std::int64_t line, std::string message) {
        findings.errors.push_back({.line = line, .message = std::move(message)});
        return true;
    };
    const auto read = data::read_jsonl(
        findings.path,
        [&](std::int64_t line, const Json& row) {
            auto problem = rowToProblem(row, line, findings.columns, findings.verifier);
            if (!problem) return refuse(line, problem.error().message);
            if (!problem->verifier.empty()) {
                if (std::string fault = check(*problem); !fault.empty()) return refuse(line, fault);
            }
            const auto [place, fresh] = lineOfId.try_emplace(problem->id, line);
            if (!fresh)
                return refuse(line, "row: id repeats line " + std::to_string(place->second));
            findings.problems.push_back(std::move(*problem));
            return true;
        },
        [&](std::int64_t line, const util::Error& error) {
            return refuse(line, util::to_string(error));
        });
    if (!read) return read.error();
    findings.lines = *read;
    return {};
}

void summarise(DataFindings& findings, int heldoutPercent) {
    const bool splitAlready =
        std::any_of(findings.problems.begin(), findings.problems.end(), [](const auto& problem) {
            return problem.split == data::Split::kVal;
        });
    // A file that says itself what is held out is obeyed.
    if (!splitAlready) data::split_by_hash(findings.problems, heldoutPercent, 0);
    std::unordered_map<std::string, std::int64_t> used;
    for (const data::Problem& problem : findings.problems) {
        findings.checkable += problem.verifier.empty() ? 0 : 1;
        findings.solved += problem.solution.empty() ? 0 : 1;
        findings.heldout += problem.split == data::Split::kVal ? 1 : 0;
        if (!problem.verifier.empty()) ++used[problem.verifier];
    }
    std::int64_t most = 0;
    for (const verify::Verifier* verifier : verify::all_verifiers()) {
        const auto found = used.find(std::string(verifier->id()));
        if (found == used.end() || found->second <= most) continue;
        most = found->second;
        findings.verifier = found->first;
    }
    if (used.empty()) findings.verifier.clear();
}

}  // namespace

util::Result<ModelFacts> checkModelFolder(const std::string& path) {
    const auto fs = util::make_posix_file_system();
    VT_ASSIGN(const std::string folder, modelFolder(*fs, path));
    VT_ASSIGN(const model::ModelConfig config, model::read_model_config(*fs, folder));
    VT_ASSIGN(const model::ShardedWeights weights, model::ShardedWeights::open(*fs, folder));
    VT_TRY(model::check_weights(config, weights));
    if (!isThere(*fs, folder, "tokenizer.json")) {
        return util::fail(ErrorCode::kNotFound,
                          "the folder holds no tokenizer.json; copy it from where the model came "
                          "from",
                          util::base_name(folder));
    }
    return ModelFacts{.path = folder,
                      .architecture = std::string(model::architecture_class(config.architecture)),
                      .parameters = model::num_parameters(config),
                      .layers = config.num_hidden_layers,
                      .contextLength = config.max_position_embeddings,
                      .bytes = weights.total_bytes(),
                      .dtype = std::string(model::dtype_name(config.dtype))};
}

util::Result<DataFindings> readDataFile(const std::string& path, const DataOptions& options) {
    DataFindings findings{.path = path};
    util::Error trouble{.code = ErrorCode::kCorruptData,
                        .message =
                            "the file holds no JSON object; each line must be one, such as "
                            "{\"question\": ..., \"answer\": ...}",
                        .context = util::base_name(path)};
    const std::optional<Json> first = firstRow(path, trouble);
    if (!first) return trouble;
    findings.preset = options.preset.empty() ? guessPreset(*first) : options.preset;
    if (findings.preset == "columns") {
        findings.columns = guessColumns(*first);
        if (findings.columns.prompt.empty()) {
            return util::fail(ErrorCode::kInvalidArgument,
                              "no column can be recognised as the question; name it \"question\" "
                              "or \"prompt\". The file has: " +
                                  keysOf(*first),
                              util::base_name(path));
        }
        VT_TRY(readColumns(findings, options));
    } else {
        VT_ASSIGN(data::ImportReport report,
                  data::import_jsonl(path, findings.preset, verify::import_gold_check()));
        findings.problems = std::move(report.problems);
        findings.errors = std::move(report.errors);
        findings.lines = report.lines;
    }
    summarise(findings, options.heldoutPercent);
    return findings;
}

std::string datasetNameFor(const std::string& path, const std::vector<std::string>& taken) {
    const std::string file = util::base_name(path);
    std::string name;
    for (const char c : file.substr(0, file.find('.', 1))) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (plain) {
            name += c;
        } else if (!name.empty() && name.back() != '-') {
            name += '-';
        }
    }
    name = name.substr(0, 48);
    while (!name.empty() && name.back() == '-') name.pop_back();
    while (!name.empty() && name.front() == '-') name.erase(0, 1);
    if (name.empty()) name = "data";
    std::string free = name;
    for (int n = 2; std::find(taken.begin(), taken.end(), free) != taken.end(); ++n) {
        free = name + "-" + std::to_string(n);
    }
    return free;
}

util::Result<store::DatasetInfo> addDataset(const std::string& projectDir,
                                            const std::string& name,
                                            const std::vector<data::Problem>& problems,
                                            const std::string& source) {
    VT_ASSIGN(const std::string relative, store::DatasetStore::relative_path(name));
    VT_ASSIGN(const auto project, store::Project::open_writer(projectDir));
    if (project->datasets().get(name)) {
        return util::fail(ErrorCode::kAlreadyExists,
                          "there is a data set of this name already; choose another",
                          name);
    }
    const store::DatasetInfo info{.name = name,
                                  .path = relative,
                                  .sha256 = data::dataset_hash(problems),
                                  .rows = static_cast<std::int64_t>(problems.size()),
                                  .source = source};
    const auto fs = util::make_posix_file_system();
    VT_TRY(data::save_dataset(*fs, project->datasets().absolute_path(info), problems));
    VT_TRY(project->datasets().add(info));
    VT_ASSIGN(store::DatasetInfo stored, project->datasets().get(name));
    VT_TRY(project->close());
    return stored;
}

}  // namespace veritune::app
