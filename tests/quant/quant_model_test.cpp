// SPDX-License-Identifier: Apache-2.0
#include "core/quant/quant_model.h"

#include "tests/quant/tiny_folder.h"

#include <algorithm>
#include <filesystem>

namespace veritune::quant {
namespace {

using util::ErrorCode;

class QuantModelFolder : public test::QuantTest {
  protected:
    void SetUp() override {
        make_source(test::tiny_config());
        ASSERT_TRUE(quantise().has_value());
    }
    std::string file(const std::string& name) const { return dir_.file("model") + "/" + name; }
    util::Result<QuantModel> open() { return QuantModel::open(*fs_, dir_.file("model")); }
    util::Error refusal() {
        const auto model = open();
        EXPECT_FALSE(model.has_value());
        return model ? util::Error{} : model.error();
    }
    void change_manifest(const std::function<void(util::Json&)>& change) {
        const std::string path = file(std::string(kManifestName));
        util::Json root = util::Json::parse(test::slurp(path));
        change(root);
        test::put(path, root.dump());
    }
};

TEST_F(QuantModelFolder, OpensWhatWasWritten) {
    const auto model = open();
    ASSERT_TRUE(model.has_value()) << util::to_string(model.error());
    EXPECT_EQ(model->config().hidden_size, 128);
    EXPECT_EQ(model->scheme(), Scheme::kInt4);
    EXPECT_EQ(model->manifest().source_name, "source");
    EXPECT_EQ(model->file_count(), 4U);
    EXPECT_TRUE(model->verify().has_value());
    EXPECT_TRUE(model->check_unchanged().has_value());
    EXPECT_TRUE(is_quantised(*fs_, dir_.file("model")));
    EXPECT_FALSE(is_quantised(*fs_, dir_.file("source")));
}

TEST_F(QuantModelFolder, AlignsEveryTensorAndFillsTheGapsWithZeros) {
    const auto model = open();
    ASSERT_TRUE(model.has_value());
    for (std::size_t i = 0; i < model->file_count(); ++i) {
        const FileLayout& layout = model->file_layout(i);
        const auto data = model->file_data(i);
        ASSERT_EQ(data.size(), layout.bytes);
        std::uint64_t end = 0;
        for (const TensorPlace& t : layout.tensors) {
            EXPECT_EQ(t.offset % 256, 0U) << t.name;
            EXPECT_GE(t.offset, end);
            EXPECT_TRUE(std::all_of(data.begin() + static_cast<std::ptrdiff_t>(end),
                                    data.begin() + static_cast<std::ptrdiff_t>(t.offset),
                                    [](std::byte b) { return b == std::byte{0}; }));
            end = t.offset + t.bytes;
        }
        EXPECT_LE(end, layout.bytes);
    }
    const QuantLayer layer = model->layer(1);
    EXPECT_EQ(layer.qkv.w.n, 256);
    EXPECT_EQ(layer.gate_up.w.n, 384);
    EXPECT_EQ(layer.gate_up.w.order, kernels::RowOrder::kGateUp);
    EXPECT_EQ(layer.down.w.k, 192);
    EXPECT_EQ(layer.q_norm, nullptr);
    EXPECT_NE(layer.qkv.bias, nullptr);
    EXPECT_EQ(layer.o.bias, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(layer.down.w.codes) % 256, 0U);
}

TEST_F(QuantModelFolder, GivesViewsOfACopyOfAFile) {
    const auto model = open();
    ASSERT_TRUE(model.has_value());
    std::vector<std::byte> copy(model->file_layout(1).bytes + 256);
    std::byte* base = copy.data() + (256 - reinterpret_cast<std::uintptr_t>(copy.data()) % 256);
    ASSERT_TRUE(model->read(1, 0, {base, model->file_layout(1).bytes}).has_value());
    const QuantLayer there = layer_at(model->config(), model->file_layout(1), Scheme::kInt4, base);
    const QuantLayer here = model->layer(0);
    EXPECT_EQ(there.o.w.codes - reinterpret_cast<const std::uint8_t*>(base),
              here.o.w.codes - reinterpret_cast<const std::uint8_t*>(model->file_data(1).data()));
    EXPECT_EQ(std::memcmp(there.o.w.codes, here.o.w.codes, 512), 0);
}

TEST_F(QuantModelFolder, SaysWhenThereIsNone) {
    const auto model = QuantModel::open(*fs_, dir_.file("source"));
    ASSERT_FALSE(model.has_value());
    EXPECT_EQ(model.error().code, ErrorCode::kNotFound);
}

TEST_F(QuantModelFolder, RefusesAnUnknownLayoutAndScheme) {
    change_manifest([](util::Json& root) { root["layout"] = "t16x64/2"; });
    const util::Error layout = refusal();
    EXPECT_EQ(layout.code, ErrorCode::kUnsupported);
    EXPECT_NE(layout.message.find("t16x64/1"), std::string::npos);
    change_manifest([](util::Json& root) {
        root["layout"] = "t16x64/1";
        root["scheme"] = "int3-g32";
    });
    EXPECT_EQ(refusal().code, ErrorCode::kUnsupported);
}

TEST_F(QuantModelFolder, RefusesAManifestThatContradictsItself) {
    const std::string good = test::slurp(file(std::string(kManifestName)));
    const std::vector<std::function<void(util::Json&)>> spoils{
        [](util::Json& r) { r["format"] = "something else"; },
        [](util::Json& r) { r.erase("files"); },
        [](util::Json& r) { r["files"].erase(1); },
        [](util::Json& r) { r["files"][1]["name"] = "../layer-000.bin"; },
        [](util::Json& r) { r["files"][1]["bytes"] = 17; },
        [](util::Json& r) { r["files"][1]["bytes"] = -1; },
        [](util::Json& r) { r["files"][1]["sha256"] = "00"; },
        [](util::Json& r) { r["files"][1]["tensors"][0]["offset"] = 256; },
        [](util::Json& r) { r["files"][1]["tensors"][1]["shape"][0] = 1; },
        [](util::Json& r) { r["files"][1]["tensors"].erase(2); },
        [](util::Json& r) { r["scheme"] = "nf4-g64"; },
        [](util::Json& r) { r["copied"][0]["sha256"] = std::string(64, '0'); },
        [](util::Json& r) { r["errors"] = 3; },
        [](util::Json& r) { r.erase("kv_bf16_layers"); },
        [](util::Json& r) {
            r["kv_bf16_layers"] = {1, 0};
        },
        [](util::Json& r) { r["kv_bf16_layers"] = {2}; },
        [](util::Json& r) { r["source"] = util::Json::array(); },
    };
    for (std::size_t i = 0; i < spoils.size(); ++i) {
        test::put(file(std::string(kManifestName)), good);
        change_manifest(spoils[i]);
        const auto model = open();
        ASSERT_FALSE(model.has_value()) << "defect " << i;
        EXPECT_NE(model.error().code, ErrorCode::kInternal) << i;
    }
    for (const char* text : {"", "{", "[]", "null", "{\"format\": 3}"}) {
        test::put(file(std::string(kManifestName)), text);
        EXPECT_EQ(refusal().code, ErrorCode::kCorruptData) << text;
    }
}

TEST_F(QuantModelFolder, RefusesFilesThatAreMissingShortOrLinks) {
    const std::string layer = test::slurp(file("layer-001.bin"));
    test::put(file("layer-001.bin"), layer.substr(0, layer.size() - 1));
    EXPECT_NE(refusal().message.find("layer-001.bin has"), std::string::npos);
    ASSERT_TRUE(fs_->remove(file("layer-001.bin")).has_value());
    EXPECT_NE(refusal().message.find("layer-001.bin is missing"), std::string::npos);
    test::put(dir_.file("elsewhere"), layer);
    std::filesystem::create_symlink(dir_.file("elsewhere"), file("layer-001.bin"));
    EXPECT_EQ(refusal().code, ErrorCode::kPermissionDenied);
    ASSERT_TRUE(fs_->remove(file("layer-001.bin")).has_value());
    ASSERT_TRUE(fs_->make_dir(file("layer-001.bin")).has_value());
    EXPECT_FALSE(open().has_value());
}

TEST_F(QuantModelFolder, RefusesAConfigurationThatIsNotTheOneItWasMadeFor) {
    util::Json config = util::Json::parse(test::slurp(file("config.json")));
    config["rope_theta"] = 10000.0;
    test::put(file("config.json"), config.dump());
    EXPECT_NE(refusal().message.find("config.json"), std::string::npos);
}

TEST_F(QuantModelFolder, FindsAChangedByteByItsHash) {
    std::string layer = test::slurp(file("layer-000.bin"));
    layer[layer.size() / 2] = static_cast<char>(layer[layer.size() / 2] ^ 1);
    test::put(file("layer-000.bin"), layer);
    const auto model = open();
    ASSERT_TRUE(model.has_value());
    const auto verified = model->verify();
    ASSERT_FALSE(verified.has_value());
    EXPECT_NE(verified.error().message.find("layer-000.bin"), std::string::npos);
    const auto stopped = model->verify([](std::uint64_t) { return false; });
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
}

TEST_F(QuantModelFolder, NoticesAFileThatIsCutWhileItIsLoaded) {
    const auto model = open();
    ASSERT_TRUE(model.has_value());
    std::vector<std::byte> to(model->file_layout(2).bytes);
    std::filesystem::resize_file(file("layer-001.bin"), 1000);
    const auto read = model->read(2, 0, to);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().code, ErrorCode::kCorruptData);
    EXPECT_FALSE(model->check_unchanged().has_value());
}

}  // namespace
}  // namespace veritune::quant
