# SPDX-License-Identifier: Apache-2.0
# core/util/version.h reads the commit from a generated header; runs store it beside their recipe.
find_package(Git QUIET)
set(VERITUNE_COMMIT "unknown")
if(GIT_FOUND)
  execute_process(COMMAND "${GIT_EXECUTABLE}" -C "${CMAKE_SOURCE_DIR}" rev-parse --short=12 HEAD
                  OUTPUT_VARIABLE VERITUNE_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/generated/veritune_build_info.h" CONTENT
"#pragma once
#define VERITUNE_VERSION \"@PROJECT_VERSION@\"
#define VERITUNE_COMMIT \"@VERITUNE_COMMIT@\"
" @ONLY)
