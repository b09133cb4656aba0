// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/launch.h"
#include "kernels/gemm_large.h"

#include <cstring>
#include <cublasLt.h>
#include <dlfcn.h>
#include <map>
#include <mutex>
#include <tuple>

/// Only types come from cublasLt.h: the library is opened at run time, so that a program starts
/// where it is missing.
namespace veritune::kernels::cuda {
namespace {

constexpr const char* kLibraries[] = {
    "libcublasLt.so.13", "/usr/local/cuda/lib64/libcublasLt.so.13", "libcublasLt.so"};

struct Library {
    void* handle = nullptr;
    cublasLtHandle_t context = nullptr;
    decltype(&cublasLtCreate) create = nullptr;
    decltype(&cublasLtGetVersion) version = nullptr;
    decltype(&cublasLtMatmul) matmul = nullptr;
    decltype(&cublasLtMatmulAlgoGetHeuristic) heuristic = nullptr;
    decltype(&cublasLtMatmulDescCreate) create_operation = nullptr;
    decltype(&cublasLtMatmulDescDestroy) destroy_operation = nullptr;
    decltype(&cublasLtMatmulDescSetAttribute) set_operation = nullptr;
    decltype(&cublasLtMatrixLayoutCreate) create_layout = nullptr;
    decltype(&cublasLtMatrixLayoutDestroy) destroy_layout = nullptr;
    decltype(&cublasLtMatmulPreferenceCreate) create_preference = nullptr;
    decltype(&cublasLtMatmulPreferenceDestroy) destroy_preference = nullptr;
    decltype(&cublasLtMatmulPreferenceSetAttribute) set_preference = nullptr;

    template <typename Function>
    bool find(Function& function, const char* name) {
        function = reinterpret_cast<Function>(dlsym(handle, name));
        return function != nullptr;
    }
    bool open() {
        for (const char* name : kLibraries) {
            if (handle == nullptr) handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
        }
        return handle != nullptr && find(create, "cublasLtCreate") &&
               find(version, "cublasLtGetVersion") && find(matmul, "cublasLtMatmul") &&
               find(heuristic, "cublasLtMatmulAlgoGetHeuristic") &&
               find(create_operation, "cublasLtMatmulDescCreate") &&
               find(destroy_operation, "cublasLtMatmulDescDestroy") &&
               find(set_operation, "cublasLtMatmulDescSetAttribute") &&
               find(create_layout, "cublasLtMatrixLayoutCreate") &&
               find(destroy_layout, "cublasLtMatrixLayoutDestroy") &&
               find(create_preference, "cublasLtMatmulPreferenceCreate") &&
               find(destroy_preference, "cublasLtMatmulPreferenceDestroy") &&
               find(set_preference, "cublasLtMatmulPreferenceSetAttribute") &&
               create(&context) == CUBLAS_STATUS_SUCCESS;
    }
};

/// Null when there is none; opened once.
Library* library() {
    static Library opened;
    static const bool kFound = opened.open();
    return kFound ? &opened : nullptr;
}

Status without_library() {
    report(
        "large products need cuBLASLt 13 (libcublasLt.so.13), which was found neither on the "
        "library path nor in /usr/local/cuda/lib64");
    return Status::kUnavailable;
}

Status checked(cublasStatus_t status, const char* what) {
    if (status == CUBLAS_STATUS_SUCCESS) return Status::kOk;
    char words[128];
    std::snprintf(words, sizeof words, "%s: cuBLASLt status %d", what, static_cast<int>(status));
    report(words);
    return Status::kFailed;
}

/// The descriptions of one product. cuBLASLt counts columns first: what it computes is
/// C^T [n, m] = B [n, k] (A [m, k])^T, with B transposed in its eyes; what lies [k, n] or [k, m] in
/// ours is the other way round.
class Description {
  public:
    Description(const Library& lt, const GemmLarge& g)
        : lt_(lt) {
        const bool b_by_k = g.form == GemmForm::kAbt;
        const bool a_by_k = g.form != GemmForm::kAtb;
        const cublasOperation_t of_b = b_by_k ? CUBLAS_OP_T : CUBLAS_OP_N;
        const cublasOperation_t of_a = a_by_k ? CUBLAS_OP_N : CUBLAS_OP_T;
        const auto n = static_cast<std::uint64_t>(g.n);
        const auto m = static_cast<std::uint64_t>(g.m);
        const auto k = static_cast<std::uint64_t>(g.k);
        status_ = lt.create_operation(&operation, CUBLAS_COMPUTE_32F, CUDA_R_32F);
        if (good()) {
            status_ = lt.set_operation(operation, CUBLASLT_MATMUL_DESC_TRANSA, &of_b, sizeof of_b);
        }
        if (good()) {
            status_ = lt.set_operation(operation, CUBLASLT_MATMUL_DESC_TRANSB, &of_a, sizeof of_a);
        }
        if (good()) {
            status_ =
                lt.create_layout(&weights, CUDA_R_16BF, b_by_k ? k : n, b_by_k ? n : k, g.ldb);
        }
        if (good()) {
            status_ = lt.create_layout(&tokens, CUDA_R_16BF, a_by_k ? k : m, a_by_k ? m : k, g.lda);
        }
        if (good()) {
            status_ = lt.create_layout(&result, g.fp32 ? CUDA_R_32F : CUDA_R_16BF, n, m, g.ldc);
        }
    }
    ~Description() {
        if (result != nullptr) lt_.destroy_layout(result);
        if (tokens != nullptr) lt_.destroy_layout(tokens);
        if (weights != nullptr) lt_.destroy_layout(weights);
        if (operation != nullptr) lt_.destroy_operation(operation);
    }
    Description(const Description&) = delete;
    Description& operator=(const Description&) = delete;
    cublasStatus_t status() const { return status_; }

