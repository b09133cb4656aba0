// SPDX-License-Identifier: Apache-2.0
#include "core/quant/dequantise.h"
#include "core/quant/nf4_source.h"
#include "core/quant/quantize_model.h"
#include "tests/quant/tiny_folder.h"

#include <cstring>

namespace veritune::quant {
namespace {

using util::ErrorCode;

std::string golden_folder() { return std::string(VERITUNE_SOURCE_DIR) + "/tests/data/models/nf4"; }

class Nf4Import : public test::QuantTest {
  protected:
    void SetUp() override {
        ASSERT_TRUE(fs_->make_dir(dir_.file("source")).has_value());
        for (const char* name : {"config.json", "model.safetensors"}) {
            test::put(source_file(name), test::slurp(golden_folder() + "/" + name));
        }
    }
    std::string source_file(const std::string& name) const {
        return dir_.file("source") + "/" + name;
    }
    /// The weights again, changed: in the metadata, or under other names.
    void rewrite(
        const std::function<void(const std::string&, std::string& bytes, std::string& name)>&
            change) {
        const auto file = model::SafetensorsFile::open(golden_folder() + "/model.safetensors");
        ASSERT_TRUE(file.has_value());
        model::SafetensorsWriter writer;
        std::vector<std::string> kept;
        kept.reserve(file->entries().size());
        for (const model::TensorEntry& entry : file->entries()) {
            std::string bytes(entry.bytes, '\0');
            ASSERT_TRUE(file->read_into(entry, bytes.data()).has_value());
            std::string name = entry.name;
            change(entry.name, bytes, name);
            kept.push_back(bytes);
            std::vector<std::int64_t> shape = entry.shape;
            if (bytes.size() != entry.bytes) {
                shape = {static_cast<std::int64_t>(bytes.size() / model::dtype_bytes(entry.dtype))};
            }
            if (name.empty()) continue;
            ASSERT_TRUE(writer.add(name, entry.dtype, shape, std::as_bytes(std::span(kept.back())))
                            .has_value());
        }
        ASSERT_TRUE(util::remove_tree(*fs_, dir_.file("new")).has_value());
        auto dir = util::AtomicDir::begin(*fs_, dir_.file("new"));
        ASSERT_TRUE(dir.has_value());
        ASSERT_TRUE(writer.save(*dir, "model.safetensors").has_value());
        ASSERT_TRUE(dir->commit().has_value());
        test::put(source_file("model.safetensors"),
                  test::slurp(dir_.file("new") + "/model.safetensors"));
    }
    util::Error refusal() {
        const auto result = quantise();
        EXPECT_FALSE(result.has_value());
        EXPECT_FALSE(exists("model"));
        return result ? util::Error{} : result.error();
    }
};

TEST_F(Nf4Import, MeansBitForBitWhatBitsandbytesMeans) {
    const auto result = quantise();
    ASSERT_TRUE(result.has_value()) << util::to_string(result.error());
    EXPECT_EQ(result->manifest.scheme, Scheme::kNf4);
    const auto model = QuantModel::open(*fs_, dir_.file("model"));
    ASSERT_TRUE(model.has_value()) << util::to_string(model.error());
    const auto golden = model::SafetensorsFile::open(golden_folder() + "/golden.bin");
    ASSERT_TRUE(golden.has_value());
    std::size_t compared = 0;
    const auto visited = visit_tensors(*model, [&](const std::string& name, auto values) {
        const model::TensorEntry* entry = golden->find(name);
        if (entry == nullptr) return util::Status();
        std::vector<float> want(entry->elements());
        EXPECT_TRUE(golden->read_f32(*entry, want).has_value());
        EXPECT_EQ(values.size(), want.size());
        for (std::size_t i = 0; i < want.size(); ++i) {
            if (values[i] != want[i]) {
                ADD_FAILURE() << name << " element " << i << ": " << values[i] << ", want "
                              << want[i];
                return util::Status();
            }
        }
        ++compared;
        return util::Status();
    });
    ASSERT_TRUE(visited.has_value());
    EXPECT_EQ(compared, 7U);
}

TEST_F(Nf4Import, WritesAConfigurationWithoutTheForeignQuantisation) {
    ASSERT_TRUE(quantise().has_value());
    const std::string text = test::slurp(dir_.file("model") + "/config.json");
    EXPECT_EQ(text.find("quantization_config"), std::string::npos);
    EXPECT_NE(text.find("\"eos_token_id\": 1"), std::string::npos);
}

TEST_F(Nf4Import, RefusesOtherBlockSizes) {
    rewrite([](const std::string& name, std::string& bytes, std::string&) {
        const std::size_t at = bytes.find("\"blocksize\": 64");
        if (name.find("down_proj.weight.quant_state") != std::string::npos) {
            bytes.replace(at, 15, "\"blocksize\": 32");
        }
    });
    const util::Error error = refusal();
    EXPECT_EQ(error.code, ErrorCode::kUnsupported);
    EXPECT_NE(error.message.find("blocks of 32"), std::string::npos) << error.message;
}

TEST_F(Nf4Import, RefusesAnotherTableOfValues) {
    rewrite([](const std::string& name, std::string& bytes, std::string&) {
        if (name.ends_with("up_proj.weight.quant_map")) bytes[5] = static_cast<char>(bytes[5] ^ 1);
    });
    EXPECT_EQ(refusal().code, ErrorCode::kUnsupported);
}

TEST_F(Nf4Import, RefusesMissingAndBrokenParts) {
    for (const char* lost : {"q_proj.weight.absmax",
                             "q_proj.weight.nested_absmax",
                             "q_proj.weight.nested_quant_map",
                             "q_proj.weight.quant_state.bitsandbytes__nf4",
                             "q_proj.weight",
                             "model.norm.weight"}) {
        rewrite([&](const std::string& name, std::string&, std::string& stored) {
            if (name.ends_with(lost)) stored.clear();
        });
        const util::Error error = refusal();
        EXPECT_TRUE(error.code == ErrorCode::kCorruptData ||
                    error.code == ErrorCode::kUnsupported || error.code == ErrorCode::kNotFound)
            << lost << ": " << error.message;
    }
    rewrite([](const std::string& name, std::string& bytes, std::string&) {
        if (name.ends_with("k_proj.weight.absmax")) bytes.resize(bytes.size() / 2);
    });
    EXPECT_EQ(refusal().code, ErrorCode::kCorruptData);
    rewrite([](const std::string& name, std::string& bytes, std::string&) {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        if (name.ends_with("o_proj.weight.absmax")) std::memcpy(bytes.data() + 8, &nan, 4);
    });
    const util::Error error = refusal();
    EXPECT_EQ(error.code, ErrorCode::kCorruptData);
    EXPECT_NE(error.message.find("o_proj.weight.absmax"), std::string::npos) << error.message;
}

}  // namespace
}  // namespace veritune::quant
