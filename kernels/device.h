// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"

#include <cstddef>

/// The few things of the CUDA runtime that code outside the .cu files needs. Every function is safe
/// without a toolkit and without a driver: then device_count() is 0 and the rest says kUnavailable.
namespace veritune::kernels::cuda {

struct DeviceInfo {
    char name[256] = {};
    int major = 0;
    int minor = 0;
    int multiprocessors = 0;
    std::size_t total_bytes = 0;
    std::size_t free_bytes = 0;
    std::size_t l2_bytes = 0;
    int driver = 0;   ///< e.g. 13000
    int runtime = 0;  ///< e.g. 13000
};

/// Whether this build holds the CUDA kernels.
bool built();
/// Cards of compute capability 8.0 or later that the driver offers.
int device_count();
Status device_info(int device, DeviceInfo* info);
/// "0000:65:00.0"; 16 bytes suffice.
Status pci_address(int device, char* text, std::size_t bytes);
Status set_device(int device);

Status allocate(void** pointer, std::size_t bytes);  ///< device memory, 256-byte aligned
Status allocate_pinned(void** pointer,
                       std::size_t bytes);  ///< host memory that the device can read
void release(void* pointer);
void release_pinned(void* pointer);
Status copy_to_device(void* to, const void* from, std::size_t bytes, Stream stream);
Status copy_to_host(void* to, const void* from, std::size_t bytes, Stream stream);
Status copy_on_device(void* to, const void* from, std::size_t bytes, Stream stream);
Status fill(void* to, int byte, std::size_t bytes, Stream stream);

Status create_stream(Stream* stream);
void destroy_stream(Stream stream);
Status synchronize(Stream stream);

/// Runs recorded once and replayed: begin_capture .. calls on `stream` .. end_capture.
struct Graph {
    void* handle = nullptr;
};
Status begin_capture(Stream stream);
Status end_capture(Stream stream, Graph* graph);
Status launch(Graph graph, Stream stream);
void destroy_graph(Graph graph);

struct Event {
    void* handle = nullptr;
};
Status create_event(Event* event);
void destroy_event(Event event);
Status record(Event event, Stream stream);
Status elapsed_ms(Event from, Event to, float* ms);  ///< waits for `to`
/// kOk when done, kFailed on an error, kUnavailable while it is still under way.
Status query(Event event);

/// The CUDA runtime's words for what the last call that returned kFailed met.
const char* last_error();

}  // namespace veritune::kernels::cuda
