// SPDX-License-Identifier: Apache-2.0
#include "core/eval/protocol.h"

#include "core/data/dataset.h"
#include "core/text/answer_extractor.h"
#include "core/util/hash.h"
#include "core/verify/verifier.h"

#include <algorithm>
#include <array>
#include <set>

namespace veritune::eval {
namespace {

using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

struct BuiltinFile {
    std::string_view id;
    std::string_view json;
};
constexpr BuiltinFile kFiles[] = {
#include "eval_protocols.inc"
};

/// By PromptKind.
constexpr std::array<std::string_view, 3> kKinds = {"plain", "chat", "own"};

util::Error bad(const std::string& what) {
    return util::fail(ErrorCode::kInvalidArgument, "protocol: " + what);
}

/// Reads keys of one object and remembers the first fault; at the end keys nobody asked for are
/// one.
class Reader {
  public:
    Reader(const Json& json, std::string name)
        : json_(json),
          name_(std::move(name)) {
        if (!json.is_object()) fault_ = name_ + " must be an object";
    }
    void text(const char* key, std::string& to) {
        const Json* value = find(key);
        if (value == nullptr) return;
        if (!value->is_string()) return fail(key, "must be text");
        to = value->get<std::string>();
    }
    void number(const char* key, double& to, double low, double high) {
        const Json* value = find(key);
        if (value == nullptr) return;
        const bool fits =
            value->is_number() && value->get<double>() >= low && value->get<double>() <= high;
        if (!fits) return fail(key, "is out of its range");
        to = value->get<double>();
    }
    template <typename T>
    void whole(const char* key, T& to, std::int64_t low, std::int64_t high) {
        const Json* value = find(key);
        if (value == nullptr) return;
        const bool whole = value->is_number_integer() &&
                           value->get<double>() >= static_cast<double>(low) &&
                           value->get<double>() <= static_cast<double>(high);
        if (!whole)
            return fail(key,
                        "must be a whole number from " + std::to_string(low) + " to " +
                            std::to_string(high));
        to = static_cast<T>(value->get<std::int64_t>());
    }
    void flag(const char* key, bool& to) {
        const Json* value = find(key);
        if (value == nullptr) return;
        if (!value->is_boolean()) return fail(key, "must be true or false");
        to = value->get<bool>();
    }
    void texts(const char* key, std::vector<std::string>& to) {
        const Json* value = find(key);
        if (value == nullptr) return;
        const bool all =
            value->is_array() && std::all_of(value->begin(), value->end(), [](const Json& one) {
                return one.is_string();
            });
        if (!all) return fail(key, "must be a list of texts");
        to = value->get<std::vector<std::string>>();
    }
    const Json* find(const char* key) {
        known_.insert(key);
        if (!fault_.empty()) return nullptr;
        const auto found = json_.find(key);
        return found == json_.end() ? nullptr : &*found;
    }
    void fail(const std::string& key, const std::string& rule) {
        if (fault_.empty()) fault_ = name_ + "." + key + " " + rule;
    }
    Status end() {
        if (fault_.empty()) {
            for (const auto& [key, value] : json_.items()) {
                if (!known_.contains(key)) fail(key, "is not known");
            }
        }
        return fault_.empty() ? Status() : Status(bad(fault_));
    }

