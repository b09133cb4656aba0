# SPDX-License-Identifier: Apache-2.0
# libtorch out of the pinned wheels, without find_package(Torch), which would ask for a whole CUDA Toolkit.
# `./dev deps` unpacks torch/{lib,include} and nvidia/cu13/lib into one folder; libtorch's own RPATH
# finds the two NVIDIA libraries there.
if(DEFINED ENV{VERITUNE_CACHE})
  set(_veritune_cache "$ENV{VERITUNE_CACHE}")
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(_veritune_cache "$ENV{XDG_CACHE_HOME}/veritune")
else()
  set(_veritune_cache "$ENV{HOME}/.cache/veritune")
endif()
set(VERITUNE_LIBTORCH_DIR "${_veritune_cache}/libtorch-2.11.0" CACHE PATH "Folder with torch/ and nvidia/")
set(_torch "${VERITUNE_LIBTORCH_DIR}/torch")
if(NOT EXISTS "${_torch}/lib/libtorch_cpu.so")
  message(FATAL_ERROR "libtorch is not in ${VERITUNE_LIBTORCH_DIR}; run ./dev deps first")
endif()
add_library(torch_cpu SHARED IMPORTED)
set_target_properties(torch_cpu PROPERTIES IMPORTED_LOCATION "${_torch}/lib/libtorch_cpu.so")
add_library(c10 SHARED IMPORTED)
set_target_properties(c10 PROPERTIES IMPORTED_LOCATION "${_torch}/lib/libc10.so")
target_include_directories(torch_cpu SYSTEM INTERFACE "${_torch}/include"
                           "${_torch}/include/torch/csrc/api/include")
target_compile_definitions(torch_cpu INTERFACE _GLIBCXX_USE_CXX11_ABI=1)
target_link_libraries(torch_cpu INTERFACE c10)
# The OpenMP runtime that libtorch brought: one pool of threads for its loops and for our kernels.
file(GLOB _gomp "${_torch}/lib/libgomp*.so*")
list(GET _gomp 0 _gomp)
add_library(veritune_openmp SHARED IMPORTED)
set_target_properties(veritune_openmp PROPERTIES IMPORTED_LOCATION "${_gomp}" IMPORTED_NO_SONAME FALSE)
target_compile_options(veritune_openmp INTERFACE -fopenmp)
