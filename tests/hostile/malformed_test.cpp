// SPDX-License-Identifier: Apache-2.0
// Malformed files of every format, through the loaders that read them: each is refused with words
// or accepted, within 2 s and 2 x file + 256 MiB. A crash ends this program, so it cannot be
// missed.
#include "core/data/dataset.h"
#include "core/engine/codec.h"
#include "core/model/model_config.h"
#include "core/model/peft_adapter.h"
#include "core/model/sharded_weights.h"
#include "core/store/project.h"
#include "core/text/tokenizer.h"
#include "core/train/recipe.h"
#include "core/util/log.h"
#include "core/util/memory_use.h"
#include "tests/hostile/malformed_file.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_scale.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sys/stat.h>

namespace veritune::test {
namespace {

using util::Json;

constexpr double kMostSeconds = 2.0;
constexpr std::uint64_t kSpareBytes = 256ULL << 20;

void put(const std::string& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::uint64_t resident() {
    const auto use = util::memory_use();
    return use ? use->resident_bytes : 0;
}

struct Format {
    /// Bytes of one malformed file.
    std::function<std::string(util::Rng&)> make;
    /// Writes and loads it; returns whether it was refused. A refusal has to say something.
    std::function<util::Status(const std::string&)> load;
};

void run(const char* name, const Format& format, std::int64_t count) {
    util::set_log_level(util::LogLevel::kError);
    double slowest = 0.0;
    std::int64_t refused = 0;
    std::uint64_t most = 0;
    const std::uint64_t before = resident();
    for (std::int64_t i = 0; i < count; ++i) {
        SCOPED_TRACE(std::string(name) + " " + std::to_string(i));
        util::Rng rng(20261124, util::RngStream::kTest, static_cast<std::uint64_t>(i));
        const std::string bytes = format.make(rng);
        const auto start = std::chrono::steady_clock::now();
        const util::Status status = format.load(bytes);
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        slowest = std::max(slowest, taken.count());
        const std::uint64_t now = resident();
        most = std::max(most, now);
        ASSERT_LE(now, before + 2 * bytes.size() + kSpareBytes);
        ASSERT_LE(taken.count(), kMostSeconds);
        if (status) continue;
        ++refused;
        ASSERT_FALSE(status.error().message.empty());
        ASSERT_LT(status.error().message.size(), 4096U);
    }
    // Most damage must be found, or the generator is too tame to mean anything.
    EXPECT_GT(refused, count / 4) << name;
    std::printf("%-16s %lld files, %lld refused, slowest %.0f ms, memory +%.0f MiB\n",
                name,
                static_cast<long long>(count),
                static_cast<long long>(refused),
                slowest * 1e3,
                static_cast<double>(most - std::min(most, before)) / 1048576.0);
}

Json json_of(const std::string& path) { return Json::parse(read_test_file(path)); }

template <typename T>
util::Status status_of(const util::Result<T>& result) {
    return result ? util::Status() : util::Status(result.error());
}

/// A folder with files beside the hostile one.
class Folder {
  public:
    explicit Folder(const std::string& name)
        : file_(dir_.file(name)) {}
    void copy(const std::string& under_source, const std::string& name) {
        put(dir_.file(name), read_test_file(under_source));
    }
    const std::string& path() const { return dir_.path(); }
    const std::string& write(const std::string& bytes) const {
        put(file_, bytes);
        return file_;
    }

  private:
    TempDir dir_;
    std::string file_;
};

std::int64_t quick() { return 150; }
std::int64_t full() { return at_scale(1000, 10'000); }

void safetensors(std::int64_t count) {
    const Folder folder("model.safetensors");
    const std::string seed = read_test_file("tests/data/models/llama_bias/model.safetensors");
    run("safetensors",
        {.make = [&](util::Rng& rng) { return damaged_safetensors(seed, rng); },
         .load = [&](const std::string& bytes) -> util::Status {
             VT_ASSIGN(const auto file, model::SafetensorsFile::open(folder.write(bytes)));
             for (const model::TensorEntry& entry : file.entries()) {
                 std::string data(entry.bytes, '\0');
                 VT_TRY(file.read_into(entry, data.data()));
             }
             return {};
         }},
        count);
}

void weight_index(std::int64_t count) {
    Folder folder("model.safetensors.index.json");
    for (const char* shard : {"model-00001-of-00003.safetensors",
                              "model-00002-of-00003.safetensors",
                              "model-00003-of-00003.safetensors"}) {
        folder.copy(std::string("tests/data/models/llama/") + shard, shard);
    }
    const Json seed = json_of("tests/data/models/llama/model.safetensors.index.json");
    const auto fs = util::make_posix_file_system();
    run("index.json",
        {.make = [&](util::Rng& rng) { return damaged_json_text(seed, rng); },
         .load =
             [&](const std::string& bytes) {
                 folder.write(bytes);
                 return status_of(model::ShardedWeights::open(*fs, folder.path()));
             }},
        count);
}

void model_config(std::int64_t count) {
    const Folder folder("config.json");
    const std::vector<Json> seeds{json_of("tests/data/models/qwen2/config.json"),
                                  json_of("tests/data/models/llama/config.json"),
                                  json_of("tests/data/models/mistral/config.json"),
                                  json_of("tests/data/models/nf4/config.json")};
    const auto fs = util::make_posix_file_system();
    run("config.json",
        {.make =
             [&](util::Rng& rng) { return damaged_json_text(seeds[rng.below(seeds.size())], rng); },
         .load = [&](const std::string& bytes) -> util::Status {
             folder.write(bytes);
             VT_ASSIGN(const auto config, model::read_model_config(*fs, folder.path()));
             // What a client does next with the numbers.
             EXPECT_GT(model::num_parameters(config), 0);
             EXPECT_LE(config.num_hidden_layers, 256);
             EXPECT_LE(config.hidden_size, 32'768);
             EXPECT_LE(config.vocab_size, 1'048'576);
             return {};
         }},
        count);
}

void adapter(std::int64_t count) {
    Folder folder("adapter_config.json");
    folder.copy("tests/data/models/llama_bias/adapter/adapter_model.safetensors",
                "adapter_model.safetensors");
    const Json seed = json_of("tests/data/models/llama_bias/adapter/adapter_config.json");
    const auto fs = util::make_posix_file_system();
    run("adapter_config",
        {.make = [&](util::Rng& rng) { return damaged_json_text(seed, rng); },
         .load =
             [&](const std::string& bytes) {
                 folder.write(bytes);
                 return status_of(model::read_adapter(*fs, folder.path()));
             }},
        count);
}

void tokenizer(std::int64_t count) {
    const Folder folder("tokenizer.json");
    put(folder.path() + "/tokenizer_config.json", "{\"eos_token\":\"<|im_end|>\"}");
    const auto fs = util::make_posix_file_system();
    const std::vector<Json> seeds{json_of("tests/fuzz/seeds/tokenizer_json/full"),
                                  json_of("tests/fuzz/seeds/tokenizer_json/lists"),
                                  json_of("tests/fuzz/seeds/tokenizer_json/split")};
    for (const Json& seed : seeds) {
        put(folder.path() + "/tokenizer.json", seed.dump());
        ASSERT_TRUE(text::load_tokenizer(*fs, folder.path())) << "the seed itself must load";
    }
    run("tokenizer.json",
        {.make =
             [&](util::Rng& rng) { return damaged_json_text(seeds[rng.below(seeds.size())], rng); },
         .load = [&](const std::string& bytes) -> util::Status {
             folder.write(bytes);
             VT_ASSIGN(const auto loaded, text::load_tokenizer(*fs, folder.path()));
             const std::string sample(2000, 'a');
             for (const text::TokenId id : loaded->encode(sample + " 12 \n<|x|>", true)) {
                 EXPECT_LT(id, loaded->vocab_size());
             }
             return {};
         }},
        count);
}

void jsonl(std::int64_t count) {
    const Folder folder("rows.jsonl");
    const std::string seed = read_test_file("tests/data/gsm8k/test_40.jsonl").substr(0, 6000);
    const std::string own =
        "{\"id\":\"a\",\"prompt\":\"2+3?\",\"gold\":5,\"verifier\":\"integer\"}\n"
        "{\"id\":\"b\",\"prompt\":\"6*7?\",\"gold\":42,\"verifier\":\"integer\"}\n";
    run("jsonl",
        {.make =
             [&](util::Rng& rng) {
                 if (rng.below(2) == 0) return damaged_text(seed, rng);
                 const std::string row = own.substr(0, own.find('\n'));
                 return own + damaged(Json::parse(row), rng)
                                  .dump(-1, ' ', false, Json::error_handler_t::replace);
             },
         .load = [&](const std::string& bytes) -> util::Status {
             const std::string& path = folder.write(bytes);
             std::int64_t errors = 0;
             for (const char* preset : {"veritune", "gsm8k", "prompt_completion"}) {
                 VT_ASSIGN(const data::ImportReport report, data::import_jsonl(path, preset));
                 EXPECT_LE(static_cast<std::int64_t>(report.problems.size()), report.lines);
                 for (const data::RowError& error : report.errors) {
                     EXPECT_GE(error.line, 1);
                     EXPECT_FALSE(error.message.empty());
                 }
                 errors += std::ssize(report.errors);
             }
             if (errors == 0) return {};
             return util::fail(util::ErrorCode::kCorruptData, "rows were refused");
         }},
        count);
}

void recipe(std::int64_t count) {
    const Json seed = json_of("resources/recipes/demo-quick.json");
    run("run.json",
        {.make = [&](util::Rng& rng) { return damaged_json_text(seed, rng); },
         .load = [&](const std::string& bytes) -> util::Status {
             VT_ASSIGN(const Json json, util::parse_json(bytes, "run.json"));
             VT_ASSIGN(const train::Recipe made, train::recipe_from_json(json));
             return train::validate(made);
         }},
        count);
}

void protocol(std::int64_t count) {
    std::vector<Json> seeds;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(VERITUNE_SOURCE_DIR) +
                                                                 "/tests/fuzz/seeds/protocol")) {
        seeds.push_back(json_of("tests/fuzz/seeds/protocol/" + entry.path().filename().string()));
    }
    run("protocol",
        {.make =
             [&](util::Rng& rng) { return damaged_json_text(seeds[rng.below(seeds.size())], rng); },
         .load = [&](const std::string& bytes) -> util::Status {
             const auto decoded = engine::decode(bytes);
             const auto* error = std::get_if<engine::DecodeError>(&decoded);
             return error != nullptr ? util::Status(error->error) : util::Status();
         }},
        count);
}

void project_database(std::int64_t count) {
    const Folder folder("project.sqlite");
    const std::string seed = read_test_file("tests/data/store/v1.sqlite");
    run("project.sqlite",
        {.make =
             [&](util::Rng& rng) {
                 std::string bytes = seed;
                 const std::uint64_t changes = 1 + rng.below(40);
                 for (std::uint64_t i = 0; i < changes; ++i) {
                     bytes[rng.below(rng.below(3) == 0 ? 4096 : bytes.size())] =
                         static_cast<char>(rng.below(256));
                 }
                 if (rng.below(8) == 0) bytes.resize(rng.below(bytes.size()));
                 return bytes;
             },
         .load = [&](const std::string& bytes) -> util::Status {
             std::filesystem::remove(folder.path() + "/project.sqlite-wal");
             std::filesystem::remove(folder.path() + "/project.sqlite-shm");
             folder.write(bytes);
             VT_ASSIGN(const auto project, store::Project::open_writer(folder.path()));
             VT_ASSIGN(const auto runs, project->reader().list_runs());
             for (const store::RunRecord& run : runs) {
                 VT_TRY(status_of(project->reader().steps(run.id)));
                 VT_TRY(status_of(project->reader().step_chains(run.id, "vrl", 1)));
                 VT_TRY(status_of(project->reader().events(run.id)));
             }
             return {};
         }},
        count);
}

TEST(Malformed, Safetensors) { safetensors(quick()); }
TEST(Malformed, WeightIndex) { weight_index(quick()); }
TEST(Malformed, ModelConfig) { model_config(quick()); }
TEST(Malformed, Adapter) { adapter(quick()); }
TEST(Malformed, Tokenizer) { tokenizer(quick()); }
TEST(Malformed, Jsonl) { jsonl(quick()); }
TEST(Malformed, Recipe) { recipe(quick()); }
TEST(Malformed, Protocol) { protocol(quick()); }
TEST(Malformed, ProjectDatabase) { project_database(20); }

TEST(MalformedSlow, EveryFormatAtScale) {
    safetensors(full());
    weight_index(full());
    model_config(full());
    adapter(full());
    tokenizer(full());
    jsonl(full());
    recipe(full());
    protocol(full());
    project_database(full());
}

/// Files that are no files: a loader must neither hang on a pipe nor follow a device.
TEST(Malformed, PipesAndFoldersAreRefusedAtOnce) {
    const TempDir dir;
    const auto fs = util::make_posix_file_system();
    ASSERT_EQ(::mkfifo(dir.file("config.json").c_str(), 0600), 0);
    ASSERT_EQ(::mkfifo(dir.file("tokenizer.json").c_str(), 0600), 0);
    ASSERT_EQ(::mkfifo(dir.file("model.safetensors").c_str(), 0600), 0);
    EXPECT_FALSE(model::read_model_config(*fs, dir.path()));
    EXPECT_FALSE(text::load_tokenizer(*fs, dir.path()));
    EXPECT_FALSE(model::ShardedWeights::open(*fs, dir.path()));
    EXPECT_FALSE(model::SafetensorsFile::open(dir.file("model.safetensors")));
    EXPECT_FALSE(model::SafetensorsFile::open(dir.path()));
    EXPECT_FALSE(model::SafetensorsFile::open("/dev/zero"));
}

}  // namespace
}  // namespace veritune::test
