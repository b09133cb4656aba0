# SPDX-License-Identifier: Apache-2.0
# One interface target carries the warnings and the sanitizers of every target of ours.
add_library(veritune_warnings INTERFACE)
target_compile_options(veritune_warnings INTERFACE -Wall -Wextra -Wpedantic
  -Wno-missing-field-initializers  # designated initialisers leave out what has its default
  -Werror=return-type)
if(VERITUNE_FUZZ)
  target_compile_options(veritune_warnings INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer -O1)
  target_link_options(veritune_warnings INTERFACE -fsanitize=address,undefined)
endif()
if(VERITUNE_SANITIZE)
  target_compile_options(veritune_warnings INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer -O1)
  target_link_options(veritune_warnings INTERFACE -fsanitize=address,undefined)
endif()
