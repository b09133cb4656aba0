// SPDX-License-Identifier: Apache-2.0
// What the CUDA half of the library is in a build without a CUDA Toolkit.
#ifndef VT_HAS_CUDA
#include "kernels/device.h"
#include "kernels/gemm_q.h"

namespace veritune::kernels::cuda {

bool built() { return false; }
int device_count() { return 0; }
const char* last_error() { return "this build has no CUDA kernels"; }

Status device_info(int, DeviceInfo*) { return Status::kUnavailable; }
Status pci_address(int, char*, std::size_t) { return Status::kUnavailable; }
Status set_device(int) { return Status::kUnavailable; }
Status allocate(void**, std::size_t) { return Status::kUnavailable; }
Status allocate_pinned(void**, std::size_t) { return Status::kUnavailable; }
void release(void*) {}
void release_pinned(void*) {}
Status copy_to_device(void*, const void*, std::size_t, Stream) { return Status::kUnavailable; }
Status copy_to_host(void*, const void*, std::size_t, Stream) { return Status::kUnavailable; }
Status copy_on_device(void*, const void*, std::size_t, Stream) { return Status::kUnavailable; }
Status fill(void*, int, std::size_t, Stream) { return Status::kUnavailable; }
Status create_stream(Stream*) { return Status::kUnavailable; }
void destroy_stream(Stream) {}
Status synchronize(Stream) { return Status::kUnavailable; }
Status begin_capture(Stream) { return Status::kUnavailable; }
Status end_capture(Stream, Graph*) { return Status::kUnavailable; }
Status launch(Graph, Stream) { return Status::kUnavailable; }
void destroy_graph(Graph) {}
Status create_event(Event*) { return Status::kUnavailable; }
void destroy_event(Event) {}
Status record(Event, Stream) { return Status::kUnavailable; }
Status elapsed_ms(Event, Event, float*) { return Status::kUnavailable; }
Status query(Event) { return Status::kUnavailable; }

std::int64_t gemm_q_scratch(const QuantView&, std::int64_t) { return 0; }

}  // namespace veritune::kernels::cuda
#endif
