// SPDX-License-Identifier: Apache-2.0
#include "core/data/dataset.h"

#include "core/data/jsonl.h"
#include "core/util/hash.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace veritune::data {

namespace {

constexpr std::uint64_t kMaxDatasetBytes = std::uint64_t{4} << 30;

util::Error at_line(util::Error error, std::int64_t line) {
    error.code = util::ErrorCode::kCorruptData;
    error.context = "line " + std::to_string(line);
    return error;
}

}  // namespace

std::string dataset_hash(const std::vector<Problem>& problems) {
    std::vector<const Problem*> order;
    order.reserve(problems.size());
    for (const Problem& problem : problems) order.push_back(&problem);
    std::stable_sort(order.begin(), order.end(), [](const Problem* a, const Problem* b) {
        return a->id < b->id;
    });
    util::Sha256 hash;
    for (const Problem* problem : order) {
        hash.update(util::canonical_json(problem_to_json(*problem)));
        hash.update("\n");
    }
    return hash.hex();
}

void split_by_hash(std::vector<Problem>& problems, int val_percent, int test_percent) {
    VT_CHECK(val_percent >= 0 && test_percent >= 0 && val_percent + test_percent <= 90);
    for (Problem& problem : problems) problem.split = split_of(problem, val_percent, test_percent);
}

Split split_of(const Problem& problem, int val_percent, int test_percent) {
    const std::string hash = prompt_hash(problem);
    const int bucket = static_cast<int>(std::stoul(hash.substr(0, 8), nullptr, 16) % 100);
    if (bucket < val_percent) return Split::kVal;
    return bucket < val_percent + test_percent ? Split::kTest : Split::kTrain;
}

util::Result<std::vector<Problem>> load_dataset(util::FileSystem& fs, const std::string& path) {
    VT_ASSIGN(const std::string bytes, fs.read(path, kMaxDatasetBytes));
    std::vector<Problem> problems;
    std::unordered_set<std::string> ids;
    std::int64_t number = 0;
    for (std::size_t begin = 0; begin < bytes.size();) {
        std::size_t end = bytes.find('\n', begin);
        if (end == std::string::npos) end = bytes.size();
        const std::string_view line(bytes.data() + begin, end - begin);
        begin = end + 1;
        ++number;
        if (is_blank_line(line)) continue;
        util::Result<util::Json> row = parse_jsonl_row(line);
        if (!row) return at_line(row.error(), number);
        util::Result<Problem> problem = problem_from_json(*row);
        if (!problem) return at_line(problem.error(), number);
        if (!ids.insert(problem->id).second) {
            return at_line(util::fail(util::ErrorCode::kCorruptData, "row: id is repeated"),
                           number);
        }
        problems.push_back(std::move(problem).value());
    }
    return problems;
}

util::Status save_dataset(util::FileSystem& fs,
                          const std::string& path,
                          const std::vector<Problem>& problems) {
    std::string bytes;
    for (const Problem& problem : problems) {
        bytes += util::canonical_json(problem_to_json(problem));
        bytes += '\n';
    }
    return util::atomic_write(fs, path, bytes);
}

}  // namespace veritune::data