  private:
    const Json& json_;
    std::string name_;
    std::string fault_;
    std::set<std::string> known_;
};

Json example_to_json(const data::Problem& example) {
    Json json{{"question", example.prompt}, {"solution", example.solution}};
    if (!example.id.empty()) json["id"] = example.id;
    if (!example.gold.is_null()) json["gold"] = example.gold;
    return json;
}

Result<data::Problem> example_from_json(const Json& json) {
    data::Problem example;
    Reader reader(json, "prompt.examples");
    reader.text("id", example.id);
    reader.text("question", example.prompt);
    reader.text("solution", example.solution);
    if (const Json* gold = reader.find("gold"); gold != nullptr) example.gold = *gold;
    if (example.prompt.empty()) reader.fail("question", "is missing");
    VT_TRY(reader.end());
    return example;
}

Json prompt_to_json(const ProtocolPrompt& prompt) {
    Json examples = Json::array();
    for (const data::Problem& example : prompt.examples)
        examples.push_back(example_to_json(example));
    return {{"kind", kKinds[static_cast<std::size_t>(prompt.kind)]},
            {"system", prompt.system},
            {"text", prompt.text},
            {"prefix", prompt.prefix},
            {"shot", prompt.shot},
            {"between", prompt.between},
            {"shot_ids", prompt.shot_ids},
            {"examples", std::move(examples)}};
}

Result<ProtocolPrompt> prompt_from_json(const Json& json) {
    ProtocolPrompt prompt;
    Reader reader(json, "prompt");
    std::string kind = "chat";
    reader.text("kind", kind);
    reader.text("system", prompt.system);
    reader.text("text", prompt.text);
    reader.text("prefix", prompt.prefix);
    reader.text("shot", prompt.shot);
    reader.text("between", prompt.between);
    reader.texts("shot_ids", prompt.shot_ids);
    const Json* examples = reader.find("examples");
    const auto known = std::ranges::find(kKinds, kind);
    if (known == kKinds.end()) {
        reader.fail("kind", "must be plain, chat or own");
    } else {
        prompt.kind = static_cast<PromptKind>(known - kKinds.begin());
    }
    if (prompt.kind != PromptKind::kChat && !prompt.system.empty())
        reader.fail("system", "needs kind chat");
    if (prompt.kind == PromptKind::kOwn && (!prompt.shot.empty() || !prompt.prefix.empty()))
        reader.fail("kind", "own asks the question alone: no shot and no prefix");
    if (prompt.text.empty()) reader.fail("text", "is empty");
    if (examples != nullptr && !examples->is_array()) reader.fail("examples", "must be a list");
    VT_TRY(reader.end());
    for (const Json& one : examples == nullptr ? Json::array() : *examples) {
        VT_ASSIGN(data::Problem example, example_from_json(one));
        prompt.examples.push_back(std::move(example));
    }
    if ((!prompt.shot_ids.empty() || !prompt.examples.empty()) && prompt.shot.empty())
        return bad("prompt.shot is missing: it says how a solved example is shown");
    return prompt;
}

Json sampling_to_json(const ProtocolSampling& s) {
    return {{"temperature", s.temperature},
            {"top_p", s.top_p},
            {"top_k", s.top_k},
            {"max_new_tokens", s.max_new_tokens},
            {"samples", s.samples},
            {"seed", s.seed},
            {"stop", s.stop}};
}

Result<ProtocolSampling> sampling_from_json(const Json& json) {
    ProtocolSampling s;
    Reader reader(json, "sampling");
    reader.number("temperature", s.temperature, 0.0, 10.0);
    reader.number("top_p", s.top_p, 1e-6, 1.0);
    reader.whole("top_k", s.top_k, 0, 1'000'000);
    reader.whole("max_new_tokens", s.max_new_tokens, 1, 1'000'000);
    reader.whole("samples", s.samples, 1, 1024);
    reader.whole("seed", s.seed, 0, std::int64_t{1} << 53);
    reader.texts("stop", s.stop);
    if (std::ranges::any_of(s.stop, &std::string::empty))
        reader.fail("stop", "holds an empty text");
    if (s.temperature == 0.0 && s.samples > 1)
        reader.fail("samples", "above 1 need a temperature: greedy chains are all the same");
    VT_TRY(reader.end());
    return s;
}

Json column_to_json(const ProtocolColumn& column) {
    return {{"name", column.name},
            {"verifier", column.verifier},
            {"params", column.params},
            {"profile", column.profile},
            {"answer", column.answer},
            {"judge_cut_off", column.judge_cut_off}};
}

Result<ProtocolColumn> column_from_json(const Json& json) {
    ProtocolColumn column;
    Reader reader(json, "columns");
    reader.text("name", column.name);
    reader.text("verifier", column.verifier);
    reader.text("profile", column.profile);
    reader.text("answer", column.answer);
    reader.flag("judge_cut_off", column.judge_cut_off);
    const Json* params = reader.find("params");
    if (params != nullptr && !params->is_null()) {
        if (!params->is_object()) reader.fail("params", "must be an object");
        column.params = *params;
    }
    if (column.name.empty()) reader.fail("name", "is empty");
    const std::vector<std::string> profiles = text::extraction_profiles();
    if (!column.profile.empty() && std::ranges::find(profiles, column.profile) == profiles.end())
        reader.fail("profile", "is not known: " + column.profile);
    if (column.answer.find("{completion}") == std::string::npos)
        reader.fail("answer", "does not hold {completion}");
    if (!column.verifier.empty() && !verify::find_verifier(column.verifier))
        reader.fail("verifier", "is not known: " + column.verifier);
    VT_TRY(reader.end());
    return column;
}

bool is_id(const std::string& id) {
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

Result<std::vector<ProtocolColumn>> columns_from_json(const Json& list) {
    std::vector<ProtocolColumn> columns;
    std::set<std::string> names;
    if (!list.is_array() || list.empty()) return bad("columns must be a list with an entry");
    for (const Json& one : list) {
        VT_ASSIGN(ProtocolColumn column, column_from_json(one));
        if (!names.insert(column.name).second) return bad("two columns are named " + column.name);
        columns.push_back(std::move(column));
    }
    return columns;
}

std::vector<Protocol> read_builtins() {
    std::vector<Protocol> list;
    for (const BuiltinFile& file : kFiles) {
        const auto json = util::parse_json(file.json, file.id);
        VT_CHECK(json.has_value());
        auto protocol = protocol_from_json(*json);
        VT_CHECK(protocol.has_value() && protocol->id == file.id);
        list.push_back(*std::move(protocol));
    }
    return list;
}

/// What a column judges a problem with, by its hash: golds differ, verifiers seldom do.
void add_verifiers(const Protocol& protocol,
                   std::span<const data::Problem> problems,
                   std::set<std::string>& hashes) {
    for (const data::Problem& problem : problems) {
        for (const ProtocolColumn& column : protocol.columns) {
            const std::string& id = column.verifier.empty() ? problem.verifier : column.verifier;
            const auto verifier = verify::find_verifier(id);
            if (!verifier) continue;
            const Json& own = column.verifier.empty() ? problem.params : Json::object();
            hashes.insert(
                verify::verifier_hash(**verifier,
                                      column.params.is_null() ? own : column.params,
                                      column.profile.empty() ? problem.profile : column.profile));
        }
    }
}

}  // namespace

Json protocol_to_json(const Protocol& protocol) {
    Json columns = Json::array();
    for (const ProtocolColumn& column : protocol.columns) columns.push_back(column_to_json(column));
    return {{"format", kProtocolFormat},
            {"id", protocol.id},
            {"version", protocol.version},
            {"title", protocol.title},
            {"benchmark", protocol.benchmark},
            {"problems", protocol.problems},
            {"same_as", protocol.same_as},
            {"prompt", prompt_to_json(protocol.prompt)},
            {"sampling", sampling_to_json(protocol.sampling)},
            {"columns", std::move(columns)}};
}

Result<Protocol> protocol_from_json(const Json& json) {
    Protocol protocol;
    Reader reader(json, "file");
    std::int64_t format = kProtocolFormat;
    reader.whole("format", format, 1, 1'000'000);
    if (format > kProtocolFormat) {
        return util::fail(ErrorCode::kUnsupported,
                          "this protocol was written for a newer program; update Veritune");
    }
    reader.text("id", protocol.id);
    reader.whole("version", protocol.version, 1, 1'000'000);
    reader.text("title", protocol.title);
    reader.text("benchmark", protocol.benchmark);
    reader.whole("problems", protocol.problems, 0, 100'000'000);
    reader.text("same_as", protocol.same_as);
    const Json* prompt = reader.find("prompt");
    const Json* sampling = reader.find("sampling");
    const Json* columns = reader.find("columns");
    if (!is_id(protocol.id)) reader.fail("id", "has 1 to 64 of a-z, 0-9, _ and -");
    VT_TRY(reader.end());
    if (prompt != nullptr) {
        VT_ASSIGN(protocol.prompt, prompt_from_json(*prompt));
    }
    if (sampling != nullptr) {
        VT_ASSIGN(protocol.sampling, sampling_from_json(*sampling));
    }
    if (columns != nullptr) {
        VT_ASSIGN(protocol.columns, columns_from_json(*columns));
    }
    return protocol;
}

const std::vector<Protocol>& builtin_protocols() {
    static const std::vector<Protocol> list = read_builtins();
    return list;
}

Result<Protocol> load_protocol(util::FileSystem& fs, const std::string& id_or_path) {
    const bool is_path = id_or_path.find('/') != std::string::npos || id_or_path.ends_with(".json");
    if (is_path) {
        VT_ASSIGN(const std::string text, fs.read(id_or_path, std::uint64_t{1} << 20U));
        VT_ASSIGN(const Json json, util::parse_json(text, util::base_name(id_or_path)));
        return protocol_from_json(json);
    }
    std::string known;
    for (const Protocol& protocol : builtin_protocols()) {
        if (protocol.id == id_or_path) return protocol;
        known += (known.empty() ? "" : ", ") + protocol.id;
    }
    return util::fail(ErrorCode::kNotFound,
                      "there is no such protocol; there are " + known +
                          ", or name a file of your own (./mine.json)",
                      id_or_path);
}

Status fill_shots(Protocol& protocol, std::span<const data::Problem> rows) {
    if (protocol.prompt.shot_ids.empty()) return {};
    std::vector<data::Problem> examples;
    for (const std::string& id : protocol.prompt.shot_ids) {
        const auto found = std::ranges::find_if(rows, [&](const data::Problem& row) {
            return row.id == id && row.split == data::Split::kTrain;
        });
        if (found == rows.end()) {
            return util::fail(ErrorCode::kNotFound,
                              "the protocol shows row " + id +
                                  " of the train split, and the data set has no such row; import "
                                  "the benchmark's train file and name it with --shots",
                              protocol.id);
        }
        data::Problem example;
        example.id = found->id;
        example.prompt = found->prompt;
        example.solution = found->solution;
        example.gold = found->gold;
        examples.push_back(std::move(example));
    }
    protocol.prompt.examples = std::move(examples);
    return {};
}

Json evaluation_setup(const Protocol& protocol,
                      std::span<const data::Problem> problems,
                      const std::string& chat_template) {
    std::set<std::string> hashes;
    add_verifiers(protocol, problems, hashes);
    std::string verifiers;
    for (const std::string& hash : hashes) verifiers += hash + "\n";
    return {{"protocol", protocol_to_json(protocol)},
            {"dataset_sha256",
             data::dataset_hash(std::vector<data::Problem>(problems.begin(), problems.end()))},
            {"chat_template", protocol.prompt.kind == PromptKind::kPlain ? "" : chat_template},
            {"verifiers_sha256", util::sha256_hex(verifiers)}};
}

std::string setup_hash(const Json& setup) { return util::sha256_hex(util::canonical_json(setup)); }

}  // namespace veritune::eval
