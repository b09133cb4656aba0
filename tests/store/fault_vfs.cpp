// SPDX-License-Identifier: Apache-2.0
#include "tests/store/fault_vfs.h"

#include <sqlite3.h>

#include <cstring>
#include <optional>

namespace veritune::test {

namespace {

struct Order {
    std::optional<FaultVfs::Kind> kind;
    std::int64_t at = 0;
    bool lasting = false;
    std::int64_t count = 0;
    std::int64_t injected = 0;
};

Order order;  // SQLite's callbacks carry no pointer of ours
sqlite3_vfs* real_vfs = nullptr;
sqlite3_vfs fault_vfs;

bool fails(bool is_write) {
    if (!order.kind) return false;
    if (is_write != (*order.kind != FaultVfs::Kind::kSyncError)) return false;
    ++order.count;
    const bool hit = order.lasting ? order.count >= order.at : order.count == order.at;
    if (hit) ++order.injected;
    return hit;
}

/// Our file, followed in memory by the real one.
struct File {
    sqlite3_file base;
};

sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
}

const sqlite3_io_methods* real_methods(sqlite3_file* file) { return real(file)->pMethods; }

int on_close(sqlite3_file* f) { return real_methods(f)->xClose(real(f)); }
int on_read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
    return real_methods(f)->xRead(real(f), to, n, at);
}
int on_write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
    if (!fails(true)) return real_methods(f)->xWrite(real(f), from, n, at);
    // As a disk does it: half of the bytes may have arrived.
    real_methods(f)->xWrite(real(f), from, n / 2, at);
    return *order.kind == FaultVfs::Kind::kDiskFull ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}
int on_truncate(sqlite3_file* f, sqlite3_int64 size) {
    return real_methods(f)->xTruncate(real(f), size);
}
int on_sync(sqlite3_file* f, int flags) {
    if (fails(false)) return SQLITE_IOERR_FSYNC;
    return real_methods(f)->xSync(real(f), flags);
}
int on_file_size(sqlite3_file* f, sqlite3_int64* size) {
    return real_methods(f)->xFileSize(real(f), size);
}
int on_lock(sqlite3_file* f, int level) { return real_methods(f)->xLock(real(f), level); }
int on_unlock(sqlite3_file* f, int level) { return real_methods(f)->xUnlock(real(f), level); }
int on_reserved(sqlite3_file* f, int* held) {
    return real_methods(f)->xCheckReservedLock(real(f), held);
}
int on_control(sqlite3_file* f, int op, void* arg) {
    return real_methods(f)->xFileControl(real(f), op, arg);
}
int on_sector(sqlite3_file* f) { return real_methods(f)->xSectorSize(real(f)); }
int on_device(sqlite3_file* f) { return real_methods(f)->xDeviceCharacteristics(real(f)); }
int on_shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** to) {
    return real_methods(f)->xShmMap(real(f), page, size, extend, to);
}
int on_shm_lock(sqlite3_file* f, int offset, int n, int flags) {
    return real_methods(f)->xShmLock(real(f), offset, n, flags);
}
void on_shm_barrier(sqlite3_file* f) { real_methods(f)->xShmBarrier(real(f)); }
int on_shm_unmap(sqlite3_file* f, int remove) {
    return real_methods(f)->xShmUnmap(real(f), remove);
}

const sqlite3_io_methods kMethods = {
    .iVersion = 2,  // without the memory-mapped reads of version 3, which are switched off anyway
    .xClose = on_close,
    .xRead = on_read,
    .xWrite = on_write,
    .xTruncate = on_truncate,
    .xSync = on_sync,
    .xFileSize = on_file_size,
    .xLock = on_lock,
    .xUnlock = on_unlock,
    .xCheckReservedLock = on_reserved,
    .xFileControl = on_control,
    .xSectorSize = on_sector,
    .xDeviceCharacteristics = on_device,
    .xShmMap = on_shm_map,
    .xShmLock = on_shm_lock,
    .xShmBarrier = on_shm_barrier,
    .xShmUnmap = on_shm_unmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int on_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    file->pMethods = nullptr;
    const int code = real_vfs->xOpen(real_vfs, name, real(file), flags, out);
    if (code == SQLITE_OK) file->pMethods = &kMethods;
    return code;
}

}  // namespace

FaultVfs::FaultVfs() {
    real_vfs = sqlite3_vfs_find(nullptr);
    fault_vfs = *real_vfs;
    fault_vfs.zName = "fault";
    fault_vfs.szOsFile = static_cast<int>(sizeof(File)) + real_vfs->szOsFile;
    fault_vfs.xOpen = on_open;
    fault_vfs.pNext = nullptr;
    order = {};
    sqlite3_vfs_register(&fault_vfs, 1);
}

FaultVfs::~FaultVfs() {
    sqlite3_vfs_unregister(&fault_vfs);
    sqlite3_vfs_register(real_vfs, 1);
}

void FaultVfs::arm(Kind kind, std::int64_t k, bool lasting) {
    order = {.kind = kind, .at = k, .lasting = lasting};
}

void FaultVfs::disarm() { order.kind.reset(); }

std::int64_t FaultVfs::injected() const { return order.injected; }

}  // namespace veritune::test
