// SPDX-License-Identifier: Apache-2.0
#include "core/quant/quantize_model.h"

#include "core/quant/kv_layers.h"
#include "core/quant/layer_import.h"
#include "core/quant/model_writer.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <new>
#include <optional>
#include <utility>

namespace veritune::quant {
namespace {

using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

constexpr std::uint64_t kMaxSmallFile = 256ULL << 20;
constexpr std::uint64_t kSpareDisk = 64ULL << 20;
constexpr std::array<const char*, 9> kCopied{"tokenizer.json",
                                             "tokenizer_config.json",
                                             "special_tokens_map.json",
                                             "added_tokens.json",
                                             "generation_config.json",
                                             "vocab.json",
                                             "merges.txt",
                                             "chat_template.jinja",
                                             "chat_template.json"};

std::string gigabytes(std::uint64_t bytes) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f GB", static_cast<double>(bytes) * 1e-9);
    return text.data();
}

/// What programs may still take, as Linux says; nullopt elsewhere.
std::optional<std::uint64_t> available_memory(util::FileSystem& fs) {
    const Result<std::string> text = fs.read("/proc/meminfo", 1 << 16);
    if (!text) return std::nullopt;
    const std::size_t at = text->find("MemAvailable:");
    if (at == std::string::npos) return std::nullopt;
    return 1024 * std::strtoull(text->c_str() + at + 13, nullptr, 10);
}

Status check_memory(util::FileSystem& fs, std::uint64_t needed) {
    const std::optional<std::uint64_t> there = available_memory(fs);
    if (!there || *there >= needed) return {};
    return fail(ErrorCode::kOutOfMemory,
                "quantising this model takes " + gigabytes(needed) + " of memory, " +
                    gigabytes(needed - *there) +
                    " more than is free; close other programs or take a smaller model");
}

Status check_disk(util::FileSystem& fs, const std::string& destination, std::uint64_t needed) {
    const Result<std::uint64_t> there = fs.free_bytes(util::parent_path(destination));
    if (!there || *there >= needed) return {};
    return fail(ErrorCode::kDiskFull,
                "the quantised model takes " + gigabytes(needed) + " of disk, " +
                    gigabytes(needed - *there) +
                    " more than is free; choose a destination on another disk",
                destination);
}

/// A part whose file is being hashed and written while the next one is quantised.
struct InFlight {
    std::future<Result<FileRecord>> record;
    PartError error;
    bool kv_bf16 = false;
};

class Job {
  public:
    Job(util::FileSystem& fs,
        Quantiser& quantiser,
        const QuantizeOptions& options,
        WeightSource source)
        : fs_(fs),
          quantiser_(quantiser),
          options_(options),
          source_(std::move(source)),
          layout_(model_layout(source_.config(), source_.scheme())) {
        total_ = count_weights();
    }

    Result<QuantizeResult> run() {
        VT_TRY(check_memory(fs_, import_memory(source_, layout_)));
        VT_ASSIGN(ModelWriter writer,
                  ModelWriter::begin(fs_,
                                     options_.destination,
                                     source_.stamp_text() + " " + std::string(kLayoutName) + " " +
                                         std::to_string(kQuantiserVersion)));
        Result<QuantizeResult> result = write_all(writer);
        if (!result && result.error().code != ErrorCode::kCancelled) writer.discard();
        return result;
    }

  private:
    std::int64_t count_weights() const {
        const model::ModelConfig& c = source_.config();
        std::int64_t layer = 0;
        for (const model::LinearSpec& linear : model::layer_linears(c)) {
            layer += linear.out_features * linear.in_features;
        }
        return c.num_hidden_layers * layer + 2 * c.vocab_size * c.hidden_size;
    }

    bool go_on(std::int64_t weights) {
        done_ += weights;
        if (!options_.go_on) return true;
        return options_.go_on({.part = part_, .weights_done = done_, .weights_total = total_});
    }
    GoOn callback() {
        return [this](std::int64_t weights) { return go_on(weights); };
    }

    Result<QuantizeResult> write_all(ModelWriter& writer) {
        QuantizeResult result;
        std::uint64_t missing = kSpareDisk;
        for (const FileLayout& file : layout_) {
            if (writer.find(file.name) == nullptr) missing += file.bytes;
        }
        VT_TRY(check_disk(fs_, options_.destination, missing));
        for (std::size_t i = 0; i < layout_.size(); ++i) {
            if (writer.find(layout_[i].name) != nullptr) {
                ++result.kept;
                done_ += weights_of(i);
                continue;
            }
            Status written = write_part(writer, i);
            if (!written) {
                // What is complete is kept for the next call.
                static_cast<void>(settle(writer));
                return written.error();
            }
        }
        VT_TRY(settle(writer));
        VT_TRY(source_.check_unchanged());
        VT_TRY(finish(writer, result));
        return result;
    }

    std::int64_t weights_of(std::size_t part) const {
        const model::ModelConfig& c = source_.config();
        const std::int64_t ends = c.vocab_size * c.hidden_size;
        if (part == 0 || part + 1 == layout_.size()) return ends;
        return (total_ - 2 * ends) / c.num_hidden_layers;
    }

