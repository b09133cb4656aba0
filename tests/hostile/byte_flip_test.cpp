// SPDX-License-Identifier: Apache-2.0
// One bit of a model that changed is found before a run, and the file is named.
#include "core/store/model_manifest.h"
#include "core/util/rng.h"
#include "core/util/tree_hash.h"
#include "tests/hostile/malformed_file.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_scale.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace veritune::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using util::ErrorCode;

void put(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

class ModelManifest : public testing::Test {
  protected:
    ModelManifest() {
        std::filesystem::create_directories(dir_.file("model"));
        std::filesystem::create_directories(dir_.file("project"));
        const std::string llama = "tests/data/models/llama/";
        for (const char* name : {"config.json",
                                 "model.safetensors.index.json",
                                 "model-00001-of-00003.safetensors",
                                 "model-00002-of-00003.safetensors",
                                 "model-00003-of-00003.safetensors"}) {
            put(model(name), read_test_file(llama + name));
        }
        put(model("tokenizer.json"), read_test_file("tests/fuzz/seeds/tokenizer_json/full"));
        put(model("tokenizer_config.json"), "{\"model_max_length\":1024}");
        put(model("chat_template.jinja"), "{{ messages }}");
        put(model("README.md"), "not part of the model");
    }
    std::string model(const std::string& name) const { return dir_.file("model") + "/" + name; }
    util::Result<store::ModelManifest> check() {
        return store::check_model(*fs_, dir_.file("project"), dir_.file("model"));
    }
    TempDir dir_;
    std::unique_ptr<util::FileSystem> fs_ = util::make_posix_file_system();
};

TEST_F(ModelManifest, EveryFlippedBitIsRefusedAndTheFileNamed) {
    ASSERT_TRUE(check());
    util::Rng rng(7, util::RngStream::kTest);
    const std::vector<std::string> files{"config.json",
                                         "tokenizer.json",
                                         "tokenizer_config.json",
                                         "chat_template.jinja",
                                         "model.safetensors.index.json",
                                         "model-00001-of-00003.safetensors",
                                         "model-00002-of-00003.safetensors",
                                         "model-00003-of-00003.safetensors"};
    const std::int64_t flips = at_scale(100, 1000);
    std::int64_t refused = 0;
    for (std::int64_t i = 0; i < flips; ++i) {
        const std::string& name = files[static_cast<std::size_t>(i) % files.size()];
        const std::string sound = read_test_file_at(model(name));
        std::string broken = sound;
        const std::size_t at = rng.below(broken.size());
        broken[at] = static_cast<char>(broken[at] ^ (1 << rng.below(8)));
        put(model(name), broken);
        const auto result = check();
        if (!result && result.error().code == ErrorCode::kCorruptData &&
            result.error().message.find(name + " (changed)") != std::string::npos) {
            ++refused;
        } else {
            ADD_FAILURE() << name << " byte " << at;
        }
        put(model(name), sound);
    }
    EXPECT_EQ(refused, flips);
    EXPECT_TRUE(check()) << "the sound model is still fine";
    std::printf("%lld of %lld flipped bits refused, the file named\n",
                static_cast<long long>(refused),
                static_cast<long long>(flips));
}

TEST_F(ModelManifest, FilesThatAppearOrGoAreNamedToo) {
    ASSERT_TRUE(check());
    put(model("generation_config.json"), "{}");
    ASSERT_TRUE(std::filesystem::remove(model("tokenizer_config.json")));
    put(model("README.md"), "changed, and nobody minds");
    const auto result = check();
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, HasSubstr("generation_config.json (new)"));
    EXPECT_THAT(result.error().message, HasSubstr("tokenizer_config.json (missing)"));
    EXPECT_THAT(result.error().message, Not(HasSubstr("README")));
    EXPECT_THAT(result.error().message, HasSubstr("veritune models accept"));
    ASSERT_TRUE(store::accept_model(*fs_, dir_.file("project"), dir_.file("model")));
    EXPECT_TRUE(check());
}

TEST_F(ModelManifest, TheSameFolderUnderAnotherSpellingIsTheSame) {
    const auto first = check();
    ASSERT_TRUE(first);
    std::filesystem::create_symlink(dir_.file("model"), dir_.file("link"));
    put(model("config.json"), "{}");
    EXPECT_FALSE(store::check_model(*fs_, dir_.file("project"), dir_.file("link")));
    EXPECT_EQ(std::filesystem::exists(dir_.file("project") + "/models"), true);
}

TEST_F(ModelManifest, AnEmptyFolderHasNoManifest) {
    std::filesystem::create_directories(dir_.file("empty"));
    EXPECT_EQ(store::read_model_manifest(*fs_, dir_.file("empty")).error().code,
              ErrorCode::kNotFound);
    EXPECT_EQ(store::read_model_manifest(*fs_, dir_.file("nowhere")).error().code,
              ErrorCode::kNotFound);
}

TEST_F(ModelManifest, ADamagedRecordIsAnErrorNotATrust) {
    ASSERT_TRUE(check());
    for (const auto& entry :
         std::filesystem::directory_iterator(dir_.file("project") + "/models")) {
        put(entry.path().string(), "{}");
    }
    EXPECT_EQ(check().error().code, ErrorCode::kCorruptData);
}

}  // namespace
}  // namespace veritune::test
