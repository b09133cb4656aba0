// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fault_file_system.h"

#include "core/util/rng.h"

#include <algorithm>
#include <utility>

namespace veritune::test {

using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

namespace {

constexpr std::size_t kBlock = 4096;

std::vector<std::string> components(const std::string& path) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (begin < path.size()) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        std::string part = path.substr(begin, end - begin);
        if (!part.empty() && part != ".") parts.push_back(std::move(part));
        begin = end + 1;
    }
    return parts;
}

}  // namespace

struct FaultFileSystem::Node {
    bool is_directory = false;
    bool sync_failed = false;
    std::string bytes;
    std::string durable_bytes;
    std::map<std::string, NodePtr> names;
    std::map<std::string, NodePtr> durable_names;
};

class FaultFileSystem::File final : public util::WritableFile {
  public:
    File(FaultFileSystem& fs, NodePtr node, std::string path)
        : fs_(fs),
          node_(std::move(node)),
          path_(std::move(path)),
          boot_(fs.boot_) {}

    Status write(std::string_view bytes) override {
        VT_TRY(alive());
        return fs_.write_to(*node_, bytes, path_);
    }
    Status sync() override {
        VT_TRY(alive());
        return fs_.sync_node(*node_, path_);
    }
    Status close() override {
        VT_TRY(alive());
        closed_ = true;
        return fs_.step(path_, Space::kNone);
    }

  private:
    Status alive() const {
        VT_CHECK(!closed_);
        if (boot_ == fs_.boot_) return {};
        return fail(ErrorCode::kIoError, "the file was open before the power cut", path_);
    }

    FaultFileSystem& fs_;
    NodePtr node_;
    std::string path_;
    std::int64_t boot_;
    bool closed_ = false;
};