    /// Part 0 is the embedding, the last one the head.
    Status write_part(ModelWriter& writer, std::size_t index) {
        const FileLayout& file = layout_[index];
        if (index == 0) {
            part_ = "embedding";
            return write_embedding(writer, file);
        }
        const bool head = index + 1 == layout_.size();
        part_ = head ? "head" : "layer " + std::to_string(index - 1);
        VT_ASSIGN(AlignedBuffer buffer, AlignedBuffer::make(file.bytes));
        Result<PartError> error =
            head ? import_head(source_, quantiser_, file, buffer.data(), callback())
                 : import_layer(source_,
                                quantiser_,
                                static_cast<std::int64_t>(index) - 1,
                                file,
                                buffer.data(),
                                callback());
        if (!error) return error.error();
        const bool kv_bf16 =
            !head &&
            layer_keeps_bf16_kv(source_.config(),
                                layer_at(source_.config(), file, source_.scheme(), buffer.data()));
        VT_TRY(source_.check_unchanged());
        VT_TRY(settle(writer));
        auto shared = std::make_shared<AlignedBuffer>(std::move(buffer));
        in_flight_.emplace(InFlight{
            .record = std::async(std::launch::async,
                                 [&writer, name = file.name, shared]() -> Result<FileRecord> {
                                     VT_ASSIGN(HashedFile to, writer.create(name));
                                     VT_TRY(to.write(shared->span()));
                                     return to.finish();
                                 }),
            .error = std::move(*error),
            .kv_bf16 = kv_bf16});
        return {};
    }

    Status write_embedding(ModelWriter& writer, const FileLayout& file) {
        VT_ASSIGN(HashedFile to, writer.create(file.name));
        std::uint64_t bytes = 0;
        VT_TRY(import_embedding(
            source_,
            [&](std::span<const std::byte> piece) {
                bytes += piece.size();
                return to.write(piece);
            },
            callback()));
        const std::vector<std::byte> padding(static_cast<std::size_t>(file.bytes - bytes));
        VT_TRY(to.write(padding));
        VT_ASSIGN(FileRecord record, to.finish());
        return writer.record({.record = std::move(record), .error = {.name = "embedding"}});
    }

    /// Waits for the file under way and enters it into the journal.
    Status settle(ModelWriter& writer) {
        if (!in_flight_) return {};
        InFlight part = std::move(*in_flight_);
        in_flight_.reset();
        Result<FileRecord> record = part.record.get();
        if (!record) return record.error();
        return writer.record({.record = std::move(*record),
                              .error = std::move(part.error),
                              .kv_bf16 = part.kv_bf16});
    }

    Status finish(ModelWriter& writer, QuantizeResult& result) {
        Manifest& m = result.manifest;
        m.scheme = source_.scheme();
        m.source_name = util::base_name(options_.source);
        m.source_fingerprint = source_.fingerprint();
        m.source_dtype = model::dtype_name(source_.config().dtype);
        for (const FileLayout& file : layout_) {
            const WrittenFile* written = writer.find(file.name);
            VT_CHECK(written != nullptr);
            m.files.push_back(written->record);
            result.bytes += written->record.bytes;
            if (file.name != "embedding.bin") m.errors.push_back(written->error);
            // File 0 is the embedding, so the layer's number is one less than the file's.
            const auto layer = static_cast<std::int64_t>(m.files.size()) - 2;
            if (written->kv_bf16) m.kv_bf16_layers.push_back(layer);
        }
        VT_ASSIGN(FileRecord config, writer.write_small("config.json", source_.config_text()));
        m.copied.push_back(std::move(config));
        for (const char* name : kCopied) {
            const Result<std::string> text =
                fs_.read(util::join_path(options_.source, name), kMaxSmallFile);
            if (!text && text.error().code == ErrorCode::kNotFound) continue;
            if (!text) return text.error();
            VT_ASSIGN(FileRecord record, writer.write_small(name, *text));
            m.copied.push_back(std::move(record));
        }
        result.source_bytes = source_.weights().total_bytes();
        return writer.finish(manifest_text(m, layout_));
    }

    util::FileSystem& fs_;
    Quantiser& quantiser_;
    const QuantizeOptions& options_;
    WeightSource source_;
    std::vector<FileLayout> layout_;
    std::int64_t total_ = 0;
    std::int64_t done_ = 0;
    std::string part_;
    std::optional<InFlight> in_flight_;
};

}  // namespace

Result<QuantizeResult> quantize_model(util::FileSystem& fs,
                                      Quantiser& quantiser,
                                      const QuantizeOptions& options) {
    try {
        VT_ASSIGN(WeightSource source, WeightSource::open(fs, options.source));
        return Job(fs, quantiser, options, std::move(source)).run();
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::kOutOfMemory,
                    "memory ran out while the model was quantised; close other programs and start "
                    "the same command again");
    }
}

}  // namespace veritune::quant
