// SPDX-License-Identifier: Apache-2.0
#include "core/model/safetensors.h"

#include "core/util/rng.h"
#include "tests/model/model_test_support.h"

#include <gmock/gmock.h>

#include <cmath>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace veritune::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using util::ErrorCode;

class Safetensors : public ModelFilesTest {
  protected:
    util::Result<SafetensorsFile> open_bytes(std::string_view bytes) {
        put("x.safetensors", bytes);
        return SafetensorsFile::open(path("x.safetensors"));
    }
};

constexpr std::string_view kTwoTensors =
    R"({"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},"a":{"dtype":"U8","shape":[2,2],"data_offsets":[0,4]}})";

std::string floats(const std::vector<float>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * 4};
}

TEST_F(Safetensors, ReadsEntriesSortedByNameAndTheirBytes) {
    const auto file = open_bytes(safetensors_bytes(kTwoTensors, "wxyz" + floats({1.5F, -2.0F})));
    ASSERT_TRUE(file.has_value()) << to_string(file.error());
    ASSERT_EQ(file->entries().size(), 2U);
    EXPECT_EQ(file->entries()[0].name, "a");
    EXPECT_THAT(file->entries()[0].shape, ElementsAre(2, 2));
    EXPECT_EQ(file->entries()[0].dtype, DType::kU8);
    EXPECT_EQ(file->entries()[1].elements(), 2U);
    EXPECT_EQ(file->find("c"), nullptr);
    EXPECT_EQ(file->find(""), nullptr);

    std::string bytes(4, '\0');
    ASSERT_TRUE(file->read_into(*file->find("a"), bytes.data()).has_value());
    EXPECT_EQ(bytes, "wxyz");
    std::vector<float> values(2);
    ASSERT_TRUE(file->read_f32(*file->find("b"), values).has_value());
    EXPECT_THAT(values, ElementsAre(1.5F, -2.0F));
    std::array<std::byte, 2> middle{};
    ASSERT_TRUE(file->read_range(*file->find("a"), 1, middle).has_value());
    EXPECT_EQ(middle[0], std::byte{'x'});
    EXPECT_EQ(middle[1], std::byte{'y'});
}

TEST_F(Safetensors, AcceptsMetadataPaddingScalarsAndEmptyTensors) {
    const std::string header =
        R"({"__metadata__":{"format":"pt","note":"é"},"e":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]},)"
        R"("s":{"dtype":"F32","shape":[],"data_offsets":[0,4]},)"
        R"("z":{"dtype":"F32","shape":[3,0],"data_offsets":[4,4]}}   )";
    const auto file = open_bytes(safetensors_bytes(header, floats({7.0F})));
    ASSERT_TRUE(file.has_value()) << to_string(file.error());
    EXPECT_EQ(file->metadata().at("format"), "pt");
    EXPECT_EQ(file->metadata().at("note"), "é");
    std::vector<float> scalar(1);
    ASSERT_TRUE(file->read_f32(*file->find("s"), scalar).has_value());
    EXPECT_EQ(scalar[0], 7.0F);
    EXPECT_TRUE(file->read_f32(*file->find("e"), {}).has_value());
    EXPECT_TRUE(file->read_into(*file->find("z"), nullptr).has_value());
}

TEST_F(Safetensors, AcceptsAFileWithoutTensors) {
    const auto file = open_bytes(safetensors_bytes("{}", ""));
    ASSERT_TRUE(file.has_value()) << to_string(file.error());
    EXPECT_TRUE(file->entries().empty());
}

TEST_F(Safetensors, ReadsHalfPrecisionExactly) {
    const std::string header =
        R"({"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"i":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}})";
    const std::uint16_t data[] = {0x3C00, 0x0001, 0x3F80, 0xC0A0};
    const auto file = open_bytes(
        safetensors_bytes(header, std::string_view(reinterpret_cast<const char*>(data), 8)));
    ASSERT_TRUE(file.has_value());
    std::vector<float> values(2);
    ASSERT_TRUE(file->read_f32(*file->find("h"), values).has_value());
    EXPECT_THAT(values, ElementsAre(1.0F, std::ldexp(1.0F, -24)));
    ASSERT_TRUE(file->read_f32(*file->find("i"), values).has_value());
    EXPECT_THAT(values, ElementsAre(1.0F, -5.0F));
}

