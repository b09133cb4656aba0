# SPDX-License-Identifier: Apache-2.0
# VERITUNE_CUDA=AUTO|ON|OFF: whether the CUDA half of the kernels is built. Without a CUDA Toolkit the
# program is whole, but finds no device. VERITUNE_CUDA_ARCHS: the cards code is made for; one by default,
# since every further one costs its compile time (the preset `cuda-all` makes all of them).
set(VERITUNE_CUDA AUTO CACHE STRING "Build the CUDA kernels: AUTO (when nvcc 13 is there), ON, OFF")
set(VERITUNE_CUDA_ARCHS "90-real" CACHE STRING "CMAKE_CUDA_ARCHITECTURES of the kernels")
set(VERITUNE_HAS_CUDA OFF)
if(NOT VERITUNE_CUDA STREQUAL "OFF" AND NOT VERITUNE_SANITIZE AND NOT VERITUNE_FUZZ)
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    set(CMAKE_CUDA_ARCHITECTURES "${VERITUNE_CUDA_ARCHS}")
    set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)
    enable_language(CUDA)
    if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake 3.25 does not know it of nvcc 13
      set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
      set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
    endif()
    find_package(CUDAToolkit 13.0 REQUIRED)
    set(VERITUNE_HAS_CUDA ON)
    if(VERITUNE_CCACHE)
      set(CMAKE_CUDA_COMPILER_LAUNCHER "${VERITUNE_CCACHE}")
    endif()
  elseif(VERITUNE_CUDA STREQUAL "ON")
    message(FATAL_ERROR "VERITUNE_CUDA=ON, but no nvcc was found; put CUDA Toolkit 13 on the PATH or use AUTO")
  endif()
endif()
message(STATUS "CUDA kernels: ${VERITUNE_HAS_CUDA} ${CMAKE_CUDA_ARCHITECTURES}")
