// SPDX-License-Identifier: Apache-2.0
#include "core/model/safetensors_writer.h"

#include "core/model/safetensors.h"
#include "tests/model/model_test_support.h"

#include <gmock/gmock.h>

#include <array>

namespace veritune::model {
namespace {

using ::testing::ElementsAre;
using util::ErrorCode;

/// Keeps the bytes; fails once more than `room` would be written.
class MemoryFile final : public util::WritableFile {
  public:
    explicit MemoryFile(std::size_t room = 1 << 24)
        : room_(room) {}
    util::Status write(std::string_view bytes) override {
        if (bytes_.size() + bytes.size() > room_) return util::fail(ErrorCode::kDiskFull, "full");
        bytes_.append(bytes);
        return {};
    }
    util::Status sync() override { return {}; }
    util::Status close() override { return {}; }
    const std::string& bytes() const { return bytes_; }

  private:
    std::size_t room_;
    std::string bytes_;
};

class SafetensorsWriting : public ModelFilesTest {};

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

TEST_F(SafetensorsWriting, WritesTheseBytesForOneTensor) {
    SafetensorsWriter writer;
    const std::array<float, 1> value{1.0F};
    ASSERT_TRUE(writer.add_f32("t", {1}, value).has_value());
    MemoryFile file;
    ASSERT_TRUE(writer.write(file).has_value());
    // 54 characters and 2 spaces make a multiple of 8.
    const std::string header = R"({"t":{"data_offsets":[0,4],"dtype":"F32","shape":[1]}})";
    ASSERT_EQ(header.size(), 54U);
    EXPECT_EQ(file.bytes(), safetensors_bytes(header + "  ", std::string("\0\0\x80\x3F", 4)));
}

TEST_F(SafetensorsWriting, RoundTripsEveryTypeThroughAFolder) {
    const std::array<float, 4> values{1.0F, -0.5F, 2.0F, 1024.0F};
    SafetensorsWriter writer;
    writer.set_metadata("format", "pt");
    ASSERT_TRUE(writer.add("u", DType::kU8, {3}, bytes_of("abc")).has_value());
    ASSERT_TRUE(writer.add("i", DType::kI64, {2}, bytes_of("12345678abcdefgh")).has_value());
    ASSERT_TRUE(writer.add("none", DType::kF32, {0, 5}, {}).has_value());
    ASSERT_TRUE(writer.add_f32("f32", {2, 2}, values).has_value());
    ASSERT_TRUE(writer.add_f32("f16", {4}, values, DType::kF16).has_value());
    ASSERT_TRUE(writer.add_f32("bf16", {4, 1}, values, DType::kBF16).has_value());
    auto folder = util::AtomicDir::begin(*fs_, path("out"));
    ASSERT_TRUE(folder.has_value());
    ASSERT_TRUE(writer.save(*folder, "w.safetensors").has_value());
    ASSERT_TRUE(folder->commit().has_value());

    const auto file = SafetensorsFile::open(path("out/w.safetensors"));
    ASSERT_TRUE(file.has_value()) << to_string(file.error());
    EXPECT_EQ(file->metadata().at("format"), "pt");
    EXPECT_EQ(file->entries().size(), 6U);
    for (const char* name : {"f32", "f16", "bf16"}) {
        std::vector<float> back(4);
        ASSERT_TRUE(file->read_f32(*file->find(name), back).has_value());
        EXPECT_THAT(back, ElementsAre(1.0F, -0.5F, 2.0F, 1024.0F)) << name;
    }
    std::string text(16, '\0');
    ASSERT_TRUE(file->read_into(*file->find("i"), text.data()).has_value());
    EXPECT_EQ(text, "12345678abcdefgh");
    for (const TensorEntry& entry : file->entries()) {
        EXPECT_EQ(entry.offset % dtype_bytes(entry.dtype), 0U) << entry.name;
    }
    EXPECT_THAT(file->find("none")->shape, ElementsAre(0, 5));
}

TEST_F(SafetensorsWriting, GivesTheSameBytesInAnyOrderOfAdding) {
    const std::array<float, 2> values{1.0F, 2.0F};
    std::array<MemoryFile, 2> files;
    for (int turn = 0; turn < 2; ++turn) {
        SafetensorsWriter writer;
        for (int i = 0; i < 3; ++i) {
            const int index = turn == 0 ? i : 2 - i;
            ASSERT_TRUE(writer.add_f32(std::string(1, static_cast<char>('a' + index)), {2}, values)
                            .has_value());
        }
        ASSERT_TRUE(writer.write(files[static_cast<std::size_t>(turn)]).has_value());
    }
    EXPECT_EQ(files[0].bytes(), files[1].bytes());
}

TEST_F(SafetensorsWriting, PassesOnAFullDiskWhereverItHappens) {
    const std::vector<float> values(300'000, 1.0F);
    SafetensorsWriter writer;
    ASSERT_TRUE(writer.add_f32("long", {300'000}, values, DType::kF16).has_value());
    for (const std::size_t room : {0U, 8U, 100U, 550'000U, 600'063U}) {
        MemoryFile file(room);
        const util::Status status = writer.write(file);
        ASSERT_FALSE(status.has_value()) << room;
        EXPECT_EQ(status.error().code, ErrorCode::kDiskFull);
    }
    MemoryFile file(600'200);
    EXPECT_TRUE(writer.write(file).has_value());
}

TEST_F(SafetensorsWriting, RefusesNamesAndShapesThatNoReaderWouldTake) {
    SafetensorsWriter writer;
    const std::array<float, 2> values{1.0F, 2.0F};
    ASSERT_TRUE(writer.add_f32("good", {2}, values).has_value());
    const std::vector<std::pair<std::string, std::vector<std::int64_t>>> bad{
        {"", {2}},
        {"__metadata__", {2}},
        {std::string(513, 'n'), {2}},
        {"\xFF", {2}},
        {"a\nb", {2}},
        {"good", {2}},
        {"x", {-2}},
        {"x", {3}},
        {"x", {}},
        {"x", {1LL << 62, 4}}};
    for (const auto& [name, shape] : bad) {
        const util::Status status = writer.add_f32(name, shape, values);
        ASSERT_FALSE(status.has_value()) << name;
        EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    }
    EXPECT_FALSE(writer.add_f32("x", {2}, values, DType::kI64).has_value());
    EXPECT_FALSE(writer.add("x", DType::kU8, {2}, bytes_of("abc")).has_value());
}

}  // namespace
}  // namespace veritune::model