TEST_F(Safetensors, ConvertsTensorsLongerThanOneChunk) {
    const std::size_t count = (1 << 20) + 3;  // 2 MiB and 6 bytes of F16
    std::string data;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint16_t bits = f32_to_f16(static_cast<float>(i % 2048));
        data.append(reinterpret_cast<const char*>(&bits), 2);
    }
    const std::string size = std::to_string(count);
    const std::string header = R"({"t":{"dtype":"F16","shape":[)" + size +
                               R"(],"data_offsets":[0,)" + std::to_string(2 * count) + "]}}";
    const auto file = open_bytes(safetensors_bytes(header, data));
    ASSERT_TRUE(file.has_value());
    std::vector<float> values(count);
    ASSERT_TRUE(file->read_f32(*file->find("t"), values).has_value());
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(values[i], static_cast<float>(i % 2048));
}

TEST_F(Safetensors, RefusesNanAndInfinityWhenAsked) {
    for (const float bad : {std::nanf(""), HUGE_VALF, -HUGE_VALF}) {
        const auto file = open_bytes(safetensors_bytes(kTwoTensors, "wxyz" + floats({1.0F, bad})));
        ASSERT_TRUE(file.has_value());
        std::vector<float> values(2);
        EXPECT_TRUE(file->read_f32(*file->find("b"), values, FiniteCheck::kSkip).has_value());
        const util::Status status = file->read_f32(*file->find("b"), values);
        ASSERT_FALSE(status.has_value());
        EXPECT_EQ(status.error().code, ErrorCode::kCorruptData);
        EXPECT_THAT(status.error().message, HasSubstr("'b'"));
        EXPECT_THAT(status.error().message, HasSubstr("element 1"));
    }
}

TEST_F(Safetensors, DoesNotReadIntegersAsWeights) {
    const auto file = open_bytes(safetensors_bytes(kTwoTensors, "wxyz" + floats({1.0F, 2.0F})));
    ASSERT_TRUE(file.has_value());
    std::vector<float> values(4);
    const util::Status status = file->read_f32(*file->find("a"), values);
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::kUnsupported);
}

TEST_F(Safetensors, SaysWhenTheFileShrinksAfterOpening) {
    const auto file = open_bytes(safetensors_bytes(kTwoTensors, "wxyz" + floats({1.0F, 2.0F})));
    ASSERT_TRUE(file.has_value());
    ASSERT_EQ(::truncate(path("x.safetensors").c_str(), 8 + kTwoTensors.size() + 6), 0);
    std::vector<float> values(2);
    const util::Status status = file->read_f32(*file->find("b"), values);
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::kCorruptData);
    EXPECT_THAT(status.error().message, HasSubstr("model file changed"));
}