class FaultFileSystem::Lock final : public util::FileLock {
  public:
    Lock(FaultFileSystem& fs, std::string path)
        : fs_(fs),
          path_(std::move(path)),
          boot_(fs.boot_) {}
    ~Lock() override {
        if (boot_ == fs_.boot_) fs_.locks_.erase(path_);
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

  private:
    FaultFileSystem& fs_;
    std::string path_;
    std::int64_t boot_;
};

FaultFileSystem::FaultFileSystem()
    : root_(std::make_shared<Node>()) {
    root_->is_directory = true;
}
FaultFileSystem::~FaultFileSystem() = default;

void FaultFileSystem::fail_at(std::int64_t k, ErrorCode code, Repeat repeat) {
    VT_CHECK(k >= 1);
    operations_ = 0;
    injected_ = 0;
    fault_at_ = k;
    fault_code_ = code;
    repeat_ = repeat;
}

void FaultFileSystem::cut_at(std::int64_t k) {
    fail_at(k, ErrorCode::kIoError, Repeat::kFromThenOn);
}

void FaultFileSystem::disarm() { fault_at_ = 0; }

Status FaultFileSystem::step(const std::string& path, Space space) {
    ++operations_;
    if (fault_at_ == 0 || operations_ < fault_at_) return {};
    // A full disk refuses at the first operation from k on that needs space, and then once or for
    // good.
    if (fault_code_ == ErrorCode::kDiskFull && space == Space::kNone) return {};
    if (repeat_ == Repeat::kOnce && injected_ > 0) return {};
    if (repeat_ == Repeat::kOnce && fault_code_ != ErrorCode::kDiskFull &&
        operations_ > fault_at_) {
        return {};
    }
    ++injected_;
    return fail(fault_code_, "injected fault at operation " + std::to_string(operations_), path);
}

Result<FaultFileSystem::Slot> FaultFileSystem::resolve(const std::string& path) const {
    std::vector<std::string> parts = components(path);
    if (parts.empty()) return Slot{.parent = nullptr, .name = {}, .node = root_};
    Slot slot{.parent = nullptr, .name = {}, .node = root_};
    for (std::string& part : parts) {
        if (!slot.node || !slot.node->is_directory) {
            return fail(ErrorCode::kNotFound, "no such file or folder", path);
        }
        slot.parent = slot.node;
        const auto found = slot.parent->names.find(part);
        slot.node = found == slot.parent->names.end() ? nullptr : found->second;
        slot.name = std::move(part);
    }
    return slot;
}

Result<FaultFileSystem::NodePtr> FaultFileSystem::existing(const std::string& path) const {
    VT_ASSIGN(const Slot slot, resolve(path));
    if (!slot.node) return fail(ErrorCode::kNotFound, "no such file or folder", path);
    return slot.node;
}

Status FaultFileSystem::write_to(Node& node, std::string_view bytes, const std::string& path) {
    Status status = step(path, Space::kNeeds);
    node.bytes.append(status ? bytes : bytes.substr(0, bytes.size() / 2));
    return status;
}

Status FaultFileSystem::sync_node(Node& node, const std::string& path) {
    Status status = step(path, Space::kNeeds);
    if (!status) node.sync_failed = true;
    if (!node.sync_failed) node.durable_bytes = node.bytes;
    return status;
}

Result<std::string> FaultFileSystem::read(const std::string& path, std::uint64_t max_bytes) {
    VT_TRY(step(path, Space::kNone));
    VT_ASSIGN(const NodePtr node, existing(path));
    if (node->is_directory) return fail(ErrorCode::kInvalidArgument, "this is a folder", path);
    if (node->bytes.size() > max_bytes) {
        return fail(ErrorCode::kInvalidArgument, "the file is larger than the limit", path);
    }
    return node->bytes;
}

Result<std::unique_ptr<util::WritableFile>> FaultFileSystem::create(const std::string& path) {
    VT_TRY(step(path, Space::kNeeds));
    VT_ASSIGN(const Slot slot, resolve(path));
    if (slot.node) return fail(ErrorCode::kAlreadyExists, "the name is taken", path);
    NodePtr node = std::make_shared<Node>();
    slot.parent->names[slot.name] = node;
    return std::unique_ptr<util::WritableFile>(
        std::make_unique<File>(*this, std::move(node), path));
}

Status FaultFileSystem::rename(const std::string& from, const std::string& to) {
    VT_TRY(step(to, Space::kNeeds));
    VT_ASSIGN(const Slot source, resolve(from));
    if (!source.node) return fail(ErrorCode::kNotFound, "no such file or folder", from);
    VT_ASSIGN(const Slot target, resolve(to));
    VT_CHECK(source.parent && target.parent);
    if (target.node == source.node) return {};
    if (target.node && target.node->is_directory != source.node->is_directory) {
        return fail(ErrorCode::kIoError, "a file and a folder cannot replace each other", to);
    }
    if (target.node && !target.node->names.empty()) {
        return fail(ErrorCode::kAlreadyExists, "the folder is not empty", to);
    }
    target.parent->names[target.name] = source.node;
    source.parent->names.erase(source.name);
    return {};
}

Status FaultFileSystem::remove(const std::string& path) {
    VT_TRY(step(path, Space::kNone));
    VT_ASSIGN(const Slot slot, resolve(path));
    if (!slot.node) return fail(ErrorCode::kNotFound, "no such file or folder", path);
    VT_CHECK(slot.parent);
    if (!slot.node->names.empty()) {
        return fail(ErrorCode::kAlreadyExists, "the folder is not empty", path);
    }
    slot.parent->names.erase(slot.name);
    return {};
}

Status FaultFileSystem::make_dir(const std::string& path) {
    VT_TRY(step(path, Space::kNeeds));
    VT_ASSIGN(const Slot slot, resolve(path));
    if (slot.node && slot.node->is_directory) return {};
    if (slot.node) return fail(ErrorCode::kAlreadyExists, "the name is taken", path);
    NodePtr node = std::make_shared<Node>();
    node->is_directory = true;
    slot.parent->names[slot.name] = std::move(node);
    return {};
}

Status FaultFileSystem::sync_dir(const std::string& path) {
    VT_TRY(step(path, Space::kNeeds));
    VT_ASSIGN(const NodePtr node, existing(path));
    if (!node->is_directory) return fail(ErrorCode::kNotFound, "this is not a folder", path);
    node->durable_names = node->names;
    return {};
}

Result<std::vector<std::string>> FaultFileSystem::list(const std::string& path) {
    VT_TRY(step(path, Space::kNone));
    VT_ASSIGN(const NodePtr node, existing(path));
    if (!node->is_directory) return fail(ErrorCode::kNotFound, "this is not a folder", path);
    std::vector<std::string> names;
    for (const auto& [name, child] : node->names) names.push_back(name);
    return names;
}

Result<util::FileInfo> FaultFileSystem::stat(const std::string& path) {
    VT_TRY(step(path, Space::kNone));
    VT_ASSIGN(const NodePtr node, existing(path));
    return util::FileInfo{.bytes = node->bytes.size(),
                          .is_directory = node->is_directory,
                          .is_regular = !node->is_directory};
}

Result<std::uint64_t> FaultFileSystem::free_bytes(const std::string& path) {
    VT_TRY(step(path, Space::kNone));
    return std::uint64_t{1} << 40;
}

Result<std::unique_ptr<util::FileLock>> FaultFileSystem::lock(const std::string& path,
                                                              std::string_view note) {
    VT_TRY(step(path, Space::kNone));
    const auto [entry, is_free] = locks_.emplace(path, note);
    if (!is_free) return fail(ErrorCode::kBusy, "it is in use by " + entry->second, path);
    return std::unique_ptr<util::FileLock>(std::make_unique<Lock>(*this, path));
}

std::vector<FaultFileSystem::NodePtr> FaultFileSystem::all_nodes() const {
    std::vector<NodePtr> nodes = {root_};
    std::set<const Node*> seen = {root_.get()};
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const NodePtr node = nodes[i];
        for (const auto* table : {&node->names, &node->durable_names}) {
            for (const auto& [name, child] : *table) {
                if (seen.insert(child.get()).second) nodes.push_back(child);
            }
        }
    }
    return nodes;
}

