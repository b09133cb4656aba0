// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/launch.h"
#include "kernels/device.h"

#include <cstdio>
#include <cstring>

namespace veritune::kernels::cuda {
namespace {

thread_local char g_error[512] = "";

cudaStream_t native(Stream stream) { return static_cast<cudaStream_t>(stream.handle); }

}  // namespace

Status check(cudaError_t error, const char* what) {
    if (error == cudaSuccess) return Status::kOk;
    std::snprintf(g_error,
                  sizeof g_error,
                  "%s: %s (%s)",
                  what,
                  cudaGetErrorString(error),
                  cudaGetErrorName(error));
    return Status::kFailed;
}

void report(const char* words) { std::snprintf(g_error, sizeof g_error, "%s", words); }

const char* last_error() { return g_error; }
bool built() { return true; }

int device_count() {
    int all = 0;
    if (cudaGetDeviceCount(&all) != cudaSuccess) return 0;
    int fit = 0;
    while (fit < all) {
        int major = 0;
        if (cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, fit) != cudaSuccess ||
            major < 8) {
            break;
        }
        ++fit;
    }
    return fit;
}

Status device_info(int device, DeviceInfo* info) {
    cudaDeviceProp properties{};
    Status status = check(cudaGetDeviceProperties(&properties, device), "cudaGetDeviceProperties");
    if (status != Status::kOk) return status;
    std::memcpy(info->name, properties.name, sizeof info->name);
    info->name[sizeof info->name - 1] = 0;
    info->major = properties.major;
    info->minor = properties.minor;
    info->multiprocessors = properties.multiProcessorCount;
    info->total_bytes = properties.totalGlobalMem;
    info->l2_bytes = static_cast<std::size_t>(properties.l2CacheSize);
    int before = 0;
    cudaGetDevice(&before);
    cudaSetDevice(device);
    std::size_t total = 0;
    status = check(cudaMemGetInfo(&info->free_bytes, &total), "cudaMemGetInfo");
    cudaSetDevice(before);
    cudaDriverGetVersion(&info->driver);
    cudaRuntimeGetVersion(&info->runtime);
    return status;
}

Status pci_address(int device, char* text, std::size_t bytes) {
    return check(cudaDeviceGetPCIBusId(text, static_cast<int>(bytes), device),
                 "cudaDeviceGetPCIBusId");
}

Status set_device(int device) { return check(cudaSetDevice(device), "cudaSetDevice"); }
Status allocate(void** pointer, std::size_t bytes) {
    return check(cudaMalloc(pointer, bytes), "cudaMalloc");
}
Status allocate_pinned(void** pointer, std::size_t bytes) {
    return check(cudaHostAlloc(pointer, bytes, cudaHostAllocMapped | cudaHostAllocPortable),
                 "cudaHostAlloc");
}
void release(void* pointer) { cudaFree(pointer); }
void release_pinned(void* pointer) { cudaFreeHost(pointer); }

Status copy_to_device(void* to, const void* from, std::size_t bytes, Stream stream) {
    return check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, native(stream)),
                 "copy to the device");
}
Status copy_to_host(void* to, const void* from, std::size_t bytes, Stream stream) {
    return check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, native(stream)),
                 "copy to the host");
}
Status copy_on_device(void* to, const void* from, std::size_t bytes, Stream stream) {
    return check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, native(stream)),
                 "copy on the device");
}
Status fill(void* to, int byte, std::size_t bytes, Stream stream) {
    return check(cudaMemsetAsync(to, byte, bytes, native(stream)), "cudaMemsetAsync");
}

Status create_stream(Stream* stream) {
    cudaStream_t made = nullptr;
    const Status status =
        check(cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking), "cudaStreamCreate");
    stream->handle = made;
    return status;
}
void destroy_stream(Stream stream) { cudaStreamDestroy(native(stream)); }
Status synchronize(Stream stream) {
    return check(cudaStreamSynchronize(native(stream)), "cudaStreamSynchronize");
}

Status begin_capture(Stream stream) {
    return check(cudaStreamBeginCapture(native(stream), cudaStreamCaptureModeThreadLocal),
                 "cudaStreamBeginCapture");
}
Status end_capture(Stream stream, Graph* graph) {
    cudaGraph_t captured = nullptr;
    Status status = check(cudaStreamEndCapture(native(stream), &captured), "cudaStreamEndCapture");
    if (status != Status::kOk) return status;
    cudaGraphExec_t executable = nullptr;
    status = check(cudaGraphInstantiate(&executable, captured, 0), "cudaGraphInstantiate");
    cudaGraphDestroy(captured);
    graph->handle = executable;
    return status;
}
Status launch(Graph graph, Stream stream) {
    return check(cudaGraphLaunch(static_cast<cudaGraphExec_t>(graph.handle), native(stream)),
                 "cudaGraphLaunch");
}
void destroy_graph(Graph graph) {
    cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(graph.handle));
}

Status create_event(Event* event) {
    cudaEvent_t made = nullptr;
    const Status status = check(cudaEventCreate(&made), "cudaEventCreate");
    event->handle = made;
    return status;
}
void destroy_event(Event event) { cudaEventDestroy(static_cast<cudaEvent_t>(event.handle)); }
Status record(Event event, Stream stream) {
    return check(cudaEventRecord(static_cast<cudaEvent_t>(event.handle), native(stream)),
                 "cudaEventRecord");
}
Status elapsed_ms(Event from, Event to, float* ms) {
    const auto end = static_cast<cudaEvent_t>(to.handle);
    const Status status = check(cudaEventSynchronize(end), "cudaEventSynchronize");
    if (status != Status::kOk) return status;
    return check(cudaEventElapsedTime(ms, static_cast<cudaEvent_t>(from.handle), end),
                 "cudaEventElapsedTime");
}
Status query(Event event) {
    const cudaError_t error = cudaEventQuery(static_cast<cudaEvent_t>(event.handle));
    if (error == cudaErrorNotReady) return Status::kUnavailable;
    return check(error, "cudaEventQuery");
}

}  // namespace veritune::kernels::cuda