TEST_F(Safetensors, OpensRegularFilesOnlyAndNeverThroughALink) {
    put("real.safetensors", safetensors_bytes("{}", ""));
    ASSERT_EQ(::symlink("real.safetensors", path("link.safetensors").c_str()), 0);
    ASSERT_EQ(::mkfifo(path("pipe.safetensors").c_str(), 0600), 0);
    const auto link = SafetensorsFile::open(path("link.safetensors"));
    ASSERT_FALSE(link.has_value());
    EXPECT_EQ(link.error().code, ErrorCode::kPermissionDenied);
    EXPECT_THAT(link.error().message, HasSubstr("link"));
    for (const char* name : {"pipe.safetensors", "."}) {
        const auto special = SafetensorsFile::open(path(name));
        ASSERT_FALSE(special.has_value()) << name;
        EXPECT_EQ(special.error().code, ErrorCode::kCorruptData);
    }
    const auto missing = SafetensorsFile::open(path("none.safetensors"));
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

TEST_F(Safetensors, MovesKeepTheFileOpen) {
    auto first = open_bytes(safetensors_bytes(kTwoTensors, "wxyz" + floats({3.0F, 4.0F})));
    ASSERT_TRUE(first.has_value());
    auto second = open_bytes(safetensors_bytes("{}", ""));
    ASSERT_TRUE(second.has_value());
    SafetensorsFile moved = std::move(*first);
    *second = std::move(moved);
    std::vector<float> values(2);
    put("x.safetensors",
        "gone");  // truncates the file behind the descriptor: proves that it is still that file
    EXPECT_FALSE(second->read_f32(*second->find("b"), values).has_value());
}

TEST_F(Safetensors, ThreadsReadTheSameFileAtOnce) {
    const auto file = open_bytes(safetensors_bytes(kTwoTensors, "wxyz" + floats({3.0F, 4.0F})));
    ASSERT_TRUE(file.has_value());
    std::vector<int> good(4, 0);
    std::vector<std::thread> threads;
    for (int& count : good) {
        threads.emplace_back([&file, &count] {
            for (int i = 0; i < 200; ++i) {
                std::vector<float> values(2);
                if (file->read_f32(*file->find("b"), values).has_value() && values[1] == 4.0F)
                    ++count;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_THAT(good, ::testing::Each(200));
}

struct BadFile {
    const char* symptom;
    std::string bytes;
    ErrorCode code;
    const char* message;
};

std::string one(std::string_view entry, std::string_view data) {
    return safetensors_bytes("{\"t\":" + std::string(entry) + "}", data);
}

std::vector<BadFile> bad_files() {
    using enum ErrorCode;
    const std::string eight(8, 'x');
    const std::string good = R"({"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
    const std::string rank17 = "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]";
    return {
        {"empty file", "", kCorruptData, "0 bytes"},
        {"shorter than the length", "1234567", kCorruptData, "7 bytes"},
        {"length of zero", safetensors_bytes("{}", "", 0), kCorruptData, "claims 0"},
        {"length of one", safetensors_bytes("{}", "", 1), kCorruptData, "claims 1"},
        {"length beyond the file", safetensors_bytes("{}", "", 3), kCorruptData, "claims 3"},
        {"length above the cap",
         safetensors_bytes("{}", "", 100'000'001),
         kCorruptData,
         "100000001"},
        {"length of all ones",
         safetensors_bytes("{}", "", ~0ULL),
         kCorruptData,
         "18446744073709551615"},
        {"length that wraps", safetensors_bytes("{}", "", ~0ULL - 7), kCorruptData, "claims"},
        {"length too small", safetensors_bytes(good, eight, good.size() - 1), kCorruptData, "JSON"},
        {"truncated header", safetensors_bytes(good.substr(0, 30), ""), kCorruptData, "JSON"},
        {"truncated data", safetensors_bytes(good, "1234567"), kCorruptData, "end of the file"},
        {"data after the last tensor", safetensors_bytes(good, eight + "x"), kCorruptData, "9"},
        {"not an object", safetensors_bytes("[]", ""), kCorruptData, "object"},
        {"starts with a space", safetensors_bytes(" {}", ""), kCorruptData, "object"},
        {"text after the object", safetensors_bytes("{}x", ""), kCorruptData, "JSON"},
        {"bad UTF-8 in a name", safetensors_bytes("{\"\xFF\":1}", ""), kCorruptData, "UTF-8"},
        {"NaN as a size",
         one(R"({"dtype":"F32","shape":[NaN],"data_offsets":[0,8]})", eight),
         kCorruptData,
         "JSON"},
        {"nested too deep",
         safetensors_bytes(std::string("{\"t\":") + std::string(64, '['), ""),
         kCorruptData,
         "deep"},
        {"duplicate tensor",
         safetensors_bytes(R"({"t":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                           R"("t":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})",
                           eight),
         kCorruptData,
         "twice"},
        {"duplicate key in a tensor",
         one(R"({"dtype":"F32","dtype":"F16","shape":[2],"data_offsets":[0,8]})", eight),
         kCorruptData,
         "twice"},
        {"tensor is no object", one("7", ""), kCorruptData, "needs exactly"},
        {"dtype missing",
         one(R"({"shape":[2],"data_offsets":[0,8]})", eight),
         kCorruptData,
         "needs exactly"},
        {"shape missing",
         one(R"({"dtype":"F32","data_offsets":[0,8]})", eight),
         kCorruptData,
         "needs exactly"},
        {"offsets missing",
         one(R"({"dtype":"F32","shape":[2]})", eight),
         kCorruptData,
         "needs exactly"},
        {"unknown key",
         one(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1})", eight),
         kCorruptData,
         "needs exactly"},
        {"dtype is a number",
         one(R"({"dtype":1,"shape":[2],"data_offsets":[0,8]})", eight),
         kCorruptData,
         "needs exactly"},
        {"unknown dtype",
         one(R"({"dtype":"F4","shape":[2],"data_offsets":[0,8]})", eight),
         kUnsupported,
         "'F4'"},
        {"shape is a number",
         one(R"({"dtype":"F32","shape":2,"data_offsets":[0,8]})", eight),
         kCorruptData,
         "shape"},
        {"rank 17",
         one(R"({"dtype":"U8","shape":)" + rank17 + R"(,"data_offsets":[0,1]})", "x"),
         kCorruptData,
         "shape"},
        {"negative size",
         one(R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})", eight),
         kCorruptData,
         "whole"},
        {"two negative sizes",
         one(R"({"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]})", eight),
         kCorruptData,
         "whole"},
        {"fraction as a size",
         one(R"({"dtype":"F32","shape":[2.0],"data_offsets":[0,8]})", eight),
         kCorruptData,
         "whole"},
        {"text as a size",
         one(R"({"dtype":"F32","shape":["2"],"data_offsets":[0,8]})", eight),
         kCorruptData,
         "whole"},
        {"size of 2^63",
         one(R"({"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,8]})", eight),
         kCorruptData,
         "whole"},
        {"size beyond 64 bits",
         one(R"({"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,8]})", eight),
         kCorruptData,
         "64 bits"},
        {"product that wraps to 8",
         one(R"({"dtype":"F32","shape":[4611686018427387904,4,2],"data_offsets":[0,8]})", eight),
         kCorruptData,
         "memory"},
        {"product times the element size wraps",
         one(R"({"dtype":"F64","shape":[2305843009213693953],"data_offsets":[0,8]})", eight),
         kCorruptData,
         "memory"},
        {"offsets are no pair",
         one(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8,8]})", eight),
         kCorruptData,
         "data_offsets"},
        {"offsets are texts",
         one(R"({"dtype":"F32","shape":[2],"data_offsets":["0","8"]})", eight),
         kCorruptData,
         "data_offsets"},
        {"negative offset",
         one(R"({"dtype":"F32","shape":[2],"data_offsets":[-8,0]})", eight),
         kCorruptData,
         "data_offsets"},
        {"end before begin",
         one(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})", eight),
         kCorruptData,
         "fit"},
        {"range too short",
         one(R"({"dtype":"F32","shape":[2],"data_offsets":[0,7]})", "1234567"),
         kCorruptData,
         "fit"},
        {"range beyond the file",
         one(R"({"dtype":"F32","shape":[3],"data_offsets":[0,12]})", eight),
         kCorruptData,
         "end of the file"},
        {"range at the end of 64 bits",
         one(R"({"dtype":"U8","shape":[1],"data_offsets":[18446744073709551614,18446744073709551615]})",
             ""),
         kCorruptData,
         "hole"},
        {"hole at the start",
         one(R"({"dtype":"U8","shape":[7],"data_offsets":[1,8]})", eight),
         kCorruptData,
         "hole"},
        {"hole in the middle",
         safetensors_bytes(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},)"
                           R"("b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})",
                           eight),
         kCorruptData,
         "hole"},
        {"overlap",
         safetensors_bytes(R"({"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]},)"
                           R"("b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})",
                           eight),
         kCorruptData,
         "overlaps"},
        {"same range twice",
         safetensors_bytes(R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},)"
                           R"("b":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})",
                           eight),
         kCorruptData,
         "overlaps"},
        {"empty tensor inside another",
         safetensors_bytes(R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},)"
                           R"("b":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}})",
                           eight),
         kCorruptData,
         "overlaps"},
        {"metadata is no object",
         safetensors_bytes(R"({"__metadata__":[]})", ""),
         kCorruptData,
         "__metadata__"},
        {"metadata value is a number",
         safetensors_bytes(R"({"__metadata__":{"a":1}})", ""),
         kCorruptData,
         "__metadata__"},
        {"name of zero bytes",
         safetensors_bytes(R"({"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})", ""),
         kCorruptData,
         "name"},
        {"name of 513 bytes",
         safetensors_bytes("{\"" + std::string(513, 'n') +
                               R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
                           ""),
         kCorruptData,
         "512"},
    };
}