void FaultFileSystem::drop_second_names(Node& folder) {
    std::erase_if(folder.durable_names, [&](const auto& entry) {
        const auto& [name, child] = entry;
        if (!child->is_directory) return false;
        const auto now = folder.names.find(name);
        const bool is_new_name = now != folder.names.end() && now->second == child;
        return is_new_name && std::ranges::any_of(folder.durable_names, [&](const auto& other) {
                   return other.first != entry.first && other.second == entry.second;
               });
    });
}

template <typename Keep>
void FaultFileSystem::restore(Keep keep) {
    for (const NodePtr& node : all_nodes()) {
        std::set<std::string> names;
        for (const auto& [name, child] : node->names) names.insert(name);
        for (const auto& [name, child] : node->durable_names) names.insert(name);
        for (const std::string& name : names) {
            const auto now = node->names.find(name);
            const auto old = node->durable_names.find(name);
            const bool same = now != node->names.end() && old != node->durable_names.end() &&
                              now->second == old->second;
            if (same || !keep()) continue;
            if (now == node->names.end()) {
                node->durable_names.erase(name);
            } else {
                node->durable_names[name] = now->second;
            }
        }
        drop_second_names(*node);
        node->names = node->durable_names;
        if (node->bytes != node->durable_bytes) {
            if (keep()) node->durable_bytes.resize(node->bytes.size(), '\0');
            const std::size_t shared = std::min(node->bytes.size(), node->durable_bytes.size());
            for (std::size_t at = 0; at < shared; at += kBlock) {
                const std::size_t length = std::min(kBlock, shared - at);
                if (keep()) node->durable_bytes.replace(at, length, node->bytes, at, length);
            }
            node->bytes = node->durable_bytes;
        }
        node->sync_failed = false;
    }
    locks_.clear();
    ++boot_;
    disarm();
}

void FaultFileSystem::power_cycle() {
    restore([] { return false; });
}

void FaultFileSystem::power_cycle_keeping_some(std::uint64_t seed) {
    util::Rng rng(seed, util::RngStream::kTest);
    restore([&rng] { return rng.below(2) == 1; });
}

void FaultFileSystem::sync_all() {
    for (const NodePtr& node : all_nodes()) {
        node->durable_bytes = node->bytes;
        node->durable_names = node->names;
    }
}

}  // namespace veritune::test
