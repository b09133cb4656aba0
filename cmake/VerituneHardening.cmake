# SPDX-License-Identifier: Apache-2.0
# VERITUNE_HARDENED: compiled as the packages are (preset `package`). Flags against exploits, checked in the finished
# programs by packaging/check_hardening.py; and no path of the building machine in what is built, so that two builds
# of one commit in different folders give the same bytes.
option(VERITUNE_HARDENED "Compile with the flags of the packages" OFF)
if(VERITUNE_HARDENED)
  set(_host "$<COMPILE_LANGUAGE:C,CXX>")
  add_compile_options("$<${_host}:-fstack-protector-strong>" "$<${_host}:-fcf-protection=full>"
                      "$<${_host}:-ffile-prefix-map=${CMAKE_BINARY_DIR}=build>"
                      "$<${_host}:-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.>"
                      "$<${_host}:-ffile-prefix-map=${VERITUNE_LIBTORCH_DIR}=libtorch>")
  # With checked copies g++ 12 sees strings overlap that do not (GCC bug 105651).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>")
  endif()
  add_compile_definitions("$<${_host}:_FORTIFY_SOURCE=2>")
  add_link_options(-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
endif()