TEST_F(Safetensors, RefusesEveryBrokenFileWithOneSentence) {
    for (const BadFile& bad : bad_files()) {
        const auto file = open_bytes(bad.bytes);
        ASSERT_FALSE(file.has_value()) << bad.symptom;
        EXPECT_EQ(file.error().code, bad.code) << bad.symptom << ": " << file.error().message;
        EXPECT_THAT(file.error().message, HasSubstr(bad.message)) << bad.symptom;
        EXPECT_THAT(file.error().message, HasSubstr("x.safetensors")) << bad.symptom;
    }
}

TEST_F(Safetensors, RefusesEveryTruncationOfAGoodFile) {
    const std::string good = safetensors_bytes(kTwoTensors, "wxyz" + floats({1.0F, 2.0F}));
    ASSERT_TRUE(open_bytes(good).has_value());
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_FALSE(open_bytes(std::string_view(good).substr(0, size)).has_value()) << size;
    }
}

std::string many_tensors(int count) {
    std::string header = "{";
    for (int i = 0; i < count; ++i) {
        if (i > 0) header += ',';
        header += '"' + std::to_string(i) + R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
    }
    return header + "}";
}

TEST_F(Safetensors, HoldsAtMostAHundredThousandTensors) {
    EXPECT_TRUE(parse_safetensors_header(many_tensors(100'000), 0, "x").has_value());
    const auto header = parse_safetensors_header(many_tensors(100'001), 0, "x");
    ASSERT_FALSE(header.has_value());
    EXPECT_EQ(header.error().code, ErrorCode::kCorruptData);
    EXPECT_THAT(header.error().message, HasSubstr("100,000"));
}

TEST_F(Safetensors, MessagesNeverCarryControlCharactersOfTheFile) {
    EXPECT_EQ(shown("a\n\x1b[31m'\xC3\xA9"), "'a\?\?[31m\?\?\?'");
    EXPECT_EQ(shown(std::string(200, 'x')).size(), 96U + 5U);
}

/// What must hold whenever bytes are accepted.
void check_accepted(const SafetensorsHeader& header, std::uint64_t data_bytes) {
    std::uint64_t total = 0;
    std::set<std::string> names;
    for (const TensorEntry& entry : header.entries) {
        ASSERT_TRUE(names.insert(entry.name).second);
        ASSERT_LE(entry.name.size(), kMaxTensorNameBytes);
        ASSERT_LE(entry.offset, data_bytes);
        ASSERT_LE(entry.bytes, data_bytes - entry.offset);
        std::uint64_t elements = 1;
        for (const std::int64_t size : entry.shape) elements *= static_cast<std::uint64_t>(size);
        ASSERT_EQ(elements, entry.elements());
        total += entry.bytes;
    }
    ASSERT_EQ(total, data_bytes);
}

void mutate(std::string& bytes, util::Rng& rng) {
    constexpr std::string_view kBytes =
        "0123456789-+.eE{}[]\":,\\ \0\xFF\x80"
        "FUB_ab";
    const std::size_t edits = 1 + rng.below(4);
    for (std::size_t i = 0; i < edits && !bytes.empty(); ++i) {
        const std::size_t at = rng.below(bytes.size());
        switch (rng.below(5)) {
            case 0:
                bytes[at] = static_cast<char>(rng.below(256));
                break;
            case 1:
                bytes[at] = kBytes[rng.below(kBytes.size())];
                break;
            case 2:
                bytes.insert(at, 1, kBytes[rng.below(kBytes.size())]);
                break;
            case 3:
                bytes.erase(at, 1 + rng.below(3));
                break;
            default:
                bytes.insert(at, bytes.substr(rng.below(bytes.size()), rng.below(40)));
                break;
        }
    }
}

TEST_F(Safetensors, SurvivesTwentyThousandMutations) {
    const std::vector<std::string> seeds{
        safetensors_bytes(kTwoTensors, std::string(12, 'd')),
        safetensors_bytes(
            R"({"__metadata__":{"format":"pt"},"t":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]}})",
            std::string(12, 'd')),
        safetensors_bytes("{}", "")};
    util::Rng rng(20'000, util::RngStream::kTest);
    int accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes = seeds[rng.below(seeds.size())];
        mutate(bytes, rng);
        if (bytes.size() < 8) continue;
        std::array<std::byte, 8> prefix{};
        std::memcpy(prefix.data(), bytes.data(), 8);
        // Half of the time the length is repaired, so that the header's own rules are reached.
        std::uint64_t length = std::min<std::uint64_t>(bytes.size() - 8, kTwoTensors.size());
        if (rng.below(2) == 0) std::memcpy(prefix.data(), &length, 8);
        const auto checked = checked_header_bytes(prefix, bytes.size(), "x");
        if (!checked) continue;
        const std::uint64_t data_bytes = bytes.size() - 8 - *checked;
        const auto header =
            parse_safetensors_header(std::string_view(bytes).substr(8, *checked), data_bytes, "x");
        if (!header) {
            ASSERT_FALSE(header.error().message.empty());
            continue;
        }
        ++accepted;
        check_accepted(*header, data_bytes);
        if (HasFatalFailure()) FAIL() << "iteration " << i;
    }
    EXPECT_GT(accepted, 100) << "the mutations are too wild to test anything behind the JSON";
}

TEST_F(Safetensors, ReadsWhatTransformersWrote) {
    const auto file = SafetensorsFile::open(golden_folder("mistral") + "/model.safetensors");
    ASSERT_TRUE(file.has_value()) << to_string(file.error());
    EXPECT_EQ(file->metadata().at("format"), "pt");
    EXPECT_EQ(file->entries().size(), 21U);
    for (const TensorEntry& entry : file->entries()) {
        EXPECT_EQ(entry.dtype, DType::kBF16);
        std::vector<float> values(entry.elements());
        EXPECT_TRUE(file->read_f32(entry, values).has_value()) << entry.name;
    }
}

}  // namespace
}  // namespace veritune::model