    cublasLtMatmulDesc_t operation = nullptr;
    cublasLtMatrixLayout_t weights = nullptr;
    cublasLtMatrixLayout_t tokens = nullptr;
    cublasLtMatrixLayout_t result = nullptr;

  private:
    bool good() const { return status_ == CUBLAS_STATUS_SUCCESS; }
    const Library& lt_;
    cublasStatus_t status_ = CUBLAS_STATUS_SUCCESS;
};

Status ask(const Library& lt, const GemmLarge& g, GemmAlgorithm* chosen) {
    const Description d(lt, g);
    cublasStatus_t status = d.status();
    cublasLtMatmulPreference_t preference = nullptr;
    if (status == CUBLAS_STATUS_SUCCESS) status = lt.create_preference(&preference);
    const auto workspace = static_cast<std::uint64_t>(g.workspace_bytes);
    if (status == CUBLAS_STATUS_SUCCESS) {
        status = lt.set_preference(
            preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &workspace, sizeof workspace);
    }
    cublasLtMatmulHeuristicResult_t found{};
    int count = 0;
    if (status == CUBLAS_STATUS_SUCCESS) {
        status = lt.heuristic(lt.context,
                              d.operation,
                              d.weights,
                              d.tokens,
                              d.result,
                              d.result,
                              preference,
                              1,
                              &found,
                              &count);
    }
    if (preference != nullptr) lt.destroy_preference(preference);
    if (status == CUBLAS_STATUS_SUCCESS && count == 0) status = CUBLAS_STATUS_NOT_SUPPORTED;
    if (status != CUBLAS_STATUS_SUCCESS) return checked(status, "choice of a product's algorithm");
    static_assert(sizeof found.algo == sizeof chosen->words);
    std::memcpy(chosen->words, &found.algo, sizeof chosen->words);
    chosen->library = lt.version();
    chosen->workspace = static_cast<std::int64_t>(found.workspaceSize);
    return Status::kOk;
}

/// What was chosen, by everything that the choice depends on.
using Key = std::tuple<int,
                       std::int64_t,
                       std::int64_t,
                       std::int64_t,
                       std::int64_t,
                       std::int64_t,
                       std::int64_t,
                       std::int64_t,
                       bool,
                       GemmForm>;

Status choose(const Library& lt, const GemmLarge& g, GemmAlgorithm* algorithm) {
    static std::mutex mutex;
    static std::map<Key, GemmAlgorithm> chosen;
    int device = 0;
    cudaGetDevice(&device);
    const Key key{device, g.m, g.n, g.k, g.lda, g.ldb, g.ldc, g.workspace_bytes, g.fp32, g.form};
    const std::lock_guard<std::mutex> lock(mutex);
    const auto known = chosen.find(key);
    if (known != chosen.end()) {
        *algorithm = known->second;
        return Status::kOk;
    }
    const Status status = ask(lt, g, algorithm);
    if (status == Status::kOk) chosen.emplace(key, *algorithm);
    return status;
}

bool shape_fits(const GemmLarge& g) {
    GemmLarge shape = g;
    alignas(16) static Bf16 anywhere[8];
    shape.a = shape.b = anywhere;
    shape.c = anywhere;
    return is_valid(shape);
}

}  // namespace

Status gemm_large_choose(const GemmLarge& g, GemmAlgorithm* algorithm) {
    if (!shape_fits(g) || g.workspace_bytes < 0) return Status::kInvalidArgument;
    const Library* lt = library();
    return lt == nullptr ? without_library() : choose(*lt, g, algorithm);
}

Status gemm_large(const GemmLarge& g, Stream stream) {
    if (!is_valid(g) || g.workspace_bytes < 0) return Status::kInvalidArgument;
    const Library* lt = library();
    if (lt == nullptr) return without_library();
    GemmAlgorithm algorithm;
    if (g.algorithm != nullptr) {
        algorithm = *g.algorithm;
    } else {
        const Status status = choose(*lt, g, &algorithm);
        if (status != Status::kOk) return status;
    }
    if (algorithm.library != lt->version()) {
        report("the product's algorithm was chosen for another version of cuBLASLt");
        return Status::kInvalidArgument;
    }
    if (algorithm.workspace > 0 &&
        (g.workspace == nullptr || g.workspace_bytes < algorithm.workspace)) {
        return Status::kInvalidArgument;
    }
    const Description d(*lt, g);
    if (d.status() != CUBLAS_STATUS_SUCCESS) return checked(d.status(), "description of a product");
    cublasLtMatmulAlgo_t native{};
    std::memcpy(&native, algorithm.words, sizeof native);
    return checked(lt->matmul(lt->context,
                              d.operation,
                              &g.alpha,
                              g.b,
                              d.weights,
                              g.a,
                              d.tokens,
                              &g.beta,
                              g.c,
                              d.result,
                              g.c,
                              d.result,
                              &native,
                              g.workspace,
                              static_cast<std::size_t>(g.workspace_bytes),
                              static_cast<cudaStream_t>(stream.handle)),
                   "large product");
}

}  // namespace veritune::kernels::cuda
